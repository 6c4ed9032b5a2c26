//! OSCAL 1.2 catalogs, one per edition: own words as titles, no prose of a standard, everything else as properties.

use assize_model::catalogue::{Condition, Framework, Heading, Item, Requirement, Statement};
use serde_json::{Value, json};

use super::props::Props;
use super::{File, Selection, uuid};
use crate::ids::token;
use crate::limits::folded;
use crate::oscal::{EDITION, VERSION};

pub(super) fn write(selection: &Selection<'_>) -> Vec<File> {
    let file = |f: &&Framework| File { name: name(&f.id), text: text(&catalog(f, selection)) };
    selection.frameworks.iter().map(file).collect()
}

/// The name of the catalog of an edition, as mappings refer to it.
pub(super) fn name(id: &str) -> String {
    format!("{id}.oscal.json")
}

pub(super) fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

fn catalog(f: &Framework, selection: &Selection<'_>) -> Value {
    let mut catalog = json!({ "uuid": uuid(&["catalog", &f.id]), "metadata": metadata(f, selection) });
    let (groups, controls) = controls(f);
    if !groups.is_empty() {
        catalog["groups"] = Value::Array(groups);
    }
    if !controls.is_empty() {
        catalog["controls"] = Value::Array(controls);
    }
    if !f.conditions.is_empty() {
        let resources: Vec<Value> = f.conditions.iter().map(|c| resource(f, c)).collect();
        catalog["back-matter"] = json!({ "resources": resources });
    }
    json!({ "catalog": catalog })
}

fn metadata(f: &Framework, selection: &Selection<'_>) -> Value {
    let title = if f.title.trim().is_empty() { f.id.clone() } else { folded(&f.title) };
    let mut metadata = json!({
        "title": title,
        "last-modified": selection.moment(),
        "version": f.edition(),
        "oscal-version": VERSION,
    });
    let props = Props::default()
        .with(EDITION, &f.id)
        .with("title", &f.title)
        .with("publisher", &f.publisher)
        .with("date", &f.date)
        .with("licence", &f.licence)
        .with("kind", f.kind.word())
        .with("region", &f.region)
        .with("standing", f.standing.word())
        .with("status", &f.status)
        .with("identifier", &f.identifier)
        .with("reference", &f.reference)
        .with("document-licence", &f.document_licence)
        .with("known-from", crate::toml::known_from(f.known_from));
    let props = [
        ("requirements", Some(f.totals.requirements)),
        ("mandatory", f.totals.mandatory),
        ("recommended", f.totals.recommended),
        ("statements", Some(f.totals.statements)),
        ("void", Some(f.totals.void)),
    ]
    .into_iter()
    .filter_map(|(what, count)| Some((what, count?)))
    .fold(props, |props, (what, count)| props.keyed("total", what, &count.to_string()));
    let props = f.sources.iter().fold(props, |props, (key, source)| props.keyed("source", key, source));
    props.put(&mut metadata);
    metadata
}

/// Groups by clause, and the controls that stand below no clause; a heading is a control that holds others.
fn controls(f: &Framework) -> (Vec<Value>, Vec<Value>) {
    let mut headings: Vec<(&str, Value, Vec<Value>)> =
        f.headings.iter().enumerate().map(|(at, h)| (h.id.as_str(), heading(h, at), Vec::new())).collect();
    let mut groups: Vec<(&str, &str, Vec<Value>)> = Vec::new();
    let mut loose = Vec::new();
    for (at, r) in f.requirements.iter().enumerate() {
        let control = control(f, r, at);
        let below = [r.parent.as_str(), r.clause.as_str()];
        let heading = headings.iter().position(|(id, ..)| below.contains(id));
        if let Some(at) = heading {
            headings[at].2.push(control);
        } else if r.clause.is_empty() {
            loose.push(control);
        } else if let Some(at) = groups.iter().position(|(clause, ..)| *clause == r.clause) {
            groups[at].2.push(control);
        } else {
            groups.push((&r.clause, &r.clause_title, vec![control]));
        }
    }
    let group = |(clause, title, controls): (&str, &str, Vec<Value>)| {
        let title =
            if title.trim().is_empty() { format!("Clause {}", folded(clause)) } else { folded(title) };
        json!({ "id": format!("_c.{}", token(clause)), "class": "clause", "title": title, "controls": controls })
    };
    let with_below = |(_, mut heading, below): (&str, Value, Vec<Value>)| {
        if !below.is_empty() {
            heading["controls"] = Value::Array(below);
        }
        heading
    };
    let controls = headings.into_iter().map(with_below).chain(loose).collect();
    (groups.into_iter().map(group).collect(), controls)
}

