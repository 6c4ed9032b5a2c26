//! What the commands on the atlas print with `--format json`.

use std::collections::BTreeMap;

use assize_model::atlas::{Gap, Readiness, Standing};
use assize_model::catalogue::Origin;
use schemars::JsonSchema;
use serde::Serialize;

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
    /// Searches that ended before they were through, since the atlas is too dense; 0 when all is shown.
    pub cut: usize,
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

/// `assize map check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MapCheckShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// Rows looked at.
    pub rows: usize,
    /// Rows whose words were compared.
    pub compared: usize,
    /// Rows whose words are too thin to compare.
    pub not_compared: usize,
    /// Faults by rule, shown or not.
    pub counts: BTreeMap<String, usize>,
    /// The faults.
    pub faults: Vec<MapFaultShape>,
    /// What was repaired or left out while reading.
    pub repairs: Vec<RepairShape>,
}

/// One fault of a mapping.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MapFaultShape {
    /// The rule.
    pub rule: String,
    /// error, warning or note.
    pub level: String,
    /// The file.
    pub file: String,
    /// Line, row or record; 0 when the file as a whole is meant.
    pub line: u32,
    /// The item the row is read from, as `edition/number`.
    pub from: String,
    /// The item it is read to.
    pub to: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// What may have been meant, the likeliest first.
    pub suggestions: Vec<String>,
}

/// Something repaired or left out while reading.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RepairShape {
    /// repaired or left out.
    pub what: String,
    /// Where in the file.
    pub place: String,
    /// What it is.
    pub message: String,
}

/// `assize map import`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportShape {
    /// Version of this shape; 1.
    pub format: u32,
    /// The file.
    pub file: String,
    /// Whether the change was made.
    pub applied: bool,
    /// What was repaired or left out while reading.
    pub repairs: Vec<RepairShape>,
    /// What keeping it changes.
    pub changes: Vec<ChangeShape>,
    /// Files that are written.
    pub files: Vec<String>,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeShape {
    /// What sort of change.
    pub kind: String,
    /// The change.
    pub what: String,
}
