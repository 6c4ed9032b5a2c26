//! The atlas: all pairs of editions, one pair, one requirement, search, and how it grows with generated documents up to
//! 2,000 editions and 1,000,000 rows. Repeat with `cargo bench -p assize-lab --bench atlas`.

use std::time::Duration;

use assize_lab::catalogue;
use assize_model::atlas::{Atlas, Reach, Search};
use assize_model::catalogue::{
    Basis, Catalogue, Confidence, Crosswalk, Framework, Relation, Requirement, Row,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// Requirements of a generated document; the mean of the documents of the catalogue that hold any is 15.
const EACH: usize = 20;

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

/// Documents that map, as real ones do, mostly onto a few well-known ones, and mostly without a set relation.
fn generated(documents: usize, rows: usize) -> Catalogue {
    let mut dice = Dice(1);
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
    let mut catalogue =
        Catalogue { frameworks: (0..documents).map(framework).collect(), ..Catalogue::default() };
    let hubs = (documents / 50).max(4);
    for _ in 0..rows / 20 {
        let from = dice.below(documents);
        let to = if dice.below(10) < 8 { dice.below(hubs) } else { dice.below(documents) };
        if from == to {
            continue;
        }
        let row = |dice: &mut Dice| Row {
            from: dice.below(EACH).to_string(),
            to: dice.below(EACH).to_string(),
            relation: match dice.below(100) {
                0..2 => Relation::Equal,
                2..5 => Relation::SubsetOf,
                5..7 => Relation::SupersetOf,
                7..28 => Relation::Intersects,
                _ => Relation::Related,
            },
            basis: Basis::Published,
            reason: "r".into(),
            source: "s".into(),
            confidence: Confidence::Medium,
            legal_effect: None,
            read: String::new(),
            doubt: String::new(),
            line: 0,
        };
        catalogue.crosswalks.push(Crosswalk {
            from: format!("d{from}@1"),
            to: format!("d{to}@1"),
            rows: (0..20).map(|_| row(&mut dice)).collect(),
            ..Crosswalk::default()
        });
    }
    catalogue
}

/// Everything that follows from every item.
fn all(atlas: &Atlas<'_>) -> usize {
    atlas.nodes().map(|node| atlas.derive(node, Reach::default()).len()).sum()
}

fn real(c: &mut Criterion) {
    let catalogue = catalogue().expect("the catalogue is sound");
    let atlas = Atlas::new(catalogue);
    let search = Search::new(&atlas);
    c.bench_function("catalogue read", |b| b.iter(|| Catalogue::read(assize_catalogue::FILES)));
    c.bench_function("atlas index", |b| b.iter(|| Atlas::new(catalogue)));
    c.bench_function("atlas all pairs", |b| b.iter(|| all(&atlas)));
    c.bench_function("atlas one pair", |b| {
        b.iter(|| atlas.pair("en-303-645@2.1.1", "eu-cra@2024", Reach::default()))
    });
    c.bench_function("atlas one requirement", |b| {
        let node = atlas.named("en-303-645@2.1.1/5.3-2")[0];
        b.iter(|| atlas.derive(node, Reach::default()));
    });
    c.bench_function("search index", |b| b.iter(|| Search::new(&atlas)));
    c.bench_function("search", |b| b.iter(|| search.find("defualt pasword unique", 20)));
}

fn growth(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    for (documents, rows) in [(200, 4_000), (200, 100_000), (2_000, 100_000), (2_000, 1_000_000)] {
        let catalogue = generated(documents, rows);
        let size = format!("{documents} editions, {rows} rows");
        group.bench_function(BenchmarkId::new("index", &size), |b| b.iter(|| Atlas::new(&catalogue)));
        let atlas = Atlas::new(&catalogue);
        group.bench_function(BenchmarkId::new("one pair", &size), |b| {
            b.iter(|| atlas.pair("d100@1", "d1@1", Reach::default()));
        });
        if rows <= 100_000 {
            group.bench_function(BenchmarkId::new("all pairs", &size), |b| b.iter(|| all(&atlas)));
        }
    }
    group.finish();
}

criterion_group!(benches, real, growth);
criterion_main!(benches);
