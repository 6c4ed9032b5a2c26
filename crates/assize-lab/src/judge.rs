//! Judges stored facts: the same log and the same catalogue give the same assessment on any machine, without the DUT.

use std::collections::{BTreeMap, BTreeSet};

use assize_checks::Check;
use assize_evidence::Log;
use assize_model::assessment::{Assessment, Basis, ClaimDecision, Contradiction, conclude};
use assize_model::catalogue::{Catalogue, TestSpec, TestUnit};
use assize_model::declaration::Declaration;
use assize_model::diagnostic::Diagnostic;
use assize_model::fact::Transport;
use assize_model::judgement::{By, Indication, Judgement, Outcome, Sense, UnitId};
use assize_model::plan::{PlannedUnit, TestPlan, plan};
use assize_model::scene::{Done, Scene};

use crate::basis::{basis, decision_basis, findings};
use crate::folder::{read_declaration, spec};
use crate::journal::Question;
use crate::{Answer, Decision, Error, Folder, Result, Step, Stored, check_needs, claims, steps, waived};

/// Most steps named of a run that was cut off.
const MOST_STEPS: usize = 5;

/// An assessment with what it was judged from.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The assessment.
    pub assessment: Assessment,
    /// The declaration as recorded, with its claims carried over where another edition was asked for.
    pub declaration: Declaration,
    /// Diagnostics of the declaration.
    pub diagnostics: Vec<Diagnostic>,
    /// The plan.
    pub plan: TestPlan,
    /// What was stored.
    pub stored: Stored,
    /// What checks concluded, before any answer.
    pub machine: Vec<Judgement>,
    /// What was seen that speaks against each claim of "n/a"; a decision on the claim rests on it.
    pub signs: BTreeMap<String, Vec<String>>,
}

/// Judges what is stored in a folder, against the declared edition or another one.
///
/// # Errors
/// When nothing was recorded, the log cannot be read, or the edition is not held.
pub fn judge(folder: &Folder, catalogue: &Catalogue, wanted: Option<&str>) -> Result<Judged> {
    judge_log(&folder.log()?, &folder.path().display().to_string(), catalogue, wanted)
}

/// Judges a log, of a folder or a bundle.
///
/// # Errors
/// When the log cannot be read, or the edition is not held.
pub fn judge_log(log: &Log, shown: &str, catalogue: &Catalogue, wanted: Option<&str>) -> Result<Judged> {
    let mut stored = Stored::read(log)?;
    let [product, ics, ixit] = &stored.declaration;
    let files = [product.as_deref(), ics.as_deref(), ixit.as_deref()];
    let (reading, declared) = read_declaration(files, shown, catalogue)?;
    let Some(mut declaration) = reading.declaration else {
        return Err(Error::Declaration(reading.diagnostics));
    };
    let spec = wanted.map_or(Ok(declared), |id| spec(catalogue, id))?;
    let as_declared = declaration.clone();
    let mut assumed = BTreeSet::new();
    if spec.id != declared.id {
        (declaration.ics, assumed) = claims::carried(&declaration.ics, declared, spec, catalogue);
    }
    let plan = plan(spec, &declaration, &check_needs());
    let recommended =
        spec.ics.iter().filter(|e| !e.status.is_mandatory()).map(|e| e.provision.clone()).collect();
    let (facts, lists) = (&stored.facts, &catalogue.lists);
    let scene = Scene { declaration: &declaration, facts, lists, recommended: &recommended };
    let mut judgements = machine_judgements(spec, &plan, &scene);
    let mut contradictions = contradictions(spec, &judgements);
    let machine = judgements.clone();
    judgements.extend(answers(spec, catalogue, &as_declared, &machine, &stored.answers));
    let signs = waived::signs(spec, &scene);
    let decided = |question| decided(question, spec, (&as_declared, &signs), &stored);
    let groups = decided(Question::ExternalEvidence).into_iter();
    let accepted_groups = groups.filter(|(_, said)| *said == ClaimDecision::Accepted).map(|(id, _)| id);
    let accepted_groups = accepted_groups.collect();
    let decided_claims = decided(Question::NotApplicable);
    contradictions.extend(waived::refuted(spec, &scene, &decided_claims));
    let basis = Basis {
        spec,
        declaration: &declaration,
        plan: &plan,
        judgements: &judgements,
        contradictions: &contradictions,
        accepted_groups: &accepted_groups,
        decided_claims: &decided_claims,
        assumed: &assumed,
    };
    let mut assessment = conclude(&basis);
    assessment.quantum = assize_checks::readiness(&scene);
    let masked = masked(&scene);
    stored.troubles.extend(masked);
    stored.troubles.extend(cut_off(&stored, &as_declared));
    assessment.troubles.clone_from(&stored.troubles);
    Ok(Judged { assessment, declaration, diagnostics: reading.diagnostics, plan, stored, machine, signs })
}

