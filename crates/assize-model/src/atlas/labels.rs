//! The search: every way to reach an item that tells more than the shorter ones, as labels. Both the search from an item
//! and the one that meets in the middle of two editions run on it.
//!
//! A label is kept unless one that is as short, as sure and as narrow stands at the same item. Joining the relations of
//! the catalogue gives thirteen different ones, so an item holds at most thirteen labels of each confidence, and a
//! search looks at each edge a fixed number of times at most, however dense the atlas is.

use std::cmp::Reverse;

use super::derive::{Hop, Reach};
use super::graph::{Atlas, NodeId, Seen};
use super::relations::Relations;
use crate::catalogue::Confidence;

/// Labels kept in one search, unless the atlas sets another bound. A search that needs more is cut.
pub(super) const MOST_LABELS: usize = 200_000;

/// Edges looked at in one search; beyond, it is cut as well.
const MOST_LOOKS: usize = 20_000_000;

/// What a way to an item says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) relations: Relations,
    pub(super) confidence: Confidence,
    pub(super) hops: u8,
}

/// A way to reach an item, kept while searching.
#[derive(Clone, Copy)]
pub(super) struct Label {
    pub(super) node: NodeId,
    pub(super) said: Said,
    /// The label it came from, and the slot of the edge in the atlas.
    before: Option<(u32, u32)>,
}

/// Which way a search walks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From the first item of a path. An open edge ends its path, and the first item is never visited again.
    Forward,
    /// From the last item of a path, against it. An open edge is the first one walked, and only equal ones come after.
    Backward { avoiding: Option<NodeId> },
}

/// What is kept of each item, by the least confidence: the relations at least as sure, one bit for each of the 32.
#[derive(Clone, Default)]
pub(super) struct Known(Vec<[u32; 3]>);

impl Known {
    pub(super) fn new(size: usize) -> Self {
        Self(vec![[0; 3]; size])
    }

    /// Keeps what is said of an item unless something as sure and as narrow is kept of it.
    pub(super) fn keep(&mut self, at: usize, said: Said) -> bool {
        let known = &mut self.0[at];
        let sure = said.confidence as usize;
        if known[sure] & said.relations.covered_by() != 0 {
            return false;
        }
        known[..=sure].iter_mut().for_each(|k| *k |= said.relations.bit());
        true
    }

    /// Whether something narrower that is as sure, or the same more surely, is kept of an item.
    fn is_beaten(&self, at: usize, said: Said) -> bool {
        let (known, sure) = (&self.0[at], said.confidence as usize);
        let better = said.relations.covered_by() & !said.relations.bit();
        known[sure] & better != 0 || known.get(sure + 1).is_some_and(|k| k & said.relations.bit() != 0)
    }

    pub(super) fn forget(&mut self, at: usize) {
        self.0[at] = [0; 3];
    }
}

/// What one search found: all labels, the shorter first. The first is the item it starts from.
pub(super) struct Labels<'s, 'c> {
    atlas: &'s Atlas<'c>,
    pub(super) list: Vec<Label>,
    /// Whether the search ended before it was through.
    pub(super) is_cut: bool,
    looks: usize,
}

impl<'s, 'c> Labels<'s, 'c> {
    /// Everything that an item reaches. `known` is empty before and after.
    pub(super) fn forward(atlas: &'s Atlas<'c>, from: NodeId, reach: Reach, known: &mut Known) -> Self {
        Self::search(atlas, from, reach, Way::Forward, known)
    }

    /// Everything that reaches an item, without coming by the item to avoid.
    pub(super) fn backward(
        atlas: &'s Atlas<'c>,
        to: NodeId,
        reach: Reach,
        avoiding: Option<NodeId>,
        known: &mut Known,
    ) -> Self {
        Self::search(atlas, to, reach, Way::Backward { avoiding }, known)
    }

    fn search(atlas: &'s Atlas<'c>, start: NodeId, reach: Reach, way: Way, known: &mut Known) -> Self {
        let said = Said { relations: Relations::EQUAL, confidence: Confidence::High, hops: 0 };
        let first = Label { node: start, said, before: None };
        let mut labels = Self { atlas, list: vec![first], is_cut: false, looks: 0 };
        known.keep(start.at(), said);
        let mut level = 0;
        for _ in 0..reach.hops {
            let next = labels.list.len();
            if level == next {
                break;
            }
            // What a label says that was beaten by one as short follows from that one too.
            let best: Vec<usize> = (level..next)
                .filter(|at| !known.is_beaten(labels.list[*at].node.at(), labels.list[*at].said))
                .collect();
            best.into_iter().for_each(|at| labels.extend(at, reach.least, way, known));
            level = next;
        }
        labels.list.iter().for_each(|l| known.forget(l.node.at()));
        labels
    }

