//! Out and in again: catalogue files, CSV, OSCAL catalogs and mappings, over the whole catalogue and over made-up ones.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use assize_exchange::{Asked, Change, Draft, Export, Format, OnDifference, Selection, plan, write};
use assize_model::catalogue::{
    Basis, Catalogue, Condition, Confidence, Crosswalk, DocumentKind, DocumentStanding, Framework, Heading,
    KnownFrom, LegalEffect, Part, Relation, Requirement, Row, Statement, Status, Totals,
};
use proptest::prelude::*;

const DATE: &str = "2026-11-25";

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(assize_catalogue::FILES).expect("the catalogue is sound"))
}

/// The mapping without lines, file and unused sources, its rows in one order.
fn settled(c: &Crosswalk) -> Crosswalk {
    let mut c = c.clone();
    c.file.clear();
    c.rows.iter_mut().for_each(|r| r.line = 0);
    c.rows.sort_by(|a, b| (&a.from, &a.to, a.basis, &a.source).cmp(&(&b.from, &b.to, b.basis, &b.source)));
    c.sources.retain(|key, _| c.rows.iter().any(|r| r.source == *key));
    c.licences.retain(|key, terms| terms != "CC BY 4.0" && c.rows.iter().any(|r| r.source == *key));
    c.total = Some(c.rows.len());
    c
}

fn settled_all(crosswalks: &[Crosswalk]) -> BTreeMap<(String, String), Crosswalk> {
    let with_rows = crosswalks.iter().filter(|c| !c.rows.is_empty());
    with_rows.map(|c| ((c.from.clone(), c.to.clone()), settled(c))).collect()
}

fn draft_of(held: &Catalogue) -> Draft {
    Draft { frameworks: held.frameworks.clone(), crosswalks: held.crosswalks.clone(), ..Draft::default() }
}

fn read_back(files: &[(String, String)]) -> Catalogue {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Catalogue::read(&files).unwrap()
}

fn import(format: Format, text: &str, held: &Catalogue) -> Draft {
    assert_eq!(Format::detect("file", text.as_bytes()), Some(format));
    format.read(text.as_bytes(), Asked { name: "file", ..Asked::default() }, held).unwrap()
}

