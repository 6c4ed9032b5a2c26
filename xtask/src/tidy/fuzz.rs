//! Every fuzz target is listed in the manifest, and every listed one is there.

use std::collections::BTreeSet;

use super::Fault;
use crate::Tree;

const MANIFEST: &str = "fuzz/Cargo.toml";
const FOLDER: &str = "fuzz/fuzz_targets/";

/// Compares `fuzz/fuzz_targets` with the `[[bin]]` list.
pub(super) fn targets(tree: &Tree) -> Vec<Fault> {
    let files: BTreeSet<&str> =
        tree.files.iter().filter_map(|f| f.path.strip_prefix(FOLDER)?.strip_suffix(".rs")).collect();
    let listed = listed(tree.text(MANIFEST).unwrap_or_default());
    let unlisted = files.iter().filter(|name| !listed.contains(**name)).map(|name| {
        let words = format!("list it: [[bin]] name = \"{name}\", path = \"fuzz_targets/{name}.rs\"");
        Fault::new(&format!("{FOLDER}{name}.rs"), 0, words)
    });
    let gone = listed.iter().filter(|name| !files.contains(name.as_str()));
    let gone = gone.map(|name| Fault::new(MANIFEST, 0, format!("there is no fuzz_targets/{name}.rs")));
    unlisted.chain(gone).collect()
}

/// Targets whose path is their name.
fn listed(manifest: &str) -> BTreeSet<String> {
    let table: toml::Table = manifest.parse().unwrap_or_default();
    let bins = table.get("bin").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let name = |bin: &toml::Value| {
        let name = bin.get("name")?.as_str()?;
        let path = bin.get("path")?.as_str()?;
        (path == format!("fuzz_targets/{name}.rs")).then(|| name.to_owned())
    };
    bins.iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlisted_and_missing_targets_are_found() {
        let manifest = "[[bin]]\nname = \"a\"\npath = \"fuzz_targets/a.rs\"\n[[bin]]\nname = \"b\"\npath = \"fuzz_targets/b.rs\"\n";
        let tree =
            Tree::of(&[(MANIFEST, manifest), ("fuzz/fuzz_targets/a.rs", ""), ("fuzz/fuzz_targets/c.rs", "")]);
        let found: Vec<String> = targets(&tree).into_iter().map(|f| f.file).collect();
        assert_eq!(found, ["fuzz/fuzz_targets/c.rs", MANIFEST]);
    }
}
