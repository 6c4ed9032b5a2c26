//! What to say when a value is of another kind than the schema wants: what was found, what is wanted, and the way a
//! writer most likely meant it.

use serde_json::Value as Json;

use super::file::{resolve, wanted_type};
use super::findings::{quote, short};
use super::tree::Value;
use crate::diagnostic::Diagnostic;

/// The kind of value that a key wants.
#[derive(Debug)]
pub(super) enum Wanted {
    Flag,
    Number,
    Text,
    /// One of a closed list.
    Choice(Vec<&'static str>),
    /// A list of texts or choices.
    List,
    /// Entries, each a table of its own.
    Entries,
    /// One table; whether it describes a source of information, which people like to write as a bare address.
    Table {
        source: bool,
    },
}

impl Wanted {
    pub(super) fn new(kind: &str, schema: &'static Json, root: &'static Json) -> Self {
        match kind {
            "boolean" => Self::Flag,
            "integer" => Self::Number,
            "array" => match schema.get("items").map(|items| wanted_type(resolve(root, items))) {
                Some("object") => Self::Entries,
                _ => Self::List,
            },
            "object" => Self::Table { source: schema.pointer("/properties/url").is_some() },
            _ => Self::Text,
        }
    }

    pub(super) fn choice(allowed: &[&'static str]) -> Self {
        Self::Choice(allowed.to_vec())
    }

    fn words(&self) -> String {
        match self {
            Self::Flag => "`true` or `false`".into(),
            Self::Number => "a whole number".into(),
            Self::Text => "a text in quotes".into(),
            Self::Choice(allowed) => {
                let quoted: Vec<String> = allowed.iter().map(|a| format!("\"{a}\"")).collect();
                format!("one of {}", quoted.join(", "))
            }
            Self::List => "a list in brackets".into(),
            Self::Entries => "entries, each begun with a heading in double brackets".into(),
            Self::Table { .. } => "a table with keys of its own".into(),
        }
    }
}

/// The diagnostic, without place.
pub(super) fn diagnostic(key: &str, wanted: &Wanted, found: &Value) -> Diagnostic {
    let message = format!("{} wants {}, not {}", quote(key), wanted.words(), found.kind());
    Diagnostic::error("D012 wrong-type", message, remedy(key, wanted, found))
}

fn remedy(key: &str, wanted: &Wanted, found: &Value) -> String {
    match (wanted, found) {
        (Wanted::Choice(allowed), Value::Flag(flag)) if allowed.contains(&"no") => {
            let word = if *flag { "yes" } else { "no" };
            format!(
                "write `{key} = \"{word}\"`; the pro forma's yes and no are words, true and false are not"
            )
        }
        (Wanted::Flag, Value::Text(text)) => {
            let flag = matches!(text.to_ascii_lowercase().as_str(), "yes" | "true" | "on" | "y");
            format!("write `{key} = {flag}` without quotes")
        }
        (Wanted::Number, Value::Text(text)) if text.parse::<u32>().is_ok() => {
            format!("write `{key} = {text}` without quotes")
        }
        (Wanted::List, Value::Text(text)) => format!("put it in brackets: `{key} = [{}]`", in_quotes(text)),
        (Wanted::List, Value::Table(_)) => format!("write `{key} = [\"…\"]`"),
        (Wanted::Entries, Value::Table(_)) => format!("begin each entry with `[[{key}]]`"),
        (Wanted::Entries, _) => format!("begin each entry with `[[{key}]]`, or write `{key} = []` for none"),
        (Wanted::Table { .. }, Value::List(_)) => format!("write `[{key}]` once, in single brackets"),
        (Wanted::Table { source: true }, Value::Text(text)) if text.starts_with("http") => {
            format!("write `{key} = {{ url = {} }}`", in_quotes(text))
        }
        (Wanted::Table { source: true }, Value::Text(_)) => format!("write `{key} = {{ words = \"…\" }}`"),
        (Wanted::Text | Wanted::Choice(_), Value::Date(date)) => {
            format!("put it in quotes: `{key} = \"{date}\"`")
        }
        (Wanted::Text, Value::Number(_, written)) => {
            format!("put it in quotes: `{key} = {}`", in_quotes(written))
        }
        (Wanted::Text, Value::List(_)) => "write one text; several sentences fit in triple quotes".into(),
        _ => format!("write {}", wanted.words()),
    }
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", short(text))
}
