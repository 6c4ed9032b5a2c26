//! CISO Assistant libraries, YAML: one per edition, one per pair. Its mappings know no `related`, so only rows with a
//! set relation, or with none, are in.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use assize_model::catalogue::{Crosswalk, Framework, Item, Relation, Row};

use super::{File, Selection};
use crate::ids::token;
use crate::limits::folded;
use crate::toml::quoted;

pub(super) fn write(selection: &Selection<'_>) -> Vec<File> {
    let mut urns: HashMap<&str, Urns> = HashMap::new();
    let mut files = Vec::new();
    for f in &selection.frameworks {
        let of_f = Urns::of(f);
        files.push(File { name: format!("{}.yaml", name(&f.id)), text: framework(f, &of_f, selection) });
        urns.insert(&f.id, of_f);
    }
    for c in selection.mapped() {
        let (Some(from), Some(to)) = (urns.get(c.from.as_str()), urns.get(c.to.as_str())) else { continue };
        files.extend(mapping(c, from, to, selection));
    }
    files
}

/// An edition's id without the sign that a URN has no place for; no id has an underscore, so no two meet.
fn name(id: &str) -> String {
    id.replace('@', "_")
}

/// The URNs of an edition's items: in small letters, as that program compares them, and no two alike.
struct Urns(HashMap<String, String>);

impl Urns {
    fn of(f: &Framework) -> Self {
        let mut taken = HashSet::new();
        let mut urns = HashMap::new();
        let clauses = f.requirements.iter().map(|r| r.clause.as_str()).filter(|c| !c.is_empty());
        for id in f.items().map(Item::id).chain(clauses) {
            if urns.contains_key(id) {
                continue;
            }
            let word = token(id).to_ascii_lowercase();
            let mut urn = format!("urn:assize:risk:req_node:{}:{word}", name(&f.id));
            let mut nth = 2;
            while !taken.insert(urn.clone()) {
                urn = format!("urn:assize:risk:req_node:{}:{word}:{nth}", name(&f.id));
                nth += 1;
            }
            urns.insert(id.to_owned(), urn);
        }
        Self(urns)
    }

    fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

fn framework_urn(id: &str) -> String {
    format!("urn:assize:risk:framework:{}", name(id))
}

fn library_urn(reference: &str) -> String {
    format!("urn:assize:risk:library:{reference}")
}

/// The heading that all libraries have.
fn library(reference: &str, title: &str, about: &str, terms: &str, selection: &Selection<'_>) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        writeln!(out, "{key}: {value}").expect("a string takes it");
    };
    line("urn", &quoted(&library_urn(reference)));
    line("locale", "en");
    line("ref_id", &quoted(reference));
    line("name", &quoted(&folded(title)));
    line("description", &quoted(about));
    line("copyright", &quoted(&folded(terms)));
    line("version", "1");
    line("publication_date", &quoted(&selection.date));
    line("provider", &quoted("Assize"));
    line("packager", &quoted("assize"));
    out
}

fn framework(f: &Framework, urns: &Urns, selection: &Selection<'_>) -> String {
    let title = if f.title.trim().is_empty() { &f.id } else { &f.title };
    let about = "Ids with our own words; the publisher holds the text.";
    let mut out = library(&name(&f.id), title, about, &f.licence, selection);
    out.push_str("objects:\n  framework:\n");
    let mut line = |indent: usize, key: &str, value: &str| {
        writeln!(out, "{:indent$}{key}: {value}", "").expect("a string takes it");
    };
    line(4, "urn", &quoted(&framework_urn(&f.id)));
    line(4, "ref_id", &quoted(&name(&f.id)));
    line(4, "name", &quoted(&folded(title)));
    line(4, "description", &quoted(about));
    let nodes = nodes(f, urns);
    line(4, "requirement_nodes", if nodes.is_empty() { "[]" } else { "" });
    for node in nodes {
        line(4, "- urn", &quoted(node.urn));
        if let Some(parent) = node.parent {
            line(6, "parent_urn", &quoted(parent));
        }
        line(6, "assessable", if node.is_assessable { "true" } else { "false" });
        line(6, "depth", &node.depth.to_string());
        line(6, "ref_id", &quoted(&folded(node.id)));
        if !node.title.is_empty() {
            line(6, "name", &quoted(&folded(node.title)));
        }
        line(6, "description", &quoted(&folded(node.words)));
    }
    // an empty value with a blank after the colon would be ragged
    out.replace("requirement_nodes: \n", "requirement_nodes:\n")
}

struct Node<'f> {
    id: &'f str,
    urn: &'f str,
    /// Short name, where there is one besides the words.
    title: &'f str,
    words: &'f str,
    parent: Option<&'f str>,
    is_assessable: bool,
    depth: usize,
}

