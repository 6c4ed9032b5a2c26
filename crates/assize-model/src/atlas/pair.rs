//! Two editions side by side: what relates, by which path, and what has no counterpart, in both directions.

use super::derive::{Conflict, Derived, Reach};
use super::graph::{Atlas, NodeId};
use super::relations::Relations;
use crate::catalogue::Item;

/// Two editions side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair<'a, 'c> {
    /// What relates, in the order of the first edition, then of the second.
    pub rows: Vec<PairRow<'a, 'c>>,
    /// Paths that contradict each other.
    pub conflicts: Vec<Conflict<'a, 'c>>,
    /// Requirements of the first edition without a counterpart.
    pub gaps_from: Vec<Unmapped>,
    /// Requirements of the second edition without a counterpart.
    pub gaps_to: Vec<Unmapped>,
}

/// One row of a pair.
pub type PairRow<'a, 'c> = Derived<'a, 'c>;

/// A requirement without a counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// The requirement.
    pub node: NodeId,
    /// Whether a source says that nothing corresponds; false when nobody has said anything.
    pub to_nothing: bool,
}

impl<'c> Atlas<'c> {
    /// Two editions side by side. Unknown editions give an empty pair.
    pub fn pair(&self, from: &str, to: &str, reach: Reach) -> Pair<'_, 'c> {
        let mut pair = Pair { rows: vec![], conflicts: vec![], gaps_from: vec![], gaps_to: vec![] };
        let Some(target) = self.edition(to) else { return pair };
        for node in self.items(from) {
            let derived = self.derive(node, reach).into_iter().filter(|d| self.place(d.to) == target);
            // That two share nothing is worth a row only where somebody says so.
            pair.rows.extend(derived.filter(|d| d.is_direct() || d.relations != Relations::APART));
            let clashes = self.conflicts(node, reach).into_iter();
            pair.conflicts.extend(clashes.filter(|c| self.place(c.one.to) == target));
        }
        pair.gaps_from = self.unmapped(from, to, |node| pair.rows.iter().any(|r| r.from == node));
        pair.gaps_to = self.unmapped(to, from, |node| pair.rows.iter().any(|r| r.to == node));
        pair
    }

    /// The requirements of an edition of which `is_mapped` is false, of themselves and of what stands directly above
    /// or below them.
    fn unmapped(&self, edition: &str, other: &str, is_mapped: impl Fn(NodeId) -> bool) -> Vec<Unmapped> {
        let gap = |node: NodeId| Unmapped { node, to_nothing: self.is_mapped_to_nothing(node, other) };
        self.requirements(edition)
            .filter(|n| !self.has_statement(*n, &is_mapped) && !is_mapped(*n))
            .map(gap)
            .collect()
    }

    /// Whether a statement of a prose requirement is mapped.
    fn has_statement(&self, node: NodeId, is_mapped: &impl Fn(NodeId) -> bool) -> bool {
        let mut below =
            self.seen(node).filter(|s| !s.reversed && matches!(self.item(s.other), Item::Statement(_)));
        below.any(|s| is_mapped(s.other))
    }
}
