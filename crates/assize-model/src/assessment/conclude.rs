//! From judgements to verdicts: unit, case, group, provision, overall (TS 103 701 clause 4, tables 1 to 3). Pure:
//! the same declaration, judgements and specification always give the same assessment, whatever their order.

use std::collections::{BTreeMap, BTreeSet};

use super::lapsed::lapsed_groups;
use super::overall::{overall, unreplaced};
use super::review::{ClaimDecision, review};
use super::{Assessment, CaseResult, Contradiction, Counts, EntryResult, ProvisionResult, UnitResult, Waits};
use crate::catalogue::{IcsEntry, Rule, TestCase, TestSpec, TestUnit};
use crate::declaration::Declaration;
use crate::declaration::ics::Support;
use crate::declaration::ixit::Ixit;
use crate::declaration::ixit::common::Guarantee;
use crate::judgement::{By, Indication, Judgement, Outcome, Pointer, Sense, UnitId};
use crate::plan::{PlannedUnit, TestPlan, applied_units};
use crate::verdict::Verdict;

/// What an assessment is concluded from.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// The specification.
    pub spec: &'a TestSpec,
    /// The declaration.
    pub declaration: &'a Declaration,
    /// The plan made from both.
    pub plan: &'a TestPlan,
    /// What checks and evaluators concluded. Of several answers to one unit and entry the last one counts.
    pub judgements: &'a [Judgement],
    /// Contradictions between claims and observations.
    pub contradictions: &'a [Contradiction],
    /// Test groups whose external evidence an evaluator accepted.
    pub accepted_groups: &'a BTreeSet<String>,
    /// What an evaluator decided last on claims of "n/a".
    pub decided_claims: &'a BTreeMap<String, ClaimDecision>,
    /// Provisions whose claim was carried over from another edition and is only assumed.
    pub assumed: &'a BTreeSet<String>,
}

/// Concludes.
pub fn conclude(basis: &Basis) -> Assessment {
    let mut board = Board::new(basis);
    board.settle_direct();
    board.settle_derived();
    let cases: Vec<CaseResult> = basis.spec.cases.iter().map(|case| board.case_result(case)).collect();
    let (mut ics, mut contradictions) = review(basis.spec, basis.declaration, basis.decided_claims);
    contradictions.extend(basis.contradictions.iter().cloned());
    contradictions.sort_by(|a, b| {
        (&a.evidence.is_empty(), &a.provision, &a.observed).cmp(&(
            &b.evidence.is_empty(),
            &b.provision,
            &b.observed,
        ))
    });
    contradictions.dedup();
    ics.valid = ics.broken.is_empty() && contradictions.iter().all(|c| !c.invalidates_ics);
    let lapsed = lapsed_groups(basis);
    let provisions: Vec<ProvisionResult> =
        basis.spec.ics.iter().map(|e| provision_result(e, basis, &lapsed, &cases)).collect();
    let counts = count(&cases);
    let mut assessment = Assessment {
        format: 1,
        spec: basis.spec.id.clone(),
        framework: basis.spec.tests.clone(),
        overall: Verdict::Inconclusive,
        reasons: Vec::new(),
        contradictions,
        ics,
        provisions,
        cases,
        counts,
        quantum: Default::default(),
        troubles: Vec::new(),
    };
    (assessment.overall, assessment.reasons) = overall(&assessment);
    assessment.reasons.extend(unreplaced(basis, &lapsed, &assessment.provisions));
    assessment
}

