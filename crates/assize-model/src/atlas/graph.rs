//! The graph: every item of every edition, and every edge that a mapping, a lineage or a document's structure states.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::labels::MOST_LABELS;
use super::relations::Relations;
use crate::catalogue::{
    Basis, Catalogue, Confidence, Edge as LineageEdge, Framework, Item, LegalEffect, Part,
};

/// An item of an edition, by its place in the atlas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn at(self) -> usize {
        self.0 as usize
    }
}

/// One stated edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge<'c> {
    /// Where it starts.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// What it says of the two.
    pub relations: Relations,
    /// The word that stands in the data: a relation, or a change of edition.
    pub stated: &'static str,
    /// Who says so.
    pub basis: Basis,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why.
    pub reason: &'c str,
    /// The source, in words.
    pub source: &'c str,
    /// Terms under which the edge is shared.
    pub licence: &'c str,
    /// What it does in law, apart from how the requirements relate.
    pub legal_effect: Option<LegalEffect>,
    /// Why a published edge does not seem to fit; empty when it does. Such an edge is shown and never followed.
    pub doubt: &'c str,
    /// When an editor read both sides; empty for others.
    pub read: &'c str,
}

/// An edge as one of its ends sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<'a, 'c> {
    /// The edge.
    pub edge: &'a Edge<'c>,
    /// The other end.
    pub other: NodeId,
    /// What is known, read from this end to the other.
    pub relations: Relations,
    /// Whether the edge is read against its direction.
    pub reversed: bool,
}

