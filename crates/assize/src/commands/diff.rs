//! `assize diff`: lineage between two editions.

use std::process::ExitCode;

use assize_lab::{Error, Result};
use assize_model::catalogue::{Catalogue, Change, Framework, Known, Lineage, Origin};

use super::held;
use crate::args::DiffArgs;
use crate::output::{bold, dim, json, say};
use crate::shapes::{DiffRow, DiffShape};

pub(super) fn run(args: &DiffArgs) -> Result<ExitCode> {
    let catalogue = held()?;
    let (from, to) = (edition(catalogue, &args.from)?, edition(catalogue, &args.to)?);
    let Some((lineage, known)) = catalogue.between(&from.id, &to.id) else {
        return Err(Error::NoLineage { from: from.id.clone(), to: to.id.clone(), held: pairs(catalogue) });
    };
    let shape = shape(&lineage, &known, from, to);
    if args.out.is_json() {
        json(&shape);
    } else {
        print(&shape, &known, from, to);
    }
    Ok(ExitCode::SUCCESS)
}

fn edition<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c Framework> {
    let held = || catalogue.frameworks.iter().map(|f| f.id.clone()).collect();
    catalogue.framework(id).ok_or_else(|| Error::NoEdition { id: id.to_owned(), held: held() })
}

fn pairs(catalogue: &Catalogue) -> Vec<String> {
    catalogue.lineages.iter().map(|l| format!("{} to {}", l.from, l.to)).collect()
}

fn shape(lineage: &Lineage, known: &Known, from: &Framework, to: &Framework) -> DiffShape {
    let rows = lineage.edges.iter().map(|e| DiffRow {
        from: e.from.clone(),
        to: e.to.clone(),
        change: e.change,
        reason: e.reason.clone(),
        confidence: e.confidence.clone(),
    });
    DiffShape {
        format: 1,
        from: from.id.clone(),
        to: to.id.clone(),
        known: words(known),
        rows: rows.collect(),
        targets: lineage.descents(from, to),
    }
}

/// How it is known, in words.
fn words(known: &Known) -> String {
    match known {
        Known::Stated => "a lineage between the two".to_owned(),
        Known::Chained(by) => format!("lineages by way of {}", by.join(", ")),
        Known::ByNumber => "no lineage is held; numbers and words were compared".to_owned(),
    }
}

fn print(shape: &DiffShape, known: &Known, from: &Framework, to: &Framework) {
    say!("{} to {}", bold(&from.id), bold(&to.id));
    say!("{}\n", dim(format!("How it is known: {}.", words(known))));
    for target in &shape.targets {
        let words = to.requirement(&target.id).map_or("", |r| r.words.as_str());
        let origin = word(target.origin);
        let sources =
            if target.from.is_empty() { String::new() } else { format!(" from {}", target.from.join(", ")) };
        say!("{} {origin}{sources}", bold(format!("{:<8}", target.id)));
        say!("         {words}");
        for row in shape.rows.iter().filter(|r| r.to == target.id) {
            say!("         {}", dim(format!("{} {}: {}", row.from, word(row.change), row.reason).trim()));
        }
    }
    let left: Vec<&DiffRow> = shape.rows.iter().filter(|r| r.to.is_empty()).collect();
    if !left.is_empty() {
        say!("\n{}", bold("Not carried into a requirement"));
    }
    for row in left {
        say!("{:<8} {}: {}", row.from, word(row.change), row.reason);
    }
    summary(shape);
}

fn summary(shape: &DiffShape) {
    let mut counts: Vec<(Origin, usize)> = Vec::new();
    for target in &shape.targets {
        match counts.iter_mut().find(|(origin, _)| *origin == target.origin) {
            Some((_, count)) => *count += 1,
            None => counts.push((target.origin, 1)),
        }
    }
    counts.sort_unstable();
    let parts: Vec<String> =
        counts.iter().map(|(origin, count)| format!("{count} {}", word(*origin))).collect();
    let dropped = shape.rows.iter().filter(|r| r.change == Change::Dropped).count();
    say!("\n{} requirements: {}; {dropped} dropped", shape.targets.len(), parts.join(", "));
}

/// The word for a change or an origin, as it stands in the data.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