/// Table 2, with external evidence in place of the cases where an evaluator accepted it and no FAIL of a person lapsed.
fn provision_result(
    entry: &IcsEntry,
    basis: &Basis,
    lapsed: &BTreeSet<String>,
    cases: &[CaseResult],
) -> ProvisionResult {
    let id = &entry.provision;
    let claim = basis.declaration.ics.claim.get(id);
    let own: Vec<&CaseResult> = cases.iter().filter(|c| c.provision == *id).collect();
    let claimed = claim.is_some_and(|c| c.support == Support::Yes);
    let external =
        claimed && basis.accepted_groups.contains(id) && claim.is_some_and(|c| c.external_evidence.is_some());
    let tested = Verdict::all(own.iter().map(|c| c.verdict));
    let verdict = match (claimed, external) {
        (false, _) => Verdict::NotTested,
        (true, true) if tested != Verdict::Fail && !lapsed.contains(id) => Verdict::Pass,
        _ => tested,
    };
    let labels = entry.conditions.join(", ");
    ProvisionResult {
        id: id.clone(),
        clause: clause_of(id).to_owned(),
        words: basis.spec.requirement_words(id).unwrap_or_default().to_owned(),
        status: if labels.is_empty() {
            entry.status.to_string()
        } else {
            format!("{} ({labels})", entry.status)
        },
        claim: claim.map(|c| support_words(c.support).to_owned()),
        detail: claim.and_then(|c| c.detail.clone()).unwrap_or_default(),
        assumed: basis.assumed.contains(id),
        verdict,
        by_external_evidence: external && verdict == Verdict::Pass,
        cases: own.iter().map(|c| c.id.clone()).collect(),
    }
}

fn clause_of(provision: &str) -> &str {
    provision.rsplit_once('-').map_or(provision, |(clause, _)| clause)
}

fn support_words(support: Support) -> &'static str {
    match support {
        Support::Yes => "yes",
        Support::No => "no",
        Support::NotApplicable => "n/a",
    }
}

/// Counts the units of claimed provisions only; what serves another unit's application is counted there.
fn count(cases: &[CaseResult]) -> Counts {
    let mut counts = Counts::default();
    for unit in cases.iter().filter(|c| c.verdict != Verdict::NotTested).flat_map(|c| &c.units) {
        counts.planned += 1;
        match (unit.verdict, unit.waits) {
            (Verdict::Pass, _) => counts.pass += 1,
            (Verdict::Fail, _) => counts.fail += 1,
            (_, Some(Waits::Confirmation)) => counts.to_confirm += 1,
            (_, Some(Waits::Answer)) => counts.to_answer += 1,
            _ => counts.open += 1,
        }
    }
    counts
}

/// A unit and entry of the plan.
type Slot<'a> = (UnitId, Option<&'a str>);

/// Results as they are settled, slot by slot.
struct Board<'a> {
    basis: &'a Basis<'a>,
    planned: BTreeMap<Slot<'a>, &'a PlannedUnit>,
    settled: BTreeMap<Slot<'a>, Settled>,
}

#[derive(Clone, Debug)]
struct Settled {
    outcome: Outcome,
    proposed: Option<Outcome>,
    by: By,
    waits: Option<Waits>,
    indications: Vec<Indication>,
}

impl<'a> Board<'a> {
    fn new(basis: &'a Basis<'a>) -> Self {
        let slots = basis.plan.units.iter().map(|p| ((p.unit.clone(), p.entry.as_deref()), p));
        Self { basis, planned: slots.collect(), settled: BTreeMap::new() }
    }

    /// Settles every unit that checks or evaluators judge.
    fn settle_direct(&mut self) {
        let mut by_unit: BTreeMap<&UnitId, Vec<&Judgement>> = BTreeMap::new();
        for judgement in self.basis.judgements {
            by_unit.entry(&judgement.unit).or_default().push(judgement);
        }
        for (slot, planned) in &self.planned {
            if planned.derived_from.is_some() && planned.check.is_none() {
                continue;
            }
            let about = by_unit.get(&slot.0).map(Vec::as_slice).unwrap_or_default();
            let about: Vec<&Judgement> =
                about.iter().copied().filter(|j| j.entry.is_none() || j.entry.as_deref() == slot.1).collect();
            let settled = settle(planned, &about, self.needs_positive(&slot.0));
            self.settled.insert(slot.clone(), settled);
        }
    }

    fn needs_positive(&self, unit: &UnitId) -> bool {
        self.basis.spec.case(&unit.case).is_some_and(|c| c.needs_positive.contains(&unit.letter))
    }

