//! The atlas over small made catalogues: whatever is stated truly, what follows is true; routes are never shown as met
//! by accident.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use assize_model::atlas::{Atlas, Gap, Market, Reach, Readiness, Relations, Standing, Verdicts};
use assize_model::catalogue::{Catalogue, Relation};
use assize_model::verdict::Verdict;
use proptest::prelude::*;

/// A catalogue of documents with numbered requirements each, and rows between them as `from, number, relation, to,
/// number`.
fn made(documents: usize, each: usize, rows: &[(usize, usize, &str, usize, usize)]) -> Catalogue {
    let mut files: Vec<(String, String)> = Vec::new();
    for document in 0..documents {
        let mut text = format!(
            "id = \"d{document}@1\"\ntitle = \"D\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n[sources]\ns = \"S\"\n"
        );
        for number in 0..each {
            let _ = write!(
                text,
                "[[requirement]]\nid = \"{number}\"\nobligation = \"M\"\nwords = \"w\"\nsource = \"s\"\nconfidence = \"high\"\n"
            );
        }
        files.push((format!("frameworks/d{document}/1.toml"), text));
    }
    for (at, (from, a, relation, to, b)) in rows.iter().enumerate() {
        let text = format!(
            "from = \"d{from}@1\"\nto = \"d{to}@1\"\n[sources]\ns = \"S\"\n[[row]]\nfrom = \"{a}\"\nto = \"{b}\"\nrelation = \"{relation}\"\nbasis = \"editorial\"\nreason = \"r\"\nsource = \"s\"\nconfidence = \"high\"\nread = \"2026-01-01\"\n"
        );
        files.push((format!("mappings/{at}.toml"), text));
    }
    read(&files)
}

fn read(files: &[(String, String)]) -> Catalogue {
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    Catalogue::read(&borrowed).expect("made catalogues are well formed")
}

/// The relation that two non-empty sets of outcomes stand in.
fn truth(a: u16, b: u16) -> Relation {
    match (a & !b == 0, b & !a == 0, a & b == 0) {
        (true, true, _) => Relation::Equal,
        (true, false, _) => Relation::SubsetOf,
        (false, true, _) => Relation::SupersetOf,
        (_, _, true) => Relation::None,
        _ => Relation::Intersects,
    }
}

const DOCUMENTS: usize = 5;
const EACH: usize = 4;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_follows_from_the_truth_is_true(
        outcomes in prop::collection::vec(1_u16..64, DOCUMENTS * EACH),
        pairs in prop::collection::vec((0..DOCUMENTS * EACH, 0..DOCUMENTS * EACH, any::<bool>()), 0..40),
    ) {
        let rows: Vec<(usize, usize, &str, usize, usize)> = pairs
            .iter()
            .filter(|(a, b, _)| a / EACH != b / EACH)
            .map(|(a, b, is_vague)| {
                let relation = if *is_vague { Relation::Related } else { truth(outcomes[*a], outcomes[*b]) };
                (a / EACH, a % EACH, relation.word(), b / EACH, b % EACH)
            })
            .collect();
        let catalogue = made(DOCUMENTS, EACH, &rows);
        let atlas = Atlas::new(&catalogue);
        let at = |name: &str| {
            let (document, number) = name.split_once('/').unwrap();
            let document: usize = document.trim_start_matches('d').trim_end_matches("@1").parse().unwrap();
            document * EACH + number.parse::<usize>().unwrap()
        };
        for node in atlas.nodes() {
            prop_assert!(atlas.conflicts(node, Reach::default()).is_empty(), "the truth contradicts itself");
            for derived in atlas.derive(node, Reach::default()) {
                let (a, b) = (outcomes[at(&atlas.name(node))], outcomes[at(&atlas.name(derived.to))]);
                let really = Relations::of(truth(a, b));
                prop_assert!(derived.relations.allows(really), "{} is said, {really} is true", derived.relations);
                prop_assert!(!derived.carries() || a & b == b, "a PASS is carried to something larger");
                prop_assert!(!derived.carries_failure() || a & b == a, "a FAIL is carried to something else");
            }
        }
    }

    #[test]
    fn what_is_derived_one_way_is_derived_the_other(
        pairs in prop::collection::vec((0..12_usize, 0..12_usize, 0..5_usize), 0..14),
    ) {
        let rows: Vec<(usize, usize, &str, usize, usize)> = pairs
            .iter()
            .filter(|(a, b, _)| a / 3 != b / 3)
            .map(|(a, b, r)| (a / 3, a % 3, Relation::ALL[*r].word(), b / 3, b % 3))
            .collect();
        let catalogue = made(4, 3, &rows);
        let atlas = Atlas::new(&catalogue);
        for node in atlas.nodes() {
            for derived in atlas.derive(node, Reach::default()).iter().filter(|d| d.relations.touches()) {
                let back = atlas.derive(derived.to, Reach::default());
                let back = back.iter().find(|d| d.to == node).expect("the path can be walked back");
                prop_assert_eq!(back.relations.rank(), derived.relations.rank());
            }
        }
    }
}

