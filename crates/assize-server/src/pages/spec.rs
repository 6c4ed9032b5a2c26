//! A test specification: its scenarios, groups and cases.

use askama::Template;
use assize_model::catalogue::{Framework, TestSpec};

use super::{Frame, Link, Named, Part, Trouble, html, of_item};
use crate::answer::Answer;
use crate::{Explorer, address, names};

#[derive(Template)]
#[template(path = "spec.html")]
struct Page {
    frame: Frame,
    spec: &'static TestSpec,
    tests: Option<Link>,
    base: Option<Link>,
    scenarios: Vec<Scenario>,
}

struct Scenario {
    anchor: String,
    id: &'static str,
    title: &'static str,
    groups: Vec<Group>,
}

struct Group {
    provision: &'static str,
    item: Option<Named>,
    cases: Vec<Case>,
}

struct Case {
    link: Link,
    title: &'static str,
    kind: &'static str,
    units: usize,
}

#[derive(Template)]
#[template(path = "specs.html")]
struct Index {
    frame: Frame,
    specs: Vec<(Link, &'static TestSpec, Option<Link>)>,
}

/// All test specifications.
pub(crate) fn index(explorer: &Explorer) -> Answer {
    let specs = explorer.catalogue.specs.iter();
    html(&Index {
        frame: Frame::new(explorer, Part::Tests, "How the standards are tested"),
        specs: specs.map(|s| (link(s), s, tests(explorer, s))).collect(),
    })
}

pub(crate) fn link(spec: &TestSpec) -> Link {
    Link::new(&spec.id, format!("/t/{}", address::encode(&spec.id)))
}

fn tests(explorer: &Explorer, spec: &TestSpec) -> Option<Link> {
    let f = explorer.catalogue.framework(&spec.tests)?;
    Some(Link::new(names::short(f), address::edition(&f.id)))
}

/// One specification.
pub(crate) fn page(explorer: &Explorer, id: &str) -> Result<Answer, Trouble> {
    let spec = explorer.catalogue.spec(id).ok_or_else(|| Trouble::NoSpec(id.to_owned()))?;
    let framework = explorer.catalogue.framework(&spec.tests);
    let scenario = |s: &'static assize_model::catalogue::TestScenario| Scenario {
        anchor: format!("s-{}", s.clause),
        id: &s.id,
        title: &s.title,
        groups: groups(spec, framework, &s.id),
    };
    Ok(html(&Page {
        frame: Frame::new(explorer, Part::Tests, &spec.id).below([Link::new("Tests", "/t")]),
        tests: tests(explorer, spec),
        base: spec.base.as_ref().and_then(|b| explorer.catalogue.spec(b)).map(link),
        scenarios: spec.scenarios.iter().map(scenario).collect(),
        spec,
    }))
}

fn groups(spec: &'static TestSpec, framework: Option<&'static Framework>, scenario: &str) -> Vec<Group> {
    let mut groups: Vec<(&str, Group)> = Vec::new();
    for case in spec.cases.iter().filter(|c| c.scenario == scenario) {
        let shown = Case {
            link: Link::new(&case.id, address::case(&spec.id, &case.id)),
            title: super::case::title(spec, case),
            kind: super::case::kind(case.kind),
            units: case.units.len(),
        };
        match groups.last_mut() {
            Some((group, last)) if *group == case.group => last.cases.push(shown),
            _ => {
                let item = framework.and_then(|f| Some(of_item(f, f.item(&case.provision)?)));
                groups.push((&case.group, Group { provision: &case.provision, item, cases: vec![shown] }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
