//! The concepts that words show, by the lexicon `lists/concepts.toml`.

use std::collections::{BTreeSet, HashMap};

use crate::catalogue::Concept;

/// The lexicon, ready to be asked.
pub(super) struct Lexicon<'l> {
    concepts: &'l [Concept],
    /// The entries that a word, or the beginning of a word, is part of, and its place in each.
    words: HashMap<&'l str, Vec<(usize, usize)>>,
    stems: HashMap<&'l str, Vec<(usize, usize)>>,
    /// The concept of each entry, and how many different words it has.
    entries: Vec<(usize, usize)>,
    against: Vec<Vec<usize>>,
}

impl<'l> Lexicon<'l> {
    pub(super) fn new(concepts: &'l [Concept]) -> Self {
        let at: HashMap<&str, usize> =
            concepts.iter().enumerate().map(|(at, c)| (c.name.as_str(), at)).collect();
        let places = |names: &[String]| names.iter().filter_map(|n| at.get(n.as_str()).copied()).collect();
        let against = concepts.iter().map(|c| places(&c.against)).collect();
        let (words, stems, entries) = (HashMap::new(), HashMap::new(), Vec::new());
        let mut lexicon = Self { concepts, words, stems, entries, against };
        for (concept, entry) in
            concepts.iter().enumerate().flat_map(|(at, c)| c.words.iter().map(move |w| (at, w)))
        {
            lexicon.add(concept, entry);
        }
        lexicon
    }

    fn add(&mut self, concept: usize, entry: &'l str) {
        let different: BTreeSet<&str> = entry.split_whitespace().collect();
        let place = self.entries.len();
        self.entries.push((concept, different.len()));
        for part in different.into_iter().enumerate().map(|(at, word)| (word, (place, at))) {
            match part.0.strip_suffix('*') {
                Some(stem) => self.stems.entry(stem).or_default().push(part.1),
                None => self.words.entry(part.0).or_default().push(part.1),
            }
        }
    }

    /// The concept at a place.
    pub(super) fn concept(&self, at: usize) -> &'l Concept {
        &self.concepts[at]
    }

    /// The topics of a concept, its own first.
    pub(super) fn topics(&self, at: usize) -> impl Iterator<Item = u8> + use<'l> {
        let concept = &self.concepts[at];
        std::iter::once(concept.topic).chain(concept.also.iter().copied())
    }

    /// The concepts that speak against a concept.
    pub(super) fn against(&self, at: usize) -> &[usize] {
        &self.against[at]
    }

    /// The concepts that a text shows, by place. An entry counts where a sentence holds all its words.
    pub(super) fn shown(&self, text: &str) -> BTreeSet<usize> {
        let mut shown = BTreeSet::new();
        for sentence in sentences(text) {
            let mut hits: BTreeSet<(usize, usize)> = BTreeSet::new();
            for word in &sentence {
                self.hit(word, &mut hits);
            }
            let mut counts: HashMap<usize, usize> = HashMap::new();
            for (entry, _) in hits {
                *counts.entry(entry).or_default() += 1;
            }
            let whole = counts.into_iter().filter(|(entry, count)| self.entries[*entry].1 == *count);
            shown.extend(whole.map(|(entry, _)| self.entries[entry].0));
        }
        shown
    }

    /// The parts of entries that a word meets: itself, itself without a plural s, or a stem it begins with.
    fn hit(&self, word: &str, hits: &mut BTreeSet<(usize, usize)>) {
        for exact in [Some(word), word.strip_suffix('s')].into_iter().flatten() {
            hits.extend(self.words.get(exact).into_iter().flatten());
        }
        for (end, _) in word.char_indices().skip(1).chain(std::iter::once((word.len(), ' '))) {
            hits.extend(self.stems.get(&word[..end]).into_iter().flatten());
        }
    }
}

/// Words of letters and digits, in small; sentences end at `.` and `;`.
fn sentences(text: &str) -> Vec<Vec<String>> {
    let small = text.to_lowercase();
    let words = |sentence: &str| -> Vec<String> {
        sentence.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    small.split(['.', ';']).map(words).filter(|s| !s.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(name: &str, words: &[&str]) -> Concept {
        let words = words.iter().map(|w| (*w).to_owned()).collect();
        Concept { name: name.to_owned(), topic: 1, also: vec![], words, against: vec![] }
    }

    #[test]
    fn entries_hit_by_word_plural_stem_and_sentence() {
        let concepts = [
            concept("port", &["port"]),
            concept("update", &["updat* secur*"]),
            concept("both", &["key key*"]),
        ];
        let lexicon = Lexicon::new(&concepts);
        let names = |text: &str| -> Vec<&str> {
            lexicon.shown(text).into_iter().map(|at| lexicon.concept(at).name.as_str()).collect()
        };
        assert_eq!(names("Unused PORTS closed"), ["port"]);
        assert_eq!(names("portable"), Vec::<&str>::new());
        assert_eq!(names("Security comes with updates"), ["update"]);
        assert_eq!(names("Updates come often. Security is good"), Vec::<&str>::new());
        assert_eq!(names("a key"), ["both"], "a word may meet two parts of an entry");
        assert_eq!(names("é ß ﬁ \u{130}"), Vec::<&str>::new());
    }
}
