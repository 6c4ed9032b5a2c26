//! Rows about one pair beside each other: the same twice, and rows that exclude each other.

use std::collections::HashMap;

use super::{Desk, End, Found, RowAt, Rule, name};
use crate::atlas::Relations;
use crate::catalogue::{Basis, Relation};

pub(super) fn look(desk: &Desk<'_, '_>, found: &mut Found) {
    duplicates(desk, found);
    contradictions(desk, found);
    nothing_and_something(desk, found);
}

fn duplicates(desk: &Desk<'_, '_>, found: &mut Found) {
    let mut seen: HashMap<(End<'_>, End<'_>, Relation, &str), RowAt<'_>> = HashMap::new();
    for row in desk.rows() {
        let words = row.crosswalk.source(row.row);
        let source = if words.is_empty() { row.row.source.as_str() } else { words };
        let key = (row.from(), row.to(), row.row.relation, source);
        if let Some(first) = seen.get(&key) {
            found.add(Rule::Duplicate, || {
                let message =
                    format!("{} to {} stands at {} already", name(row.from()), name(row.to()), first.place());
                row.fault(Rule::Duplicate, message, "remove one of the two")
            });
        } else {
            seen.insert(key, row);
        }
    }
}

/// What one row says of a pair, read from the lesser end to the greater.
#[derive(Clone, Copy)]
struct Voice<'a> {
    row: RowAt<'a>,
    says: Relations,
    is_reversed: bool,
}

impl<'a> Voice<'a> {
    fn of(row: RowAt<'a>) -> Self {
        let (said, is_reversed) = (Relations::of(row.row.relation), row.from() > row.to());
        Self { row, says: if is_reversed { said.inverse() } else { said }, is_reversed }
    }

    fn pair(self) -> (End<'a>, End<'a>) {
        let (from, to) = (self.row.from(), self.row.to());
        if self.is_reversed { (to, from) } else { (from, to) }
    }

    fn is_published(self) -> bool {
        self.row.row.basis == Basis::Published
    }

    /// Whether the row says itself that it may not hold.
    fn is_doubted(self) -> bool {
        !self.row.row.doubt.is_empty()
    }

    /// Whether both say the same in the same manner, so that one stands for both.
    fn is_like(self, other: Self) -> bool {
        let key = |v: Self| (v.says, v.is_reversed, v.is_published(), v.is_doubted());
        key(self) == key(other)
    }

    /// The rule that the two break together.
    fn against(self, other: Self) -> Option<Rule> {
        let is_mixed = self.is_published() != other.is_published();
        // Where one of the two is marked as doubtful already, the other is the remedy and no fault.
        if self.is_doubted() || other.is_doubted() || !self.says.contradicts(other.says) {
            return None;
        }
        let is_one_equal = (self.says == Relations::EQUAL) != (other.says == Relations::EQUAL);
        Some(match (self.is_reversed != other.is_reversed && is_one_equal, is_mixed) {
            (true, _) => Rule::AsymmetricEqual,
            (false, true) => Rule::ReadingContradiction,
            (false, false) if self.is_published() => Rule::PublishedContradiction,
            (false, false) => Rule::OwnContradiction,
        })
    }
}

fn contradictions(desk: &Desk<'_, '_>, found: &mut Found) {
    let mut pairs: HashMap<(End<'_>, End<'_>), Vec<Voice<'_>>> = HashMap::new();
    for voice in desk.other_rows().map(Voice::of) {
        keep(pairs.entry(voice.pair()).or_default(), voice);
    }
    for voice in desk.rows().filter(|r| !r.row.to.is_empty()).map(Voice::of) {
        let voices = pairs.entry(voice.pair()).or_default();
        let broken =
            voices.iter().filter_map(|v| Some((voice.against(*v)?, v))).min_by_key(|(rule, _)| *rule);
        if let Some((rule, other)) = broken {
            found.add(rule, || of_pair(rule, voice.row, other.row));
        }
        keep(voices, voice);
    }
}

/// Keeps one voice of each kind, so that a pair with many rows stays cheap.
fn keep<'a>(voices: &mut Vec<Voice<'a>>, voice: Voice<'a>) {
    if !voices.iter().any(|v| v.is_like(voice)) {
        voices.push(voice);
    }
}

fn of_pair(rule: Rule, row: RowAt<'_>, other: RowAt<'_>) -> super::MapFault {
    let message = format!(
        "{} to {} says {} ({}), but {} says {} of {} to {} ({})",
        name(row.from()),
        name(row.to()),
        row.row.relation,
        row.row.basis.word(),
        other.place(),
        other.row.relation,
        name(other.from()),
        name(other.to()),
        other.row.basis.word(),
    );
    let remedy = match rule {
        Rule::AsymmetricEqual => "give both directions the relation that the two texts support",
        Rule::OwnContradiction => "read the two texts again and keep one of the two rows",
        Rule::ReadingContradiction => {
            "say in `doubt` why the published row does not fit, or correct the reading"
        }
        _ => "read the two texts and say in `doubt` which of the publications does not fit",
    };
    row.fault(rule, message, remedy)
}

/// A row that says that nothing in an edition corresponds, beside one that names something shared.
fn nothing_and_something(desk: &Desk<'_, '_>, found: &mut Found) {
    let mut seen: HashMap<(End<'_>, &str, bool, bool), RowAt<'_>> = HashMap::new();
    let key = |row: RowAt<'_>, is_nothing: bool| (is_nothing, row.row.basis == Basis::Published);
    let all = desk.other_rows().map(|r| (r, false)).chain(desk.rows().map(|r| (r, true)));
    for (row, is_tested) in all.filter(|(r, _)| r.row.doubt.is_empty()) {
        let is_nothing = row.row.to.is_empty() && row.row.relation == Relation::None;
        if !is_nothing && !Relations::of(row.row.relation).touches() {
            continue;
        }
        let ((nothing, published), edition) = (key(row, is_nothing), row.crosswalk.to.as_str());
        let other = seen.get(&(row.from(), edition, !nothing, published)).copied();
        if let Some(other) = other.filter(|_| is_tested) {
            let rule = if published { Rule::PublishedContradiction } else { Rule::OwnContradiction };
            found.add(rule, || of_pair(rule, row, other));
        }
        seen.entry((row.from(), edition, nothing, published)).or_insert(row);
    }
}
