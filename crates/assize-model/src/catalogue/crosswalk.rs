//! Crosswalks: typed relations between the requirements of two framework editions, each with basis, reason and source.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::lineage::{Edge, Lineage};

/// The mapping rows of one ordered pair of editions: the `row` tables of a file under `mappings/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crosswalk {
    /// The edition that rows are read from.
    pub from: String,
    /// The edition that rows are read to.
    pub to: String,
    /// How many rows the file says it holds; none where it does not say.
    pub total: Option<usize>,
    /// Sources by short key.
    pub sources: BTreeMap<String, String>,
    /// Terms under which the rows of a source are shared, by its key; our own (CC BY 4.0) where it is not named.
    pub licences: BTreeMap<String, String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Path below `catalogue/`, or of the file that was imported.
    pub file: String,
}

/// One row: how the requirement `from` relates to the requirement `to`, over the outcomes they ask for (NIST IR 8477).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Item of the edition that the row is read from.
    pub from: String,
    /// Item of the other edition; empty with `none`, where the source says that nothing corresponds.
    #[serde(default)]
    pub to: String,
    /// How the two relate.
    pub relation: Relation,
    /// Whether a publication says so or we do.
    pub basis: Basis,
    /// Why.
    pub reason: String,
    /// Key into the sources.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// What the row does in law, apart from how the requirements relate.
    #[serde(default)]
    pub legal_effect: Option<LegalEffect>,
    /// When an editor read both sides, as `2026-11-25`; empty for published rows.
    #[serde(default)]
    pub read: String,
    /// Why a published row does not seem to fit; empty when it does.
    #[serde(default)]
    pub doubt: String,
    /// Line in the file, counted from 1; 0 when not known.
    #[serde(skip)]
    pub line: u32,
}

/// How two requirements relate, read from the first to the second, over the outcomes they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Both ask for the same.
    Equal,
    /// The second asks for all that the first asks, and more.
    SubsetOf,
    /// The first asks for all that the second asks, and more.
    SupersetOf,
    /// Both ask for something in common, and each for something of its own.
    Intersects,
    /// Somebody sees a connection and does not say which.
    Related,
    /// They have nothing in common.
    None,
}

impl Relation {
    /// All of them, strongest first.
    pub const ALL: [Self; 6] =
        [Self::Equal, Self::SubsetOf, Self::SupersetOf, Self::Intersects, Self::Related, Self::None];

    /// The word for it, as in the data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::SubsetOf => "subset-of",
            Self::SupersetOf => "superset-of",
            Self::Intersects => "intersects",
            Self::Related => "related",
            Self::None => "none",
        }
    }

    /// The same relation read from the second to the first.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::SubsetOf => Self::SupersetOf,
            Self::SupersetOf => Self::SubsetOf,
            same => same,
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A reader of ours, from both texts or from what is known of them.
    Editorial,
    /// The lineage between two editions of one document.
    Lineage,
    /// A publication.
    Published,
    /// How the document is built: a clause holds its requirements.
    Structure,
}

impl Basis {
    /// The word for it, as in the data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Editorial => "editorial",
            Self::Lineage => "lineage",
            Self::Published => "published",
            Self::Structure => "structure",
        }
    }
}

/// How sure a row is, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Doubtful, or known from titles only.
    Low,
    /// Likely.
    Medium,
    /// Read in the source.
    High,
}

impl Confidence {
    /// The word for it, as in the data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a row does in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegalEffect {
    /// Who meets the first is treated as meeting the second.
    DeemedCompliance,
    /// An authority accepts the first in place of the second.
    MutualRecognition,
}

impl LegalEffect {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::DeemedCompliance => "deemed compliance",
            Self::MutualRecognition => "mutual recognition",
        }
    }
}

/// A file under `mappings/`: lineage, crosswalk or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MappingFile {
    from: String,
    to: String,
    #[serde(default)]
    totals: MappingTotals,
    #[serde(default)]
    sources: BTreeMap<String, String>,
    #[serde(default)]
    licences: BTreeMap<String, String>,
    #[serde(default, rename = "edge")]
    edges: Vec<Edge>,
    #[serde(default, rename = "row")]
    rows: Vec<Spanned<Row>>,
}

/// Numbers of edges and rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MappingTotals {
    edges: usize,
    rows: Option<usize>,
}

impl MappingFile {
    /// Where the file of this pair stands.
    pub(super) fn path(&self) -> String {
        format!("mappings/{}--{}.toml", self.from, self.to)
    }

    /// Its lineage and its crosswalk; a file holds at least one of them.
    pub(super) fn split(self, path: &str, text: &str) -> (Option<Lineage>, Option<Crosswalk>) {
        let rows = numbered(self.rows, text);
        let lineage = (!self.edges.is_empty()).then(|| Lineage {
            from: self.from.clone(),
            to: self.to.clone(),
            total: self.totals.edges,
            sources: self.sources.clone(),
            edges: self.edges,
        });
        let has_rows = !rows.is_empty() || lineage.is_none();
        let crosswalk = has_rows.then_some(Crosswalk {
            from: self.from,
            to: self.to,
            total: self.totals.rows,
            sources: self.sources,
            licences: self.licences,
            rows,
            file: path.to_owned(),
        });
        (lineage, crosswalk)
    }
}

/// Gives each row its line, in one walk through the text.
fn numbered(rows: Vec<Spanned<Row>>, text: &str) -> Vec<Row> {
    let (mut at, mut line) = (0, 1);
    let number = |spanned: Spanned<Row>| {
        let start = spanned.span().start.clamp(at, text.len());
        line += text.as_bytes()[at..start].iter().filter(|b| **b == b'\n').count();
        at = start;
        Row { line: u32::try_from(line).unwrap_or(u32::MAX), ..spanned.into_inner() }
    };
    rows.into_iter().map(number).collect()
}

impl Crosswalk {
    /// The terms under which a row is shared.
    pub fn licence(&self, row: &Row) -> &str {
        self.licences.get(&row.source).map_or(OWN_LICENCE, String::as_str)
    }

    /// The source of a row, in words.
    pub fn source(&self, row: &Row) -> &str {
        self.sources.get(&row.source).map_or("", String::as_str)
    }
}

/// The terms of what is ours.
pub const OWN_LICENCE: &str = "CC BY 4.0";
