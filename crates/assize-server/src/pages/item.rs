//! One requirement: what it asks, where it comes from, what it relates to and how it is tested.

use std::collections::BTreeSet;

use askama::Template;
use assize_model::atlas::{self, NodeId};
use assize_model::catalogue::{Basis, Framework, Item, Requirement, TestCase, TestSpec};

use super::derived::{Ways, ways};
use super::edges::{Group, Sources, groups};
use super::{Frame, Link, Named, Part, Trouble, html, named};
use crate::answer::Answer;
use crate::{Explorer, address, filters, names};

#[derive(Template)]
#[template(path = "item.html")]
struct Page {
    frame: Frame,
    item: Named,
    title: &'static str,
    kind: &'static str,
    is_void: bool,
    conditions: Vec<(&'static str, &'static str)>,
    facts: Vec<(&'static str, String)>,
    topics: Vec<(u8, &'static str)>,
    edition: &'static str,
    note: &'static str,
    above: Option<Named>,
    below: Vec<Named>,
    generations: Vec<Generation>,
    groups: Vec<Group>,
    ways: Vec<Ways>,
    open: usize,
    sources: Vec<(&'static str, &'static str)>,
    cases: Vec<Case>,
    nowhere: Vec<Link>,
}

/// One edition on the way from the first to the last.
struct Generation {
    edition: &'static str,
    year: &'static str,
    entries: Vec<Heir>,
}

/// An item in the lineage.
struct Heir {
    item: Named,
    is_this: bool,
    conditions: Vec<(&'static str, &'static str)>,
    came: Vec<Came>,
    /// What became of it where it did not go on, or that it is new.
    ends: Vec<(&'static str, &'static str)>,
}

struct Came {
    from: Named,
    change: &'static str,
    reason: &'static str,
}

struct Case {
    link: Link,
    title: &'static str,
    kind: &'static str,
    spec: &'static str,
    units: usize,
}

/// Editions that a lineage is followed through at most.
const FAR: usize = 8;

/// The page.
pub(crate) fn page(explorer: &Explorer, edition: &str, id: &str) -> Result<Answer, Trouble> {
    let f = explorer.edition(edition)?;
    let node = explorer.atlas.node(edition, id);
    let item = match node {
        Some(node) => explorer.atlas.item(node),
        None => Item::Requirement(f.requirement(id).ok_or_else(|| missing(edition, id))?),
    };
    let requirement = match item {
        Item::Requirement(r) => Some(r),
        _ => None,
    };
    let name = super::of_item(f, item);
    let mut sources = Sources::default();
    let groups = node.map_or(Vec::new(), |n| groups(explorer, n, &mut sources));
    let (ways, open) = node.map_or((Vec::new(), 0), |n| ways(explorer, n, &mut sources));
    let title = format!("{} {}", name.edition, name.id);
    let crumbs = [Link::new("Documents", "/f"), Link::new(name.edition, address::edition(edition))];
    let page = Page {
        frame: Frame::new(explorer, Part::Documents, title).below(crumbs),
        title: requirement.map_or("", |r| r.title.as_str()),
        kind: item.kind(),
        is_void: requirement.is_some_and(|r| r.obligation.is_void()),
        conditions: requirement.map_or(Vec::new(), |r| names::conditions(f, r)),
        facts: facts(f, item),
        topics: item.topics().iter().filter_map(|t| Some((*t, atlas::topic(*t)?))).collect(),
        edition: &f.id,
        note: requirement.map_or("", |r| r.note.as_str()),
        above: explorer.atlas.node(edition, item.parent()).map(|n| named(explorer.atlas, n)),
        below: node.map_or(Vec::new(), |n| below(explorer, n)),
        generations: generations(explorer, f, node, id),
        groups,
        ways,
        open,
        sources: sources.list,
        cases: cases(explorer, f, id),
        nowhere: node.map_or(Vec::new(), |n| nowhere(explorer, n)),
        item: name,
    };
    Ok(html(&page))
}

fn missing(edition: &str, id: &str) -> Trouble {
    Trouble::NoItem(edition.to_owned(), id.to_owned())
}

fn facts(f: &'static Framework, item: Item<'static>) -> Vec<(&'static str, String)> {
    let source = |key: &str| f.sources.get(key).cloned().unwrap_or_default();
    let sure = |confidence: &str| confidence.replace('-', " ");
    let all = match item {
        Item::Requirement(r) => requirement_facts(r, source(&r.source), sure(&r.confidence)),
        Item::Statement(s) => {
            vec![
                ("Its verb", s.verb.clone()),
                ("Source", source(&s.source)),
                ("How sure", sure(&s.confidence)),
            ]
        }
        Item::Heading(_) => Vec::new(),
    };
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn requirement_facts(r: &Requirement, source: String, sure: String) -> Vec<(&'static str, String)> {
    let list = |words: &[String]| words.iter().map(|w| w.replace('-', " ")).collect::<Vec<_>>().join(", ");
    vec![
        ("Addresses", list(&r.applies_to)),
        ("Speaks to", r.audience.join(", ")),
        ("Clause", format!("{} {}", r.clause, r.clause_title).trim().to_owned()),
        ("Source", source),
        ("How sure", sure),
    ]
}

fn below(explorer: &Explorer, node: NodeId) -> Vec<Named> {
    let parts = explorer.atlas.seen(node).filter(|s| s.edge.basis == Basis::Structure && !s.reversed);
    parts.map(|s| named(explorer.atlas, s.other)).collect()
}

/// The editions of which somebody says that nothing in them corresponds.
fn nowhere(explorer: &Explorer, node: NodeId) -> Vec<Link> {
    let own = explorer.atlas.framework(node).id.as_str();
    let empty = |f: &&Framework| f.id != own && explorer.atlas.is_mapped_to_nothing(node, &f.id);
    let link = |f: &'static Framework| Link::new(names::short(f), address::pair(own, &f.id));
    explorer.catalogue.frameworks.iter().filter(empty).map(link).collect()
}

fn cases(explorer: &Explorer, f: &Framework, id: &str) -> Vec<Case> {
    let specs = explorer.catalogue.specs.iter().filter(|s| s.tests == f.id);
    let cases = specs.flat_map(|s| s.cases.iter().filter(|c| c.provision == id).map(move |c| (s, c)));
    let case = |(spec, case): (&'static TestSpec, &'static TestCase)| Case {
        link: Link::new(&case.id, address::case(&spec.id, &case.id)),
        title: super::case::title(spec, case),
        kind: super::case::kind(case.kind),
        spec: &spec.id,
        units: case.units.len(),
    };
    cases.map(case).collect()
}

/// The lineage of an item through all editions, the oldest first; empty when it has none.
fn generations(
    explorer: &Explorer,
    f: &'static Framework,
    node: Option<NodeId>,
    id: &str,
) -> Vec<Generation> {
    let Some(node) = node else { return Vec::new() };
    let mut all = BTreeSet::from([node]);
    for reversed in [true, false] {
        let mut front = BTreeSet::from([node]);
        for _ in 0..FAR {
            front =
                front.iter().flat_map(|n| kin(explorer, *n, reversed)).filter(|n| all.insert(*n)).collect();
        }
    }
    let has_story = all.len() > 1 || !ends(explorer, f, id).is_empty();
    let mut generations: Vec<Generation> = Vec::new();
    for member in all.into_iter().filter(|_| has_story) {
        let of = explorer.atlas.framework(member);
        let entry = heir(explorer, of, member, member == node);
        match generations.last_mut() {
            Some(last) if last.edition == of.id => last.entries.push(entry),
            _ => generations.push(Generation { edition: &of.id, year: of.year(), entries: vec![entry] }),
        }
    }
    generations
}

/// The next of kin in one direction.
fn kin(explorer: &Explorer, node: NodeId, reversed: bool) -> Vec<NodeId> {
    let edges = explorer.atlas.seen(node).filter(|s| s.edge.basis == Basis::Lineage);
    edges.filter(|s| s.reversed == reversed).map(|s| s.other).collect()
}

fn heir(explorer: &Explorer, of: &'static Framework, node: NodeId, is_this: bool) -> Heir {
    let item = explorer.atlas.item(node);
    let lineage = explorer.atlas.seen(node).filter(|s| s.edge.basis == Basis::Lineage && s.reversed);
    let came = lineage.map(|s| Came {
        from: named(explorer.atlas, s.other),
        change: s.edge.stated,
        reason: s.edge.reason,
    });
    Heir {
        item: named(explorer.atlas, node),
        is_this,
        conditions: match item {
            Item::Requirement(r) => names::conditions(of, r),
            _ => Vec::new(),
        },
        came: came.collect(),
        ends: ends(explorer, of, item.id()),
    }
}

/// Edges of the lineage with one end only: an item that is new, or did not go on.
fn ends(explorer: &Explorer, f: &Framework, id: &str) -> Vec<(&'static str, &'static str)> {
    let lineages = explorer.catalogue.lineages.iter();
    let edges = lineages.flat_map(|l| l.edges.iter().map(move |e| (l, e)));
    let ends = edges.filter(|(l, e)| {
        let begins = l.to == f.id && e.to == id && e.from.is_empty();
        let stops = l.from == f.id && e.from == id && e.to.is_empty();
        begins || stops
    });
    ends.map(|(_, e)| (e.change.word(), e.reason.as_str())).collect()
}

impl Page {
    fn stated(&self) -> usize {
        self.groups.iter().map(|g| g.entries.len()).sum()
    }

    fn followed(&self) -> usize {
        self.ways.iter().map(|w| w.ways.len()).sum()
    }
}
