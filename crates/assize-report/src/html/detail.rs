//! Section 5, the provisions in detail: clause, provision, case, unit, entry and indication, each with its verdict.

use askama::Template;
use assize_model::assessment::{CaseResult, ProvisionResult, UnitResult, Waits};
use assize_model::declaration::ics::ExternalEvidence;
use assize_model::judgement::Outcome;
use assize_model::verdict::Verdict;

use super::glance::counts;
use super::mark::{Mark, VERDICTS, anchor, unit_anchor};
use super::open::proposed;
use super::shown::{Context, Finding};
use crate::json::clauses;
use crate::words::{claim, judged_by, outcome, plural, sentence, waits_for};

#[derive(Template)]
#[template(path = "detail.html")]
pub(super) struct Detail<'a> {
    clauses: Vec<Clause<'a>>,
}

struct Clause<'a> {
    clause: String,
    title: String,
    link: String,
    counts: String,
    provisions: Vec<Provision<'a>>,
}

struct Provision<'a> {
    result: &'a ProvisionResult,
    link: String,
    mark: Mark,
    words: String,
    claim: &'a str,
    detail: String,
    conditions: Vec<(&'a str, &'a str)>,
    external: Option<&'a ExternalEvidence>,
    cases: Vec<Case<'a>>,
}

struct Case<'a> {
    result: &'a CaseResult,
    link: String,
    mark: Mark,
    kind: &'a str,
    open: bool,
    summary: String,
    rule: String,
    units: Vec<Unit<'a>>,
}

struct Unit<'a> {
    result: &'a UnitResult,
    link: String,
    mark: Mark,
    words: String,
    standing: String,
    entries: Vec<Entry<'a>>,
    findings: Vec<Finding<'a>>,
}

struct Entry<'a> {
    name: &'a str,
    class: &'static str,
    words: String,
}

impl<'a> Detail<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let clauses = clauses(context.report).into_iter().map(|line| {
            let own = context.report.assessment.provisions.iter().filter(|p| p.clause == line.clause);
            Clause {
                counts: counts(&line),
                link: anchor("clause", &line.clause),
                provisions: own.map(|p| provision(p, context)).collect(),
                title: line.title.unwrap_or_default(),
                clause: line.clause,
            }
        });
        Self { clauses: clauses.collect() }
    }
}

fn provision<'a>(result: &'a ProvisionResult, context: &Context<'a>) -> Provision<'a> {
    let report = context.report;
    let own = report.assessment.cases.iter().filter(|c| c.provision == result.id);
    let external = report.ics.claim.get(&result.id).and_then(|c| c.external_evidence.as_ref());
    Provision {
        result,
        link: anchor("provision", &result.id),
        mark: Mark(result.verdict),
        words: sentence(&result.words),
        claim: claim(result.claim.as_deref()),
        detail: sentence(&result.detail),
        conditions: conditions(&result.id, context),
        external,
        cases: own.map(|c| case(c, context)).collect(),
    }
}

fn conditions<'a>(provision: &str, context: &Context<'a>) -> Vec<(&'a str, &'a str)> {
    let Some(spec) = context.report.spec else { return Vec::new() };
    let entry = spec.ics.iter().find(|e| e.provision == provision);
    let labels = entry.into_iter().flat_map(|e| &e.conditions);
    labels.filter_map(|l| spec.condition(l)).map(|c| (c.label.as_str(), c.words.as_str())).collect()
}

fn case<'a>(result: &'a CaseResult, context: &Context<'a>) -> Case<'a> {
    Case {
        result,
        link: anchor("case", &result.id),
        mark: Mark(result.verdict),
        kind: if result.kind == "both" { "conceptual and functional" } else { &result.kind },
        open: result.verdict == Verdict::Fail,
        summary: summary(result),
        rule: sentence(&result.rule),
        units: result.units.iter().map(|u| unit(result, u, context)).collect(),
    }
}

/// `3 units: 1 PASS, 2 INCONCLUSIVE`; a case of a provision that is not claimed has nothing to count.
fn summary(case: &CaseResult) -> String {
    let units = plural(case.units.len(), "unit");
    if case.verdict == Verdict::NotTested {
        return units;
    }
    let count = |v: &Verdict| case.units.iter().filter(|u| u.verdict == *v).count();
    let parts = VERDICTS.iter().map(|v| (v, count(v))).filter(|(_, n)| *n > 0);
    let parts: Vec<String> = parts.map(|(v, n)| format!("{n} {v}")).collect();
    format!("{units}: {}", parts.join(", "))
}

fn unit<'a>(case: &CaseResult, result: &'a UnitResult, context: &Context<'a>) -> Unit<'a> {
    Unit {
        result,
        link: unit_anchor(&case.id, &result.letter),
        mark: Mark(result.verdict),
        words: sentence(&result.words),
        standing: standing(result),
        entries: entries(result),
        findings: result.indications.iter().map(|i| context.finding(i)).collect(),
    }
}

/// Who settled the unit, or what it waits for.
fn standing(unit: &UnitResult) -> String {
    match (unit.verdict, unit.waits) {
        (Verdict::NotTested, _) => "Not examined, because the provision is not claimed.".to_owned(),
        (Verdict::Inconclusive, Some(waits)) => {
            let proposal = proposed(unit).filter(|_| waits == Waits::Confirmation);
            proposal.unwrap_or_else(|| waits_for(waits).to_owned())
        }
        _ => format!("Judged {}.", judged_by(unit.by)),
    }
}

/// Entries by name; a unit that looks at the whole has none to list.
fn entries(unit: &UnitResult) -> Vec<Entry<'_>> {
    let named = unit.entries.iter().filter_map(|e| e.entry.as_deref().map(|name| (name, e)));
    named
        .map(|(name, e)| Entry {
            name,
            class: Mark(e.outcome.verdict()).class(),
            words: match e.proposed {
                Some(p) if e.outcome == Outcome::Inconclusive => {
                    format!("{}, proposed {}", outcome(e.outcome), outcome(p))
                }
                _ => outcome(e.outcome).to_owned(),
            },
        })
        .collect()
}
