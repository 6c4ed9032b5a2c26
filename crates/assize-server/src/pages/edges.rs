//! Stated edges of an item, gathered by what they say and by the other item.

use std::collections::BTreeMap;

use assize_model::atlas::{NodeId, Seen};
use assize_model::catalogue::{Basis, OWN_LICENCE};

use super::{Named, named};
use crate::{Explorer, names};

/// All that relates to an item in one way.
pub(crate) struct Group {
    /// The word of the data.
    pub(crate) word: &'static str,
    /// The word that is shown.
    pub(crate) shown: &'static str,
    /// What it means, as the end of a sentence about the others.
    pub(crate) told: &'static str,
    pub(crate) entries: Vec<Entry>,
}

/// Another item with everything that is stated of the two.
pub(crate) struct Entry {
    pub(crate) other: Named,
    pub(crate) said: Vec<Said>,
}

impl Entry {
    /// Whether everything that is stated of the two is doubted.
    pub(crate) fn is_doubted(&self) -> bool {
        self.said.iter().all(|s| !s.doubt.is_empty())
    }
}

/// One stated edge.
pub(crate) struct Said {
    /// The word of the data, read in the edge's own direction.
    pub(crate) stated: &'static str,
    pub(crate) reversed: bool,
    pub(crate) basis: &'static str,
    pub(crate) confidence: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) source: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) read: &'static str,
    pub(crate) doubt: &'static str,
    pub(crate) legal: &'static str,
}

/// One stated edge, in words.
pub(crate) fn said(seen: &Seen<'_, 'static>) -> Said {
    let edge = seen.edge;
    Said {
        stated: edge.stated,
        reversed: seen.reversed,
        basis: edge.basis.word(),
        confidence: edge.confidence.word(),
        reason: edge.reason,
        source: edge.source,
        licence: if edge.licence == OWN_LICENCE { "" } else { edge.licence },
        read: edge.read,
        doubt: edge.doubt,
        legal: edge.legal_effect.map_or("", |e| e.words()),
    }
}

/// The groups of an item, without lineage and structure, which have their own places on a page. An edge that is
/// doubted stands with the others and says so.
pub(crate) fn groups(explorer: &Explorer, node: NodeId) -> Vec<Group> {
    let mut found: BTreeMap<&'static str, BTreeMap<NodeId, Vec<Said>>> = BTreeMap::new();
    let is_mapping = |seen: &Seen<'_, '_>| matches!(seen.edge.basis, Basis::Published | Basis::Editorial);
    for seen in explorer.atlas.seen(node).filter(is_mapping) {
        found.entry(seen.relations.word()).or_default().entry(seen.other).or_default().push(said(&seen));
    }
    let group = |word: &&'static str| {
        let entries = found.remove(word)?;
        let relations = explorer.atlas.seen(node).find(|s| s.relations.word() == *word)?.relations;
        let entry = |(other, said)| Entry { other: named(explorer.atlas, other), said };
        Some(Group {
            word,
            shown: names::shown(word),
            told: names::told(relations),
            entries: entries.into_iter().map(entry).collect(),
        })
    };
    names::ORDER.iter().filter_map(group).collect()
}
