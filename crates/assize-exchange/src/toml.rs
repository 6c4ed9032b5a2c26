//! Editions and mappings as the text of a catalogue file, keys in the order that its neighbours have.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use assize_model::catalogue::{
    Change, Condition, Crosswalk, Edge, Framework, Heading, KnownFrom, LegalEffect, Lineage, Part,
    Requirement, Row, Statement, Totals,
};

use crate::limits::steers;

/// The text of the file of an edition.
pub(crate) fn framework(f: &Framework) -> String {
    let what = if f.conditions.is_empty() && f.statements.is_empty() {
        "identifiers and obligations"
    } else {
        "identifiers, obligations and conditions"
    };
    let mut out =
        Text(format!("# One framework edition: {what} as published; every sentence in our own words.\n"));
    out.string("id", &f.id);
    out.string("title", &f.title);
    out.string("publisher", &f.publisher);
    out.string("date", &f.date);
    out.string("licence", &f.licence);
    out.string("kind", f.kind.word());
    out.said("region", &f.region);
    out.string("standing", f.standing.word());
    out.said("status", &f.status);
    out.said("identifier", &f.identifier);
    out.said("reference", &f.reference);
    out.said("document_licence", &f.document_licence);
    out.string("known_from", known_from(f.known_from));
    if f.totals != Totals::default() {
        out.totals(&f.totals);
    }
    out.map("sources", &f.sources);
    f.headings.iter().for_each(|h| out.heading(h));
    f.requirements.iter().for_each(|r| out.requirement(r));
    f.conditions.iter().for_each(|c| out.condition(c));
    f.statements.iter().for_each(|s| out.statement(s));
    out.0
}

/// The text of the file of a pair: its rows, and its lineage where it has one.
pub(crate) fn mapping(rows: &Crosswalk, lineage: Option<&Lineage>) -> String {
    let mut out = Text(
        "# Relations between two editions, read from the first to the second. One row per pair and voice, with its \
         reason.\n"
            .into(),
    );
    if lineage.is_some() {
        out.0 = "# Lineage: what became of each requirement from one edition to the next. One edge per row, with its \
                 reason.\n"
            .into();
    }
    out.string("from", &rows.from);
    out.string("to", &rows.to);
    if lineage.is_some() || rows.total.is_some() {
        out.table("totals");
    }
    if let Some(lineage) = lineage {
        out.number("edges", lineage.total);
    }
    if let Some(total) = rows.total {
        out.number("rows", total);
    }
    out.map("sources", &rows.sources);
    out.map("licences", &rows.licences);
    lineage.into_iter().flat_map(|l| &l.edges).for_each(|e| out.edge(e));
    rows.rows.iter().for_each(|r| out.row(r));
    out.0
}

/// The word for it, as in the data.
pub(crate) fn known_from(known: KnownFrom) -> &'static str {
    match known {
        KnownFrom::Read => "read",
        KnownFrom::Excerpts => "excerpts",
        KnownFrom::Cited => "cited",
        KnownFrom::Recalled => "recalled",
    }
}

/// The word for it, as in the data.
pub(crate) fn part(part: Part) -> &'static str {
    match part {
        Part::Guideline => "guideline",
        Part::SupportingText => "supporting-text",
        Part::Note => "note",
    }
}

/// The word for it, as in the data.
pub(crate) fn legal_effect(effect: LegalEffect) -> &'static str {
    match effect {
        LegalEffect::DeemedCompliance => "deemed-compliance",
        LegalEffect::MutualRecognition => "mutual-recognition",
    }
}

fn change(change: Change) -> &'static str {
    match change {
        Change::Carried => "carried",
        Change::Changed => "changed",
        Change::Demoted => "demoted",
        Change::Dropped => "dropped",
        Change::Merged => "merged",
        Change::Narrowed => "narrowed",
        Change::New => "new",
        Change::NotPromoted => "not promoted",
        Change::Promoted => "promoted",
        Change::Renumbered => "renumbered",
        Change::Reworded => "reworded",
        Change::Split => "split",
        Change::Strengthened => "strengthened",
        Change::Weakened => "weakened",
        Change::Widened => "widened",
    }
}

/// A string as TOML writes it, on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if steers(c) => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

struct Text(String);

impl Text {
    fn line(&mut self, key: &str, value: &str) {
        writeln!(self.0, "{key} = {value}").expect("a string takes it");
    }

