//! What the tests share: a small sealed folder, and ways to copy and spoil it.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proptest::test_runner::Config as ProptestConfig;
use serde_json::json;
use tempfile::TempDir;

use assize_evidence::{Digest, Draft, Error, Mode, Problem, SigningKey, Store, Verification, verify};

pub const NAME: &str = "lab.example/plug";
pub const TIME: &str = "2026-08-21T09:30:00Z";

pub fn key() -> SigningKey {
    SigningKey::from_seed(&[42; 32])
}

/// So many cases, and no file of failed ones: the output names the case.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Appends one record with one object of its own.
pub fn add(store: &mut Store, number: u64) -> u64 {
    let object = store.put(format!("raw bytes {number}").as_bytes()).unwrap();
    let body = json!({"open": true, "port": number});
    store.append(Draft { time: TIME, kind: "fact", body, objects: &[object] }).unwrap()
}

pub fn add_many(store: &mut Store, count: u64) {
    (0..count).for_each(|_| {
        let next = store.records() + 1;
        add(store, next);
    });
}

/// Twelve records, sealed after 5, 9 and 12.
pub fn build(dir: &Path) {
    let mut store = Store::open(dir).unwrap();
    for (count, time) in
        [(5, "2026-08-21T10:00:00Z"), (4, "2026-08-22T10:00:00Z"), (3, "2026-08-23T10:00:00Z")]
    {
        add_many(&mut store, count);
        store.seal(&key(), NAME, time).unwrap();
    }
}

/// All files of the built folder, by name.
pub fn files() -> &'static BTreeMap<String, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        build(dir.path());
        read_files(dir.path())
    })
}

pub fn read_files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in ["", "objects", "checkpoints"] {
        for entry in fs::read_dir(dir.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
            if path.is_file() && name != "lock" {
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

pub fn write_files(dir: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for folder in ["objects", "checkpoints"] {
        fs::create_dir_all(dir.join(folder)).unwrap();
    }
    for (name, bytes) in files {
        fs::write(dir.join(name), bytes).unwrap();
    }
}

/// Spoils a copy of the built folder and verifies it with the key.
pub fn spoilt(spoil: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> Verification {
    let dir = TempDir::new().unwrap();
    let mut files = files().clone();
    spoil(&mut files);
    write_files(dir.path(), &files);
    verify(dir.path(), Some(&key().verifying_key()), Mode::Sealed).unwrap()
}

pub fn lines(log: &[u8]) -> Vec<Vec<u8>> {
    log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The words of all problems, one a line.
pub fn words(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

pub fn object(number: u64) -> Digest {
    Digest::of(format!("raw bytes {number}").as_bytes())
}

pub fn expect_error<T>(result: Result<T, Error>) -> Error {
    match result {
        Ok(_) => panic!("an error is expected"),
        Err(error) => error,
    }
}

/// A new folder and the path of the evidence in it.
pub fn fresh() -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("evidence");
    (dir, path)
}

/// Says in the test's output that a test could not run here, and why; `ASSIZE_CI` turns it into a failure.
#[expect(clippy::print_stdout, reason = "the test's output is where the reason is looked for")]
pub fn not_run(why: &str) {
    println!("NOT RUN: {why}");
    assert!(std::env::var_os("ASSIZE_CI").is_none(), "not run in CI: {why}");
}
