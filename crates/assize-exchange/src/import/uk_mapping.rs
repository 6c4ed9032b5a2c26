//! The UK government's mapping of recommendations to its Code of Practice, version 4: one record per quoted passage.
//! The passages stay behind; what is kept is how many of a section stand under a guideline.

use std::collections::{BTreeMap, HashMap};

use assize_model::catalogue::{Basis, Catalogue, Confidence, Relation};
use serde::Deserialize;

use super::json;
use super::uk_sections::{self, Document};
use crate::Error;
use crate::draft::{Asked, Builder, Draft, Found, requirement};
use crate::ids::{check_edition, slug};
use crate::limits::{folded, plain};

/// The edition that the guidelines are of.
const CODE: &str = "uk-cop@2018";

/// The source and its terms, as the catalogue words them.
const SOURCE: &str = "Copper Horse/DCMS open data v4: SCRATCh-ITEA3/knowledge-base \
    Mapping-of-Code-of-Practice-to-recommendations-and-standards_v4.json";
const LICENCE: &str = "OGL v3.0 (edge list; excerpts not carried)";

const TABLE: &str = include_str!("uk_mapping.toml");

#[derive(Deserialize)]
struct Record {
    #[serde(default, rename = "DCMS Code of Practice Guidelines Number")]
    guideline: Option<String>,
    #[serde(default, rename = "Organisation")]
    organisation: String,
    #[serde(default, rename = "Standard / Recommendation Name")]
    document: String,
    #[serde(default, rename = "Recommendation Number / Section")]
    section: String,
    #[serde(default, rename = "Recommendation Extracted from Linked Source")]
    passage: String,
    #[serde(default, rename = "Web Link")]
    link: String,
    #[serde(default, rename = "Notes")]
    notes: String,
    #[serde(default, rename = "Version")]
    version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: BTreeMap<String, String>,
    organisations: BTreeMap<String, String>,
    document: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    organisation: String,
    name: String,
    #[serde(default)]
    edition: String,
    confidence: Option<Confidence>,
    #[serde(default)]
    variants: Vec<String>,
    #[serde(default)]
    prefix: BTreeMap<String, String>,
}

pub(crate) fn read(bytes: &[u8], asked: Asked<'_>, catalogue: &Catalogue) -> Result<Draft, Error> {
    let records: Vec<Record> = json::parse(bytes, asked.name)?;
    let builder = Builder::new(asked, catalogue)?;
    builder.check_count("records", records.len())?;
    let table: Table = toml::from_str(TABLE).expect("the table is checked by a test");
    let mut reading =
        Reading { builder, table: &table, edges: Vec::new(), at: HashMap::new(), told: HashMap::new() };
    let mut repeated: HashMap<[&str; 5], usize> = HashMap::new();
    for (at, record) in records.iter().enumerate() {
        let number = at + 1;
        let Some(guideline) = &record.guideline else {
            reading.heading(record, number);
            continue;
        };
        let whole =
            [guideline.as_str(), &record.organisation, &record.document, &record.section, &record.passage];
        if let Some(first) = repeated.insert(whole, number) {
            let message = format!("the record repeats record {first}; it is counted as another passage");
            reading.builder.repaired(format!("record {number}"), message);
        }
        reading.record(record, guideline, number);
    }
    let notes = records.iter().filter(|r| r.guideline.is_some() && !r.notes.trim().is_empty()).count();
    let passages = records.iter().filter(|r| !r.passage.trim().is_empty()).count();
    for (what, count) in [("quoted passages", passages), ("notes", notes)] {
        if count > 0 {
            reading.builder.dropped("the records", format!("{what} are not taken in: {count}"));
        }
    }
    reading.finish()
}

/// A document and a section under a guideline, with its passages.
struct Edge {
    edition: String,
    id: String,
    guideline: u8,
    passages: usize,
    record: usize,
    note: String,
    confidence: Confidence,
}

struct Reading<'a, 't> {
    builder: Builder<'a>,
    table: &'t Table,
    edges: Vec<Edge>,
    at: HashMap<(String, String, u8), usize>,
    told: HashMap<String, ()>,
}

/// A name without regard to case and blanks.
fn same(name: &str) -> String {
    folded(name).to_lowercase()
}

impl Reading<'_, '_> {
    fn heading(&mut self, record: &Record, number: usize) {
        let place = format!("record {number}");
        if record.version.is_empty() {
            self.builder.dropped(place, "the record names no guideline");
        } else if folded(&record.version) != "4.0" {
            let version = plain(&record.version).0;
            self.builder
                .repaired(place, format!("the file is version {version}; it is read as version 4.0 is"));
        }
    }

    fn record(&mut self, record: &Record, guideline: &str, number: usize) {
        let place = format!("record {number}");
        let guideline = match guideline.trim().parse() {
            Ok(guideline @ 1..=13) => guideline,
            _ => {
                let guideline = plain(guideline).0;
                self.builder.dropped(place, format!("the Code of Practice has no guideline `{guideline}`"));
                return;
            }
        };
        let edition = self.edition(record, &place);
        let held = self.builder.known.framework(&edition);
        let by_words = |words: &str| {
            let words = words.to_lowercase();
            let item = held?.items().find(|i| i.words().to_lowercase() == words)?;
            Some(item.id().to_owned())
        };
        let document =
            Document { holds: &|id| held.is_some_and(|f| f.item(id).is_some()), by_words: &by_words };
        let reading = uk_sections::read(&record.section, guideline, &document);
        let mut note = String::new();
        if let Some(repair) = reading.repair {
            if repair.contains("zero is lost") {
                note =
                    format!(" (file says {}: read as {})", folded(&record.section), reading.ids.join(", "));
            }
            self.builder.repaired(place.as_str(), plain(&repair).0);
        }
        for id in reading.ids {
            match self.builder.section(&edition, &id) {
                Ok(id) => self.count(&edition, id, guideline, number, &note),
                Err(why) => self.builder.dropped(place.as_str(), why),
            }
        }
    }

