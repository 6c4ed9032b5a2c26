//! The mapping linter over the data: what it finds in two published mappings that a reader has judged pair by pair, and
//! that the embedded catalogue holds no error.

use std::collections::BTreeSet;
use std::path::Path;

use assize_model::atlas::Atlas;
use assize_model::atlas::lint::{Level, Options, Rule, lint};
use assize_model::catalogue::{Basis, Catalogue, Crosswalk, Row};

const ISVS: &str = "mappings/owasp-isvs@1.0--en-303-645@2.1.1.toml";
const BSI: &str = "mappings/bsi-tr-03183-1@0.9.0--en-303-645@2.1.1.toml";

/// The catalogue, with the rows of ISVS that its terms keep out of it.
fn catalogue() -> Catalogue {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/catalogues/owasp-isvs");
    let text = std::fs::read_to_string(folder.join(ISVS)).expect("the example is in the checkout");
    let mut files = assize_catalogue::FILES.to_vec();
    files.push((ISVS, &text));
    Catalogue::read(&files).expect("the catalogue is sound")
}

fn of<'c>(catalogue: &'c Catalogue, file: &str) -> &'c Crosswalk {
    catalogue.crosswalks.iter().find(|c| c.file == file).expect("the file is read")
}

/// A published pair that the first reader marked as doubtful. The second reader, who saw more, is no part of the truth
/// that the rule was measured against.
fn is_marked(row: &Row) -> bool {
    !row.doubt.is_empty() && !row.doubt.starts_with("second reader:")
}

/// Published pairs as marked, and which of them are wrongly flagged and wrongly kept.
struct Measured {
    marked: usize,
    unmarked: usize,
    missed: BTreeSet<(String, String)>,
    wrong: BTreeSet<(String, String)>,
}

fn measure(file: &str) -> Measured {
    let catalogue = catalogue();
    let found = lint(&Atlas::new(&catalogue), &[of(&catalogue, file)], &Options::default());
    let doubtful = found.faults.iter().filter(|f| f.rule == Rule::Doubtful);
    let flagged: BTreeSet<_> = doubtful.map(|f| (f.edge.from.clone(), f.edge.to.clone())).collect();
    let published = of(&catalogue, file).rows.iter().filter(|r| r.basis == Basis::Published);
    let (marked, unmarked): (Vec<&Row>, Vec<&Row>) = published.partition(|r| is_marked(r));
    let pair = |r: &&Row| (r.from.clone(), r.to.clone());
    let of = |rows: &[&Row], is_flagged: bool| {
        rows.iter().map(pair).filter(|p| flagged.contains(p) == is_flagged).collect()
    };
    Measured {
        missed: of(&marked, false),
        wrong: of(&unmarked, true),
        marked: marked.len(),
        unmarked: unmarked.len(),
    }
}

fn pairs(list: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    list.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
}

#[test]
fn doubtful_pairs_of_isvs_are_found() {
    let found = measure(ISVS);
    assert_eq!((found.marked, found.unmarked), (34, 80));
    assert_eq!(found.missed, pairs(&[("2.4.2", "5.8-1"), ("3.4.5", "5.12-1"), ("4.5.7", "5.4-3")]));
    let wrong = [("1.1.5", "5.2-2"), ("3.3.2", "5.9-1"), ("3.6.2", "5.6-1"), ("4.5.4", "5.1-2")];
    assert_eq!(found.wrong, pairs(&wrong));
}

#[test]
fn doubtful_pairs_of_bsi_are_found() {
    let found = measure(BSI);
    assert_eq!((found.marked, found.unmarked), (8, 55));
    assert_eq!(found.missed, pairs(&[]));
    assert_eq!(found.wrong, pairs(&[("REQ_ER 4.5", "5.3-3"), ("REQ_ER 9.1", "5.6-5")]));
}

#[test]
fn four_of_five_are_found_and_one_in_ten_flagged_at_most() {
    for found in [measure(ISVS), measure(BSI)] {
        assert!(found.missed.len() * 5 <= found.marked, "{} of {} missed", found.missed.len(), found.marked);
        assert!(found.wrong.len() * 10 < found.unmarked, "{} of {} wrong", found.wrong.len(), found.unmarked);
    }
}

#[test]
fn suggestions_are_candidates_in_order() {
    let catalogue = catalogue();
    let found = lint(&Atlas::new(&catalogue), &[of(&catalogue, BSI)], &Options::default());
    let suggested = |from: &str, to: &str| {
        let fault =
            found.faults.iter().find(|f| f.rule == Rule::Doubtful && f.edge.from == from && f.edge.to == to);
        fault.map(|f| f.suggestions.join(" "))
    };
    assert_eq!(suggested("REQ_ER 4.5", "5.3-3").as_deref(), Some("5.3-6 5.3-11"));
    assert_eq!(suggested("REQ_ER 14.2", "5.11-2").as_deref(), Some("5.11-1"));
    assert_eq!(suggested("REQ_ER 1.2", "5.6-9"), None);
}

#[test]
fn the_embedded_catalogue_has_no_error() {
    let catalogue = assize_lab::catalogue().expect("the catalogue is sound");
    let all: Vec<&Crosswalk> = catalogue.crosswalks.iter().collect();
    let found = lint(&Atlas::new(catalogue), &all, &Options { embedded: true, ..Options::default() });
    let errors: Vec<_> = found.faults.iter().filter(|f| f.level == Level::Error).collect();
    assert_eq!(errors, [] as [&_; 0]);
    let told = |rule| found.counts.get(&rule).copied().unwrap_or_default();
    assert_eq!(told(Rule::LicenceMissing), 0);
    assert_eq!(told(Rule::ReasonMissing), 0);
    assert_eq!(found.not_composed, 0);
}

#[test]
fn rows_kept_out_of_the_catalogue_are_told_when_put_into_it() {
    let catalogue = catalogue();
    let told = |embedded| {
        let options = Options { embedded, ..Options::default() };
        lint(&Atlas::new(&catalogue), &[of(&catalogue, ISVS)], &options)
            .counts
            .contains_key(&Rule::LicenceForbids)
    };
    assert!(told(true) && !told(false));
}
