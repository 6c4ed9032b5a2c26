//! The skeleton can be read as it is, and every commented line of it can be used.

use super::super::skeleton;
use super::*;

#[test]
fn reads_without_errors_and_says_what_to_fill_in() {
    let made = skeleton(spec());
    let reading = read_texts(&made.product, &made.ics, &made.ixit);
    assert!(reading.declaration.is_some());
    let shown: Vec<String> = reading.diagnostics.iter().map(Diagnostic::render).collect();
    assert!(!reading.has_errors(), "{shown:#?}");
    for words in
        ["[dut] leaves out date, name", "[supplier] leaves out", "68 provisions have no claim", "no address"]
    {
        assert!(shown.iter().any(|d| d.contains(words)), "{words}\n{shown:#?}");
    }
}

#[test]
fn names_every_provision_and_every_field() {
    let made = skeleton(spec());
    for entry in &spec().ics {
        assert!(made.ics.contains(&format!("# [claim.\"{}\"]", entry.provision)), "{}", entry.provision);
        let words = spec().requirement_words(&entry.provision).unwrap();
        assert!(made.ics.contains(words.split(' ').next().unwrap()));
    }
    for table in &spec().ixit {
        for field in &table.fields {
            assert!(made.ixit.contains(&format!("## {}", field.name)), "{}", field.name);
        }
    }
    assert!(made.ixit.lines().all(|l| l.chars().count() < 400));
}

#[test]
fn every_line_can_be_used() {
    let made = skeleton(spec());
    let used: String = made.ixit.lines().map(|line| format!("{}\n", in_use(line))).collect();
    let reading = read_texts(PRODUCT, &ics(""), &used);
    let found = found_in(&reading, "ixit.toml");
    let shown: Vec<String> = found.iter().map(|d| d.render()).collect();
    assert!(found.iter().all(|d| matches!(d.number(), "D053" | "D054")), "{shown:#?}\n{used}");
    let ixit = reading.declaration.unwrap().ixit;
    assert!(ixit.entries().iter().all(|t| t.ids.len() == 1), "each table has its one entry");
    let claims: String = made.ics.lines().map(|line| format!("{}\n", in_use(line))).collect();
    let reading = read_texts(PRODUCT, &claims, "format = 1");
    assert_eq!(reading.declaration.unwrap().ics.claim.len(), 68);
}

/// The line with its `# ` removed, where it is a heading or a key and not a sentence.
fn in_use(line: &str) -> &str {
    let bare = line.strip_prefix("# ").unwrap_or(line);
    let heading = bare.starts_with('[') && bare.ends_with(']');
    let key = bare.split_once(" = ").is_some_and(|(key, _)| !key.contains([' ', '`']));
    if heading || key { bare } else { line }
}
