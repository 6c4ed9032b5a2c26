//! Stated edges of an item, gathered by what they say and by the other item.

use std::collections::BTreeMap;

use assize_model::atlas::{NodeId, Seen};
use assize_model::catalogue::Basis;

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

/// Entries of a group that are shown at once; the others are folded.
const AT_ONCE: usize = 15;

impl Group {
    /// What is shown at once, and what is folded.
    pub(crate) fn split(&self) -> (&[Entry], &[Entry]) {
        let all = self.entries.len();
        self.entries.split_at(if all > AT_ONCE + 3 { AT_ONCE } else { all })
    }
}

impl Entry {
    /// Whether everything that is stated of the two is doubted.
    pub(crate) fn is_doubted(&self) -> bool {
        self.said.iter().all(|s| !s.doubt.is_empty())
    }
}

/// The sources that a page cites, each once, with the terms under which its edges are shared.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// In the order in which they are first cited; numbered from 1.
    pub(crate) list: Vec<(&'static str, &'static str)>,
}

impl Sources {
    /// The number of a source; 0 for an edge that names none.
    fn cite(&mut self, source: &'static str, licence: &'static str) -> usize {
        if source.is_empty() {
            return 0;
        }
        let at = self.list.iter().position(|known| *known == (source, licence));
        at.map_or_else(
            || {
                self.list.push((source, licence));
                self.list.len()
            },
            |at| at + 1,
        )
    }
}

/// One stated edge.
pub(crate) struct Said {
    /// The word that is shown, read from this side.
    pub(crate) shown: &'static str,
    pub(crate) basis: &'static str,
    pub(crate) confidence: &'static str,
    pub(crate) reason: &'static str,
    /// Its number among the sources of the page; 0 where it names none.
    pub(crate) source: usize,
    pub(crate) read: &'static str,
    pub(crate) doubt: &'static str,
    pub(crate) legal: &'static str,
}

impl Said {
    /// Whether it says what it stands under anyway.
    pub(crate) fn is_under(&self, shown: &str) -> bool {
        self.shown == shown
    }
}

/// One stated edge, in words.
pub(crate) fn said(seen: &Seen<'_, 'static>, sources: &mut Sources) -> Said {
    let edge = seen.edge;
    Said {
        shown: names::shown(seen.relations.word()),
        basis: edge.basis.word(),
        confidence: edge.confidence.word(),
        reason: edge.reason,
        source: sources.cite(edge.source, edge.licence),
        read: edge.read,
        doubt: edge.doubt,
        legal: edge.legal_effect.map_or("", |e| e.words()),
    }
}

/// The groups of an item, without lineage and structure, which have their own places on a page. Everything that is
/// stated of two items stands together, under what is surest: an editor's reading before a publication's, what says
/// more before what says less, and what is doubted last.
pub(crate) fn groups(explorer: &Explorer, node: NodeId, sources: &mut Sources) -> Vec<Group> {
    let mut found: BTreeMap<NodeId, Vec<Seen<'_, 'static>>> = BTreeMap::new();
    let is_mapping = |seen: &Seen<'_, '_>| matches!(seen.edge.basis, Basis::Published | Basis::Editorial);
    for seen in explorer.atlas.seen(node).filter(is_mapping) {
        found.entry(seen.other).or_default().push(seen);
    }
    let mut groups: BTreeMap<&'static str, Vec<Entry>> = BTreeMap::new();
    let mut told: BTreeMap<&'static str, &'static str> = BTreeMap::new();
    for (other, mut all) in found {
        let surest = |s: &Seen<'_, '_>| {
            let is_published = s.edge.basis == Basis::Published;
            (!s.edge.doubt.is_empty(), is_published, std::cmp::Reverse(s.relations.rank()))
        };
        all.sort_by_key(surest);
        let relations = all[0].relations;
        told.insert(relations.word(), names::told(relations));
        let said = all.iter().map(|s| said(s, sources)).collect();
        let entry = Entry { other: named(explorer.atlas, other), said };
        groups.entry(relations.word()).or_default().push(entry);
    }
    let group = |word: &&'static str| {
        let entries = groups.remove(word)?;
        Some(Group {
            word,
            shown: names::shown(word),
            told: told.get(word).copied().unwrap_or_default(),
            entries,
        })
    };
    names::ORDER.iter().filter_map(group).collect()
}
