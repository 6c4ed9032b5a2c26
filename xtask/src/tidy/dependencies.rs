//! Every dependency has its reason: a row in the decision record on dependencies. The record names none that is gone.

use std::collections::BTreeSet;

use super::Fault;
use crate::Tree;

const RECORD: &str = "docs/adr/0002-dependencies.md";

/// Compares the manifests with the rows of the record.
pub(super) fn dependencies(tree: &Tree) -> Vec<Fault> {
    let used: BTreeSet<(String, String)> =
        tree.with_ending("Cargo.toml").flat_map(|f| named(&f.path, &f.text)).collect();
    let rows = rows(tree.text(RECORD).unwrap_or_default());
    let missing = used.iter().filter(|(name, _)| !rows.contains(name)).map(|(name, manifest)| {
        Fault::new(manifest, 0, format!("`{name}` has no row in {RECORD}; say why it is needed"))
    });
    let gone = rows.iter().filter(|row| used.iter().all(|(name, _)| name != *row));
    let gone = gone.map(|row| Fault::new(RECORD, 0, format!("nothing depends on `{row}` any more")));
    missing.chain(gone).collect()
}

/// Registry dependencies that a manifest names with a version of its own, with the manifest's path.
fn named(path: &str, text: &str) -> Vec<(String, String)> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let mut names = Vec::new();
    let shared = table.get("workspace").and_then(|w| w.get("dependencies"));
    let own = ["dependencies", "dev-dependencies", "build-dependencies"].map(|kind| table.get(kind));
    for (name, wanted) in own.into_iter().flatten().chain(shared).filter_map(toml::Value::as_table).flatten()
    {
        let is_ours = wanted.get("path").is_some() || wanted.get("workspace").is_some();
        if !is_ours {
            names.push((name.clone(), path.to_owned()));
        }
    }
    names
}

/// The names that begin a row of a table: `` | `name` | ``.
fn rows(text: &str) -> BTreeSet<String> {
    let name = |line: &str| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name.to_owned());
    text.lines().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_row_and_a_row_without_a_dependency_are_found() {
        let manifest = "[workspace.dependencies]\nserde = \"1\"\nown = { path = \"own\" }\n";
        let own = "[dependencies]\nserde.workspace = true\nring = \"0.17\"\n";
        let files = [
            ("Cargo.toml", manifest),
            ("own/Cargo.toml", own),
            (RECORD, "| `serde` | x |\n| `gone` | x |\n"),
        ];
        let found: Vec<String> = dependencies(&Tree::of(&files)).into_iter().map(|f| f.words).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`ring`") && found[1].contains("`gone`"));
    }
}
