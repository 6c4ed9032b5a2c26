//! How long 100,000 small facts take: to append, to open again, to seal, to verify. `cargo bench -p assize-evidence`

use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use tempfile::TempDir;

use assize_evidence::{Draft, Mode, SigningKey, Store, verify};

const FACTS: u64 = 100_000;
const TIME: &str = "2026-08-21T09:30:00Z";

fn append(dir: &Path) -> Store {
    let mut store = Store::open(dir).expect("a new folder opens");
    for port in 0..FACTS {
        let body =
            json!({"fact": "port.open", "transport": "tcp", "port": port % 65_536, "banner": "login:"});
        store.append(Draft { time: TIME, kind: "fact", body, objects: &[] }).expect("there is space");
    }
    store.sync().expect("there is space");
    store
}

fn record(c: &mut Criterion) {
    let key = SigningKey::from_seed(&[1; 32]);
    let dir = TempDir::new().expect("a temporary folder");
    let path = dir.path().join("evidence");
    append(&path).seal(&key, "lab.example", TIME).expect("the log seals");
    let mut group = c.benchmark_group("record");
    group.sample_size(10).throughput(Throughput::Elements(FACTS));
    let fresh = || TempDir::new().expect("a temporary folder");
    group.bench_function("append 100,000 facts", |b| {
        b.iter_batched(fresh, |dir| (append(dir.path()), dir), BatchSize::PerIteration);
    });
    group.bench_function("open 100,000 facts", |b| {
        b.iter(|| black_box(Store::open(&path).expect("the folder opens")));
    });
    group.bench_function("verify 100,000 facts", |b| {
        b.iter(|| {
            let verified = verify(&path, Some(&key.verifying_key()), Mode::Sealed).expect("the folder reads");
            assert!(verified.is_sound() && verified.records == FACTS);
        });
    });
    group.finish();
}

criterion_group!(benches, record);
criterion_main!(benches);
