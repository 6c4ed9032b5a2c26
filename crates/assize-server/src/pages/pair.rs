//! Two editions side by side: what relates, by which path, the gaps in both directions, and what contradicts.

use askama::Template;
use assize_model::atlas::{Conflict, NodeId, PairRow, Reach, Unmapped};
use assize_model::catalogue::{Confidence, Framework};

use super::derived::{Way, way};
use super::edges::Sources;
use super::{Frame, Link, Named, Part, Trouble, html, named};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, filters, names};

#[derive(Template)]
#[template(path = "pair.html")]
struct Page {
    frame: Frame,
    from: Side,
    to: Side,
    stated_only: bool,
    switch: String,
    swap: String,
    rows: Vec<Row>,
    relations: usize,
    open: usize,
    more: Option<(String, usize)>,
    counts: Vec<(&'static str, &'static str, usize)>,
    conflicts: Vec<(Named, Named, [Way; 2])>,
    diff: Option<String>,
    origins: Vec<(String, usize)>,
    sources: Vec<(&'static str, &'static str)>,
}

struct Side {
    short: &'static str,
    title: &'static str,
    href: String,
    all: usize,
    unmapped: Vec<Named>,
    nowhere: Vec<Named>,
}

struct Row {
    item: Named,
    ways: Vec<Way>,
}

/// Relations on one page at most; more stand on the next.
const MOST: usize = 250;

/// The page.
pub(crate) fn page(explorer: &Explorer, from: &str, to: &str, ask: &Address) -> Result<Answer, Trouble> {
    let (a, b) = (explorer.edition(from)?, explorer.edition(to)?);
    let stated_only = ask.field("reach") == "stated";
    let hops = if stated_only { 1 } else { Reach::default().hops };
    let pair = explorer.atlas.pair(from, to, Reach { hops, least: Confidence::Low });
    // What is only connected over several steps says nothing; only a direct edge of that sort is shown.
    let is_told = |r: &PairRow<'_, '_>| r.relations.word() != "open" || r.is_direct();
    let open = pair.rows.iter().filter(|r| !is_told(r)).count();
    let told: Vec<_> = pair.rows.iter().filter(|r| is_told(r)).collect();
    let start = ask.number("start").unwrap_or(0).min(told.len());
    let shown = &told[start..(start + MOST).min(told.len())];
    let left = told.len() - start - shown.len();
    let mut sources = Sources::default();
    let mut rows: Vec<(NodeId, Row)> = Vec::new();
    for derived in shown {
        let next = way(explorer, derived, &mut sources);
        match rows.last_mut() {
            Some((node, row)) if *node == derived.from => row.ways.push(next),
            _ => {
                rows.push((derived.from, Row { item: named(explorer.atlas, derived.from), ways: vec![next] }))
            }
        }
    }
    let title = format!("{} and {}", names::short(a), names::short(b));
    let conflicts = pair.conflicts.iter();
    let mut page = Page {
        frame: Frame::new(explorer, Part::Pairs, title).below([Link::new("Side by side", "/map")]).wide(),
        from: side(explorer, a, &pair.gaps_from),
        to: side(explorer, b, &pair.gaps_to),
        stated_only,
        switch: format!("{}{}", address::pair(from, to), if stated_only { "" } else { "?reach=stated" }),
        swap: address::pair(to, from),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        relations: told.len(),
        open,
        more: (left > 0).then(|| (ask.with("start", &(start + MOST).to_string()), left)),
        counts: counts(&told.iter().map(|d| d.relations.word()).collect::<Vec<_>>()),
        conflicts: conflicts.map(|c| conflict(explorer, c, &mut sources)).collect(),
        diff: explorer.catalogue.lineage(from, to).map(|_| address::diff(from, to)),
        origins: explorer.catalogue.lineage(from, to).map_or(Vec::new(), |l| super::diff::origins(l, a, b)),
        sources: Vec::new(),
    };
    page.sources = sources.list;
    Ok(html(&page))
}

fn counts(words: &[&'static str]) -> Vec<(&'static str, &'static str, usize)> {
    let count = |word: &&'static str| {
        let count = words.iter().filter(|w| w == &word).count();
        (count > 0).then(|| (*word, names::shown(word), count))
    };
    names::ORDER.iter().filter_map(count).collect()
}

fn side(explorer: &Explorer, f: &'static Framework, gaps: &[Unmapped]) -> Side {
    let of = |to_nothing: bool| {
        let gaps = gaps.iter().filter(move |gap| gap.to_nothing == to_nothing);
        gaps.map(|gap| named(explorer.atlas, gap.node)).collect()
    };
    Side {
        short: names::short(f),
        title: f.title.strip_prefix("CYBER; ").unwrap_or(&f.title),
        href: address::edition(&f.id),
        all: f.live().count(),
        unmapped: of(false),
        nowhere: of(true),
    }
}

fn conflict(
    explorer: &Explorer,
    c: &Conflict<'_, 'static>,
    sources: &mut Sources,
) -> (Named, Named, [Way; 2]) {
    let name = |node| named(explorer.atlas, node);
    (name(c.one.from), name(c.one.to), [way(explorer, &c.one, sources), way(explorer, &c.other, sources)])
}

impl Page {
    fn sides(&self) -> [&Side; 2] {
        [&self.from, &self.to]
    }

    fn both_ways(&self) -> [(&Side, &Side); 2] {
        [(&self.from, &self.to), (&self.to, &self.from)]
    }
}

impl Side {
    fn mapped(&self) -> usize {
        self.all.saturating_sub(self.unmapped.len() + self.nowhere.len())
    }
}
