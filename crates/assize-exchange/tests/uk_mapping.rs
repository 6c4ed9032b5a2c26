//! The UK government's mapping, version 4, whole: every edge, every class of fault.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use assize_exchange::{Asked, Change, Draft, Format, OnDifference, plan, write};
use assize_model::catalogue::{Catalogue, Crosswalk};

const FIXTURE: &[u8] = include_bytes!("fixtures/uk-mapping-v4.json");

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(assize_catalogue::FILES).expect("the catalogue is sound"))
}

fn draft(held: &Catalogue) -> Draft {
    assert_eq!(Format::detect("a.json", FIXTURE), Some(Format::UkMapping));
    Format::UkMapping
        .read(FIXTURE, Asked { name: "a.json", ..Asked::default() }, held)
        .expect("it is the real thing")
}

fn edges<'c>(crosswalks: impl Iterator<Item = &'c Crosswalk>) -> BTreeSet<(String, String, String)> {
    let of = |c: &'c Crosswalk| c.rows.iter().map(|r| (c.from.clone(), r.from.clone(), r.to.clone()));
    crosswalks.flat_map(of).collect()
}

#[test]
fn every_edge_is_found_and_is_the_one_that_is_held() {
    let draft = draft(catalogue());
    let found = edges(draft.crosswalks.iter());
    let is_ours =
        |c: &&Crosswalk| c.sources.values().any(|s| s.starts_with("Copper Horse/DCMS open data v4"));
    let held = catalogue().crosswalks.iter().filter(|c| c.to == "uk-cop@2018").filter(is_ours);
    let held: BTreeSet<(String, String, String)> = held
        .flat_map(|c| {
            let ours = c.rows.iter().filter(|r| c.source(r).starts_with("Copper Horse/DCMS open data v4"));
            ours.map(|r| (c.from.clone(), r.from.clone(), r.to.clone())).collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<_> = held.difference(&found).collect();
    let more: Vec<_> = found.difference(&held).collect();
    assert!(missing.is_empty() && more.is_empty(), "missing {missing:?}, more {more:?}");
    assert!(found.len() >= 1057, "{}", found.len());
    for c in &draft.crosswalks {
        assert!(c.rows.iter().all(|r| r.line > 1), "each row knows its record");
    }
}

#[test]
fn what_is_held_already_changes_nothing() {
    let draft = draft(catalogue());
    let changes = plan(&draft, catalogue());
    let other: Vec<String> =
        changes.iter().filter(|c| !matches!(c, Change::HeldRow { .. })).map(ToString::to_string).collect();
    assert!(other.is_empty(), "{other:#?}");
    assert!(write(&draft, catalogue(), OnDifference::Keep).unwrap().is_empty());
}

#[test]
fn every_class_of_fault_is_repaired_and_reported() {
    let draft = draft(catalogue());
    for (message, at_least) in [
        ("the section is blank", 33),
        ("`Provision 5` is read as 5.1: the number of the clause is cut", 1),
        ("`4.1` is read as 4.10: its last zero is lost", 1),
        ("`Provisions 5.3-3 to 5.3-12` is taken as its items, one by one: 10", 1),
        ("`F1.17` is read as F.1.17: a dot is left out", 1),
        ("`CLP.14_5.1.1.2` is read as CLP14_5.1.1.2: a dot is too many", 1),
        ("is read as `NISTIR 8259A IoT Device Cybersecurity Capability Core Baseline`", 2),
        ("`Minimize Network Interface Functionality` is read as", 1),
        ("the organisation `Web of Things (WoT) Security and Privacy Considerations` is read as `W3C`", 1),
        ("the organisation `Symantec` is read as `Symantec`", 1),
        ("of `GSMA IoT Security Assessment` is read as gsma-clp-11@2.2", 1),
        ("the record repeats record", 2),
    ] {
        let found = draft.repairs.iter().filter(|r| r.message.contains(message)).count();
        assert!(found >= at_least, "{message}: {found}");
    }
    assert!(draft.repairs.iter().all(|r| r.place.starts_with("record ")));
    let dropped: Vec<&str> = draft.dropped.iter().map(|d| d.message.as_str()).collect();
    assert!(dropped[0].starts_with("quoted passages are not taken in: 1155"), "{dropped:?}");
}

#[test]
fn without_a_catalogue_the_documents_become_editions() {
    let held = Catalogue::default();
    let draft = draft(&held);
    assert!(edges(draft.crosswalks.iter()).len() >= 1040);
    let files = write(&draft, &held, OnDifference::Keep).unwrap();
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let kept = Catalogue::read(&files).unwrap();
    assert_eq!(edges(kept.crosswalks.iter()), edges(draft.crosswalks.iter()));
    let other: Vec<String> = plan(&draft, &kept)
        .iter()
        .filter(|c| !matches!(c, Change::HeldRow { .. }))
        .map(ToString::to_string)
        .collect();
    assert!(other.is_empty(), "{other:#?}");
}

#[test]
fn nothing_of_a_passage_or_a_note_comes_in() {
    let draft = draft(&Catalogue::default());
    let all = format!("{draft:?}");
    assert!(!all.contains("(passage") && !all.contains("(note dropped)"));
}
