//! What became of requirements between any two editions: as a lineage says, through several lineages, or by number.

use std::collections::{BTreeMap, VecDeque};

use super::framework::Framework;
use super::lineage::{Change, Edge, Lineage};
use super::{Basis, Catalogue};

/// How it is known what became of requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// A lineage says so.
    Stated,
    /// Lineages say so, by way of these editions.
    Chained(Vec<String>),
    /// Nobody says so; numbers and words of two editions of one document were compared.
    ByNumber,
}

impl Catalogue {
    /// What became of the requirements of one edition in another, and how that is known. Nothing when no lineage leads
    /// from one to the other and they are not editions of one document.
    pub fn between(&self, from: &str, to: &str) -> Option<(Lineage, Known)> {
        let (older, newer) = (self.framework(from)?, self.framework(to)?);
        if let Some(chain) = self.chain(from, to) {
            let known = match chain.as_slice() {
                [_] => Known::Stated,
                more => Known::Chained(more[1..].iter().map(|l| l.from.clone()).collect()),
            };
            let joined = chain.into_iter().cloned().reduce(|so_far, next| join(&so_far, &next))?;
            return Some((joined, known));
        }
        // Where lineages lead the other way, numbers would tell less than is known.
        let is_one_document =
            older.family() == newer.family() && from != to && self.chain(to, from).is_none();
        is_one_document.then(|| (by_number(older, newer), Known::ByNumber))
    }

    /// The fewest lineages that lead from one edition to another.
    fn chain(&self, from: &str, to: &str) -> Option<Vec<&Lineage>> {
        let mut before: BTreeMap<&str, &Lineage> = BTreeMap::new();
        let mut next = VecDeque::from([from]);
        while let Some(at) = next.pop_front() {
            for lineage in self.lineages.iter().filter(|l| l.from == at) {
                if lineage.to != from && !before.contains_key(lineage.to.as_str()) {
                    before.insert(&lineage.to, lineage);
                    next.push_back(&lineage.to);
                }
            }
        }
        let mut chain = Vec::new();
        let mut at = to;
        while at != from {
            let lineage = before.get(at)?;
            chain.push(*lineage);
            at = &lineage.from;
        }
        chain.reverse();
        (!chain.is_empty()).then_some(chain)
    }
}

/// Two lineages, one after the other.
fn join(first: &Lineage, second: &Lineage) -> Lineage {
    let mut edges = Vec::new();
    for edge in &first.edges {
        if edge.to.is_empty() {
            edges.push(edge.clone());
        }
        for next in second.edges.iter().filter(|n| !n.from.is_empty() && n.from == edge.to) {
            edges.push(Edge {
                from: edge.from.clone(),
                to: next.to.clone(),
                change: edge.change.then(next.change),
                reason: format!(
                    "{} {}: {}; then {}: {}",
                    edge.to,
                    edge.change.word(),
                    edge.reason,
                    next.change.word(),
                    next.reason
                ),
                source: String::new(),
                confidence: weaker(&edge.confidence, &next.confidence),
            });
        }
    }
    edges.extend(second.edges.iter().filter(|n| n.from.is_empty()).cloned());
    // What is new in the middle and gone again never was in either.
    edges.retain(|e| !(e.from.is_empty() && e.to.is_empty()));
    Lineage {
        from: first.from.clone(),
        to: second.to.clone(),
        total: edges.len(),
        sources: BTreeMap::new(),
        edges,
    }
}

fn weaker(one: &str, other: &str) -> String {
    if one == "verified-in-source" { other.to_owned() } else { one.to_owned() }
}

/// Two editions of one document, compared by number and words.
fn by_number(older: &Framework, newer: &Framework) -> Lineage {
    let edge = |from: &str, to: &str, change: Change, reason: &str| Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        change,
        reason: reason.to_owned(),
        source: String::new(),
        confidence: "low".to_owned(),
    };
    let mut edges = Vec::new();
    for r in older.live() {
        edges.push(match newer.live().find(|n| n.id == r.id) {
            Some(n) if n.words == r.words => edge(&r.id, &n.id, Change::Carried, "same number, same words"),
            Some(n) => edge(&r.id, &n.id, Change::Changed, "same number, other words"),
            None => edge(&r.id, "", Change::Dropped, "the number is gone"),
        });
    }
    let new = newer.live().filter(|n| older.live().all(|r| r.id != n.id));
    edges.extend(new.map(|n| edge("", &n.id, Change::New, "the number is new")));
    Lineage {
        from: older.id.clone(),
        to: newer.id.clone(),
        total: edges.len(),
        sources: BTreeMap::new(),
        edges,
    }
}

