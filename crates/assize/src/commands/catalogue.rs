//! `assize catalogue`: editions held with counts, and the cross-check of all data.

use std::process::ExitCode;

use assize_lab::{Error, Result};
use assize_model::catalogue::{Basis, Catalogue, Fault, Framework, Reading, TestSpec};

use super::held;
use crate::args::{CatalogueAction, CatalogueArgs};
use crate::output::{bold, dim, json, plural, say};
use crate::shapes::{
    CatalogueShape, EditionShape, FaultsShape, LineageShape, MappingsShape, ReadingShape, TestSpecShape,
};

pub(super) fn run(args: &CatalogueArgs) -> Result<ExitCode> {
    match &args.action {
        Some(CatalogueAction::Check) => return check(args.out.is_json()),
        Some(CatalogueAction::Crypto(args)) => return super::crypto::run(args),
        None => {}
    }
    let shape = shape(held()?);
    if args.out.is_json() {
        json(&shape);
    } else {
        print(&shape);
    }
    Ok(ExitCode::SUCCESS)
}

fn check(as_json: bool) -> Result<ExitCode> {
    let faults: Vec<Fault> = match assize_lab::catalogue() {
        Err(faults) => faults.to_vec(),
        Ok(_) => match held() {
            Ok(catalogue) => catalogue.check(&assize_lab::check_names()),
            Err(Error::OwnCatalogue { faults, .. }) => faults,
            Err(other) => return Err(other),
        },
    };
    if as_json {
        json(&FaultsShape { format: 1, faults: faults.clone() });
    } else {
        for f in &faults {
            let line = if f.line > 0 { format!(":{}", f.line) } else { String::new() };
            say!("error: {}\n  --> catalogue/{}{line}\n  = remedy: {}\n", f.message, f.file, f.remedy);
        }
        match faults.len() {
            0 => say!("The catalogue is sound."),
            n => say!("{} in the catalogue.", plural(n, "fault")),
        }
    }
    Ok(ExitCode::from(u8::from(!faults.is_empty())))
}

/// Counts what the catalogue holds.
fn shape(catalogue: &Catalogue) -> CatalogueShape {
    let lineages = catalogue.lineages.iter();
    CatalogueShape {
        format: 1,
        editions: catalogue.frameworks.iter().map(edition).collect(),
        test_specs: catalogue.specs.iter().map(spec).collect(),
        mappings: mappings(catalogue),
        lineages: lineages
            .map(|l| LineageShape { from: l.from.clone(), to: l.to.clone(), edges: l.edges.len() })
            .collect(),
        readings: catalogue.lists.readings().into_iter().map(reading).collect(),
    }
}

fn reading(r: Reading) -> ReadingShape {
    ReadingShape { list: r.list.to_owned(), entries: r.entries, read: r.read }
}

fn mappings(catalogue: &Catalogue) -> MappingsShape {
    let rows = || catalogue.crosswalks.iter().flat_map(|c| &c.rows);
    MappingsShape {
        pairs: catalogue.crosswalks.len(),
        rows: rows().count(),
        published: rows().filter(|r| r.basis == Basis::Published).count(),
        editorial: rows().filter(|r| r.basis == Basis::Editorial).count(),
    }
}

fn edition(f: &Framework) -> EditionShape {
    EditionShape {
        id: f.id.clone(),
        title: f.title.clone(),
        publisher: f.publisher.clone(),
        date: f.date.clone(),
        requirements: f.live().count(),
        mandatory: f.live().filter(|r| r.obligation.is_mandatory()).count(),
        recommended: f.live().filter(|r| r.obligation.is_recommended()).count(),
        statements: f.statements.len(),
        void: f.requirements.len() - f.live().count(),
    }
}

fn spec(s: &TestSpec) -> TestSpecShape {
    let units = || s.cases.iter().flat_map(|c| &c.units);
    TestSpecShape {
        id: s.id.clone(),
        tests: s.tests.clone(),
        scenarios: s.scenarios.len(),
        groups: s.groups().len(),
        cases: s.cases.len(),
        units: s.unit_count(),
        ixit_tables: s.ixit.len(),
        units_with_check: units().filter(|u| u.check.is_some()).count(),
        guides: s.cases.iter().filter(|c| !c.guide.is_empty()).count(),
        confidence: s.confidence.clone(),
    }
}

fn print(shape: &CatalogueShape) {
    say!("{}", bold("Frameworks"));
    for e in &shape.editions {
        let void = if e.void > 0 { format!(", {} numbers left empty", e.void) } else { String::new() };
        let statements =
            if e.statements > 0 { format!(", {} statements", e.statements) } else { String::new() };
        let split = match e.mandatory + e.recommended == e.requirements && e.requirements > 0 {
            true => format!(" ({} mandatory, {} recommended)", e.mandatory, e.recommended),
            false => String::new(),
        };
        let held = match e.requirements {
            0 => "known as a whole".to_owned(),
            n => format!("{:>3} {}", n, if n == 1 { "requirement" } else { "requirements" }),
        };
        say!("  {:<18} {held}{split}{statements}{void}", e.id);
        say!("  {:<18} {}", "", dim([e.title.as_str(), &e.date].join(", ").trim_end_matches(", ")));
    }
    say!("{}", bold("Test specifications"));
    for s in &shape.test_specs {
        say!(
            "  {:<18} tests {}: {} scenarios, {} groups, {} cases, {} units, {} IXIT tables",
            s.id,
            s.tests,
            s.scenarios,
            s.groups,
            s.cases,
            s.units,
            s.ixit_tables
        );
        let guides = format!(
            "{} units judged or proposed by a check, {} guide pages; {}",
            s.units_with_check, s.guides, s.confidence
        );
        say!("  {:<18} {}", "", dim(guides));
    }
    say!("{}", bold("Mappings"));
    say!(
        "  {} between {} ordered pairs of editions, {} published and {} editorial",
        plural(shape.mappings.rows, "row"),
        shape.mappings.pairs,
        shape.mappings.published,
        shape.mappings.editorial
    );
    say!("{}", bold("Lineage"));
    for l in &shape.lineages {
        say!("  {} to {}: {} edges", l.from, l.to, l.edges);
    }
    say!("{}", bold("Lists"));
    for r in &shape.readings {
        say!("  of {} {}, {} read against the source", r.entries, r.list, r.read);
    }
}
