//! Open data: every edition and every mapping as a file, with its terms, in our own JSON and in the formats of others.

use askama::Template;
use assize_exchange::{Export, File, Selection};
use assize_model::catalogue::{Crosswalk, Edge, Framework, Item, Lineage, OWN_LICENCE, Row};
use serde_json::{Value, json};

use super::{Frame, Part, Trouble, html};
use crate::answer::{Answer, Kind};
use crate::{Explorer, address, filters, names};

#[derive(Template)]
#[template(path = "data.html")]
struct Page {
    frame: Frame,
    whole: &'static [(&'static str, &'static str, Export)],
    editions: Vec<Entry>,
    pairs: Vec<Entry>,
}

struct Entry {
    href: String,
    name: String,
    words: &'static str,
    rows: usize,
    terms: String,
}

/// The formats of others: ending, name, media type, and what gives an edition and a mapping.
struct Format {
    ending: &'static str,
    name: &'static str,
    media: &'static str,
    edition: Option<Export>,
    pair: Option<Export>,
}

const FORMATS: [Format; 6] = [
    Format {
        ending: "csv",
        name: "CSV",
        media: "text/csv; charset=utf-8",
        edition: Some(Export::CsvRequirements),
        pair: Some(Export::CsvMappings),
    },
    Format {
        ending: "oscal.json",
        name: "OSCAL",
        media: "application/json",
        edition: Some(Export::OscalCatalog),
        pair: Some(Export::OscalMapping),
    },
    Format {
        ending: "sssom.tsv",
        name: "SSSOM",
        media: "text/tab-separated-values; charset=utf-8",
        edition: None,
        pair: Some(Export::Sssom),
    },
    Format {
        ending: "skos.jsonld",
        name: "SKOS",
        media: "application/ld+json",
        edition: Some(Export::Skos),
        pair: Some(Export::Skos),
    },
    Format {
        ending: "ciso.yaml",
        name: "CISO Assistant",
        media: "application/yaml",
        edition: Some(Export::Ciso),
        pair: Some(Export::Ciso),
    },
    Format {
        ending: "reqif",
        name: "ReqIF",
        media: "application/xml",
        edition: Some(Export::Reqif),
        pair: Some(Export::Reqif),
    },
];

/// The whole atlas in one file: its name, what it is, and what gives it.
const WHOLE: [(&str, &str, Export); 6] = [
    ("mappings.csv", "all mappings, CSV", Export::CsvMappings),
    ("requirements.csv", "all requirements, CSV", Export::CsvRequirements),
    ("mappings.oscal.json", "all mappings, OSCAL mapping collection", Export::OscalMapping),
    ("mappings.sssom.tsv", "all mappings, SSSOM", Export::Sssom),
    ("atlas.skos.jsonld", "everything, SKOS", Export::Skos),
    ("atlas.reqif", "everything, ReqIF", Export::Reqif),
];

/// The list.
pub(crate) fn page(explorer: &Explorer) -> Answer {
    let catalogue = explorer.catalogue;
    let mut editions: Vec<Entry> = catalogue.frameworks.iter().map(edition_entry).collect();
    editions.sort_by(|a, b| a.name.cmp(&b.name));
    let mut ends: Vec<(&str, &str)> = catalogue.crosswalks.iter().map(|c| (&*c.from, &*c.to)).collect();
    ends.extend(catalogue.lineages.iter().map(|l| (&*l.from, &*l.to)));
    ends.sort_unstable();
    ends.dedup();
    html(&Page {
        frame: Frame::new(explorer, Part::Data, "Open data"),
        whole: &WHOLE,
        editions,
        pairs: ends.into_iter().map(|(from, to)| pair_entry(explorer, from, to)).collect(),
    })
}

fn edition_entry(f: &'static Framework) -> Entry {
    Entry {
        href: format!("/data/{}", address::encode(&f.id)),
        name: f.id.clone(),
        words: names::short(f),
        rows: f.items().count(),
        terms: f.licence.clone(),
    }
}

fn pair_entry(explorer: &Explorer, from: &str, to: &str) -> Entry {
    let (walk, line) = (explorer.catalogue.crosswalk(from, to), explorer.catalogue.lineage(from, to));
    let mut terms: Vec<&str> = walk.into_iter().flat_map(|c| c.rows.iter().map(|r| c.licence(r))).collect();
    terms.extend(line.map(|_| OWN_LICENCE));
    terms.sort_unstable();
    terms.dedup();
    Entry {
        href: format!("/data/{}/{}", address::encode(from), address::encode(to)),
        name: format!("{from} to {to}"),
        words: "",
        rows: walk.map_or(0, |c| c.rows.len()) + line.map_or(0, |l| l.edges.len()),
        terms: terms.join("; "),
    }
}

impl Page {
    fn formats(&self, is_pair: bool) -> Vec<&'static Format> {
        FORMATS.iter().filter(|f| if is_pair { f.pair.is_some() } else { f.edition.is_some() }).collect()
    }
}