/// Ports that were left out as the bench's own; whoever reads the report has to see them.
fn masked(scene: &Scene) -> Option<String> {
    let of = |transport, name: &str| -> Vec<String> {
        scene.bench_ports(transport).iter().map(|port| format!("{name}/{port}")).collect()
    };
    let ports = [of(Transport::Tcp, "tcp"), of(Transport::Udp, "udp")].concat();
    let words = format!(
        "left out as the bench's, because the control address answers there too: {}",
        ports.join(", ")
    );
    (!ports.is_empty()).then_some(words)
}

/// A run that was cut off leaves steps undone, or facts of an earlier run in their place.
fn cut_off(stored: &Stored, declaration: &Declaration) -> Option<String> {
    if !stored.unfinished {
        return None;
    }
    let plan = steps(declaration).unwrap_or_default();
    let done =
        |s: &Step| stored.done_in_run.contains(&Done { probe: s.probe.to_string(), target: s.name.clone() });
    let missing: Vec<String> =
        plan.iter().filter(|s| !done(s)).map(|s| format!("{} on {}", s.probe, s.name)).collect();
    let first = missing.iter().take(MOST_STEPS).cloned().collect::<Vec<_>>().join(", ");
    let missing = match missing.len() {
        0 => "every step was done, but the run was not closed".to_owned(),
        n if n <= MOST_STEPS => format!("it did not do {first}"),
        n => format!("it did not do {first} and {} more", n - MOST_STEPS),
    };
    Some(format!("the last run did not come to its end: {missing}; `assize assess` finishes it"))
}

/// Runs every planned check once and ties its findings to the units that name it.
fn machine_judgements(spec: &TestSpec, plan: &TestPlan, scene: &Scene) -> Vec<Judgement> {
    let units: BTreeSet<&UnitId> = plan.units.iter().map(|p| &p.unit).collect();
    let named = |name: &Option<String>| name.as_deref().and_then(assize_checks::find);
    let mut judgements = Vec::new();
    for id in units {
        let Some(unit) = spec.case(&id.case).and_then(|c| c.unit(&id.letter)) else { continue };
        judgements.extend(named(&unit.check).map(|check| tied(check, id, unit, scene)).unwrap_or_default());
        judgements.extend(
            named(&unit.refuted_by).map(|check| refuting(check, id, unit, scene)).unwrap_or_default(),
        );
    }
    judgements
}

/// What a check finds against a unit that a person judges; what it does not refute is prepared for that person.
fn refuting(check: &Check, id: &UnitId, unit: &TestUnit, scene: &Scene) -> Vec<Judgement> {
    let mut found = tied(check, id, unit, scene);
    found.retain(|j| matches!(j.outcome, Outcome::Fail | Outcome::Inconclusive));
    found
}

fn tied(check: &Check, id: &UnitId, unit: &TestUnit, scene: &Scene) -> Vec<Judgement> {
    let by = if check.probes.is_empty() { By::Rule } else { By::Probe };
    let changed = unit.change.as_deref().is_some_and(|c| c != "same");
    let tie = |finding: assize_model::judgement::Finding| {
        let mut indications = finding.indications;
        let mut outcome = finding.outcome;
        if changed && outcome != Outcome::Fail {
            outcome = Outcome::Inconclusive;
            let words = "This edition asks the unit differently; the check was written for the earlier one.";
            indications.push(Indication::note(words, "answer the unit by hand"));
        }
        Judgement {
            unit: id.clone(),
            entry: finding.entry,
            outcome,
            by,
            indications,
            overrules: false,
            lapsed_fail: false,
        }
    };
    (check.judge)(scene).into_iter().map(tie).collect()
}

/// Answers that were given for this edition's units, or for the unchanged units they came from. An answer whose basis
/// changed since, or that passed or overruled what machines find otherwise now, or in this edition, is shown and no
/// longer counts.
fn answers(
    spec: &TestSpec,
    catalogue: &Catalogue,
    declaration: &Declaration,
    machine: &[Judgement],
    stored: &[(u64, Answer)],
) -> Vec<Judgement> {
    let mut judgements = Vec::new();
    for (record, answer) in stored {
        let own = answer.spec == spec.id;
        let asked = catalogue.spec(&answer.spec).and_then(|s| s.case(&answer.unit.case));
        let asked = asked.and_then(|c| c.unit(&answer.unit.letter));
        let same_basis = asked.is_some_and(|u| answer.basis == Some(basis(u, declaration)));
        // One that settles a unit, or stands against a FAIL, was given knowing what machines had found.
        let settles = answer.overrules || matches!(answer.outcome, Outcome::Pass | Outcome::NotApplicable);
        let units = if own { vec![answer.unit.clone()] } else { descendants(spec, answer) };
        judgements.extend(units.into_iter().map(|unit| {
            let same_findings = !settles || answer.findings == Some(findings(&unit, machine));
            answered(unit, *record, answer, same_basis && same_findings)
        }));
    }
    judgements
}

