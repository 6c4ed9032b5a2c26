//! TS 103 701 Annex B: the IXIT fields that a claim of support asks for. What is missing makes test cases
//! INCONCLUSIVE; it does not stop reading.

use serde_json::{Map, Value as Json};

use super::super::file::{DeclarationFile::Ixit as File, resolve, schema_ref};
use super::super::findings::{Findings, some_of};
use super::super::ics::Support;
use super::Context;
use super::when::{Asked, asked};
use crate::catalogue::{IxitField, IxitTable};
use crate::diagnostic::Diagnostic;

/// A field with the claimed provisions that need it.
struct Need<'a> {
    field: &'a IxitField,
    provisions: Vec<&'a str>,
}

pub(super) fn check(context: &Context<'_>, ixit: &Json, findings: &mut Findings) {
    for table in &context.spec.ixit {
        let needs = needs_of(context, table);
        if !needs.is_empty() {
            check_table(context, table, &needs, ixit, findings);
        }
    }
}

fn needs_of<'a>(context: &'a Context<'_>, table: &'a IxitTable) -> Vec<Need<'a>> {
    let label = table.label();
    let claimed = |p: &str| context.declaration.ics.claim.get(p).is_some_and(|c| c.support == Support::Yes);
    let rows: Vec<_> =
        context.spec.required.iter().filter(|r| r.table == label && claimed(&r.provision)).collect();
    let needs = table.fields.iter().map(|field| {
        let asking = rows.iter().filter(|r| r.fields.contains(&field.name));
        Need { field, provisions: asking.map(|r| r.provision.as_str()).collect() }
    });
    needs.filter(|need| !need.provisions.is_empty()).collect()
}

fn check_table(
    context: &Context<'_>,
    table: &IxitTable,
    needs: &[Need<'_>],
    ixit: &Json,
    findings: &mut Findings,
) {
    let label = table.label();
    if needs.iter().all(|n| asked(&n.field.when, &Json::Null, ixit) == Asked::No) {
        return;
    }
    match ixit.get(&label) {
        None | Some(Json::Null) => {
            if !context.is_written(File, &[&label]) {
                missing_table(context, table, needs, findings);
            }
        }
        Some(Json::Array(entries)) => {
            for entry in entries {
                let id = entry.get("id").and_then(Json::as_str).unwrap_or_default();
                check_entry(context, &label, Some(id), needs, (entry, ixit), findings);
            }
            once_in_table(context, &label, needs, entries, findings);
        }
        Some(list) => check_entry(context, &label, None, needs, (list, ixit), findings),
    }
}

fn missing_table(context: &Context<'_>, table: &IxitTable, needs: &[Need<'_>], findings: &mut Findings) {
    let label = table.label();
    let mut provisions: Vec<&str> = needs.iter().flat_map(|n| n.provisions.iter().copied()).collect();
    provisions.sort_by_cached_key(|p| crate::catalogue::number_key(p));
    provisions.dedup();
    let claimed = if provisions.len() == 1 { "is" } else { "are" };
    let message = format!("IXIT {label} is missing, while {} {claimed} claimed", some_of(&provisions));
    let remedy = if table.has_entries() {
        format!("add a `[[{label}]]` for {}, or `{label} = []` if there is none", table.entry)
    } else {
        format!("add `[{label}]` with {}", table.entry)
    };
    findings.error(|| {
        let diagnostic = Diagnostic::error("D050 missing-table", message, remedy);
        context.at(File, &[&label], diagnostic.by("TS 103 701 Annex B"))
    });
}

fn check_entry(
    context: &Context<'_>,
    table: &str,
    id: Option<&str>,
    needs: &[Need<'_>],
    (entry, ixit): (&Json, &Json),
    findings: &mut Findings,
) {
    // An entry without an id is reported as such, and has no place by which to name its fields.
    if id == Some("") {
        return;
    }
    let path: Vec<&str> = std::iter::once(table).chain(id).collect();
    for need in needs.iter().filter(|n| n.field.name != "ID") {
        let keys = keys_of(table, &need.field.name);
        if keys.is_empty() || asked(&need.field.when, entry, ixit) != Asked::Yes {
            continue;
        }
        let has = |key: &&str| {
            let path: Vec<&str> = path.iter().copied().chain([*key]).collect();
            is_filled(entry.get(*key)) || context.ixit.is_some_and(|w| w.was_refused(&path))
        };
        // The description is what people read; the indicators beside it do not stand in for it.
        let filled = match keys.iter().find(|k| **k == "description") {
            Some(description) => has(description),
            None => keys.iter().any(has),
        };
        if !filled {
            findings.error(|| context.at(File, &path, missing_field(need, &keys)));
        }
    }
}

/// "Used for security examination" cannot be told from one entry: at least one has to say so.
fn once_in_table(
    context: &Context<'_>,
    table: &str,
    needs: &[Need<'_>],
    entries: &[Json],
    findings: &mut Findings,
) {
    let wanted = |n: &&Need<'_>| asked(&n.field.when, &Json::Null, &Json::Null) == Asked::OnceInTable;
    for need in needs.iter().filter(wanted) {
        let keys = keys_of(table, &need.field.name);
        let said = entries.iter().any(|e| keys.iter().any(|k| is_filled(e.get(*k))));
        if !said && !entries.is_empty() {
            findings.error(|| context.at(File, &[table], missing_field(need, &keys)));
        }
    }
}

fn missing_field(need: &Need<'_>, keys: &[&str]) -> Diagnostic {
    let message = format!("{} is not filled in", need.field.name);
    let shown = match keys.iter().find(|k| **k == "description") {
        Some(key) => format!("`{key}`"),
        None => keys.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(" or "),
    };
    let remedy = format!("fill in {shown}: {}", lower_first(&need.field.meaning));
    let word = if need.provisions.len() == 1 { "provision" } else { "provisions" };
    let clause = format!("TS 103 701 Annex B, {word} {}", some_of(&need.provisions));
    Diagnostic::error("D051 missing-field", message, remedy).by(clause)
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The keys that hold one field of the pro forma.
pub(in crate::declaration) fn keys_of(table: &str, field: &str) -> Vec<&'static str> {
    let Some(properties) = properties_of(table) else { return Vec::new() };
    let named = properties.iter().filter(|(_, s)| s.get("x-field").and_then(Json::as_str) == Some(field));
    named.map(|(key, _)| key.as_str()).collect()
}

/// The keys of one table with their schemas.
pub(in crate::declaration) fn properties_of(table: &str) -> Option<&'static Map<String, Json>> {
    let root = schema_ref(File);
    let schema = resolve(root, root.get("properties")?.get(table)?);
    let entry = schema.get("items").map_or(schema, |items| resolve(root, items));
    entry.get("properties")?.as_object()
}

/// A list counts as filled in when it is written: an empty one says "none".
fn is_filled(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => false,
        Some(Json::String(text)) => !text.trim().is_empty(),
        Some(Json::Object(fields)) => fields.values().any(|v| is_filled(Some(v))),
        Some(_) => true,
    }
}