    fn extend(&mut self, at: usize, least: Confidence, way: Way, known: &mut Known) {
        let Label { node, said, .. } = self.list[at];
        // Where nothing is known nothing follows. Read backwards, what is equal stands before an open edge.
        if self.is_cut || (said.relations.is_open() && way == Way::Forward) {
            return;
        }
        let start = self.list[0].node;
        let atlas = self.atlas;
        for slot in atlas.slots(node) {
            self.looks += 1;
            let seen = atlas.seen_at(slot);
            let is_avoided = match way {
                Way::Forward => seen.other == start,
                Way::Backward { avoiding } => avoiding == Some(seen.other),
            };
            if is_avoided || !seen.edge.doubt.is_empty() || seen.edge.confidence < least {
                continue;
            }
            let relations = said.relations.then(seen.relations);
            // An open result is kept only for a direct edge, or for one read through items that are equal.
            if relations.is_open() && !may_stay_open(said, seen.relations, way) {
                continue;
            }
            let confidence = said.confidence.min(seen.edge.confidence);
            let next = Said { relations, confidence, hops: said.hops + 1 };
            if known.keep(seen.other.at(), next) {
                let at = u32::try_from(at).expect("labels are bounded");
                self.list.push(Label { node: seen.other, said: next, before: Some((at, slot)) });
            }
            if self.list.len() > atlas.most_labels || self.looks > MOST_LOOKS {
                self.is_cut = true;
                return;
            }
        }
    }

    /// The edges that lead to a label, in the order walked.
    pub(super) fn path(&self, at: usize) -> Vec<Hop<'s, 'c>> {
        let mut path: Vec<Hop<'s, 'c>> = self.steps(at).map(|(slot, _)| self.atlas.seen_at(slot)).collect();
        path.reverse();
        path
    }

    /// The edges from a label of a search backward to its start, as the path they belong to reads them.
    pub(super) fn path_on(&self, at: usize) -> impl Iterator<Item = Hop<'s, 'c>> {
        self.steps(at).map(|(slot, nearer)| {
            let seen = self.atlas.seen_at(slot);
            let (relations, reversed) = (seen.relations.inverse(), !seen.reversed);
            Seen { edge: seen.edge, other: nearer, relations, reversed }
        })
    }

    /// The slots of the edges from a label back to the start, each with the item before it.
    fn steps(&self, at: usize) -> impl Iterator<Item = (u32, NodeId)> {
        let mut step = self.list[at].before;
        std::iter::from_fn(move || {
            let (before, slot) = step?;
            let label = &self.list[before as usize];
            step = label.before;
            Some((slot, label.node))
        })
    }
}

/// Whether nothing known may be kept as a connection that somebody saw.
fn may_stay_open(so_far: Said, next: Relations, way: Way) -> bool {
    match way {
        Way::Forward => so_far.relations == Relations::EQUAL,
        Way::Backward { .. } => so_far.hops == 0 || (so_far.relations.is_open() && next == Relations::EQUAL),
    }
}

/// What the ways to one item say together.
pub(super) struct Weighed {
    /// The one that tells most; among equals the surer, then the shorter, then the narrower.
    pub(super) best: usize,
    /// Whether one that is at least as sure contradicts it.
    pub(super) is_contested: bool,
    /// The shortest that contradicts it.
    pub(super) against: Option<usize>,
}

/// Weighs the ways to one item; none when no one tells anything.
pub(super) fn weigh<T>(ways: &[T], said: impl Fn(&T) -> Said) -> Option<Weighed> {
    let ways = || ways.iter().map(&said).enumerate();
    let narrow = |s: &Said| (s.relations.bits().count_ones(), s.relations.bits());
    let worth = |s: &Said| (s.relations.rank(), s.confidence, Reverse((s.hops, narrow(s))));
    let (best, most) = ways().filter(|(_, s)| tells(s.relations)).max_by_key(|(_, s)| worth(s))?;
    let clashes = || ways().filter(|(_, s)| s.relations.contradicts(most.relations));
    let nearest = |(_, s): &(usize, Said)| (s.hops, Reverse(s.confidence), narrow(s));
    Some(Weighed {
        best,
        is_contested: clashes().any(|(_, s)| s.confidence >= most.confidence),
        against: clashes().min_by_key(nearest).map(|(at, _)| at),
    })
}

/// Whether relations tell anything: something shared, nothing shared, or that somebody saw a connection.
fn tells(relations: Relations) -> bool {
    relations.is_open() || relations.word() != "open"
}