/// How the documents fit together: an index over a catalogue.
#[derive(Clone, Debug)]
pub struct Atlas<'c> {
    /// The catalogue it was made from.
    pub catalogue: &'c Catalogue,
    pub(super) nodes: Vec<(u32, Item<'c>)>,
    pub(super) ranges: Vec<Range<u32>>,
    editions: HashMap<&'c str, u32>,
    index: HashMap<(u32, &'c str), NodeId>,
    pub(super) edges: Vec<Edge<'c>>,
    starts: Vec<u32>,
    ends: Vec<(u32, bool)>,
    nowhere: HashSet<(NodeId, u32)>,
    pub(super) most_labels: usize,
}

impl<'c> Atlas<'c> {
    /// Indexes a catalogue. Rows whose ends the catalogue does not hold are left out; the linter names them.
    pub fn new(catalogue: &'c Catalogue) -> Self {
        let mut atlas = Self {
            catalogue,
            nodes: Vec::new(),
            ranges: Vec::new(),
            editions: HashMap::new(),
            index: HashMap::new(),
            edges: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            nowhere: HashSet::new(),
            most_labels: MOST_LABELS,
        };
        for (at, framework) in (0..).zip(&catalogue.frameworks) {
            atlas.add_items(at, framework);
        }
        for (at, framework) in (0..).zip(&catalogue.frameworks) {
            atlas.add_structure(at, framework);
        }
        atlas.add_lineages();
        atlas.add_crosswalks();
        atlas.link();
        atlas
    }

    /// The same with searches that keep fewer labels. One that needs more is cut: it misses relations and perhaps a
    /// contradiction, and nothing that it derives over two edges or more carries.
    #[must_use]
    pub fn bounded(mut self, labels: usize) -> Self {
        self.most_labels = labels.min(MOST_LABELS);
        self
    }

    fn add_items(&mut self, at: u32, framework: &'c Framework) {
        self.editions.entry(&framework.id).or_insert(at);
        let first = count(&self.nodes);
        for item in framework.items() {
            let id = NodeId(count(&self.nodes));
            if let std::collections::hash_map::Entry::Vacant(free) = self.index.entry((at, item.id())) {
                free.insert(id);
                self.nodes.push((at, item));
            }
        }
        self.ranges.push(first..count(&self.nodes));
    }

    /// A clause, a requirement with parts and a guideline with statements hold what stands below them. A whole document
    /// and a topic are not followed: they are no sum of their items. Neither are explanatory notes.
    fn add_structure(&mut self, at: u32, framework: &'c Framework) {
        for id in self.range(at) {
            let (_, item) = self.nodes[id.at()];
            let Some(parent) = self.index.get(&(at, item.parent())).copied().filter(|p| *p != id) else {
                continue;
            };
            if !self.is_asked_for(parent) || !self.is_asked_for(id) {
                continue;
            }
            self.edges.push(Edge {
                from: parent,
                to: id,
                relations: Relations::HOLDS,
                stated: "holds",
                basis: Basis::Structure,
                confidence: Confidence::High,
                reason: "it stands below it in the document",
                source: &framework.title,
                licence: "",
                legal_effect: None,
                doubt: "",
                read: "",
            });
        }
    }

    fn add_lineages(&mut self) {
        for lineage in &self.catalogue.lineages {
            for edge in &lineage.edges {
                let ends = (self.node(&lineage.from, &edge.from), self.node(&lineage.to, &edge.to));
                let (Some(from), Some(to)) = ends else { continue };
                let source = lineage.sources.get(&edge.source).map_or("", String::as_str);
                let relations = shared(edge, &lineage.edges);
                self.edges.push(Edge { relations, ..of_lineage(edge, from, to, source) });
            }
        }
    }

    fn add_crosswalks(&mut self) {
        for crosswalk in &self.catalogue.crosswalks {
            for row in &crosswalk.rows {
                let from = self.node(&crosswalk.from, &row.from);
                if let (Some(from), true, Some(to)) = (from, row.to.is_empty(), self.edition(&crosswalk.to)) {
                    self.nowhere.insert((from, to));
                }
                let (Some(from), Some(to)) = (from, self.node(&crosswalk.to, &row.to)) else { continue };
                self.edges.push(Edge {
                    from,
                    to,
                    relations: Relations::of(row.relation),
                    stated: row.relation.word(),
                    basis: row.basis,
                    confidence: row.confidence,
                    reason: &row.reason,
                    source: crosswalk.source(row),
                    licence: crosswalk.licence(row),
                    legal_effect: row.legal_effect,
                    doubt: &row.doubt,
                    read: &row.read,
                });
            }
        }
    }

    /// Lists the edges of each node side by side.
    fn link(&mut self) {
        let mut counts = vec![0_u32; self.nodes.len() + 1];
        for edge in &self.edges {
            counts[edge.from.at() + 1] += 1;
            counts[edge.to.at() + 1] += 1;
        }
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        self.starts.clone_from(&counts);
        self.ends = vec![(0, false); self.edges.len() * 2];
        for (at, edge) in (0..).zip(&self.edges) {
            for (node, reversed) in [(edge.from, false), (edge.to, true)] {
                let free = &mut counts[node.at()];
                self.ends[*free as usize] = (at, reversed);
                *free += 1;
            }
        }
    }

    /// Whether an item asks for something: a requirement, a statement that is no note, a heading that is the sum of what
    /// stands below it. A whole document and a topic are no such sum.
    pub(super) fn is_asked_for(&self, node: NodeId) -> bool {
        match self.nodes[node.at()].1 {
            Item::Heading(h) => h.kind != "document" && h.kind != "topic",
            Item::Requirement(_) => true,
            Item::Statement(s) => s.part != Part::Note,
        }
    }

    /// The place of an edition.
    pub(super) fn edition(&self, id: &str) -> Option<u32> {
        self.editions.get(id).copied()
    }

    /// The item of an edition with this number, name or label.
    pub fn node(&self, edition: &str, item: &str) -> Option<NodeId> {
        self.index.get(&(self.edition(edition)?, item)).copied()
    }

    /// All items with this number, in any edition, or the one that `edition/item` names.
    pub fn named(&self, name: &str) -> Vec<NodeId> {
        if let Some((edition, item)) = name.split_once('/')
            && let Some(node) = self.node(edition, item)
        {
            return vec![node];
        }
        let editions = 0..count(&self.ranges);
        editions.filter_map(|at| self.index.get(&(at, name)).copied()).collect()
    }

    /// The edition that an item belongs to.
    pub fn framework(&self, node: NodeId) -> &'c Framework {
        &self.catalogue.frameworks[self.nodes[node.at()].0 as usize]
    }

    /// The item.
    pub fn item(&self, node: NodeId) -> Item<'c> {
        self.nodes[node.at()].1
    }

    /// `edition/item`, which [`Self::named`] reads.
    pub fn name(&self, node: NodeId) -> String {
        format!("{}/{}", self.framework(node).id, self.item(node).id())
    }

    /// All items of an edition, headings first, then requirements in the order of the document, then statements.
    pub fn items(&self, edition: &str) -> impl Iterator<Item = NodeId> + use<'c> {
        let range = self.edition(edition).map_or(0..0, |at| self.ranges[at as usize].clone());
        range.map(NodeId)
    }

    /// The requirements of an edition, without headings, statements and void numbers.
    pub fn requirements<'a>(&'a self, edition: &str) -> impl Iterator<Item = NodeId> + use<'a, 'c> {
        self.items(edition).filter(|n| matches!(self.item(*n), Item::Requirement(_)))
    }

    /// All items.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..count(&self.nodes)).map(NodeId)
    }

    /// All edges.
    pub fn edges(&self) -> &[Edge<'c>] {
        &self.edges
    }

    /// The edges of an item, as it sees them.
    pub fn seen(&self, node: NodeId) -> impl Iterator<Item = Seen<'_, 'c>> {
        self.slots(node).map(|slot| self.seen_at(slot))
    }

    /// The slots of the edges of an item.
    pub(super) fn slots(&self, node: NodeId) -> Range<u32> {
        self.starts[node.at()]..self.starts[node.at() + 1]
    }

    /// The edge in a slot, as the item that the slot belongs to sees it.
    pub(super) fn seen_at(&self, slot: u32) -> Seen<'_, 'c> {
        let (at, reversed) = self.ends[slot as usize];
        let edge = &self.edges[at as usize];
        let (other, relations) = match reversed {
            true => (edge.from, edge.relations.inverse()),
            false => (edge.to, edge.relations),
        };
        Seen { edge, other, relations, reversed }
    }

    /// Whether a source says of an item that nothing in the edition corresponds to it.
    pub fn is_mapped_to_nothing(&self, node: NodeId, edition: &str) -> bool {
        self.edition(edition).is_some_and(|at| self.nowhere.contains(&(node, at)))
    }

    pub(super) fn range(&self, at: u32) -> impl Iterator<Item = NodeId> + use<'c> {
        self.ranges[at as usize].clone().map(NodeId)
    }

    pub(super) fn place(&self, node: NodeId) -> u32 {
        self.nodes[node.at()].0
    }
}

