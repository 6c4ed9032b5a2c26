//! One OSCAL 1.2 mapping collection: a mapping per pair, a map per row, the gaps of both sides.

use std::collections::{BTreeSet, HashMap};

use assize_model::catalogue::{Crosswalk, Framework, Item, Relation, Row};
use serde_json::{Value, json};

use super::oscal_catalog::{name, text};
use super::props::Props;
use super::{File, Selection, uuid};
use crate::ids::token;
use crate::oscal::{ALONE, EDITION, NAMESPACE, VERSION, relationship};

pub(super) fn write(selection: &Selection<'_>) -> Vec<File> {
    // a mapping without a map is none to OSCAL
    let pairs: Vec<&Crosswalk> =
        selection.mapped().filter(|c| c.rows.iter().any(|r| !r.to.is_empty())).collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = pairs.iter().flat_map(|c| [c.from.as_str(), c.to.as_str()]).collect();
    let mut id = vec!["collection"];
    id.extend(names);
    let mappings: Vec<Value> = pairs.iter().map(|c| mapping(c, selection)).collect();
    let collection = json!({ "mapping-collection": {
        "uuid": uuid(&id),
        "metadata": {
            "title": "Mappings between consumer IoT security documents",
            "last-modified": selection.moment(),
            "version": selection.date,
            "oscal-version": VERSION,
        },
        "provenance": {
            "method": "human",
            "matching-rationale": "semantic",
            "status": "not-complete",
            "mapping-description": "Ids and own words only. Relations are read from source to target over the \
                outcomes asked for (NIST IR 8477). Each map names its basis and its source. Nothing follows from \
                what is not mapped.",
        },
        "mappings": mappings,
    } });
    vec![File { name: "mappings.oscal.json".into(), text: text(&collection) }]
}

fn mapping(c: &Crosswalk, selection: &Selection<'_>) -> Value {
    let mut uses = HashMap::new();
    let (from, to) = (selection.framework(&c.from), selection.framework(&c.to));
    let maps: Vec<Value> =
        c.rows.iter().filter(|r| !r.to.is_empty()).map(|r| map(c, r, from, to, &mut uses)).collect();
    let mut mapping = json!({
        "uuid": uuid(&["mapping", &c.from, &c.to]),
        "source-resource": resource(&c.from),
        "target-resource": resource(&c.to),
        "maps": maps,
    });
    let props =
        c.total.map_or_else(Props::default, |n| Props::default().keyed("total", "rows", &n.to_string()));
    let props = c.sources.iter().fold(props, |props, (key, source)| props.keyed("source", key, source));
    let props = c.licences.iter().fold(props, |props, (key, terms)| props.keyed("licence", key, terms));
    let alone = c.rows.iter().filter(|r| r.to.is_empty());
    alone
        .fold(props, |props, r| props.keyed(ALONE, &r.from, r.reason.as_str()).remarks(&rest(r)))
        .put(&mut mapping);
    let mapped = |side: fn(&Row) -> &str| -> BTreeSet<&str> {
        c.rows.iter().filter(|r| r.relation != Relation::None).map(side).collect()
    };
    for (name, framework, used) in
        [("source-gap-summary", from, mapped(|r| &r.from)), ("target-gap-summary", to, mapped(|r| &r.to))]
    {
        if let Some(gap) = framework.and_then(|f| gap(c, f, &used)) {
            mapping[name] = gap;
        }
    }
    mapping
}

fn resource(id: &str) -> Value {
    let mut resource = json!({ "type": "catalog", "href": name(id) });
    Props::default().with(EDITION, id).put(&mut resource);
    resource
}

fn map(
    c: &Crosswalk,
    r: &Row,
    from: Option<&Framework>,
    to: Option<&Framework>,
    uses: &mut HashMap<String, usize>,
) -> Value {
    let (word, is_theirs) = relationship(r.relation);
    let identity = [c.from.as_str(), &r.from, &c.to, &r.to, r.basis.word(), &r.source];
    let nth = uses.entry(identity.join("\n")).or_default();
    *nth += 1;
    let nth = nth.to_string();
    let parts: Vec<&str> = ["map"].into_iter().chain(identity).chain([nth.as_str()]).collect();
    let mut map = json!({
        "uuid": uuid(&parts),
        "relationship": word,
        "sources": [item(from, &r.from)],
        "targets": [item(to, &r.to)],
        "confidence-score": { "category": r.confidence.word() },
    });
    if !is_theirs {
        map["ns"] = json!(NAMESPACE);
    }
    if !r.reason.is_empty() {
        map["remarks"] = json!(r.reason);
    }
    Props::default()
        .with("basis", r.basis.word())
        .with("source", &r.source)
        .with("licence", c.licence(r))
        .with("legal-effect", r.legal_effect.map_or("", crate::toml::legal_effect))
        .with("read", &r.read)
        .with("doubt", &r.doubt)
        .put(&mut map);
    map
}

fn item(framework: Option<&Framework>, id: &str) -> Value {
    let is_statement = matches!(framework.and_then(|f| f.item(id)), Some(Item::Statement(_)));
    let kind = if is_statement { "statement" } else { "control" };
    let mut item = json!({ "type": kind, "id-ref": token(id) });
    Props::default().with("label", id).put(&mut item);
    item
}

/// What a row without counterpart says apart from its reason.
fn rest(r: &Row) -> String {
    json!({
        "basis": r.basis.word(),
        "source": r.source,
        "confidence": r.confidence.word(),
        "legal-effect": r.legal_effect.map_or("", crate::toml::legal_effect),
        "read": r.read,
        "doubt": r.doubt,
    })
    .to_string()
}

/// The live requirements of one side that no row relates to anything.
fn gap(c: &Crosswalk, f: &Framework, used: &BTreeSet<&str>) -> Option<Value> {
    let ids: Vec<String> = f.live().filter(|r| !used.contains(r.id.as_str())).map(|r| token(&r.id)).collect();
    let uuid = uuid(&["gap", &c.from, &c.to, &f.id]);
    (!ids.is_empty()).then(|| json!({ "uuid": uuid, "unmapped-controls": [{ "with-ids": ids }] }))
}