#[test]
fn catalogue_files_are_written_as_they_stand() {
    let written = write(&draft_of(catalogue()), &Catalogue::default(), OnDifference::Keep).unwrap();
    let bare = |text: &str| text.lines().filter(|l| !l.starts_with('#')).collect::<Vec<_>>().join("\n");
    let mut compared = 0;
    for (path, text) in &written {
        let (_, held) = assize_catalogue::FILES.iter().find(|(held, _)| held == path).unwrap();
        if held.contains("[[edge]]") {
            continue;
        }
        assert_eq!(bare(text), bare(held), "{path}");
        compared += 1;
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn a_lineage_stays_when_rows_are_added_to_its_file() {
    let held = catalogue();
    let pair = held.lineages.iter().find(|l| held.crosswalk(&l.from, &l.to).is_some()).unwrap();
    let mut draft = Draft::default();
    let mut c = held.crosswalk(&pair.from, &pair.to).unwrap().clone();
    c.sources = BTreeMap::from([("m1".into(), "another source".into())]);
    c.rows.truncate(1);
    c.rows[0].source = "m1".into();
    draft.crosswalks.push(c);
    let written = write(&draft, held, OnDifference::Keep).unwrap();
    let kept = read_back(&written);
    assert_eq!(kept.lineages[0].edges, pair.edges);
    let rows = &kept.crosswalks[0].rows;
    assert_eq!(rows.len(), held.crosswalk(&pair.from, &pair.to).unwrap().rows.len() + 1);
    let added = rows.last().unwrap();
    assert_eq!(kept.crosswalks[0].source(added), "another source", "a key that is taken is not taken over");
}

#[test]
fn mappings_come_back_from_csv() {
    let selection = Selection::all(catalogue(), DATE).unwrap();
    let csv = &Export::CsvMappings.write(&selection)[0].text;
    let draft = import(Format::Csv, csv, catalogue());
    assert_eq!(settled_all(&draft.crosswalks), settled_all(&catalogue().crosswalks));
    assert!(draft.dropped.is_empty() && draft.repairs.is_empty(), "{:?} {:?}", draft.dropped, draft.repairs);
    assert!(plan(&draft, catalogue()).iter().all(|c| matches!(c, Change::HeldRow { .. })));
}

#[test]
fn mappings_come_back_from_oscal() {
    let selection = Selection::all(catalogue(), DATE).unwrap();
    let json = &Export::OscalMapping.write(&selection)[0].text;
    let draft = import(Format::OscalMapping, json, catalogue());
    assert_eq!(settled_all(&draft.crosswalks), settled_all(&catalogue().crosswalks));
    assert!(draft.dropped.is_empty() && draft.repairs.is_empty(), "{:?} {:?}", draft.dropped, draft.repairs);
}

#[test]
fn editions_come_back_from_oscal() {
    let selection = Selection::all(catalogue(), DATE).unwrap();
    let files = Export::OscalCatalog.write(&selection);
    assert_eq!(files.len(), catalogue().frameworks.len());
    for (file, held) in files.iter().zip(&catalogue().frameworks) {
        let draft = import(Format::OscalCatalog, &file.text, &Catalogue::default());
        assert_eq!(draft.frameworks, std::slice::from_ref(held), "{}", held.id);
        assert!(draft.dropped.is_empty(), "no prose in {}", held.id);
    }
}

#[test]
fn rows_that_differ_are_kept_or_replaced() {
    let table = "source_framework,source_id,target_framework,target_id,relation,rationale,source\n\
                 a@1,1,b@1,2,subset-of,why,who\na@1,1,b@1,3,equal,why,who\n";
    let empty = Catalogue::default();
    let first = import(Format::Csv, table, &empty);
    let held = read_back(&write(&first, &empty, OnDifference::Keep).unwrap());
    let changed = table.replace("subset-of,why", "intersects,why not").replace("b@1,3", "b@1,9");
    let second = import(Format::Csv, &changed, &held);
    let said: Vec<String> = plan(&second, &held).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "row a@1 1 to b@1 2 differs in relation: held `subset-of`, draft `intersects`; \
             reason: held `why`, draft `why not`",
            "row a@1 1 to b@1 9 is left out: b@1 has no item 9",
        ]
    );
    assert!(write(&second, &held, OnDifference::Keep).unwrap().is_empty());
    let replaced = read_back(&write(&second, &held, OnDifference::Replace).unwrap());
    let rows = &replaced.crosswalks[0].rows;
    assert_eq!((rows.len(), rows[0].relation, rows[0].reason.as_str()), (2, Relation::Intersects, "why not"));
}

#[test]
fn what_a_draft_does_not_say_stays() {
    let table = "source_framework,source_id,target_framework,target_id,relation,rationale,source,doubt\n\
                 a@1,1,b@1,2,subset-of,why,who,a second reader disagrees\n";
    let mut held = read_back(
        &write(&import(Format::Csv, table, &Catalogue::default()), &Catalogue::default(), OnDifference::Keep)
            .unwrap(),
    );
    let silent = table.replace("a second reader disagrees", "");
    assert!(matches!(plan(&import(Format::Csv, &silent, &held), &held)[..], [Change::HeldRow { .. }]));
    let changed = import(Format::Csv, &silent.replace("subset-of,why", "equal,"), &held);
    let replaced = read_back(&write(&changed, &held, OnDifference::Replace).unwrap());
    let row = &replaced.crosswalks[0].rows[0];
    assert_eq!(
        (row.relation, row.reason.as_str(), row.doubt.as_str()),
        (Relation::Equal, "why", "a second reader disagrees")
    );

    let item = held.frameworks.iter_mut().flat_map(|f| &mut f.requirements).next().unwrap();
    item.title = "Short".into();
    item.topics = vec![3];
    let id = item.id.clone();
    let mut draft = draft_of(&held);
    let item = draft.frameworks.iter_mut().flat_map(|f| &mut f.requirements).next().unwrap();
    (item.title, item.topics, item.words) = (String::new(), Vec::new(), "other words".into());
    let replaced = read_back(&write(&draft, &held, OnDifference::Replace).unwrap());
    let item = replaced.frameworks.iter().find_map(|f| f.requirement(&id)).unwrap();
    assert_eq!(
        (item.title.as_str(), item.topics.as_slice(), item.words.as_str()),
        ("Short", &[3][..], "other words")
    );
}

