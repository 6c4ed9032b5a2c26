//! The page on coverage: how many test units go which way, and for each functional unit who decides it or why a person does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use assize_lab::check_needs;
use assize_model::catalogue::{Catalogue, Kind, TestCase, TestSpec, TestUnit};
use assize_model::plan::CheckNeeds;

const WAYS: [&str; 6] = ["rule", "probe", "rule, confirmed", "probe, confirmed", "derived", "by hand"];

/// The page without its first line.
pub(crate) fn coverage(catalogue: &Catalogue) -> String {
    let mut text = String::from("## Counts\n\n");
    for spec in &catalogue.specs {
        text += &functional_counts(spec);
    }
    for spec in &catalogue.specs {
        text += &clauses(spec);
    }
    for spec in &catalogue.specs {
        text += &functional(spec);
    }
    text
}

/// How a unit is done.
fn way(unit: &TestUnit) -> &'static str {
    match check(unit) {
        None if unit.reuses.is_some() => "derived",
        None => "by hand",
        Some(c) if c.partial || unit.verb.needs_expertise() => match c.probes.is_empty() {
            true => "rule, confirmed",
            false => "probe, confirmed",
        },
        Some(c) if c.probes.is_empty() => "rule",
        Some(_) => "probe",
    }
}

fn check(unit: &TestUnit) -> Option<CheckNeeds> {
    named(unit.check.as_deref()?)
}

fn named(name: &str) -> Option<CheckNeeds> {
    check_needs().into_iter().find(|c| c.name == name)
}

/// The four ways of a functional unit: what the reader wants to know is who has the last word.
fn last_word(unit: &TestUnit) -> &'static str {
    match way(unit) {
        "rule" | "probe" => "decided",
        "rule, confirmed" | "probe, confirmed" => "proposed",
        other => other,
    }
}

fn functional_units(spec: &TestSpec) -> impl Iterator<Item = (&TestCase, &TestUnit)> {
    let units = spec.cases.iter().flat_map(|c| c.units.iter().map(move |u| (c, u)));
    units.filter(|(_, u)| u.kind == Kind::Functional)
}

fn functional_counts(spec: &TestSpec) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, unit) in functional_units(spec) {
        *counts.entry(last_word(unit)).or_insert(0) += 1;
    }
    let of = |way: &str| counts.get(way).copied().unwrap_or(0);
    format!(
        "- {}: {} functional units, of which {} are decided by the machine, {} are prepared by it and confirmed by a person, {} follow from other units, {} are done by hand\n",
        spec.id,
        counts.values().sum::<usize>(),
        of("decided"),
        of("proposed"),
        of("derived"),
        of("by hand"),
    )
}

fn clauses(spec: &TestSpec) -> String {
    let mut text = format!(
        "\n## {}: all units by clause\n\n| clause | units | {} |\n|---|---|{}\n",
        spec.id,
        WAYS.join(" | "),
        "---|".repeat(WAYS.len())
    );
    let mut total = BTreeMap::new();
    for scenario in &spec.scenarios {
        let counts = counts(spec, &scenario.id);
        for (way, count) in &counts {
            *total.entry(*way).or_insert(0) += count;
        }
        row(&mut text, &scenario.clause, &counts);
    }
    row(&mut text, "all", &total);
    text
}

fn counts(spec: &TestSpec, scenario: &str) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for unit in spec.cases.iter().filter(|c| c.scenario == scenario).flat_map(|c| &c.units) {
        *counts.entry(way(unit)).or_insert(0) += 1;
    }
    counts
}

fn row(text: &mut String, name: &str, counts: &BTreeMap<&'static str, usize>) {
    let cells: Vec<String> =
        WAYS.iter().map(|way| counts.get(way).copied().unwrap_or(0).to_string()).collect();
    let _ = writeln!(text, "| {name} | {} | {} |", counts.values().sum::<usize>(), cells.join(" | "));
}

fn functional(spec: &TestSpec) -> String {
    let mut text = format!(
        "\n## {}: functional units\n\n| unit | asks | who has the last word | check | from | why a person |\n|---|---|---|---|---|---|\n",
        spec.id
    );
    for (case, unit) in functional_units(spec) {
        let refuting = unit.refuted_by.as_deref().and_then(named);
        let name = match (check(unit), &refuting) {
            (Some(c), _) => format!("`{}`", c.name),
            (None, Some(c)) => format!("`{}`, which can only refute", c.name),
            (None, None) => String::new(),
        };
        let check = check(unit).or(refuting);
        let _ = writeln!(
            text,
            "| {} {} | {} | {} | {name} | {} | {} |",
            case.id,
            unit.letter,
            cell(&unit.words),
            last_word(unit),
            source(unit, check.as_ref()),
            reason(unit)
        );
    }
    text
}

/// What a check looks at, or the case whose units this unit applies.
fn source(unit: &TestUnit, check: Option<&CheckNeeds>) -> String {
    match (check, &unit.reuses) {
        (Some(c), _) if c.probes.is_empty() => "declaration".into(),
        (Some(c), _) => c.probes.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", "),
        (None, Some(case)) => format!("units of {case}"),
        (None, None) => String::new(),
    }
}

/// Why a person is needed; nothing where the machine has the last word.
fn reason(unit: &TestUnit) -> String {
    match (last_word(unit), &unit.by_hand) {
        ("decided" | "derived", _) => String::new(),
        (_, Some(why)) => cell(why),
        (_, None) if unit.was.is_none() => {
            "The unit is new in this edition, and no check is written for it.".into()
        }
        (_, None) => {
            "The unit changed in this edition, and the check of the earlier one does not fit it.".into()
        }
    }
}

fn cell(words: &str) -> String {
    words.replace('|', "\\|").replace('\n', " ")
}