    /// Settles the units that apply another case's units, from what those came to.
    fn settle_derived(&mut self) {
        let derived: Vec<(Slot<'a>, &'a PlannedUnit)> = self
            .planned
            .iter()
            .filter(|(slot, _)| !self.settled.contains_key(slot))
            .map(|(s, p)| (s.clone(), *p))
            .collect();
        for (slot, planned) in derived {
            let settled = self.derive(&slot, planned);
            self.settled.insert(slot, settled);
        }
    }

    fn derive(&self, slot: &Slot<'a>, planned: &PlannedUnit) -> Settled {
        let spec = self.basis.spec;
        let unit = spec.case(&slot.0.case).and_then(|c| c.unit(&slot.0.letter));
        let reused = planned.derived_from.as_deref().and_then(|id| spec.case(id));
        let (Some(unit), Some(reused)) = (unit, reused) else {
            return Settled::open(By::Evaluator, Waits::Answer);
        };
        let Some(entry) = slot.1 else { return self.out_of_scope(slot, planned, unit) };
        let applied: Vec<Settled> = applied_units(unit, reused)
            .map(|u| self.applied(&UnitId::new(&reused.id, &u.letter), entry))
            .collect();
        let floor = floor(unit, entry, &self.basis.declaration.ixit);
        let verdict = Verdict::all(applied.iter().chain(&floor).map(|p| p.outcome.verdict()));
        let mut indications: Vec<Indication> = applied.iter().flat_map(|p| p.indications.clone()).collect();
        indications.retain(|i| i.sense == Sense::Against || verdict == Verdict::Pass);
        indications.extend(floor.into_iter().flat_map(|p| p.indications));
        indications.dedup();
        let waits_for_units = applied.iter().any(|p| p.outcome == Outcome::Inconclusive);
        let waits = (verdict == Verdict::Inconclusive).then_some(if waits_for_units {
            Waits::OtherUnits
        } else {
            Waits::Declaration
        });
        if waits == Some(Waits::OtherUnits) {
            let words = format!("The units of {} are still open for {entry}.", reused.id);
            indications.push(Indication::note(words, format!("settle {}", reused.id)));
        }
        Settled { outcome: outcome_of(verdict), proposed: None, by: By::Rule, waits, indications }
    }

    /// No entry is in the scope: a proposal, since flags of the declaration alone decide the scope; open while the
    /// declaration does not tell what is in it.
    fn out_of_scope(&self, slot: &Slot<'a>, planned: &PlannedUnit, unit: &TestUnit) -> Settled {
        let answer = self.basis.judgements.iter().rfind(|j| j.unit == slot.0 && j.by == By::Evaluator);
        match answer {
            Some(answer) if planned.lacks.is_empty() || answer.outcome == Outcome::Fail => {
                person_says(answer, None, false)
            }
            _ if !planned.lacks.is_empty() => unsaid(planned),
            _ => {
                let confirming = PlannedUnit { confirm: true, ..planned.clone() };
                as_proposal(nothing_in_scope(unit, self.basis.declaration), &confirming)
            }
        }
    }

    fn applied(&self, unit: &UnitId, entry: &str) -> Settled {
        let at = |entry| self.settled.get(&(unit.clone(), entry));
        at(Some(entry))
            .or_else(|| at(None))
            .cloned()
            .unwrap_or_else(|| Settled::open(By::Evaluator, Waits::OtherUnits))
    }

    fn slots_of(&self, unit: &UnitId) -> Vec<(Option<&'a str>, &Settled)> {
        let slots = self.settled.iter().filter(|(slot, _)| slot.0 == *unit);
        slots.map(|((_, entry), settled)| (*entry, settled)).collect()
    }

