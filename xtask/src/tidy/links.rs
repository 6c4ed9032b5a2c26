//! Links between documents lead somewhere: every relative link and include of a Markdown file outside the catalogue,
//! and every chapter is in the summary of the book.

use super::Fault;
use crate::{Tree, TreeFile};

const BOOK: &str = "docs/src/";
const SUMMARY: &str = "docs/src/SUMMARY.md";

/// Finds links to what is not there, and chapters that the summary leaves out.
pub(super) fn links(tree: &Tree) -> Vec<Fault> {
    let documents = tree.with_ending(".md").filter(|f| !f.path.starts_with("catalogue/"));
    let mut faults: Vec<Fault> = documents.flat_map(|f| dead(tree, f)).collect();
    let summary = tree.text(SUMMARY).unwrap_or_default();
    for file in tree.with_ending(".md") {
        let Some(chapter) = file.path.strip_prefix(BOOK).filter(|c| *c != "SUMMARY.md") else { continue };
        if !summary.contains(&format!("({chapter})")) {
            faults.push(Fault::new(SUMMARY, 0, format!("the chapter {chapter} is not listed")));
        }
    }
    faults
}

fn dead(tree: &Tree, file: &TreeFile) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut in_fence = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        if in_fence {
            continue;
        }
        for target in targets(line) {
            let Some(path) = resolve(&file.path, target) else { continue };
            if !path.is_empty() && !tree.paths.contains(&path) {
                faults.push(Fault::new(&file.path, at + 1, format!("`{target}` leads nowhere")));
            }
        }
    }
    faults
}

/// What a line links to or includes, code left out.
fn targets(line: &str) -> Vec<&str> {
    let prose = line.split('`').step_by(2);
    let mut targets = Vec::new();
    for part in prose {
        let links = part.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        targets.extend(links.map(|(target, _)| target.split_whitespace().next().unwrap_or_default()));
        let includes = part.split("{{#include ").skip(1).filter_map(|rest| rest.split_once("}}"));
        targets.extend(includes.map(|(target, _)| target.trim()));
    }
    targets
}

/// The path from the root; nothing for addresses and for places within the page.
fn resolve(from: &str, target: &str) -> Option<String> {
    let target = target.split('#').next().unwrap_or_default();
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_from_their_file() {
        assert_eq!(resolve("docs/src/a.md", "../adr/0001.md#x").as_deref(), Some("docs/adr/0001.md"));
        assert_eq!(resolve("README.md", "docs/").as_deref(), Some("docs"));
        assert_eq!(resolve("README.md", "https://example.org/a"), None);
        assert_eq!(resolve("README.md", "#there"), None);
    }

    #[test]
    fn dead_links_and_lost_chapters_are_found() {
        let text = "[a](docs/src/a.md) [b](b.md) `[c](c.md)`\n```\n[d](d.md)\n```\n{{#include e.md}}\n";
        let files = [("README.md", text), ("docs/src/a.md", ""), (SUMMARY, "[x](x.md)")];
        let found: Vec<(String, usize)> =
            links(&Tree::of(&files)).into_iter().map(|f| (f.file, f.line)).collect();
        let summary = || SUMMARY.to_owned();
        assert_eq!(
            found,
            [("README.md".to_owned(), 1), ("README.md".to_owned(), 5), (summary(), 1), (summary(), 0)]
        );
    }
}
