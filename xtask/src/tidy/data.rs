//! Data files read as TOML, end with a newline and have no trailing blanks; a flaw stays small and bears its name.

use super::Fault;
use crate::{Tree, TreeFile};

/// A flaw is one knob and its reasons.
const MOST_FLAW_LINES: usize = 40;

/// Checks the data of the catalogue, the flaws, the trials and the examples.
pub(super) fn data(tree: &Tree) -> Vec<Fault> {
    tree.files.iter().filter(|f| is_data(&f.path)).flat_map(of_file).collect()
}

fn is_data(path: &str) -> bool {
    let at_home = ["catalogue/", "crates/assize-dut/flaws/", "examples/", "trials/"];
    let ends = path.ends_with(".toml") || path.ends_with(".md");
    ends && !path.ends_with("Cargo.toml") && at_home.iter().any(|folder| path.starts_with(folder))
}

fn of_file(file: &TreeFile) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !file.text.ends_with('\n') {
        faults.push(Fault::new(&file.path, file.text.lines().count(), "end the file with a newline"));
    }
    for (at, line) in file.text.lines().enumerate() {
        if line.ends_with([' ', '\t', '\r']) {
            faults.push(Fault::new(&file.path, at + 1, "remove the blanks at the end of the line"));
        }
    }
    if file.path.ends_with(".toml") {
        faults.extend(of_toml(file));
    }
    faults
}

fn of_toml(file: &TreeFile) -> Vec<Fault> {
    let table: toml::Table = match file.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![Fault::new(&file.path, 0, error.message().to_owned())],
    };
    let Some(name) = file.path.strip_prefix("crates/assize-dut/flaws/") else { return Vec::new() };
    let mut faults = Vec::new();
    if table.get("name").and_then(toml::Value::as_str) != name.strip_suffix(".toml") {
        faults.push(Fault::new(&file.path, 0, "its name is not the name of its file"));
    }
    let lines = file.text.lines().count();
    if lines > MOST_FLAW_LINES {
        faults.push(Fault::new(&file.path, lines, format!("a flaw has up to {MOST_FLAW_LINES} lines")));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        data(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn data_is_clean_toml() {
        assert_eq!(found("catalogue/lists/a.toml", "a = 1\n"), 0);
        assert_eq!(found("catalogue/lists/a.toml", "a = \n"), 2, "blank and syntax");
        assert_eq!(found("catalogue/lists/a.toml", "a = 1"), 1);
        assert_eq!(found("docs/a.toml", "a = "), 0, "no data");
    }

    #[test]
    fn a_flaw_bears_its_name() {
        assert_eq!(found("crates/assize-dut/flaws/a.toml", "name = \"a\"\n"), 0);
        assert_eq!(found("crates/assize-dut/flaws/b.toml", "name = \"a\"\n"), 1);
    }
}