#[test]
fn a_row_read_the_other_way_is_held() {
    let table =
        "source_framework,source_id,target_framework,target_id,relation,source\na@1,1,b@1,2,subset-of,who\n";
    let held = read_back(
        &write(&import(Format::Csv, table, &Catalogue::default()), &Catalogue::default(), OnDifference::Keep)
            .unwrap(),
    );
    let turned = "source_framework,source_id,target_framework,target_id,relation,source\nb@1,2,a@1,1,superset-of,who\n";
    let draft = import(Format::Csv, turned, &held);
    assert!(matches!(plan(&draft, &held)[..], [Change::HeldRow { .. }]));
    assert!(write(&draft, &held, OnDifference::Keep).unwrap().is_empty());
}

/// Text as the catalogue has it: one line, single blanks, whatever letters.
fn words() -> impl Strategy<Value = String> {
    prop::collection::vec("[^\\p{C}\\p{Z}]{1,8}", 1..5).prop_map(|words| words.join(" "))
}

fn maybe(words: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![words, Just(String::new())]
}

fn ids(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(words(), count).prop_map(|set| set.into_iter().collect())
}

prop_compose! {
    fn requirement(id: String)(
        title in maybe(words()),
        clause in maybe(words()), clause_title in maybe(words()), kind in maybe(words()), parent in maybe(words()),
        printed in prop::sample::select(vec!["", "M", "R C", "M F", "VOID", "shall + should"]),
        conditions in ids(0..3), text in maybe(words()), applies_to in ids(0..3),
        topics in prop::collection::vec(1_u8..15, 0..3), note in maybe(words()),
    ) -> Requirement {
        let obligation = if printed.is_empty() { Status::default() } else { Status::try_from(printed.to_owned()).unwrap() };
        Requirement {
            id: id.clone(), title, clause, clause_title, kind, parent, obligation, conditions, words: text, applies_to, topics,
            audience: Vec::new(), note, source: "s1".into(), confidence: "high".into(),
        }
    }
}

fn framework() -> impl Strategy<Value = Framework> {
    let requirements = ids(1..6).prop_flat_map(|ids| ids.into_iter().map(requirement).collect::<Vec<_>>());
    let headings = (words(), maybe(words()), maybe(words())).prop_map(|(kind, words, parent)| Heading {
        id: "the whole".into(),
        kind,
        words,
        parent,
        topics: vec![1],
    });
    (requirements, headings, words(), maybe(words()), prop::option::of(words())).prop_map(
        |(requirements, heading, title, region, rule)| Framework {
            id: "made-up@1".into(),
            title,
            publisher: String::new(),
            date: "2026".into(),
            licence: "CC BY 4.0".into(),
            kind: DocumentKind::Scheme,
            region,
            standing: DocumentStanding::Draft,
            status: String::new(),
            identifier: String::new(),
            reference: String::new(),
            document_licence: String::new(),
            known_from: KnownFrom::Recalled,
            totals: Totals {
                requirements: requirements.iter().filter(|r| !r.obligation.is_void()).count(),
                void: requirements.iter().filter(|r| r.obligation.is_void()).count(),
                statements: 1,
                mandatory: Some(0),
                recommended: None,
            },
            sources: BTreeMap::from([("s1".into(), "a source".into()), ("s 2".into(), "another".into())]),
            statements: vec![Statement {
                label: "a statement".into(),
                guideline: requirements[0].id.clone(),
                part: Part::Note,
                verb: "can".into(),
                words: "what it says".into(),
                source: "s1".into(),
                confidence: "low".into(),
            }],
            conditions: vec![Condition {
                label: "a".into(),
                kind: "feature".into(),
                words: "when".into(),
                holds_when: rule,
                governs: vec![requirements[0].id.clone()],
                source: "s1".into(),
                confidence: String::new(),
            }],
            requirements,
            headings: vec![heading],
        },
    )
}

