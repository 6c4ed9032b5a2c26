//! The shapes that commands print with `--format json`. They are stable: keys are added, never changed.

use assize_model::atlas::{Gap, Readiness, Standing};
use assize_model::catalogue::{Change, Descent, Origin};
use assize_model::diagnostic::Diagnostic;
use assize_model::plan::PlannedUnit;
use schemars::JsonSchema;
use serde::Serialize;

/// `assize catalogue`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CatalogueShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// Framework editions held.
    pub editions: Vec<EditionShape>,
    /// Test specifications held.
    pub test_specs: Vec<TestSpecShape>,
    /// Lineages held.
    pub lineages: Vec<LineageShape>,
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

/// One step of a path.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HopShape {
    /// Where it starts, as `edition/number`.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// What it says, read in this direction.
    pub relation: String,
    /// The word that stands in the data, read as the data has it.
    pub stated: String,
    /// Whether the data has it the other way round.
    pub reversed: bool,
    /// Who says so: published, editorial, lineage or structure.
    pub basis: String,
    /// How sure it is.
    pub confidence: String,
    /// Why.
    pub reason: String,
    /// The source.
    pub source: String,
    /// Terms under which it is shared.
    pub licence: String,
    /// When an editor read both sides; empty for others.
    pub read: String,
}

/// What is known of two requirements, with the path.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LinkShape {
    /// The first, as `edition/number`.
    pub from: String,
    /// The second.
    pub to: String,
    /// Read from the first to the second: equal, subset-of, superset-of, intersects, overlaps, related or none.
    pub relation: String,
    /// The confidence of the weakest step.
    pub confidence: String,
    /// Whether a single edge says so.
    pub direct: bool,
    /// Whether another path contradicts it; nothing is carried then.
    pub contested: bool,
    /// Whether a PASS on the first is one on the second.
    pub carries_pass: bool,
    /// Whether a FAIL on the first is one on the second.
    pub carries_fail: bool,
    /// What it does in law.
    pub legal_effect: Option<String>,
    /// The path.
    pub path: Vec<HopShape>,
}

/// Two paths that contradict each other.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConflictShape {
    /// One.
    pub one: LinkShape,
    /// The other.
    pub other: LinkShape,
}

/// A requirement without a counterpart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnmappedShape {
    /// As `edition/number`.
    pub item: String,
    /// What it asks.
    pub words: String,
    /// Whether a source says that nothing corresponds; false when nobody has said anything.
    pub mapped_to_nothing: bool,
}

/// Where a requirement of a newer edition came from.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OriginShape {
    /// As `edition/number`.
    pub item: String,
    /// Where it came from.
    #[schemars(with = "String")]
    pub origin: Origin,
    /// Items of the older edition.
    pub from: Vec<String>,
}

/// `assize map FROM TO`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The first edition.
    pub from: String,
    /// The second edition.
    pub to: String,
    /// What relates.
    pub rows: Vec<LinkShape>,
    /// Paths that contradict each other.
    pub conflicts: Vec<ConflictShape>,
    /// Requirements of the first without a counterpart.
    pub gaps_from: Vec<UnmappedShape>,
    /// Requirements of the second without a counterpart.
    pub gaps_to: Vec<UnmappedShape>,
    /// Where each requirement of the second came from, where it is a later edition of the first.
    pub origins: Vec<OriginShape>,
}

/// `assize map REQUIREMENT`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemsShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The items with that name.
    pub items: Vec<ItemShape>,
}

/// One item with everything that relates to it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemShape {
    /// Its edition.
    pub edition: String,
    /// Its number.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// What it asks, in our own words.
    pub words: String,
    /// The topics it falls under.
    pub topics: Vec<String>,
    /// What relates to it.
    pub links: Vec<LinkShape>,
    /// Stated edges that do not seem to fit.
    pub doubted: Vec<DoubtShape>,
}

