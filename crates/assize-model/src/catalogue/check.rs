//! Cross-checks of the whole catalogue: ids, references, conditions, counts, edition totals, guide pages.

mod cryptography;
mod maps;
mod products;

use std::collections::HashSet;

use super::{Catalogue, Fault, Framework, Item, Lineage, TestCase, TestSpec, TestUnit};
use crate::atlas::topic;
use crate::declaration::{condition, scope};

pub(super) fn check(catalogue: &Catalogue, checks: &[&str]) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    for framework in &catalogue.frameworks {
        framework_faults(framework, &mut faults);
    }
    for lineage in &catalogue.lineages {
        lineage_faults(lineage, catalogue, &mut faults);
    }
    maps::faults(catalogue, &mut faults);
    cryptography::faults(&catalogue.lists, &mut faults);
    products::faults(catalogue, &mut faults);
    for spec in &catalogue.specs {
        spec_faults(spec, catalogue, &mut faults);
        for case in &spec.cases {
            case_faults(case, spec, checks, &mut faults);
        }
    }
    faults.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, file: &str, message: String, remedy: &str) {
        self.add_at(file, 0, message, remedy);
    }

    fn add_at(&mut self, file: &str, line: u32, message: String, remedy: &str) {
        self.0.push(Fault { file: file.to_owned(), line, message, remedy: remedy.to_owned() });
    }

    fn count(&mut self, file: &str, what: &str, expected: usize, found: usize) {
        if expected != found {
            let message = format!("states {expected} {what} and holds {found}");
            self.add(file, message, "add what is missing, or correct the total from the source");
        }
    }

    fn unique<'a>(&mut self, file: &str, what: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id) {
                self.add(file, format!("holds {what} {id} twice"), "remove one of the two");
            }
        }
    }
}

fn framework_faults(f: &Framework, faults: &mut Faults) {
    let file = format!("frameworks/{}.toml", f.id.replacen('@', "/", 1));
    faults.unique(&file, "requirement", f.requirements.iter().map(|r| r.id.as_str()));
    faults.unique(&file, "statement", f.statements.iter().map(|s| s.label.as_str()));
    place_faults(f, &file, faults);
    faults.count(&file, "requirements", f.totals.requirements, f.live().count());
    faults.count(&file, "void numbers", f.totals.void, f.requirements.len() - f.live().count());
    faults.count(&file, "statements", f.totals.statements, f.statements.len());
    if let Some(mandatory) = f.totals.mandatory {
        let found = f.requirements.iter().filter(|r| r.obligation.is_mandatory()).count();
        faults.count(&file, "mandatory requirements", mandatory, found);
    }
    if let Some(recommended) = f.totals.recommended {
        let found = f.requirements.iter().filter(|r| r.obligation.is_recommended()).count();
        faults.count(&file, "recommended requirements", recommended, found);
    }
    let labels: HashSet<&str> = f.conditions.iter().map(|c| c.label.as_str()).collect();
    for r in &f.requirements {
        for label in r.conditions.iter().filter(|l| !labels.is_empty() && !labels.contains(l.as_str())) {
            faults.add(
                &file,
                format!("{} names condition {label}, which is not there", r.id),
                "add the condition",
            );
        }
        if !f.sources.contains_key(&r.source) {
            faults.add(
                &file,
                format!("{} names source {}, which is not there", r.id, r.source),
                "add the source",
            );
        }
    }
    for c in &f.conditions {
        for id in c.governs.iter().filter(|id| f.requirement(id).is_none()) {
            faults.add(
                &file,
                format!("condition {} governs {id}, which is not there", c.label),
                "correct the number",
            );
        }
    }
    for s in f.statements.iter().filter(|s| f.requirement(&s.guideline).is_none()) {
        faults.add(
            &file,
            format!("statement {} belongs to {}, which is not there", s.label, s.guideline),
            "correct it",
        );
    }
}

/// Items above others, and topics. Headings and requirements share their numbers.
fn place_faults(f: &Framework, file: &str, faults: &mut Faults) {
    let ids: HashSet<&str> = f.items().map(Item::id).collect();
    for item in f.items() {
        let named = match item {
            Item::Heading(h) => h.parent.as_str(),
            Item::Requirement(r) => r.parent.as_str(),
            Item::Statement(_) => "",
        };
        if !named.is_empty() && (named == item.id() || !ids.contains(named)) {
            let message = format!("{} stands below {named}, which is not another item", item.id());
            faults.add(file, message, "correct `parent`, or add the heading");
        }
        for number in item.topics().iter().filter(|n| topic(**n).is_none()) {
            let message = format!("{} names topic {number}, which does not exist", item.id());
            faults.add(file, message, "see `atlas::TOPICS`");
        }
    }
    for heading in f.headings.iter().filter(|h| f.requirement(&h.id).is_some()) {
        let message = format!("{} is a heading and a requirement", heading.id);
        faults.add(file, message, "give one of the two another id");
    }
    faults.unique(file, "heading", f.headings.iter().map(|h| h.id.as_str()));
}

