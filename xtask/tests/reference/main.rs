//! `docs/reference` and the chapter "How it all fits together" with its pictures, made from the code and the data. Compares by default; `cargo xtask gen` makes it write.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod fits;
mod pages;
mod schemas;

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

/// Written by hand or measured, not made here.
const NOT_MADE: [&str; 2] = ["reference/bench.md", "reference/peers-discovery.md"];

/// Folders below `docs` in which everything else is made here.
const FOLDERS: [&str; 3] = ["reference/", "reference/schema/", "src/pictures/"];

/// The chapter, which stands among others written by hand.
const CHAPTER: &str = "src/how-it-fits.md";

/// Every page by its path below `docs`.
fn made() -> BTreeMap<String, String> {
    let reference = pages::pages().into_iter().chain(schemas::schemas());
    let reference = reference.map(|(path, text)| (format!("reference/{path}"), text));
    let pictures = fits::pictures().into_iter().map(|(path, text)| (format!("src/{path}"), text));
    let chapter = std::iter::once((CHAPTER.to_owned(), fits::chapter()));
    reference.chain(pictures).chain(chapter).collect()
}

#[test]
fn reference_is_current() {
    let folder = xtask::root().join("docs");
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
        "docs is not current: {differ:?} differ, {stale:?} are no longer made; run `cargo xtask gen`"
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
fn pictures_are_modest_in_size() {
    for (path, text) in fits::pictures() {
        assert!(text.len() < 150_000, "{path} has {} bytes", text.len());
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
    for inside in FOLDERS {
        for entry in fs::read_dir(folder.join(inside)).into_iter().flatten() {
            let entry = entry.unwrap();
            let path = format!("{inside}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_file() && !NOT_MADE.contains(&path.as_str()) {
                files.insert(path, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    files.extend(fs::read_to_string(folder.join(CHAPTER)).ok().map(|text| (CHAPTER.to_owned(), text)));
    files
}
