//! How documents are called and grouped in a picture: short names made of their ids, spelled as the catalogue spells
//! them, and countries as the catalogue names them.

use std::collections::{BTreeMap, HashMap};

use assize_model::atlas::Atlas;
use assize_model::catalogue::{DocumentKind, Framework};

/// Countries with fewer documents share a group.
const FEW: usize = 3;

/// The group of countries with few documents.
pub(super) const OTHERS: &str = "other countries";

/// The country or region that a document belongs to first: the USA for one of its states, the EU for `EU / world`.
pub fn region(framework: &Framework) -> &str {
    let first = framework.region.split(['/', '(']).next().unwrap_or_default().trim();
    if first.is_empty() { "unknown" } else { first }
}

/// Names and groups of the documents of a catalogue.
pub(super) struct Names<'c> {
    spelled: HashMap<String, &'c str>,
    regions: BTreeMap<&'c str, usize>,
}

impl<'c> Names<'c> {
    pub(super) fn new(atlas: &Atlas<'c>) -> Self {
        let mut names = Self { spelled: HashMap::new(), regions: BTreeMap::new() };
        for framework in &atlas.catalogue.frameworks {
            *names.regions.entry(region(framework)).or_default() += 1;
            for word in words_of(framework).filter(|w| w.chars().any(char::is_uppercase)) {
                names.spelled.entry(word.to_lowercase()).or_insert(word);
            }
        }
        names
    }

    /// The short name: the family with its words spelled as the document or the catalogue spells them.
    pub(super) fn short(&self, framework: &Framework) -> String {
        let parts = framework.family().split('-').map(|part| self.spell(part, framework));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// The short name with the edition.
    pub(super) fn with_edition(&self, framework: &Framework) -> String {
        format!("{} {}", self.short(framework), framework.edition()).trim_end().to_owned()
    }

    /// The short name, with the edition where that is not just the year or unknown.
    pub(super) fn beside_year(&self, framework: &Framework) -> String {
        let is_told = [framework.year(), "undated"].contains(&framework.edition());
        if is_told { self.short(framework) } else { self.with_edition(framework) }
    }

    fn spell(&self, part: &str, framework: &Framework) -> String {
        let is_code = part.len() <= 2 || part.chars().all(|c| c.is_ascii_digit());
        let own = words_of(framework).find(|w| w.to_lowercase() == part && w.chars().any(char::is_uppercase));
        match own.or_else(|| self.spelled.get(part).copied()) {
            _ if is_code => part.to_uppercase(),
            Some(word) => word.to_owned(),
            None if part.len() <= 4 || part.chars().any(|c| c.is_ascii_digit()) => part.to_uppercase(),
            None => capital(part),
        }
    }

    /// The group a document stands in: its country or region where that has several documents.
    pub(super) fn group<'f>(&self, framework: &'f Framework) -> &'f str {
        let own = region(framework);
        if self.regions.get(own).copied().unwrap_or_default() < FEW { OTHERS } else { own }
    }

    /// Documents by group, the largest first and the other countries last; within a group by year, then by name.
    pub(super) fn groups<'f>(
        &self,
        frameworks: impl Iterator<Item = &'f Framework>,
    ) -> Vec<(&'f str, Vec<&'f Framework>)> {
        let mut groups: BTreeMap<&str, Vec<&Framework>> = BTreeMap::new();
        for framework in frameworks {
            groups.entry(self.group(framework)).or_default().push(framework);
        }
        for documents in groups.values_mut() {
            documents.sort_by_key(|f| (f.year().is_empty(), f.year(), self.short(f).to_lowercase(), &f.id));
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(name, documents)| (*name == OTHERS, std::cmp::Reverse(documents.len()), *name));
        groups
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The words of a document's number, publisher and title.
fn words_of(framework: &Framework) -> impl Iterator<Item = &str> {
    let texts = [&framework.identifier, &framework.publisher, &framework.title];
    texts.into_iter().flat_map(|t| t.split(|c: char| !c.is_alphanumeric())).filter(|w| !w.is_empty())
}

/// What is told of a document on hover.
pub(super) fn told(framework: &Framework) -> String {
    let Framework { title, publisher, kind, standing, .. } = framework;
    let year = if framework.year().is_empty() { "undated" } else { framework.year() };
    format!("{title}\n{publisher}, {year}; {}, {}", kind.word(), standing.word())
}

/// The sign for a sort of document, drawn around a place: told apart by shape, not by colour.
pub(super) fn sign(kind: DocumentKind, (x, y): (f64, f64), r: f64) -> String {
    let n = super::svg::n;
    let (l, right, top, bottom) = (n(x - r), n(x + r), n(y - r), n(y + r));
    match kind {
        DocumentKind::Guidance => {
            format!("M{l} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z", n(y), r = n(r), d = n(2.0 * r))
        }
        DocumentKind::Law => format!("M{l} {top}H{right}V{bottom}H{l}z"),
        DocumentKind::Scheme => {
            let r = r * 1.3;
            format!(
                "M{} {}L{} {}L{} {}L{} {}z",
                n(x),
                n(y - r),
                n(x + r),
                n(y),
                n(x),
                n(y + r),
                n(x - r),
                n(y)
            )
        }
        DocumentKind::Standard => {
            let r = r * 1.25;
            let foot = n(y + r * 0.75);
            format!("M{} {}L{} {foot}L{} {foot}z", n(x), n(y - r), n(x + r), n(x - r))
        }
    }
}

/// The sorts of document in the order of a legend, with their words.
pub(super) const KINDS: [(DocumentKind, &str); 4] = [
    (DocumentKind::Law, "law"),
    (DocumentKind::Standard, "standard"),
    (DocumentKind::Scheme, "label or scheme"),
    (DocumentKind::Guidance, "guidance"),
];