    fn string(&mut self, key: &str, value: &str) {
        self.line(key, &quoted(value));
    }

    /// A string that is left out when empty.
    fn said(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.string(key, value);
        }
    }

    fn number(&mut self, key: &str, value: usize) {
        self.line(key, &value.to_string());
    }

    fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|v| quoted(v)).collect();
            self.line(key, &format!("[{}]", values.join(", ")));
        }
    }

    fn topics(&mut self, topics: &[u8]) {
        if !topics.is_empty() {
            let topics: Vec<String> = topics.iter().map(u8::to_string).collect();
            self.line("topics", &format!("[{}]", topics.join(", ")));
        }
    }

    fn table(&mut self, name: &str) {
        writeln!(self.0, "\n[{name}]").expect("a string takes it");
    }

    fn entry(&mut self, name: &str) {
        writeln!(self.0, "\n[[{name}]]").expect("a string takes it");
    }

    /// A table of strings that is left out when empty.
    fn map(&mut self, name: &str, map: &BTreeMap<String, String>) {
        if map.is_empty() {
            return;
        }
        self.table(name);
        let is_bare =
            |k: &str| !k.is_empty() && k.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        for (key, value) in map {
            let key = if is_bare(key) { key.clone() } else { quoted(key) };
            self.string(&key, value);
        }
    }

    fn totals(&mut self, totals: &Totals) {
        self.table("totals");
        self.number("requirements", totals.requirements);
        for (key, count) in [("mandatory", totals.mandatory), ("recommended", totals.recommended)] {
            if let Some(count) = count {
                self.number(key, count);
            }
        }
        for (key, count) in [("statements", totals.statements), ("void", totals.void)] {
            if count > 0 {
                self.number(key, count);
            }
        }
    }

    fn heading(&mut self, h: &Heading) {
        self.entry("heading");
        self.string("id", &h.id);
        self.string("kind", &h.kind);
        self.string("words", &h.words);
        self.said("parent", &h.parent);
        self.topics(&h.topics);
    }

    fn requirement(&mut self, r: &Requirement) {
        self.entry("requirement");
        self.string("id", &r.id);
        self.said("title", &r.title);
        self.said("clause", &r.clause);
        self.said("clause_title", &r.clause_title);
        self.said("kind", &r.kind);
        self.said("parent", &r.parent);
        self.said("obligation", &r.obligation.to_string());
        self.list("conditions", &r.conditions);
        self.string("words", &r.words);
        self.list("applies_to", &r.applies_to);
        self.topics(&r.topics);
        self.list("audience", &r.audience);
        self.said("note", &r.note);
        self.string("source", &r.source);
        self.string("confidence", &r.confidence);
    }

    fn condition(&mut self, c: &Condition) {
        self.entry("condition");
        self.string("label", &c.label);
        self.string("kind", &c.kind);
        self.string("words", &c.words);
        if let Some(rule) = &c.holds_when {
            self.string("holds_when", rule);
        }
        let governs: Vec<String> = c.governs.iter().map(|g| quoted(g)).collect();
        self.line("governs", &format!("[{}]", governs.join(", ")));
        self.string("source", &c.source);
        self.said("confidence", &c.confidence);
    }

    fn statement(&mut self, s: &Statement) {
        self.entry("statement");
        self.string("label", &s.label);
        self.string("guideline", &s.guideline);
        self.string("part", part(s.part));
        self.string("verb", &s.verb);
        self.string("words", &s.words);
        self.string("source", &s.source);
        self.string("confidence", &s.confidence);
    }

    fn edge(&mut self, e: &Edge) {
        self.entry("edge");
        self.said("from", &e.from);
        self.said("to", &e.to);
        self.string("change", change(e.change));
        self.string("reason", &e.reason);
        self.string("source", &e.source);
        self.string("confidence", &e.confidence);
    }

    fn row(&mut self, r: &Row) {
        self.entry("row");
        self.string("from", &r.from);
        self.said("to", &r.to);
        self.string("relation", r.relation.word());
        self.string("basis", r.basis.word());
        self.string("reason", &r.reason);
        self.string("source", &r.source);
        self.string("confidence", r.confidence.word());
        if let Some(effect) = r.legal_effect {
            self.string("legal_effect", legal_effect(effect));
        }
        self.said("read", &r.read);
        self.said("doubt", &r.doubt);
    }
}
