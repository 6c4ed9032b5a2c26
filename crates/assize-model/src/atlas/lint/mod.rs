//! The mapping linter: what is wrong, or looks wrong, in crosswalks. Pure rules over an [`Atlas`], one file per rule or
//! small group; a row under test need not be part of the atlas, but what composes with it has to be.

mod composed;
mod concepts;
mod cycles;
mod doubtful;
mod ends;
mod fit;
mod near;
mod pairs;
mod records;
mod rule;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::derive::Reach;
use super::graph::Atlas;
use crate::catalogue::{Confidence, Crosswalk, Row};

pub use rule::{Level, Rule};

/// What the linter is told beside the rows.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether the rows are to be shipped in the embedded catalogue, whose terms not every source allows.
    pub embedded: bool,
    /// Texts that own words are compared with.
    pub texts: Vec<SourceText>,
    /// Whether rows whose words show no concept get a note each; they are counted in any case.
    pub notes_not_judged: bool,
    /// How far paths go that are compared with a row.
    pub reach: Reach,
    /// Faults kept per rule; all are counted.
    pub most_faults: usize,
    /// Items that paths are followed from; rows from others are counted as not composed.
    pub most_searches: usize,
    /// Pairs of words that are compared; rows beyond are counted as not judged.
    pub most_scores: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            embedded: false,
            texts: Vec::new(),
            notes_not_judged: false,
            reach: Reach { hops: 3, least: Confidence::Low },
            most_faults: 10_000,
            most_searches: 20_000,
            most_scores: 10_000_000,
        }
    }
}

/// The text of an edition, as its publisher words it.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// The edition.
    pub edition: String,
    /// Its text.
    pub text: String,
}

/// What the linter found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Linted {
    /// The faults, by file, line and rule; at most [`Options::most_faults`] of a rule.
    pub faults: Vec<MapFault>,
    /// How many faults of each rule there are, kept or not.
    pub counts: BTreeMap<Rule, usize>,
    /// Rows looked at.
    pub rows: usize,
    /// Rows whose words were compared.
    pub judged: usize,
    /// Rows whose words could not be compared: no concept, no requirement at the end, or too many.
    pub not_judged: usize,
    /// Rows that were not compared with paths, because there were too many.
    pub not_composed: usize,
}

/// Something wrong, or doubtful, in a mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MapFault {
    /// The rule that found it.
    pub rule: Rule,
    /// How much it weighs.
    pub level: Level,
    /// The file, as the crosswalk names it.
    pub file: String,
    /// Line, counted from 1; 0 when the file as a whole is meant or the line is not known.
    pub line: u32,
    /// The row; its items are empty when the file as a whole is meant.
    pub edge: MapEdge,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// What may have been meant, the likeliest first.
    pub suggestions: Vec<String>,
}

/// The ends of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MapEdge {
    /// The edition it is read from.
    pub from_edition: String,
    /// The item it is read from.
    pub from: String,
    /// The edition it is read to.
    pub to_edition: String,
    /// The item it is read to.
    pub to: String,
}

/// Looks at crosswalks: the catalogue's own, or drafts. Drafts should be part of the atlas's catalogue as well, since
/// paths are followed there.
pub fn lint(atlas: &Atlas<'_>, crosswalks: &[&Crosswalk], options: &Options) -> Linted {
    let desk = Desk::new(atlas, crosswalks, options);
    let mut found = Found { most: options.most_faults, ..Found::default() };
    found.linted.rows = desk.rows().count();
    ends::look(&desk, &mut found);
    pairs::look(&desk, &mut found);
    cycles::look(&desk, &mut found);
    composed::look(&desk, &mut found);
    records::look(&desk, &mut found);
    words::look(&desk, &mut found);
    doubtful::look(&desk, &mut found);
    found.finish()
}

/// What every rule has before it.
struct Desk<'a, 'c> {
    atlas: &'a Atlas<'c>,
    crosswalks: &'a [&'a Crosswalk],
    /// Crosswalks of the catalogue that are not under test.
    others: Vec<&'c Crosswalk>,
    options: &'a Options,
}