/// The start of a control: a title must not be empty, so an item without words is marked as such.
fn begun(id: &str, class: &str, words: &str) -> (Value, Props) {
    let words = folded(words);
    let props = Props::default().with("label", id).own("label", id);
    if words.is_empty() {
        let control = json!({ "id": token(id), "class": class, "title": format!("Item {}", folded(id)) });
        return (control, props.with("words", "none"));
    }
    (json!({ "id": token(id), "class": class, "title": words }), props)
}

fn heading(h: &Heading, at: usize) -> Value {
    let (mut control, props) = begun(&h.id, "heading", &h.words);
    let topics: Vec<String> = h.topics.iter().map(u8::to_string).collect();
    props
        .own("sort-id", &format!("h{at:05}"))
        .with("kind", &h.kind)
        .with("parent", &h.parent)
        .each("topic", topics.iter().map(String::as_str))
        .put(&mut control);
    control
}

fn control(f: &Framework, r: &Requirement, at: usize) -> Value {
    let (mut control, props) = begun(&r.id, "requirement", Item::Requirement(r).title());
    let asks = if r.title.is_empty() { "" } else { &r.words };
    let topics: Vec<String> = r.topics.iter().map(u8::to_string).collect();
    let strings = |list: &[String]| list.to_vec();
    props
        .own("sort-id", &format!("r{at:05}"))
        .with("title", &r.title)
        .with("asks", asks)
        .with("clause", &r.clause)
        .with("clause-title", &r.clause_title)
        .with("kind", &r.kind)
        .with("parent", &r.parent)
        .with("obligation", &r.obligation.to_string())
        .each("condition", strings(&r.conditions).iter().map(String::as_str))
        .each("applies-to", strings(&r.applies_to).iter().map(String::as_str))
        .each("topic", topics.iter().map(String::as_str))
        .each("audience", strings(&r.audience).iter().map(String::as_str))
        .with("note", &r.note)
        .with("source", &r.source)
        .with("confidence", &r.confidence)
        .put(&mut control);
    let below = f.statements.iter().enumerate().filter(|(_, s)| s.guideline == r.id);
    let parts: Vec<Value> = below.map(|(at, s)| part(s, at)).collect();
    if !parts.is_empty() {
        control["parts"] = Value::Array(parts);
    }
    control
}

fn part(s: &Statement, at: usize) -> Value {
    let mut part = json!({ "id": token(&s.label), "name": "statement" });
    let words = folded(&s.words);
    if !words.is_empty() {
        part["title"] = json!(words);
    }
    Props::default()
        .with("label", &s.label)
        .own("label", &s.label)
        .own("sort-id", &format!("s{at:05}"))
        .with("part", crate::toml::part(s.part))
        .with("verb", &s.verb)
        .with("source", &s.source)
        .with("confidence", &s.confidence)
        .put(&mut part);
    part
}

fn resource(f: &Framework, c: &Condition) -> Value {
    let mut resource = json!({ "uuid": uuid(&["condition", &f.id, &c.kind, &c.label]) });
    let words = folded(&c.words);
    if !words.is_empty() {
        resource["title"] = json!(words);
    }
    Props::default()
        .with("label", &c.label)
        .with("kind", &c.kind)
        .with("holds-when", c.holds_when.as_deref().unwrap_or_default())
        .each("governs", c.governs.iter().map(String::as_str))
        .with("source", &c.source)
        .with("confidence", &c.confidence)
        .put(&mut resource);
    resource
}
