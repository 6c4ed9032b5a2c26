//! Renders an assessment, one file per format: a self-contained HTML page for people, JSON for machines. Pure: the
//! same report always gives the same bytes, and nothing is read, asked or looked up on the way.

mod html;
mod json;
pub mod picture;
mod words;

use assize_model::assessment::Assessment;
use assize_model::catalogue::TestSpec;
use assize_model::declaration::ics::Ics;
use assize_model::declaration::product::Product;
use assize_model::diagnostic::FilePlace;
use assize_model::judgement::Pointer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use html::html;
pub use json::{ClauseLine, Document, Identification, Placed, SpecLine, json, json_schema};

/// Everything that a report tells.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// What was concluded.
    pub assessment: &'a Assessment,
    /// `product.toml` as recorded.
    pub product: &'a Product,
    /// `ics.toml` as recorded.
    pub ics: &'a Ics,
    /// The specification, for titles of clauses and words of conditions; the report does without where it is not at
    /// hand.
    pub spec: Option<&'a TestSpec>,
    /// The line of the declaration that a pointer means.
    pub place_of: &'a dyn Fn(&Pointer) -> Option<FilePlace>,
    /// The evidence as a whole.
    pub evidence: &'a EvidenceSummary,
    /// The records that the assessment cites. Only these become links; other numbers stay plain text.
    pub records: &'a [RecordLine],
    /// What was not verified in the edition, where it is only partly verified.
    pub verification: Option<&'a str>,
}

/// The evidence log as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceSummary {
    /// Number of records in the log.
    pub records: u64,
    /// When the first record was written, RFC 3339; empty when there is none.
    pub first: String,
    /// When the last record was written.
    pub last: String,
    /// Root hash of the log.
    pub root: Option<String>,
    /// The name in the seal; none when the evidence is not sealed.
    pub sealed_by: Option<String>,
    /// When the seal says it was made.
    pub seal_time: Option<String>,
    /// Root hash of the records under the seal.
    #[serde(default)]
    pub sealed_root: Option<String>,
    /// Records after the last one under the seal; all of them when the evidence is not sealed.
    #[serde(default)]
    pub records_after_seal: u64,
    /// What is wrong with the evidence, as `assize verify` words it.
    #[serde(default)]
    pub problems: Vec<String>,
    /// The program that recorded the evidence, with its version.
    pub tool: String,
    /// What the bench could not do.
    pub troubles: Vec<String>,
    /// The assessment folder, as the user names it.
    pub folder: String,
}

/// A record that the assessment cites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordLine {
    /// Its number in the log.
    pub number: u64,
    /// When it was written.
    pub time: String,
    /// Its kind.
    pub kind: String,
    /// What it shows, in one line.
    pub words: String,
    /// Digests of the raw bytes that belong to it.
    pub objects: Vec<String>,
}
