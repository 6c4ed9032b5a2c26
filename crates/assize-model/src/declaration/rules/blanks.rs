//! `ixit.toml`: lines of an entry that were begun and left empty, as a draft from observed facts has them.

use serde_json::Value as Json;

use super::super::file::DeclarationFile::Ixit as File;
use super::super::findings::{Findings, some_of};
use super::Context;
use crate::diagnostic::Diagnostic;

pub(super) fn check(context: &Context<'_>, ixit: &Json, findings: &mut Findings) {
    for (table, entries) in ixit.as_object().into_iter().flatten() {
        for entry in entries.as_array().into_iter().flatten() {
            one(context, table, entry, findings);
        }
    }
}

fn one(context: &Context<'_>, table: &str, entry: &Json, findings: &mut Findings) {
    let id = entry.get("id").and_then(Json::as_str).unwrap_or_default();
    let blank = blanks(entry);
    // An entry without an id is reported as such.
    if id.trim().is_empty() || blank.is_empty() {
        return;
    }
    let blank: Vec<&str> = blank.iter().map(String::as_str).collect();
    let (are, them) = if blank.len() == 1 {
        ("is", "it in, or remove the line")
    } else {
        ("are", "them in, or remove the lines")
    };
    findings.warning(|| {
        let message = format!("{} {are} left empty", some_of(&blank));
        let diagnostic = Diagnostic::warning("D054 left-empty", message, format!("fill {them}"));
        context.at(File, &[table, id], diagnostic)
    });
}

/// The keys whose text is empty, with dotted names for those of a table within.
fn blanks(entry: &Json) -> Vec<String> {
    let mut blank = Vec::new();
    for (key, value) in entry.as_object().into_iter().flatten() {
        match value {
            Json::String(text) if text.trim().is_empty() => blank.push(format!("`{key}`")),
            Json::Object(_) => {
                blank
                    .extend(blanks(value).iter().map(|below| format!("`{key}.{}`", below.trim_matches('`'))));
            }
            _ => {}
        }
    }
    blank
}
