//! What answers and decisions rest on. When that changes they no longer count, and what they settled waits again.

use std::collections::BTreeMap;

use assize_evidence::Digest;
use assize_model::catalogue::{Kind, TestUnit};
use assize_model::declaration::Declaration;
use assize_model::judgement::{By, Indication, Judgement, Outcome, Sense, UnitId};
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

/// The digest of what machines found for a unit: entries, outcomes, and what speaks against or leaves it open, without
/// record numbers. What is left open for another reason than before is found anew; other counts and ports are not.
pub(crate) fn findings(unit: &UnitId, judgements: &[Judgement]) -> Digest {
    let own = judgements.iter().filter(|j| j.unit == *unit && j.by != By::Evaluator);
    let mut found: Vec<String> = own
        .map(|j| {
            let against = j.indications.iter().filter(|i| i.sense == Sense::Against).map(|i| &i.words);
            let mut parts = vec![json!(j.entry), json!(j.outcome), json!(against.collect::<Vec<_>>())];
            if j.outcome == Outcome::Inconclusive {
                parts.push(json!(doubts(&j.indications)));
            }
            Value::Array(parts).to_string()
        })
        .collect();
    found.sort();
    digest(&[json!(found)])
}

/// What leaves a finding open, in words without their numbers.
fn doubts(indications: &[Indication]) -> Vec<String> {
    let notes = indications.iter().filter(|i| i.sense == Sense::Note);
    let mut doubts: Vec<String> =
        notes.map(|i| i.words.chars().filter(|c| !c.is_ascii_digit()).collect()).collect();
    doubts.sort();
    doubts
}

fn digest(parts: &[Value]) -> Digest {
    Digest::of(Value::Array(parts.to_vec()).to_string().as_bytes())
}

fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest of one finding of a machine with one indication.
    fn found(outcome: Outcome, indication: Indication) -> Digest {
        let unit: UnitId = "9.9-9-9 a".parse().unwrap();
        let (by, indications) = (By::Probe, vec![indication]);
        let judgement = Judgement {
            unit: unit.clone(),
            entry: None,
            outcome,
            by,
            indications,
            overrules: false,
            lapsed_fail: false,
        };
        findings(&unit, &[judgement])
    }

    #[test]
    fn a_doubt_that_was_not_known_is_another_finding() {
        let open = |words: &str| found(Outcome::Inconclusive, Indication::note(words, "look"));
        let never = open("V was not tried.");
        assert_ne!(never, open("V may not have kept the DUT working: it stopped once after case 3."));
        assert_eq!(open("2 of the TCP ports at tcp/81"), open("17 of the TCP ports at tcp/82"));
        let passed = |words: &str| found(Outcome::Pass, Indication::favour(words));
        assert_eq!(passed("all is well"), passed("all is still well"));
    }
}
