//! `new`: starts a file from a living neighbour, enters it where it has to be listed, and says what to do next. A
//! neighbour that is compiled and tested cannot go stale as a template would.

mod check;
mod data;
mod flaw;
mod protocol;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{Error, Result, say};

/// Starts a file of this kind.
///
/// # Errors
/// When the name is not well-formed or taken, or a neighbour does not look as expected.
pub fn run(root: &Path, kind: &str, name: &str, like: Option<&str>) -> Result<()> {
    let mut draft = Draft::new(root);
    let next = match kind {
        "check" => check::check(&mut draft, name, like)?,
        "flaw" => flaw::flaw(&mut draft, name, like)?,
        "framework" => data::framework(&mut draft, name, like)?,
        "mapping" => data::mapping(&mut draft, name, like)?,
        "protocol" => protocol::protocol(&mut draft, name, like)?,
        other => return Err(Error::Usage(format!("`{other}` is nothing that can be started"))),
    };
    for path in draft.write()? {
        say!("wrote {path}");
    }
    say!("\nNext:");
    for (number, words) in next.iter().enumerate() {
        say!("  {}. {words}", number + 1);
    }
    Ok(())
}

/// Files to be written, all or none.
struct Draft<'r> {
    root: &'r Path,
    files: BTreeMap<String, String>,
}

impl<'r> Draft<'r> {
    fn new(root: &'r Path) -> Self {
        Self { root, files: BTreeMap::new() }
    }

    /// The text of a file as it will be.
    fn read(&self, path: &str) -> Result<String> {
        match self.files.get(path) {
            Some(text) => Ok(text.clone()),
            None => fs::read_to_string(self.root.join(path)).map_err(Error::file("read", path)),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.root.join(path).exists()
    }

    /// A file that must not be there yet.
    fn create(&mut self, path: &str, text: String) -> Result<()> {
        if self.exists(path) {
            return Err(Error::Exists(path.to_owned()));
        }
        self.files.insert(path.to_owned(), text);
        Ok(())
    }

    /// Enters a line among its siblings, in the order of the alphabet. The siblings stand between the line that
    /// begins with `from` and the first one after it that begins with `to`.
    fn enter(&mut self, path: &str, line: &str, block: Block) -> Result<()> {
        let text = self.read(path)?;
        let reason = || format!("it has no list that begins with `{}`", block.from);
        let missing = || Error::Neighbour { path: path.to_owned(), reason: reason() };
        let entered = entered(&text, line, block).ok_or_else(missing)?;
        self.files.insert(path.to_owned(), entered);
        Ok(())
    }

    /// Writes everything and gives the paths.
    fn write(self) -> Result<Vec<String>> {
        for (path, text) in &self.files {
            let at = self.root.join(path);
            let folder = at.parent().unwrap_or(self.root);
            fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
            fs::write(&at, text).map_err(Error::file("write", &at))?;
        }
        Ok(self.files.into_keys().collect())
    }
}

/// Where a list stands in a file, and how its lines begin.
#[derive(Clone, Copy)]
struct Block {
    /// The line before the list begins so; empty for the beginning of the file.
    from: &'static str,
    /// The first line after the list begins so; empty for the end of the file.
    to: &'static str,
    /// Every line of the list begins so.
    sibling: &'static str,
}

fn entered(text: &str, line: &str, block: Block) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let start =
        if block.from.is_empty() { 0 } else { lines.iter().position(|l| l.starts_with(block.from))? + 1 };
    let is_end = |l: &&str| !block.to.is_empty() && l.starts_with(block.to);
    let end = lines[start..].iter().position(is_end).map_or(lines.len(), |n| start + n);
    let siblings: Vec<usize> = (start..end).filter(|at| lines[*at].starts_with(block.sibling)).collect();
    let later = siblings.iter().copied().find(|at| lines[*at] > line);
    let at = later.or_else(|| siblings.last().map(|at| at + 1)).unwrap_or(end);
    let mut all = lines;
    all.insert(at, line);
    Some(all.join("\n") + "\n")
}

/// Whether a name has only these characters and begins with a letter.
fn is_name(name: &str, others: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || others.contains(c);
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(fits)
}

fn expect_name(holds: bool, name: &str, form: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::Usage(format!("`{name}` is no name; write {form}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Block = Block { from: "const A", to: "];", sibling: "    " };

    #[test]
    fn lines_are_entered_in_order() {
        let text = "mod x;\n\nconst A: [&str; 2] = [\n    \"b\",\n    \"d\",\n];\n\nfn f() {\n    0\n}\n";
        let with =
            |line: &str| entered(text, line, LIST).unwrap().lines().skip(3).take(3).collect::<String>();
        assert_eq!(with("    \"a\","), "    \"a\",    \"b\",    \"d\",");
        assert_eq!(with("    \"c\","), "    \"b\",    \"c\",    \"d\",");
        assert_eq!(with("    \"e\","), "    \"b\",    \"d\",    \"e\",");
        assert!(entered("nothing\n", "    a", LIST).is_none());
        assert_eq!(entered("const A\n];\n", "    a", LIST).unwrap(), "const A\n    a\n];\n");
    }

    #[test]
    fn what_is_there_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.rs"), "x").unwrap();
        let mut draft = Draft::new(dir.path());
        assert!(matches!(draft.create("a.rs", String::new()), Err(Error::Exists(_))));
        draft.create("b/c.rs", "y".into()).unwrap();
        assert!(matches!(draft.create("b/c.rs", String::new()), Err(Error::Exists(_))));
        assert_eq!(draft.write().unwrap(), ["b/c.rs"]);
        assert_eq!(fs::read_to_string(dir.path().join("b/c.rs")).unwrap(), "y");
    }

    #[test]
    fn names_are_held_to_their_form() {
        assert!(is_name("a_b2", "_") && is_name("a-b", "-"));
        assert!(!is_name("", "_") && !is_name("A", "") && !is_name("../a", "_") && !is_name("2a", ""));
    }
}
