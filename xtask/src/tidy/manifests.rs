//! Every member of the workspace takes the shared lints, so that none is laxer than the others.

use super::Fault;
use crate::Tree;

/// Finds members without `[lints] workspace = true`.
pub(super) fn manifests(tree: &Tree) -> Vec<Fault> {
    let members = tree.with_ending("/Cargo.toml").filter(|f| !f.path.starts_with("fuzz/"));
    let takes = |text: &str| {
        let table: toml::Table = text.parse().unwrap_or_default();
        let lints = table.get("lints").and_then(|l| l.get("workspace")).and_then(toml::Value::as_bool);
        lints == Some(true)
    };
    let lax = members.filter(|f| !takes(&f.text));
    lax.map(|f| Fault::new(&f.path, 0, "take the shared lints: [lints] workspace = true")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_without_lints_is_found() {
        let files =
            [("a/Cargo.toml", "[lints]\nworkspace = true\n"), ("b/Cargo.toml", ""), ("fuzz/Cargo.toml", "")];
        let found: Vec<String> = manifests(&Tree::of(&files)).into_iter().map(|f| f.file).collect();
        assert_eq!(found, ["b/Cargo.toml"]);
    }
}
