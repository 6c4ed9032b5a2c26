//! A test case: its units, who judges them, and the guide for each.

use askama::Template;
use assize_model::catalogue::{Kind, TestCase, TestSpec, TestUnit};

use super::{Frame, Link, Named, Part, Trouble, html, of_item};
use crate::answer::Answer;
use crate::{Explorer, address, filters, markdown};

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    frame: Frame,
    case: &'static TestCase,
    title: &'static str,
    kind: &'static str,
    provision: Option<Named>,
    intro: String,
    units: Vec<Unit>,
    before: Option<Link>,
    after: Option<Link>,
}

struct Unit {
    unit: &'static TestUnit,
    check: Option<&'static str>,
    refuted: Option<&'static str>,
    reuses: Option<Link>,
    was: Option<Link>,
    guide: String,
}

/// The title of a case's guide without its number; empty when the edition has no guide of its own.
pub(crate) fn title(spec: &TestSpec, case: &'static TestCase) -> &'static str {
    let (title, _) = markdown::opening(&case.guide);
    let title = title.strip_prefix(case.id.as_str()).unwrap_or(title).trim_start_matches([':', ' ']);
    match (title, case.units.first()) {
        ("", Some(unit)) if spec.base.is_some() => &unit.words,
        (title, _) => title,
    }
}

/// The kind of a case or unit, in words.
pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Conceptual => "conceptual: looks at the papers",
        Kind::Functional => "functional: looks at the device",
        Kind::Both => "conceptual and functional",
    }
}

/// The page.
pub(crate) fn page(explorer: &Explorer, spec: &str, id: &str) -> Result<Answer, Trouble> {
    let spec = explorer.catalogue.spec(spec).ok_or_else(|| Trouble::NoSpec(spec.to_owned()))?;
    let at = spec.cases.iter().position(|c| c.id == id);
    let at = at.ok_or_else(|| Trouble::NoCase(spec.id.clone(), id.to_owned()))?;
    let case = &spec.cases[at];
    let near = |at: Option<usize>| {
        let case = spec.cases.get(at?)?;
        Some(Link::new(&case.id, address::case(&spec.id, &case.id)))
    };
    let framework = explorer.catalogue.framework(&spec.tests);
    let base = spec.base.as_ref().and_then(|b| explorer.catalogue.spec(b));
    let crumbs = [Link::new("Tests", "/t"), super::spec::link(spec)];
    Ok(html(&Page {
        frame: Frame::new(explorer, Part::Tests, format!("Test case {id}")).below(crumbs),
        title: title(spec, case),
        kind: kind(case.kind),
        provision: framework.and_then(|f| Some(of_item(f, f.item(&case.provision)?))),
        intro: markdown::render(markdown::opening(&case.guide).1),
        units: case.units.iter().map(|u| unit(spec, base, case, u)).collect(),
        before: near(at.checked_sub(1)),
        after: near(Some(at + 1)),
        case,
    }))
}

fn unit(
    spec: &'static TestSpec,
    base: Option<&'static TestSpec>,
    case: &'static TestCase,
    unit: &'static TestUnit,
) -> Unit {
    let was = unit.was.as_deref().and_then(|w| w.split_once(' '));
    let inherited = base.zip(was).and_then(|(b, (id, letter))| Some((b, b.case(id)?, letter)));
    let own = case.guide_of(&unit.letter);
    let guide = own.or_else(|| inherited.and_then(|(_, case, letter)| case.guide_of(letter)));
    Unit {
        unit,
        check: unit.check.as_deref().and_then(assize_lab::check_establishes),
        refuted: unit.refuted_by.as_deref().and_then(assize_lab::check_establishes),
        reuses: unit.reuses.as_ref().map(|id| Link::new(id, address::case(&spec.id, id))),
        was: inherited
            .map(|(b, c, letter)| Link::new(format!("{} {letter}", c.id), address::case(&b.id, &c.id))),
        guide: guide.map(markdown::render).unwrap_or_default(),
    }
}
