//! Rows that a path of other rows excludes.

use std::collections::BTreeMap;

use super::{Desk, Found, RowAt, Rule, name};
use crate::atlas::{Atlas, Derived, NodeId, Relations};

pub(super) fn look(desk: &Desk<'_, '_>, found: &mut Found) {
    let mut starts: BTreeMap<NodeId, Vec<(NodeId, Relations, RowAt<'_>)>> = BTreeMap::new();
    for row in desk.rows().filter(|r| r.row.doubt.is_empty()) {
        let says = Relations::of(row.row.relation);
        let ends = (node(desk.atlas, row.from()), node(desk.atlas, row.to()));
        if let (Some(from), Some(to), false) = (ends.0, ends.1, says.is_open()) {
            starts.entry(from).or_default().push((to, says, row));
        }
    }
    for (count, (from, rows)) in starts.into_iter().enumerate() {
        if count >= desk.options.most_searches {
            found.linted.not_composed += rows.len();
            continue;
        }
        let stated: Vec<(NodeId, Relations)> = rows.iter().map(|(to, says, _)| (*to, *says)).collect();
        let paths = desk.atlas.against(from, &stated, desk.options.reach);
        for ((_, _, row), path) in rows.into_iter().zip(paths) {
            if let Some(path) = path {
                found.add(Rule::ComposedContradiction, || of_path(desk.atlas, row, &path));
            }
        }
    }
}

fn node(atlas: &Atlas<'_>, (edition, item): super::End<'_>) -> Option<NodeId> {
    atlas.node(edition, item)
}

fn of_path(atlas: &Atlas<'_>, row: RowAt<'_>, path: &Derived<'_, '_>) -> super::MapFault {
    let hop = |h: &crate::atlas::Hop<'_, '_>| {
        format!("{} {} ({})", h.relations, atlas.name(h.other), h.edge.basis.word())
    };
    let steps: Vec<String> = path.path.iter().map(hop).collect();
    let follows = match path.relations.word() {
        "open" => String::new(),
        word => format!("{word} follows from "),
    };
    let message = format!(
        "the row says {}, but {follows}the path {}: {}, {}",
        row.row.relation,
        name(row.from()),
        steps.join(", then "),
        if follows.is_empty() { "which rules it out" } else { "and both cannot hold" },
    );
    row.fault(
        Rule::ComposedContradiction,
        message,
        "read the pairs of the path again; one of them, or this one, does not hold",
    )
}