prop_compose! {
    fn row(from: String, to: String)(
        relation in prop::sample::select(Relation::ALL.to_vec()), is_alone in any::<bool>(),
        basis in prop::sample::select(vec![Basis::Editorial, Basis::Published]),
        reason in words(), source in prop::sample::select(vec!["m1", "m2"]),
        confidence in prop::sample::select(vec![Confidence::Low, Confidence::Medium, Confidence::High]),
        legal_effect in prop::option::of(prop::sample::select(vec![
            LegalEffect::DeemedCompliance, LegalEffect::MutualRecognition,
        ])),
        read in maybe(Just(DATE.to_owned())), doubt in maybe(words()),
    ) -> Row {
        let to = if is_alone && relation == Relation::None { String::new() } else { to.clone() };
        Row { from: from.clone(), to, relation, basis, reason: format!("for {reason}"), source: source.into(), confidence,
              legal_effect, read, doubt, line: 0 }
    }
}

fn crosswalk() -> impl Strategy<Value = (Vec<String>, Vec<String>, Crosswalk)> {
    (ids(1..5), ids(1..5)).prop_flat_map(|(from, to)| {
        let pairs: Vec<(String, String)> =
            from.iter().zip(to.iter().cycle()).map(|(a, b)| (a.clone(), b.clone())).collect();
        let rows: Vec<_> = pairs.into_iter().map(|(a, b)| row(a, b)).collect();
        (Just(from), Just(to), rows).prop_map(|(from, to, rows)| {
            let crosswalk = Crosswalk {
                from: "a@1".into(),
                to: "b@2".into(),
                total: Some(rows.len()),
                sources: BTreeMap::from([
                    ("m1".into(), "=1+1, \"a\"".into()),
                    ("m2".into(), "another".into()),
                ]),
                licences: BTreeMap::from([("m2".into(), "public domain".into())]),
                rows,
                file: String::new(),
            };
            (from, to, crosswalk)
        })
    })
}

/// A catalogue with the two editions of a made-up mapping.
fn around(from: &[String], to: &[String], crosswalk: &Crosswalk) -> Catalogue {
    let table = |ids: &[String]| -> Vec<Heading> {
        let heading = |id: &String| Heading {
            id: id.clone(),
            kind: "topic".into(),
            words: "words".into(),
            parent: String::new(),
            topics: Vec::new(),
        };
        ids.iter().map(heading).collect()
    };
    let template = &catalogue().frameworks[0];
    let edition = |id: &str, ids: &[String]| Framework {
        id: id.into(),
        requirements: Vec::new(),
        statements: Vec::new(),
        conditions: Vec::new(),
        headings: table(ids),
        totals: Totals::default(),
        ..template.clone()
    };
    Catalogue {
        frameworks: vec![edition("a@1", from), edition("b@2", to)],
        crosswalks: vec![crosswalk.clone()],
        ..Catalogue::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_edition_survives_catalogue_file_and_oscal(f in framework()) {
        let empty = Catalogue::default();
        let draft = Draft { frameworks: vec![f.clone()], ..Draft::default() };
        let kept = read_back(&write(&draft, &empty, OnDifference::Keep).unwrap());
        prop_assert_eq!(&kept.frameworks, &vec![f.clone()]);
        let files = Export::OscalCatalog.write(&Selection::all(&kept, DATE).unwrap());
        let draft = import(Format::OscalCatalog, &files[0].text, &empty);
        prop_assert_eq!(draft.frameworks, vec![f]);
    }

    #[test]
    fn any_mapping_survives_catalogue_file_csv_and_oscal((from, to, c) in crosswalk()) {
        let held = around(&from, &to, &c);
        let kept = read_back(&write(&draft_of(&held), &Catalogue::default(), OnDifference::Keep).unwrap());
        prop_assert_eq!(settled_all(&kept.crosswalks), settled_all(&held.crosswalks));
        let selection = Selection::all(&held, DATE).unwrap();
        let csv = &Export::CsvMappings.write(&selection)[0].text;
        prop_assert_eq!(settled_all(&import(Format::Csv, csv, &held).crosswalks), settled_all(&held.crosswalks));
        if let [file] = &Export::OscalMapping.write(&selection)[..] {
            let draft = import(Format::OscalMapping, &file.text, &held);
            prop_assert_eq!(settled_all(&draft.crosswalks), settled_all(&held.crosswalks));
        }
    }
}
