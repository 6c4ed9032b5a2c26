//! What a service has to show, and how that is compared with what was seen.

use std::path::Path;

use assize_lab::Judged;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    fact: Vec<Item>,
    never: Vec<Item>,
    later: Vec<Item>,
    verdict: Vec<Ruling>,
}

#[derive(Debug, Deserialize)]
struct Item {
    source: String,
    #[serde(default)]
    needs: String,
    #[serde(flatten)]
    seen: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ruling {
    source: String,
    unit: String,
    verdict: String,
}

impl Expected {
    /// Reads a folder's `expected.toml`; each item names its source.
    pub fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("expected.toml")).unwrap();
        let read: Self = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let items = read.fact.iter().chain(&read.never).chain(&read.later);
        assert!(
            items.clone().all(|i| i.source.len() > 5 && i.seen.contains_key("kind")),
            "{}",
            folder.display()
        );
        assert!(read.later.iter().all(|i| !i.needs.is_empty()), "{}", folder.display());
        assert!(!read.fact.is_empty(), "{} expects nothing", folder.display());
        read
    }

    /// What was not seen as it has to be.
    pub fn wrong(&self, judged: &Judged) -> Vec<String> {
        let facts = facts(judged);
        let seen = |item: &Item| facts.iter().any(|f| fits(&Value::Object(item.seen.clone()), f));
        let of_kind = |item: &Item| {
            let same = facts.iter().filter(|f| f.get("kind") == item.seen.get("kind"));
            same.map(|f| format!("\n    {f}")).collect::<String>()
        };
        let missing = self.fact.iter().filter(|i| !seen(i)).map(|i| {
            format!("not seen: {} ({}); seen instead:{}", Value::Object(i.seen.clone()), i.source, of_kind(i))
        });
        let there = self.never.iter().filter(|i| seen(i)).map(|i| {
            format!("seen against the documentation: {} ({})", Value::Object(i.seen.clone()), i.source)
        });
        let ruled = self.verdict.iter().filter_map(|r| {
            let verdict = verdict(judged, &r.unit);
            (verdict != r.verdict)
                .then(|| format!("{} is {verdict} and not {} ({})", r.unit, r.verdict, r.source))
        });
        missing.chain(there).chain(ruled).collect()
    }

    /// What is not established yet, and what could be moved to the facts.
    pub fn later(&self, judged: &Judged) -> Vec<String> {
        let facts = facts(judged);
        let told = self.later.iter().map(|item| {
            let wanted = Value::Object(item.seen.clone());
            match facts.iter().any(|f| fits(&wanted, f)) {
                true => format!("seen now, move it to [[fact]]: {wanted}"),
                false => format!("not yet seen, needs {}: {wanted}", item.needs),
            }
        });
        told.collect()
    }
}

fn facts(judged: &Judged) -> Vec<Value> {
    judged.stored.facts.recorded.iter().map(|r| serde_json::to_value(&r.fact).unwrap()).collect()
}

fn verdict(judged: &Judged, unit: &str) -> String {
    let (case, letter) = unit.split_once(' ').unwrap();
    let case = judged.assessment.case(case).unwrap_or_else(|| panic!("{unit}"));
    let unit = case.units.iter().find(|u| u.letter == letter).unwrap_or_else(|| panic!("{unit}"));
    unit.verdict.to_string()
}

/// Whether what was seen holds what is wanted: equal keys, list items that are found, `*` for a part of a text.
fn fits(wanted: &Value, seen: &Value) -> bool {
    match (wanted, seen) {
        (Value::Object(w), Value::Object(s)) => w.iter().all(|(k, w)| s.get(k).is_some_and(|s| fits(w, s))),
        (Value::Array(w), Value::Array(s)) => w.iter().all(|w| s.iter().any(|s| fits(w, s))),
        (Value::String(w), Value::String(s)) => match w.strip_prefix('*') {
            Some(part) => s.contains(part),
            None => w == s,
        },
        _ => wanted == seen,
    }
}

#[test]
fn a_fact_may_say_more_than_is_expected() {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let seen = json(r#"{"port": 1, "banner": "SSH-2.0-x", "list": [{"a": 1, "b": 2}, {"a": 3}]}"#);
    for (wanted, is_seen) in [
        (r#"{"port": 1}"#, true),
        (r#"{"port": 2}"#, false),
        (r#"{"banner": "*SSH"}"#, true),
        (r#"{"banner": "SSH"}"#, false),
        (r#"{"list": [{"a": 1}]}"#, true),
        (r#"{"list": [{"a": 4}]}"#, false),
        (r#"{"other": null}"#, false),
    ] {
        assert_eq!(fits(&json(wanted), &seen), is_seen, "{wanted}");
    }
}
