//! Mappings as a table, whichever file the cells come from: which column says what, and what a row means.

use assize_model::catalogue::{Basis, Confidence, Relation};

use super::words::{self, loose};
use crate::Error;
use crate::draft::{Builder, Found, NO_REASON};
use crate::limits::{MOST_CELL, MOST_COLUMNS, MOST_RECORDS, folded, plain};

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    FromEdition,
    FromItem,
    ToEdition,
    ToItem,
    Relation,
    Reason,
    Comparison,
    Strength,
    Basis,
    Source,
    SourceKey,
    Confidence,
    Licence,
    LegalEffect,
    Read,
    Doubt,
}

/// The column with this heading: ours, those of NIST OLIR and of compliance-trestle, and what people write.
fn column(heading: &str) -> Option<Column> {
    Some(match loose(heading).as_str() {
        "source framework" | "from framework" | "source resource" | "focal document" | "from edition"
        | "source document" => Column::FromEdition,
        "source id"
        | "from"
        | "from id"
        | "map source id ref"
        | "map source id ref list"
        | "focal document element"
        | "source requirement" => Column::FromItem,
        "target framework" | "to framework" | "target resource" | "reference document" | "to edition"
        | "target document" => Column::ToEdition,
        "target id"
        | "to"
        | "to id"
        | "map target id ref"
        | "map target id ref list"
        | "reference document element"
        | "target requirement" => Column::ToItem,
        "relation" | "relationship" | "map relationship" => Column::Relation,
        "reason" | "comments" | "comment" | "annotation" | "why" => Column::Reason,
        "rationale" => Column::Comparison,
        "strength of relationship" | "strength" => Column::Strength,
        "basis" => Column::Basis,
        "source" => Column::Source,
        "source key" => Column::SourceKey,
        "confidence" | "map confidence score" => Column::Confidence,
        "licence of mapping" | "license of mapping" | "licence" | "license" => Column::Licence,
        "legal effect" => Column::LegalEffect,
        "read" => Column::Read,
        "doubt" => Column::Doubt,
        _ => return None,
    })
}

/// Whether a row of cells is the heading of a table of mappings.
pub(crate) fn is_heading(cells: &mut dyn Iterator<Item = &str>) -> bool {
    let columns: Vec<Column> = cells.filter_map(column).collect();
    columns.contains(&Column::FromItem) && columns.contains(&Column::ToItem)
}

/// A table that is being read.
pub(crate) struct Table<'b, 'a> {
    builder: &'b mut Builder<'a>,
    columns: Vec<Option<Column>>,
    lists: Vec<bool>,
    is_trestle: bool,
    unit: &'static str,
    rows: usize,
}

impl<'b, 'a> Table<'b, 'a> {
    /// Begins with the heading; `unit` is what places are counted in, `line` or `row`.
    pub(crate) fn begin(
        builder: &'b mut Builder<'a>,
        heading: &[&str],
        unit: &'static str,
        at: u64,
    ) -> Result<Self, Error> {
        let place = format!("{unit} {at}");
        if heading.len() > MOST_COLUMNS {
            let message = format!("it has more than {MOST_COLUMNS} columns");
            return Err(builder.unfit(
                place,
                message,
                "leave out the columns that do not belong to mappings",
            ));
        }
        if !is_heading(&mut heading.iter().copied()) {
            let remedy = "begin it with a row of headings such as source_id, target_id and relation";
            return Err(builder.unfit(place, "no columns name the items that are mapped", remedy));
        }
        let columns: Vec<Option<Column>> = heading.iter().map(|h| column(h)).collect();
        for (at, known) in columns.iter().enumerate() {
            if known.is_some() && columns[..at].contains(known) {
                let message = format!("two columns say the same, the second is `{}`", folded(heading[at]));
                return Err(builder.unfit(place, message, "leave one of them out"));
            }
        }
        for (h, _) in heading.iter().zip(&columns).filter(|(h, c)| c.is_none() && !h.trim().is_empty()) {
            let (name, _) = plain(h);
            builder.dropped(&place, format!("the column `{name}` is not taken in"));
        }
        let lists = heading.iter().map(|h| loose(h).contains("id ref")).collect();
        let is_trestle = heading.iter().any(|h| h.trim().starts_with("$$"));
        Ok(Self { builder, columns, lists, is_trestle, unit, rows: 0 })
    }

    /// Takes one row in.
    pub(crate) fn row(&mut self, cells: &[&str], at: u64) -> Result<(), Error> {
        if cells.iter().all(|c| c.trim().is_empty()) {
            return Ok(());
        }
        let place = format!("{} {at}", self.unit);
        self.rows += 1;
        if self.rows > MOST_RECORDS {
            let message = format!("it holds more than {MOST_RECORDS} rows");
            return Err(self.builder.unfit(place, message, "cut it into parts"));
        }
        if let Some(long) = cells.iter().position(|c| c.len() > MOST_CELL) {
            let message = format!("cell {} holds more than {MOST_CELL} bytes", long + 1);
            return Err(self.builder.unfit(
                place,
                message,
                "close the quotation mark that it begins with, or cut it",
            ));
        }
        if cells.iter().skip(self.columns.len()).any(|c| !c.trim().is_empty()) {
            let message = format!("the row has {} cells and the heading {}", cells.len(), self.columns.len());
            self.builder.dropped(place, message);
            return Ok(());
        }
        self.meaning(cells, &place, at)
    }