    fn case_result(&self, case: &TestCase) -> CaseResult {
        let claim = self.basis.declaration.ics.claim.get(&case.provision);
        let claimed = claim.is_some_and(|c| c.support == Support::Yes);
        let mut units: Vec<UnitResult> = case.units.iter().map(|unit| self.unit_result(case, unit)).collect();
        let is_asked = self.entries_of_case(case).iter().any(|entry| self.is_asked(case, *entry));
        if claimed && case.rule == Rule::AnyEntry && !is_asked {
            units.iter_mut().for_each(leave_unasked);
        }
        let verdict = if claimed { self.case_verdict(case, &units) } else { Verdict::NotTested };
        CaseResult {
            id: case.id.clone(),
            provision: case.provision.clone(),
            kind: format!("{:?}", case.kind).to_lowercase(),
            verdict,
            rule: case.rule_words.clone(),
            units,
        }
    }

    fn unit_result(&self, case: &TestCase, unit: &TestUnit) -> UnitResult {
        let slots = self.slots_of(&UnitId::new(&case.id, &unit.letter));
        let verdict = match slots.is_empty() {
            true => Verdict::NotTested,
            false => Verdict::all(slots.iter().map(|(_, s)| s.outcome.verdict())),
        };
        let mut indications: Vec<Indication> =
            slots.iter().flat_map(|(_, s)| s.indications.clone()).collect();
        indications.sort_by_key(|i| i.sense != Sense::Against);
        indications.dedup();
        let deciding = slots.iter().find(|(_, s)| s.outcome.verdict() == verdict).or(slots.first());
        let entries = slots.iter().map(|(entry, s)| EntryResult {
            entry: entry.map(str::to_owned),
            outcome: s.outcome,
            proposed: s.proposed,
        });
        UnitResult {
            letter: unit.letter.clone(),
            verb: unit.verb.words().to_owned(),
            words: unit.words.clone(),
            verdict,
            by: deciding.map_or(By::Evaluator, |(_, s)| s.by),
            waits: deciding.and_then(|(_, s)| s.waits),
            indications,
            entries: entries.collect(),
        }
    }

    /// Table 3 with the case's own rule.
    fn case_verdict(&self, case: &TestCase, units: &[UnitResult]) -> Verdict {
        match case.rule {
            Rule::All => Verdict::all(units.iter().map(|u| u.verdict)),
            Rule::AnyEntry => {
                let letters: Vec<&str> = case.units.iter().map(|u| u.letter.as_str()).collect();
                // One that has nothing the case asks about withstands nothing, and stands in for no other.
                let entries = self.entries_of_case(case).into_iter().filter(|e| self.is_asked(case, *e));
                Verdict::any(entries.map(|e| self.over(case, &letters, e)))
            }
        }
    }

    fn entries_of_case(&self, case: &TestCase) -> BTreeSet<Option<&'a str>> {
        let keys = self.settled.keys().filter(|(unit, _)| unit.case == case.id);
        let mut entries: BTreeSet<Option<&'a str>> = keys.map(|(_, entry)| *entry).collect();
        if entries.len() > 1 {
            // A unit that looks at the whole counts for every entry; it is no entry of its own.
            entries.remove(&None);
        }
        entries
    }

    /// Whether some unit of the case has anything to ask about an entry.
    fn is_asked(&self, case: &TestCase, entry: Option<&str>) -> bool {
        let mut own = self.settled.iter().filter(|((unit, e), _)| unit.case == case.id && *e == entry);
        own.any(|(_, settled)| settled.outcome != Outcome::NotApplicable)
    }

    /// The verdict of some units for one entry; a unit that looks at the whole counts for every entry.
    fn over(&self, case: &TestCase, letters: &[&str], entry: Option<&'a str>) -> Verdict {
        Verdict::all(self.outcomes(case, letters, entry).into_iter().map(|o| match o {
            Some(outcome) => outcome.verdict(),
            None => Verdict::Inconclusive,
        }))
    }

    fn outcomes(&self, case: &TestCase, letters: &[&str], entry: Option<&'a str>) -> Vec<Option<Outcome>> {
        let outcome = |letter: &&str| {
            let id = UnitId::new(&case.id, *letter);
            let slot = self.settled.get(&(id.clone(), entry)).or_else(|| self.settled.get(&(id, None)));
            slot.map(|s| s.outcome)
        };
        letters.iter().map(outcome).collect()
    }
}

