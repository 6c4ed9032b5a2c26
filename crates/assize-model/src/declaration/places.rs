//! Where each key of the declaration stands, so that a diagnostic found later can still point at a line.

use std::collections::BTreeMap;

use super::file::DeclarationFile;
use super::lines::Lines;
use super::tree::{Node, Value};
use crate::diagnostic::FilePlace;

/// The places of all keys that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    files: BTreeMap<&'static str, (String, Spot)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Spot {
    line: u32,
    column: u32,
    /// How many items are written here, where a list is.
    items: Option<usize>,
    below: BTreeMap<String, Spot>,
}

impl Places {
    /// The position of a key, as `("ixit.toml", ["1-AuthMech", "AuthMech-Web", "crypto"])`. Entries of a table are
    /// named by their `id` or `name`, or `#1`, `#2` … by count. A key that is not written falls back to its entry,
    /// then to its table, then to the file as a whole; none when the file was not read.
    pub fn of(&self, file: &str, path: &[&str]) -> Option<FilePlace> {
        let (shown, root) = self.files.get(file)?;
        let mut here = root;
        for key in path {
            match here.below.get(*key) {
                Some(spot) => here = spot,
                None => break,
            }
        }
        Some(FilePlace { file: shown.clone(), line: here.line, column: here.column })
    }

    /// Whether exactly this key is written.
    pub fn has(&self, file: &str, path: &[&str]) -> bool {
        self.spot(file, path).is_some()
    }

    /// How many items the list at exactly this key is written with, refused ones included; none where no list is
    /// written, or within two entries of the same id.
    pub fn items(&self, file: &str, path: &[&str]) -> Option<usize> {
        self.spot(file, path)?.items
    }

    fn spot(&self, file: &str, path: &[&str]) -> Option<&Spot> {
        let (_, root) = self.files.get(file)?;
        path.iter().try_fold(root, |here, key| here.below.get(*key))
    }

    pub(super) fn add(&mut self, file: DeclarationFile, shown: &str, tree: &Node, lines: &Lines<'_>) {
        let mut root = Spot::default();
        fill(&mut root, &tree.value, lines);
        self.files.insert(file.name(), (shown.to_owned(), root));
    }
}

fn fill(spot: &mut Spot, value: &Value, lines: &Lines<'_>) {
    match value {
        Value::Table(members) => {
            for member in members {
                let mut child = at(member.at, lines);
                fill(&mut child, &member.node.value, lines);
                spot.below.insert(member.key.clone(), child);
            }
        }
        Value::List(nodes) => {
            spot.items = Some(nodes.len());
            for (index, node) in nodes.iter().enumerate() {
                let mut child = at(node.at, lines);
                fill(&mut child, &node.value, lines);
                let name = label(&node.value).map_or_else(|| counted(index), str::to_owned);
                // Of two entries with the same id, the first is found by it and the second by its count.
                match spot.below.get_mut(&name) {
                    Some(first) => {
                        // A list looked up by that id may be meant for either.
                        first.below.values_mut().for_each(|key| key.items = None);
                        spot.below.insert(counted(index), child);
                    }
                    None => _ = spot.below.insert(name, child),
                }
            }
        }
        _ => {}
    }
}

fn at(byte: usize, lines: &Lines<'_>) -> Spot {
    let (line, column) = lines.position(byte);
    Spot { line, column, ..Spot::default() }
}

/// The label of an entry: its `id`, or its `name` where it has no id.
pub(super) fn label(entry: &Value) -> Option<&str> {
    let named = |key| entry.get(key).and_then(|n| n.value.as_text()).filter(|t| !t.trim().is_empty());
    named("id").or_else(|| named("name"))
}

/// The label of an entry without one.
pub(super) fn counted(index: usize) -> String {
    format!("#{}", index + 1)
}
