//! Derived relations: what follows from stated edges along a path, with the path.

use std::collections::HashMap;

use super::graph::{Atlas, NodeId, Seen};
use super::relations::Relations;
use crate::catalogue::{Basis, Confidence, LegalEffect};

/// How far a path may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Edges on a path at most.
    pub hops: u8,
    /// The weakest confidence an edge may have to be followed.
    pub least: Confidence,
}

impl Default for Reach {
    fn default() -> Self {
        Self { hops: 4, least: Confidence::Low }
    }
}

/// One step of a path: an edge, as it is read on the way.
pub type Hop<'a, 'c> = Seen<'a, 'c>;

/// What follows for two items along one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived<'a, 'c> {
    /// The first item.
    pub from: NodeId,
    /// The second item.
    pub to: NodeId,
    /// What is known, read from the first to the second.
    pub relations: Relations,
    /// The confidence of the weakest edge on the path.
    pub confidence: Confidence,
    /// Whether another path that is at least as sure contradicts this one. Nothing may be carried then; all
    /// contradictions are in [`Atlas::conflicts`].
    pub contested: bool,
    /// The path.
    pub path: Vec<Hop<'a, 'c>>,
}

/// Two paths that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict<'a, 'c> {
    /// What the stronger path says.
    pub one: Derived<'a, 'c>,
    /// What the other says.
    pub other: Derived<'a, 'c>,
}

impl Derived<'_, '_> {
    /// Whether a PASS on the first is one on the second.
    pub fn carries(&self) -> bool {
        self.relations.carries() && !self.contested
    }

    /// Whether a FAIL on the first is one on the second.
    pub fn carries_failure(&self) -> bool {
        self.relations.carries_failure() && !self.contested
    }

    /// Whether a single edge says so.
    pub fn is_direct(&self) -> bool {
        self.path.len() == 1
    }

    /// Whether it comes by no item twice.
    fn is_simple(&self) -> bool {
        let ends = std::iter::once(self.from).chain(self.path.iter().map(|hop| hop.other));
        let all: Vec<NodeId> = ends.collect();
        all.iter().enumerate().all(|(at, node)| !all[..at].contains(node))
    }

    /// Whether it is one row of a mapping.
    fn is_stated_by_a_row(&self) -> bool {
        let stated = |hop: &Hop<'_, '_>| matches!(hop.edge.basis, Basis::Editorial | Basis::Published);
        self.is_direct() && self.path.iter().all(stated)
    }

    /// What edges on the path do in law; a chain of them does nothing.
    pub fn legal_effect(&self) -> Option<LegalEffect> {
        self.path.first().filter(|_| self.is_direct()).and_then(|hop| hop.edge.legal_effect)
    }
}

/// A way to reach an item, kept while searching.
#[derive(Clone, Copy)]
struct Label {
    node: NodeId,
    relations: Relations,
    confidence: Confidence,
    hops: u8,
    /// The label it came from, and the place of the edge among that node's edges.
    before: Option<(u32, u32)>,
}

/// Labels kept per item. What the first few say differently is enough to show a contradiction.
const LABELS: usize = 6;

/// What one search found: all labels, and those of each item.
struct Search<'s, 'c> {
    atlas: &'s Atlas<'c>,
    reach: Reach,
    labels: Vec<Label>,
    at: HashMap<NodeId, Vec<u32>>,
}

impl<'c> Atlas<'c> {
    /// Everything that follows from an item, the best path per other item, in the order of the atlas. A path ends
    /// where nothing more follows. A stated connection without a set relation is kept, of the item or of one that is
    /// equal to it, since its author saw something.
    pub fn derive(&self, from: NodeId, reach: Reach) -> Vec<Derived<'_, 'c>> {
        let search = self.search(from, reach);
        let mut found: Vec<Derived<'_, 'c>> =
            search.at.values().filter_map(|labels| search.best(labels)).collect();
        found.sort_by_key(|d| d.to);
        found
    }

    /// The pairs of paths from an item that contradict each other.
    pub fn conflicts(&self, from: NodeId, reach: Reach) -> Vec<Conflict<'_, 'c>> {
        let search = self.search(from, reach);
        let mut found: Vec<Conflict<'_, 'c>> =
            search.at.values().filter_map(|labels| search.conflict(labels)).collect();
        found.sort_by_key(|c| c.one.to);
        found
    }

