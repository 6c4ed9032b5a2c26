//! What follows along paths: each with its path, step by step.

use assize_model::atlas::{Derived, NodeId, Reach};

use super::edges::{Said, Sources, said};
use super::{Named, named};
use crate::{Explorer, names};

/// A derived relation.
pub(crate) struct Way {
    pub(crate) word: &'static str,
    pub(crate) shown: &'static str,
    pub(crate) other: Named,
    pub(crate) confidence: &'static str,
    pub(crate) contested: bool,
    /// What a verdict on the first says of the second.
    pub(crate) carries: &'static str,
    pub(crate) steps: Vec<Step>,
}

/// One step of a path.
pub(crate) struct Step {
    pub(crate) word: &'static str,
    pub(crate) shown: &'static str,
    pub(crate) to: Named,
    pub(crate) said: Said,
}

/// A group of derived relations that say the same.
pub(crate) struct Ways {
    pub(crate) word: &'static str,
    pub(crate) shown: &'static str,
    pub(crate) told: &'static str,
    pub(crate) ways: Vec<Way>,
}

/// A derived relation in words.
pub(crate) fn way(explorer: &Explorer, derived: &Derived<'_, 'static>, sources: &mut Sources) -> Way {
    let steps: Vec<Step> = derived
        .path
        .iter()
        .map(|hop| Step {
            word: hop.relations.word(),
            shown: names::shown(hop.relations.word()),
            to: named(explorer.atlas, hop.other),
            said: said(hop, sources),
        })
        .collect();
    Way {
        word: derived.relations.word(),
        shown: names::shown(derived.relations.word()),
        other: named(explorer.atlas, derived.to),
        confidence: derived.confidence.word(),
        contested: derived.contested,
        carries: match (derived.carries(), derived.carries_failure()) {
            (true, true) => "A PASS and a FAIL carry over.",
            (true, false) => "A PASS carries over.",
            (false, true) => "A FAIL carries over.",
            (false, false) => "",
        },
        steps,
    }
}

/// What follows for an item along paths of more than one step to other documents, grouped; and how many more paths
/// end where nothing is known.
pub(crate) fn ways(explorer: &Explorer, node: NodeId, sources: &mut Sources) -> (Vec<Ways>, usize) {
    let atlas = explorer.atlas;
    let own = &atlas.framework(node).id;
    let all = atlas.derive(node, Reach::default());
    let far = || all.iter().filter(|d| !d.is_direct() && atlas.framework(d.to).id != *own);
    let open = far().filter(|d| d.relations.word() == "open").count();
    let mut group = |word: &&'static str| {
        let mut ways: Vec<&Derived<'_, 'static>> = far().filter(|d| d.relations.word() == *word).collect();
        ways.sort_by_key(|d| (std::cmp::Reverse(d.confidence), d.path.len()));
        let told = names::told(ways.first()?.relations);
        let ways = ways.into_iter().map(|d| way(explorer, d, sources)).collect();
        Some(Ways { word, shown: names::shown(word), told, ways })
    };
    let groups = names::ORDER.iter().filter(|w| **w != "open").filter_map(&mut group).collect();
    (groups, open)
}
