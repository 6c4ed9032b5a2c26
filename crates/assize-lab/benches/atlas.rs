//! The atlas: reading, all pairs of editions, one pair, one requirement, search, and how it grows with generated
//! documents up to 2,000 editions and 1,000,000 rows. All pairs are left out beyond 100,000 rows, where they take
//! minutes. Repeat with `cargo bench -p assize-lab --bench atlas`; it takes under three minutes.

use std::time::Duration;

use assize_lab::catalogue;
use assize_model::atlas::{Atlas, NodeId, Reach, Search};
use assize_model::catalogue::{
    Basis, Catalogue, Confidence, Crosswalk, Framework, Relation, Requirement, Row,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// Requirements of a generated document; the mean of the documents of the catalogue that hold any is 15.
const EACH: usize = 20;

/// Topics of a generated document. Each requirement falls under one, and mappings stay within it.
const TOPICS: usize = 13;

/// Outcomes that a topic has to offer.
const OUTCOMES: usize = 8;

/// The most rows over which all pairs are measured.
const ALL_PAIRS: usize = 100_000;

/// A generator with a fixed seed (SplitMix64), so that every run measures the same catalogue.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % n as u64).expect("it is below n")
    }
}

/// Documents whose requirements ask for outcomes, and mappings that tell the truth of them, so that nothing contradicts
/// itself. As in the catalogue, four rows in five lead to a few well-known documents and 29 in 100 set a relation;
/// the others say that there is one.
fn generated(documents: usize, rows: usize) -> Catalogue {
    let mut dice = Dice(1);
    // One requirement in four asks for what its topic usually asks for, so that some are equal.
    let asked = |dice: &mut Dice| match dice.below(4) {
        0 => 0b1011,
        _ => 1 + dice.below((1 << OUTCOMES) - 1),
    };
    let outcomes: Vec<usize> = (0..documents * EACH).map(|_| asked(&mut dice)).collect();
    let frameworks = frameworks(documents);
    let hubs = (documents / 50).max(4);
    let mut crosswalks = Vec::new();
    while crosswalks.len() < rows / 20 {
        let from = dice.below(documents);
        let to = if dice.below(10) < 8 { dice.below(hubs) } else { dice.below(documents) };
        if from != to {
            crosswalks.push(Crosswalk {
                from: format!("d{from}@1"),
                to: format!("d{to}@1"),
                rows: (0..20).map(|_| row(&mut dice, &outcomes, from, to)).collect(),
                ..Crosswalk::default()
            });
        }
    }
    Catalogue { frameworks, crosswalks, ..Catalogue::default() }
}

fn frameworks(documents: usize) -> Vec<Framework> {
    let requirement = |number: usize| -> Requirement {
        toml::from_str(&format!("id = \"{number}\"\nwords = \"w\"\nsource = \"s\"\nconfidence = \"high\""))
            .expect("it is well formed")
    };
    let requirements: Vec<Requirement> = (0..EACH).map(requirement).collect();
    let framework = |n: usize| -> Framework {
        let text =
            format!("id = \"d{n}@1\"\ntitle = \"D\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"");
        let mut framework: Framework = toml::from_str(&text).expect("it is well formed");
        framework.requirements.clone_from(&requirements);
        framework
    };
    (0..documents).map(framework).collect()
}

/// A row between two requirements of one topic, drawn again a few times where they share nothing.
fn row(dice: &mut Dice, outcomes: &[usize], from: usize, to: usize) -> Row {
    let mut ends = (0, 0);
    for _ in 0..10 {
        let a = dice.below(EACH);
        let same = a % TOPICS + TOPICS * dice.below(2);
        let b = if same < EACH { same } else { a % TOPICS };
        ends = (a, b);
        if outcomes[from * EACH + a] & outcomes[to * EACH + b] != 0 {
            break;
        }
    }
    let (a, b) = ends;
    Row {
        from: a.to_string(),
        to: b.to_string(),
        relation: match dice.below(100) {
            0..29 => truth(outcomes[from * EACH + a], outcomes[to * EACH + b]),
            _ => Relation::Related,
        },
        basis: Basis::Published,
        reason: "r".into(),
        source: "s".into(),
        confidence: match dice.below(10) {
            0..2 => Confidence::High,
            2..8 => Confidence::Medium,
            _ => Confidence::Low,
        },
        legal_effect: None,
        read: String::new(),
        doubt: String::new(),
        line: 0,
    }
}

/// How two sets of outcomes relate.
fn truth(a: usize, b: usize) -> Relation {
    match (a & !b == 0, b & !a == 0, a & b == 0) {
        (true, true, _) => Relation::Equal,
        (true, false, _) => Relation::SubsetOf,
        (false, true, _) => Relation::SupersetOf,
        (_, _, true) => Relation::None,
        _ => Relation::Intersects,
    }
}

/// Everything that follows from every item.
fn all(atlas: &Atlas<'_>) -> usize {
    atlas.nodes().map(|node| atlas.derive(node, Reach::default()).len()).sum()
}

fn real(c: &mut Criterion) {
    let mut c = c.benchmark_group("atlas");
    c.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    let catalogue = catalogue().expect("the catalogue is sound");
    let atlas = Atlas::new(catalogue);
    let search = Search::new(&atlas);
    c.bench_function("catalogue read", |b| b.iter(|| Catalogue::read(assize_catalogue::FILES)));
    c.bench_function("index", |b| b.iter(|| Atlas::new(catalogue)));
    c.bench_function("all pairs", |b| b.iter(|| all(&atlas)));
    c.bench_function("one pair", |b| {
        b.iter(|| atlas.pair("en-303-645@2.1.1", "eu-cra@2024", Reach::default()))
    });
    c.bench_function("one requirement", |b| {
        let node = atlas.named("en-303-645@2.1.1/5.3-2")[0];
        b.iter(|| atlas.derive(node, Reach::default()));
    });
    c.bench_function("search index", |b| b.iter(|| Search::new(&atlas)));
    c.bench_function("search", |b| b.iter(|| search.find("defualt pasword unique", 20)));
    c.finish();
}

fn growth(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    for (documents, rows) in [(200, 4_000), (200, 20_000), (2_000, 100_000), (2_000, 1_000_000)] {
        let catalogue = generated(documents, rows);
        let size = format!("{documents} editions, {rows} rows");
        group.bench_function(BenchmarkId::new("index", &size), |b| b.iter(|| Atlas::new(&catalogue)));
        let atlas = Atlas::new(&catalogue);
        let reached = |node: &NodeId| atlas.derive(*node, Reach::default()).len();
        let node = atlas.items("d100@1").max_by_key(reached).expect("every generated document holds some");
        let followed = atlas.follow(node, Reach::default());
        assert!(followed.conflicts.is_empty() && followed.cut == 0, "the truth was not told, or not whole");
        // A document and a well-known one; then two that few rows lead to.
        for (name, to) in [("one pair", "d1@1"), ("one pair apart", "d150@1")] {
            group.bench_function(BenchmarkId::new(name, &size), |b| {
                b.iter(|| atlas.pair("d100@1", to, Reach::default()));
            });
        }
        group.bench_function(BenchmarkId::new("one requirement", &size), |b| {
            b.iter(|| atlas.derive(node, Reach::default()));
        });
        if rows <= ALL_PAIRS {
            group.bench_function(BenchmarkId::new("all pairs", &size), |b| b.iter(|| all(&atlas)));
        }
    }
    group.finish();
}

criterion_group!(benches, real, growth);
criterion_main!(benches);
