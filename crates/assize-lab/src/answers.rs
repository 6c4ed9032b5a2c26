//! By-hand units: the queue in a sensible order, and answers recorded as evidence under a name. What was answered is
//! taken back by a later record, never by deletion.

use assize_evidence::Store;
use assize_model::assessment::Waits;
use assize_model::catalogue::{Catalogue, Setup};
use assize_model::declaration::ics::Support;
use assize_model::judgement::{Indication, Outcome, UnitId};
use assize_model::plan::{PlannedUnit, setup_name};

use crate::basis::{basis, decision_basis, findings};
use crate::journal::{Answer, Decision, Question, Withdrawal, kind, write};
use crate::{Error, Folder, Judged, Result, Stored};

/// A unit that waits for a person, with what was prepared for it.
#[derive(Clone, Debug)]
pub struct QueuedUnit {
    /// The unit.
    pub unit: UnitId,
    /// What has to stand ready.
    pub setup: Option<Setup>,
    /// Whether machines propose an outcome for everything that is open and only a confirmation is missing.
    pub proposed: bool,
    /// What machines propose, by entry; none for the whole.
    pub proposals: Vec<(Option<String>, Outcome)>,
    /// The entries it is open for; empty when it looks at the whole.
    pub entries: Vec<String>,
    /// What machines found so far.
    pub prepared: Vec<Indication>,
}

/// The units that wait for a person: what shares a set-up stands together, proposals before open questions.
pub fn queue(judged: &Judged, catalogue: &Catalogue) -> Vec<QueuedUnit> {
    let Some(spec) = catalogue.spec(&judged.assessment.spec) else { return Vec::new() };
    let mut queue = Vec::new();
    for case in &judged.assessment.cases {
        for unit in &case.units {
            let waits = matches!(unit.waits, Some(Waits::Answer | Waits::Confirmation));
            let Some(facts) = spec.case(&case.id).and_then(|c| c.unit(&unit.letter)).filter(|_| waits) else {
                continue;
            };
            let open = || unit.entries.iter().filter(|e| e.outcome == Outcome::Inconclusive);
            queue.push(QueuedUnit {
                unit: UnitId::new(&case.id, &unit.letter),
                setup: facts.setup,
                proposed: unit.waits == Some(Waits::Confirmation) && open().all(|e| e.proposed.is_some()),
                proposals: open().filter_map(|e| Some((e.entry.clone(), e.proposed?))).collect(),
                entries: open().filter_map(|e| e.entry.clone()).collect(),
                prepared: unit.indications.clone(),
            });
        }
    }
    // Stable, so that the order of the specification holds within one set-up.
    queue.sort_by_key(|q| (q.setup.map_or("", setup_name_ordered), !q.proposed));
    queue
}

/// Set-up names prefixed so that they sort in the order in which an evaluator works.
fn setup_name_ordered(setup: Setup) -> &'static str {
    match setup {
        Setup::Papers => "0",
        Setup::Website => "1",
        Setup::Unboxing => "2",
        Setup::Running => "3",
        Setup::Network => "4",
        Setup::Attack => "5",
        Setup::Outage => "6",
        Setup::Reset => "7",
        Setup::Hardware => "8",
    }
}

impl QueuedUnit {
    /// The name of its set-up.
    pub fn setup_name(&self) -> &'static str {
        self.setup.map_or("anything", setup_name)
    }
}

/// An answer to be recorded.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// The unit.
    pub unit: UnitId,
    /// The entry; none for all entries.
    pub entry: Option<String>,
    /// The conclusion.
    pub outcome: Outcome,
    /// The evaluator's words.
    pub note: String,
    /// Name of the evaluator.
    pub evaluator: String,
    /// Files that show it.
    pub attachments: Vec<Attachment>,
    /// Whether it stands against a machine's FAIL on purpose.
    pub overrules: bool,
}

/// A file that shows what an evaluator found.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

const NOTE: &str = "it needs a note that says what was found, unless it confirms a proposal; give --note";

/// Records an answer and gives its record number.
///
/// # Errors
/// When the unit is not in the plan, the name or a needed note is missing, or evidence cannot be written.
pub fn answer(folder: &Folder, judged: &Judged, catalogue: &Catalogue, new: NewAnswer) -> Result<u64> {
    fits(judged, &new)?;
    let case = catalogue.spec(&judged.assessment.spec).and_then(|s| s.case(&new.unit.case));
    let unit = case.and_then(|c| c.unit(&new.unit.letter));
    let found = findings(&new.unit, &judged.machine);
    let mut store = Store::open(folder.evidence())?;
    let mut objects = Vec::new();
    for attachment in &new.attachments {
        objects.push(store.put(&attachment.bytes)?);
    }
    let body = Answer {
        spec: judged.assessment.spec.clone(),
        unit: new.unit,
        entry: new.entry,
        outcome: new.outcome,
        note: new.note,
        evaluator: new.evaluator,
        attachments: new.attachments.into_iter().map(|a| a.name).collect(),
        overrules: new.overrules,
        basis: unit.map(|u| basis(u, &judged.declaration)),
        findings: Some(found),
    };
    let record = write(&mut store, kind::ANSWER, &body, &objects)?;
    store.sync()?;
    Ok(record)
}

