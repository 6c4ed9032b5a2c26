//! Derived relations: what follows from stated edges along a path, with the path.

use std::collections::{HashMap, HashSet};

use super::graph::{Atlas, NodeId, Seen};
use super::labels::{Known, Label, Labels, Said, weigh};
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

impl Reach {
    /// How far a verdict may be carried: over edges that are likely at least.
    pub const FOR_VERDICTS: Self = Self { hops: 4, least: Confidence::Medium };
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
    /// Whether another path that is at least as sure contradicts this one, or a part of it. Nothing may be carried then; all
    /// contradictions are in [`Atlas::conflicts`].
    pub contested: bool,
    /// Whether the search that found it was cut, so that a contradiction may have been missed. Nothing may be carried
    /// over more than one edge then.
    pub cut: bool,
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
        self.relations.carries() && self.is_settled()
    }

    /// Whether a FAIL on the first is one on the second.
    pub fn carries_failure(&self) -> bool {
        self.relations.carries_failure() && self.is_settled()
    }

    /// Whether nothing contradicts it: nothing that was found, and nothing that a cut search may have missed.
    fn is_settled(&self) -> bool {
        !self.contested && (!self.cut || self.is_direct())
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

/// Everything that follows from an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed<'a, 'c> {
    /// The best path per other item, in the order of the atlas.
    pub derived: Vec<Derived<'a, 'c>>,
    /// The paths that contradict those.
    pub conflicts: Vec<Conflict<'a, 'c>>,
    /// Searches that ended before they were through, since the atlas is too dense. What they found holds as far as it
    /// goes; relations may be missing, and contradictions, so nothing that they derived over two edges or more carries.
    pub cut: usize,
}

impl<'c> Atlas<'c> {
    /// Everything that follows from an item, the best path per other item, in the order of the atlas. A path ends
    /// where nothing more follows. A stated connection without a set relation is kept, of the item or of one that is
    /// equal to it, since its author saw something.
    pub fn derive(&self, from: NodeId, reach: Reach) -> Vec<Derived<'_, 'c>> {
        self.follow(from, reach).derived
    }

    /// The pairs of paths from an item that contradict each other.
    pub fn conflicts(&self, from: NodeId, reach: Reach) -> Vec<Conflict<'_, 'c>> {
        self.follow(from, reach).conflicts
    }

    /// What [`Self::derive`] and [`Self::conflicts`] tell, of one search, and whether it was cut.
    pub fn follow(&self, from: NodeId, reach: Reach) -> Followed<'_, 'c> {
        self.follow_to(from, reach, |_| true)
    }

    /// The same for the items that are asked for.
    pub(super) fn follow_to(
        &self,
        from: NodeId,
        reach: Reach,
        is_asked: impl Fn(NodeId) -> bool,
    ) -> Followed<'_, 'c> {
        let mut followed = self.follow_alone(from, reach, is_asked);
        self.settle(&mut followed.derived, reach);
        followed
    }

    /// Contests what would carry over a part of its path that is contested itself: a contradiction between two items
    /// stands in the way of every path that comes by both.
    pub(super) fn settle(&self, derived: &mut [Derived<'_, 'c>], reach: Reach) {
        let mut known: HashMap<NodeId, (HashSet<NodeId>, bool)> = HashMap::new();
        for derived in derived.iter_mut().filter(|d| !d.is_direct() && (d.carries() || d.carries_failure())) {
            let items: Vec<NodeId> =
                std::iter::once(derived.from).chain(derived.path.iter().map(|hop| hop.other)).collect();
            let last = items.len() - 1;
            for (at, start) in items[..last].iter().enumerate() {
                let (contested, is_cut) =
                    known.entry(*start).or_insert_with(|| self.contested(*start, reach));
                let mut ends = (at + 1..=last).filter(|end| (at, *end) != (0, last)).map(|end| items[end]);
                derived.contested |= ends.any(|end| contested.contains(&end));
                derived.cut |= *is_cut;
            }
        }
    }

    /// The items to which paths from an item contradict each other, and whether the search was cut.
    fn contested(&self, from: NodeId, reach: Reach) -> (HashSet<NodeId>, bool) {
        let followed = self.follow_alone(from, reach, |_| true);
        let contested = followed.derived.iter().filter(|d| d.contested).map(|d| d.to);
        (contested.collect(), followed.cut > 0)
    }

    /// What follows from an item, each path looked at alone.
    fn follow_alone(
        &self,
        from: NodeId,
        reach: Reach,
        is_asked: impl Fn(NodeId) -> bool,
    ) -> Followed<'_, 'c> {
        let found = Labels::forward(self, from, reach, &mut Known::new(self.nodes.len()));
        let mut order: Vec<u32> = (1..).take(found.list.len() - 1).collect();
        order.retain(|at| is_asked(found.list[*at as usize].node));
        order.sort_by_key(|at| found.list[*at as usize].node);
        let mut followed = Followed { cut: usize::from(found.is_cut), ..Followed::default() };
        for ways in order.chunk_by(|a, b| found.list[*a as usize].node == found.list[*b as usize].node) {
            followed.add(ways, |at| found.list[*at as usize].said, |at| found.derived(*at as usize));
        }
        followed
    }

    /// For each thing stated of an item and another: the shortest path that contradicts it, of two edges or more or by
    /// lineage or structure. A path that comes by an item twice says nothing new and does not count.
    pub fn against(
        &self,
        from: NodeId,
        stated: &[(NodeId, Relations)],
        reach: Reach,
    ) -> Vec<Option<Derived<'_, 'c>>> {
        let found = Labels::forward(self, from, reach, &mut Known::new(self.nodes.len()));
        let mut at: HashMap<NodeId, Vec<usize>> = HashMap::new();
        for (place, label) in found.list.iter().enumerate().skip(1) {
            at.entry(label.node).or_default().push(place);
        }
        let other = |(to, said): &(NodeId, Relations)| {
            let clashes = |at: &&usize| found.list[**at].said.relations.contradicts(*said);
            let paths = at.get(to)?.iter().filter(clashes).map(|at| found.derived(*at));
            paths.into_iter().find(|d| d.is_simple() && !d.is_stated_by_a_row())
        };
        stated.iter().map(other).collect()
    }
}

impl<'a, 'c> Followed<'a, 'c> {
    /// Adds what the ways from one item to another say together.
    pub(super) fn add<T>(
        &mut self,
        ways: &[T],
        said: impl Fn(&T) -> Said,
        derived: impl Fn(&T) -> Derived<'a, 'c>,
    ) {
        let Some(weighed) = weigh(ways, said) else { return };
        let best = Derived { contested: weighed.is_contested, ..derived(&ways[weighed.best]) };
        if let Some(against) = weighed.against {
            self.conflicts.push(Conflict { one: best.clone(), other: derived(&ways[against]) });
        }
        self.derived.push(best);
    }
}

impl<'s, 'c> Labels<'s, 'c> {
    fn derived(&self, at: usize) -> Derived<'s, 'c> {
        let Label { node, said, .. } = self.list[at];
        Derived {
            from: self.list[0].node,
            to: node,
            relations: said.relations,
            confidence: said.confidence,
            contested: false,
            cut: self.is_cut,
            path: self.path(at),
        }
    }
}
