//! The evaluator's guide pages: every unit has its own section, written for it. A run of twelve words that stands in
//! two units' sections is a filled-in phrase.

use std::collections::HashMap;

use super::Fault;
use crate::Tree;

/// So many equal words in a row are no accident.
const RUN: usize = 12;

/// One unit's section of a guide page.
struct Section<'t> {
    file: &'t str,
    line: usize,
    words: Vec<String>,
}

/// Finds runs of words that two sections share.
pub(super) fn guides(tree: &Tree) -> Vec<Fault> {
    let pages =
        tree.files.iter().filter(|f| f.path.starts_with("catalogue/test-specs/") && f.path.ends_with(".md"));
    let sections: Vec<Section> = pages.flat_map(|f| sections(&f.path, &f.text)).collect();
    let mut first: HashMap<&[String], usize> = HashMap::new();
    let mut faults = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        let shared = section.words.windows(RUN).find_map(|run| {
            let earlier = *first.entry(run).or_insert(at);
            (earlier != at).then_some((run, &sections[earlier]))
        });
        if let Some((run, earlier)) = shared {
            let place = format!("{}:{}", earlier.file, earlier.line);
            let words = format!("\"{}\" stands in {place} too; write it for this unit", run.join(" "));
            faults.push(Fault::new(section.file, section.line, words));
        }
    }
    faults
}

/// The sections of a page: from one `## letter` to the next, behind the fenced facts.
fn sections<'t>(file: &'t str, text: &str) -> Vec<Section<'t>> {
    let mut sections: Vec<Section> = Vec::new();
    let mut in_facts = false;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            in_facts = !in_facts;
        } else if in_facts {
        } else if line.starts_with("## ") {
            sections.push(Section { file, line: at + 1, words: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            section.words.extend(words(line));
        }
    }
    sections
}

fn words(line: &str) -> impl Iterator<Item = String> {
    let parts = line.split(|c: char| !c.is_alphanumeric() && c != '\'');
    parts.filter(|w| !w.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHRASE: &str = "Open the box and look at each side of the thing in good light.";

    fn page(sections: &[&str]) -> String {
        let body: Vec<String> = sections.iter().map(|s| format!("## x\n\n{s}\n")).collect();
        format!("```toml\nid = \"x\"\n# {PHRASE} {PHRASE}\n```\n\n# Title\n\n{}", body.join("\n"))
    }

    fn found(first: &str, second: &str) -> usize {
        let (one, two) = (page(&[first]), page(&["Nothing shared.", second]));
        let one = ("catalogue/test-specs/s/1.md", one.as_str());
        guides(&Tree::of(&[one, ("catalogue/test-specs/s/2.md", &two), ("docs/a.md", &two)])).len()
    }

    #[test]
    fn a_shared_phrase_is_found_whatever_its_dress() {
        assert_eq!(
            found(PHRASE, "**Do.** OPEN the box, and look at each side of the thing in good light"),
            1
        );
    }

    #[test]
    fn a_shorter_run_and_the_facts_are_no_phrase() {
        assert_eq!(found(PHRASE, "Open the box and look at each side of the cable."), 0);
    }
}