/// What a change says where several requirements became one, or one became several: then each is only a part.
fn shared(edge: &LineageEdge, all: &[LineageEdge]) -> Relations {
    let is_merged = all.iter().filter(|e| e.to == edge.to && !e.from.is_empty()).count() > 1;
    let is_split = all.iter().filter(|e| e.from == edge.from && !e.to.is_empty()).count() > 1;
    match (Relations::of_change(edge.change), is_merged, is_split) {
        (said, false, false) => said,
        (Relations::EQUAL | Relations::HELD, true, false) => Relations::HELD,
        (Relations::EQUAL | Relations::HOLDS, false, true) => Relations::HOLDS,
        (Relations::OPEN, ..) => Relations::OPEN,
        _ => Relations::TOUCH,
    }
}

fn of_lineage<'c>(edge: &'c LineageEdge, from: NodeId, to: NodeId, source: &'c str) -> Edge<'c> {
    let confidence = match edge.confidence.as_str() {
        "verified-in-source" | "high" => Confidence::High,
        "partly" | "medium" => Confidence::Medium,
        _ => Confidence::Low,
    };
    Edge {
        from,
        to,
        relations: Relations::of_change(edge.change),
        stated: edge.change.word(),
        basis: Basis::Lineage,
        confidence,
        reason: &edge.reason,
        source,
        licence: crate::catalogue::OWN_LICENCE,
        legal_effect: None,
        doubt: "",
        read: "",
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).expect("an atlas holds fewer than four thousand million items")
}
