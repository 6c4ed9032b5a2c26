//! What the lab writes into the evidence log: one shape per kind of record. Old kinds stay readable; a new shape
//! gets a new kind.

use std::collections::BTreeMap;

use assize_evidence::{Digest, Draft, Record, Store};
use assize_model::fact::Fact;
use assize_model::judgement::{Outcome, UnitId};
use assize_probes::Observation;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A run begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunStart {
    pub(crate) format: u32,
    pub(crate) tool: String,
    pub(crate) spec: String,
    /// Whether it looks at the network; runs of earlier versions do not say, and their steps tell.
    #[serde(default)]
    pub(crate) network: bool,
}

/// The files of the declaration as they were, each an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeclarationFiles {
    pub(crate) files: BTreeMap<String, Digest>,
}

/// A probe begins on a target. Facts after it supersede those of earlier attempts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct StepStart {
    pub(crate) probe: String,
    pub(crate) target: String,
}

/// A probe ran to its end on a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepEnd {
    pub(crate) probe: String,
    pub(crate) target: String,
    pub(crate) facts: u64,
}

/// A fact with the labels of its raw bytes; the bytes are the record's objects, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FactBody {
    pub(crate) probe: String,
    pub(crate) target: String,
    pub(crate) fact: Fact,
    #[serde(default)]
    pub(crate) raw: Vec<String>,
}

/// The bench could not do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TroubleBody {
    pub(crate) probe: String,
    pub(crate) target: String,
    pub(crate) words: String,
}

/// An evaluator's answer to a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The edition the unit belongs to.
    pub spec: String,
    /// The unit.
    pub unit: UnitId,
    /// The entry; none for all entries.
    #[serde(default)]
    pub entry: Option<String>,
    /// What the evaluator concluded.
    pub outcome: Outcome,
    /// The evaluator's words.
    #[serde(default)]
    pub note: String,
    /// Name of the evaluator.
    pub evaluator: String,
    /// Names of attached files; their bytes are the record's objects, in this order.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Whether it stands against a machine's FAIL on purpose.
    #[serde(default)]
    pub overrules: bool,
    /// Digest of what it rests on; when that changes, the answer no longer counts.
    #[serde(default)]
    pub basis: Option<Digest>,
    /// Digest of what machines had found for the unit; an answer that passes it does not cover later findings.
    #[serde(default)]
    pub findings: Option<Digest>,
}

/// A later record takes an answer back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Withdrawal {
    pub(crate) record: u64,
    pub(crate) evaluator: String,
    #[serde(default)]
    pub(crate) note: String,
}

/// What an evaluator decides on beside test units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Whether external evidence stands in for a test group (clause 4.7).
    ExternalEvidence,
    /// Whether a claim of "n/a" is plausible (clause 4, ICS checks b and c).
    NotApplicable,
}

/// An evaluator's decision on the claim of a provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was asked.
    pub question: Question,
    /// The edition of the specification.
    pub spec: String,
    /// The provision, and so its test group.
    pub provision: String,
    /// Whether it was accepted.
    pub accepted: bool,
    /// The reason.
    pub note: String,
    /// Name of the evaluator.
    pub evaluator: String,
    /// Digest of what it rests on; when that changes, the decision no longer counts.
    pub basis: Digest,
}

/// A run came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunEnd {
    pub(crate) steps: u64,
    pub(crate) troubles: u64,
    /// Whether it was let on the network, so that it took every step of its declaration. Earlier versions did not say.
    #[serde(default)]
    pub(crate) network: bool,
}

/// Names of the kinds of record.
pub(crate) mod kind {
    pub(crate) const ANSWER: &str = "answer";
    pub(crate) const DECISION: &str = "decision";
    pub(crate) const DECLARATION: &str = "declaration";
    pub(crate) const FACT: &str = "fact";
    pub(crate) const RUN_END: &str = "run-end";
    pub(crate) const RUN_START: &str = "run-start";
    pub(crate) const STEP_END: &str = "step-end";
    pub(crate) const STEP_START: &str = "step-start";
    pub(crate) const TROUBLE: &str = "trouble";
    pub(crate) const WITHDRAWAL: &str = "withdrawal";
}

/// The time now, RFC 3339, UTC, to the second.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Writes a record and answers its number.
pub(crate) fn write<T: Serialize>(
    store: &mut Store,
    kind: &str,
    body: &T,
    objects: &[Digest],
) -> Result<u64> {
    let body = serde_json::to_value(body).expect("record bodies have string keys only");
    Ok(store.append(Draft { time: &now(), kind, body, objects })?)
}

/// Writes a fact with its raw bytes.
pub(crate) fn write_fact(store: &mut Store, step: &StepStart, observation: Observation) -> Result<u64> {
    let mut objects = Vec::with_capacity(observation.raw.len());
    for raw in &observation.raw {
        objects.push(store.put(&raw.bytes)?);
    }
    let body = FactBody {
        probe: step.probe.clone(),
        target: step.target.clone(),
        raw: observation.raw.into_iter().map(|r| r.label).collect(),
        fact: observation.fact,
    };
    write(store, kind::FACT, &body, &objects)
}

/// Reads the body of a record.
pub(crate) fn body<T: DeserializeOwned>(record: &Record) -> Result<T> {
    T::deserialize(&record.body).map_err(|e| Error::Record {
        record: record.n,
        kind: record.kind.clone(),
        reason: e.to_string(),
    })
}