fn lineage_faults(l: &Lineage, catalogue: &Catalogue, faults: &mut Faults) {
    let file = format!("mappings/{}--{}.toml", l.from, l.to);
    let (Some(from), Some(to)) = (catalogue.framework(&l.from), catalogue.framework(&l.to)) else {
        faults.add(&file, "joins an edition that is not held".into(), "correct `from` and `to`");
        return;
    };
    faults.count(&file, "edges", l.total, l.edges.len());
    for e in &l.edges {
        let from_known =
            from.requirement(&e.from).is_some() || from.statements.iter().any(|s| s.label == e.from);
        if !e.from.is_empty() && !from_known {
            faults.add(
                &file,
                format!("an edge starts at {}, which {} does not hold", e.from, l.from),
                "correct it",
            );
        }
        if !e.to.is_empty() && to.requirement(&e.to).is_none_or(|r| r.obligation.is_void()) {
            faults.add(
                &file,
                format!("an edge ends at {}, which {} does not hold", e.to, l.to),
                "correct it",
            );
        }
        if e.reason.trim().is_empty() {
            faults.add(&file, format!("the edge {} to {} has no reason", e.from, e.to), "say why");
        }
    }
    for r in to.live().filter(|r| l.edges.iter().all(|e| e.to != r.id)) {
        faults.add(
            &file,
            format!("says nothing of {} in {}", r.id, l.to),
            "add an edge, or one without `from` if new",
        );
    }
}

fn spec_faults(spec: &TestSpec, catalogue: &Catalogue, faults: &mut Faults) {
    let file = format!("test-specs/{}/spec.toml", spec.id);
    faults.count(&file, "scenarios", spec.totals.scenarios, spec.scenarios.len());
    faults.count(&file, "groups", spec.totals.groups, spec.groups().len());
    faults.count(&file, "cases", spec.totals.cases, spec.cases.len());
    faults.count(&file, "units", spec.totals.units, spec.unit_count());
    if spec.totals.ixit_tables > 0 {
        faults.count(&file, "IXIT tables", spec.totals.ixit_tables, spec.ixit.len());
        faults.count(
            &file,
            "IXIT fields",
            spec.totals.ixit_fields,
            spec.ixit.iter().map(|t| t.fields.len()).sum(),
        );
    }
    faults.unique(&file, "case", spec.cases.iter().map(|c| c.id.as_str()));
    faults.unique(&file, "ICS entry", spec.ics.iter().map(|e| e.provision.as_str()));
    for entry in &spec.ics {
        for label in entry.conditions.iter().filter(|l| spec.condition(l).is_none()) {
            let message = format!("{} names condition {label}, which is not there", entry.provision);
            faults.add(&file, message, "add the condition");
        }
    }
    for c in &spec.conditions {
        for id in c.governs.iter().filter(|id| spec.ics_entry(id).is_none()) {
            faults.add(
                &file,
                format!("condition {} governs {id}, which is not there", c.label),
                "correct the number",
            );
        }
        if c.holds_when.as_ref().is_some_and(|name| !condition::NAMES.contains(&name.as_str())) {
            faults.add(
                &file,
                format!("condition {} names a rule that does not exist", c.label),
                "see `declaration::condition`",
            );
        }
    }
    match catalogue.framework(&spec.tests) {
        None => faults.add(&file, format!("tests {}, which is not held", spec.tests), "correct `tests`"),
        Some(f) => {
            for r in f.live().filter(|r| spec.ics_entry(&r.id).is_none()) {
                faults.add(&file, format!("has no ICS status for {}", r.id), "add it from the pro forma");
            }
        }
    }
    for r in &spec.required {
        let fields = spec.table(&r.table).map(|t| &t.fields);
        for name in r.fields.iter().filter(|n| fields.is_none_or(|f| f.iter().all(|x| x.name != **n))) {
            faults.add(
                &file,
                format!("{} requires {} of {}, which is not there", r.provision, name, r.table),
                "correct it",
            );
        }
    }
}

