//! Section 1, contradictions: what is claimed beside what was seen. Those that share an observation stand together.

use askama::Template;
use assize_model::assessment::Contradiction;

use super::mark::anchor;
use super::shown::{CitedList, Context};
use crate::words::{plural, sentence};

#[derive(Template)]
#[template(path = "contradictions.html")]
pub(super) struct Contradictions<'a> {
    clashes: Vec<Clash<'a>>,
    opening: String,
}

struct Clash<'a> {
    claims: Vec<String>,
    observed: Vec<String>,
    places: Vec<String>,
    evidence: CitedList<'a>,
    concerns: Vec<(&'a str, Option<String>)>,
    remedies: Vec<String>,
    invalidates: bool,
}

impl<'a> Contradictions<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let groups = grouped(&context.report.assessment.contradictions);
        let clashes: Vec<Clash> = groups.iter().map(|g| clash(g, context)).collect();
        let opening = format!(
            "The assessment found {} between what is claimed and what was seen or stands elsewhere in the declaration.",
            plural(clashes.len(), "contradiction")
        );
        Self { clashes, opening }
    }
}

/// Contradictions rest on the same observation when they cite the same records, or say the same without any.
fn grouped(all: &[Contradiction]) -> Vec<Vec<&Contradiction>> {
    let same = |a: &Contradiction, b: &Contradiction| {
        a.evidence == b.evidence && (!a.evidence.is_empty() || a.observed == b.observed)
    };
    let mut groups: Vec<Vec<&Contradiction>> = Vec::new();
    for c in all {
        match groups.iter_mut().find(|g| same(g[0], c)) {
            Some(group) => group.push(c),
            None => groups.push(vec![c]),
        }
    }
    groups
}

fn clash<'a>(group: &[&'a Contradiction], context: &Context<'a>) -> Clash<'a> {
    let mut concerns: Vec<(&str, Option<String>)> = Vec::new();
    for c in group {
        if concerns.iter().all(|(id, _)| *id != c.provision) {
            concerns.push((&c.provision, linked(&c.provision, context)));
        }
    }
    Clash {
        claims: distinct(group.iter().map(|c| sentence(&c.claim))),
        places: distinct(group.iter().map(|c| context.place(&c.place))),
        observed: distinct(group.iter().map(|c| sentence(&c.observed))),
        evidence: context.cited(&group[0].evidence, true),
        concerns,
        remedies: distinct(group.iter().map(|c| sentence(&c.remedy))),
        invalidates: group.iter().any(|c| c.invalidates_ics),
    }
}

fn linked(provision: &str, context: &Context) -> Option<String> {
    let known = context.report.assessment.provisions.iter().any(|p| p.id == provision);
    known.then(|| anchor("provision", provision))
}

/// Each text once, in the order of first mention; empty ones left out.
pub(super) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts.filter(|t| !t.is_empty()) {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}
