//! `tidy`: the rules of the house that a machine can check. Each rule is a pure function over the tree; what is
//! allowed to break one stands in `xtask/allow.toml` with its reason.

pub mod architecture;
mod data;
mod dependencies;
mod fuzz;
mod guides;
mod links;
mod manifests;
mod numbers;
mod rust;

use std::fmt;
use std::path::Path;

use crate::{Error, Result, Tree, metadata, say};

/// Exceptions, each with its reason.
const ALLOWED: &str = "xtask/allow.toml";

/// A rule over the tree.
type Rule = fn(&Tree) -> Vec<Fault>;

/// Every rule by name.
const RULES: [(&str, Rule); 12] = [
    ("architecture-crates", architecture::crates),
    ("architecture-paths", architecture::paths),
    ("data", data::data),
    ("dependencies", dependencies::dependencies),
    ("fuzz-targets", fuzz::targets),
    ("guides", guides::guides),
    ("imports", rust::imports),
    ("links", links::links),
    ("manifests", manifests::manifests),
    ("numbers", numbers::numbers),
    ("opening-and-length", rust::opening_and_length),
    ("unfinished", rust::unfinished),
];

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, from the root.
    pub file: String,
    /// The line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong and what to do, in one sentence.
    pub words: String,
}

impl Fault {
    pub(crate) fn new(file: &str, line: usize, words: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, words: words.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.words),
            line => write!(f, "{}:{line}: {}", self.file, self.words),
        }
    }
}

/// Checks every rule and prints what is broken.
///
/// # Errors
/// When a rule is broken, or the tree cannot be read.
pub fn run(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    let mut faults = check(&tree)?;
    faults.extend(
        architecture::arrows(&tree, &metadata(root)?).into_iter().map(|f| ("architecture-arrows", f)),
    );
    for (rule, fault) in &faults {
        say!("{fault}  [{rule}]");
    }
    match faults.len() {
        0 => {
            say!("{} files, {} rules: the house is in order.", tree.files.len(), RULES.len() + 1);
            Ok(())
        }
        1 => Err(Error::Untidy("1 fault".into())),
        n => Err(Error::Untidy(format!("{n} faults"))),
    }
}

/// The faults that nothing allows, each with its rule, and exceptions that are no longer needed.
fn check(tree: &Tree) -> Result<Vec<(&'static str, Fault)>> {
    let allowed = allowed(tree)?;
    let mut used = vec![false; allowed.len()];
    let mut faults = Vec::new();
    for (name, rule) in RULES {
        for fault in rule(tree) {
            match allowed.iter().position(|a| a.rule == name && a.file == fault.file) {
                Some(at) => used[at] = true,
                None => faults.push((name, fault)),
            }
        }
    }
    for (allow, _) in allowed.iter().zip(used).filter(|(_, used)| !used) {
        let words =
            format!("nothing in {} breaks `{}` any more; remove the exception", allow.file, allow.rule);
        faults.push(("exceptions", Fault::new(ALLOWED, 0, words)));
    }
    Ok(faults)
}

/// A file that may break a rule.
struct Allow {
    rule: String,
    file: String,
}

fn allowed(tree: &Tree) -> Result<Vec<Allow>> {
    let bad = |reason: &str| Error::Neighbour { path: ALLOWED.into(), reason: reason.into() };
    let Some(text) = tree.text(ALLOWED) else { return Ok(Vec::new()) };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| bad(error.message()))?;
    let rows = table.get("allow").and_then(toml::Value::as_array).into_iter().flatten();
    let row = |row: &toml::Value| {
        let word = |key| row.get(key).and_then(toml::Value::as_str).filter(|w: &&str| !w.trim().is_empty());
        match (word("rule"), word("file"), word("reason")) {
            (Some(rule), Some(file), Some(_)) => Ok(Allow { rule: rule.into(), file: file.into() }),
            _ => Err(bad("each [[allow]] needs rule, file and reason")),
        }
    };
    rows.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "fn main() {}\n";
    const ALLOW: &str = "[[allow]]\nrule = \"opening-and-length\"\nfile = \"a.rs\"\nreason = \"because\"\n";

    fn names(files: &[(&str, &str)]) -> Vec<&'static str> {
        check(&Tree::of(files)).unwrap().into_iter().map(|(rule, _)| rule).collect()
    }

    #[test]
    fn an_exception_allows_one_rule_in_one_file_as_long_as_it_is_needed() {
        assert!(names(&[("a.rs", LONG)]).contains(&"opening-and-length"));
        assert!(!names(&[("a.rs", LONG), (ALLOWED, ALLOW)]).contains(&"opening-and-length"));
        assert!(names(&[("b.rs", LONG), (ALLOWED, ALLOW)]).contains(&"opening-and-length"));
        assert!(names(&[("b.rs", LONG), (ALLOWED, ALLOW)]).contains(&"exceptions"));
    }

    #[test]
    fn an_exception_needs_a_reason() {
        let bare = ALLOW.replace("because", " ");
        assert!(check(&Tree::of(&[("a.rs", LONG), (ALLOWED, &bare)])).is_err());
    }
}