impl Change {
    /// What two changes, one after the other, come to.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::New, Self::Dropped | Self::Demoted) | (_, Self::Dropped | Self::Demoted) => next,
            (Self::New, _) => Self::New,
            (Self::Carried, _) => next,
            (Self::Renumbered, Self::Carried) => self,
            (Self::Renumbered, _) => next,
            (_, Self::Carried | Self::Renumbered) => self,
            (one, other) if one == other => one,
            _ => Self::Changed,
        }
    }
}

impl Known {
    /// Whose word it is.
    pub fn basis(&self) -> Basis {
        match self {
            Self::Stated | Self::Chained(_) => Basis::Lineage,
            Self::ByNumber => Basis::Structure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let framework = |id: &str, ids: &[&str]| {
            let mut text = format!(
                "id = \"{id}\"\ntitle = \"T\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n"
            );
            for id in ids {
                text.push_str(&format!("[[requirement]]\nid = \"{id}\"\nwords = \"{id}\"\nsource = \"s\"\nconfidence = \"high\"\n"));
            }
            text
        };
        let lineage = |from: &str, to: &str, edges: &[(&str, &str, &str)]| {
            let mut text = format!("from = \"{from}\"\nto = \"{to}\"\n");
            for (from, to, change) in edges {
                text.push_str(&format!("[[edge]]\nfrom = \"{from}\"\nto = \"{to}\"\nchange = \"{change}\"\nreason = \"r\"\nsource = \"s\"\nconfidence = \"partly\"\n"));
            }
            text
        };
        let files = [
            ("frameworks/a/1.toml".to_owned(), framework("a@1", &["1", "2", "3"])),
            ("frameworks/a/2.toml".to_owned(), framework("a@2", &["1", "2", "9"])),
            ("frameworks/a/3.toml".to_owned(), framework("a@3", &["1", "8"])),
            ("frameworks/a/4.toml".to_owned(), framework("a@4", &["1", "5"])),
            (
                "mappings/a@1--a@2.toml".to_owned(),
                lineage(
                    "a@1",
                    "a@2",
                    &[("1", "1", "carried"), ("2", "2", "widened"), ("3", "", "dropped"), ("", "9", "new")],
                ),
            ),
            (
                "mappings/a@2--a@3.toml".to_owned(),
                lineage(
                    "a@2",
                    "a@3",
                    &[("1", "1", "renumbered"), ("2", "8", "narrowed"), ("9", "", "dropped")],
                ),
            ),
        ];
        let borrowed: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        Catalogue::read(&borrowed).unwrap()
    }

    #[test]
    fn lineages_are_joined() {
        let (lineage, known) = catalogue().between("a@1", "a@3").unwrap();
        assert_eq!(known, Known::Chained(vec!["a@2".into()]));
        let short: Vec<(&str, &str, Change)> =
            lineage.edges.iter().map(|e| (e.from.as_str(), e.to.as_str(), e.change)).collect();
        let expected =
            [("1", "1", Change::Renumbered), ("2", "8", Change::Changed), ("3", "", Change::Dropped)];
        assert_eq!(short, expected);
    }

    #[test]
    fn without_a_lineage_numbers_are_compared() {
        let (lineage, known) = catalogue().between("a@3", "a@4").unwrap();
        assert_eq!(known, Known::ByNumber);
        let changes: Vec<Change> = lineage.edges.iter().map(|e| e.change).collect();
        assert_eq!(changes, [Change::Carried, Change::Dropped, Change::New]);
        assert!(catalogue().between("a@1", "a@1").is_none());
        assert!(catalogue().between("a@1", "b@1").is_none());
    }
}
