//! Numbers as people write them: what a cell may mean in an edition, by its digits and letters and by typing errors.

use std::collections::{BTreeSet, HashMap};

use crate::catalogue::{Framework, Item};

/// Cells longer than this are no numbers.
const LONGEST: usize = 200;
/// Suggestions at most, but for the items of a range.
const MOST: usize = 3;
/// Items that a list or range is spelled out to.
const MOST_PARTS: usize = 40;

/// The numbers of an edition, ready to be looked up.
pub(super) struct Numbers<'f> {
    ids: Vec<&'f str>,
    at: HashMap<&'f str, usize>,
    /// Places by digits and letters alone; and by digits alone.
    keys: HashMap<String, Vec<usize>>,
    digits: HashMap<String, Vec<usize>>,
    shapes: BTreeSet<String>,
    family: Vec<String>,
    edition: Vec<String>,
}

/// What a cell is that is no number as it stands.
pub(super) struct Reading {
    /// Whether it holds several numbers.
    pub several: bool,
    /// Whether the edition has numbers of that shape.
    pub is_in_shape: bool,
    /// What it means by its digits and letters; [`Numbers::near`] forgives more.
    pub suggestions: Vec<String>,
}

impl<'f> Numbers<'f> {
    pub(super) fn new(framework: &'f Framework) -> Self {
        let ids: Vec<&str> = framework.items().map(Item::id).collect();
        let mut numbers = Self {
            at: ids.iter().enumerate().map(|(at, id)| (*id, at)).collect(),
            keys: HashMap::new(),
            digits: HashMap::new(),
            shapes: framework.items().filter(|i| i.kind() != "document").map(|i| shape(i.id())).collect(),
            family: tokens(framework.family()),
            edition: tokens(framework.edition()),
            ids,
        };
        for (at, id) in numbers.ids.iter().enumerate() {
            let all = tokens(id);
            let rest = numbers.rest(&all);
            let keys = BTreeSet::from([all.join(" "), rest.join(" ")]);
            for key in keys.into_iter().filter(|k| !k.is_empty()) {
                numbers.keys.entry(key).or_default().push(at);
            }
            if let Some(key) = digits(&all) {
                numbers.digits.entry(key).or_default().push(at);
            }
        }
        numbers
    }

    /// The shapes of the edition's numbers, for a message.
    pub(super) fn shapes(&self) -> String {
        let some: Vec<&str> = self.shapes.iter().take(4).map(String::as_str).collect();
        some.join(", ")
    }

    /// Reads a cell that is no number as it stands.
    pub(super) fn read(&self, cell: &str) -> Reading {
        let is_in_shape = self.shapes.is_empty() || self.shapes.contains(&shape(cell));
        if cell.len() > LONGEST {
            return Reading { several: false, is_in_shape, suggestions: Vec::new() };
        }
        let mean = self.mean(cell);
        if let [_, ..] = mean.as_slice() {
            return Reading { several: false, is_in_shape, suggestions: self.named(mean) };
        }
        let parts = self.parts(cell);
        if parts.len() > 1 {
            return Reading { several: true, is_in_shape: false, suggestions: self.named(parts) };
        }
        Reading { several: false, is_in_shape, suggestions: Vec::new() }
    }

    fn named(&self, places: Vec<usize>) -> Vec<String> {
        places.into_iter().map(|at| self.ids[at].to_owned()).collect()
    }

    /// The items that have the digits and letters of a cell, or its digits where few have them.
    fn mean(&self, cell: &str) -> Vec<usize> {
        let all = tokens(cell);
        let rest = self.rest(&all);
        let keys = [all.join(" "), rest.join(" ")];
        if let Some(found) = keys.iter().find_map(|key| self.keys.get(key)) {
            return found.iter().take(MOST).copied().collect();
        }
        let by_digits = digits(rest).and_then(|key| self.digits.get(&key));
        by_digits.filter(|found| found.len() <= MOST && count(rest) > 0).cloned().unwrap_or_default()
    }

    /// A cell's parts without the words before the number: `Provision`, the document, its edition.
    fn rest<'t>(&self, all: &'t [String]) -> &'t [String] {
        let mut rest = all;
        loop {
            let version = [&["v".to_owned()], self.edition.as_slice()].concat();
            rest = match rest.first() {
                Some(word) if rest.len() > 1 && WORDS.contains(&word.as_str()) => &rest[1..],
                _ if begins(rest, &self.family) => &rest[self.family.len()..],
                _ if begins(rest, &version) => &rest[version.len()..],
                _ => return rest,
            };
        }
    }

    /// The items of a list or a range. Every part has to be one, or it is read as something else.
    fn parts(&self, cell: &str) -> Vec<usize> {
        let listed = RANGES.iter().fold(cell.to_owned(), |text, mark| text.replace(mark, "\u{1}"));
        let listed = LISTS.iter().fold(listed, |text, mark| text.replace(mark, "\u{2}"));
        let parts: Vec<&str> = listed.split('\u{2}').filter(|p| !p.trim().is_empty()).collect();
        let found = parts.iter().map(|part| self.part(part)).collect::<Option<Vec<_>>>();
        let blank = || cell.split_whitespace().map(|p| Some(vec![*self.at.get(p)?])).collect::<Option<_>>();
        let mut all: Vec<usize> = found.or_else(blank).unwrap_or_default().into_iter().flatten().collect();
        all.truncate(MOST_PARTS);
        all
    }

    fn part(&self, part: &str) -> Option<Vec<usize>> {
        let one = |cell: &str| match self.at.get(cell.trim()) {
            Some(at) => Some(*at),
            None => self.mean(cell).first().copied(),
        };
        match part.split_once('\u{1}') {
            None => Some(vec![one(part)?]),
            Some((first, last)) => {
                let (first, last) = (one(first)?, one(last)?);
                (first <= last).then(|| (first..=last).take(MOST_PARTS).collect())
            }
        }
    }

    /// The items that differ from a cell by few typing errors.
    pub(super) fn near(&self, cell: &str) -> Vec<String> {
        nearest(cell.trim(), self.ids.iter().copied(), MOST)
    }
}

