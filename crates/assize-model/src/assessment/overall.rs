//! The overall verdict with its reasons (TS 103 701 clause 4, table 1).

use std::collections::BTreeSet;

use super::{Assessment, Basis, ProvisionResult};
use crate::verdict::Verdict;

/// Table 1: an invalid ICS or a failed group of a claim fails the whole; an open one leaves it open. An ICS that
/// leaves provisions out, or is only assumed, can never pass.
pub(super) fn overall(a: &Assessment) -> (Verdict, Vec<String>) {
    let with = |v| a.provisions.iter().filter(|p| p.verdict == v).map(|p| p.id.as_str()).collect::<Vec<_>>();
    let (failed, open) = (with(Verdict::Fail), with(Verdict::Inconclusive));
    let assumed = a.provisions.iter().filter(|p| p.assumed).count();
    let mut reasons = Vec::new();
    if !a.ics.valid {
        reasons.push("The ICS is not valid: a claim breaks a rule of clause 4, or is refuted.".to_owned());
    }
    if !failed.is_empty() {
        reasons.push(format!("These claimed provisions fail: {}.", failed.join(", ")));
    }
    let verdict = if reasons.is_empty() { None } else { Some(Verdict::Fail) };
    if !a.ics.unclaimed.is_empty() {
        reasons.push(format!("The ICS makes no claim for {}.", a.ics.unclaimed.join(", ")));
    }
    if !a.ics.unsettled.is_empty() {
        let ids = a.ics.unsettled.join(", ");
        reasons.push(format!("An evaluator has to accept or refuse the \"n/a\" of {ids}."));
    }
    if !a.ics.refusals_lapsed.is_empty() {
        reasons.push(format!(
            "An evaluator refused the \"n/a\" of {}; what that rests on is not what it was, and the claim has to be looked at again.",
            a.ics.refusals_lapsed.join(", ")
        ));
    }
    if assumed > 0 {
        reasons.push(format!(
            "{assumed} claims are carried over from another edition and not yet made for this one."
        ));
    }
    if !open.is_empty() {
        reasons.push(open_words(&open));
    }
    let claimed = a.provisions.iter().any(|p| p.verdict == Verdict::Pass);
    if reasons.is_empty() && !claimed {
        reasons.push("No provision is claimed, so nothing was examined.".to_owned());
    }
    match verdict {
        Some(fail) => (fail, reasons),
        None if reasons.is_empty() => {
            (Verdict::Pass, vec!["The ICS is valid, and every claimed provision passes.".to_owned()])
        }
        None => (Verdict::Inconclusive, reasons),
    }
}

/// What external evidence does not stand in for, although an evaluator accepted it.
pub(super) fn unreplaced(
    basis: &Basis,
    lapsed: &BTreeSet<String>,
    provisions: &[ProvisionResult],
) -> Option<String> {
    let open = provisions.iter().filter(|p| p.verdict == Verdict::Inconclusive);
    let open = open.filter(|p| basis.accepted_groups.contains(&p.id) && lapsed.contains(&p.id));
    let ids: Vec<&str> = open.map(|p| p.id.as_str()).collect();
    let words = format!(
        "The external evidence for {} does not count while a unit waits whose answer, a FAIL, no longer counts.",
        ids.join(", ")
    );
    (!ids.is_empty()).then_some(words)
}

/// The open provisions, the first ones by name.
fn open_words(open: &[&str]) -> String {
    match open {
        [one] => format!("The claimed provision {one} is still open."),
        few if few.len() <= 12 => format!("These claimed provisions are still open: {}.", few.join(", ")),
        many => format!(
            "{} claimed provisions are still open, from {} to {}.",
            many.len(),
            many[0],
            many[many.len() - 1]
        ),
    }
}
