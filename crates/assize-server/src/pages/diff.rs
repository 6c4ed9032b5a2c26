//! From one edition to the next: where each requirement came from, and what was not carried on.

use std::collections::BTreeMap;

use askama::Template;
use assize_model::catalogue::{Change, Descent, Edge, Framework, Known, Lineage, Origin};
use assize_report::picture;

use super::pictures::Picture;
use super::{Frame, Link, Named, Part, Trouble, html, of_item};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, filters, names};

#[derive(Template)]
#[template(path = "diff.html")]
struct Page {
    frame: Frame,
    from: &'static str,
    to: &'static str,
    pair: String,
    groups: Vec<Group>,
    left: Vec<Left>,
    void: Vec<&'static str>,
    known: String,
    picture: Picture,
}

struct Group {
    anchor: &'static str,
    words: &'static str,
    told: &'static str,
    rows: Vec<Row>,
}

struct Row {
    item: Named,
    came: Vec<Came>,
}

struct Came {
    from: Option<Named>,
    label: String,
    change: &'static str,
    reason: String,
    confidence: String,
}

struct Left {
    change: &'static str,
    rows: Vec<Came>,
}

/// One lineage in the list: its page, its years, and how many requirements came from where.
type Step = (Link, String, Vec<(String, usize)>);

#[derive(Template)]
#[template(path = "diffs.html")]
struct Index {
    frame: Frame,
    rows: Vec<Step>,
    picture: Picture,
    editions: Vec<&'static str>,
}

/// Every origin with its heading and what it means, in the order of the page.
const ORIGINS: [(Origin, &str, &str, &str); 8] = [
    (
        Origin::SupportingText,
        "supporting-text",
        "from supporting text alone",
        "The older document said it beside its guidelines; the newer makes it a provision.",
    ),
    (
        Origin::Both,
        "both",
        "from guideline box and supporting text",
        "A guideline and the text around it became one provision.",
    ),
    (
        Origin::Guideline,
        "guideline",
        "from a guideline box",
        "A guideline, or a part of one, became a provision.",
    ),
    (Origin::New, "new", "new", "Nothing in the older document says it."),
    (Origin::Split, "split", "split off", "One requirement became several."),
    (Origin::Merged, "merged", "merged", "Several became one."),
    (
        Origin::Reworded,
        "reworded",
        "changed in words or reach",
        "The same requirement says it differently, asks for more or for less.",
    ),
    (Origin::Carried, "carried", "carried over", "Unchanged but for the number."),
];

/// How many requirements came from where, in words.
pub(crate) fn origins(lineage: &Lineage, older: &Framework, newer: &Framework) -> Vec<(String, usize)> {
    let descents = lineage.descents(older, newer);
    let count = |(origin, _, words, _): &(Origin, &str, &str, &str)| {
        let count = descents.iter().filter(|d| d.origin == *origin).count();
        (count > 0).then(|| ((*words).to_owned(), count))
    };
    ORIGINS.iter().filter_map(count).collect()
}

/// All lineages held.
pub(crate) fn index(explorer: &Explorer, ask: &Address) -> Result<Answer, Trouble> {
    let (from, to) = (ask.field("from"), ask.field("to"));
    if !from.is_empty() && !to.is_empty() {
        let (older, newer) = (explorer.edition(from)?, explorer.edition(to)?);
        return Ok(Answer { status: 303, ..Answer::moved(address::diff(&older.id, &newer.id)) });
    }
    let row = |l: &Lineage| {
        let (older, newer) = (explorer.catalogue.framework(&l.from)?, explorer.catalogue.framework(&l.to)?);
        let years = format!("{} to {}", older.year(), newer.year());
        let link = Link::new(
            format!("{} to {}", names::short(older), names::short(newer)),
            address::diff(&l.from, &l.to),
        );
        Some((link, years, origins(l, older, newer)))
    };
    let mut lineages: Vec<&Lineage> = explorer.catalogue.lineages.iter().collect();
    let place = |l: &Lineage| explorer.catalogue.frameworks.iter().position(|f| f.id == l.from);
    lineages.sort_by_key(|l| place(l));
    let page = Index {
        frame: Frame::new(explorer, Part::Changes, "From edition to edition").wide(),
        rows: lineages.into_iter().filter_map(row).collect(),
        editions: changing(explorer),
        picture: lineage_of(explorer, &super::pictures::chain(explorer.catalogue)),
    };
    Ok(html(&page).drawn(&page.picture.styles()))
}