impl<'a, 'c> Desk<'a, 'c> {
    fn new(atlas: &'a Atlas<'c>, crosswalks: &'a [&'a Crosswalk], options: &'a Options) -> Self {
        let name = |c: &Crosswalk| (c.file.clone(), c.from.clone(), c.to.clone());
        let tested: HashSet<_> = crosswalks.iter().map(|c| name(c)).collect();
        let others = atlas.catalogue.crosswalks.iter().filter(|c| !tested.contains(&name(c))).collect();
        Self { atlas, crosswalks, others, options }
    }

    /// The rows under test.
    fn rows(&self) -> impl Iterator<Item = RowAt<'a>> {
        self.crosswalks.iter().flat_map(|c| RowAt::of(c))
    }

    /// The rows of the catalogue that are not under test.
    fn other_rows(&self) -> impl Iterator<Item = RowAt<'c>> {
        self.others.iter().flat_map(|c| RowAt::of(c))
    }
}

/// A row and the crosswalk it stands in.
#[derive(Clone, Copy)]
struct RowAt<'a> {
    crosswalk: &'a Crosswalk,
    row: &'a Row,
}

/// An edition and one of its items.
type End<'a> = (&'a str, &'a str);

impl<'a> RowAt<'a> {
    fn of(crosswalk: &'a Crosswalk) -> impl Iterator<Item = Self> {
        crosswalk.rows.iter().map(move |row| Self { crosswalk, row })
    }

    fn from(self) -> End<'a> {
        (&self.crosswalk.from, &self.row.from)
    }

    fn to(self) -> End<'a> {
        (&self.crosswalk.to, &self.row.to)
    }

    /// The place, for messages about another row.
    fn place(self) -> String {
        match self.row.line {
            0 => self.crosswalk.file.clone(),
            line => format!("{}:{line}", self.crosswalk.file),
        }
    }

    fn fault(self, rule: Rule, message: String, remedy: impl Into<String>) -> MapFault {
        let edge = MapEdge {
            from_edition: self.crosswalk.from.clone(),
            from: self.row.from.clone(),
            to_edition: self.crosswalk.to.clone(),
            to: self.row.to.clone(),
        };
        MapFault {
            rule,
            level: rule.level(),
            file: self.crosswalk.file.clone(),
            line: self.row.line,
            edge,
            message,
            remedy: remedy.into(),
            suggestions: Vec::new(),
        }
    }
}

impl MapFault {
    /// A fault of a file as a whole.
    fn of_file(crosswalk: &Crosswalk, rule: Rule, message: String, remedy: impl Into<String>) -> Self {
        let (from_edition, to_edition) = (crosswalk.from.clone(), crosswalk.to.clone());
        Self {
            rule,
            level: rule.level(),
            file: crosswalk.file.clone(),
            line: 0,
            edge: MapEdge { from_edition, to_edition, ..MapEdge::default() },
            message,
            remedy: remedy.into(),
            suggestions: Vec::new(),
        }
    }

    fn suggest(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions;
        self
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    linted: Linted,
    most: usize,
}

impl Found {
    /// Counts a fault, and keeps it unless there are too many of its rule.
    fn add(&mut self, rule: Rule, fault: impl FnOnce() -> MapFault) {
        let count = self.linted.counts.entry(rule).or_default();
        *count += 1;
        if *count <= self.most {
            self.linted.faults.push(fault());
        }
    }

    fn finish(mut self) -> Linted {
        let key = |f: &MapFault| (f.line, f.rule);
        self.linted.faults.sort_by(|a, b| {
            a.file.cmp(&b.file).then_with(|| key(a).cmp(&key(b))).then_with(|| a.edge.cmp(&b.edge))
        });
        self.linted
    }
}

/// A cell as a message shows it: short, and without line breaks.
fn shown(cell: &str) -> String {
    const MOST: usize = 60;
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut shown: String = cell.chars().take(MOST).map(clean).collect();
    if cell.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

/// `edition/item`, as messages show it.
fn name((edition, item): End<'_>) -> String {
    format!("{edition}/{}", shown(item))
}