/// The last decisions of this edition. One that no longer rests on what it was made on revives no earlier one: an
/// acceptance is then as good as none, and a refusal leaves the claim open.
fn decided(
    question: Question,
    spec: &TestSpec,
    (declaration, signs): (&Declaration, &BTreeMap<String, Vec<String>>),
    stored: &Stored,
) -> BTreeMap<String, ClaimDecision> {
    let own = stored.decisions.iter().filter(|x| x.question == question && x.spec == spec.id);
    let last: BTreeMap<&str, &Decision> = own.map(|x| (x.provision.as_str(), x)).collect();
    let standing = last.into_iter().filter_map(|(provision, x)| {
        let is_fresh = x.basis == decision_basis(question, provision, declaration, signs);
        let said = match (x.accepted, is_fresh) {
            (true, true) => ClaimDecision::Accepted,
            (true, false) => return None,
            (false, true) => ClaimDecision::Refused,
            (false, false) => ClaimDecision::RefusalLapsed,
        };
        Some((provision.to_owned(), said))
    });
    standing.collect()
}

fn descendants(spec: &TestSpec, answer: &Answer) -> Vec<UnitId> {
    let was = answer.unit.to_string();
    let kept = |u: &&TestUnit| {
        u.was.as_ref() == Some(&was) && u.change.as_deref().is_some_and(|c| c.starts_with("same"))
    };
    let cases = spec.cases.iter().filter(|_| spec.base.as_ref() == Some(&answer.spec));
    cases.flat_map(|c| c.units.iter().filter(kept).map(|u| UnitId::new(&c.id, &u.letter))).collect()
}

fn answered(unit: UnitId, record: u64, answer: &Answer, fresh: bool) -> Judgement {
    let said = if answer.note.trim().is_empty() { "no note" } else { answer.note.trim() };
    let words = format!("{} answered: {said}", answer.evaluator);
    let indication = match answer.outcome {
        Outcome::Fail => Indication::against(words, "see the note"),
        Outcome::Inconclusive => Indication::note(words, "supply what the note asks for"),
        _ => Indication::favour(words),
    };
    let mut indications = vec![indication.shown_by([record])];
    if !fresh {
        let words = "What this answer rests on, or what machines find, is not what it was given on; it no longer counts.";
        indications.push(Indication::note(words, "answer the unit again"));
    }
    Judgement {
        unit,
        entry: answer.entry.clone(),
        outcome: if fresh { answer.outcome } else { Outcome::Inconclusive },
        by: By::Evaluator,
        indications,
        overrules: fresh && answer.overrules,
        lapsed_fail: !fresh && answer.outcome == Outcome::Fail,
    }
}

/// Places of the declaration that a probe found to be otherwise.
fn contradictions(spec: &TestSpec, judgements: &[Judgement]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for judgement in judgements.iter().filter(|j| j.outcome == Outcome::Fail) {
        let Some(case) = spec.case(&judgement.unit.case) else { continue };
        let against = judgement.indications.iter().filter(|i| i.sense == Sense::Against);
        // A rule over the declaration observed something only where it names a record.
        let against = against.filter(|i| judgement.by == By::Probe || !i.evidence.is_empty());
        found.extend(against.filter_map(|i| observed(&case.provision, i)));
    }
    found
}

fn observed(provision: &str, indication: &Indication) -> Option<Contradiction> {
    let place = indication.place.clone()?;
    Some(Contradiction {
        provision: provision.to_owned(),
        claim: format!("{} is complete and true", place.subject()),
        observed: indication.words.clone(),
        place,
        evidence: indication.evidence.clone(),
        remedy: indication.remedy.clone(),
        invalidates_ics: false,
    })
}

impl Judged {
    /// The planned unit with this id and entry.
    pub fn planned(&self, unit: &UnitId, entry: Option<&str>) -> Option<&PlannedUnit> {
        self.plan.units.iter().find(|p| p.unit == *unit && p.entry.as_deref() == entry)
    }
}
