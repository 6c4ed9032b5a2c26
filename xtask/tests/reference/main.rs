//! `docs/reference`, made from the code and the data. Compares by default; `cargo xtask gen` makes it write.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod pages;
mod schemas;

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

/// Written by hand or measured, not made here.
const NOT_MADE: [&str; 1] = ["bench.md"];

/// Every page by its path below `docs/reference`.
fn made() -> BTreeMap<String, String> {
    pages::pages().into_iter().chain(schemas::schemas()).collect()
}

#[test]
fn reference_is_current() {
    let folder = xtask::root().join("docs/reference");
    let made = made();
    if env::var_os(xtask::reference::WRITE).is_some() {
        return write(&folder, &made);
    }
    let there = read(&folder);
    let differ: Vec<&String> =
        made.iter().filter(|(path, text)| there.get(*path) != Some(text)).map(|(p, _)| p).collect();
    let stale: Vec<&String> = there.keys().filter(|path| !made.contains_key(*path)).collect();
    assert!(
        differ.is_empty() && stale.is_empty(),
        "docs/reference is not current: {differ:?} differ, {stale:?} are no longer made; run `cargo xtask gen`"
    );
}

#[test]
fn every_page_names_its_command_first() {
    for (path, text) in made() {
        let first = text.lines().next().unwrap_or_default();
        assert!(first.contains("cargo xtask gen"), "{path}: {first}");
    }
}

#[test]
fn pages_are_not_empty_and_the_same_each_time() {
    let first = made();
    assert_eq!(first, made());
    assert!(first.values().all(|text| text.lines().count() > 5));
}

fn write(folder: &Path, made: &BTreeMap<String, String>) {
    for stale in read(folder).keys().filter(|path| !made.contains_key(*path)) {
        fs::remove_file(folder.join(stale)).unwrap();
    }
    for (path, text) in made {
        let at = folder.join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for inside in ["", "schema/"] {
        for entry in fs::read_dir(folder.join(inside)).into_iter().flatten() {
            let entry = entry.unwrap();
            let path = format!("{inside}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_file() && !NOT_MADE.contains(&path.as_str()) {
                files.insert(path, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    files
}