/// A stated edge that does not seem to fit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DoubtShape {
    /// The other end.
    pub other: String,
    /// The word that stands in the data.
    pub stated: String,
    /// The source.
    pub source: String,
    /// Why it does not seem to fit.
    pub doubt: String,
}

/// `assize coverage`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoverageShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The edition that was judged.
    pub judged: String,
    /// The overall verdict.
    pub overall: String,
    /// What follows for the editions asked for.
    pub against: Vec<CoveredShape>,
}

/// What verdicts say of one edition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoveredShape {
    /// The edition.
    pub edition: String,
    /// Its requirements.
    pub requirements: Vec<AnsweredShape>,
}

/// What verdicts say of one requirement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnsweredShape {
    /// As `edition/number`.
    pub item: String,
    /// What it asks.
    pub words: String,
    /// What is known.
    #[schemars(with = "String")]
    pub standing: Standing,
    /// The answers that say something of it, the deciding ones first.
    pub answers: Vec<AnswerShape>,
}

/// One answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswerShape {
    /// The verdict at the start of the path.
    pub verdict: String,
    /// What it alone says.
    #[schemars(with = "String")]
    pub says: Standing,
    /// The path.
    pub link: LinkShape,
}

/// `assize gap`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GapShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The editions that are met.
    pub have: Vec<String>,
    /// The edition that is needed.
    pub need: String,
    /// Its requirements.
    pub requirements: Vec<GapRowShape>,
}

/// What remains of one requirement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GapRowShape {
    /// As `edition/number`.
    pub item: String,
    /// What it asks.
    pub words: String,
    /// What remains.
    #[schemars(with = "String")]
    pub gap: Gap,
    /// The best path to something that is met.
    pub link: Option<LinkShape>,
}

/// `assize markets`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MarketsShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The edition that was judged.
    pub judged: String,
    /// The overall verdict.
    pub overall: String,
    /// One per scheme.
    pub markets: Vec<MarketShape>,
}

/// One scheme.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MarketShape {
    /// Its id.
    pub scheme: String,
    /// Its name.
    pub title: String,
    /// Country or region.
    pub region: String,
    /// Whether a product can be put before it today.
    pub open: bool,
    /// How it stands.
    pub status: String,
    /// Its routes.
    pub routes: Vec<RouteShape>,
    /// What it accepts of others.
    pub effects: Vec<EffectShape>,
    /// What is not known of it.
    pub gaps: Vec<String>,
}

/// One route.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteShape {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The edition whose requirements it demands.
    pub edition: String,
    /// How near the product is.
    #[schemars(with = "String")]
    pub readiness: Readiness,
    /// Every requirement it demands.
    pub asked: Vec<AskedShape>,
    /// What it asks besides.
    pub besides: Vec<String>,
    /// What a reader has to know.
    pub note: String,
}

/// One demanded requirement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AskedShape {
    /// As `edition/number`.
    pub item: String,
    /// What is known.
    #[schemars(with = "String")]
    pub standing: Standing,
    /// Whether it was claimed not to apply and the claim is settled.
    pub not_applicable: bool,
    /// What else decides.
    pub condition: String,
    /// The path of the deciding answer, where the verdict was on another edition.
    pub link: Option<LinkShape>,
}

/// What a scheme accepts of another.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EffectShape {
    /// Deemed compliance or mutual recognition.
    pub kind: String,
    /// The scheme whose label is accepted.
    pub accepted: String,
    /// The level that is needed; empty when any will do.
    pub level: String,
    /// What it counts as.
    pub counts_as: String,
    /// Since when, or until when.
    pub since: String,
}

/// `assize search`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SearchShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// What was asked.
    pub query: String,
    /// What was found, the best first.
    pub found: Vec<FoundShape>,
}

/// One item found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundShape {
    /// As `edition/number`.
    pub item: String,
    /// What it is.
    pub kind: String,
    /// What it asks.
    pub words: String,
    /// How well it fits; the scale has no meaning of its own.
    pub score: f64,
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
