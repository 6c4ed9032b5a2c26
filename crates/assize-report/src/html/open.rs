//! Section 4, what was not examined and why: open units by what they wait for, provisions without a claim to examine,
//! and what the bench could not do.

use askama::Template;
use assize_model::assessment::{ProvisionResult, UnitResult, Waits};
use assize_model::judgement::Sense;
use assize_model::verdict::Verdict;

use super::mark::{anchor, unit_anchor};
use super::shown::Context;
use crate::words::{claim, list, outcome, plural, sentence};

#[derive(Template)]
#[template(path = "open.html")]
pub(super) struct Open<'a> {
    summary: Vec<(&'static str, usize, &'static str)>,
    groups: Vec<Group>,
    unclaimed: Vec<Unclaimed<'a>>,
    unclaimed_count: String,
    troubles: &'a [String],
}

struct Group {
    title: String,
    advice: &'static str,
    units: Vec<OpenUnit>,
}

struct OpenUnit {
    id: String,
    link: String,
    words: String,
    notes: Vec<String>,
}

struct Unclaimed<'a> {
    id: &'a str,
    link: String,
    claim: &'a str,
    why: &'a str,
}

const REASONS: [(Option<Waits>, &str, &str, &str); 6] = [
    (
        Some(Waits::Confirmation),
        "waits for an evaluator to confirm",
        "Proposed by a check, waits for an evaluator to confirm",
        "A check found what speaks for PASS. The specification asks for expertise here, so the proposal counts only \
         after an evaluator has looked at it and confirmed it.",
    ),
    (
        Some(Waits::Answer),
        "waits for an evaluator to answer",
        "Waits for an evaluator to answer",
        "Only a person can tell. The command `assize answer` leads through these units with a guide to each.",
    ),
    (
        Some(Waits::Bench),
        "waits for the bench",
        "Waits for the bench",
        "The device was not examined for this, or the examination did not bring what was needed.",
    ),
    (
        Some(Waits::Declaration),
        "waits for the declaration",
        "Waits for the declaration",
        "The supplier's declaration does not give what is needed to tell.",
    ),
    (
        Some(Waits::OtherUnits),
        "waits for other units",
        "Waits for the units of another case",
        "The unit applies the units of another case and is settled with them.",
    ),
    (
        None,
        "open for another reason",
        "Open for another reason",
        "The indications in section 5 say what is missing.",
    ),
];

impl<'a> Open<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let report = context.report;
        let groups =
            REASONS.map(|(waits, short, title, advice)| (short, group(waits, title, advice, context)));
        let summary = groups.iter().map(|(short, g)| (*short, g.units.len(), g.advice));
        let not_tested = report.assessment.provisions.iter().filter(|p| p.verdict == Verdict::NotTested);
        Self {
            summary: summary.filter(|(_, n, _)| *n > 0).collect(),
            unclaimed_count: plural(not_tested.clone().count(), "provision"),
            unclaimed: not_tested.map(unclaimed).collect(),
            troubles: &report.evidence.troubles,
            groups: groups.into_iter().map(|(_, g)| g).filter(|g| !g.units.is_empty()).collect(),
        }
    }
}

fn group(waits: Option<Waits>, title: &str, advice: &'static str, context: &Context) -> Group {
    let claimed = context.report.assessment.cases.iter().filter(|c| c.verdict != Verdict::NotTested);
    let units = claimed.flat_map(|c| c.units.iter().map(move |u| (c.id.as_str(), u)));
    let open = units.filter(|(_, u)| !matches!(u.verdict, Verdict::Pass | Verdict::Fail) && u.waits == waits);
    let units: Vec<OpenUnit> = open.map(|(case, unit)| open_unit(case, unit)).collect();
    Group { title: format!("{title}: {}", plural(units.len(), "test unit")), advice, units }
}

fn open_unit(case: &str, unit: &UnitResult) -> OpenUnit {
    let mut notes: Vec<String> = proposed(unit).into_iter().collect();
    let missing = unit.indications.iter().filter(|i| i.sense == Sense::Note && !i.remedy.is_empty());
    notes.extend(super::contradictions::distinct(missing.map(|i| sentence(&i.words))));
    OpenUnit {
        id: format!("{case} {}", unit.letter),
        link: unit_anchor(case, &unit.letter),
        words: sentence(&unit.words),
        notes,
    }
}

/// `Proposed PASS for AuthMech-Web and AuthMech-App, waits for an evaluator.`
pub(super) fn proposed(unit: &UnitResult) -> Option<String> {
    let proposals: Vec<_> =
        unit.entries.iter().filter_map(|e| Some((e.entry.as_deref(), e.proposed?))).collect();
    let mut outcomes: Vec<&str> = proposals.iter().map(|(_, o)| outcome(*o)).collect();
    outcomes.dedup();
    let entries: Vec<&str> = proposals.iter().filter_map(|(entry, _)| *entry).collect();
    let what = match outcomes.as_slice() {
        [] => return None,
        [one] => format!("Proposed {one}"),
        several => format!("Proposed {}", list(several)),
    };
    let part = !entries.is_empty() && entries.len() < unit.entries.len();
    let whom = if part { format!(" for {}", list(&entries)) } else { String::new() };
    Some(format!("{what}{whom}, waits for an evaluator."))
}

fn unclaimed(p: &ProvisionResult) -> Unclaimed<'_> {
    Unclaimed {
        id: &p.id,
        link: anchor("provision", &p.id),
        claim: claim(p.claim.as_deref()),
        why: p.detail.trim(),
    }
}
