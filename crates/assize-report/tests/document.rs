//! The JSON report: versioned, readable again without loss, described by its schema, and free of secrets.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

#[path = "support/hostile.rs"]
mod hostile;
mod support;

use std::collections::BTreeSet;

use assize_model::judgement::Pointer;
use assize_report::{Document, json, json_schema};
use hostile::{HOSTILE, hostile};
use support::plug;

#[test]
fn reads_back_as_it_was_written() {
    for sample in [plug(), hostile(&plug())] {
        let value = json(&sample.report());
        let text = serde_json::to_string(&value).unwrap();
        let document: Document = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&document).unwrap(), value);
        assert_eq!(document.format, 1);
        assert_eq!(document.assessment, sample.assessment);
        assert_eq!(document.ics, sample.ics);
        assert_eq!(document.evidence, sample.evidence);
        assert_eq!(document.records, sample.records);
    }
}

#[test]
fn hostile_text_is_kept_to_the_letter() {
    let value = json(&hostile(&plug()).report());
    assert_eq!(value["identification"]["dut"]["name"], format!("Sample Plug S1{HOSTILE}"));
}

#[test]
fn pointers_come_with_their_lines() {
    let document: Document = serde_json::from_value(json(&plug().report())).unwrap();
    let place = document.places.iter().find(|p| p.pointer == Pointer::ixit(["1-AuthMech"])).unwrap();
    assert_eq!(place.place.to_string(), "plug/ixit.toml:41:1");
    assert_eq!(document.places.len(), 6, "each pointer once");
}

#[test]
fn clauses_are_counted() {
    let document: Document = serde_json::from_value(json(&plug().report())).unwrap();
    let counts: Vec<_> = document
        .clauses
        .iter()
        .map(|c| (c.clause.as_str(), c.pass, c.fail, c.inconclusive, c.not_tested))
        .collect();
    assert_eq!(counts, [("4", 1, 0, 0, 0), ("5.1", 0, 1, 1, 0), ("5.3", 1, 0, 0, 1)]);
}

#[test]
fn the_schema_names_every_field() {
    let (schema, value) = (json_schema(), json(&plug().report()));
    let keys = |v: &serde_json::Value| v.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&schema["properties"]), keys(&value));
    let evidence = schema["$defs"]["EvidenceSummary"]["properties"].clone();
    assert_eq!(keys(&evidence), keys(&value["evidence"]));
}

#[test]
fn where_the_testers_secret_lies_stays_on_the_bench() {
    assert!(!json(&plug().report()).to_string().contains("secret-file"));
}
