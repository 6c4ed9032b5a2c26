//! Circles of strict subsets. Each asks for more than the one before, so that none can be the first.

use std::collections::{HashMap, VecDeque};

use super::{Desk, End, Found, RowAt, Rule, name};
use crate::catalogue::Relation;

/// A strict edge from the smaller to the greater item.
#[derive(Clone, Copy)]
struct Strict<'a> {
    row: RowAt<'a>,
    is_tested: bool,
    to: usize,
}

/// The strict edges of each item.
#[derive(Default)]
struct Strictly<'a> {
    places: HashMap<End<'a>, usize>,
    edges: Vec<Vec<Strict<'a>>>,
}

pub(super) fn look(desk: &Desk<'_, '_>, found: &mut Found) {
    let mut graph = Strictly::default();
    desk.other_rows().for_each(|row| graph.add(row, false));
    desk.rows().for_each(|row| graph.add(row, true));
    let groups = graph.groups();
    let mut is_told = vec![false; graph.edges.len()];
    for (at, edges) in graph.edges.iter().enumerate() {
        let inside = |e: &&Strict<'_>| e.is_tested && groups[e.to] == groups[at] && !is_told[groups[at]];
        let Some(edge) = edges.iter().find(inside) else { continue };
        let Some(way) = graph.way(edge.to, at, &groups) else { continue };
        is_told[groups[at]] = true;
        found.add(Rule::StrictCycle, || of_cycle(edge.row, &way));
    }
}

fn of_cycle(row: RowAt<'_>, way: &[RowAt<'_>]) -> super::MapFault {
    let mut circle: Vec<String> = Vec::new();
    for step in std::iter::once(&row).chain(way) {
        circle.push(name(smaller(*step)));
    }
    circle.push(circle[0].clone());
    let shown: Vec<String> = circle.iter().take(12).cloned().collect();
    let rest = if circle.len() > shown.len() { " ⊂ …" } else { "" };
    let message = format!("strict subsets lead back to their beginning: {}{rest}", shown.join(" ⊂ "));
    let places: Vec<String> = way.iter().take(11).map(|r| r.place()).collect();
    let remedy = match places.is_empty() {
        true => "an item is no strict subset of itself; remove the row".to_owned(),
        false => {
            format!("read the pairs again and correct one of them; the others stand at {}", places.join(", "))
        }
    };
    row.fault(Rule::StrictCycle, message, remedy)
}

fn smaller(row: RowAt<'_>) -> End<'_> {
    if row.row.relation == Relation::SubsetOf { row.from() } else { row.to() }
}

impl<'a> Strictly<'a> {
    fn add(&mut self, row: RowAt<'a>, is_tested: bool) {
        let (small, great) = match row.row.relation {
            Relation::SubsetOf => (row.from(), row.to()),
            Relation::SupersetOf => (row.to(), row.from()),
            _ => return,
        };
        if !row.row.doubt.is_empty() {
            return;
        }
        let (small, to) = (self.place(small), self.place(great));
        self.edges[small].push(Strict { row, is_tested, to });
    }

    fn place(&mut self, end: End<'a>) -> usize {
        let next = self.edges.len();
        let at = *self.places.entry(end).or_insert(next);
        if at == next {
            self.edges.push(Vec::new());
        }
        at
    }

    /// The group of each item: items that reach each other share one (Tarjan, without recursion).
    fn groups(&self) -> Vec<usize> {
        let count = self.edges.len();
        let (mut order, mut low, mut group) =
            (vec![usize::MAX; count], vec![0; count], vec![usize::MAX; count]);
        let (mut next, mut groups) = (0, 0);
        let mut open: Vec<usize> = Vec::new();
        for root in 0..count {
            let mut work = if order[root] == usize::MAX { vec![(root, 0)] } else { Vec::new() };
            while let Some((at, edge)) = work.pop() {
                if edge == 0 {
                    (order[at], low[at]) = (next, next);
                    next += 1;
                    open.push(at);
                }
                if let Some(to) = self.edges[at].get(edge).map(|e| e.to) {
                    work.push((at, edge + 1));
                    match order[to] {
                        usize::MAX => work.push((to, 0)),
                        seen if group[to] == usize::MAX => low[at] = low[at].min(seen),
                        _ => {}
                    }
                    continue;
                }
                if low[at] == order[at] {
                    while let Some(member) = open.pop() {
                        group[member] = groups;
                        if member == at {
                            break;
                        }
                    }
                    groups += 1;
                }
                if let Some((before, _)) = work.last() {
                    low[*before] = low[*before].min(low[at]);
                }
            }
        }
        group
    }

    /// The shortest way between two items of a group, by rows.
    fn way(&self, from: usize, to: usize, groups: &[usize]) -> Option<Vec<RowAt<'a>>> {
        let mut before: HashMap<usize, (usize, RowAt<'a>)> = HashMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            if at == to {
                break;
            }
            for edge in self.edges[at].iter().filter(|e| groups[e.to] == groups[to] && e.to != from) {
                before.entry(edge.to).or_insert_with(|| {
                    queue.push_back(edge.to);
                    (at, edge.row)
                });
            }
        }
        let (mut way, mut at) = (Vec::new(), to);
        while at != from {
            let (from, row) = before.get(&at)?;
            way.push(*row);
            at = *from;
        }
        way.reverse();
        Some(way)
    }
}
