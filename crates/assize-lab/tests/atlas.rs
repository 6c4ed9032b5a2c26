//! The atlas over the embedded catalogue: what the data has to show, and that the engine adds nothing to it.

use std::collections::BTreeMap;

use assize_model::atlas::{Atlas, Gap, Reach, Relations, Search, Standing};
use assize_model::catalogue::{Basis, Catalogue, Confidence, Item, Origin};
use assize_model::verdict::Verdict;

fn catalogue() -> &'static Catalogue {
    assize_lab::catalogue().expect("the catalogue is sound")
}

#[test]
fn every_document_and_requirement_of_the_research_is_held() {
    let catalogue = catalogue();
    let items = catalogue.frameworks.iter().flat_map(|f| f.items());
    let counted = items.filter(|i| !matches!(i, Item::Statement(_))).count();
    assert_eq!(catalogue.frameworks.len(), 183);
    assert_eq!(counted, 2162);
    let published = catalogue.crosswalks.iter().flat_map(|c| &c.rows).filter(|r| r.basis == Basis::Published);
    // 2,709 published edges, less 664 under share-alike and 232 under GPL terms.
    assert_eq!(published.count(), 2709 - 664 - 232);
}

#[test]
fn nothing_embedded_forbids_sharing() {
    for crosswalk in &catalogue().crosswalks {
        for row in &crosswalk.rows {
            let licence = crosswalk.licence(row);
            let forbidden =
                ["GPL", "-SA", "-ND", "SA 4.0", "ND 4.0"].iter().any(|word| licence.contains(word));
            assert!(!forbidden, "{}: {licence}", crosswalk.file);
            assert!(!row.reason.trim().is_empty(), "{}:{} has no reason", crosswalk.file, row.line);
            let is_dated = row.basis != Basis::Editorial || !row.read.is_empty();
            assert!(is_dated, "{}:{} is editorial and has no date", crosswalk.file, row.line);
        }
    }
}

#[test]
fn the_code_of_practice_became_thirty_seven_provisions() {
    let atlas = Atlas::new(catalogue());
    let (older, newer) = ("uk-cop@2018", "ts-103-645@1.1.1");
    let lineage = catalogue().lineage(older, newer).expect("it is held");
    let descents = lineage.descents(
        catalogue().framework(older).expect("it is held"),
        catalogue().framework(newer).expect("it is held"),
    );
    let with = |origin: Origin| -> Vec<&str> {
        descents.iter().filter(|d| d.origin == origin).map(|d| d.id.as_str()).collect()
    };
    assert_eq!(with(Origin::SupportingText), ["4.2-3", "4.3-2", "4.3-7", "4.3-9", "4.10-2", "4.10-3"]);
    assert_eq!(with(Origin::Both), ["4.3-4", "4.3-6", "4.4-1"]);
    assert_eq!(with(Origin::New), ["4.11-3"]);
    assert_eq!(descents.len(), 37);
    let pair = atlas.pair(older, newer, Reach::default());
    assert!(pair.gaps_from.is_empty() && pair.gaps_to.is_empty(), "{:?} {:?}", pair.gaps_from, pair.gaps_to);
}

#[test]
fn every_derived_relation_is_what_its_path_says() {
    let atlas = Atlas::new(catalogue());
    for node in atlas.nodes() {
        for derived in atlas.derive(node, Reach::default()) {
            let folded = derived.path.iter().fold(Relations::EQUAL, |so_far, hop| so_far.then(hop.relations));
            assert_eq!(folded, derived.relations, "{} to {}", atlas.name(node), atlas.name(derived.to));
            let weakest = derived.path.iter().map(|h| h.edge.confidence).min();
            assert_eq!(weakest, Some(derived.confidence));
            assert!(derived.path.iter().all(|h| h.edge.doubt.is_empty()), "a doubted edge was followed");
            assert_eq!(derived.path.last().map(|h| h.other), Some(derived.to));
            let carries_by = derived.path.iter().all(|h| h.relations.carries());
            assert!(!derived.carries() || carries_by, "something weaker than its path carries");
        }
    }
}

