//! Rules on Rust files: they say what they are for, they end, they are finished, and imports stand at the top.

use super::Fault;
use crate::Tree;

/// Files end here, with their tests.
const MOST_LINES: usize = 600;

/// Every file opens with `//!` and ends by 600 lines.
pub(super) fn opening_and_length(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.with_ending(".rs") {
        if !file.text.starts_with("//! ") {
            faults.push(Fault::new(&file.path, 1, "begin with `//! `: what the file is for"));
        }
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            let words = format!("it has {lines} lines; files end by {MOST_LINES}");
            faults.push(Fault::new(&file.path, lines, words));
        }
    }
    faults
}

/// Nothing is left for later: no stub, no test that is skipped.
pub(super) fn unfinished(tree: &Tree) -> Vec<Fault> {
    // Joined here, so that this file does not find itself.
    let marks = ["todo", "unimplemented", "dbg"].map(|m| format!("{m}!("));
    let skipped = format!("#[{}", "ignore");
    let mut faults = Vec::new();
    for file in tree.with_ending(".rs") {
        for (number, line) in file.text.lines().enumerate() {
            let found =
                marks.iter().find(|m| line.contains(*m)).or(Some(&skipped).filter(|s| line.contains(*s)));
            if let Some(mark) = found {
                faults.push(Fault::new(&file.path, number + 1, format!("`{mark}` stands here; finish it")));
            }
        }
    }
    faults
}

/// Imports stand at the top of their file or module. A short name within one function (`use x as y`) may stand there.
pub(super) fn imports(tree: &Tree) -> Vec<Fault> {
    tree.with_ending(".rs").flat_map(|file| imports_of(&file.path, &file.text)).collect()
}

fn imports_of(path: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut past_top = false;
    let mut opens = false;
    let mut unclosed = false;
    for (number, line) in text.lines().enumerate() {
        let bare = line.trim();
        if unclosed {
            unclosed = !bare.ends_with(';');
        } else if is_import(bare) {
            let is_inner = line.starts_with(' ');
            let is_misplaced = if is_inner { !opens && !bare.contains(" as ") } else { past_top };
            if is_misplaced {
                faults.push(Fault::new(path, number + 1, "move the import to the top"));
            }
            unclosed = !bare.ends_with(';');
        } else if !(bare.is_empty() || bare.starts_with("//") || bare.starts_with("#[")) {
            opens = is_module(bare);
            past_top |= is_item(line);
        }
    }
    faults
}

/// Whether the line imports a path; a bare name makes a macro of the same file visible and stands below it.
fn is_import(line: &str) -> bool {
    let rest = visible(line).strip_prefix("use ");
    rest.is_some_and(|rest| rest.split_whitespace().next().is_some_and(|path| path.contains("::")))
}

fn is_module(line: &str) -> bool {
    visible(line).starts_with("mod ") && line.ends_with('{')
}

/// The line without its visibility.
fn visible(line: &str) -> &str {
    let rest = line.strip_prefix("pub").unwrap_or(line);
    let rest = rest.strip_prefix('(').and_then(|r| r.split_once(')')).map_or(rest, |(_, r)| r);
    rest.trim_start()
}

/// Whether an item other than a module, import or macro begins here, at the left margin.
fn is_item(line: &str) -> bool {
    const ITEMS: [&str; 9] =
        ["async fn ", "const ", "enum ", "fn ", "impl", "static ", "struct ", "trait ", "type "];
    !line.starts_with(' ') && ITEMS.iter().any(|item| visible(line).starts_with(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        imports_of("a.rs", text).into_iter().map(|f| f.line).collect()
    }

    #[test]
    fn imports_at_the_top_of_file_and_module_are_right() {
        let text = "//! A.\n\nmod x;\n\nuse std::{\n    fs,\n};\npub use x::Y;\n\nfn f() {}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n    use std::io;\n}\n";
        assert_eq!(lines(text), Vec::<usize>::new());
    }

    #[test]
    fn imports_below_items_and_in_functions_are_found() {
        assert_eq!(lines("//! A.\nfn f() {}\nuse std::fs;\n"), [3]);
        assert_eq!(lines("//! A.\nfn f() {\n    let a = 1;\n    use std::fs;\n}\n"), [4]);
        assert_eq!(lines("//! A.\nfn f() {\n    use std::fs;\n}\n"), [3]);
        assert_eq!(lines("//! A.\nfn f() {\n    use std::io::ErrorKind as Kind;\n}\n"), Vec::<usize>::new());
    }

    #[test]
    fn prose_is_no_import() {
        assert_eq!(lines("//! A.\nconst A: &str = \"\\\n    use the door\\\n\";\n"), Vec::<usize>::new());
    }

    #[test]
    fn opening_length_and_stubs_are_found() {
        let long = "//! A.\n".to_owned() + &"\n".repeat(MOST_LINES);
        let stub = format!("//! A.\nfn f() {{ {}!() }}\n#[{}]\n", "todo", "ignore");
        let tree = Tree::of(&[("a.rs", "fn f() {}\n"), ("b.rs", &long), ("c.rs", &stub)]);
        let found: Vec<String> = opening_and_length(&tree).into_iter().map(|f| f.file).collect();
        assert_eq!(found, ["a.rs", "b.rs"]);
        assert_eq!(unfinished(&tree).iter().map(|f| f.line).collect::<Vec<_>>(), [2, 3]);
    }
}
