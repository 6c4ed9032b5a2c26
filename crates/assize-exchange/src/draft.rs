//! What an import found, before anything is kept of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use assize_model::catalogue::{
    Basis, Catalogue, Confidence, Crosswalk, Framework, KnownFrom, LegalEffect, OWN_LICENCE, Relation,
    Requirement, Row,
};

use crate::Error;
use crate::ids::{self, Known, check_edition, slug};
use crate::limits::{MOST_EDITIONS, MOST_RECORDS, MOST_SOURCES, folded, plain};

/// What an import found: editions and mappings, what had to be repaired, and what could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Editions with the items that the file brings; of an edition that is held already, only what is new.
    pub frameworks: Vec<Framework>,
    /// Mappings, one per ordered pair; each row knows its line, row or record in the file.
    pub crosswalks: Vec<Crosswalk>,
    /// Faults of the file that were repaired.
    pub repairs: Vec<Repair>,
    /// What the file holds and the draft does not.
    pub dropped: Vec<Dropped>,
}

/// A fault of the file that was repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Line, row, record or member of the file.
    pub place: String,
    /// What was wrong and what is taken instead.
    pub message: String,
}

/// Something in the file that the draft does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Line, row, record or member of the file; the file's name where the whole is meant.
    pub place: String,
    /// What it is and why it is left out.
    pub message: String,
}

/// What the caller knows of a file and the file may not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Its name, for messages and as the source of what it holds.
    pub name: &'a str,
    /// The edition that rows are read from, or whose catalog it is.
    pub from: Option<&'a str>,
    /// The edition that rows are read to.
    pub to: Option<&'a str>,
    /// The terms under which the file is shared.
    pub licence: Option<&'a str>,
}

/// The terms of rows from a file that names none.
pub const LICENCE_UNSTATED: &str = "not stated by the imported file";

/// The reason of a row whose file gives none; the catalogue does not take a row without one.
pub(crate) const NO_REASON: &str = "the imported file gives no reason";

/// One mapping as an importer reads it, before its editions and items are looked up.
pub(crate) struct Found {
    pub(crate) from: (String, String),
    pub(crate) to: (String, String),
    pub(crate) relation: Relation,
    pub(crate) basis: Basis,
    pub(crate) reason: String,
    pub(crate) source: String,
    pub(crate) source_key: String,
    pub(crate) licence: String,
    pub(crate) confidence: Confidence,
    pub(crate) legal_effect: Option<LegalEffect>,
    pub(crate) read: String,
    pub(crate) doubt: String,
    pub(crate) line: u32,
}

