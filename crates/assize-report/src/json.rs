//! The report for machines: the same content as the page, as one JSON document with a version and a schema.

use assize_model::assessment::Assessment;
use assize_model::declaration::ics::Ics;
use assize_model::declaration::product::{DutIdentification, State, Supplier};
use assize_model::diagnostic::FilePlace;
use assize_model::judgement::Pointer;
use assize_model::verdict::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EvidenceSummary, RecordLine, Report};

/// The shape of the JSON report. A change that an old reader would misread raises `format`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Version of this shape; 1.
    pub format: u32,
    /// The device and who stands behind it.
    pub identification: Identification,
    /// The test specification and how far its data are verified.
    pub spec: SpecLine,
    /// What was concluded.
    pub assessment: Assessment,
    /// Verdicts of provisions by clause.
    pub clauses: Vec<ClauseLine>,
    /// What the supplier claims.
    pub ics: Ics,
    /// The lines of the declaration that indications and contradictions point at.
    pub places: Vec<Placed>,
    /// The evidence as a whole.
    pub evidence: EvidenceSummary,
    /// The records that the assessment cites.
    pub records: Vec<RecordLine>,
}

/// The DUT identification, without what the bench keeps to itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Identification {
    /// The device under test.
    pub dut: DutIdentification,
    /// The supplier organisation.
    pub supplier: Supplier,
    /// The states the DUT can be in.
    pub states: Vec<State>,
    /// Who examined it.
    pub laboratory: Option<String>,
    /// The state it was in while the probes ran.
    pub state: Option<String>,
    /// Where the probes reached it.
    pub address: Option<String>,
}

/// The test specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpecLine {
    /// Family and edition.
    pub id: String,
    /// Its title, where the specification is at hand.
    pub title: Option<String>,
    /// What was not verified in its data, where they are only partly verified.
    pub verification: Option<String>,
}

/// How many provisions of a clause ended how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClauseLine {
    /// The clause.
    pub clause: String,
    /// Its title, where the specification is at hand.
    pub title: Option<String>,
    /// Provisions that pass.
    pub pass: usize,
    /// Provisions that fail.
    pub fail: usize,
    /// Provisions that are open.
    pub inconclusive: usize,
    /// Provisions that are not claimed.
    pub not_tested: usize,
}

/// A place in the declaration with its line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placed {
    /// The place by keys.
    pub pointer: Pointer,
    /// The line it stands in.
    pub place: FilePlace,
}

/// The report as JSON, in the shape of [`Document`].
pub fn json(report: &Report) -> Value {
    serde_json::to_value(document(report)).expect("shapes have string keys only")
}

/// The JSON Schema of what [`json`] returns.
pub fn json_schema() -> Value {
    schemars::schema_for!(Document).to_value()
}

fn document(report: &Report) -> Document {
    let product = report.product;
    Document {
        format: 1,
        identification: Identification {
            dut: product.dut.clone(),
            supplier: product.supplier.clone(),
            states: product.state.clone(),
            laboratory: product.bench.laboratory.clone(),
            state: product.bench.state.clone(),
            address: product.bench.address.clone(),
        },
        spec: SpecLine {
            id: report.assessment.spec.clone(),
            title: report.spec.map(|s| s.title.clone()),
            verification: report.verification.map(str::to_owned),
        },
        assessment: report.assessment.clone(),
        clauses: clauses(report),
        ics: report.ics.clone(),
        places: places(report),
        evidence: report.evidence.clone(),
        records: report.records.to_vec(),
    }
}

/// The clauses in the order of the assessment, each with its counts.
pub(crate) fn clauses(report: &Report) -> Vec<ClauseLine> {
    let mut lines: Vec<ClauseLine> = Vec::new();
    for provision in &report.assessment.provisions {
        let at = lines.iter().position(|l| l.clause == provision.clause).unwrap_or_else(|| {
            lines.push(empty_line(report, &provision.clause));
            lines.len() - 1
        });
        let line = &mut lines[at];
        match provision.verdict {
            Verdict::Pass => line.pass += 1,
            Verdict::Fail => line.fail += 1,
            Verdict::Inconclusive => line.inconclusive += 1,
            Verdict::NotTested => line.not_tested += 1,
        }
    }
    lines
}

fn empty_line(report: &Report, clause: &str) -> ClauseLine {
    let scenario = report.spec.and_then(|s| s.scenarios.iter().find(|s| s.clause == clause));
    ClauseLine {
        clause: clause.to_owned(),
        title: scenario.map(|s| s.title.clone()),
        pass: 0,
        fail: 0,
        inconclusive: 0,
        not_tested: 0,
    }
}

fn places(report: &Report) -> Vec<Placed> {
    let a = report.assessment;
    let units = a.cases.iter().flat_map(|c| &c.units);
    let pointers = (a.contradictions.iter().map(|c| &c.place))
        .chain(a.ics.broken.iter().map(|b| &b.place))
        .chain(units.flat_map(|u| &u.indications).filter_map(|i| i.place.as_ref()));
    let mut sorted: Vec<&Pointer> = pointers.collect();
    sorted.sort_by_key(|p| (&p.file, &p.path));
    sorted.dedup();
    let placed = sorted.into_iter().filter_map(|pointer| {
        let place = (report.place_of)(pointer)?;
        Some(Placed { pointer: pointer.clone(), place })
    });
    placed.collect()
}
