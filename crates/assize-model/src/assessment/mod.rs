//! The assessment: verdicts from unit to whole, with everything a reader needs to follow them. This is the shape of
//! `judge --format json` and what every report renders.

mod conclude;
mod lapsed;
mod overall;
mod readiness;
mod review;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::judgement::{By, Indication, Outcome, Pointer};
use crate::verdict::Verdict;

pub use conclude::{Basis, conclude};
pub use readiness::{Accepted, PlaceReadiness, Readiness, Vulnerable};
pub use review::{ClaimCheck, ClaimDecision, IcsReview};

/// Everything that was concluded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// Version of this shape; 1.
    pub format: u32,
    /// The test specification.
    pub spec: String,
    /// The framework edition it tests.
    pub framework: String,
    /// Overall verdict (table 1).
    pub overall: Verdict,
    /// Why, in full sentences, the decisive one first.
    pub reasons: Vec<String>,
    /// Claims that observations or other parts of the declaration refute, reported first.
    pub contradictions: Vec<Contradiction>,
    /// The review of the ICS (phase 4).
    pub ics: IcsReview,
    /// One result per provision, claimed or not.
    pub provisions: Vec<ProvisionResult>,
    /// One result per test case.
    pub cases: Vec<CaseResult>,
    /// How many units ended how.
    pub counts: Counts,
    /// Readiness for quantum computers; it informs, and decides nothing.
    #[serde(default)]
    pub quantum: Readiness,
    /// What the bench could not do or left out, a sentence each; who reads the verdicts has to know of it.
    #[serde(default)]
    pub troubles: Vec<String>,
}

/// How many planned units ended how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Units of claimed provisions.
    pub planned: usize,
    /// Units that passed.
    pub pass: usize,
    /// Units that failed.
    pub fail: usize,
    /// Units that wait for an evaluator to confirm a proposed PASS.
    pub to_confirm: usize,
    /// Units that wait for an evaluator to answer.
    pub to_answer: usize,
    /// Units left open for another reason.
    pub open: usize,
}

/// A claim and what refutes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// The provision whose claim is refuted, or that the claim serves.
    pub provision: String,
    /// What is claimed.
    pub claim: String,
    /// What was seen or stands elsewhere in the declaration.
    pub observed: String,
    /// Where the claim stands.
    pub place: Pointer,
    /// Records that show the observation; empty when the declaration contradicts itself.
    pub evidence: Vec<u64>,
    /// What to do.
    pub remedy: String,
    /// Whether it makes the ICS invalid (clause 4, ICS checks b to e).
    pub invalidates_ics: bool,
}

/// What became of one provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvisionResult {
    /// Its number.
    pub id: String,
    /// The clause it stands in.
    pub clause: String,
    /// What it asks, in our own words.
    pub words: String,
    /// Its status in the ICS pro forma, as `M C (1)`.
    pub status: String,
    /// The claim: `yes`, `no`, `n/a`, or nothing when there is none.
    pub claim: Option<String>,
    /// Detail of the claim.
    pub detail: String,
    /// Whether the claim was carried over from another edition and is only assumed.
    pub assumed: bool,
    /// Verdict of its test group (table 2).
    pub verdict: Verdict,
    /// Whether accepted external evidence stands in for the test cases.
    pub by_external_evidence: bool,
    /// Its test cases.
    pub cases: Vec<String>,
}

/// What became of one test case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseResult {
    /// Its number.
    pub id: String,
    /// Its provision.
    pub provision: String,
    /// `conceptual`, `functional` or `both`.
    pub kind: String,
    /// The verdict (table 3).
    pub verdict: Verdict,
    /// The rule in words, where it is not simply "all units".
    pub rule: String,
    /// Its units.
    pub units: Vec<UnitResult>,
}

/// What became of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnitResult {
    /// Its letter.
    pub letter: String,
    /// Its verb.
    pub verb: String,
    /// What it asks, in our own words.
    pub words: String,
    /// The verdict over all entries.
    pub verdict: Verdict,
    /// Who judged it, or has to.
    pub by: By,
    /// What it waits for, if it waits.
    pub waits: Option<Waits>,
    /// All indications, those against first.
    pub indications: Vec<Indication>,
    /// One result per entry.
    pub entries: Vec<EntryResult>,
}

/// What an open unit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Waits {
    /// An evaluator's answer.
    Answer,
    /// An evaluator's confirmation of a proposed PASS.
    Confirmation,
    /// A probe that did not run, or facts it did not bring.
    Bench,
    /// Information the declaration does not give.
    Declaration,
    /// The units of another case that it applies.
    OtherUnits,
}

/// What came out for one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntryResult {
    /// The entry; none for the whole.
    pub entry: Option<String>,
    /// What counts.
    pub outcome: Outcome,
    /// What a machine proposes, where a person has to confirm it.
    pub proposed: Option<Outcome>,
}

impl Assessment {
    /// The result of one case.
    pub fn case(&self, id: &str) -> Option<&CaseResult> {
        self.cases.iter().find(|c| c.id == id)
    }

    /// The numbers of the cases with this verdict.
    pub fn cases_with(&self, verdict: Verdict) -> Vec<&str> {
        self.cases.iter().filter(|c| c.verdict == verdict).map(|c| c.id.as_str()).collect()
    }
}
