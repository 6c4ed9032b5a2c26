//! Claims of "n/a" against what was seen (TS 103 701 clause 4, ICS check c, settled at the end): which conditions hold
//! after all, what an evaluator's decision on the claim rests on, and which claims are refuted.

use std::collections::BTreeMap;

use assize_model::assessment::{ClaimDecision, Contradiction};
use assize_model::catalogue::{IcsEntry, TestSpec};
use assize_model::declaration::ics::Support;
use assize_model::fact::Protocol;
use assize_model::judgement::{Indication, Pointer};
use assize_model::scene::Scene;
use serde_json::json;

/// What was seen of the conditions of a provision that is claimed "n/a".
struct Waived<'a> {
    entry: &'a IcsEntry,
    /// Names of its conditions.
    names: Vec<String>,
    /// What shows that one of them holds, in the order of the names.
    seen: Vec<(String, Indication)>,
}

fn waived<'a>(spec: &'a TestSpec, scene: &Scene) -> Vec<Waived<'a>> {
    let entries = spec.ics.iter().filter(|entry| {
        let claim = scene.declaration.ics.claim.get(&entry.provision);
        entry.status.is_conditional() && claim.is_some_and(|c| c.support == Support::NotApplicable)
    });
    let looked_up = entries.map(|entry| {
        let names = entry.conditions.iter().filter_map(|l| spec.condition(l)?.holds_when.clone());
        let names: Vec<String> = names.collect();
        let seen =
            names.iter().filter_map(|n| Some((n.clone(), assize_checks::observed_condition(n, scene)?)));
        let seen = seen.collect();
        Waived { entry, names, seen }
    });
    looked_up.collect()
}

/// What speaks for the condition of each provision claimed "n/a", without record numbers; what is not listed has
/// nothing against it. A decision on the claim rests on it, and so on every service that was recognised: one that was
/// accepted knowing one login says nothing of a second. Ports that change from run to run are none.
pub(crate) fn signs(spec: &TestSpec, scene: &Scene) -> BTreeMap<String, Vec<String>> {
    let services = scene.services().into_iter().filter(|(_, s)| s.protocol != Protocol::Unknown);
    let spoken = services.map(|(_, s)| json!([s.transport, s.port, s.protocol, s.login]).to_string());
    let mut doors: Vec<String> = spoken.collect();
    doors.sort();
    let against = waived(spec, scene).into_iter().filter(|w| !w.seen.is_empty());
    let told = against.map(|w| {
        let words = w.seen.iter().map(|(name, seen)| format!("{name}: {}", seen.words));
        (w.entry.provision.clone(), words.chain(doors.iter().cloned()).collect())
    });
    told.collect()
}

/// The claims of "n/a" whose conditions were all seen to hold. One that an evaluator accepted knowing that is shown, and
/// no longer makes the ICS invalid (adr 0005).
pub(crate) fn refuted(
    spec: &TestSpec,
    scene: &Scene,
    decided: &BTreeMap<String, ClaimDecision>,
) -> Vec<Contradiction> {
    let refuted = waived(spec, scene).into_iter().filter_map(|w| {
        let provision = &w.entry.provision;
        let all = !w.names.is_empty()
            && w.names.len() == w.entry.conditions.len()
            && w.seen.len() == w.names.len();
        let (_, first) = w.seen.into_iter().next().filter(|_| all)?;
        let accepted = decided.get(provision) == Some(&ClaimDecision::Accepted);
        let (claim, remedy) = match accepted {
            true => (
                format!("{provision} is claimed \"n/a\", which an evaluator accepts all the same"),
                "nothing, while the reason that the evaluator gave holds".to_owned(),
            ),
            false => (
                format!("{provision} is claimed \"n/a\""),
                format!(
                    "{}; where this is no sign of it, accept the claim with `assize answer --not-applicable {provision}`",
                    first.remedy
                ),
            ),
        };
        Some(Contradiction {
            provision: provision.clone(),
            claim,
            observed: first.words,
            place: Pointer::claim(provision),
            evidence: first.evidence,
            remedy,
            invalidates_ics: !accepted,
        })
    });
    refuted.collect()
}
