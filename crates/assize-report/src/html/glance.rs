//! Section 3, the verdicts at a glance: one cell per provision, clause by clause, and how many ended how.

use askama::Template;
use assize_model::verdict::Verdict;

use super::mark::{Mark, VERDICTS, anchor};
use crate::Report;
use crate::json::{ClauseLine, clauses};

#[derive(Template)]
#[template(path = "glance.html")]
pub(super) struct Glance {
    heads: [Mark; 4],
    tallies: Vec<Tally>,
    rows: Vec<Row>,
}

struct Tally {
    what: &'static str,
    counts: [usize; 4],
    total: usize,
}

struct Row {
    clause: String,
    title: String,
    counts: String,
    cells: Vec<Cell>,
}

struct Cell {
    id: String,
    link: String,
    mark: Mark,
}

impl Glance {
    pub(super) fn new(report: &Report) -> Self {
        let a = report.assessment;
        let units = a.cases.iter().flat_map(|c| {
            let claimed = c.verdict != Verdict::NotTested;
            c.units.iter().map(move |u| if claimed { u.verdict } else { Verdict::NotTested })
        });
        let tallies = vec![
            tally("Provisions", a.provisions.iter().map(|p| p.verdict)),
            tally("Test cases", a.cases.iter().map(|c| c.verdict)),
            tally("Test units", units),
        ];
        let rows = clauses(report).into_iter().map(|line| row(line, report)).collect();
        Self { heads: VERDICTS.map(Mark), tallies, rows }
    }
}

fn tally(what: &'static str, verdicts: impl Iterator<Item = Verdict>) -> Tally {
    let verdicts: Vec<Verdict> = verdicts.collect();
    let counts = VERDICTS.map(|wanted| verdicts.iter().filter(|v| **v == wanted).count());
    Tally { what, counts, total: verdicts.len() }
}

fn row(line: ClauseLine, report: &Report) -> Row {
    let own = report.assessment.provisions.iter().filter(|p| p.clause == line.clause);
    let cells =
        own.map(|p| Cell { id: p.id.clone(), link: anchor("provision", &p.id), mark: Mark(p.verdict) });
    Row {
        counts: counts(&line),
        cells: cells.collect(),
        title: line.title.unwrap_or_default(),
        clause: line.clause,
    }
}

/// `2 PASS, 1 FAIL`.
pub(super) fn counts(line: &ClauseLine) -> String {
    let numbers = [line.pass, line.fail, line.inconclusive, line.not_tested];
    let some = VERDICTS.iter().zip(numbers).filter(|(_, n)| *n > 0);
    some.map(|(verdict, n)| format!("{n} {verdict}")).collect::<Vec<_>>().join(", ")
}
