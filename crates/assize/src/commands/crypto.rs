//! `assize catalogue crypto`: what the catalogue of agreed cryptography says of an algorithm, a suite or an attack.

use std::process::ExitCode;

use assize_lab::{Error, Result};
use assize_model::catalogue::Lists;
use assize_model::catalogue::cryptography::{Period, Primitive, Quantum, Statement, Sure};

use super::held;
use crate::args::CryptoArgs;
use crate::output::{bold, dim, json, say};
use crate::shapes::{CryptoShape, PrimitiveShape, StatementShape};

/// How many near names a message lists.
const MOST_NEAR: usize = 12;

pub(super) fn run(args: &CryptoArgs) -> Result<ExitCode> {
    let lists = &held()?.lists;
    let rows = match args.name.as_deref() {
        None => lists.agreed.primitives.iter().collect(),
        Some(name) => found(name.trim(), lists)?,
    };
    let [reading, ..] = lists.readings();
    if args.out.is_json() {
        let rows = rows.into_iter().map(|row| shape(row, lists)).collect();
        let (statements, statements_read) = (reading.entries, reading.read);
        json(&CryptoShape { format: 1, statements, statements_read, rows });
    } else if args.name.is_some() {
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                say!("");
            }
            print(row, lists);
        }
    } else {
        for row in rows {
            say!(
                "{:<22} {:<34} {:<7} {}",
                row.part.words(),
                row.name,
                row.standing.words(),
                ends(row, lists)
            );
        }
        say!(
            "{}",
            dim(format!("of {} {}, {} read against the source", reading.entries, reading.list, reading.read))
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn found<'c>(name: &str, lists: &'c Lists) -> Result<Vec<&'c Primitive>> {
    let rows = lists.meant(name);
    if !rows.is_empty() {
        return Ok(rows);
    }
    let stem: String = name.to_lowercase().chars().take(3).collect();
    let all = lists.agreed.primitives.iter().flat_map(|p| std::iter::once(&p.name).chain(&p.also));
    let mut near: Vec<String> =
        all.chain(&lists.agreed.suites).filter(|n| n.to_lowercase().starts_with(&stem)).cloned().collect();
    near.sort();
    near.dedup();
    near.truncate(MOST_NEAR);
    Err(Error::Unknown { what: "algorithm, cipher suite or attack", given: name.to_owned(), near })
}

fn print(row: &Primitive, lists: &Lists) {
    let quantum = match row.quantum {
        Some(Quantum::Breaks) => ", a quantum computer breaks it",
        Some(Quantum::Holds) => ", made to withstand quantum computers",
        None => "",
    };
    say!("{}  {}", bold(&row.name), dim(row.part.words()));
    say!("{}{quantum}. {}", row.standing.words(), row.why);
    let also: Vec<&str> = row.also.iter().map(String::as_str).filter(|name| *name != row.name).collect();
    if !also.is_empty() {
        say!("{}", dim(format!("also: {}", also.join(", "))));
    }
    let ends = ends(row, lists);
    if !ends.is_empty() {
        say!("accepted by the most lasting source: {ends}");
    }
    for statement in &row.says {
        let says = said(statement, lists);
        let until = says.until.as_ref().map(|day| format!(" until {day}")).unwrap_or_default();
        let note = match (says.draft, says.doubtful) {
            (true, _) => " (draft)",
            (_, true) => " (doubtful)",
            _ => "",
        };
        let read = says.read.map_or(", not read".to_owned(), |day| format!(", read {day}"));
        let read = dim(read);
        say!("  {:<28} {}, {}: {}{note}{read}", says.standing + &until, says.title, says.edition, says.at);
    }
}

/// Until when the sources that speak of periods accept a row, in words.
fn ends(row: &Primitive, lists: &Lists) -> String {
    match row.period(&lists.agreed) {
        Period::Unsaid => String::new(),
        Period::Open => "no end named".to_owned(),
        Period::Until(day, _) => format!("until {day}"),
        Period::Never(_) => "by no catalogue".to_owned(),
    }
}

fn shape(row: &Primitive, lists: &Lists) -> PrimitiveShape {
    let quantum = row.quantum.map(|q| if q == Quantum::Breaks { "breaks" } else { "holds" });
    PrimitiveShape {
        name: row.name.clone(),
        part: row.part.words().to_owned(),
        standing: row.standing.words().to_owned(),
        why: row.why.clone(),
        also: row.also.clone(),
        quantum: quantum.map(str::to_owned),
        accepted_until: match row.period(&lists.agreed) {
            Period::Until(day, _) => Some(day.to_owned()),
            _ => None,
        },
        says: row.says.iter().map(|s| said(s, lists)).collect(),
    }
}

fn said(statement: &Statement, lists: &Lists) -> StatementShape {
    let source = lists.agreed.source(&statement.source);
    let of = |field: fn(&assize_model::catalogue::cryptography::CryptoSource) -> &String| {
        source.map(field).cloned().unwrap_or_default()
    };
    StatementShape {
        source: statement.source.clone(),
        title: of(|s| &s.title),
        edition: of(|s| &s.edition),
        at: statement.at.clone(),
        url: of(|s| &s.url),
        standing: statement.standing.words().to_owned(),
        until: statement.until.clone(),
        draft: source.is_some_and(|s| s.draft),
        doubtful: statement.confidence == Sure::Low,
        read: statement.read.clone(),
    }
}
