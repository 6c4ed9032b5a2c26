//! The shape of `assize catalogue crypto --format json`.

use schemars::JsonSchema;
use serde::Serialize;

/// `assize catalogue crypto`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CryptoShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// How many statements the catalogue holds.
    pub statements: usize,
    /// How many of them were compared with the words of the document.
    pub statements_read: usize,
    /// The rows that the name stands for; all rows without a name. Of a cipher suite, what it consists of.
    pub rows: Vec<PrimitiveShape>,
}

/// A protocol version, algorithm, key size or attack.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PrimitiveShape {
    /// Its name.
    pub name: String,
    /// What it is, as `cipher`.
    pub part: String,
    /// How it stands, all in all: `agreed`, `legacy` or `broken`.
    pub standing: String,
    /// Why.
    pub why: String,
    /// Other words for it in declarations.
    pub also: Vec<String>,
    /// What a quantum computer would make of it, where that matters: `breaks` or `holds`.
    pub quantum: Option<String>,
    /// The last day on which a source that speaks of periods accepts it; none where one names no end, or none speaks of
    /// it.
    pub accepted_until: Option<String>,
    /// What the sources say.
    pub says: Vec<StatementShape>,
}

/// What one source says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementShape {
    /// Id of the source.
    pub source: String,
    /// Its title.
    pub title: String,
    /// The edition meant.
    pub edition: String,
    /// Clause or table.
    pub at: String,
    /// Where the source is found.
    pub url: String,
    /// `agreed`, `legacy`, `not recommended`, `deprecated` or `broken`.
    pub standing: String,
    /// The last day of use, where the source gives one.
    pub until: Option<String>,
    /// Whether the source is a draft, which informs and never decides.
    pub draft: bool,
    /// Whether the statement is known from others or from an earlier edition only; it never decides.
    pub doubtful: bool,
    /// The day on which the statement was compared with the words of the document; none where it is from knowledge.
    pub read: Option<String>,
}
