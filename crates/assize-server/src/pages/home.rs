//! The atlas at a glance: what is held, ways in, and the heat map of editions against topics.

use askama::Template;
use assize_model::atlas::HeatRow;
use assize_model::catalogue::{DocumentKind, DocumentStanding, Framework};

use super::{Frame, Link, Part, html};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, names};

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    figures: Figures,
    choice: Choice,
    topics: Vec<(usize, &'static str)>,
    groups: Vec<Group>,
    shown: usize,
    without: usize,
}

/// What is held.
struct Figures {
    documents: String,
    requirements: String,
    edges: String,
    regions: usize,
}

/// What the form above the map asks for.
pub(crate) struct Choice {
    pub(crate) regions: Vec<(String, bool)>,
    pub(crate) kinds: Vec<(&'static str, bool)>,
    pub(crate) standings: Vec<(&'static str, bool)>,
    pub(crate) sorts: Vec<(&'static str, &'static str, bool)>,
}

struct Group {
    name: String,
    rows: Vec<Row>,
}

struct Row {
    short: &'static str,
    title: &'static str,
    href: String,
    year: &'static str,
    ties: usize,
    cells: Vec<Cell>,
    all: usize,
}

struct Cell {
    topic: usize,
    count: usize,
    shade: u8,
}

/// The page.
pub(crate) fn page(explorer: &Explorer, ask: &Address) -> Answer {
    let catalogue = explorer.catalogue;
    let rows = explorer.heat.rows.iter().filter_map(|row| Some((row, catalogue.framework(&row.edition)?)));
    let kept: Vec<(&HeatRow, &'static Framework)> = rows.filter(|(_, f)| fits(f, ask)).collect();
    let shown = kept.len();
    let groups = grouped(explorer, kept, ask.field("sort"));
    let page = Page {
        frame: Frame::new(explorer, Part::Atlas, "How the world's IoT security documents fit together")
            .wide(),
        figures: figures(explorer),
        choice: Choice::new(explorer, ask),
        topics: (1..).zip(explorer.heat.topics).collect(),
        groups,
        shown,
        without: catalogue.frameworks.len() - explorer.heat.rows.len(),
    };
    html(&page)
}

fn figures(explorer: &Explorer) -> Figures {
    let catalogue = explorer.catalogue;
    let stated: usize = catalogue.crosswalks.iter().map(|c| c.rows.len()).sum();
    let lineage: usize = catalogue.lineages.iter().map(|l| l.edges.len()).sum();
    let requirements: usize = catalogue.frameworks.iter().map(|f| f.live().count()).sum();
    Figures {
        documents: names::grouped(catalogue.frameworks.len()),
        requirements: names::grouped(requirements),
        edges: names::grouped(stated + lineage),
        regions: regions(explorer).len(),
    }
}

/// The regions of all editions, each part of `EU / world` by itself.
fn regions(explorer: &Explorer) -> Vec<String> {
    let all = explorer.catalogue.frameworks.iter().flat_map(|f| f.region.split(" / "));
    let mut regions: Vec<String> = all.filter(|r| !r.is_empty()).map(str::to_owned).collect();
    regions.sort();
    regions.dedup();
    regions
}

/// Whether an edition is of the chosen region, kind and standing.
pub(crate) fn fits(f: &Framework, ask: &Address) -> bool {
    let (region, kind, standing) = (ask.field("region"), ask.field("kind"), ask.field("standing"));
    (region.is_empty() || f.region.split(" / ").any(|r| r == region))
        && (kind.is_empty() || f.kind.word() == kind)
        && (standing.is_empty() || f.standing.word() == standing)
}

impl Choice {
    pub(crate) fn new(explorer: &Explorer, ask: &Address) -> Self {
        let kinds = [DocumentKind::Guidance, DocumentKind::Law, DocumentKind::Scheme, DocumentKind::Standard];
        let standings = [
            DocumentStanding::Current,
            DocumentStanding::Draft,
            DocumentStanding::Historic,
            DocumentStanding::Superseded,
        ];
        let is = |name: &str, value: &str| ask.field(name) == value;
        let sorts = [
            ("", "most connected first"),
            ("year", "newest first"),
            ("region", "by region"),
            ("name", "by name"),
        ];
        let regions = regions(explorer).into_iter().map(|r| (is("region", &r), r));
        Self {
            regions: regions.map(|(chosen, r)| (r, chosen)).collect(),
            kinds: kinds.map(|k| (k.word(), is("kind", k.word()))).to_vec(),
            standings: standings.map(|s| (s.word(), is("standing", s.word()))).to_vec(),
            sorts: sorts.map(|(value, words)| (value, words, is("sort", value))).to_vec(),
        }
    }
}

fn grouped(explorer: &Explorer, kept: Vec<(&HeatRow, &'static Framework)>, sort: &str) -> Vec<Group> {
    let mut rows: Vec<(String, Row, &Framework)> =
        kept.into_iter().map(|(row, f)| (group_name(f, sort), view(explorer, row, f), f)).collect();
    match sort {
        "name" => rows.sort_by_key(|(_, row, _)| row.short.to_lowercase()),
        "year" => rows.sort_by(|a, b| (&b.2.date, b.1.ties).cmp(&(&a.2.date, a.1.ties))),
        _ => rows.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.ties.cmp(&a.1.ties))),
    }
    let mut groups: Vec<Group> = Vec::new();
    for (name, row, _) in rows {
        match groups.last_mut() {
            Some(group) if group.name == name => group.rows.push(row),
            _ => groups.push(Group { name, rows: vec![row] }),
        }
    }
    groups
}

fn group_name(f: &Framework, sort: &str) -> String {
    match sort {
        "region" if f.region.is_empty() => "no region known".into(),
        "region" => f.region.clone(),
        "year" if f.year().is_empty() => "no year known".into(),
        "year" => f.year().to_owned(),
        _ => String::new(),
    }
}

fn view(explorer: &Explorer, row: &HeatRow, f: &'static Framework) -> Row {
    let cell = |(topic, count): (usize, &usize)| Cell { topic, count: *count, shade: shade(*count) };
    Row {
        short: names::short(f),
        title: f.title.strip_prefix("CYBER; ").unwrap_or(&f.title),
        href: address::edition(&f.id),
        year: f.year(),
        ties: explorer.ties.get(f.id.as_str()).map_or(0, |t| t.values().map(|t| t.all).sum()),
        cells: (1..).zip(&row.counts).map(cell).collect(),
        all: row.requirements,
    }
}

/// Five shades, each for about twice as many as the one before.
fn shade(count: usize) -> u8 {
    match count {
        0 => 0,
        1 => 1,
        2..=3 => 2,
        4..=7 => 3,
        8..=15 => 4,
        _ => 5,
    }
}

impl Page {
    /// Ways in, where the catalogue holds what they lead to.
    fn ways(&self) -> Vec<(Link, &'static str)> {
        vec![
            (Link::new("All documents", "/f"), "each with its requirements, its editions and where it maps"),
            (
                Link::new("Two documents side by side", "/map"),
                "what relates, by which path, and the gaps in both directions",
            ),
            (
                Link::new("The documents as a graph", "/graph"),
                "which are mapped onto each other, by region, kind and topic",
            ),
            (Link::new("By country and year", "/timeline"), "who published what, and when"),
            (
                Link::new("From edition to edition", "/diff"),
                "what was promoted, split, dropped or is new, from the 2018 Code on",
            ),
            (Link::new("The tests", "/t"), "how each provision is examined, with a guide for every step"),
        ]
    }
}
