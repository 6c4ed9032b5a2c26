//! Section 2, what decides the verdict: broken checks of the ICS and the indications behind every case that fails, in
//! the five parts of a diagnostic.

use askama::Template;
use assize_model::assessment::{CaseResult, ClaimCheck, UnitResult};
use assize_model::judgement::{Indication, Sense};
use assize_model::verdict::Verdict;

use super::mark::{anchor, unit_anchor};
use super::shown::{CitedList, Context};
use crate::words::sentence;

#[derive(Template)]
#[template(path = "deciding.html")]
pub(super) struct Deciding<'a> {
    overall: Verdict,
    provisions: Vec<(String, String)>,
    broken: Vec<Broken<'a>>,
    failures: Vec<Failure<'a>>,
}

struct Broken<'a> {
    check: char,
    provision: &'a str,
    link: Option<String>,
    words: String,
    place: String,
    remedy: String,
}

/// One indication with every unit that it fails.
struct Failure<'a> {
    source: Option<&'a Indication>,
    units: Vec<(String, String)>,
    words: String,
    places: Vec<String>,
    evidence: CitedList<'a>,
    remedy: String,
}

impl<'a> Deciding<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let a = context.report.assessment;
        let failing = a.provisions.iter().filter(|p| p.verdict == Verdict::Fail);
        Self {
            overall: a.overall,
            provisions: failing.map(|p| (p.id.clone(), anchor("provision", &p.id))).collect(),
            broken: a.ics.broken.iter().map(|b| broken(b, context)).collect(),
            failures: failures(context),
        }
    }
}

fn broken<'a>(check: &'a ClaimCheck, context: &Context<'a>) -> Broken<'a> {
    let known = context.report.assessment.provisions.iter().any(|p| p.id == check.provision);
    Broken {
        check: check.check,
        provision: &check.provision,
        link: known.then(|| anchor("claim", &check.provision)),
        words: sentence(&check.words),
        place: context.place(&check.place),
        remedy: sentence(&check.remedy),
    }
}

/// The same indication often fails several units or entries, for instance where one applies the units of another; it
/// is told once.
fn failures<'a>(context: &Context<'a>) -> Vec<Failure<'a>> {
    let mut failures: Vec<Failure> = Vec::new();
    let cases = context.report.assessment.cases.iter().filter(|c| c.verdict == Verdict::Fail);
    for (case, unit) in cases.flat_map(|c| c.units.iter().map(move |u| (c, u))) {
        if unit.verdict != Verdict::Fail {
            continue;
        }
        let named = (format!("{} {}", case.id, unit.letter), unit_anchor(&case.id, &unit.letter));
        let against: Vec<&Indication> =
            unit.indications.iter().filter(|i| i.sense == Sense::Against).collect();
        if against.is_empty() {
            failures.push(unexplained(case, unit, named.clone()));
        }
        for indication in against {
            let same =
                failures.iter_mut().find(|f| f.source.is_some_and(|known| tells_the_same(known, indication)));
            match same {
                Some(known) => known.extend(indication, &named, context),
                None => failures.push(failure(indication, named.clone(), context)),
            }
        }
    }
    failures
}

fn tells_the_same(a: &Indication, b: &Indication) -> bool {
    a.words == b.words && a.evidence == b.evidence && a.remedy == b.remedy
}

impl Failure<'_> {
    fn extend(&mut self, indication: &Indication, unit: &(String, String), context: &Context) {
        if !self.units.contains(unit) {
            self.units.push(unit.clone());
        }
        let place = indication.place.as_ref().map(|p| context.place(p));
        self.places.extend(place.filter(|p| !self.places.contains(p)));
    }
}

fn failure<'a>(i: &'a Indication, unit: (String, String), context: &Context<'a>) -> Failure<'a> {
    Failure {
        source: Some(i),
        units: vec![unit],
        words: sentence(&i.words),
        places: i.place.iter().map(|p| context.place(p)).collect(),
        evidence: context.cited(&i.evidence, true),
        remedy: sentence(&i.remedy),
    }
}

/// A unit can fail by an evaluator's answer alone; then what it asks has to speak for itself.
fn unexplained<'a>(case: &CaseResult, unit: &UnitResult, named: (String, String)) -> Failure<'a> {
    Failure {
        source: None,
        units: vec![named],
        words: format!("No indication is written down. Case {} asks: {}", case.id, sentence(&unit.words)),
        places: Vec::new(),
        evidence: CitedList { records: Vec::new(), told: true },
        remedy: String::new(),
    }
}
