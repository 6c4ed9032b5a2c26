//! `ARCHITECTURE.md` against the tree: its figure of crates, the paths it names, and that it leaves no crate out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Fault;
use crate::Tree;

/// The document.
pub const FILE: &str = "ARCHITECTURE.md";

/// Crates by short name, with those they depend on.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The paths that the document names in code marks are there.
pub fn paths(tree: &Tree) -> Vec<Fault> {
    let Some(text) = tree.text(FILE) else { return vec![Fault::new(FILE, 0, "it is missing")] };
    let mut faults = Vec::new();
    for (at, line) in prose(text) {
        for name in line.split('`').skip(1).step_by(2).filter(|name| is_path(name)) {
            if !tree.paths.contains(name.trim_end_matches('/')) {
                faults.push(Fault::new(FILE, at, format!("there is no `{name}`")));
            }
        }
    }
    faults
}

/// Every crate has its place in the code map.
pub fn crates(tree: &Tree) -> Vec<Fault> {
    let text = tree.text(FILE).unwrap_or_default();
    let folders = tree.with_ending("/Cargo.toml").filter_map(|f| f.path.strip_suffix("/Cargo.toml"));
    let left_out = folders.filter(|folder| !text.contains(&format!("`{folder}/`")));
    left_out.map(|folder| Fault::new(FILE, 0, format!("the code map leaves `{folder}/` out"))).collect()
}

/// Compares the figure with what `cargo metadata` says.
pub fn arrows(tree: &Tree, metadata: &Value) -> Vec<Fault> {
    let drawn = drawn(tree.text(FILE).unwrap_or_default());
    if drawn.is_empty() {
        return vec![Fault::new(FILE, 0, "it has no figure: a fenced block `crates` with lines `a -> b, c`")];
    }
    let real = real(metadata);
    let names: BTreeSet<&String> = drawn.keys().chain(real.keys()).collect();
    let mut faults = Vec::new();
    for name in names {
        let (drawn, real) = (drawn.get(name), real.get(name));
        if drawn != real {
            let words = format!("the figure has {name} -> {}, the manifests {}", list(drawn), list(real));
            faults.push(Fault::new(FILE, 0, words));
        }
    }
    faults
}

fn list(names: Option<&BTreeSet<String>>) -> String {
    match names {
        None => "no such line".into(),
        Some(names) if names.is_empty() => "nothing".into(),
        Some(names) => names.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    }
}

/// The lines outside fenced blocks, numbered.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut in_fence = false;
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            in_fence = !in_fence;
        } else if !in_fence {
            lines.push((at + 1, line));
        }
    }
    lines
}

/// Whether code marks hold a path of the tree: a folder in it, and no pattern.
fn is_path(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/@".contains(c);
    let ends = [".md", ".rs", ".toml", ".sh"].iter().any(|ending| name.ends_with(ending));
    let has_folder = name.contains('/') && !name.starts_with('/');
    let is_ours = !name.starts_with("evidence/") && !name.starts_with("objects/");
    name.chars().all(is_plain) && is_ours && (has_folder || (ends && name.contains("Cargo")))
}

/// The lines of the figure: `assize -> lab, model`, and `xtask (tests) -> assize` for what only tests use.
fn drawn(text: &str) -> Arrows {
    let block =
        text.split("```crates\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    let line = |line: &str| {
        let (name, targets) = line.split_once("->")?;
        let names =
            targets.split(',').map(|t| t.trim().to_owned()).filter(|t| t != "nothing" && !t.is_empty());
        Some((name.split_whitespace().collect::<Vec<_>>().join(" "), names.collect()))
    };
    block.lines().filter_map(line).collect()
}

/// The arrows of the manifests, in the words of the figure.
fn real(metadata: &Value) -> Arrows {
    let mut arrows = Arrows::new();
    for package in list_of(metadata, "packages") {
        let name = short(package["name"].as_str().unwrap_or_default());
        arrows.entry(name.clone()).or_default();
        for dependency in list_of(package, "dependencies").iter().filter(|d| d["path"].is_string()) {
            let from = if dependency["kind"] == "dev" { format!("{name} (tests)") } else { name.clone() };
            let to = short(dependency["name"].as_str().unwrap_or_default());
            arrows.entry(from).or_default().insert(to);
        }
    }
    // A crate may use in tests what it uses anyway.
    let always = arrows.clone();
    for (name, targets) in &mut arrows {
        let own = name.strip_suffix(" (tests)").and_then(|name| always.get(name));
        targets.retain(|target| own.is_none_or(|own| !own.contains(target)));
    }
    arrows.retain(|name, targets| !(name.ends_with(" (tests)") && targets.is_empty()));
    arrows
}

fn list_of<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn short(name: &str) -> String {
    name.strip_prefix("assize-").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "# A\n`crates/a/` `crates/gone.rs` `x/<name>` `a -> b` `evidence/log.jsonl`\n\n```crates\nassize    -> a\nassize (tests) -> b\na -> nothing\nb -> nothing\n```\n";

    fn workspace(to: &str) -> Value {
        let dependency = |name: &str, kind: Value| json!({ "name": name, "path": "/p", "kind": kind });
        let own = [dependency(to, Value::Null), dependency("assize-b", json!("dev"))];
        json!({ "packages": [
            { "name": "assize", "dependencies": own },
            { "name": "assize-a", "dependencies": [] },
            { "name": "assize-b", "dependencies": [{ "name": "serde", "path": null }] },
        ]})
    }

    #[test]
    fn the_figure_is_held_against_the_manifests() {
        let tree = Tree::of(&[(FILE, TEXT)]);
        assert_eq!(arrows(&tree, &workspace("assize-a")), []);
        let wrong = arrows(&tree, &workspace("assize-b"));
        assert!(wrong.iter().any(|f| f.words.contains("assize -> a, the manifests b")), "{wrong:?}");
        assert_eq!(arrows(&Tree::of(&[(FILE, "# A\n")]), &workspace("assize-a")).len(), 1);
    }

    #[test]
    fn paths_and_crates_are_held_against_the_tree() {
        let tree = Tree::of(&[(FILE, TEXT), ("crates/a/Cargo.toml", ""), ("crates/c/Cargo.toml", "")]);
        assert_eq!(paths(&tree), [Fault::new(FILE, 2, "there is no `crates/gone.rs`")]);
        assert_eq!(crates(&tree).len(), 1);
    }
}
