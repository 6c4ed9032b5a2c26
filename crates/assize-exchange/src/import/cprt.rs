//! What the NIST Cybersecurity and Privacy Reference Tool gives out: documents, their elements, and relations between
//! them. Titles and ids are taken in; the text of an element is not.

use std::collections::HashMap;

use assize_model::catalogue::{Basis, Catalogue, Confidence, Relation};
use serde::Deserialize;

use super::{json, words};
use crate::Error;
use crate::draft::{Asked, Builder, Draft, Found, requirement};
use crate::ids::{self, check_edition, slug};
use crate::limits::plain;

/// The file, bare or as the service wraps it.
#[derive(Deserialize)]
struct Root {
    #[serde(default)]
    documents: Vec<Document>,
    #[serde(default)]
    relationship_types: Vec<RelationshipType>,
    #[serde(default)]
    elements: Vec<Element>,
    #[serde(default)]
    relationships: Vec<Relationship>,
}

#[derive(Deserialize)]
struct Wrapped {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    elements: Root,
}

#[derive(Deserialize)]
struct Document {
    doc_identifier: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    website: String,
}

#[derive(Deserialize)]
struct RelationshipType {
    relationship_identifier: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Element {
    doc_identifier: String,
    element_identifier: String,
    #[serde(default)]
    element_type: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Relationship {
    source_doc_identifier: String,
    source_element_identifier: String,
    dest_doc_identifier: String,
    dest_element_identifier: String,
    #[serde(default)]
    relationship_identifier: String,
    #[serde(default)]
    provenance_doc_identifier: String,
}

pub(crate) fn read(bytes: &[u8], asked: Asked<'_>, catalogue: &Catalogue) -> Result<Draft, Error> {
    let root = match json::parse::<Wrapped>(bytes, asked.name) {
        Ok(wrapped) => wrapped.response.elements,
        Err(_) => json::parse(bytes, asked.name)?,
    };
    let mut builder = Builder::new(asked, catalogue)?;
    if root.documents.is_empty() {
        return Err(builder.unfit(
            "the file",
            "it lists no documents",
            "compare it with the format's schema",
        ));
    }
    builder.check_count("documents", root.documents.len())?;
    builder.check_count("elements", root.elements.len())?;
    builder.check_count("relations", root.relationships.len())?;
    let documents = documents(&mut builder, &root.documents)?;
    let parents = parents(&root);
    elements(&mut builder, &root.elements, &documents, &parents)?;
    relations(&mut builder, &root, &documents);
    builder.finish()
}

/// The edition of each document by its identifier there.
fn documents(builder: &mut Builder<'_>, documents: &[Document]) -> Result<HashMap<String, String>, Error> {
    let mut editions = HashMap::new();
    for (at, d) in documents.iter().enumerate() {
        let place = format!("document {}", at + 1);
        let known = [&d.name, &d.doc_identifier].into_iter().find_map(|name| builder.known.edition(name));
        let id = match known {
            Some(id) => id.to_owned(),
            None => format!("{}@{}", slug(&d.doc_identifier), slug(&d.version)),
        };
        check_edition(&id)?;
        let name = plain(&d.name).0;
        builder.repaired(place, format!("reads the document `{}` as {id}", plain(&d.doc_identifier).0));
        if builder.known.framework(&id).is_none() {
            let framework = builder.framework_mut(&id, &name);
            framework.reference = plain(&d.website).0;
            framework.publisher = "NIST".into();
            framework.identifier = plain(&d.doc_identifier).0;
        }
        editions.insert(d.doc_identifier.clone(), id);
    }
    Ok(editions)
}

/// What each element stands below in its own document, as `projection` relations say.
fn parents(root: &Root) -> HashMap<(&str, &str), &str> {
    let within = root.relationships.iter().filter(|r| {
        r.source_doc_identifier == r.dest_doc_identifier && r.relationship_identifier == "projection"
    });
    let pair = |r: &'_ Relationship| r.source_element_identifier != r.dest_element_identifier;
    within
        .filter(|r| pair(r))
        .map(|r| {
            let child = (r.dest_doc_identifier.as_str(), r.dest_element_identifier.as_str());
            (child, r.source_element_identifier.as_str())
        })
        .collect()
}

fn elements(
    builder: &mut Builder<'_>,
    elements: &[Element],
    documents: &HashMap<String, String>,
    parents: &HashMap<(&str, &str), &str>,
) -> Result<(), Error> {
    let (mut texts, mut held) = (0, 0);
    let mut seen = std::collections::HashSet::new();
    for (at, e) in elements.iter().enumerate() {
        let place = format!("element {}", at + 1);
        texts += usize::from(!e.text.is_empty());
        let Some(edition) = documents.get(&e.doc_identifier) else {
            builder.dropped(place, "the element names a document that the file does not list");
            continue;
        };
        let id = match ids::item(&e.element_identifier) {
            Ok(id) if !id.is_empty() => id,
            Ok(_) => {
                builder.dropped(place, "the element has no id");
                continue;
            }
            Err(why) => return Err(builder.unfit(place, why, "correct the id")),
        };
        if builder.known.framework(edition).is_some() && builder.known.item(edition, &id).is_some() {
            held += 1;
            continue;
        }
        if !seen.insert((edition.clone(), id.clone())) {
            builder.repaired(place, format!("{id} is listed already; the first is kept"));
            continue;
        }
        let title = plain(&e.title).0;
        let words = if title.is_empty() { format!("Item {id}") } else { title };
        let parent = parents.get(&(e.doc_identifier.as_str(), e.element_identifier.as_str()));
        let mut item = requirement(&id, &plain(&e.element_type).0.replace('_', " "), words);
        item.parent = parent.map(|p| plain(p).0).unwrap_or_default();
        item.confidence = "medium".into();
        builder.add(edition, item);
    }
    if texts > 0 {
        builder.dropped(
            "the elements",
            format!("passages of the documents' own text are not taken in: {texts}"),
        );
    }
    builder.is_known |= held > 0;
    if held > 0 {
        builder.dropped("the elements", format!("elements that are held already: {held}"));
    }
    Ok(())
}

fn relations(builder: &mut Builder<'_>, root: &Root, documents: &HashMap<String, String>) {
    let told: HashMap<&str, &str> = root
        .relationship_types
        .iter()
        .map(|t| (t.relationship_identifier.as_str(), t.description.as_str()))
        .collect();
    let mut within = 0;
    for (at, r) in root.relationships.iter().enumerate() {
        let place = format!("relation {}", at + 1);
        if r.source_doc_identifier == r.dest_doc_identifier {
            within += 1;
            continue;
        }
        let ends = (documents.get(&r.source_doc_identifier), documents.get(&r.dest_doc_identifier));
        let (Some(from), Some(to)) = ends else {
            builder.dropped(place, "the relation names a document that the file does not list");
            continue;
        };
        let word = r.relationship_identifier.as_str();
        let relation = words::relation(word).unwrap_or(Relation::Related);
        let description = told.get(word).copied().unwrap_or_default();
        let reason =
            if description.is_empty() { format!("CPRT lists it as {word}") } else { description.to_owned() };
        let provenance = plain(&r.provenance_doc_identifier).0;
        let source = if provenance.is_empty() { builder.own_source() } else { format!("CPRT: {provenance}") };
        let found = Found {
            from: (from.clone(), r.source_element_identifier.clone()),
            to: (to.clone(), r.dest_element_identifier.clone()),
            relation,
            basis: Basis::Published,
            reason: plain(&reason).0,
            source,
            source_key: String::new(),
            licence: builder.own_licence(),
            confidence: Confidence::Medium,
            legal_effect: None,
            read: String::new(),
            doubt: String::new(),
            line: u32::try_from(at + 1).unwrap_or(u32::MAX),
        };
        builder.row(found, &place);
    }
    if within > 0 {
        builder.dropped("the relations", format!("relations within one document are not mappings: {within}"));
    }
}
