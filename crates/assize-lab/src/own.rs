//! A user's own catalogue folder: private frameworks, and mappings that the embedded catalogue may not carry.

use std::fs;
use std::path::{Path, PathBuf};

use assize_model::catalogue::{Catalogue, Fault};

use crate::{Error, Result, catalogue};

/// Bytes one file may have.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
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

/// A user's folder alone, without the embedded catalogue.
///
/// # Errors
/// As [`catalogue_with`].
pub fn own_catalogue(folder: &Path) -> Result<Catalogue> {
    let mut paths = Vec::new();
    if !folder.is_dir() {
        let source = std::io::Error::new(std::io::ErrorKind::NotADirectory, "it is no folder");
        return Err(Error::File { act: "read catalogue", path: folder.to_owned(), source });
    }
    for name in FOLDERS {
        collect(&folder.join(name), 0, &mut paths)?;
    }
    paths.sort();
    let mut files = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        files.push((name, text(path)?));
    }
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    Catalogue::read(&borrowed).map_err(|faults| Error::OwnCatalogue { path: folder.to_owned(), faults })
}

fn collect(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<()> {
    let error = |source| Error::File { act: "read", path: folder.to_owned(), source };
    if depth > MOST_DEPTH || !folder.is_dir() {
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