impl Settled {
    fn open(by: By, waits: Waits) -> Self {
        Self {
            outcome: Outcome::Inconclusive,
            proposed: None,
            by,
            waits: Some(waits),
            indications: Vec::new(),
        }
    }

    fn noted(mut self, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        self.indications.push(Indication::note(words, remedy));
        self
    }
}

/// One entry has to pass, and every one was set aside as not applicable.
fn leave_unasked(unit: &mut UnitResult) {
    let words = "Every entry is answered not applicable, so that none is left that could pass.";
    unit.indications.push(Indication::note(words, "answer for the entry that the claim rests on"));
    (unit.verdict, unit.waits) = (Verdict::Inconclusive, Some(Waits::Answer));
}

fn outcome_of(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Pass => Outcome::Pass,
        Verdict::Fail => Outcome::Fail,
        _ => Outcome::Inconclusive,
    }
}

/// Settles one slot from what was said about it. A machine's FAIL stands until an evaluator overrules it with a
/// reason; a machine's PASS on a unit that needs expertise is a proposal; without any indication nothing passes.
fn settle(planned: &PlannedUnit, about: &[&Judgement], needs_positive: bool) -> Settled {
    let machine = strongest(about.iter().copied().filter(|j| j.by != By::Evaluator));
    match (machine, deciding_answer(about)) {
        (Some(m), Some(p)) if m.outcome == Outcome::Fail && p.outcome != Outcome::Fail && !p.overrules => {
            let words = "An evaluator answered otherwise without overruling this finding.";
            said(m).noted(words, "answer again with --overrule and the reason, or correct the product")
        }
        (_, Some(p)) => person_says(p, machine, needs_positive),
        (Some(m), None) => machine_says(m, planned, needs_positive),
        (None, None) => unsaid(planned),
    }
}

/// The answer that counts of those about one slot: one to the entry itself before one to the unit as a whole, but before
/// no FAIL that came later, not even one that has lapsed since.
pub(super) fn deciding_answer<'j>(about: &[&'j Judgement]) -> Option<&'j Judgement> {
    let answers = || about.iter().copied().filter(|j| j.by == By::Evaluator);
    let last = answers().next_back();
    let fail = last.filter(|j| j.outcome == Outcome::Fail || j.lapsed_fail);
    fail.or_else(|| answers().rfind(|j| j.entry.is_some())).or(last)
}

/// Of several findings on one slot the strongest counts: FAIL, then open, then PASS.
fn strongest<'j>(judgements: impl Iterator<Item = &'j Judgement>) -> Option<&'j Judgement> {
    let rank = |j: &&Judgement| match j.outcome {
        Outcome::Fail => 0,
        Outcome::Inconclusive => 1,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 3,
    };
    judgements.min_by_key(rank)
}

fn said(j: &Judgement) -> Settled {
    Settled { outcome: j.outcome, proposed: None, by: j.by, waits: None, indications: j.indications.clone() }
}

fn person_says(p: &Judgement, machine: Option<&Judgement>, needs_positive: bool) -> Settled {
    let mut settled = said(p);
    // A PASS of the unit as a whole makes no entry withstand what machines find it not to be asked about.
    let is_beside = machine.is_some_and(|m| m.outcome == Outcome::NotApplicable);
    if p.outcome == Outcome::Pass && p.entry.is_none() && is_beside {
        settled.outcome = Outcome::NotApplicable;
    }
    settled.indications.extend(machine.into_iter().flat_map(|m| m.indications.clone()));
    if p.outcome == Outcome::Inconclusive {
        settled.waits = Some(Waits::Answer);
    }
    require_indication(settled, needs_positive)
}

fn machine_says(m: &Judgement, planned: &PlannedUnit, needs_positive: bool) -> Settled {
    let settled = as_proposal(require_indication(said(m), needs_positive), planned);
    match settled.outcome {
        Outcome::Inconclusive if settled.proposed.is_some() => settled,
        Outcome::Inconclusive => {
            let waits = match (planned.by, m.by) {
                // What a check could only have refuted stays with a person.
                (By::Evaluator, _) => Waits::Answer,
                (_, By::Probe) => Waits::Bench,
                _ => Waits::Declaration,
            };
            Settled { waits: Some(settled.waits.unwrap_or(waits)), ..settled }
        }
        _ => settled,
    }
}

