//! SSSOM: one table with tabs for all rows, below a YAML heading. A row of a set relation has the SKOS word for it.

use assize_model::catalogue::{Basis, Confidence, Crosswalk, Relation, Row};
use csv::WriterBuilder;

use super::{ATLAS, File, Selection, encoded};
use crate::guard::guarded;
use crate::licence;
use crate::limits::folded;
use crate::toml::{legal_effect, quoted};

const COLUMNS: [&str; 15] = [
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "subject_source",
    "subject_source_version",
    "object_source",
    "object_source_version",
    "license",
    "confidence",
    "comment",
    "other",
];

pub(super) fn write(selection: &Selection<'_>) -> Vec<File> {
    if selection.mapped().next().is_none() {
        return Vec::new();
    }
    let mut table = WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    table.write_record(COLUMNS).expect("memory takes it");
    for c in selection.mapped() {
        for r in &c.rows {
            table.write_record(row(c, r, selection)).expect("rows are as long as the heading");
        }
    }
    let table = String::from_utf8(table.into_inner().expect("memory takes it")).expect("strings are UTF-8");
    vec![File { name: "mappings.sssom.tsv".into(), text: heading(selection) + &table }]
}

fn heading(selection: &Selection<'_>) -> String {
    let terms: Vec<&str> =
        selection.mapped().flat_map(|c| c.rows.iter().map(move |r| c.licence(r))).collect();
    let is_open = terms.iter().all(|terms| licence::is_open(terms));
    let terms = if is_open {
        "https://creativecommons.org/licenses/by/4.0/"
    } else {
        "https://w3id.org/sssom/license/unspecified"
    };
    let prefixes = [
        ("atlas", ATLAS),
        ("semapv", "https://w3id.org/semapv/vocab/"),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("sssom", "https://w3id.org/sssom/"),
    ];
    let mut lines = vec!["curie_map:".to_owned()];
    lines.extend(prefixes.iter().map(|(prefix, at)| format!("  {prefix}: {}", quoted(at))));
    lines.push(format!("license: {}", quoted(terms)));
    lines.push(format!("mapping_date: {}", quoted(&selection.date)));
    lines.push(format!("mapping_set_id: {}", quoted(&format!("{ATLAS}mappings/{}", selection.date))));
    lines.push("mapping_set_title: \"Mappings between consumer IoT security documents\"".into());
    lines.push(format!("mapping_set_version: {}", quoted(&selection.date)));
    lines.iter().map(|line| format!("#{line}\n")).collect()
}

fn row(c: &Crosswalk, r: &Row, selection: &Selection<'_>) -> [String; 15] {
    let title = |edition: &str, id: &str| {
        selection.framework(edition).and_then(|f| f.item(id)).map_or("", |i| i.title()).to_owned()
    };
    let (family, edition) = c.from.split_once('@').unwrap_or((&c.from, ""));
    let (to_family, to_edition) = c.to.split_once('@').unwrap_or((&c.to, ""));
    let object = if r.to.is_empty() { "sssom:NoTermFound".into() } else { curie(&c.to, &r.to) };
    let is_negated = r.relation == Relation::None && !r.to.is_empty();
    [
        curie(&c.from, &r.from),
        cell(&title(&c.from, &r.from)),
        predicate(r).into(),
        if is_negated { "Not" } else { "" }.into(),
        object,
        cell(&title(&c.to, &r.to)),
        justification(r.basis).into(),
        format!("atlas:{}", encoded(family)),
        cell(edition),
        format!("atlas:{}", encoded(to_family)),
        cell(to_edition),
        licence::address(c.licence(r)).unwrap_or_default().into(),
        confidence(r.confidence).into(),
        cell(&r.reason),
        cell(&other(c, r)),
    ]
}

/// An item as a compact address.
fn curie(edition: &str, id: &str) -> String {
    format!("atlas:{}/{}", encoded(edition), encoded(id))
}

fn cell(text: &str) -> String {
    guarded(&folded(text))
}

/// The SKOS word. Its `exactMatch` passes from pair to pair, so only a sure `equal` gets it.
pub(super) fn predicate(r: &Row) -> &'static str {
    match r.relation {
        Relation::Equal if r.confidence == Confidence::High => "skos:exactMatch",
        Relation::Equal | Relation::Intersects => "skos:closeMatch",
        Relation::SubsetOf => "skos:broadMatch",
        Relation::SupersetOf => "skos:narrowMatch",
        Relation::Related | Relation::None => "skos:relatedMatch",
    }
}

fn justification(basis: Basis) -> &'static str {
    match basis {
        Basis::Editorial | Basis::Published => "semapv:ManualMappingCuration",
        Basis::Lineage => "semapv:MappingReview",
        Basis::Structure => "semapv:StructuralMatching",
    }
}

/// Our three steps as shares of one, which is all that the format knows.
fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "0.9",
        Confidence::Medium => "0.6",
        Confidence::Low => "0.3",
    }
}

/// What the format has no column for.
fn other(c: &Crosswalk, r: &Row) -> String {
    let facts = [
        ("relation", r.relation.word()),
        ("basis", r.basis.word()),
        ("source", c.source(r)),
        ("licence", c.licence(r)),
        ("legal_effect", r.legal_effect.map_or("", legal_effect)),
        ("read", &r.read),
        ("doubt", &r.doubt),
    ];
    let facts = facts.iter().filter(|(_, value)| !value.is_empty());
    facts.map(|(name, value)| format!("{name}: {}", value.replace('|', "/"))).collect::<Vec<_>>().join(" | ")
}
