//! What answers and decisions rest on. When that changes they no longer count, and what they settled waits again.

use std::collections::BTreeMap;

use assize_evidence::Digest;
use assize_model::catalogue::{Kind, TestUnit};
use assize_model::declaration::Declaration;
use assize_model::judgement::{By, Indication, Judgement, Outcome, Sense, UnitId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::journal::Question;

/// Ports from here on are taken for a while by whoever asks, and change from run to run.
const FIRST_FLEETING: u16 = 32768;

/// The digest of what an answer to this unit rests on: the IXIT tables it looks at, the one whose entries it runs on, and
/// for units done on the device also which device it was. A table that the declaration does not know by that name
/// stands for the whole IXIT.
pub(crate) fn basis(unit: &TestUnit, declaration: &Declaration) -> Digest {
    let ixit = value(&declaration.ixit);
    let table = |name: &String| ixit.get(name).unwrap_or(&ixit).clone();
    let mut parts: Vec<Value> = unit.tables.iter().map(table).collect();
    let is_there = |per: &String| unit.tables.iter().any(|name| name == per || ixit.get(name).is_none());
    parts.extend(unit.per.iter().filter(|per| !is_there(per)).map(table));
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
/// record numbers. What is left open for another reason or at another port than before is found anew; other counts, and
/// ports that change from run to run, are not.
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

/// What leaves a finding open, in words without their counts.
fn doubts(indications: &[Indication]) -> Vec<String> {
    let notes = indications.iter().filter(|i| i.sense == Sense::Note);
    let mut doubts: Vec<String> = notes.map(|i| without_counts(&i.words)).collect();
    doubts.sort();
    doubts
}

/// Words without their numbers, but for those of lasting ports: an answer to what speaks on one covers no other.
fn without_counts(words: &str) -> String {
    let (mut kept, mut rest) = (String::new(), words);
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let (number, after) = from.split_at(from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len()));
        kept.push_str(before);
        let is_port = kept.ends_with("tcp/") || kept.ends_with("udp/");
        if is_port && number.parse::<u16>().is_ok_and(|port| port < FIRST_FLEETING) {
            kept.push_str(number);
        }
        rest = after;
    }
    kept + rest
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
    fn an_answer_for_all_entries_rests_on_which_there_are() {
        let catalogue = crate::catalogue().unwrap();
        for (spec, case) in [("ts-103-701@2.1.1", "5.3-4A-1"), ("ts-103-701@1.1.1", "5.3-1-2")] {
            let unit = catalogue.spec(spec).unwrap().case(case).unwrap().unit("a").unwrap();
            let table = unit.per.clone().unwrap();
            assert!(!unit.tables.contains(&table), "{case} looks at other tables than it runs over");
            let with = |ids: &[&str]| {
                let rows: Vec<String> = ids.iter().map(|id| format!("{{ id = \"{id}\" }}")).collect();
                let ixit = toml::from_str(&format!("{table} = [{}]", rows.join(", "))).unwrap();
                basis(unit, &Declaration { ixit, ..Declaration::default() })
            };
            assert_ne!(with(&["One"]), with(&["One", "Another"]), "{case}");
        }
    }

    #[test]
    fn a_doubt_that_was_not_known_is_another_finding() {
        let open = |words: &str| found(Outcome::Inconclusive, Indication::note(words, "look"));
        let never = open("V was not tried.");
        assert_ne!(never, open("V may not have kept the DUT working: it stopped once after case 3."));
        assert_eq!(open("2 of the TCP ports at tcp/81"), open("17 of the TCP ports at tcp/81"));
        assert_eq!(open("what speaks at tcp/40123, udp/51000"), open("what speaks at tcp/49152, udp/32768"));
        for other in ["tcp/4444", "tcp/82", "tcp/8", "udp/81", "tcp/40123"] {
            assert_ne!(open("unknown protocol on tcp/81"), open(&format!("unknown protocol on {other}")));
        }
        let passed = |words: &str| found(Outcome::Pass, Indication::favour(words));
        assert_eq!(passed("all is well"), passed("all is still well"));
    }
}