fn fits(judged: &Judged, new: &NewAnswer) -> Result<()> {
    let refuse = |words: String| Err(Error::Answer(words));
    let planned: Vec<_> = judged.plan.units.iter().filter(|p| p.unit == new.unit).collect();
    if planned.is_empty() {
        return refuse(format!(
            "{} is not in the plan; its provision is not claimed, or the unit does not exist",
            new.unit
        ));
    }
    if let Some(entry) = new.entry.as_ref().filter(|e| planned.iter().all(|p| p.entry.as_ref() != Some(e))) {
        let known: Vec<&str> = planned.iter().filter_map(|p| p.entry.as_deref()).collect();
        return refuse(format!("{} does not run on {entry}; its entries are {}", new.unit, known.join(", ")));
    }
    if planned.iter().all(|p| p.derived_from.is_some() && p.check.is_none() && p.entry.is_some()) {
        let from = planned[0].derived_from.clone().unwrap_or_default();
        return refuse(format!("{} follows from the units of {from}; answer those", new.unit));
    }
    if new.evaluator.trim().is_empty() {
        return refuse("it has no name; give --name or set ASSIZE_EVALUATOR".into());
    }
    let shown = !new.note.trim().is_empty() || !new.attachments.is_empty();
    let is_reasoned = !new.note.trim().is_empty() || !new.overrules;
    if !is_reasoned || (!shown && new.outcome != Outcome::Pass) {
        return refuse(NOTE.into());
    }
    if let Some(words) = unproposed(judged, new).filter(|_| !shown) {
        return refuse(words);
    }
    // That there is nothing to ask about is a person's to say where nothing is declared, but not of a DUT out of reach.
    let is_out_of_reach = judged.declaration.product.bench.address.is_none();
    let counts = |p: &&&PlannedUnit| match new.outcome {
        Outcome::Pass => true,
        Outcome::NotApplicable => is_out_of_reach && !p.probes.is_empty(),
        Outcome::Fail | Outcome::Inconclusive => false,
    };
    if let Some(lack) = planned.iter().filter(counts).find_map(|p| p.lacks.last()) {
        return refuse(format!("{} cannot be answered so: {lack}", new.unit));
    }
    Ok(())
}

/// Why an answer confirms nothing: something that it covers is open without a proposal, or nothing is open at all.
fn unproposed(judged: &Judged, new: &NewAnswer) -> Option<String> {
    let case = judged.assessment.case(&new.unit.case);
    let unit = case.and_then(|c| c.units.iter().find(|u| u.letter == new.unit.letter));
    let covered = unit.into_iter().flat_map(|u| &u.entries);
    let covered = covered.filter(|e| new.entry.is_none() || e.entry == new.entry);
    let open: Vec<_> = covered.filter(|e| e.outcome == Outcome::Inconclusive).collect();
    let without: Vec<&str> = open
        .iter()
        .filter(|e| e.proposed.is_none())
        .map(|e| e.entry.as_deref().unwrap_or("the unit as a whole"))
        .collect();
    match (open.len() - without.len(), without.as_slice()) {
        (0, _) => Some(NOTE.to_owned()),
        (_, []) => None,
        (_, names) => Some(format!(
            "it needs a note that says what was found, because nothing is proposed for {}; give --note, or confirm the others with --entry",
            names.join(", ")
        )),
    }
}

/// Takes an answer back; the record stays, a later one says that it no longer counts.
///
/// # Errors
/// When the record is no answer that stands, or evidence cannot be written.
pub fn withdraw(folder: &Folder, record: u64, evaluator: &str, note: &str) -> Result<u64> {
    let stored = Stored::read(&folder.log()?)?;
    if stored.answers.iter().all(|(n, _)| *n != record) {
        return Err(Error::Answer(format!("record {record} is no answer that stands")));
    }
    let mut store = Store::open(folder.evidence())?;
    let body = Withdrawal { record, evaluator: evaluator.to_owned(), note: note.to_owned() };
    let number = write(&mut store, kind::WITHDRAWAL, &body, &[])?;
    store.sync()?;
    Ok(number)
}

/// Records that an evaluator accepted or refused the external evidence offered for a test group (clause 4.7), or the
/// "n/a" of a provision (clause 4, ICS checks b and c).
///
/// # Errors
/// When there is nothing of the kind to decide, the reason is missing, or evidence cannot be written.
pub fn decide(
    folder: &Folder,
    judged: &Judged,
    (question, provision): (Question, &str),
    accepted: bool,
    (note, evaluator): (&str, &str),
) -> Result<u64> {
    let claim = judged.declaration.ics.claim.get(provision);
    let open = claim.is_some_and(|c| match question {
        Question::ExternalEvidence => c.external_evidence.is_some(),
        Question::NotApplicable => c.support == Support::NotApplicable,
    });
    if !open {
        let what = match question {
            Question::ExternalEvidence => "offers no external evidence for",
            Question::NotApplicable => "makes no claim of \"n/a\" for",
        };
        return Err(Error::Answer(format!("the ICS {what} {provision}")));
    }
    if note.trim().is_empty() || evaluator.trim().is_empty() {
        return Err(Error::Answer("a decision needs a name, and a note with its reason".into()));
    }
    let mut store = Store::open(folder.evidence())?;
    let body = Decision {
        question,
        spec: judged.assessment.spec.clone(),
        provision: provision.to_owned(),
        accepted,
        note: note.to_owned(),
        evaluator: evaluator.to_owned(),
        basis: decision_basis(question, provision, &judged.declaration, &judged.signs),
    };
    let number = write(&mut store, kind::DECISION, &body, &[])?;
    store.sync()?;
    Ok(number)
}
