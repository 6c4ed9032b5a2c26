//! Two editions at once: ways from the items of the first and ways to the items of the second, joined where they meet.
//! What comes out is what a search from each item of the first finds, at a fraction of the cost in a dense atlas.
//!
//! Why it is the same: a way of more edges than the first half allows is cut after exactly that many. A label as good
//! stands there from the front, and one as good as the rest from the back, since who knows more knows more after joining. A
//! label from the front that is shorter stands for a shorter way as good, for which the same holds. Ways that come
//! by the first item again do not count from the front, so where a search from the back came by it, it is done again
//! without.

use super::derive::{Derived, Followed, Reach};
use super::graph::{Atlas, NodeId};
use super::labels::{Known, Labels, Said};
use super::relations::Relations;

/// Labels of searches from the back that are held at a time; a large edition is done in turns.
const MOST_HELD: usize = 2_000_000;

/// No label.
const NONE: u32 = u32::MAX;

/// A way from the front joined with one from the back, by their places.
#[derive(Clone, Copy)]
struct Joined {
    said: Said,
    front: usize,
    back: usize,
}

/// Labels from the front, by item.
struct Front<'s, 'c> {
    labels: Labels<'s, 'c>,
    /// The place of the next label of the same item.
    next: Vec<u32>,
    /// Edges of a way that is cut in the middle.
    full: u8,
}

/// What is used again from one search to the next.
struct Desk {
    known: Known,
    /// The place of the first label from the front, by item.
    heads: Vec<u32>,
    /// What is known of the two items at hand.
    pair: Known,
    ways: Vec<Joined>,
}

impl<'c> Atlas<'c> {
    /// Everything that follows for each item of the one edition and each of the other, in their order.
    pub(super) fn between(&self, from: &str, to: &str, reach: Reach) -> Followed<'_, 'c> {
        let size = self.nodes.len();
        let mut desk =
            Desk { known: Known::new(size), heads: vec![NONE; size], pair: Known::new(1), ways: Vec::new() };
        let mut found = Followed::default();
        let mut to = self.items(to).peekable();
        while to.peek().is_some() {
            let mut backs = Vec::new();
            let mut held = 0;
            while held < MOST_HELD
                && let Some(node) = to.next()
            {
                let back = Labels::backward(self, node, behind(reach), None, &mut desk.known);
                held += back.list.len();
                found.cut += usize::from(back.is_cut);
                backs.push(back);
            }
            self.items(from).for_each(|node| self.meet(node, &backs, reach, &mut desk, &mut found));
        }
        found.derived.sort_by_key(|d| (d.from, d.to));
        found.conflicts.sort_by_key(|c| (c.one.from, c.one.to));
        found
    }

    /// Everything that follows for one item and those at the start of the searches from the back.
    fn meet<'s>(
        &'s self,
        node: NodeId,
        backs: &[Labels<'s, 'c>],
        reach: Reach,
        desk: &mut Desk,
        found: &mut Followed<'s, 'c>,
    ) {
        let ahead = Reach { hops: reach.hops.div_ceil(2), ..reach };
        let labels = Labels::forward(self, node, ahead, &mut desk.known);
        found.cut += usize::from(labels.is_cut);
        let front = Front::new(labels, ahead.hops, &mut desk.heads);
        for back in backs.iter().filter(|b| b.list[0].node != node) {
            // Only an item that a way goes on from is inside it.
            let is_inside = back.list.iter().any(|l| l.node == node && l.said.hops < behind(reach).hops);
            if is_inside {
                let to = back.list[0].node;
                let back = Labels::backward(self, to, behind(reach), Some(node), &mut desk.known);
                found.cut += usize::from(back.is_cut);
                front.join(&back, desk, found);
            } else {
                front.join(back, desk, found);
            }
        }
        front.labels.list.iter().for_each(|l| desk.heads[l.node.at()] = NONE);
    }
}

/// The part of a reach that is walked from the back.
fn behind(reach: Reach) -> Reach {
    Reach { hops: reach.hops / 2, ..reach }
}

impl<'s, 'c> Front<'s, 'c> {
    fn new(labels: Labels<'s, 'c>, full: u8, heads: &mut [u32]) -> Self {
        let mut next = vec![NONE; labels.list.len()];
        // From the last, so that the shorter ones come first.
        for (at, label) in labels.list.iter().enumerate().rev() {
            let place = u32::try_from(at).expect("labels are bounded");
            next[at] = std::mem::replace(&mut heads[label.node.at()], place);
        }
        Self { labels, next, full }
    }

    /// Joins the ways from the front with those from the back of one item.
    fn join(&self, back: &Labels<'s, 'c>, desk: &mut Desk, found: &mut Followed<'s, 'c>) {
        desk.ways.clear();
        desk.pair.forget(0);
        for (at, label) in back.list.iter().enumerate() {
            let mut next = desk.heads[label.node.at()];
            while next != NONE {
                let front = next as usize;
                next = self.next[front];
                if let Some(said) = self.joined(front, label.said)
                    && desk.pair.keep(0, said)
                {
                    desk.ways.push(Joined { said, front, back: at });
                }
            }
        }
        found.add(&desk.ways, |way| way.said, |way| self.derived(back, *way));
    }

    /// What two halves say together. Every way has one pair of halves: one that ends in the first half has no second,
    /// and one that does not uses it up.
    fn joined(&self, front: usize, back: Said) -> Option<Said> {
        let front = self.labels.list[front].said;
        if back.hops == 0 {
            return Some(front);
        }
        if front.hops != self.full {
            return None;
        }
        let back_relations = back.relations.inverse();
        let relations = front.relations.then(back_relations);
        // An open result is kept only where an open edge comes last, after items that are equal.
        if relations.is_open() && !(front.relations == Relations::EQUAL && back_relations.is_open()) {
            return None;
        }
        let confidence = front.confidence.min(back.confidence);
        Some(Said { relations, confidence, hops: front.hops + back.hops })
    }

    fn derived(&self, back: &Labels<'s, 'c>, way: Joined) -> Derived<'s, 'c> {
        let mut path = self.labels.path(way.front);
        path.extend(back.path_on(way.back));
        Derived {
            from: self.labels.list[0].node,
            to: back.list[0].node,
            relations: way.said.relations,
            confidence: way.said.confidence,
            contested: false,
            cut: self.labels.is_cut || back.is_cut,
            path,
        }
    }
}
