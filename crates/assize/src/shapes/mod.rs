//! The shapes that commands print with `--format json`. They are stable: keys are added, never changed.

mod atlas;
mod crypto;

use std::path::PathBuf;

use assize_model::catalogue::{Change, Descent};
use assize_model::diagnostic::Diagnostic;
use assize_model::plan::PlannedUnit;
use schemars::JsonSchema;
use serde::Serialize;

pub use atlas::*;
pub use crypto::*;

/// `assize catalogue`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CatalogueShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// Framework editions held.
    pub editions: Vec<EditionShape>,
    /// Test specifications held.
    pub test_specs: Vec<TestSpecShape>,
    /// Mappings held.
    pub mappings: MappingsShape,
    /// Lineages held.
    pub lineages: Vec<LineageShape>,
    /// How far the lists were read against their sources.
    pub readings: Vec<ReadingShape>,
}

/// How far a list was read against its sources.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReadingShape {
    /// What the list holds, as `default credentials`.
    pub list: String,
    /// How many entries it has.
    pub entries: usize,
    /// How many of them were compared with their source; the others are as they were written from knowledge.
    pub read: usize,
}

/// The mappings, counted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MappingsShape {
    /// Ordered pairs of editions.
    pub pairs: usize,
    /// Rows over all of them.
    pub rows: usize,
    /// Rows that a publication states.
    pub published: usize,
    /// Rows of our own reading.
    pub editorial: usize,
}

/// One framework edition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EditionShape {
    /// Family and edition.
    pub id: String,
    /// Title as published.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Date.
    pub date: String,
    /// Live requirements.
    pub requirements: usize,
    /// Mandatory ones.
    pub mandatory: usize,
    /// Recommended ones.
    pub recommended: usize,
    /// Statements finer than the requirements.
    pub statements: usize,
    /// Numbers left empty.
    pub void: usize,
}

/// One test specification.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TestSpecShape {
    /// Family and edition.
    pub id: String,
    /// The framework edition it tests.
    pub tests: String,
    /// Test scenarios.
    pub scenarios: usize,
    /// Test groups.
    pub groups: usize,
    /// Test cases.
    pub cases: usize,
    /// Test units.
    pub units: usize,
    /// IXIT tables.
    pub ixit_tables: usize,
    /// Units that a check judges or proposes.
    pub units_with_check: usize,
    /// Cases with a guide page.
    pub guides: usize,
    /// How sure its facts are.
    pub confidence: String,
}

/// One lineage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineageShape {
    /// The older edition.
    pub from: String,
    /// The newer edition.
    pub to: String,
    /// Edges.
    pub edges: usize,
}

/// `assize catalogue check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FaultsShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// Every fault.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub faults: Vec<assize_model::catalogue::Fault>,
}

/// `assize diff`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The older edition.
    pub from: String,
    /// The newer edition.
    pub to: String,
    /// How it is known, in words.
    pub known: String,
    /// One row per edge.
    pub rows: Vec<DiffRow>,
    /// Where each requirement of the newer edition came from.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub targets: Vec<Descent>,
}

/// One edge.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffRow {
    /// Requirement or statement of the older edition; empty when new.
    pub from: String,
    /// Requirement of the newer edition; empty when not carried over.
    pub to: String,
    /// What happened.
    #[schemars(with = "String")]
    pub change: Change,
    /// Why we say so.
    pub reason: String,
    /// How sure it is.
    pub confidence: String,
}

/// `assize check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// All diagnostics.
    pub diagnostics: Vec<Diagnostic>,
}

/// `assize plan`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The specification.
    pub spec: String,
    /// Every unit per entry.
    pub units: Vec<PlannedUnit>,
}

/// `assize observe`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ObserveShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// Facts, each with its number in `record` beside its own keys.
    pub facts: Vec<serde_json::Value>,
    /// What the bench could not do.
    pub troubles: Vec<String>,
    /// The folder that a draft was written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft: Option<PathBuf>,
}

/// `assize answer --list`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueueShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// What waits, in working order.
    pub queue: Vec<QueueRow>,
}

/// A unit that waits for a person.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueueRow {
    /// The unit.
    pub unit: String,
    /// What has to stand ready.
    pub setup: String,
    /// Whether only a confirmation is missing.
    pub proposed: bool,
    /// The entries it is open for.
    pub entries: Vec<String>,
    /// What it asks, in our own words.
    pub words: String,
    /// Why a person does it.
    pub by_hand: String,
}

/// `assize answer` with flags: what was recorded.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecordedShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// Numbers of the records that were written.
    pub records: Vec<u64>,
}