    /// For each thing stated of an item and another: the shortest path that contradicts it, of two edges or more or by
    /// lineage or structure. A path that comes by an item twice says nothing new and does not count.
    pub fn against(
        &self,
        from: NodeId,
        stated: &[(NodeId, Relations)],
        reach: Reach,
    ) -> Vec<Option<Derived<'_, 'c>>> {
        let search = self.search(from, reach);
        let other = |(to, said): &(NodeId, Relations)| {
            let labels = search.at.get(to)?.iter().filter(|at| search.clash(*said, **at));
            labels.map(|at| search.derived(*at)).find(|d| d.is_simple() && !d.is_stated_by_a_row())
        };
        stated.iter().map(other).collect()
    }

    fn search(&self, from: NodeId, reach: Reach) -> Search<'_, 'c> {
        let start = Label {
            node: from,
            relations: Relations::EQUAL,
            confidence: Confidence::High,
            hops: 0,
            before: None,
        };
        let mut search = Search { atlas: self, reach, labels: vec![start], at: HashMap::new() };
        let mut next = 0;
        while let Some(label) = search.labels.get(next).copied() {
            search.extend(u32::try_from(next).expect("labels are bounded per item"), label);
            next += 1;
        }
        search
    }
}

impl<'s, 'c> Search<'s, 'c> {
    fn extend(&mut self, at: u32, label: Label) {
        // Where nothing is known nothing follows; such a label ends its path.
        if label.hops >= self.reach.hops || label.relations.is_open() {
            return;
        }
        let atlas = self.atlas;
        let start = self.labels[0].node;
        for (place, seen) in (0..).zip(atlas.seen(label.node)) {
            if seen.other == start || !seen.edge.doubt.is_empty() || seen.edge.confidence < self.reach.least {
                continue;
            }
            let relations = label.relations.then(seen.relations);
            // An open result is kept only for a direct edge, or for one read through items that are equal.
            if relations.is_open() && label.relations != Relations::EQUAL {
                continue;
            }
            self.offer(Label {
                node: seen.other,
                relations,
                confidence: label.confidence.min(seen.edge.confidence),
                hops: label.hops + 1,
                before: Some((at, place)),
            });
        }
    }

    /// Keeps a label unless one that is as short says as much as surely.
    fn offer(&mut self, label: Label) {
        let known = self.at.entry(label.node).or_default();
        let is_known = known.iter().any(|at| {
            let old = &self.labels[*at as usize];
            old.relations.is_within(label.relations) && old.confidence >= label.confidence
        });
        if !is_known && known.len() < LABELS {
            known.push(u32::try_from(self.labels.len()).expect("labels are bounded per item"));
            self.labels.push(label);
        }
    }

    /// The label that tells most; among equals the surer, then the shorter.
    fn best(&self, labels: &[u32]) -> Option<Derived<'s, 'c>> {
        let value = |at: &&u32| {
            let label = &self.labels[**at as usize];
            (label.relations.rank(), label.confidence, std::cmp::Reverse(label.hops))
        };
        let labels: Vec<u32> = labels.iter().copied().filter(|at| self.tells(*at)).collect();
        let mut best = labels.iter().max_by_key(value).map(|at| self.derived(*at))?;
        best.contested = labels.iter().any(|at| {
            self.clash(best.relations, *at) && self.labels[*at as usize].confidence >= best.confidence
        });
        Some(best)
    }

    /// Whether a label tells anything: something shared, nothing shared, or that somebody saw a connection.
    fn tells(&self, at: u32) -> bool {
        let relations = self.labels[at as usize].relations;
        relations.is_open() || relations.word() != "open"
    }

    fn clash(&self, relations: Relations, at: u32) -> bool {
        self.labels[at as usize].relations.contradicts(relations)
    }

    fn conflict(&self, labels: &[u32]) -> Option<Conflict<'s, 'c>> {
        let best = self.best(labels)?;
        let other = labels.iter().find(|at| self.clash(best.relations, **at))?;
        Some(Conflict { one: best, other: self.derived(*other) })
    }

    fn derived(&self, at: u32) -> Derived<'s, 'c> {
        let label = self.labels[at as usize];
        let mut path = Vec::with_capacity(usize::from(label.hops));
        let mut step = label.before;
        while let Some((before, place)) = step {
            let from = self.labels[before as usize];
            path.extend(self.atlas.seen(from.node).nth(place as usize));
            step = from.before;
        }
        path.reverse();
        Derived {
            from: self.labels[0].node,
            to: label.node,
            relations: label.relations,
            confidence: label.confidence,
            contested: false,
            path,
        }
    }
}