/// What a machine finds fulfilled is a proposal where a person has to confirm it.
fn as_proposal(settled: Settled, planned: &PlannedUnit) -> Settled {
    if !planned.confirm || settled.outcome.verdict() != Verdict::Pass {
        return settled;
    }
    let proposed = Some(settled.outcome);
    Settled { outcome: Outcome::Inconclusive, proposed, waits: Some(Waits::Confirmation), ..settled }
}

/// A PASS needs something examined: an indication, and one that speaks for it where the case asks for that.
fn require_indication(settled: Settled, needs_positive: bool) -> Settled {
    let positive = settled.indications.iter().any(|i| i.sense == Sense::For);
    let enough = if needs_positive { positive } else { !settled.indications.is_empty() };
    if settled.outcome.verdict() != Verdict::Pass || enough {
        return settled;
    }
    let lacking = Settled { outcome: Outcome::Inconclusive, waits: Some(Waits::Answer), ..settled };
    lacking.noted("Nothing that was examined is named, so this does not count.", "name what shows it")
}

fn unsaid(planned: &PlannedUnit) -> Settled {
    if let Some(lack) = planned.lacks.first() {
        let waits = if planned.probes.is_empty() { Waits::Declaration } else { Waits::Bench };
        return Settled::open(planned.by, waits).noted(format!("{lack}."), "supply it and assess again");
    }
    match planned.by {
        By::Probe => Settled::open(By::Probe, Waits::Bench)
            .noted("The DUT was not examined for this.", "run `assize assess` with the DUT on the bench"),
        By::Rule => Settled::open(By::Rule, Waits::Declaration)
            .noted("The declaration has nothing that the rule could examine.", "complete the declaration"),
        By::Evaluator => Settled::open(By::Evaluator, Waits::Answer),
    }
}

/// An applying unit whose scope picks no entry: fulfilled when the table was filled in, open when it was not.
fn nothing_in_scope(unit: &TestUnit, declaration: &Declaration) -> Settled {
    let table = unit.per.as_deref().unwrap_or_default();
    if declaration.ixit.ids(table).is_empty() {
        let open = Settled::open(By::Rule, Waits::Declaration);
        return open.noted(format!("IXIT {table} has no entry."), "fill in the table");
    }
    let words = format!("No entry of IXIT {table} is in the scope of this unit.");
    let indication = Indication::favour(words).at(Pointer::ixit([table]));
    Settled {
        outcome: Outcome::NotApplicable,
        proposed: None,
        by: By::Rule,
        waits: None,
        indications: vec![indication],
    }
}

/// Guarantees that an entry has to declare beyond what the applied case asks.
fn floor(unit: &TestUnit, entry: &str, ixit: &Ixit) -> Vec<Settled> {
    let Some(mechanism) = ixit.com_mech.iter().find(|m| m.id == entry) else { return Vec::new() };
    let table = unit.per.as_deref().unwrap_or_default();
    let place = Pointer::ixit([table, entry, "guarantees"]);
    if mechanism.guarantees.is_empty() && !unit.floor.is_empty() {
        let words = format!("{entry} does not tell which security guarantees it gives.");
        let note = Indication::note(words, "list what it protects in `guarantees`").at(place);
        return vec![Settled { indications: vec![note], ..Settled::open(By::Rule, Waits::Declaration) }];
    }
    let lacking = unit.floor.iter().filter(|wanted| !mechanism.guarantees.contains(wanted));
    let fail = |wanted: &Guarantee| Settled {
        outcome: Outcome::Fail,
        proposed: None,
        by: By::Rule,
        waits: None,
        indications: vec![
            Indication::against(
                format!("{entry} does not declare {}, which what it carries needs.", wanted.words()),
                format!("protect {} and declare it, or send the data another way", wanted.words()),
            )
            .at(place.clone()),
        ],
    };
    lacking.map(fail).collect()
}