    /// Reports ids that a spreadsheet program holds as numbers: 5.10 is 5.1 there.
    pub(crate) fn numbers(&mut self, columns: &[usize], cells: &[&str], at: u64) {
        for column in columns {
            let is_id = matches!(self.columns.get(*column), Some(Some(Column::FromItem | Column::ToItem)));
            if let Some(number) = cells.get(*column).filter(|_| is_id) {
                let place = format!("{} {at}", self.unit);
                let message = format!(
                    "cell {} holds the number {number}; if the id ends with a zero, store it as text",
                    column + 1
                );
                self.builder.repaired(place, message);
            }
        }
    }

    fn cell<'c>(&self, cells: &[&'c str], wanted: Column) -> &'c str {
        let at = self.columns.iter().position(|c| *c == Some(wanted));
        at.and_then(|at| cells.get(at)).map_or("", |c| c.trim())
    }

    fn meaning(&mut self, cells: &[&str], place: &str, at: u64) -> Result<(), Error> {
        let word = self.cell(cells, Column::Relation);
        let relation = match words::relation(word) {
            Some(relation) => relation,
            None if word.is_empty() && self.is_trestle => Relation::None,
            None if word.is_empty() => {
                self.builder.repaired(place, "the row names no relation; it is taken as related");
                Relation::Related
            }
            None if self.is_trestle && self.rows == 1 => return Ok(()),
            None => {
                let word = plain(word).0;
                self.builder.dropped(place, format!("`{word}` is no relation that is known"));
                return Ok(());
            }
        };
        let asked = self.builder.asked;
        let from = self.builder.asked_edition(asked.from, self.cell(cells, Column::FromEdition), place)?;
        let to = self.builder.asked_edition(asked.to, self.cell(cells, Column::ToEdition), place)?;
        let sources = self.ids(cells, Column::FromItem);
        let targets = self.ids(cells, Column::ToItem);
        let each = words::of_each(relation, sources.len(), targets.len());
        if each != relation {
            let message =
                format!("the row joins several items as {relation}; each pair of them is taken as {each}");
            self.builder.repaired(place, message);
        }
        for source in &sources {
            for target in &targets {
                let (mut from, mut to) = ((from.clone(), source.clone()), (to.clone(), target.clone()));
                if source.is_empty() && relation == Relation::None {
                    std::mem::swap(&mut from, &mut to);
                }
                let found = self.found(cells, each, place, at);
                self.builder.row(Found { from, to, ..found }, place);
            }
        }
        Ok(())
    }

    /// The ids of a cell: several where the column holds lists.
    fn ids(&self, cells: &[&str], wanted: Column) -> Vec<String> {
        let cell = self.cell(cells, wanted);
        let at = self.columns.iter().position(|c| *c == Some(wanted));
        if !at.is_some_and(|at| self.lists[at]) {
            return vec![folded(cell)];
        }
        let ids =
            cell.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|id| !id.is_empty());
        let mut ids: Vec<String> = ids.take(1000).map(str::to_owned).collect();
        if ids.is_empty() {
            ids.push(String::new());
        }
        ids
    }

    fn found(&mut self, cells: &[&str], relation: Relation, place: &str, at: u64) -> Found {
        let source = plain(self.cell(cells, Column::Source)).0;
        let licence = plain(self.cell(cells, Column::Licence)).0;
        Found {
            from: Default::default(),
            to: Default::default(),
            relation,
            basis: self.word(cells, Column::Basis, words::basis, place).unwrap_or(Basis::Published),
            reason: self.reason(cells, place),
            source: if source.is_empty() { self.builder.own_source() } else { source },
            source_key: plain(self.cell(cells, Column::SourceKey)).0,
            licence: if licence.is_empty() { self.builder.own_licence() } else { licence },
            confidence: self
                .word(cells, Column::Confidence, words::confidence, place)
                .unwrap_or(Confidence::Medium),
            legal_effect: self.word(cells, Column::LegalEffect, words::legal_effect, place),
            read: plain(self.cell(cells, Column::Read)).0,
            doubt: plain(self.cell(cells, Column::Doubt)).0,
            line: u32::try_from(at).unwrap_or(u32::MAX),
        }
    }

    /// The meaning of a cell; a word that is not known is reported and left out.
    fn word<T>(
        &mut self,
        cells: &[&str],
        column: Column,
        known: fn(&str) -> Option<T>,
        place: &str,
    ) -> Option<T> {
        let word = self.cell(cells, column);
        let meaning = known(word);
        if meaning.is_none() && !word.is_empty() {
            let word = plain(word).0;
            self.builder.repaired(place, format!("`{word}` is not known there; the row is taken without it"));
        }
        meaning
    }

    /// Why, from the columns that say it. OLIR's rationale is a kind of comparison, ours is the reason itself.
    fn reason(&mut self, cells: &[&str], place: &str) -> String {
        let comparison = self.cell(cells, Column::Comparison);
        let is_kind = ["syntactic", "semantic", "functional"].contains(&loose(comparison).as_str());
        let mut parts: Vec<String> = Vec::new();
        let said = self.cell(cells, Column::Reason);
        if !comparison.is_empty() && !is_kind {
            parts.push(comparison.to_owned());
        }
        if !said.is_empty() {
            parts.push(said.to_owned());
        }
        if is_kind {
            parts.push(format!("{} comparison", loose(comparison)));
        }
        let strength = self.cell(cells, Column::Strength);
        if !strength.is_empty() {
            parts.push(format!("strength {strength} of 10"));
        }
        if parts.is_empty() {
            parts.push(NO_REASON.into());
        }
        let (reason, lost) = plain(&parts.join("; "));
        if lost {
            self.builder.repaired(place, "the reason is cut or holds control characters, which are left out");
        }
        reason
    }
}
