//! What several sections show in the same way: an indication with its place, its evidence and its remedy.

use std::collections::BTreeMap;

use askama::Template;
use assize_model::judgement::{Indication, Pointer, Sense};

use crate::words::sentence;
use crate::{RecordLine, Report};

/// The report with what has to be looked up in it.
pub(crate) struct Context<'a> {
    pub(crate) report: &'a Report<'a>,
    records: BTreeMap<u64, &'a RecordLine>,
}

/// A record as it is cited: a link where the report shows the record, its number otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cited<'a> {
    pub(crate) number: u64,
    pub(crate) line: Option<&'a RecordLine>,
}

/// The records behind a statement; `told` says in a line each what they show.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "cited.html")]
pub(crate) struct CitedList<'a> {
    pub(crate) records: Vec<Cited<'a>>,
    pub(crate) told: bool,
}

/// An indication as the details show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding<'a> {
    pub(crate) class: &'static str,
    pub(crate) sense: &'static str,
    pub(crate) words: String,
    pub(crate) place: Option<String>,
    pub(crate) evidence: CitedList<'a>,
    pub(crate) remedy: String,
}

impl<'a> Context<'a> {
    pub(crate) fn new(report: &'a Report<'a>) -> Self {
        Self { report, records: report.records.iter().map(|r| (r.number, r)).collect() }
    }

    /// The records with these numbers, each once and in order.
    pub(crate) fn cited(&self, numbers: &[u64], told: bool) -> CitedList<'a> {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        let cite = |number| Cited { number, line: self.records.get(&number).copied() };
        CitedList { records: numbers.into_iter().map(cite).collect(), told }
    }

    /// File, line and subject of a place, as `plug/ixit.toml:41:1, IXIT 1-AuthMech`.
    pub(crate) fn place(&self, pointer: &Pointer) -> String {
        let file = (self.report.place_of)(pointer).map_or_else(|| pointer.file.clone(), |p| p.to_string());
        let subject = pointer.subject();
        if subject.is_empty() { file } else { format!("{file}, {subject}") }
    }

    pub(crate) fn finding(&self, indication: &Indication) -> Finding<'a> {
        let (class, sense) = match indication.sense {
            Sense::Against => ("against", "Against"),
            Sense::For => ("for", "For"),
            Sense::Note => ("note", "Note"),
        };
        Finding {
            class,
            sense,
            words: sentence(&indication.words),
            place: indication.place.as_ref().map(|p| self.place(p)),
            evidence: self.cited(&indication.evidence, false),
            remedy: sentence(&indication.remedy),
        }
    }
}
