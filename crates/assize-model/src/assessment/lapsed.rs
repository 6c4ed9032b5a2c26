//! Answers of FAIL that no longer count. The unit waits again; until somebody has looked, nothing that is no test
//! stands in for its group (TS 103 701 clause 4.7).

use std::collections::BTreeSet;

use super::Basis;
use super::conclude::deciding_answer;
use crate::judgement::{By, Judgement, UnitId};
use crate::plan::{PlannedUnit, applied_units};

/// The provisions with a unit of which a person said last that it fails, on another ground than what is known now.
pub(super) fn lapsed_groups(basis: &Basis) -> BTreeSet<String> {
    if !basis.judgements.iter().any(|j| j.lapsed_fail) {
        return BTreeSet::new();
    }
    let lapsed = basis.plan.units.iter().filter(|p| has_lapsed(basis, p));
    lapsed.filter_map(|p| Some(basis.spec.case(&p.unit.case)?.provision.clone())).collect()
}

fn has_lapsed(basis: &Basis, planned: &PlannedUnit) -> bool {
    let (spec, entry) = (basis.spec, planned.entry.as_deref());
    let unit = spec.case(&planned.unit.case).and_then(|c| c.unit(&planned.unit.letter));
    let reused = planned.derived_from.as_deref().and_then(|id| spec.case(id));
    match (unit, reused, entry) {
        (Some(unit), Some(reused), Some(_)) if planned.check.is_none() => applied_units(unit, reused)
            .any(|u| says_lapsed(basis, &UnitId::new(&reused.id, &u.letter), entry)),
        _ => says_lapsed(basis, &planned.unit, entry),
    }
}

fn says_lapsed(basis: &Basis, unit: &UnitId, entry: Option<&str>) -> bool {
    let about = basis.judgements.iter().filter(|j| j.by == By::Evaluator && j.unit == *unit);
    let about: Vec<&Judgement> = about.filter(|j| j.entry.is_none() || j.entry.as_deref() == entry).collect();
    deciding_answer(&about).is_some_and(|answer| answer.lapsed_fail)
}
