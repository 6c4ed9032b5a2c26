//! Cross-checks of the catalogue of agreed cryptography: sources, days, words that stand for two things, and suites
//! that cannot be judged.

use std::collections::HashSet;

use super::Faults;
use crate::catalogue::cryptography::{Cryptography, Part, Primitive, Stated};
use crate::catalogue::{CryptoRow, Lists, Standing};

/// The folder that the rows stand in.
const FOLDER: &str = "lists/cryptography";

pub(super) fn faults(lists: &Lists, faults: &mut Faults) {
    let agreed = &lists.agreed;
    faults.unique(FOLDER, "source", agreed.sources.iter().map(|s| s.id.as_str()));
    faults.unique(FOLDER, "suite", agreed.suites.iter().map(String::as_str));
    let mut seen = HashSet::new();
    for primitive in &agreed.primitives {
        row_faults(primitive, agreed, faults);
        let words = std::iter::once(&primitive.name).chain(&primitive.tokens).map(|w| w.to_lowercase());
        for word in words.collect::<HashSet<String>>() {
            if !seen.insert((primitive.part, word.clone())) {
                let message = format!("holds two rows of the {} {word}", primitive.part.words());
                faults.add(FOLDER, message, "leave the word to one of the two");
            }
        }
    }
    for source in agreed.sources.iter().filter(|s| !is_cited(&s.id, agreed)) {
        faults.add(
            FOLDER,
            format!("holds source {}, which no row cites", source.id),
            "remove it, or cite it",
        );
    }
    for suite in agreed.suites.iter().chain(agreed.unnamed.iter().map(|(_, meant)| meant)) {
        if agreed.suite(suite).is_none() {
            let message = format!("cannot judge the suite {suite}: a part of its name has no row");
            faults.add(&format!("{FOLDER}/suites.toml"), message, "add the row with the word in `tokens`");
        }
    }
    twice_faults(lists, faults);
    read_faults(lists, faults);
}

/// The day of a reading that is none.
fn read_faults(lists: &Lists, faults: &mut Faults) {
    let rows = lists.cryptography.iter().map(|r| (&r.name, &r.read));
    let credentials = lists.credentials.iter().map(|r| (&r.source, &r.read));
    let paths = lists.web_paths.iter().map(|r| (&r.path, &r.read));
    let products = lists.products.iter().map(|r| (&r.pattern, &r.read));
    let statements = lists.agreed.statements().map(|s| (&s.source, &s.read));
    let days = rows.chain(credentials).chain(paths).chain(products).chain(statements);
    for (what, read) in days.filter(|(_, read)| read.as_deref().is_some_and(|day| !is_day(day))) {
        let message = format!("says of {what} that it was read on {:?}, which is no day", read.as_deref());
        faults.add("lists", message, "write the day of the reading, as `2026-11-25`, or leave `read` out");
    }
}

fn is_cited(id: &str, agreed: &Cryptography) -> bool {
    agreed.primitives.iter().flat_map(|p| &p.says).any(|s| s.source == id)
}

fn row_faults(primitive: &Primitive, agreed: &Cryptography, faults: &mut Faults) {
    let name = format!("the {} {}", primitive.part.words(), primitive.name);
    if primitive.why.trim().is_empty() {
        faults.add(FOLDER, format!("does not say why {name} stands as it does"), "fill in `why`");
    }
    let has_size = matches!(primitive.part, Part::RsaKey | Part::DhKey);
    if has_size != primitive.bits.is_some() {
        let message = format!("gives {name} bits where it has none, or none where it has some");
        faults.add(FOLDER, message, "say in `bits` from how many bits on a key size holds");
    }
    for statement in &primitive.says {
        if agreed.source(&statement.source).is_none() {
            let message = format!("cites {} for {name}, which is not there", statement.source);
            faults.add(FOLDER, message, "add the source to sources.toml");
        }
        if statement.until.as_deref().is_some_and(|day| !is_day(day)) {
            let message = format!("gives {name} an end that is no day");
            faults.add(FOLDER, message, "write the last day of use, as `2030-12-31`");
        }
    }
    let agrees = primitive.says.iter().any(|s| matches!(s.standing, Stated::Agreed | Stated::Legacy));
    if primitive.standing == Standing::Agreed && !agrees {
        let message = format!("counts {name} as agreed, and no source agrees to it");
        faults.add(FOLDER, message, "cite the source in `says`, or correct `standing`");
    }
}

/// A name that stands in the short list and in the folder: the two would come to differ.
fn twice_faults(lists: &Lists, faults: &mut Faults) {
    let both = |row: &&CryptoRow| !row.is_of_registry() && !lists.agreed.named(&row.name).is_empty();
    for row in lists.cryptography.iter().filter(both) {
        let message = format!("holds {}, which {FOLDER} holds too", row.name);
        faults.add("lists/cryptography.toml", message, "leave it to the folder");
    }
}

/// Whether a text is a day of the calendar, as `2030-12-31`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|p| p.len()).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
    lengths == [4, 2, 2]
        && numbers.len() == 3
        && (1..=12).contains(&numbers[1])
        && (1..=31).contains(&numbers[2])
}

#[cfg(test)]
mod tests {
    use super::is_day;
    use crate::catalogue::Catalogue;

    /// What is wrong with a catalogue that holds these rows.
    fn wrong(rows: &str) -> Vec<String> {
        let sources = "[[source]]\nid = 'a'\ntitle = 'A'\nedition = '1'\ndate = '2020'\nurl = 'https://x'\n";
        let suites = "names = ['TLS_RSA_WITH_NULL_SHA']";
        let files = [
            ("lists/cryptography/sources.toml", sources),
            ("lists/cryptography/rows.toml", rows),
            ("lists/cryptography/suites.toml", suites),
        ];
        let catalogue = Catalogue::read(&files).unwrap();
        catalogue.check(&[]).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn a_row_without_source_day_and_reason_is_faulty() {
        let rows = "[[row]]\nname = 'X'\npart = 'cipher'\nstanding = 'agreed'\nwhy = ''\n\
                    says = [{ source = 'b', at = '1', standing = 'deprecated', until = '2030-13-01', read = 'lately' }]";
        let wrong = wrong(rows).join("\n");
        for words in
            ["why the cipher X", "cites b", "no day", "no source agrees", "which no row cites", "read on"]
        {
            assert!(wrong.contains(words), "{words}: {wrong}");
        }
        assert!(wrong.contains("cannot judge the suite TLS_RSA_WITH_NULL_SHA"), "{wrong}");
    }

    #[test]
    fn one_word_stands_for_one_row() {
        let row = |name: &str| {
            format!(
                "[[row]]\nname = '{name}'\npart = 'mac'\ntokens = ['SHA']\nstanding = 'legacy'\nwhy = 'w'\n"
            )
        };
        let wrong = wrong(&(row("A") + &row("B"))).join("\n");
        assert!(wrong.contains("two rows of the message authentication sha"), "{wrong}");
    }

    #[test]
    fn days_are_told_from_other_numbers() {
        assert!(is_day("2030-12-31"));
        assert!(["2030", "2030-00-01", "2030-12-32", "20-12-31", "2030-1-001"].iter().all(|t| !is_day(t)));
    }
}
