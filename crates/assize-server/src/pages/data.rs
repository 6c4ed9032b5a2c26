//! Open data: every edition and every mapping as JSON, with its terms.

use askama::Template;
use assize_model::catalogue::{Crosswalk, Framework, Item, Lineage, OWN_LICENCE};
use serde_json::{Value, json};

use super::{Frame, Part, Trouble, html};
use crate::answer::{Answer, Kind};
use crate::{Explorer, address, names};

#[derive(Template)]
#[template(path = "data.html")]
struct Page {
    frame: Frame,
    editions: Vec<(&'static Framework, &'static str)>,
    pairs: Vec<Pair>,
}

struct Pair {
    href: String,
    name: String,
    rows: usize,
    terms: String,
}

/// The list.
pub(crate) fn page(explorer: &Explorer) -> Answer {
    let catalogue = explorer.catalogue;
    let mut editions: Vec<(&Framework, &str)> =
        catalogue.frameworks.iter().map(|f| (f, names::short(f))).collect();
    editions.sort_by_key(|(f, _)| f.id.as_str());
    let mut ends: Vec<(&str, &str)> = catalogue.crosswalks.iter().map(|c| (&*c.from, &*c.to)).collect();
    ends.extend(catalogue.lineages.iter().map(|l| (&*l.from, &*l.to)));
    ends.sort_unstable();
    ends.dedup();
    let pairs = ends.into_iter().map(|(from, to)| pair(explorer, from, to)).collect();
    html(&Page { frame: Frame::new(explorer, Part::Data, "Open data"), editions, pairs })
}

fn pair(explorer: &Explorer, from: &str, to: &str) -> Pair {
    let (walk, line) = (explorer.catalogue.crosswalk(from, to), explorer.catalogue.lineage(from, to));
    let mut terms: Vec<&str> = walk.into_iter().flat_map(|c| c.rows.iter().map(|r| c.licence(r))).collect();
    terms.extend(line.map(|_| OWN_LICENCE));
    terms.sort_unstable();
    terms.dedup();
    Pair {
        href: format!("/data/{}/{}.json", address::encode(from), address::encode(to)),
        name: format!("{from} to {to}"),
        rows: walk.map_or(0, |c| c.rows.len()) + line.map_or(0, |l| l.edges.len()),
        terms: terms.join("; "),
    }
}

/// One file: `edition.json`, or `from/to.json`.
pub(crate) fn file(explorer: &Explorer, name: &str) -> Result<Answer, Trouble> {
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
    let row = |c: &Crosswalk, r: &assize_model::catalogue::Row| {
        json!({
            "from": r.from, "to": r.to, "relation": r.relation, "basis": r.basis, "reason": r.reason,
            "source": c.source(r), "licence": c.licence(r), "confidence": r.confidence,
            "legal_effect": r.legal_effect, "read": r.read, "doubt": r.doubt,
        })
    };
    let edge = |l: &Lineage, e: &assize_model::catalogue::Edge| {
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