#[test]
fn low_confidence_edges_are_left_out_on_request() {
    let atlas = Atlas::new(catalogue());
    let high = Reach { least: Confidence::High, ..Reach::default() };
    for node in atlas.items("en-303-645@3.1.3") {
        assert!(atlas.derive(node, high).iter().all(|d| d.confidence == Confidence::High));
    }
}

fn answered(verdict: Verdict, on: &str, edition: &str, asked: &str) -> Standing {
    let atlas = Atlas::new(catalogue());
    let node = atlas.named(on)[0];
    let answers = atlas.answered(&BTreeMap::from([(node, verdict)]), edition, Reach::default());
    answers.iter().find(|a| atlas.item(a.node).id() == asked).map(|a| a.standing).expect("it is asked for")
}

#[test]
fn only_equal_and_stronger_requirements_carry_a_pass() {
    let old = "en-303-645@2.1.1";
    // The same content in the later edition.
    assert_eq!(
        answered(Verdict::Pass, &format!("{old}/5.3-13"), "en-303-645@3.1.3", "5.3-13"),
        Standing::Satisfied
    );
    assert_eq!(
        answered(Verdict::Fail, &format!("{old}/5.3-13"), "en-303-645@3.1.3", "5.3-13"),
        Standing::Not
    );
    assert_eq!(
        answered(Verdict::Inconclusive, &format!("{old}/5.3-13"), "en-303-645@3.1.3", "5.3-13"),
        Standing::Unknown
    );
    // The later edition adds machine-to-machine authentication: a PASS is a part, a FAIL stays one.
    assert_eq!(
        answered(Verdict::Pass, &format!("{old}/5.1-3"), "en-303-645@3.1.3", "5.1-3"),
        Standing::Partly
    );
    assert_eq!(answered(Verdict::Fail, &format!("{old}/5.1-3"), "en-303-645@3.1.3", "5.1-3"), Standing::Not);
    // Deemed compliance is a legal effect and no relation: the duty itself is met in part.
    assert_eq!(answered(Verdict::Pass, &format!("{old}/5.1-1"), "uk-psti@2023", "sch1-1"), Standing::Partly);
}

#[test]
fn a_judged_requirement_keeps_its_own_verdict() {
    assert_eq!(answered(Verdict::Fail, "en-303-645@2.1.1/5.1-1", "en-303-645@2.1.1", "5.1-1"), Standing::Not);
}

#[test]
fn meeting_the_later_edition_leaves_little_of_the_earlier() {
    let atlas = Atlas::new(catalogue());
    let rows = atlas.gap(&["en-303-645@3.1.3"], "en-303-645@2.1.1", Reach::default());
    let met = rows.iter().filter(|r| r.gap == Gap::Met).count();
    assert_eq!(rows.len(), 68);
    assert!(met > 40, "{met} met");
    let own = atlas.gap(&["en-303-645@2.1.1"], "en-303-645@2.1.1", Reach::default());
    assert!(own.iter().all(|r| r.gap == Gap::Met));
}

#[test]
fn search_forgives_typing_errors_and_finds_numbers() {
    let atlas = Atlas::new(catalogue());
    let search = Search::new(&atlas);
    let first = |query: &str| search.find(query, 1).first().map(|f| atlas.name(f.node)).unwrap_or_default();
    assert!(first("5.3-13").ends_with("/5.3-13"));
    assert_eq!(first("en-303-645@3.1.3/5.3-13"), "en-303-645@3.1.3/5.3-13");
    let words = |query: &str| {
        search.find(query, 5).iter().map(|f| atlas.item(f.node).words().to_lowercase()).collect::<Vec<_>>()
    };
    assert!(
        words("defualt pasword").iter().all(|w| w.contains("default password")),
        "{:?}",
        words("defualt pasword")
    );
    assert!(
        words("vulnerabilty disclosur policy")
            .iter()
            .all(|w| w.contains("vulnerabilit") || w.contains("disclosure"))
    );
    assert!(search.find("", 5).is_empty());
    assert!(search.find(&"x".repeat(100_000), 5).is_empty());
}
