//! Section 8, readiness for quantum computers: what was seen and declared, beside the verdict.

use askama::Template;
use assize_model::assessment::{Accepted, Readiness, Vulnerable};

use super::shown::{CitedList, Context};

#[derive(Template)]
#[template(path = "quantum.html")]
pub(super) struct Quantum<'a> {
    places: Vec<PlaceRow<'a>>,
    vulnerable: Vec<Row<'a>>,
}

struct PlaceRow<'a> {
    place: &'a str,
    groups: String,
    evidence: CitedList<'a>,
}

struct Row<'a> {
    name: &'a str,
    part: &'a str,
    entries: String,
    ends: Vec<String>,
}

impl<'a> Quantum<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let Readiness { places, vulnerable } = &context.report.assessment.quantum;
        let places = places.iter().map(|p| PlaceRow {
            place: &p.place,
            groups: if p.groups.is_empty() { "none".to_owned() } else { p.groups.join(", ") },
            evidence: context.cited(&p.evidence, false),
        });
        Self { places: places.collect(), vulnerable: vulnerable.iter().map(row).collect() }
    }
}

fn row(vulnerable: &Vulnerable) -> Row<'_> {
    Row {
        name: &vulnerable.name,
        part: &vulnerable.part,
        entries: vulnerable.entries.join("; "),
        ends: vulnerable.accepted.iter().map(ends).collect(),
    }
}

fn ends(accepted: &Accepted) -> String {
    let draft = if accepted.draft { " (draft)" } else { "" };
    format!("{} by {}{draft}", accepted.until, accepted.source)
}
