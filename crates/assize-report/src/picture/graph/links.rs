//! What is connected: documents, and what is mapped between them.

use std::collections::BTreeMap;

use assize_model::atlas::Atlas;
use assize_model::catalogue::{Catalogue, Crosswalk, Framework, Relation, Row};

use super::GraphOptions;
use crate::picture::names::region;

/// The documents shown and the mappings between them.
pub(super) struct Web<'c> {
    /// All that are shown, in the order of the catalogue.
    pub documents: Vec<&'c Framework>,
    /// Places of the longest lineage, oldest first.
    pub spine: Vec<usize>,
    /// Pairs of documents with a mapping.
    pub links: Vec<Link>,
}

/// The pairs of items that are mapped between two documents, in both directions. A pair that several voices speak of
/// counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// Place of the first document.
    pub from: usize,
    /// Place of the second document.
    pub to: usize,
    /// Pairs in which somebody sees a connection that is not in doubt.
    pub pairs: usize,
    /// Pairs of these of which somebody says how the two sides relate.
    pub said: usize,
    /// Pairs of these of which somebody says that one side holds all of the other.
    pub holding: usize,
}

impl Link {
    /// Whether it is known of at least half of the pairs how the two sides relate.
    pub(super) fn is_said(&self) -> bool {
        self.said * 2 >= self.pairs
    }

    /// The other end.
    pub(super) fn other(&self, end: usize) -> usize {
        if self.from == end { self.to } else { self.from }
    }

    /// Whether a document is one of the two.
    pub(super) fn touches(&self, end: usize) -> bool {
        self.from == end || self.to == end
    }
}

/// The strongest relation that is stated of each pair of items; stronger ones come first in their order.
type Voices<'c> = BTreeMap<(&'c str, &'c str), Relation>;

impl<'c> Web<'c> {
    pub(super) fn new(atlas: &Atlas<'c>, options: &GraphOptions) -> Self {
        let spine = longest(atlas.catalogue);
        let is_shown = |f: &&Framework| {
            let is_kind = options.kinds.is_empty() || options.kinds.contains(&f.kind);
            let is_region = options.regions.is_empty() || options.regions.iter().any(|r| r == region(f));
            (is_kind && is_region) || spine.contains(&f.id.as_str())
        };
        let documents: Vec<&Framework> = atlas.catalogue.frameworks.iter().filter(is_shown).collect();
        let place = |id: &str| documents.iter().position(|f| f.id == id);
        let mut voices: BTreeMap<(usize, usize), Voices> = BTreeMap::new();
        for crosswalk in &atlas.catalogue.crosswalks {
            let Some((a, b)) = place(&crosswalk.from).zip(place(&crosswalk.to)).filter(|(a, b)| a != b)
            else {
                continue;
            };
            let voices = voices.entry((a.min(b), a.max(b))).or_default();
            for row in crosswalk.rows.iter().filter(|r| counts(atlas, crosswalk, r, options)) {
                let pair = if a < b { (row.from.as_str(), row.to.as_str()) } else { (&*row.to, &*row.from) };
                let best = voices.entry(pair).or_insert(row.relation);
                *best = row.relation.min(*best);
            }
        }
        let links = voices.into_iter().map(|((from, to), voices)| Link::new(from, to, &voices));
        let links = links.filter(|l| l.pairs >= options.least.max(1)).collect();
        let spine = spine.iter().filter_map(|id| place(id)).collect();
        Self { spine, links, documents }
    }

    /// The links of a document.
    pub(super) fn of(&self, document: usize) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(move |l| l.touches(document))
    }

    /// How many documents one is mapped with.
    pub(super) fn partners(&self, document: usize) -> usize {
        self.of(document).count()
    }

    /// Places of the documents without a link; those in the middle are not among them.
    pub(super) fn alone(&self) -> impl Iterator<Item = usize> {
        let is_alone = |at: &usize| self.partners(*at) == 0 && !self.spine.contains(at);
        (0..self.documents.len()).filter(is_alone)
    }

    /// Places of the documents that stand around the middle.
    pub(super) fn around(&self) -> impl Iterator<Item = usize> {
        let is_around = |at: &usize| self.partners(*at) > 0 && !self.spine.contains(at);
        (0..self.documents.len()).filter(is_around)
    }

    /// The place of a document.
    pub(super) fn place(&self, document: &Framework) -> usize {
        self.documents.iter().position(|f| f.id == document.id).expect("only documents of the web are drawn")
    }
}

impl Link {
    fn new(from: usize, to: usize, voices: &Voices) -> Self {
        let of = |known: &[Relation]| voices.values().filter(|r| known.contains(r)).count();
        let holding = of(&[Relation::Equal, Relation::SubsetOf, Relation::SupersetOf]);
        Self { from, to, pairs: voices.len(), said: holding + of(&[Relation::Intersects]), holding }
    }

    /// What is told on hover.
    pub(super) fn told(&self, documents: &[&Framework]) -> String {
        let Self { from, to, pairs, said, holding } = self;
        let (a, b) = (&documents[*from].id, &documents[*to].id);
        let pairs = super::count(*pairs, "pair", "pairs");
        format!("{a} and {b}: {pairs}\n{said} with a known relation; in {holding} one side holds the other")
    }
}

/// Whether a row is counted: it sees a connection, nobody doubts it, and it is about the topic.
fn counts(atlas: &Atlas, crosswalk: &Crosswalk, row: &Row, options: &GraphOptions) -> bool {
    let about = |edition: &str, item: &str, topic: u8| {
        atlas.node(edition, item).is_some_and(|node| atlas.item(node).topics().contains(&topic))
    };
    let is_about = options
        .topic
        .is_none_or(|t| about(&crosswalk.from, &row.from, t) || about(&crosswalk.to, &row.to, t));
    row.relation != Relation::None && row.doubt.is_empty() && is_about
}

/// The longest chain of editions with a lineage, oldest first; of two as long, the one that begins first in the
/// catalogue.
fn longest(catalogue: &Catalogue) -> Vec<&str> {
    let mut best: Vec<&str> = Vec::new();
    for first in &catalogue.lineages {
        let mut chain = vec![first.from.as_str()];
        let next = |last: &str| catalogue.lineages.iter().find(|l| l.from == last).map(|l| l.to.as_str());
        while let Some(to) = chain.last().and_then(|last| next(last)).filter(|to| !chain.contains(to)) {
            chain.push(to);
        }
        if chain.len() > best.len() {
            best = chain;
        }
    }
    best.retain(|id| catalogue.framework(id).is_some());
    best
}
