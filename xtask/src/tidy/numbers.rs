//! Framework numbers live in the catalogue: Rust names none in its logic. Tests, comments and the declaration's own
//! words may.

use super::Fault;
use crate::Tree;

/// Where the pro forma's own names are at home.
const AT_HOME: &str = "crates/assize-model/src/declaration/";

/// Finds numbers of provisions, cases and units in the logic of the crates.
pub(super) fn numbers(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.with_ending(".rs") {
        let path = file.path.as_str();
        if !path.starts_with("crates/") || path.starts_with(AT_HOME) || is_test(path) {
            continue;
        }
        for (at, line) in logic(&file.text) {
            if let Some(number) = number_in(line) {
                let words = format!("the number {number} belongs into the catalogue, not into logic");
                faults.push(Fault::new(path, at, words));
            }
        }
    }
    faults
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.contains("/benches/") || path.ends_with("/tests.rs")
}

/// The lines before the tests, without comments.
fn logic(text: &str) -> Vec<(usize, &str)> {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().enumerate();
    let code = lines.map(|(at, line)| (at + 1, line.split(" // ").next().unwrap_or(line)));
    code.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

/// A number as provisions of clause 5 have it: `5.1-2`, with whatever follows.
fn number_in(line: &str) -> Option<&str> {
    line.match_indices("5.").find_map(|(at, _)| {
        let before = line[..at].chars().next_back();
        let is_start = before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
        let rest = &line[at + 2..];
        let clause = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest[clause..].strip_prefix('-')?;
        let provision = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
        let is_number = clause > 0 && after.starts_with(|c: char| c.is_ascii_digit());
        (is_start && is_number).then(|| &line[at..at + 3 + clause + provision])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_versions() {
        assert_eq!(number_in("case(\"5.1-1-2 a\")"), Some("5.1-1-2"));
        assert_eq!(number_in("\"5.10-1\""), Some("5.10-1"));
        assert_eq!(number_in("\"5.3-4A\""), Some("5.3-4A"));
        assert_eq!(number_in("version 15.1-2, 1.5.1-2, 5.1, 5.-1, 5.1-rc"), None);
    }

    #[test]
    fn tests_comments_and_the_declaration_may_name_them() {
        let text = "//! 5.1-1\n/// 5.1-1\nfn f() {} // 5.1-1\nlet a = \"5.1-1\";\n#[cfg(test)]\nmod tests {\n\"5.1-1\"\n}\n";
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", text),
            ("crates/a/src/tests.rs", text),
            ("crates/a/tests/all.rs", text),
            ("crates/assize-model/src/declaration/ics.rs", text),
            ("xtask/src/lib.rs", text),
        ]);
        let found: Vec<(String, usize)> = numbers(&tree).into_iter().map(|f| (f.file, f.line)).collect();
        assert_eq!(found, [("crates/a/src/lib.rs".to_owned(), 4)]);
    }
}