/// The editions that something became of, or that something became: those in a lineage or in a family of several.
fn changing(explorer: &Explorer) -> Vec<&'static str> {
    let catalogue = explorer.catalogue;
    let is_joined = |f: &&Framework| {
        catalogue.lineages.iter().any(|l| l.from == f.id || l.to == f.id) || explorer.family(f).len() > 1
    };
    catalogue.frameworks.iter().filter(is_joined).map(|f| f.id.as_str()).collect()
}

fn lineage_of(explorer: &Explorer, chain: &[&str]) -> Picture {
    Picture::draw(|look| picture::lineage(explorer.atlas, chain, &look))
}

/// One lineage.
pub(crate) fn page(explorer: &Explorer, from: &str, to: &str) -> Result<Answer, Trouble> {
    let (older, newer) = (explorer.edition(from)?, explorer.edition(to)?);
    let between = explorer.catalogue.between(from, to);
    let (lineage, known) = between.ok_or_else(|| Trouble::NoLineage(from.to_owned(), to.to_owned()))?;
    let descents = lineage.descents(older, newer);
    let title = format!("From {} to {}", names::short(older), names::short(newer));
    let group = |(origin, anchor, words, told): &(Origin, &'static str, &'static str, &'static str)| {
        let of = descents.iter().filter(|d| d.origin == *origin);
        let rows: Vec<Row> = of.filter_map(|d| row(d, &lineage, older, newer)).collect();
        (!rows.is_empty()).then_some(Group { anchor, words, told, rows })
    };
    let void = newer.requirements.iter().filter(|r| r.obligation.is_void()).map(|r| r.id.as_str());
    let page = Page {
        frame: Frame::new(explorer, Part::Changes, title)
            .below([Link::new("From edition to edition", "/diff")]),
        from: names::short(older),
        to: names::short(newer),
        pair: address::pair(from, to),
        groups: ORIGINS.iter().filter_map(group).collect(),
        left: left(&lineage, older),
        void: void.collect(),
        picture: lineage_of(explorer, &if known == Known::Stated { vec![from, to] } else { Vec::new() }),
        known: how(&known),
    };
    Ok(html(&page).drawn(&page.picture.styles()))
}

/// How it is known what became of each requirement; empty where a lineage says so outright.
fn how(known: &Known) -> String {
    match known {
        Known::Stated => String::new(),
        Known::Chained(by) => format!("Joined from the lineages by way of {}.", by.join(" and ")),
        Known::ByNumber => {
            "No lineage is held between the two: this compares numbers and our own words, and proves nothing."
                .into()
        }
    }
}

fn row(d: &Descent, lineage: &Lineage, older: &'static Framework, newer: &'static Framework) -> Option<Row> {
    let came = lineage.edges.iter().filter(|e| e.to == d.id).map(|e| came(e, older));
    Some(Row { item: of_item(newer, newer.item(&d.id)?), came: came.collect() })
}

fn came(edge: &Edge, older: &'static Framework) -> Came {
    Came {
        from: older.item(&edge.from).map(|item| of_item(older, item)),
        label: edge.from.clone(),
        change: edge.change.word(),
        reason: edge.reason.clone(),
        confidence: edge.confidence.replace('-', " "),
    }
}

/// What did not become a requirement, by what became of it.
fn left(lineage: &Lineage, older: &'static Framework) -> Vec<Left> {
    let mut left: BTreeMap<Change, Vec<Came>> = BTreeMap::new();
    for edge in lineage.edges.iter().filter(|e| e.to.is_empty()) {
        left.entry(edge.change).or_default().push(came(edge, older));
    }
    left.into_iter().map(|(change, rows)| Left { change: change.word(), rows }).collect()
}

impl Page {
    fn all(&self) -> usize {
        self.groups.iter().map(|g| g.rows.len()).sum()
    }

    fn left_out(&self) -> usize {
        self.left.iter().map(|l| l.rows.len()).sum()
    }
}
