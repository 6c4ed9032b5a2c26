//! One edition: its facts, its requirements, its other editions, and where it maps.

use askama::Template;
use assize_model::atlas;
use assize_model::catalogue::{Basis, Framework, Item};

use super::{Frame, Link, Named, Part, Trouble, html, of_item};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, names};

#[derive(Template)]
#[template(path = "framework.html")]
struct Page {
    frame: Frame,
    id: &'static str,
    title: &'static str,
    short: &'static str,
    facts: Vec<(&'static str, String)>,
    reference: &'static str,
    editions: Vec<Edition>,
    topic: Option<&'static str>,
    clauses: Vec<Clause>,
    counts: String,
    places: Vec<Place>,
    maps: Vec<Map>,
    specs: Vec<Link>,
}

struct Edition {
    link: Link,
    year: &'static str,
    is_this: bool,
    diff: Option<String>,
}

struct Clause {
    number: &'static str,
    title: &'static str,
    rows: Vec<Row>,
}

struct Row {
    item: Named,
    ties: usize,
    is_void: bool,
}

struct Place {
    item: Named,
    kind: &'static str,
    ties: usize,
}

pub(crate) struct Map {
    pub(crate) short: &'static str,
    pub(crate) title: &'static str,
    pub(crate) href: String,
    pub(crate) all: usize,
    pub(crate) parts: Vec<(&'static str, usize)>,
    pub(crate) doubted: usize,
}

impl Page {
    /// The address that the reference begins with, if it does, and the rest.
    fn reference(&self) -> (&'static str, &'static str) {
        let at = self.reference.find(' ').unwrap_or(self.reference.len());
        match self.reference.starts_with("https://") || self.reference.starts_with("http://") {
            true => self.reference.split_at(at),
            false => ("", self.reference),
        }
    }
}

/// The page.
pub(crate) fn page(explorer: &Explorer, id: &str, ask: &Address) -> Result<Answer, Trouble> {
    let f = explorer.edition(id)?;
    let topic = ask.number("topic").and_then(|t| u8::try_from(t).ok()).filter(|t| atlas::topic(*t).is_some());
    let clauses = clauses(explorer, f, topic);
    let shown = clauses.iter().flat_map(|c| &c.rows).filter(|r| !r.is_void).count();
    let page = Page {
        frame: Frame::new(explorer, Part::Documents, names::short(f)).below([Link::new("Documents", "/f")]),
        id: &f.id,
        title: &f.title,
        short: names::short(f),
        facts: facts(f),
        reference: &f.reference,
        editions: editions(explorer, f),
        topic: topic.and_then(atlas::topic),
        clauses,
        counts: counts(f, shown),
        places: places(explorer, f, topic),
        maps: maps(explorer, f),
        specs: specs(explorer, f),
    };
    Ok(html(&page))
}

fn facts(f: &'static Framework) -> Vec<(&'static str, String)> {
    let standing = match (f.standing.word(), f.status.as_str()) {
        (word, "") => word.to_owned(),
        (word, status) if status.starts_with(word) => status.to_owned(),
        (word, status) => format!("{word}: {status}"),
    };
    let all = [
        ("Publisher", f.publisher.clone()),
        ("Published", f.date.clone()),
        ("Region", f.region.clone()),
        ("Kind", f.kind.word().to_owned()),
        ("Standing", standing),
        ("Number", f.identifier.clone()),
        ("Known from", f.known_from.words().to_owned()),
        ("Terms of the document", f.document_licence.clone()),
        ("Terms of these facts", f.licence.clone()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn editions(explorer: &Explorer, f: &'static Framework) -> Vec<Edition> {
    let family = explorer.family(f);
    if family.len() < 2 {
        return Vec::new();
    }
    let diff = |other: &Framework| {
        let held =
            |from: &str, to: &str| explorer.catalogue.between(from, to).map(|_| address::diff(from, to));
        held(&other.id, &f.id).or_else(|| held(&f.id, &other.id))
    };
    let edition = |other: &'static Framework| Edition {
        link: Link::new(&other.id, address::edition(&other.id)),
        year: other.year(),
        is_this: other.id == f.id,
        diff: diff(other),
    };
    family.into_iter().map(edition).collect()
}

fn clauses(explorer: &Explorer, f: &'static Framework, topic: Option<u8>) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    for r in f.requirements.iter().filter(|r| topic.is_none_or(|t| r.topics.contains(&t))) {
        let item = Item::Requirement(r);
        let row =
            Row { item: of_item(f, item), ties: ties(explorer, f, item), is_void: r.obligation.is_void() };
        let title = match r.clause_title.as_str() {
            "" => f.headings.iter().find(|h| h.id == item.parent()).map_or("", |h| h.words.as_str()),
            title => title,
        };
        match clauses.last_mut() {
            Some(clause) if clause.number == r.clause && clause.title == title => clause.rows.push(row),
            _ => clauses.push(Clause { number: &r.clause, title, rows: vec![row] }),
        }
    }
    clauses
}

/// Stated edges from an item to other documents.
fn ties(explorer: &Explorer, f: &Framework, item: Item<'_>) -> usize {
    let node = explorer.atlas.node(&f.id, item.id());
    node.map_or(0, |n| explorer.atlas.seen(n).filter(|s| s.edge.basis != Basis::Structure).count())
}

fn counts(f: &Framework, shown: usize) -> String {
    let count =
        |is: &dyn Fn(&&assize_model::catalogue::Requirement) -> bool| f.live().filter(|r| is(r)).count();
    let (mandatory, recommended) =
        (count(&|r| r.obligation.is_mandatory()), count(&|r| r.obligation.is_recommended()));
    let all = f.live().count();
    let mut words = match shown == all {
        true => names::plural(all, "requirement"),
        false => format!("{shown} of {}", names::plural(all, "requirement")),
    };
    if mandatory + recommended > 0 && shown == all {
        words = format!("{words}: {mandatory} mandatory, {recommended} recommended");
    }
    words + "."
}

fn places(explorer: &Explorer, f: &'static Framework, topic: Option<u8>) -> Vec<Place> {
    let place = |h| {
        let item = Item::Heading(h);
        Place { item: of_item(f, item), kind: item.kind(), ties: ties(explorer, f, item) }
    };
    let headings = f.headings.iter().filter(|h| topic.is_none_or(|t| h.topics.contains(&t)));
    headings.map(place).filter(|p| p.ties > 0 || f.requirements.is_empty()).collect()
}

fn maps(explorer: &Explorer, f: &'static Framework) -> Vec<Map> {
    let Some(ties) = explorer.ties.get(f.id.as_str()) else { return Vec::new() };
    let held = ties.iter().filter_map(|(id, tie)| Some((explorer.catalogue.framework(id)?, tie)));
    let map = |(other, tie): (&'static Framework, &crate::explorer::Tie)| {
        let count = |word: &&'static str| tie.words.get(word).map(|count| (names::shown(word), *count));
        Map {
            short: names::short(other),
            title: other.title.strip_prefix("CYBER; ").unwrap_or(&other.title),
            href: address::pair(&f.id, &other.id),
            all: tie.all,
            parts: names::ORDER.iter().filter_map(count).collect(),
            doubted: tie.doubted,
        }
    };
    let mut maps: Vec<Map> = held.filter(|(other, _)| other.id != f.id).map(map).collect();
    maps.sort_by(|a, b| b.all.cmp(&a.all).then(a.short.cmp(b.short)));
    maps
}

fn specs(explorer: &Explorer, f: &Framework) -> Vec<Link> {
    let specs = explorer.catalogue.specs.iter().filter(|s| s.tests == f.id || s.id == f.id);
    specs.map(|s| Link::new(&s.id, format!("/t/{}", address::encode(&s.id)))).collect()
}
