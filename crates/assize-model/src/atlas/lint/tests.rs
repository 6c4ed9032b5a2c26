//! Each rule on a small catalogue: flawed, sound, and the odd cases; and that nothing makes the linter stumble.

use proptest::prelude::*;

use super::{Linted, MapFault, Options, Rule, SourceText, lint};
use crate::atlas::Atlas;
use crate::catalogue::{Basis, Catalogue, Concept, Confidence, Crosswalk, Relation, Requirement, Row};

const LAMP_1: &[&str] = &["1.1-1 | Light is white", "1.1-2 | Light is bright", "1.2-1 | Switch is near"];
const LAMP_2: &[&str] =
    &["1.1-1 | Light is white", "1.1-3 | Light is warm", "1.2-1A | Switch near", "1.2-1B | Far"];
const CODE: &[&str] = &["G1 | White light", "G2 | Bright light", "G3 | Switch at hand", "G10 | Ten"];

/// A framework edition of requirements, each an id and words.
fn framework(id: &str, terms: &str, requirements: &[&str], more: &str) -> String {
    let mut text = format!(
        "id = {id:?}\ntitle = \"T\"\npublisher = \"P\"\ndate = \"2018\"\nlicence = \"L\"\n\
         document_licence = {terms:?}\n[sources]\ns = \"S\"\n"
    );
    for requirement in requirements {
        let (id, words) = requirement.split_once(" | ").unwrap();
        text += &format!(
            "[[requirement]]\nid = {id:?}\nwords = {words:?}\nsource = \"s\"\nconfidence = \"high\"\n"
        );
    }
    text + more
}

const VOID: &str = "[[requirement]]\nid = \"1.2-1\"\nobligation = \"VOID\"\nwords = \"\"\nsource = \"s\"\nconfidence = \"\"\n";
const CONCEPTS: &str = "[[concept]]\nname = \"white\"\ntopic = 1\nwords = [\"white\"]\n\
    [[concept]]\nname = \"bright\"\ntopic = 2\nwords = [\"bright*\"]\n\
    [[concept]]\nname = \"switch\"\ntopic = 3\nwords = [\"switch* hand\", \"switch* near\"]\n";

