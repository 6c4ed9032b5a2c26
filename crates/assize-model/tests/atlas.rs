//! The atlas over small made catalogues: whatever is stated truly, what follows is true; routes are never shown as met
//! by accident.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use assize_model::atlas::{
    Atlas, Derived, Gap, Market, NodeId, Reach, Readiness, Relations, Standing, Verdicts,
};
use assize_model::catalogue::{Catalogue, Confidence, Relation};
use assize_model::verdict::Verdict;
use proptest::prelude::*;

/// A catalogue of documents with numbered requirements each, and rows between them as `from, number, relation, to,
/// number`, all sure.
fn made(documents: usize, each: usize, rows: &[(usize, usize, &str, usize, usize)]) -> Catalogue {
    let sure: Vec<_> = rows.iter().map(|(a, b, c, d, e)| (*a, *b, *c, *d, *e, "high")).collect();
    made_unsure(documents, each, &sure)
}

/// The same with the confidence of each row.
fn made_unsure(
    documents: usize,
    each: usize,
    rows: &[(usize, usize, &str, usize, usize, &str)],
) -> Catalogue {
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
    let mut mappings: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (from, a, relation, to, b, confidence) in rows {
        let text = mappings
            .entry((*from, *to))
            .or_insert_with(|| format!("from = \"d{from}@1\"\nto = \"d{to}@1\"\n[sources]\ns = \"S\"\n"));
        let _ = write!(
            text,
            "[[row]]\nfrom = \"{a}\"\nto = \"{b}\"\nrelation = \"{relation}\"\nbasis = \"editorial\"\nreason = \"r\"\nsource = \"s\"\nconfidence = \"{}\"\nread = \"2026-01-01\"\n",
            confidence
        );
    }
    for ((from, to), text) in mappings {
        files.push((format!("mappings/d{from}@1--d{to}@1.toml"), text));
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

/// What a path says, without its steps.
fn gist(d: &Derived<'_, '_>) -> (NodeId, NodeId, Relations, Confidence, bool, usize, bool, bool) {
    let (from, to, length) = (d.from, d.to, d.path.len());
    (from, to, d.relations, d.confidence, d.contested, length, d.carries(), d.carries_failure())
}

/// Whether a path says what its steps say, and leads from its start to its end.
fn is_folded(d: &Derived<'_, '_>) -> bool {
    let folded = d.path.iter().fold(Relations::EQUAL, |so_far, hop| so_far.then(hop.relations));
    let mut at = d.from;
    let is_joined = d.path.iter().all(|hop| {
        let ends = if hop.reversed { (hop.edge.to, hop.edge.from) } else { (hop.edge.from, hop.edge.to) };
        ends == (std::mem::replace(&mut at, hop.other), hop.other) && hop.edge.doubt.is_empty()
    });
    let weakest = d.path.iter().map(|h| h.edge.confidence).min();
    folded == d.relations && is_joined && at == d.to && weakest == Some(d.confidence)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Rows are drawn without regard to truth, so that contradictions, walks in circles and ways through either end
    /// abound.
    #[test]
    fn a_pair_by_the_middle_is_what_a_search_from_the_front_finds(
        drawn in prop::collection::vec((0..15_usize, 0..15_usize, 0..9_usize, 0..3_usize), 0..60),
        hops in 0..8_u8,
        least in 0..3_usize,
    ) {
        let words = ["low", "medium", "high"];
        let rows: Vec<(usize, usize, &str, usize, usize, &str)> = drawn
            .iter()
            .filter(|(a, b, ..)| a / 3 != b / 3)
            // Equal rows are the ones that lead on, so there are some more of them.
            .map(|(a, b, r, c)| (a / 3, a % 3, Relation::ALL.get(*r).unwrap_or(&Relation::Equal).word(), b / 3, b % 3, words[*c]))
            .collect();
        let mut catalogue = made_unsure(5, 3, &rows);
        if let Some(row) = catalogue.crosswalks.first_mut().and_then(|c| c.rows.first_mut()) {
            row.doubt = "it is doubted".into();
        }
        let atlas = Atlas::new(&catalogue);
        let reach = Reach { hops, least: [Confidence::Low, Confidence::Medium, Confidence::High][least] };
        for (from, to) in (0..5).flat_map(|from| (0..5).map(move |to| (from, to))) {
            let (from, to) = (format!("d{from}@1"), format!("d{to}@1"));
            let pair = atlas.pair(&from, &to, reach);
            let is_there = |node: NodeId| atlas.framework(node).id == to;
            let followed = || atlas.items(&from).map(|node| atlas.follow(node, reach));
            let rows = followed().flat_map(|f| f.derived).filter(|d| is_there(d.to));
            let rows = rows.filter(|d| d.is_direct() || d.relations != Relations::APART);
            let conflicts = followed().flat_map(|f| f.conflicts).filter(|c| is_there(c.one.to));
            prop_assert_eq!(
                pair.rows.iter().map(gist).collect::<Vec<_>>(),
                rows.map(|d| gist(&d)).collect::<Vec<_>>()
            );
            prop_assert_eq!(
                pair.conflicts.iter().map(|c| (gist(&c.one), gist(&c.other))).collect::<Vec<_>>(),
                conflicts.map(|c| (gist(&c.one), gist(&c.other))).collect::<Vec<_>>()
            );
            let conflicting = pair.conflicts.iter().flat_map(|c| [&c.one, &c.other]);
            prop_assert!(pair.rows.iter().chain(conflicting).all(is_folded), "a path does not say what it leads to");
            prop_assert_eq!(pair.cut, 0);
        }
    }

    /// The rule itself, walked edge by edge without any bound on what is kept.
    #[test]
    fn a_search_finds_what_the_rule_says(
        drawn in prop::collection::vec((0..8_usize, 0..8_usize, 0..6_usize, 0..3_usize), 0..12),
        hops in 0..5_u8,
    ) {
        let words = ["low", "medium", "high"];
        let rows: Vec<(usize, usize, &str, usize, usize, &str)> = drawn
            .iter()
            .filter(|(a, b, ..)| a / 2 != b / 2)
            .map(|(a, b, r, c)| (a / 2, a % 2, Relation::ALL[*r].word(), b / 2, b % 2, words[*c]))
            .collect();
        let catalogue = made_unsure(4, 2, &rows);
        let atlas = Atlas::new(&catalogue);
        let reach = Reach { hops, least: Confidence::Low };
        for node in atlas.nodes() {
            let walks = walked(&atlas, node, hops);
            let followed = atlas.follow(node, reach);
            for to in atlas.nodes().filter(|to| *to != node) {
                let ways = || walks.iter().filter(|w| w.0 == to);
                // Relations that leave even that open whether anything is shared are worth no row.
                let telling = ways().filter(|w| w.1.is_open() || w.1.word() != "open");
                let best = telling.map(|w| (w.1.rank(), w.2)).max();
                let said = followed.derived.iter().find(|d| d.to == to);
                prop_assert_eq!(said.map(|d| (d.relations.rank(), d.confidence)), best);
                let Some(said) = said else { continue };
                let against = || ways().filter(|w| w.1.contradicts(said.relations));
                let own = against().any(|w| w.2 >= said.confidence);
                prop_assert!(said.contested || !own, "a contradiction is not told");
                let carries = said.relations.carries() || said.relations.carries_failure();
                let inner = !said.is_direct() && carries && part_is_contested(&atlas, said, reach);
                prop_assert_eq!(said.contested, own || inner);
                prop_assert_eq!(followed.conflicts.iter().any(|c| c.one.to == to), against().next().is_some());
            }
        }
    }
}

/// Whether a part of a path, shorter than the whole, is contested.
fn part_is_contested(atlas: &Atlas<'_>, path: &Derived<'_, '_>, reach: Reach) -> bool {
    let items: Vec<NodeId> = std::iter::once(path.from).chain(path.path.iter().map(|h| h.other)).collect();
    let last = items.len() - 1;
    let parts =
        (0..last).flat_map(|at| (at + 1..=last).map(move |end| (at, end))).filter(|p| *p != (0, last));
    // A contradiction counts between two items of the path, not one that lies on another way between them.
    let is_contested = |(at, end): (usize, usize)| {
        let said = atlas.follow(items[at], reach).derived;
        let Some(said) = said.iter().find(|d| d.to == items[end]) else { return false };
        let walks = walked(atlas, items[at], reach.hops);
        walks.iter().any(|w| w.0 == items[end] && w.1.contradicts(said.relations) && w.2 >= said.confidence)
    };
    parts.into_iter().any(is_contested)
}

/// Every walk from an item that does not come by it again.
fn walked(atlas: &Atlas<'_>, start: NodeId, hops: u8) -> BTreeSet<(NodeId, Relations, Confidence)> {
    let mut all = BTreeSet::new();
    let mut ends = BTreeSet::from([(start, Relations::EQUAL, Confidence::High)]);
    for _ in 0..hops {
        let mut next = BTreeSet::new();
        for (node, relations, confidence) in ends.into_iter().filter(|e| !e.1.is_open()) {
            for seen in atlas.seen(node).filter(|s| s.other != start) {
                let joined = relations.then(seen.relations);
                if !joined.is_open() || relations == Relations::EQUAL {
                    next.insert((seen.other, joined, confidence.min(seen.edge.confidence)));
                }
            }
        }
        all.extend(next.iter().copied());
        ends = next;
    }
    all
}

#[test]
fn a_cut_search_says_so_and_derives_nothing_that_carries() {
    let mut rows = vec![(0, 0, "equal", 1, 0), (1, 0, "equal", 2, 0)];
    rows.extend((1..30).map(|number| (2, 0, "superset-of", 1, number)));
    rows.push((0, 0, "intersects", 2, 0));
    rows.push((0, 1, "equal", 2, 1));
    let catalogue = made(3, 30, &rows);
    let atlas = Atlas::new(&catalogue);
    let (first, whole) = (atlas.named("d0@1/0")[0], Reach::default());
    assert_eq!(atlas.follow(first, whole).cut, 0);
    assert_eq!(atlas.pair("d0@1", "d1@1", whole).cut, 0);
    let atlas = atlas.bounded(5);
    let cut = atlas.follow(first, whole);
    assert_eq!(cut.cut, 1);
    assert!(cut.derived.iter().all(|d| d.cut));
    assert!(cut.derived.iter().all(|d| d.is_direct() || !(d.carries() || d.carries_failure())));
    assert!(
        cut.derived.iter().any(|d| !d.is_direct() && d.relations.carries()),
        "the cut is what holds it back"
    );
    let pair = atlas.pair("d0@1", "d1@1", whole);
    assert!(pair.cut > 0 && pair.rows.iter().any(|r| r.cut));
    assert!(pair.rows.iter().all(|r| !r.cut || r.is_direct() || !r.carries()));
    let passed = BTreeMap::from([(first, Verdict::Pass)]);
    let answers = atlas.answered(&passed, "d2@1", Reach::default());
    assert!(answers.iter().all(|a| a.standing != Standing::Satisfied));
    for (have, need) in [("d0@1", "d1@1"), ("d0@1", "d2@1"), ("d1@1", "d0@1"), ("d2@1", "d0@1")] {
        for row in atlas.gap(&[have], need, whole) {
            let is_safe = row.path.as_ref().is_none_or(|path| path.is_direct() || !path.cut);
            assert!(is_safe || row.gap != Gap::Met, "{row:?}");
        }
    }
}

#[test]
fn a_path_that_only_excludes_contests_as_well() {
    // Intersects, then superset-of: not equal, and no more is known.
    let rows = [(0, 0, "equal", 2, 0), (0, 0, "intersects", 1, 0), (1, 0, "superset-of", 2, 0)];
    let catalogue = made(3, 1, &rows);
    let atlas = Atlas::new(&catalogue);
    let (first, last) = (atlas.named("d0@1/0")[0], atlas.named("d2@1/0")[0]);
    let derived = atlas.derive(first, Reach::default());
    let said = derived.iter().find(|d| d.to == last).unwrap();
    assert_eq!(said.relations, Relations::EQUAL);
    assert!(said.contested && !said.carries());
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
fn a_contradiction_stands_in_the_way_of_longer_paths_too() {
    // Whether the first is equal to the second is disputed, so nothing goes on from there to the third.
    let rows = [(0, 0, "equal", 1, 0), (0, 0, "intersects", 1, 0), (1, 0, "superset-of", 2, 0)];
    let catalogue = made(3, 1, &rows);
    let atlas = Atlas::new(&catalogue);
    let first = atlas.named("d0@1/0")[0];
    let passed = BTreeMap::from([(first, Verdict::Pass)]);
    assert_eq!(atlas.answered(&passed, "d2@1", Reach::default())[0].standing, Standing::Partly);
    assert_ne!(atlas.gap(&["d0@1"], "d2@1", Reach::default())[0].gap, Gap::Met);
    assert!(atlas.pair("d0@1", "d2@1", Reach::default()).rows.iter().all(|r| !r.carries()));
    // The second alone carries to the third.
    let second = BTreeMap::from([(atlas.named("d1@1/0")[0], Verdict::Pass)]);
    assert_eq!(atlas.answered(&second, "d2@1", Reach::default())[0].standing, Standing::Satisfied);
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
        is_ics_valid: true,
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
    assert_eq!(market(true, "", "", &[(0, Verdict::NotTested)], &[0]), Readiness::MetBut);
    assert_eq!(market(true, "", "", &[(0, Verdict::NotTested)], &[]), Readiness::Open);
}
