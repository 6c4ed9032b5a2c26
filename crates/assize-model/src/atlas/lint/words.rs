//! Own words that repeat six or more words in a row of a text that may not be copied.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Desk, Found, Level, MapEdge, MapFault, RowAt, Rule, SourceText, shown};
use crate::atlas::Atlas;

/// Words in a row that are no accident any more.
const RUN: usize = 6;

pub(super) fn look(desk: &Desk<'_, '_>, found: &mut Found) {
    for text in &desk.options.texts {
        let terms = desk.atlas.catalogue.framework(&text.edition).map_or("", |f| &f.document_licence);
        if may_be_copied(terms) {
            continue;
        }
        let source = Runs::new(&text.text);
        of_items(desk.atlas, text, &source, found);
        let touches = |r: &RowAt<'_>| r.crosswalk.from == text.edition || r.crosswalk.to == text.edition;
        for row in desk.rows().filter(touches) {
            let said = [&row.row.reason, &row.row.doubt];
            if let Some(run) = said.iter().find_map(|words| source.longest(words)) {
                found.add(Rule::RepeatedWords, || {
                    row.fault(Rule::RepeatedWords, message("the reason", &text.edition, &run), REMEDY)
                });
            }
        }
    }
}

/// Titles and words of the edition's items, in the file of the edition.
fn of_items(atlas: &Atlas<'_>, text: &SourceText, source: &Runs, found: &mut Found) {
    for node in atlas.items(&text.edition) {
        let item = atlas.item(node);
        let Some(run) = source.longest(item.title()).or_else(|| source.longest(item.words())) else {
            continue;
        };
        found.add(Rule::RepeatedWords, || MapFault {
            rule: Rule::RepeatedWords,
            level: Level::Error,
            file: format!("frameworks/{}.toml", text.edition.replacen('@', "/", 1)),
            line: 0,
            edge: MapEdge {
                from_edition: text.edition.clone(),
                from: item.id().to_owned(),
                ..MapEdge::default()
            },
            message: message(item.id(), &text.edition, &run),
            remedy: REMEDY.to_owned(),
            suggestions: Vec::new(),
        });
    }
}

const REMEDY: &str = "say it in own words";

fn message(what: &str, edition: &str, run: &str) -> String {
    let count = run.split(' ').count();
    format!("{} repeats {count} words in a row of {edition}: “{}”", shown(what), shown(run))
}

/// Whether the terms of a document allow its words to be repeated with attribution alone.
fn may_be_copied(terms: &str) -> bool {
    let small = terms.to_lowercase();
    let open =
        ["public domain", "public record", "open government licence", "ogl v", "cc0", "decision 2011/833/eu"];
    let plain =
        small.strip_prefix("cc by ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    plain || open.iter().any(|o| small.contains(o))
}

/// The runs of a text, by the words they begin with.
struct Runs {
    words: Vec<String>,
    begin: HashMap<u64, u32>,
}

impl Runs {
    fn new(text: &str) -> Self {
        let words = normal(text);
        let mut begin = HashMap::new();
        for (at, run) in (0..).zip(words.windows(RUN)) {
            begin.entry(hash(run)).or_insert(at);
        }
        Self { words, begin }
    }

    /// The longest run that some own words share with the text, when it is long enough.
    fn longest(&self, own: &str) -> Option<String> {
        let own = normal(own);
        let shared = |at: usize| {
            let there = *self.begin.get(&hash(own.get(at..at + RUN)?))? as usize;
            let both = own[at..].iter().zip(&self.words[there..]);
            let length = both.take_while(|(a, b)| a == b).count();
            (length >= RUN).then_some((length, at))
        };
        let longest =
            (0..own.len().saturating_sub(RUN - 1)).filter_map(shared).max_by_key(|(length, _)| *length);
        longest.map(|(length, at)| own[at..at + length].join(" "))
    }
}

fn hash(words: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}

/// Words in small letters, without signs; a word joined by a hyphen counts as its parts.
fn normal(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'));
    parts.map(|w| w.replace(['\'', '’'], "").to_lowercase()).filter(|w| !w.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_whatever_the_signs() {
        let text = Runs::new("Every lamp shall, when first switched on, greet the whole village politely.");
        let found = text.longest("It must greet when first switched on GREET the  whole village").unwrap();
        assert_eq!(found, "when first switched on greet the whole village");
        assert_eq!(text.longest("when first switched on, greet her"), None, "five words are an accident");
        assert_eq!(text.longest(""), None);
        assert_eq!(Runs::new("too short").longest("too short"), None);
    }

    #[test]
    fn terms_are_told_apart() {
        for terms in ["public domain (US federal work)", "CC BY 4.0", "Open Government Licence v3.0"] {
            assert!(may_be_copied(terms), "{terms}");
        }
        for terms in
            ["", "CC BY-SA 4.0", "copyrighted (ETSI): free to read", "not verified; treat as copyrighted"]
        {
            assert!(!may_be_copied(terms), "{terms}");
        }
    }
}