/// Words that stand before a number.
const WORDS: [&str; 17] = [
    "annex",
    "art",
    "article",
    "clause",
    "control",
    "guideline",
    "no",
    "nr",
    "para",
    "paragraph",
    "provision",
    "provisions",
    "rec",
    "req",
    "requirement",
    "sec",
    "section",
];
/// What stands between the ends of a range.
const RANGES: [&str; 7] = [" to ", " through ", " - ", "..", "–", "—", "…"];
/// What stands between the parts of a list.
const LISTS: [&str; 11] = [",", ";", "\n", "\r", "\t", "/", "&", "|", "+", " and ", " or "];

fn begins(all: &[String], with: &[String]) -> bool {
    !with.is_empty() && all.len() > with.len() && all.starts_with(with)
}

/// Runs of digits without leading noughts, and runs of letters in small.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last = Kind::Sign;
    for c in text.chars() {
        let kind = Kind::of(c);
        match tokens.last_mut() {
            _ if kind == Kind::Sign => {}
            Some(token) if kind == last => token.extend(c.to_lowercase()),
            _ => tokens.push(c.to_lowercase().collect()),
        }
        last = kind;
    }
    for token in tokens.iter_mut().filter(|t| t.len() > 1 && t.starts_with('0')) {
        let short = token.trim_start_matches('0');
        *token = if short.is_empty() { "0".to_owned() } else { short.to_owned() };
    }
    tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Letter,
    Sign,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            c if c.is_ascii_digit() => Self::Digit,
            c if c.is_alphabetic() => Self::Letter,
            _ => Self::Sign,
        }
    }
}

/// The tokens that are numbers; none when there are none.
fn digits(tokens: &[String]) -> Option<String> {
    let numbers: Vec<&str> = tokens.iter().map(String::as_str).filter(|t| is_number(t)).collect();
    (!numbers.is_empty()).then(|| numbers.join(" "))
}

fn count(tokens: &[String]) -> usize {
    tokens.iter().filter(|t| is_number(t)).count()
}

fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit())
}

/// The shape of a number: `9.9-9A` for a provision, letters and digits by run.
fn shape(id: &str) -> String {
    let mut shape = String::new();
    for c in id.chars().take(LONGEST) {
        match Kind::of(c) {
            Kind::Digit if shape.ends_with('9') => {}
            Kind::Digit => shape.push('9'),
            Kind::Letter if shape.ends_with('A') => {}
            Kind::Letter => shape.push('A'),
            Kind::Sign => shape.push(c),
        }
    }
    shape
}

/// The candidates that differ from a word by few typing errors, the nearest first.
pub(super) fn nearest<'f>(word: &str, all: impl Iterator<Item = &'f str>, most: usize) -> Vec<String> {
    let length = word.chars().count();
    if length > 64 {
        return Vec::new();
    }
    let allowed = (length / 3).clamp(1, 6);
    let far = all.enumerate().filter_map(|(at, id)| Some((distance(word, id, allowed)?, at, id)));
    let mut near: Vec<(usize, usize, &str)> = far.collect();
    near.sort_unstable();
    near.into_iter().take(most).map(|(_, _, id)| id.to_owned()).collect()
}

/// How many signs have to be changed, added or left out to come from one word to the other, when no more than `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).take(a.len() + most + 1).collect();
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(before + 1);
        }
    }
    Some(row[b.len()]).filter(|d| *d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_forget_signs_case_and_leading_noughts() {
        assert_eq!(tokens("Provision 5.03-4A"), ["provision", "5", "3", "4", "a"]);
        assert_eq!(tokens("REQ_ER 1.00"), ["req", "er", "1", "0"]);
        assert_eq!(tokens("–"), Vec::<String>::new());
    }

    #[test]
    fn shapes_are_runs() {
        assert_eq!(shape("5.3-14A"), "9.9-9A");
        assert_eq!(shape("REQ_ER 1.99"), "A_A 9.9");
        assert_eq!(shape("5.3 - 4"), "9.9 - 9");
    }

    #[test]
    fn distance_is_bounded() {
        assert_eq!(distance("kitten", "sitting", 3), Some(3));
        assert_eq!(distance("kitten", "sitting", 2), None);
        assert_eq!(distance("a", &"b".repeat(100_000), 3), None);
    }
}
