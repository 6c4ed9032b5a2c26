//! The review of the ICS: the five checks of TS 103 701 clause 4, phase 4. Checks c and d are plausibility checks
//! that later findings may revise; contradictions carry those findings here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Contradiction;
use crate::catalogue::{IcsEntry, TestSpec};
use crate::declaration::Declaration;
use crate::declaration::condition::{Because, Standing, standing};
use crate::declaration::ics::{Claim, Support};
use crate::judgement::Pointer;

/// What the review found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IcsReview {
    /// Whether no check is broken.
    pub valid: bool,
    /// Provisions without any claim; the ICS is complete when there are none.
    pub unclaimed: Vec<String>,
    /// Provisions claimed "n/a" of which the declaration does not show that the condition fails, or whose refusal
    /// lapsed; the overall verdict stays open until an evaluator has looked.
    #[serde(default)]
    pub unsettled: Vec<String>,
    /// Those of them whose claim an evaluator refused, before what the refusal rests on changed.
    #[serde(default)]
    pub refusals_lapsed: Vec<String>,
    /// Every broken check.
    pub broken: Vec<ClaimCheck>,
}

/// One broken check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimCheck {
    /// Its letter, a to e.
    pub check: char,
    /// The provision.
    pub provision: String,
    /// What is wrong, in one sentence.
    pub words: String,
    /// Where the claim stands.
    pub place: Pointer,
    /// What to do.
    pub remedy: String,
}

/// What an evaluator decided last on a claim of "n/a".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimDecision {
    /// The claim is accepted for what is known now.
    Accepted,
    /// The claim is refused for what is known now.
    Refused,
    /// The claim was refused for something else than what is known now; somebody has to look again.
    RefusalLapsed,
}

/// Reviews the ICS. Contradictions found by checks on observations are added by the caller.
pub(super) fn review(
    spec: &TestSpec,
    d: &Declaration,
    decisions: &BTreeMap<String, ClaimDecision>,
) -> (IcsReview, Vec<Contradiction>) {
    let mut review = IcsReview::default();
    let mut contradictions = Vec::new();
    for entry in &spec.ics {
        match d.ics.claim.get(&entry.provision) {
            None => review.unclaimed.push(entry.provision.clone()),
            Some(claim) => {
                let broken = broken_check(entry, claim, spec, d);
                contradictions.extend(
                    broken.iter().filter_map(|(check, because)| contradiction(check, because.as_ref())),
                );
                if claim.support == Support::NotApplicable && broken.is_empty() {
                    settle_waiver(entry, spec, d, decisions, &mut review);
                }
                review.broken.extend(broken.into_iter().map(|(check, _)| check));
            }
        }
    }
    review.valid = review.broken.is_empty();
    (review, contradictions)
}

fn broken_check(
    entry: &IcsEntry,
    claim: &Claim,
    spec: &TestSpec,
    d: &Declaration,
) -> Vec<(ClaimCheck, Option<Because>)> {
    match claim.support {
        Support::No if entry.status.is_mandatory() => vec![(
            check(
                'a',
                entry,
                "is mandatory and claimed \"no\"",
                "fulfil the provision, or show that its condition does not hold",
            ),
            None,
        )],
        Support::NotApplicable if !entry.status.is_conditional() => vec![(
            check('e', entry, "has no condition and is claimed \"n/a\"", "claim \"yes\" or \"no\""),
            None,
        )],
        Support::NotApplicable => not_applicable(entry, spec, d),
        Support::Yes => claimed_yes(entry, spec, d),
        Support::No => Vec::new(),
    }
}

/// An N/A that the declaration itself does not show to be right, or that rests on "constrained", is an evaluator's to
/// accept or refuse (ICS checks b and c are plausibility checks). So is one that was refused, whatever is declared now.
fn settle_waiver(
    entry: &IcsEntry,
    spec: &TestSpec,
    d: &Declaration,
    decisions: &BTreeMap<String, ClaimDecision>,
    review: &mut IcsReview,
) {
    let shown = standings(entry, spec, d);
    let is_shown =
        shown.iter().any(|(name, s)| matches!(s, Standing::Fails(_)) && !name.ends_with("constrained"));
    match decisions.get(&entry.provision) {
        Some(ClaimDecision::Refused) => {
            let words = "is claimed \"n/a\", but an evaluator finds that its condition holds";
            review.broken.push(check('c', entry, words, "claim the provision"));
        }
        Some(ClaimDecision::RefusalLapsed) => {
            review.unsettled.push(entry.provision.clone());
            review.refusals_lapsed.push(entry.provision.clone());
        }
        None if !is_shown => review.unsettled.push(entry.provision.clone()),
        Some(ClaimDecision::Accepted) | None => {}
    }
}

