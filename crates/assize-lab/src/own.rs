//! A user's own catalogue folder: private frameworks, and mappings that the embedded catalogue may not carry.

use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use assize_model::catalogue::{Catalogue, Fault};

use crate::{Error, Result, catalogue};

/// Bytes one file may have.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes all files may have together.
const MOST_TOTAL: u64 = 64 * 1024 * 1024;
/// Files a folder may hold.
const MOST_FILES: usize = 20_000;
/// Folders within folders.
const MOST_DEPTH: usize = 4;
/// The folders of a catalogue that are looked into.
const FOLDERS: [&str; 5] = ["frameworks", "lists", "mappings", "schemes", "test-specs"];

/// The embedded catalogue with a user's own folder joined to it. The folder is laid out as `catalogue/` is; links
/// are not followed.
///
/// # Errors
/// When the folder cannot be read, or its files are not what their folders say; [`Error::OwnCatalogue`] lists the
/// faults.
pub fn catalogue_with(folder: &Path) -> Result<Catalogue> {
    let embedded = catalogue().map_err(|faults| Error::Catalogue(faults.len()))?;
    let own = own_catalogue(folder)?;
    let wrong = |faults| Error::OwnCatalogue { path: folder.to_owned(), faults };
    let joined = embedded.clone().join(own).map_err(wrong)?;
    let faults: Vec<Fault> = joined.check(&crate::check_names());
    if faults.is_empty() { Ok(joined) } else { Err(wrong(faults)) }
}

/// Writes files into a user's own folder, each path below it with its text. Before anything is written the folder as it
/// would be is read and checked with the embedded catalogue; each file is replaced whole or not at all.
///
/// # Errors
/// When the folder would not be sound, a path leads out of it, or it cannot be written; then nothing is changed, or as
/// many whole files as could be.
pub fn keep_in_own(folder: &Path, files: &[(String, String)]) -> Result<()> {
    check_in_own(folder, files)?;
    files.iter().try_for_each(|(name, text)| replace(folder, name, text))
}

/// Whether files could be kept in a user's own folder: the folder as it would be is read and checked, and nothing is
/// written.
///
/// # Errors
/// When the folder would not be sound, or a path leads out of it.
pub fn check_in_own(folder: &Path, files: &[(String, String)]) -> Result<()> {
    let embedded = catalogue().map_err(|faults| Error::Catalogue(faults.len()))?;
    let mut all = if folder.is_dir() { texts(folder)? } else { Vec::new() };
    for (name, text) in files {
        let is_inside = Path::new(name).components().all(|c| matches!(c, Component::Normal(_)));
        if !is_inside {
            let source = std::io::Error::other("the path leads out of the folder");
            return Err(Error::File { act: "write", path: folder.join(name), source });
        }
        all.retain(|(known, _)| known != name);
        all.push((name.clone(), text.clone()));
    }
    let wrong = |faults| Error::OwnCatalogue { path: folder.to_owned(), faults };
    let joined = embedded.clone().join(read(&all).map_err(wrong)?).map_err(wrong)?;
    let faults = joined.check(&crate::check_names());
    if !faults.is_empty() {
        return Err(wrong(faults));
    }
    Ok(())
}

/// Writes a file beside its place and moves it there. Nothing is written through a link.
fn replace(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    let error = |source| Error::File { act: "write", path: path.clone(), source };
    let mut below = folder.to_owned();
    for part in Path::new(name).components() {
        below.push(part);
        if fs::symlink_metadata(&below).is_ok_and(|m| m.is_symlink()) {
            return Err(error(std::io::Error::other(format!("{} is a link", below.display()))));
        }
    }
    let parent = path.parent().unwrap_or(&path);
    fs::create_dir_all(parent).map_err(error)?;
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&beside).map_err(error)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&beside, &path));
    written.map_err(|source| {
        let _ = fs::remove_file(&beside);
        error(source)
    })
}

fn read(files: &[(String, String)]) -> std::result::Result<Catalogue, Vec<Fault>> {
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    Catalogue::read(&borrowed)
}

/// A user's folder alone, without the embedded catalogue.
///
/// # Errors
/// As [`catalogue_with`].
pub fn own_catalogue(folder: &Path) -> Result<Catalogue> {
    if !folder.is_dir() {
        let source = std::io::Error::new(std::io::ErrorKind::NotADirectory, "it is no folder");
        return Err(Error::File { act: "read catalogue", path: folder.to_owned(), source });
    }
    read(&texts(folder)?).map_err(|faults| Error::OwnCatalogue { path: folder.to_owned(), faults })
}

/// The files of a folder, by their path below it.
fn texts(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    for name in FOLDERS {
        collect(&folder.join(name), 0, &mut paths)?;
    }
    paths.sort();
    let mut files = Vec::new();
    let mut total = 0;
    for path in &paths {
        total += fs::metadata(path).map_or(0, |m| m.len());
        if total > MOST_TOTAL {
            return Err(Error::TooLarge { path: folder.to_owned(), limit: MOST_TOTAL });
        }
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        files.push((name, text(path)?));
    }
    Ok(files)
}

fn collect(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<()> {
    let error = |source| Error::File { act: "read", path: folder.to_owned(), source };
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|m| m.is_dir());
    if depth > MOST_DEPTH || !is_folder {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        let kind = entry.file_type().map_err(error)?;
        let path = entry.path();
        if kind.is_dir() {
            collect(&path, depth + 1, paths)?;
        } else if kind.is_file() && path.extension().is_some_and(|e| e == "toml" || e == "md") {
            paths.push(path);
        }
        if paths.len() > MOST_FILES {
            return Err(error(std::io::Error::other(format!("it holds more than {MOST_FILES} files"))));
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<String> {
    let error = |source| Error::File { act: "read", path: path.to_owned(), source };
    if fs::metadata(path).map_err(error)?.len() > MOST_BYTES {
        return Err(Error::TooLarge { path: path.to_owned(), limit: MOST_BYTES });
    }
    fs::read_to_string(path).map_err(error)
}
