//! Comma separated values: the mappings, and the items. Cells that a spreadsheet program would run are guarded.

use assize_model::catalogue::{Crosswalk, Framework, Item, Row};
use csv::Writer;

use super::{File, Selection};
use crate::guard::guarded;

const MAPPINGS: [&str; 14] = [
    "source_framework",
    "source_id",
    "target_framework",
    "target_id",
    "relation",
    "basis",
    "rationale",
    "source",
    "confidence",
    "licence_of_mapping",
    "legal_effect",
    "read",
    "doubt",
    "source_key",
];

const REQUIREMENTS: [&str; 15] = [
    "framework_id",
    "requirement_id",
    "title",
    "words",
    "kind",
    "source",
    "confidence",
    "parent_id",
    "obligation",
    "conditions",
    "applies_to",
    "topics",
    "audience",
    "note",
    "licence",
];

pub(super) fn mappings(selection: &Selection<'_>) -> Vec<File> {
    let rows = selection.mapped().flat_map(|c| c.rows.iter().map(move |r| mapping(c, r)));
    file("mappings.csv", &MAPPINGS, rows)
}

pub(super) fn requirements(selection: &Selection<'_>) -> Vec<File> {
    let rows = selection.frameworks.iter().flat_map(|f| f.items().map(|i| item(f, i)));
    file("requirements.csv", &REQUIREMENTS, rows)
}

fn mapping(c: &Crosswalk, r: &Row) -> Vec<String> {
    let effect = r.legal_effect.map_or("", crate::toml::legal_effect);
    let cells = [
        c.from.as_str(),
        &r.from,
        &c.to,
        &r.to,
        r.relation.word(),
        r.basis.word(),
        &r.reason,
        c.source(r),
        r.confidence.word(),
        c.licence(r),
        effect,
        &r.read,
        &r.doubt,
        &r.source,
    ];
    cells.map(str::to_owned).to_vec()
}

fn item(f: &Framework, item: Item<'_>) -> Vec<String> {
    let source = |key: &str| f.sources.get(key).cloned().unwrap_or_default();
    let topics = item.topics().iter().map(u8::to_string).collect::<Vec<_>>().join("; ");
    let mut cells =
        vec![f.id.clone(), item.id().into(), item.title().into(), item.words().into(), item.kind().into()];
    cells.extend(match item {
        Item::Heading(_) => [String::new(), String::new()],
        Item::Requirement(r) => [source(&r.source), r.confidence.clone()],
        Item::Statement(s) => [source(&s.source), s.confidence.clone()],
    });
    cells.push(item.parent().into());
    cells.extend(match item {
        Item::Requirement(r) => [
            r.obligation.to_string(),
            r.conditions.join("; "),
            r.applies_to.join("; "),
            topics,
            r.audience.join("; "),
        ],
        Item::Statement(s) => [s.verb.clone(), String::new(), String::new(), topics, String::new()],
        Item::Heading(_) => [String::new(), String::new(), String::new(), topics, String::new()],
    });
    cells.push(if let Item::Requirement(r) = item { r.note.clone() } else { String::new() });
    cells.push(f.licence.clone());
    cells
}

fn file(name: &str, heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<File> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Vec::new();
    }
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(heading).expect("memory takes it");
    for row in rows {
        writer.write_record(row.iter().map(|cell| guarded(cell))).expect("rows are as long as the heading");
    }
    let bytes = writer.into_inner().expect("memory takes it");
    vec![File { name: name.into(), text: String::from_utf8(bytes).expect("strings are UTF-8") }]
}