fn case_faults(case: &TestCase, spec: &TestSpec, checks: &[&str], faults: &mut Faults) {
    let file = format!("test-specs/{}/{}.md", spec.id, case.id);
    faults.unique(&file, "unit", case.units.iter().map(|u| u.letter.as_str()));
    if spec.ics_entry(&case.provision).is_none() {
        faults.add(
            &file,
            format!("tests provision {}, which has no ICS status", case.provision),
            "correct it",
        );
    }
    if spec.scenarios.iter().all(|s| s.id != case.scenario) {
        faults.add(&file, format!("belongs to {}, which is not there", case.scenario), "correct `scenario`");
    }
    if case.needs_positive.iter().any(|l| case.unit(l).is_none()) {
        faults.add(
            &file,
            "has a rule that names other units than the case has".into(),
            "correct the letters",
        );
    }
    for unit in &case.units {
        unit_faults(unit, spec, checks, &file, faults);
        if spec.base.is_none() {
            guide_faults(case, &unit.letter, &file, faults);
        }
    }
}

fn unit_faults(unit: &TestUnit, spec: &TestSpec, checks: &[&str], file: &str, faults: &mut Faults) {
    let named = unit.tables.iter().chain(unit.per.iter());
    if spec.base.is_none() {
        for table in named.filter(|t| spec.table(t).is_none()) {
            faults.add(
                file,
                format!("unit {} names table {table}, which is not there", unit.letter),
                "correct it",
            );
        }
        for field in &unit.fields {
            let known = field.split_once('.').and_then(|(t, f)| Some((spec.table(t)?, f)));
            if known.is_none_or(|(t, f)| t.fields.iter().all(|x| x.name != f)) {
                faults.add(
                    file,
                    format!("unit {} names field {field}, which is not there", unit.letter),
                    "correct it",
                );
            }
        }
        if unit.check.is_none() && unit.by_hand.is_none() && unit.reuses.is_none() {
            faults.add(
                file,
                format!("unit {} says neither who judges it nor why a person does", unit.letter),
                "name a check, or give `by_hand` its reason",
            );
        }
        if unit.setup.is_none() {
            faults.add(
                file,
                format!("unit {} does not say what has to stand ready", unit.letter),
                "fill in `setup`",
            );
        }
    }
    check_faults(unit, checks, file, faults);
    if let Some(other) = unit.reuses.as_deref().filter(|id| spec.case(id).is_none()) {
        faults.add(
            file,
            format!("unit {} applies case {other}, which is not there", unit.letter),
            "correct `reuses`",
        );
    }
    if let Some(name) = unit.scope.as_deref().filter(|name| !scope::NAMES.contains(name)) {
        faults.add(
            file,
            format!("unit {} names scope {name}, which does not exist", unit.letter),
            "see `declaration::scope`",
        );
    }
}

/// What is wrong with the checks that a unit names.
fn check_faults(unit: &TestUnit, checks: &[&str], file: &str, faults: &mut Faults) {
    if let Some(name) = unit.check.as_deref().filter(|name| !checks.contains(name)) {
        faults.add(
            file,
            format!("unit {} names check {name}, which does not exist", unit.letter),
            "see `assize-checks`",
        );
    }
    if let Some(name) = unit.refuted_by.as_deref().filter(|name| !checks.contains(name)) {
        faults.add(
            file,
            format!("unit {} names check {name} in `refuted_by`, which does not exist", unit.letter),
            "see `assize-checks`",
        );
    }
    if unit.refuted_by.is_some() && (unit.check.is_some() || unit.by_hand.is_none()) {
        faults.add(
            file,
            format!("unit {} is refuted by a check, but no person judges it", unit.letter),
            "give `by_hand` its reason, and leave `check` out",
        );
    }
}

/// The four paragraphs that a guide has for every unit.
const PARAGRAPHS: [&str; 4] = ["**Do.**", "**Look at.**", "**Record.**", "**Decides.**"];

fn guide_faults(case: &TestCase, letter: &str, file: &str, faults: &mut Faults) {
    let Some(section) = case.guide_of(letter) else {
        faults.add(file, format!("has no guide for unit {letter}"), "add a `## letter` section");
        return;
    };
    for paragraph in PARAGRAPHS.iter().filter(|p| !section.contains(*p)) {
        faults.add(file, format!("the guide of unit {letter} lacks {paragraph}"), "write that paragraph");
    }
    let words = section.split_whitespace().count();
    if words < 60 {
        faults.add(
            file,
            format!("the guide of unit {letter} has only {words} words"),
            "say how it is done on a product",
        );
    }
}