/// Gathers a draft and keeps it sound: ids that fit, one row per pair and voice, sources with keys.
pub(crate) struct Builder<'a> {
    pub(crate) asked: Asked<'a>,
    pub(crate) known: Known<'a>,
    draft: Draft,
    frameworks: HashMap<String, usize>,
    crosswalks: HashMap<(String, String), usize>,
    items: HashSet<(String, String)>,
    told: HashSet<(String, String)>,
    rows: HashSet<(String, String, &'static str, String)>,
    editions: HashMap<String, String>,
    /// Whether the file holds something that the catalogue has already, and so was not read in vain.
    pub(crate) is_known: bool,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(asked: Asked<'a>, catalogue: &'a Catalogue) -> Result<Self, Error> {
        for id in [asked.from, asked.to].into_iter().flatten() {
            check_edition(id)?;
        }
        Ok(Self {
            asked,
            known: Known::new(catalogue),
            draft: Draft::default(),
            frameworks: HashMap::new(),
            crosswalks: HashMap::new(),
            items: HashSet::new(),
            told: HashSet::new(),
            rows: HashSet::new(),
            editions: HashMap::new(),
            is_known: false,
        })
    }

    pub(crate) fn repaired(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.draft.repairs.push(Repair { place: place.into(), message: message.into() });
    }

    pub(crate) fn dropped(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.draft.dropped.push(Dropped { place: place.into(), message: message.into() });
    }

    /// The id of the edition that a file calls `name`; an unknown one becomes an edition of the draft.
    pub(crate) fn edition(&mut self, name: &str, place: &str) -> String {
        let (name, _) = plain(name);
        if let Some(id) = self.editions.get(&name) {
            return id.clone();
        }
        let id = match self.known.edition(&name) {
            Some(id) => id.to_owned(),
            None if check_edition(&name).is_ok() => name.clone(),
            None => format!("{}@undated", slug(name.rsplit(['/', '\\']).next().unwrap_or(&name))),
        };
        if id != name {
            self.repaired(place, format!("reads the document `{name}` as {id}"));
        }
        if self.known.framework(&id).is_none() {
            self.framework_mut(&id, &name);
        }
        self.editions.insert(name, id.clone());
        id
    }

    /// The draft's edition with this id, begun with a title where there is none yet.
    pub(crate) fn framework_mut(&mut self, id: &str, title: &str) -> &mut Framework {
        let at = *self.frameworks.entry(id.to_owned()).or_insert_with(|| {
            let held = self.known.framework(id);
            let begun = held.map_or_else(|| begun(id, title, self.asked), header);
            self.draft.frameworks.push(begun);
            self.draft.frameworks.len() - 1
        });
        &mut self.draft.frameworks[at]
    }

    /// The id under which an edition holds an item; an edition that is not held gets it.
    fn item(&mut self, edition: &str, id: String, place: &str) -> String {
        if id.is_empty() || self.items.contains(&(edition.to_owned(), id.clone())) {
            return id;
        }
        if self.known.framework(edition).is_none() {
            self.add(
                edition,
                requirement(&id, "cited item", format!("Item {id}, known from a mapping only")),
            );
            return id;
        }
        let held = self.known.item(edition, &id).unwrap_or_else(|| id.clone());
        if held != id && self.told.insert((edition.to_owned(), id.clone())) {
            self.repaired(place, format!("reads `{id}` of {edition} as {held}"));
        }
        held
    }

    /// Adds an item to an edition of the draft, with the file as its source; one that is there already stays.
    pub(crate) fn add(&mut self, edition: &str, item: Requirement) {
        if !self.items.insert((edition.to_owned(), item.id.clone())) {
            return;
        }
        let source = self.own_source();
        let framework = self.framework_mut(edition, edition);
        let known = framework.sources.iter().find(|(_, held)| **held == source).map(|(key, _)| key.clone());
        let key = known.unwrap_or_else(|| free_key(&framework.sources));
        framework.sources.insert(key.clone(), source);
        framework.requirements.push(Requirement { source: key, ..item });
    }

    /// Takes a mapping in; what is refused is listed with its place.
    pub(crate) fn row(&mut self, found: Found, place: &str) {
        if let Err(why) = self.try_row(found, place) {
            self.dropped(place, why);
        }
    }

    fn try_row(&mut self, found: Found, place: &str) -> Result<(), &'static str> {
        // nothing is begun for a row that is refused
        let (from_id, to_id) = (ids::item(&found.from.1)?, ids::item(&found.to.1)?);
        if from_id.is_empty() {
            return Err("a row names no item that it is read from");
        }
        if to_id.is_empty() && found.relation != Relation::None {
            return Err("a row names no item that it is read to");
        }
        let (from, to) = (self.edition(&found.from.0, place), self.edition(&found.to.0, place));
        if self.frameworks.len() >= MOST_EDITIONS && [&from, &to].into_iter().any(|id| self.is_new(id)) {
            return Err(
                "the file brings more editions that are not held than are taken in; cut it into parts",
            );
        }
        let pair = self.crosswalks.get(&(from.clone(), to.clone())).map(|at| &self.draft.crosswalks[*at]);
        if pair.is_some_and(|c| {
            c.sources.len() >= MOST_SOURCES && c.sources.values().all(|s| *s != found.source)
        }) {
            return Err("the pair has more sources than are taken in; cut the file into parts");
        }
        let (from_item, to_item) = (self.item(&from, from_id, place), self.item(&to, to_id, place));
        let key = (
            format!("{from} {from_item}"),
            format!("{to} {to_item}"),
            found.basis.word(),
            found.source.clone(),
        );
        if !self.rows.insert(key) {
            self.repaired(place, format!("{from_item} to {to_item} is listed already; one row is kept"));
            return Ok(());
        }
        let crosswalk = self.crosswalk_mut(from, to);
        let terms = Some(found.licence.as_str()).filter(|terms| *terms != OWN_LICENCE);
        let source = source_key(crosswalk, &found.source, terms, &found.source_key);
        crosswalk.rows.push(Row {
            from: from_item,
            to: to_item,
            relation: found.relation,
            basis: found.basis,
            reason: found.reason,
            source,
            confidence: found.confidence,
            legal_effect: found.legal_effect,
            read: found.read,
            doubt: found.doubt,
            line: found.line,
        });
        Ok(())
    }

    /// Whether an edition is neither held nor begun.
    fn is_new(&self, id: &str) -> bool {
        self.known.framework(id).is_none() && !self.frameworks.contains_key(id)
    }

    fn crosswalk_mut(&mut self, from: String, to: String) -> &mut Crosswalk {
        let at = *self.crosswalks.entry((from.clone(), to.clone())).or_insert_with(|| {
            let file = self.asked.name.to_owned();
            self.draft.crosswalks.push(Crosswalk { from, to, file, ..Crosswalk::default() });
            self.draft.crosswalks.len() - 1
        });
        &mut self.draft.crosswalks[at]
    }

    /// The source of rows whose file names none.
    pub(crate) fn own_source(&self) -> String {
        plain(&format!("imported from {}", self.asked.name)).0
    }

    /// The terms of rows whose file names none.
    pub(crate) fn own_licence(&self) -> String {
        self.asked.licence.unwrap_or(LICENCE_UNSTATED).to_owned()
    }

    pub(crate) fn unfit(
        &self,
        place: impl Into<String>,
        message: impl Into<String>,
        remedy: &'static str,
    ) -> Error {
        Error::Unfit {
            name: self.asked.name.to_owned(),
            place: place.into(),
            message: message.into(),
            remedy,
        }
    }

    /// The edition named by the caller, else by the file; an error where neither names one.
    pub(crate) fn asked_edition(
        &self,
        asked: Option<&str>,
        named: &str,
        place: &str,
    ) -> Result<String, Error> {
        match (asked, folded(named)) {
            (Some(asked), _) => Ok(asked.to_owned()),
            (None, named) if !named.is_empty() => Ok(named),
            _ => Err(self.unfit(
                place,
                "it does not say which editions are mapped",
                "name them with the import",
            )),
        }
    }

    pub(crate) fn check_count(&self, what: &str, count: usize) -> Result<(), Error> {
        if count > MOST_RECORDS {
            let message = format!("it holds more than {MOST_RECORDS} {what}");
            return Err(self.unfit("the file", message, "cut it into parts"));
        }
        Ok(())
    }

    /// The draft; an error where nothing of the file could be used.
    pub(crate) fn finish(mut self) -> Result<Draft, Error> {
        for f in &mut self.draft.frameworks {
            f.totals.requirements = f.live().count();
            f.totals.void = f.requirements.len() - f.totals.requirements;
            f.totals.statements = f.statements.len();
        }
        for c in &mut self.draft.crosswalks {
            c.total = Some(c.rows.len());
        }
        if self.draft.frameworks.is_empty() && self.draft.crosswalks.is_empty() && !self.is_known {
            let first = self.draft.dropped.first();
            let place = first.map_or("the file", |d| &d.place).to_owned();
            let message = first.map_or("nothing in it can be taken in", |d| &d.message).to_owned();
            return Err(self.unfit(place, message, "compare it with an export of the same format"));
        }
        Ok(self.draft)
    }
}

