//! Lineage: what became of each requirement from one edition to the next, and where each new one came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::framework::{Framework, Part};

/// What became of each requirement from one edition to the next: the `edge` tables of a file under `mappings/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage {
    /// The older edition.
    pub from: String,
    /// The newer edition.
    pub to: String,
    /// How many edges the file says it holds.
    pub total: usize,
    /// Sources by short key.
    pub sources: BTreeMap<String, String>,
    /// The edges.
    pub edges: Vec<Edge>,
}

/// One edge. An edge without `from` is a new requirement, one without `to` was not carried over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// Requirement or statement of the older edition.
    #[serde(default)]
    pub from: String,
    /// Requirement of the newer edition.
    #[serde(default)]
    pub to: String,
    /// What happened.
    pub change: Change,
    /// Why we say so.
    pub reason: String,
    /// Key into the sources.
    pub source: String,
    /// How sure the fact is.
    pub confidence: String,
}

/// What happened to a requirement between two editions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Carried over.
    Carried,
    /// Changed in content.
    Changed,
    /// Became explanatory text.
    Demoted,
    /// Not taken up.
    Dropped,
    /// Joined with others.
    Merged,
    /// Covers less.
    Narrowed,
    /// Has no counterpart in the older edition.
    New,
    /// Was and stays explanatory text.
    #[serde(rename = "not promoted")]
    NotPromoted,
    /// Became a requirement.
    Promoted,
    /// Only the number changed.
    Renumbered,
    /// Says the same in other words.
    Reworded,
    /// Became several.
    Split,
    /// Asks for more.
    Strengthened,
    /// Asks for less.
    Weakened,
    /// Covers more.
    Widened,
}

impl Change {
    /// The word for it, as in the data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Changed => "changed",
            Self::Demoted => "demoted",
            Self::Dropped => "dropped",
            Self::Merged => "merged",
            Self::Narrowed => "narrowed",
            Self::New => "new",
            Self::NotPromoted => "not promoted",
            Self::Promoted => "promoted",
            Self::Renumbered => "renumbered",
            Self::Reworded => "reworded",
            Self::Split => "split",
            Self::Strengthened => "strengthened",
            Self::Weakened => "weakened",
            Self::Widened => "widened",
        }
    }
}

/// Where a requirement of the newer edition came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// From a guideline box only.
    Guideline,
    /// From supporting text only.
    SupportingText,
    /// From both.
    Both,
    /// From nowhere in the older edition.
    New,
    /// Carried over unchanged, but for its number.
    Carried,
    /// One of several that one became.
    Split,
    /// Several that became one.
    Merged,
    /// Carried over with other words or another reach.
    Reworded,
}

/// A requirement of the newer edition with its origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Descent {
    /// Its number.
    pub id: String,
    /// Where it came from.
    pub origin: Origin,
    /// What it came from.
    pub from: Vec<String>,
}

impl Lineage {
    /// The origin of every live requirement of the newer edition, in its order.
    pub fn descents(&self, older: &Framework, newer: &Framework) -> Vec<Descent> {
        newer.live().map(|r| self.descent(&r.id, older)).collect()
    }

    fn descent(&self, id: &str, older: &Framework) -> Descent {
        let edges: Vec<&Edge> = self.edges.iter().filter(|e| e.to == id && !e.from.is_empty()).collect();
        let from = edges.iter().map(|e| e.from.clone()).collect();
        let parts: Vec<Part> = edges
            .iter()
            .filter_map(|e| older.statements.iter().find(|s| s.label == e.from).map(|s| s.part))
            .collect();
        let origin = match (edges.as_slice(), parts.is_empty()) {
            ([], _) => Origin::New,
            (_, false) => origin_of_parts(&parts),
            ([one], true) => origin_of_change(one.change),
            (_, true) => Origin::Merged,
        };
        Descent { id: id.to_owned(), origin, from }
    }
}

fn origin_of_parts(parts: &[Part]) -> Origin {
    let boxed = parts.contains(&Part::Guideline);
    let supporting = parts.iter().any(|p| *p != Part::Guideline);
    match (boxed, supporting) {
        (true, true) => Origin::Both,
        (true, false) => Origin::Guideline,
        _ => Origin::SupportingText,
    }
}

fn origin_of_change(change: Change) -> Origin {
    match change {
        Change::Carried | Change::Renumbered => Origin::Carried,
        Change::Split => Origin::Split,
        Change::Merged => Origin::Merged,
        _ => Origin::Reworded,
    }
}