#[test]
fn contested_paths_carry_nothing() {
    let rows = [(0, 0, "equal", 1, 0), (1, 0, "equal", 2, 0), (0, 0, "intersects", 2, 0)];
    let catalogue = made(3, 1, &rows);
    let atlas = Atlas::new(&catalogue);
    let first = atlas.named("d0@1/0")[0];
    let passed = BTreeMap::from([(first, Verdict::Pass)]);
    let answers = atlas.answered(&passed, "d2@1", Reach::default());
    assert_eq!(answers[0].standing, Standing::Partly);
    assert_eq!(atlas.conflicts(first, Reach::default()).len(), 2, "d1 and d2 are both reached both ways");
    assert_eq!(atlas.gap(&["d0@1"], "d2@1", Reach::default())[0].gap, Gap::Part);
}

#[test]
fn a_fail_that_carries_decides_before_a_pass() {
    let catalogue = made(2, 2, &[(0, 0, "equal", 1, 0), (0, 1, "subset-of", 1, 0)]);
    let atlas = Atlas::new(&catalogue);
    let (whole, part) = (atlas.named("d0@1/0")[0], atlas.named("d0@1/1")[0]);
    let verdicts = BTreeMap::from([(whole, Verdict::Pass), (part, Verdict::Fail)]);
    let answers = atlas.answered(&verdicts, "d1@1", Reach::default());
    assert_eq!(answers[0].standing, Standing::Not);
    assert_eq!(answers[0].answers.len(), 2, "the PASS is still shown");
    assert_eq!(answers[1].standing, Standing::Unknown);
}

#[test]
fn not_mapped_is_told_from_mapped_to_nothing() {
    let mut files: Vec<(String, String)> = Vec::new();
    for id in ["a", "b"] {
        let mut text = format!(
            "id = \"{id}@1\"\ntitle = \"T\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n[sources]\ns = \"S\"\n"
        );
        for number in 1..=2 {
            let _ = write!(
                text,
                "[[requirement]]\nid = \"{number}\"\nwords = \"w\"\nsource = \"s\"\nconfidence = \"high\"\n"
            );
        }
        files.push((format!("frameworks/{id}/1.toml"), text));
    }
    let row = "from = \"a@1\"\nto = \"b@1\"\n[sources]\ns = \"S\"\n[[row]]\nfrom = \"1\"\nrelation = \"none\"\nbasis = \"published\"\nreason = \"r\"\nsource = \"s\"\nconfidence = \"high\"\n";
    files.push(("mappings/a@1--b@1.toml".into(), row.into()));
    let catalogue = read(&files);
    let atlas = Atlas::new(&catalogue);
    let pair = atlas.pair("a@1", "b@1", Reach::default());
    assert_eq!(pair.gaps_from.iter().map(|g| g.to_nothing).collect::<Vec<_>>(), [true, false]);
    assert_eq!(pair.gaps_to.iter().map(|g| g.to_nothing).collect::<Vec<_>>(), [false, false]);
}

/// A scheme with one route that demands requirement 0 of `d0@1`.
fn market(
    complete: bool,
    besides: &str,
    condition: &str,
    verdicts: &[(usize, Verdict)],
    not_applicable: &[usize],
) -> Readiness {
    let mut catalogue = made(1, 2, &[]);
    let text = format!(
        "id = \"s\"\ntitle = \"S\"\nauthority = \"A\"\nregion = \"R\"\nkind = \"law\"\nopen = true\nstatus = \"x\"\n[sources]\ns = \"S\"\n[[route]]\nid = \"r\"\ntitle = \"R\"\nedition = \"d0@1\"\nbesides = [{besides}]\ncomplete = {complete}\nsource = \"s\"\nconfidence = \"high\"\n[[route.demand]]\nrequirement = \"0\"\ncondition = \"{condition}\"\n"
    );
    catalogue.schemes = Catalogue::read(&[("schemes/s.toml", &text)]).expect("it is well formed").schemes;
    let atlas = Atlas::new(&catalogue);
    let node = |number: usize| atlas.named(&format!("d0@1/{number}"))[0];
    let verdicts = Verdicts {
        given: verdicts.iter().map(|(n, v)| (node(*n), *v)).collect(),
        not_applicable: not_applicable.iter().map(|n| node(*n)).collect::<BTreeSet<_>>(),
    };
    let markets: Vec<Market<'_, '_>> = atlas.markets(&verdicts, Reach::default());
    markets[0].routes[0].readiness
}

#[test]
fn a_route_is_ready_only_when_all_is_known_and_met() {
    let pass = [(0, Verdict::Pass)];
    assert_eq!(market(true, "", "", &pass, &[]), Readiness::Ready);
    assert_eq!(market(true, "\"a paper\"", "", &pass, &[]), Readiness::MetBut);
    assert_eq!(market(true, "", "where relevant", &pass, &[]), Readiness::MetBut);
    assert_eq!(market(false, "", "", &pass, &[]), Readiness::NotKnown);
    assert_eq!(market(true, "", "", &[(0, Verdict::Fail)], &[]), Readiness::Missing);
    assert_eq!(market(false, "", "", &[(0, Verdict::Fail)], &[]), Readiness::Missing);
    assert_eq!(market(true, "", "", &[(0, Verdict::Inconclusive)], &[]), Readiness::Open);
    assert_eq!(market(true, "", "", &[(1, Verdict::Pass)], &[]), Readiness::Open);
    assert_eq!(market(true, "", "", &[(0, Verdict::NotTested)], &[0]), Readiness::Ready);
    assert_eq!(market(true, "", "", &[(0, Verdict::NotTested)], &[]), Readiness::Open);
}