fn catalogue() -> Catalogue {
    let files = [
        ("frameworks/lamp/1.toml", framework("lamp@1", "copyrighted", LAMP_1, "")),
        ("frameworks/lamp/2.toml", framework("lamp@2", "copyrighted", LAMP_2, VOID)),
        ("frameworks/code/2018.toml", framework("code@2018", "Open Government Licence v3.0", CODE, "")),
        ("lists/concepts.toml", CONCEPTS.to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Catalogue::read(&files).unwrap()
}

fn row(from: &str, relation: Relation, to: &str) -> Row {
    Row {
        from: from.to_owned(),
        to: to.to_owned(),
        relation,
        basis: Basis::Published,
        reason: format!("{from} and {to}"),
        source: "m1".to_owned(),
        confidence: Confidence::Medium,
        legal_effect: None,
        read: String::new(),
        doubt: String::new(),
        line: 0,
    }
}

/// A crosswalk with the rows on lines 1, 2, 3 …
fn crosswalk(from: &str, to: &str, rows: Vec<Row>) -> Crosswalk {
    let rows = (1..).zip(rows).map(|(line, row)| Row { line, ..row }).collect();
    Crosswalk {
        from: from.to_owned(),
        to: to.to_owned(),
        total: None,
        sources: [("m1", "One"), ("m2", "Two")].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        licences: ["m1", "m2"].map(|k| (k.to_owned(), "facts only".to_owned())).into(),
        rows,
        file: format!("{from}--{to}.csv"),
    }
}

fn linted(crosswalks: &[Crosswalk], options: &Options) -> Linted {
    let mut catalogue = catalogue();
    catalogue.crosswalks = crosswalks.to_vec();
    let atlas = Atlas::new(&catalogue);
    lint(&atlas, &crosswalks.iter().collect::<Vec<_>>(), options)
}

/// The faults of rules other than the one about words.
fn faults(crosswalks: &[Crosswalk]) -> Vec<MapFault> {
    let mut faults = linted(crosswalks, &Options::default()).faults;
    faults.retain(|f| f.rule != Rule::Doubtful);
    faults
}

fn rules(crosswalks: &[Crosswalk]) -> Vec<(Rule, u32)> {
    faults(crosswalks).iter().map(|f| (f.rule, f.line)).collect()
}

/// What a cell of the second edition is told.
fn cell(to: &str, id: &str) -> (Rule, Vec<String>) {
    let found = faults(&[crosswalk("code@2018", to, vec![row("G1", Relation::Related, id)])]);
    let [fault] = found.as_slice() else { panic!("{id}: {found:?}") };
    assert_eq!(fault.line, 1);
    (fault.rule, fault.suggestions.clone())
}

fn told(rule: Rule, suggestions: &[&str]) -> (Rule, Vec<String>) {
    (rule, suggestions.iter().map(|s| (*s).to_owned()).collect())
}

#[test]
fn a_sound_crosswalk_has_no_fault() {
    let rows = vec![row("G1", Relation::Equal, "1.1-1"), row("G2", Relation::SubsetOf, "1.1-2")];
    let nothing = Row { to: String::new(), ..row("G10", Relation::None, "") };
    let sound = crosswalk("code@2018", "lamp@1", [rows, vec![nothing]].concat());
    let found = linted(&[sound], &Options::default());
    assert_eq!(found.faults, []);
    assert_eq!((found.rows, found.judged, found.not_judged), (3, 2, 0));
}

#[test]
fn numbers_are_found_as_people_write_them() {
    for written in ["Provision 1.1-2", "1.1.2", "1.1 -2", " 1.1-2", "LAMP 1.1-2", "lamp v1 1.1-2", "(1.1-2)"]
    {
        assert_eq!(cell("lamp@1", written), told(Rule::IdShape, &["1.1-2"]), "{written}");
    }
    assert_eq!(cell("lamp@2", "1.2-1a"), told(Rule::UnknownId, &["1.2-1A"]), "the shape is right");
    assert_eq!(cell("lamp@1", "1.1-20").0, Rule::UnknownId);
    assert_eq!(cell("lamp@1", "1.1-20").1[0], "1.1-2", "the nearest comes first");
    assert_eq!(cell("lamp@1", "white light"), told(Rule::IdShape, &[]));
    assert_eq!(cell("lamp@1", &"9".repeat(5000)), told(Rule::IdShape, &[]));
}

#[test]
fn several_numbers_in_a_cell_are_spelled_out() {
    for several in ["1.1-1, 1.2-1", "1.1-1 and 1.2-1", "1.1-1 1.2-1", "1.1-1;1.2-1", "1.1-1/1.2-1"] {
        assert_eq!(cell("lamp@1", several), told(Rule::IdShape, &["1.1-1", "1.2-1"]), "{several}");
    }
    for range in ["1.1-1 to 1.2-1", "1.1-1–1.2-1", "1.1-1 - 1.2-1", "1.1-1..1.2-1"] {
        assert_eq!(cell("lamp@1", range), told(Rule::IdShape, &["1.1-1", "1.1-2", "1.2-1"]), "{range}");
    }
}

#[test]
fn numbers_of_other_editions_and_void_numbers_are_told_apart() {
    assert_eq!(cell("lamp@1", "1.1-3"), told(Rule::EditionMismatch, &["lamp@2"]));
    assert_eq!(cell("lamp@2", "1.1-2"), told(Rule::EditionMismatch, &["lamp@1"]));
    assert_eq!(cell("lamp@2", "1.2-1"), told(Rule::VoidNumber, &["1.2-1A", "1.2-1B"]));
    let rows = vec![row("1.1-1", Relation::Related, "G1"), row("1.2-1", Relation::Related, "G3")];
    assert_eq!(rules(&[crosswalk("lamp@2", "code@2018", rows)]), [(Rule::VoidNumber, 2)], "at either end");
}

#[test]
fn an_unknown_edition_is_told_once() {
    let rows = || vec![row("G1", Relation::Related, "x"), row("G2", Relation::Related, "y")];
    for (edition, near) in [("Lamp V1", "lamp@1"), ("lamp@3", "lamp@1"), ("lamb@2", "lamp@2")] {
        let found = faults(&[crosswalk("code@2018", edition, rows())]);
        assert_eq!(found.len(), 1, "{edition}");
        assert_eq!((found[0].rule, found[0].line), (Rule::UnknownEdition, 0));
        assert_eq!(found[0].suggestions[0], near, "{edition}");
    }
}

#[test]
fn an_empty_end_means_nothing_only_with_none() {
    let empty = |relation| crosswalk("code@2018", "lamp@1", vec![row("G1", relation, "")]);
    assert_eq!(rules(&[empty(Relation::None)]), []);
    assert_eq!(rules(&[empty(Relation::Related)]), [(Rule::UnknownId, 1)]);
    let from = crosswalk("code@2018", "lamp@1", vec![row("", Relation::None, "1.1-1")]);
    assert_eq!(rules(&[from]), [(Rule::UnknownId, 1)]);
}

#[test]
fn duplicates_need_pair_relation_and_source() {
    let first = row("G1", Relation::Related, "1.1-1");
    let check = |second: Row| rules(&[crosswalk("code@2018", "lamp@1", vec![first.clone(), second])]);
    assert_eq!(check(first.clone()), [(Rule::Duplicate, 2)]);
    assert_eq!(check(Row { reason: "other".to_owned(), ..first.clone() }), [(Rule::Duplicate, 2)]);
    assert_eq!(check(Row { source: "m2".to_owned(), ..first.clone() }), []);
    assert_eq!(check(Row { relation: Relation::Intersects, ..first.clone() }), []);
    assert_eq!(check(row("G1", Relation::Related, "1.1-2")), []);
}

#[test]
fn strict_subsets_cannot_go_in_a_circle() {
    let there = crosswalk(
        "code@2018",
        "lamp@1",
        vec![row("G1", Relation::SubsetOf, "1.1-1"), row("G2", Relation::SupersetOf, "1.1-1")],
    );
    let back = |relation| crosswalk("lamp@1", "lamp@1", vec![row("1.1-2", relation, "1.1-1")]);
    let last = |relation| crosswalk("lamp@1", "code@2018", vec![row("1.1-2", relation, "G1")]);
    let found = faults(&[there.clone(), last(Relation::SubsetOf), back(Relation::SupersetOf)]);
    let cycles: Vec<_> = found.iter().filter(|f| f.rule == Rule::StrictCycle).collect();
    assert_eq!(cycles.len(), 1, "told once: {found:?}");
    assert_eq!(cycles[0].message.matches('⊂').count(), 3, "{}", cycles[0].message);
    assert_eq!(rules(&[there, last(Relation::SupersetOf)]), [], "no circle");
    let itself = crosswalk("lamp@1", "lamp@1", vec![row("1.1-1", Relation::SubsetOf, "1.1-1")]);
    assert!(rules(&[itself]).contains(&(Rule::StrictCycle, 1)));
}

fn editorial(row: Row) -> Row {
    Row { basis: Basis::Editorial, source: "m2".to_owned(), ..row }
}

#[test]
fn rows_that_exclude_each_other_are_told_by_who_says_so() {
    let one = row("G1", Relation::SubsetOf, "1.1-1");
    let other = Row { source: "m2".to_owned(), ..row("G1", Relation::Intersects, "1.1-1") };
    let check = |a: &Row, b: &Row| rules(&[crosswalk("code@2018", "lamp@1", vec![a.clone(), b.clone()])]);
    assert_eq!(check(&one, &other), [(Rule::PublishedContradiction, 2)]);
    assert_eq!(check(&editorial(one.clone()), &editorial(other.clone())), [(Rule::OwnContradiction, 2)]);
    assert_eq!(check(&one, &editorial(other.clone())), [(Rule::ReadingContradiction, 2)]);
    let doubted = Row { doubt: "too narrow".to_owned(), ..one.clone() };
    assert_eq!(check(&doubted, &editorial(other.clone())), [], "told in the row");
    assert_eq!(check(&row("G1", Relation::Related, "1.1-1"), &other), [], "related says nothing");
    let back = crosswalk("lamp@1", "code@2018", vec![row("1.1-1", Relation::SubsetOf, "G1")]);
    let there = crosswalk("code@2018", "lamp@1", vec![one]);
    assert_eq!(rules(&[there, back]).last(), Some(&(Rule::PublishedContradiction, 1)), "read backwards");
}

#[test]
fn nothing_excludes_something() {
    let nothing = row("G1", Relation::None, "");
    let check = |a: Row, b: Row| rules(&[crosswalk("code@2018", "lamp@1", vec![a, b])]);
    let something = row("G1", Relation::Intersects, "1.1-1");
    assert_eq!(check(nothing.clone(), something.clone()), [(Rule::PublishedContradiction, 2)]);
    assert_eq!(check(something, nothing.clone()), [(Rule::PublishedContradiction, 2)]);
    assert_eq!(check(nothing.clone(), row("G1", Relation::Related, "1.1-1")), []);
    assert_eq!(check(nothing, row("G2", Relation::Intersects, "1.1-1")), []);
}

#[test]
fn equal_holds_in_both_directions() {
    let there = crosswalk("code@2018", "lamp@1", vec![row("G1", Relation::Equal, "1.1-1")]);
    let back = |relation| crosswalk("lamp@1", "code@2018", vec![row("1.1-1", relation, "G1")]);
    let asymmetric = |relation| rules(&[there.clone(), back(relation)]).contains(&(Rule::AsymmetricEqual, 1));
    assert!(asymmetric(Relation::SubsetOf) && asymmetric(Relation::Intersects) && asymmetric(Relation::None));
    assert!(!asymmetric(Relation::Equal) && !asymmetric(Relation::Related));
}

#[test]
fn a_path_that_excludes_a_row_is_shown() {
    let one = crosswalk("code@2018", "lamp@1", vec![row("G1", Relation::Equal, "1.1-1")]);
    let two = crosswalk("lamp@1", "lamp@2", vec![row("1.1-1", Relation::SubsetOf, "1.1-1")]);
    let direct = |relation| crosswalk("code@2018", "lamp@2", vec![row("G1", relation, "1.1-1")]);
    let mut catalogue = catalogue();
    catalogue.crosswalks = vec![one, two, direct(Relation::Intersects)];
    let check = |catalogue: &Catalogue| {
        let draft = catalogue.crosswalks[2].clone();
        let found = lint(&Atlas::new(catalogue), &[&draft], &Options::default()).faults;
        found.into_iter().filter(|f| f.rule != Rule::Doubtful).collect::<Vec<_>>()
    };
    let found = check(&catalogue);
    let [fault] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((fault.rule, fault.line), (Rule::ComposedContradiction, 1));
    assert!(fault.message.contains("subset-of follows"), "{}", fault.message);
    assert!(
        fault.message.contains("lamp@1/1.1-1") && fault.message.contains("lamp@2/1.1-1"),
        "{}",
        fault.message
    );
    catalogue.crosswalks[2] = direct(Relation::SubsetOf);
    assert_eq!(check(&catalogue), []);
    let options = Options { most_searches: 0, ..Options::default() };
    let left = lint(&Atlas::new(&catalogue), &[&catalogue.crosswalks[2]], &options);
    assert_eq!(left.not_composed, 1, "what is not looked at is counted");
}

#[test]
fn rows_carry_reason_source_and_terms() {
    let sound = || row("G1", Relation::Related, "1.1-1");
    let check = |row: Row| rules(&[crosswalk("code@2018", "lamp@1", vec![row])]);
    assert_eq!(check(Row { reason: "  ".to_owned(), ..sound() }), [(Rule::ReasonMissing, 1)]);
    let unlisted = Row { source: "m9".to_owned(), ..sound() };
    assert_eq!(check(unlisted.clone()), [(Rule::SourceMissing, 1), (Rule::LicenceMissing, 1)]);
    assert_eq!(check(editorial(unlisted)), [], "our own source is listed and needs no terms");
    let mut bare = crosswalk("code@2018", "lamp@1", vec![sound(), row("G2", Relation::Related, "1.1-2")]);
    bare.licences.clear();
    assert_eq!(rules(&[bare]), [(Rule::LicenceMissing, 1)], "once per source");
}

#[test]
fn one_reason_for_all_tells_nothing() {
    let rows = |count: usize| {
        (0..count).map(|_| Row { reason: "listed".to_owned(), ..row("G1", Relation::Related, "1.1-1") })
    };
    let thin = |rows: Vec<Row>| {
        let found = linted(&[crosswalk("code@2018", "lamp@1", rows)], &Options::default());
        found.counts.get(&Rule::ReasonThin).copied()
    };
    assert_eq!(thin(rows(21).collect()), Some(1));
    assert_eq!(thin(rows(20).collect()), None);
    assert_eq!(thin(rows(21).chain([row("G2", Relation::Related, "1.1-1")]).collect()), None);
}

#[test]
fn some_terms_do_not_allow_the_embedded_catalogue() {
    let mut copyleft = crosswalk("code@2018", "lamp@1", vec![row("G1", Relation::Equal, "1.1-1")]);
    copyleft.licences.insert("m1".to_owned(), "CC BY-SA 4.0".to_owned());
    let embedded = Options { embedded: true, ..Options::default() };
    let check = |crosswalk: &Crosswalk, options: &Options| {
        linted(std::slice::from_ref(crosswalk), options).counts.into_keys().collect::<Vec<Rule>>()
    };
    assert_eq!(check(&copyleft, &embedded), [Rule::LicenceForbids]);
    assert_eq!(check(&copyleft, &Options::default()), [], "a folder of one's own may hold it");
    copyleft.licences.insert("m1".to_owned(), "public domain".to_owned());
    assert_eq!(check(&copyleft, &embedded), []);
}

#[test]
fn own_words_do_not_repeat_a_text() {
    let text = "All lamps shall at any hour of the night give white light.";
    let texts = |edition: &str| Options {
        texts: vec![SourceText { edition: edition.to_owned(), text: text.to_owned() }],
        ..Options::default()
    };
    let reason = |words: &str| Row { reason: words.to_owned(), ..row("G1", Relation::Equal, "1.1-1") };
    let check = |words: &str, edition: &str| {
        let found = linted(&[crosswalk("code@2018", "lamp@1", vec![reason(words)])], &texts(edition));
        found.counts.get(&Rule::RepeatedWords).copied()
    };
    assert_eq!(check("Both at any hour of the Night", "lamp@1"), Some(1));
    assert_eq!(check("Both at any hour of nights", "lamp@1"), None);
    assert_eq!(check("Both at any hour of the Night", "code@2018"), None, "its terms allow it");
    assert_eq!(check("Both at any hour of the Night", "lamp@2"), None, "another document");
    let mut catalogue = catalogue();
    catalogue.frameworks.iter_mut().find(|f| f.id == "lamp@1").unwrap().requirements[0].words =
        text.to_owned();
    let found = lint(&Atlas::new(&catalogue), &[], &texts("lamp@1")).faults;
    assert_eq!(found.len(), 1, "titles and words are looked at too");
    assert_eq!((found[0].file.as_str(), found[0].edge.from.as_str()), ("frameworks/lamp/1.toml", "1.1-1"));
}

#[test]
fn words_that_do_not_fit_are_doubtful() {
    let judge =
        |rows: Vec<Row>, options: &Options| linted(&[crosswalk("code@2018", "lamp@1", rows)], options);
    let found = judge(vec![row("G1", Relation::Related, "1.1-2")], &Options::default());
    let [fault] = found.faults.as_slice() else { panic!("{found:?}") };
    assert_eq!((fault.rule, fault.suggestions.as_slice()), (Rule::Doubtful, &["1.1-1".to_owned()][..0]));
    assert_eq!(judge(vec![row("G1", Relation::Related, "1.1-1")], &Options::default()).faults, []);
    assert_eq!(
        judge(vec![row("G1", Relation::None, "1.1-2")], &Options::default()).judged,
        0,
        "none says so"
    );
    let known = Row { doubt: "known".to_owned(), ..row("G1", Relation::Related, "1.1-2") };
    assert_eq!(judge(vec![known], &Options::default()).faults.len(), 1, "a doubt is not looked at");
    let silent = || vec![row("G10", Relation::Related, "1.1-1")];
    let found = judge(silent(), &Options::default());
    assert_eq!((found.judged, found.not_judged, found.faults.len()), (0, 1, 0));
    let found = judge(silent(), &Options { notes_not_judged: true, ..Options::default() });
    assert_eq!(found.counts.into_iter().collect::<Vec<_>>(), [(Rule::NotJudged, 1)]);
    let found =
        judge(vec![row("G1", Relation::Related, "1.1-2")], &Options { most_scores: 0, ..Options::default() });
    assert_eq!((found.judged, found.not_judged), (0, 1), "what is too much is counted");
}

#[test]
fn faults_are_sorted_and_all_counted() {
    let rows = (0..50).map(|at| row(&format!("G9{at}"), Relation::Related, "1.1-9")).collect();
    let options = Options { most_faults: 10, ..Options::default() };
    let found = linted(&[crosswalk("code@2018", "lamp@1", rows)], &options);
    assert_eq!(found.faults.len(), 10);
    assert_eq!(found.counts[&Rule::UnknownId], 100);
    assert!(found.faults.is_sorted_by_key(|f| (f.line, f.rule)));
}

fn any_row(words: &'static str) -> impl Strategy<Value = Row> {
    let id = prop_oneof![words, Just("1.1-1".to_owned()), Just("G1".to_owned()), Just(String::new())];
    let relation = prop::sample::select(Relation::ALL.to_vec());
    let basis =
        prop::sample::select(vec![Basis::Editorial, Basis::Lineage, Basis::Published, Basis::Structure]);
    (id.clone(), relation, id, basis, words).prop_map(|(from, relation, to, basis, words)| Row {
        basis,
        source: words.clone(),
        reason: words.clone(),
        doubt: if words.len() > 5 { words } else { String::new() },
        ..row(&from, relation, &to)
    })
}

fn any_requirement(base: Requirement) -> impl Strategy<Value = Requirement> {
    (".{0,12}", ".{0,40}", ".{0,20}").prop_map(move |(id, words, title)| Requirement {
        id,
        words,
        title,
        ..base.clone()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_makes_it_stumble(
        rows in prop::collection::vec(any_row("\\PC{0,20}"), 0..12),
        requirements in prop::collection::vec(any_requirement(catalogue().frameworks[0].requirements[0].clone()), 0..6),
        words in prop::collection::vec("\\PC{0,10}\\*?", 0..4),
        to in prop_oneof![Just("lamp@1".to_owned()), Just("code@2018".to_owned()), "\\PC{0,16}"],
    ) {
        let mut catalogue = catalogue();
        catalogue.frameworks[0].requirements.extend(requirements);
        let against = vec!["white".to_owned(), "unknown".to_owned()];
        catalogue.lists.concepts.push(Concept { name: String::new(), topic: 200, also: vec![0], words, against });
        let file = crosswalk("code@2018", &to, rows);
        catalogue.crosswalks.push(file.clone());
        let texts = vec![SourceText { edition: to, text: file.rows.iter().map(|r| r.reason.as_str()).collect() }];
        let options = Options { embedded: true, notes_not_judged: true, texts, ..Options::default() };
        let found = lint(&Atlas::new(&catalogue), &[&file], &options);
        prop_assert_eq!(found.counts.values().sum::<usize>(), found.faults.len());
        serde_json::to_string(&found).unwrap();
    }
}
