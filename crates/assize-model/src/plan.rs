//! The test plan: claimed provisions × test units × IXIT entries × what the bench offers (TS 103 701 clause 4,
//! phase 5).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Setup, TestCase, TestSpec, TestUnit};
use crate::declaration::ics::Support;
use crate::declaration::{Declaration, scope};
use crate::judgement::{By, UnitId};

/// What a plan has to know of a check: its name, and the probes whose facts it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckNeeds {
    /// Name of the check.
    pub name: &'static str,
    /// Names of the probes; empty when the declaration is enough.
    pub probes: &'static [&'static str],
    /// Whether it sees only a part of what a unit asks about, so that its PASS waits for a person.
    pub partial: bool,
}

/// Every unit to be done, in the order of the specification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestPlan {
    /// Its units.
    pub units: Vec<PlannedUnit>,
}

/// One unit for one IXIT entry, or for the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedUnit {
    /// The unit.
    pub unit: UnitId,
    /// The entry it runs on; none when it looks at the whole.
    pub entry: Option<String>,
    /// By rule, by probe or by an evaluator.
    pub by: By,
    /// The check that judges or proposes.
    pub check: Option<String>,
    /// Whether an evaluator has to confirm what the machine proposes before it counts as PASS.
    pub confirm: bool,
    /// Why a person does or confirms it.
    pub by_hand: Option<String>,
    /// What has to stand ready.
    pub setup: Option<String>,
    /// Probes whose facts it needs.
    pub probes: Vec<String>,
    /// What is missing to do it.
    pub lacks: Vec<String>,
    /// Whether it follows from the units of another case.
    pub derived_from: Option<String>,
    /// Whether its own provision is not claimed and it serves a unit that applies it.
    pub on_behalf: bool,
}

/// Makes the plan. The bench is what `product.toml` says of it.
pub fn plan(spec: &TestSpec, declaration: &Declaration, checks: &[CheckNeeds]) -> TestPlan {
    let applied = applied_entries(spec, declaration);
    let mut units = Vec::new();
    for case in &spec.cases {
        let claimed = is_claimed(declaration, &case.provision);
        for unit in &case.units {
            let id = UnitId::new(&case.id, &unit.letter);
            let entries = match (claimed, applied.get(&id)) {
                (true, _) => entries_of(unit, declaration),
                (false, Some(entries)) => entries.iter().cloned().map(Some).collect(),
                (false, None) => continue,
            };
            for entry in entries {
                units.push(planned(case, unit, entry, !claimed, declaration, checks));
            }
        }
    }
    TestPlan { units }
}

/// Whether a provision is claimed with "yes" and therefore tested.
pub fn is_claimed(declaration: &Declaration, provision: &str) -> bool {
    declaration.ics.claim.get(provision).is_some_and(|c| c.support == Support::Yes)
}

/// The entries a unit runs on; one `None` when it looks at the whole or its table has no entry yet, and one beside the
/// entries when the declaration leaves open whether its scope has more.
pub fn entries_of(unit: &TestUnit, declaration: &Declaration) -> Vec<Option<String>> {
    let Some(table) = &unit.per else { return vec![None] };
    let mut ids = declaration.ixit.ids(table);
    if let Some(picked) =
        unit.scope.as_deref().filter(|s| *s != "all").and_then(|s| scope::entries(s, &declaration.ixit))
    {
        ids.retain(|id| picked.contains(id));
    }
    let is_open = ids.is_empty() || !untold(unit, declaration).is_empty();
    ids.into_iter().map(Some).chain(is_open.then_some(None)).collect()
}

fn untold(unit: &TestUnit, declaration: &Declaration) -> Vec<String> {
    unit.scope.as_deref().map(|name| scope::untold(name, declaration)).unwrap_or_default()
}

/// Units that some claimed provision applies, with the entries it applies them to.
fn applied_entries(spec: &TestSpec, declaration: &Declaration) -> BTreeMap<UnitId, BTreeSet<String>> {
    let mut applied: BTreeMap<UnitId, BTreeSet<String>> = BTreeMap::new();
    for case in spec.cases.iter().filter(|c| is_claimed(declaration, &c.provision)) {
        for unit in &case.units {
            let Some(reused) = unit.reuses.as_deref().and_then(|id| spec.case(id)) else { continue };
            let entries: Vec<String> = entries_of(unit, declaration).into_iter().flatten().collect();
            for target in applied_units(unit, reused) {
                let id = UnitId::new(&reused.id, &target.letter);
                applied.entry(id).or_default().extend(entries.iter().cloned());
            }
        }
    }
    applied
}

/// The units of `reused` that `unit` applies.
pub fn applied_units<'a>(unit: &TestUnit, reused: &'a TestCase) -> impl Iterator<Item = &'a TestUnit> {
    let letters = unit.reused_units.clone();
    reused.units.iter().filter(move |u| letters.is_empty() || letters.contains(&u.letter))
}

fn planned(
    case: &TestCase,
    unit: &TestUnit,
    entry: Option<String>,
    on_behalf: bool,
    declaration: &Declaration,
    checks: &[CheckNeeds],
) -> PlannedUnit {
    let check = unit.check.as_deref().and_then(|name| checks.iter().find(|c| c.name == name));
    let probes: Vec<String> = check.iter().flat_map(|c| c.probes).map(|p| (*p).to_owned()).collect();
    let by = match check {
        None if unit.reuses.is_some() => By::Rule,
        None => By::Evaluator,
        Some(_) if probes.is_empty() => By::Rule,
        Some(_) => By::Probe,
    };
    PlannedUnit {
        unit: UnitId::new(&case.id, &unit.letter),
        by,
        check: check.map(|c| c.name.to_owned()),
        confirm: check.is_some_and(|c| c.partial || unit.verb.needs_expertise()),
        by_hand: unit.by_hand.clone(),
        setup: unit.setup.map(|s| setup_name(s).to_owned()),
        lacks: lacks(unit, entry.is_some(), &probes, declaration),
        probes,
        derived_from: unit.reuses.clone(),
        on_behalf,
        entry,
    }
}

fn lacks(unit: &TestUnit, has_entry: bool, probes: &[String], declaration: &Declaration) -> Vec<String> {
    let mut lacks = if has_entry { Vec::new() } else { untold(unit, declaration) };
    let empty = unit.per.as_ref().filter(|table| !has_entry && declaration.ixit.ids(table).is_empty());
    if let Some(table) = empty.filter(|_| unit.scope.is_none()) {
        lacks.push(format!("IXIT {table} has no entry"));
    }
    if !probes.is_empty() && declaration.product.bench.address.is_none() {
        lacks.push("product.toml names no address of the DUT in [bench]".to_owned());
    }
    lacks
}

/// The name of a set-up as it stands in files and plans.
pub fn setup_name(setup: Setup) -> &'static str {
    match setup {
        Setup::Papers => "papers",
        Setup::Website => "website",
        Setup::Unboxing => "unboxing",
        Setup::Running => "running",
        Setup::Network => "network",
        Setup::Attack => "attack",
        Setup::Outage => "outage",
        Setup::Reset => "reset",
        Setup::Hardware => "hardware",
    }
}