/// The key of a source under its terms in a mapping: the one it has, the one it wants, or the next that is free.
pub(crate) fn source_key(
    crosswalk: &mut Crosswalk,
    source: &str,
    terms: Option<&str>,
    wanted: &str,
) -> String {
    let is_it =
        |key: &str, held: &str| held == source && crosswalk.licences.get(key).map(String::as_str) == terms;
    if crosswalk.sources.get(wanted).is_some_and(|held| is_it(wanted, held)) {
        return wanted.to_owned();
    }
    if let Some((key, _)) = crosswalk.sources.iter().find(|(key, held)| is_it(key, held)) {
        return key.clone();
    }
    let is_free = !wanted.is_empty() && !crosswalk.sources.contains_key(wanted);
    let key = if is_free { wanted.to_owned() } else { free_key(&crosswalk.sources) };
    crosswalk.sources.insert(key.clone(), source.to_owned());
    if let Some(terms) = terms {
        crosswalk.licences.insert(key.clone(), terms.to_owned());
    }
    key
}

/// The first of `i1`, `i2` … that no source has.
pub(crate) fn free_key(sources: &BTreeMap<String, String>) -> String {
    (1..)
        .map(|n| format!("i{n}"))
        .find(|k| !sources.contains_key(k))
        .expect("a map is smaller than the numbers")
}

/// An edition that only the imported file knows.
fn begun(id: &str, title: &str, asked: Asked<'_>) -> Framework {
    Framework {
        id: id.to_owned(),
        title: title.to_owned(),
        publisher: String::new(),
        date: String::new(),
        licence: asked.licence.unwrap_or(LICENCE_UNSTATED).to_owned(),
        known_from: KnownFrom::Cited,
        sources: BTreeMap::from([("i1".into(), plain(&format!("imported from {}", asked.name)).0)]),
        ..bare(id)
    }
}

/// What an edition that is held says of itself, without its items.
fn header(f: &Framework) -> Framework {
    Framework {
        requirements: Vec::new(),
        headings: Vec::new(),
        conditions: Vec::new(),
        statements: Vec::new(),
        ..f.clone()
    }
}

/// An edition of which nothing is known but its id.
pub(crate) fn bare(id: &str) -> Framework {
    Framework {
        id: id.to_owned(),
        title: String::new(),
        publisher: String::new(),
        date: String::new(),
        licence: String::new(),
        kind: Default::default(),
        region: String::new(),
        standing: Default::default(),
        status: String::new(),
        identifier: String::new(),
        reference: String::new(),
        document_licence: String::new(),
        known_from: KnownFrom::default(),
        totals: Default::default(),
        sources: BTreeMap::new(),
        requirements: Vec::new(),
        headings: Vec::new(),
        conditions: Vec::new(),
        statements: Vec::new(),
    }
}

/// A requirement with what every importer knows.
pub(crate) fn requirement(id: &str, kind: &str, words: String) -> Requirement {
    Requirement {
        id: id.to_owned(),
        title: String::new(),
        clause: String::new(),
        clause_title: String::new(),
        kind: kind.to_owned(),
        parent: String::new(),
        obligation: Default::default(),
        conditions: Vec::new(),
        words,
        applies_to: Vec::new(),
        topics: Vec::new(),
        audience: Vec::new(),
        note: String::new(),
        source: "i1".into(),
        confidence: "low".into(),
    }
}
