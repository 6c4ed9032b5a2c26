//! The text files of the checkout, read once, so that every rule is a pure function over them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{Error, Result};

/// Folders that are no part of the project's text.
const LEFT_OUT: [&str; 7] =
    [".git", "target", "fuzz/target", "fuzz/corpus", "fuzz/artifacts", "docs/book", "node_modules"];

/// Files that rules read.
const TEXT: [&str; 5] = ["md", "rs", "sh", "toml", "txt"];

/// The checkout as rules see it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Text files, sorted by path.
    pub files: Vec<TreeFile>,
    /// Every file and folder, by path from the root with `/`.
    pub paths: BTreeSet<String>,
}

/// One text file.
#[derive(Clone, Debug)]
pub struct TreeFile {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Tree {
    /// Reads the checkout at `root`.
    ///
    /// # Errors
    /// When a folder or file cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.folder(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// A tree of these files, for tests of rules.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.files.push(TreeFile { path: (*path).to_owned(), text: (*text).to_owned() });
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            tree.paths.extend(ends.map(|at| path[..at].to_owned()));
        }
        tree
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path).map(|f| f.text.as_str())
    }

    /// Files with this ending.
    pub fn with_ending<'t>(&'t self, ending: &'t str) -> impl Iterator<Item = &'t TreeFile> {
        self.files.iter().filter(move |f| f.path.ends_with(ending))
    }

    fn folder(&mut self, root: &Path, inside: &str) -> Result<()> {
        let folder = root.join(inside);
        let failed = || Error::file("list", &folder);
        for entry in fs::read_dir(&folder).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            if LEFT_OUT.contains(&path.as_str()) {
                continue;
            }
            let kind = entry.file_type().map_err(failed())?;
            if kind.is_dir() {
                self.folder(root, &path)?;
            } else if kind.is_file() {
                self.file(root, &path)?;
            }
            self.paths.insert(path);
        }
        Ok(())
    }

    fn file(&mut self, root: &Path, path: &str) -> Result<()> {
        let is_text = path.rsplit_once('.').is_some_and(|(_, ending)| TEXT.contains(&ending));
        if !is_text || path.contains("/tests/fixtures/") {
            return Ok(());
        }
        let bytes = match fs::read(root.join(path)) {
            Ok(bytes) => bytes,
            // Others may work in the same checkout; a file that went away is no file.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::file("read", root.join(path))(error)),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.files.push(TreeFile { path: path.to_owned(), text });
        Ok(())
    }
}
