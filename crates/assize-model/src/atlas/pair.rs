//! Two editions side by side: what relates, by which path, and what has no counterpart, in both directions.

use std::collections::HashSet;

use super::derive::{Conflict, Derived, Followed, Reach};
use super::graph::{Atlas, NodeId};
use super::relations::Relations;
use crate::catalogue::Item;

/// Two editions side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair<'a, 'c> {
    /// What relates, in the order of the first edition, then of the second.
    pub rows: Vec<PairRow<'a, 'c>>,
    /// Paths that contradict each other.
    pub conflicts: Vec<Conflict<'a, 'c>>,
    /// Requirements of the first edition without a counterpart.
    pub gaps_from: Vec<Unmapped>,
    /// Requirements of the second edition without a counterpart.
    pub gaps_to: Vec<Unmapped>,
    /// Searches that were cut, since the atlas is too dense ([`Followed::cut`]): rows and conflicts may be missing, a
    /// requirement may be listed as a gap that is none, and what such a search derived does not carry.
    pub cut: usize,
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
        if self.edition(to).is_none() {
            return Pair::default();
        }
        let Followed { mut derived, conflicts, cut } = self.between(from, to, reach);
        self.settle_pair(&mut derived, reach);
        // That two share nothing is worth a row only where somebody says so.
        derived.retain(|d| d.is_direct() || d.relations != Relations::APART);
        let (firsts, seconds): (HashSet<NodeId>, HashSet<NodeId>) =
            derived.iter().map(|d| (d.from, d.to)).unzip();
        Pair {
            gaps_from: self.unmapped(from, to, |node| firsts.contains(&node)),
            gaps_to: self.unmapped(to, from, |node| seconds.contains(&node)),
            rows: derived,
            conflicts,
            cut,
        }
    }

    /// Takes what would carry over two edges or more from a search of its own, which looks at the parts of its path too.
    fn settle_pair<'a>(&'a self, derived: &mut [Derived<'a, 'c>], reach: Reach) {
        for rows in derived.chunk_by_mut(|a, b| a.from == b.from) {
            let carrying = |d: &&mut Derived<'_, '_>| !d.is_direct() && (d.carries() || d.carries_failure());
            let asked: HashSet<NodeId> = rows.iter_mut().filter(carrying).map(|d| d.to).collect();
            if asked.is_empty() {
                continue;
            }
            let settled = self.follow_to(rows[0].from, reach, |to| asked.contains(&to)).derived;
            for row in rows {
                if let Some(found) = settled.iter().find(|d| d.to == row.to) {
                    row.clone_from(found);
                }
            }
        }
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
