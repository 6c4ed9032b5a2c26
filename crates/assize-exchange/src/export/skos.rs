//! SKOS as JSON-LD: a concept scheme per edition, a concept per item, mappings as matches between concepts.

use std::collections::BTreeMap;

use assize_model::catalogue::{Framework, Item, Relation};
use serde_json::{Map, Value, json};

use super::oscal_catalog::text;
use super::sssom::predicate;
use super::{ATLAS, File, Selection, encoded};
use crate::licence;

pub(super) fn write(selection: &Selection<'_>) -> Vec<File> {
    if selection.frameworks.is_empty() {
        return Vec::new();
    }
    let matches = matches(selection);
    let mut graph = Vec::new();
    for f in &selection.frameworks {
        graph.push(scheme(f, selection));
        graph.extend(f.items().map(|i| concept(f, i, &matches)));
    }
    let context = json!({
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "skos:inScheme": { "@type": "@id" },
        "skos:broader": { "@type": "@id" },
        "skos:exactMatch": { "@type": "@id" },
        "skos:closeMatch": { "@type": "@id" },
        "skos:broadMatch": { "@type": "@id" },
        "skos:narrowMatch": { "@type": "@id" },
        "skos:relatedMatch": { "@type": "@id" },
        "dct:replaces": { "@type": "@id" },
        "dct:modified": { "@type": "xsd:date" },
    });
    let document = json!({ "@context": context, "@graph": graph });
    vec![File { name: "atlas.skos.jsonld".into(), text: text(&document) }]
}

fn scheme_at(id: &str) -> String {
    format!("{ATLAS}{}", encoded(id))
}

fn concept_at(edition: &str, id: &str) -> String {
    format!("{ATLAS}{}/{}", encoded(edition), encoded(id))
}

/// By concept and match, the concepts that it matches. A `none` is no match, and SKOS has no word for it.
type Matches = BTreeMap<(String, &'static str), Vec<String>>;

fn matches(selection: &Selection<'_>) -> Matches {
    let mut matches = Matches::new();
    for c in selection.mapped() {
        // A doubted row has no place in a vocabulary that cannot say the doubt.
        for r in c.rows.iter().filter(|r| r.relation != Relation::None && r.doubt.is_empty()) {
            let to = matches.entry((concept_at(&c.from, &r.from), predicate(r))).or_default();
            let target = concept_at(&c.to, &r.to);
            if !to.contains(&target) {
                to.push(target);
            }
        }
    }
    matches
}

fn scheme(f: &Framework, selection: &Selection<'_>) -> Value {
    let mut scheme = Map::new();
    let mut say = |key: &str, value: &str| {
        if !value.is_empty() {
            scheme.insert(key.into(), json!(value));
        }
    };
    say("@id", &scheme_at(&f.id));
    say("@type", "skos:ConceptScheme");
    say("dct:title", &f.title);
    say("dct:publisher", &f.publisher);
    say("dct:date", &f.date);
    say("dct:identifier", &f.id);
    say("dct:source", &f.reference);
    say("dct:rights", &f.licence);
    say("dct:license", licence::address(&f.licence).unwrap_or_default());
    say("dct:modified", &selection.date);
    let older: Vec<String> =
        selection.successions.iter().filter(|(_, to)| *to == f.id).map(|(from, _)| scheme_at(from)).collect();
    if !older.is_empty() {
        scheme.insert("dct:replaces".into(), json!(older));
    }
    Value::Object(scheme)
}

fn concept(f: &Framework, item: Item<'_>, matches: &Matches) -> Value {
    let at = concept_at(&f.id, item.id());
    let mut concept = json!({
        "@id": at,
        "@type": "skos:Concept",
        "skos:inScheme": scheme_at(&f.id),
        "skos:notation": item.id(),
    });
    if !item.title().is_empty() {
        concept["skos:prefLabel"] = json!({ "@language": "en", "@value": item.title() });
    }
    if !item.words().is_empty() && item.title() != item.words() {
        concept["skos:definition"] = json!({ "@language": "en", "@value": item.words() });
    }
    if !item.parent().is_empty() && item.parent() != item.id() && f.item(item.parent()).is_some() {
        concept["skos:broader"] = json!(concept_at(&f.id, item.parent()));
    }
    for word in
        ["skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"]
    {
        if let Some(to) = matches.get(&(at.clone(), word)) {
            concept[word] = json!(to);
        }
    }
    concept
}
