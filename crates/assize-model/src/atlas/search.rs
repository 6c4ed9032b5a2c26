//! Search over all items: by number, by words, with typing errors forgiven, the best first.

use std::collections::{BTreeMap, HashMap};

use super::graph::{Atlas, NodeId};
use crate::catalogue::Item;

/// An index of words.
#[derive(Clone, Debug)]
pub struct Search<'a, 'c> {
    atlas: &'a Atlas<'c>,
    /// Words in order, each with the items that hold it and how often.
    words: BTreeMap<String, Vec<(NodeId, u16)>>,
    /// Words of each item.
    lengths: Vec<u16>,
    average: f64,
}

/// An item that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The item.
    pub node: NodeId,
    /// How well it fits; larger is better, the scale has no meaning of its own.
    pub score: f64,
}

/// Words of a query beyond this many are not looked at.
const MOST_WORDS: usize = 12;

impl<'a, 'c> Search<'a, 'c> {
    /// Indexes numbers, words, clause titles and edition names of all items.
    pub fn new(atlas: &'a Atlas<'c>) -> Self {
        let mut search = Self { atlas, words: BTreeMap::new(), lengths: Vec::new(), average: 1.0 };
        let mut edition: (&str, Vec<String>) = ("", Vec::new());
        for node in atlas.nodes() {
            let framework = atlas.framework(node);
            if edition.0 != framework.id {
                edition = (&framework.id, words_of(&format!("{} {}", framework.id, framework.publisher)));
            }
            search.add(node, &edition.1);
        }
        let total: u64 = search.lengths.iter().map(|n| u64::from(*n)).sum();
        search.average = (total as f64 / search.lengths.len().max(1) as f64).max(1.0);
        search
    }

    /// Adds an item. The words of its edition find it together with other words, and weigh once.
    fn add(&mut self, node: NodeId, edition: &[String]) {
        let item = self.atlas.item(node);
        let clause = match item {
            Item::Requirement(r) => r.clause_title.as_str(),
            _ => "",
        };
        let own = words_of(&format!("{} {} {} {clause}", item.id(), item.title(), item.words()));
        let mut counts: HashMap<&str, u16> = HashMap::new();
        for word in own.iter().chain(edition) {
            let count = counts.entry(word).or_default();
            *count = count.saturating_add(1);
        }
        self.lengths.push(u16::try_from(own.len()).unwrap_or(u16::MAX).max(1));
        for (word, count) in counts {
            match self.words.get_mut(word) {
                Some(places) => places.push((node, count)),
                None => drop(self.words.insert(word.to_owned(), vec![(node, count)])),
            }
        }
    }

    /// The items that fit a query best, at most `limit`. Every word of the query has to be found in an item or be
    /// close to a word of it; where no item has all, those with the most words come.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Found> {
        let asked: Vec<String> = words_of(query).into_iter().take(MOST_WORDS).collect();
        let mut scores: HashMap<NodeId, (usize, f64)> = HashMap::new();
        for word in &asked {
            for (node, score) in self.scores(word) {
                let entry = scores.entry(node).or_default();
                *entry = (entry.0 + 1, entry.1 + score);
            }
        }
        let exact = query.trim();
        for node in self.atlas.named(exact) {
            let entry = scores.entry(node).or_default();
            *entry = (asked.len().max(1), entry.1 + 100.0);
        }
        let most = scores.values().map(|(hits, _)| *hits).max().unwrap_or_default();
        let mut found: Vec<Found> = scores
            .into_iter()
            .filter(|(_, (hits, _))| *hits == most)
            .map(|(node, (_, score))| Found { node, score })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.node.cmp(&b.node)));
        found.truncate(limit);
        found
    }

    /// What one word of a query is worth in each item: exact before beginning before typing error.
    fn scores(&self, word: &str) -> HashMap<NodeId, f64> {
        let mut best: HashMap<NodeId, f64> = HashMap::new();
        for (known, weight) in self.near(word) {
            let Some(places) = self.words.get(known) else { continue };
            let all = self.lengths.len() as f64;
            let rarity = (1.0 + (all - places.len() as f64 + 0.5) / (places.len() as f64 + 0.5)).ln();
            for (node, count) in places {
                let length = f64::from(self.lengths[node.at()]) / self.average;
                let count = f64::from(*count);
                let score = weight * rarity * (count * 2.2) / (count + 1.2 * (0.25 + 0.75 * length));
                let entry = best.entry(*node).or_default();
                *entry = entry.max(score);
            }
        }
        best
    }

    /// The known words that a word may mean, with what each is worth.
    fn near(&self, word: &str) -> Vec<(&str, f64)> {
        let mut near: Vec<(&str, f64)> = Vec::new();
        if let Some((known, _)) = self.words.get_key_value(word) {
            near.push((known, 1.0));
        }
        if word.chars().count() >= 3 {
            let begin = self.words.range(word.to_owned()..).map(|(known, _)| known.as_str());
            near.extend(begin.take_while(|k| k.starts_with(word)).filter(|k| *k != word).map(|k| (k, 0.7)));
        }
        if near.is_empty() {
            let allowed = match word.chars().count() {
                0..=3 => 0,
                4..=7 => 1,
                _ => 2,
            };
            let close = self.words.keys().filter(|k| allowed > 0 && is_close(word, k, allowed));
            near.extend(close.map(|k| (k.as_str(), 0.5)));
        }
        near
    }
}

/// Words in small letters, a plural `s` cut off; numbers as `5.1-1` stay whole.
fn words_of(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !(c.is_alphanumeric() || "._-@".contains(c)));
    let mut words = Vec::new();
    for part in parts {
        let part = part.trim_matches(['.', '-', '_']).to_lowercase();
        if part.chars().any(|c| c.is_ascii_digit()) {
            words.push(part);
        } else {
            words.extend(part.split(['.', '-', '_', '@']).filter(|w| w.chars().count() > 1).map(stem));
        }
    }
    words.retain(|w| !w.is_empty() && !IDLE.contains(&w.as_str()));
    words
}

/// Words that tell nothing.
const IDLE: [&str; 16] =
    ["an", "and", "are", "as", "be", "by", "for", "in", "is", "it", "of", "on", "or", "the", "to", "with"];

fn stem(word: &str) -> String {
    let is_plural = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us");
    if is_plural { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

/// Whether two words differ by at most `allowed` typing errors: a letter wrong, missing, too many, or two swapped.
fn is_close(a: &str, b: &str, allowed: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > allowed || a.len() > 64 {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            next[j] = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                next[j] = next[j].min(before[j - 2] + 1);
            }
        }
        if next.iter().all(|d| *d > allowed) {
            return false;
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()] <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_forgiven() {
        assert!(is_close("pasword", "password", 1));
        assert!(is_close("udpate", "update", 1));
        assert!(is_close("vulnerabilty", "vulnerability", 1));
        assert!(!is_close("boot", "root", 0));
        assert!(!is_close("telemetry", "geometry", 1));
    }

    #[test]
    fn words_are_cut_as_people_write_them() {
        assert_eq!(words_of("Passwords of 5.1-1: Wi-Fi access"), ["password", "5.1-1", "wi", "fi", "access"]);
        assert_eq!(words_of("en-303-645@2.1.1 ETSI"), ["en-303-645@2.1.1", "etsi"]);
    }
}