    /// The edition of a record's document. Each odd name is reported once.
    fn edition(&mut self, record: &Record, place: &str) -> String {
        let organisation = self.organisation(&record.organisation, place);
        let name = same(&record.document);
        let entry = self.table.document.iter().find(|e| {
            same(&e.organisation) == organisation
                && (same(&e.name) == name || e.variants.iter().any(|v| same(v) == name))
        });
        let Some(entry) = entry else { return self.unknown(record, place) };
        let printed = plain(&record.document).0;
        if record.document != entry.name {
            self.tell(
                place,
                &record.document,
                format!("the document `{printed}` is read as `{}`", entry.name),
            );
        }
        if !entry.edition.is_empty() {
            return entry.edition.clone();
        }
        let section = folded(&record.section);
        let told = entry.prefix.iter().find(|(prefix, _)| section.starts_with(prefix.as_str()));
        let Some((_, edition)) = told else { return self.unknown(record, place) };
        self.tell(
            place,
            &format!("{name} {edition}"),
            format!("`{section}` of `{printed}` is read as {edition}"),
        );
        edition.clone()
    }

    fn organisation(&mut self, printed: &str, place: &str) -> String {
        let names = &self.table.organisations;
        let name = names.get(folded(printed).as_str()).cloned().unwrap_or_else(|| folded(printed));
        if name != printed {
            let short = plain(printed).0;
            self.tell(place, printed, format!("the organisation `{short}` is read as `{}`", plain(&name).0));
        }
        same(&name)
    }

    fn tell(&mut self, place: &str, key: &str, message: String) {
        if self.told.insert(key.to_owned(), ()).is_none() {
            self.builder.repaired(place, message);
        }
    }

    fn unknown(&mut self, record: &Record, place: &str) -> String {
        let id = format!("{}@undated", slug(&folded(&record.document)));
        let (title, publisher) = (plain(&record.document).0, plain(&record.organisation).0);
        check_edition(&id).expect("a slug can stand in an id");
        if self.builder.known.framework(&id).is_none() {
            let link = plain(&record.link).0;
            let framework = self.builder.framework_mut(&id, &title);
            framework.publisher = publisher;
            framework.reference = link;
        }
        self.tell(place, &id, format!("the document `{title}` is not known; it becomes {id}"));
        id
    }

    fn count(&mut self, edition: &str, id: String, guideline: u8, record: usize, note: &str) {
        let key = (edition.to_owned(), id.clone(), guideline);
        let next = self.edges.len();
        let at = *self.at.entry(key).or_insert(next);
        if at == next {
            let (edition, note) = (edition.to_owned(), note.to_owned());
            let sure = self.table.document.iter().find(|e| e.edition == edition).and_then(|e| e.confidence);
            let confidence =
                if id == "unnumbered" { Confidence::Low } else { sure.unwrap_or(Confidence::Medium) };
            self.edges.push(Edge { edition, id, guideline, passages: 0, record, note, confidence });
        }
        self.edges[at].passages += 1;
    }

    fn finish(mut self) -> Result<Draft, Error> {
        for edge in self.edges {
            let topic = self.table.words.get(&edge.guideline.to_string()).map_or("", String::as_str);
            let (passages, guideline, note) = (edge.passages, edge.guideline, &edge.note);
            let reason = format!(
                "Copper Horse lists {passages} passage(s) of this item under guideline {guideline} ({topic}){note}"
            );
            let found = Found {
                from: (edge.edition, edge.id),
                to: (CODE.to_owned(), format!("G{guideline}")),
                relation: Relation::Related,
                basis: Basis::Published,
                reason,
                source: SOURCE.to_owned(),
                source_key: "m1".into(),
                licence: LICENCE.to_owned(),
                confidence: edge.confidence,
                legal_effect: None,
                read: String::new(),
                doubt: String::new(),
                line: u32::try_from(edge.record).unwrap_or(u32::MAX),
            };
            self.builder.row(found, &format!("record {}", edge.record));
        }
        self.builder.finish()
    }
}

impl Builder<'_> {
    /// The id of a section; an edition that does not have it gets it, since the file is the proof that it is there.
    fn section(&mut self, edition: &str, id: &str) -> Result<String, &'static str> {
        let id = crate::ids::item(id)?;
        let is_held = self.known.framework(edition).is_some_and(|f| f.item(&id).is_some());
        if !is_held {
            let words = format!("Section {id}, known from a mapping only");
            self.add(edition, requirement(&id, "section", words));
        }
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_and_names_editions() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert_eq!(table.words.len(), 13);
        for entry in &table.document {
            for edition in entry.prefix.values().chain([&entry.edition]).filter(|e| !e.is_empty()) {
                check_edition(edition).unwrap();
            }
            assert!(entry.edition.is_empty() != entry.prefix.is_empty(), "{}", entry.name);
        }
    }
}
