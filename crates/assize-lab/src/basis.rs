//! What answers and decisions rest on. When that changes they no longer count, and what they settled waits again.

use std::collections::BTreeMap;

use assize_evidence::Digest;
use assize_model::catalogue::{Kind, TestUnit};
use assize_model::declaration::Declaration;
use assize_model::judgement::{By, Judgement, Sense, UnitId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::journal::Question;

/// The digest of what an answer to this unit rests on: the IXIT tables it looks at, and for units done on the device
/// also which device it was. A table that the declaration does not know by that name stands for the whole IXIT.
pub(crate) fn basis(unit: &TestUnit, declaration: &Declaration) -> Digest {
    let ixit = value(&declaration.ixit);
    let table = |name: &String| ixit.get(name).unwrap_or(&ixit).clone();
    let mut parts: Vec<Value> = unit.tables.iter().map(table).collect();
    if unit.tables.is_empty() {
        parts.push(value(&declaration.ics));
    }
    if unit.kind != Kind::Conceptual {
        parts.push(value(&declaration.product.dut));
    }
    digest(&parts)
}

/// The digest of what a decision on a claim rests on; for one of "n/a" also the signs that its condition holds, where
/// there are any, so that nobody has accepted what was seen only later.
pub(crate) fn decision_basis(
    question: Question,
    provision: &str,
    declaration: &Declaration,
    signs: &BTreeMap<String, Vec<String>>,
) -> Digest {
    let claim = declaration.ics.claim.get(provision);
    let dut = value(&declaration.product.dut);
    match question {
        Question::ExternalEvidence => digest(&[value(&claim.map(|c| &c.external_evidence)), dut]),
        Question::NotApplicable => {
            let mut parts = vec![value(&claim), dut, value(&declaration.ixit)];
            parts.extend(signs.get(provision).map(value));
            digest(&parts)
        }
    }
}

/// The digest of what machines found for a unit: entries, outcomes, and what speaks against, without record numbers.
pub(crate) fn findings(unit: &UnitId, judgements: &[Judgement]) -> Digest {
    let own = judgements.iter().filter(|j| j.unit == *unit && j.by != By::Evaluator);
    let mut found: Vec<String> = own
        .map(|j| {
            let against = j.indications.iter().filter(|i| i.sense == Sense::Against).map(|i| &i.words);
            json!([j.entry, j.outcome, against.collect::<Vec<_>>()]).to_string()
        })
        .collect();
    found.sort();
    digest(&[json!(found)])
}

fn digest(parts: &[Value]) -> Digest {
    Digest::of(Value::Array(parts.to_vec()).to_string().as_bytes())
}

fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}