/// One file: `edition.json`, `from/to.json`, `all/mappings.csv`, or the same with the ending of another format.
pub(crate) fn file(explorer: &Explorer, name: &str) -> Result<Answer, Trouble> {
    if let Some(name) = name.strip_prefix("all/") {
        let (_, _, export) = WHOLE.iter().find(|(known, ..)| *known == name).ok_or(Trouble::NoPage)?;
        let media = FORMATS.iter().find(|f| name.ends_with(f.ending)).map_or("text/plain", |f| f.media);
        return exported(export.write(&selection(explorer)?), media);
    }
    if let Some((format, name)) =
        FORMATS.iter().find_map(|f| Some((f, name.strip_suffix(f.ending)?.strip_suffix('.')?)))
    {
        return foreign(explorer, format, name);
    }
    let name = name.strip_suffix(".json").ok_or(Trouble::NoPage)?;
    let value = match name.split_once('/') {
        None => edition(explorer.edition(name)?),
        Some((from, to)) => {
            let (walk, line) = (explorer.catalogue.crosswalk(from, to), explorer.catalogue.lineage(from, to));
            if walk.is_none() && line.is_none() {
                return Err(Trouble::NoPage);
            }
            mapping(from, to, walk, line)
        }
    };
    let mut body = serde_json::to_vec_pretty(&value).map_err(|_| Trouble::Broken)?;
    body.push(b'\n');
    Ok(Answer::of(Kind::Json, body))
}

/// An edition or a mapping in the format of another.
fn foreign(explorer: &Explorer, format: &Format, name: &str) -> Result<Answer, Trouble> {
    let all = selection(explorer)?;
    let (export, chosen) = match name.split_once('/') {
        None => (format.edition, all.editions(&[&explorer.edition(name)?.id])),
        Some((from, to)) => {
            (format.pair, all.pairs(&[(&explorer.edition(from)?.id, &explorer.edition(to)?.id)]))
        }
    };
    exported(export.ok_or(Trouble::NoPage)?.write(&chosen), format.media)
}

/// The last file of an export: those before it are the editions that it rests on.
fn exported(mut files: Vec<File>, media: &'static str) -> Result<Answer, Trouble> {
    files.sort_by_key(|f| f.name.starts_with("mapping"));
    let last = files.pop().ok_or(Trouble::NoPage)?;
    Ok(Answer::of(Kind::Data(media), last.text))
}

/// The whole catalogue, dated by the newest reading in it.
fn selection(explorer: &Explorer) -> Result<Selection<'static>, Trouble> {
    let rows = explorer.catalogue.crosswalks.iter().flat_map(|c| &c.rows);
    let date = rows.map(|r| r.read.as_str()).max().filter(|d| !d.is_empty()).unwrap_or("2026-01-01");
    Selection::all(explorer.catalogue, date).map_err(|_| Trouble::Broken)
}

fn edition(f: &Framework) -> Value {
    json!({
        "format": 1,
        "id": f.id,
        "title": f.title,
        "publisher": f.publisher,
        "date": f.date,
        "region": f.region,
        "kind": f.kind,
        "standing": f.standing,
        "status": f.status,
        "identifier": f.identifier,
        "reference": f.reference,
        "known_from": f.known_from,
        "document_licence": f.document_licence,
        "licence": f.licence,
        "items": f.items().map(item).collect::<Vec<_>>(),
    })
}

fn item(item: Item<'_>) -> Value {
    let mut value = json!({
        "id": item.id(),
        "kind": item.kind(),
        "parent": item.parent(),
        "words": item.words(),
        "topics": item.topics(),
    });
    if let Item::Requirement(r) = item {
        value["obligation"] = json!(r.obligation.to_string());
        value["conditions"] = json!(r.conditions);
        value["applies_to"] = json!(r.applies_to);
    }
    value
}

fn mapping(from: &str, to: &str, walk: Option<&Crosswalk>, line: Option<&Lineage>) -> Value {
    let row = |c: &Crosswalk, r: &Row| {
        json!({
            "from": r.from, "to": r.to, "relation": r.relation, "basis": r.basis, "reason": r.reason,
            "source": c.source(r), "licence": c.licence(r), "confidence": r.confidence,
            "legal_effect": r.legal_effect, "read": r.read, "doubt": r.doubt,
        })
    };
    let edge = |l: &Lineage, e: &Edge| {
        json!({
            "from": e.from, "to": e.to, "change": e.change, "reason": e.reason,
            "source": l.sources.get(&e.source), "licence": OWN_LICENCE, "confidence": e.confidence,
        })
    };
    json!({
        "format": 1,
        "from": from,
        "to": to,
        "rows": walk.into_iter().flat_map(|c| c.rows.iter().map(|r| row(c, r))).collect::<Vec<_>>(),
        "lineage": line.into_iter().flat_map(|l| l.edges.iter().map(|e| edge(l, e))).collect::<Vec<_>>(),
    })
}