/// Checks b and c. With several conditions the provision applies only when all of them hold, so one that fails
/// makes N/A right.
fn not_applicable(entry: &IcsEntry, spec: &TestSpec, d: &Declaration) -> Vec<(ClaimCheck, Option<Because>)> {
    let standings = standings(entry, spec, d);
    if standings.iter().any(|(_, s)| matches!(s, Standing::Fails(_))) {
        return unjustified_constraint(entry, &standings, d);
    }
    let all_hold = !standings.is_empty() && standings.iter().all(|(_, s)| matches!(s, Standing::Holds(_)));
    let Some((_, Standing::Holds(because))) = standings.into_iter().next_back().filter(|_| all_hold) else {
        return Vec::new();
    };
    let words = format!("is claimed \"n/a\", but {}", because.words);
    let broken = check('c', entry, &words, "claim the provision, or correct the entry");
    vec![(broken, Some(because))]
}

/// Check b: an N/A that rests on "constrained device" needs its justification in the DUT identification.
fn unjustified_constraint(
    entry: &IcsEntry,
    standings: &[(String, Standing)],
    d: &Declaration,
) -> Vec<(ClaimCheck, Option<Because>)> {
    let rests_on = |name: &String, s: &Standing| name == "not-constrained" && matches!(s, Standing::Fails(_));
    let justified = d.product.dut.constrained_justification.as_ref().is_some_and(|t| !t.trim().is_empty());
    if justified || !standings.iter().any(|(n, s)| rests_on(n, s)) {
        return Vec::new();
    }
    let words = "rests on \"constrained device\", which the DUT identification does not justify";
    vec![(check('b', entry, words, "justify it in product.toml, [dut] constrained_justification"), None)]
}

/// Check d: nothing may indicate that the condition fails; constrained devices may claim more than they must.
fn claimed_yes(entry: &IcsEntry, spec: &TestSpec, d: &Declaration) -> Vec<(ClaimCheck, Option<Because>)> {
    let failing = standings(entry, spec, d).into_iter().find_map(|(name, standing)| match standing {
        Standing::Fails(because) if !name.ends_with("constrained") => Some(because),
        _ => None,
    });
    let Some(because) = failing else { return Vec::new() };
    let words = format!("is claimed \"yes\", but its condition does not hold: {}", because.words);
    vec![(
        check('d', entry, &words, "claim \"n/a\" with its justification, or complete the IXIT"),
        Some(because),
    )]
}

fn standings(entry: &IcsEntry, spec: &TestSpec, d: &Declaration) -> Vec<(String, Standing)> {
    let conditions = entry.conditions.iter().filter_map(|label| spec.condition(label));
    let named = conditions.filter_map(|c| c.holds_when.clone());
    named.filter_map(|name| standing(&name, d).map(|s| (name, s))).collect()
}

fn check(letter: char, entry: &IcsEntry, words: &str, remedy: &str) -> ClaimCheck {
    ClaimCheck {
        check: letter,
        provision: entry.provision.clone(),
        words: format!("{} {words}", entry.provision),
        place: Pointer::claim(&entry.provision),
        remedy: remedy.to_owned(),
    }
}

fn contradiction(check: &ClaimCheck, because: Option<&Because>) -> Option<Contradiction> {
    let because = because?;
    Some(Contradiction {
        provision: check.provision.clone(),
        claim: check.words.split(", but ").next().unwrap_or(&check.words).to_owned(),
        observed: format!("the declaration says that {}", because.words),
        place: Pointer { file: because.file.into(), path: because.path.clone() },
        evidence: Vec::new(),
        remedy: check.remedy.clone(),
        invalidates_ics: true,
    })
}