/// Headings, clauses that have none, then requirements and statements.
fn nodes<'f>(f: &'f Framework, urns: &'f Urns) -> Vec<Node<'f>> {
    let mut parents: HashMap<&str, &str> = f.items().map(|i| (i.id(), i.parent())).collect();
    let mut clauses = Vec::new();
    for r in f.live().filter(|r| !r.clause.is_empty()) {
        if !parents.contains_key(r.clause.as_str()) {
            parents.insert(&r.clause, "");
            clauses.push(r);
        }
    }
    let parent = |id: &str| parents.get(id).copied().filter(|p| *p != id && parents.contains_key(p));
    // a chain that bites its tail ends after ten steps
    let depth = |id: &'f str| std::iter::successors(Some(id), |id| parent(id)).take(10).count();
    let node = |id: &'f str, words: &'f str, is_assessable: bool| Node {
        id,
        urn: urns.get(id).expect("every item and clause has its URN"),
        title: "",
        words,
        parent: parent(id).and_then(|p| urns.get(p)),
        is_assessable,
        depth: depth(id),
    };
    let headings = f.headings.iter().map(|h| node(&h.id, &h.words, false));
    let clauses = clauses.into_iter().map(|r| node(&r.clause, &r.clause_title, false));
    let rest = f.items().filter(|i| !matches!(i, Item::Heading(_)));
    let rest = rest.map(|i| match i {
        Item::Requirement(r) => Node { title: &r.title, ..node(&r.id, &r.words, true) },
        _ => node(i.id(), i.words(), false),
    });
    headings.chain(clauses).chain(rest).collect()
}

fn mapping(c: &Crosswalk, from: &Urns, to: &Urns, selection: &Selection<'_>) -> Option<File> {
    let rows: Vec<(&Row, &str, &str, &str)> = c
        .rows
        .iter()
        // The format has no place for a doubt, and its reader carries answers over what it is given.
        .filter(|r| r.doubt.is_empty())
        .filter_map(|r| Some((r, relationship(r.relation)?, from.get(&r.from)?, to.get(&r.to)?)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let reference = format!("{}--{}", name(&c.from), name(&c.to));
    let title = format!("{} to {}", c.from, c.to);
    let mut terms: Vec<&str> = rows.iter().map(|(r, ..)| c.licence(r)).collect();
    terms.sort_unstable();
    terms.dedup();
    let about = "Relations over the outcomes asked for (NIST IR 8477), with reason and source.";
    let mut out = library(&reference, &title, about, &terms.join("; "), selection);
    let mut line = |indent: usize, key: &str, value: &str| {
        writeln!(out, "{:indent$}{key}: {value}", "").expect("a string takes it");
    };
    let needs = [library_urn(&name(&c.from)), library_urn(&name(&c.to))].map(|urn| quoted(&urn)).join(", ");
    line(0, "dependencies", &format!("[{needs}]"));
    line(0, "objects", "{}");
    line(4, "- urn", &quoted(&format!("urn:assize:risk:req_mapping_set:{reference}")));
    line(6, "ref_id", &quoted(&reference));
    line(6, "name", &quoted(&title));
    line(6, "source_framework_urn", &quoted(&framework_urn(&c.from)));
    line(6, "target_framework_urn", &quoted(&framework_urn(&c.to)));
    line(6, "requirement_mappings", "{}");
    for (r, relationship, source, target) in rows {
        line(8, "- source_requirement_urn", &quoted(source));
        line(10, "target_requirement_urn", &quoted(target));
        line(10, "relationship", relationship);
        line(10, "rationale", "semantic");
        line(10, "annotation", &quoted(&annotation(c, r)));
    }
    let text = out
        .replace("\nobjects: {}\n", "\nobjects:\n  requirement_mapping_sets:\n")
        .replace("\n      requirement_mappings: {}\n", "\n      requirement_mappings:\n");
    Some(File { name: format!("mapping-{reference}.yaml"), text })
}

fn relationship(relation: Relation) -> Option<&'static str> {
    Some(match relation {
        Relation::Equal => "equal",
        Relation::SubsetOf => "subset",
        Relation::SupersetOf => "superset",
        Relation::Intersects => "intersect",
        Relation::None => "not_related",
        Relation::Related => return None,
    })
}

fn annotation(c: &Crosswalk, r: &Row) -> String {
    let parts = [
        r.reason.as_str(),
        &format!("{}: {}", r.basis.word(), c.source(r)),
        &format!("confidence {}", r.confidence.word()),
        &format!("licence {}", c.licence(r)),
    ]
    .map(folded);
    parts.join("; ")
}
