//! The sections that the UK mapping names, as ids: a number is cut from its heading, bullet points and paragraphs are
//! counted, and the known faults of the file are repaired where the document shows that they are faults.

use crate::limits::folded;

/// The ids that a section stands for, and what was repaired on the way.
pub(super) struct Reading {
    pub(super) ids: Vec<String>,
    pub(super) repair: Option<String>,
}

/// What is known of the document.
pub(super) struct Document<'d> {
    /// Whether it has an item with this id.
    pub(super) holds: &'d dyn Fn(&str) -> bool,
    /// The item with these words.
    pub(super) by_words: &'d dyn Fn(&str) -> Option<String>,
}

/// Reads a section that stands under a guideline.
pub(super) fn read(section: &str, guideline: u8, document: &Document<'_>) -> Reading {
    let section = folded(section);
    if section.is_empty() || section.eq_ignore_ascii_case("n/a") {
        let id =
            ["unnumbered", "document"].into_iter().find(|id| (document.holds)(id)).unwrap_or("unnumbered");
        let repair = Some(format!("the section is blank; it is taken as {id}"));
        return Reading { ids: vec![id.to_owned()], repair };
    }
    if let Some(ids) = range(&section) {
        let repair = Some(format!("`{section}` is taken as its items, one by one: {}", ids.len()));
        return Reading { ids, repair };
    }
    let forms = forms(&section);
    if let Some((id, why)) = forms.iter().find_map(|form| faulty(form, guideline, document.holds)) {
        return Reading {
            ids: vec![id.clone()],
            repair: Some(format!("`{section}` is read as {id}: {why}")),
        };
    }
    let held = forms.iter().find(|form| (document.holds)(form)).cloned();
    let id = held.or_else(|| (document.by_words)(&section)).unwrap_or_else(|| forms[0].clone());
    Reading { ids: vec![id], repair: None }
}

/// The id that a faulty one was meant to be, where the document has it, and what the fault is.
fn faulty(form: &str, guideline: u8, holds: &dyn Fn(&str) -> bool) -> Option<(String, &'static str)> {
    let restored = format!("{form}0");
    if restored.ends_with(&format!(".{guideline}")) && holds(&restored) {
        return Some((restored, "its last zero is lost"));
    }
    if holds(form) {
        return None;
    }
    let clause = format!("{form}.{guideline}");
    if form.bytes().all(|b| b.is_ascii_digit()) && holds(&clause) {
        return Some((clause, "the number of the clause is cut"));
    }
    let dotted = form.get(..1).map(|first| format!("{first}.{}", &form[1..]));
    if let Some(dotted) = dotted.filter(|id| holds(id)) {
        return Some((dotted, "a dot is left out"));
    }
    let undotted = form.replacen('.', "", 1);
    holds(&undotted).then_some((undotted, "a dot is too many"))
}

/// The items of `Provisions 5.3-3 to 5.3-12`.
fn range(section: &str) -> Option<Vec<String>> {
    let (first, last) = section.strip_prefix("Provisions ")?.split_once(" to ")?;
    let (stem, from) = first.rsplit_once('-')?;
    let (other, to) = last.rsplit_once('-')?;
    let (from, to): (u16, u16) = (from.parse().ok()?, to.parse().ok()?);
    let fits = stem == other && from <= to && to - from < 100;
    fits.then(|| (from..=to).map(|n| format!("{stem}-{n}")).collect())
}

/// The forms that the id may have, likeliest first.
fn forms(section: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let lower = section.to_ascii_lowercase();
    for (word, prefixes) in [
        ("provision ", &[""][..]),
        ("principle ", &["", "P"]),
        ("key concept ", &["KC-"]),
        ("section ", &["s"]),
    ] {
        if let Some(number) = lower.strip_prefix(word) {
            forms.extend(prefixes.iter().map(|prefix| format!("{prefix}{}", numbered(number))));
        }
    }
    if let Some(article) = lower.strip_prefix("sec.") {
        // the letters of an article keep their case
        forms.push(format!("sec{}", article_parts(&section[section.len() - article.len()..])));
    }
    let is_named = !forms.is_empty();
    forms.push(section.trim_end_matches(['.', ':']).to_owned());
    if is_named {
        return forms;
    }
    if head(section).0.contains(|c: char| c.is_ascii_digit()) {
        forms.insert(0, numbered(section));
    } else {
        forms.insert(0, words(section));
        forms.splice(0..0, step(section));
    }
    forms
}

/// The number before a heading, and the rest.
fn head(section: &str) -> (&str, &str) {
    let end = section.find([' ', ',', ':']).unwrap_or(section.len());
    (section[..end].trim_end_matches(['.', ')']), &section[end..])
}

/// A number with what the rest says of its part: `5.B.1 Baseline Practices, Third Bullet Point` is `5.B.1-baseline-b3`.
fn numbered(section: &str) -> String {
    let (number, rest) = head(section);
    let mut id = number.to_owned();
    let rest = rest.to_ascii_lowercase();
    let words: Vec<&str> =
        rest.split([' ', ',']).filter(|w| !w.is_empty()).map(|w| w.trim_end_matches(':')).collect();
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let part = match *word {
            // the file has it misspelt, too
            "baseline" if next.starts_with("pra") => "baseline".to_owned(),
            "advanced" if next == "capabilities" => "advanced".to_owned(),
            word if next == "bullet" => ordinal(word).map(|n| format!("b{n}")).unwrap_or_default(),
            word if next == "paragraph" => ordinal(word).map(|n| format!("p{n}")).unwrap_or_default(),
            word => bracketed(word).unwrap_or_default().to_owned(),
        };
        if !part.is_empty() {
            id.push('-');
            id.push_str(&part);
        }
    }
    id
}

fn ordinal(word: &str) -> Option<usize> {
    let words =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    words.iter().position(|w| *w == word).map(|at| at + 1)
}

/// A short mark in brackets, or before a closing one: `(i)`, `10)`.
fn bracketed(word: &str) -> Option<&str> {
    let mark = word.strip_suffix(')')?;
    let mark = mark.strip_prefix('(').unwrap_or(mark);
    (mark.len() <= 3 && !mark.is_empty() && mark.chars().all(char::is_alphanumeric)).then_some(mark)
}

/// `3 (a) (1) (A)` as `3.a.1.A`.
fn article_parts(article: &str) -> String {
    let parts = article.split([' ', '(', ')']).filter(|p| !p.is_empty());
    parts.collect::<Vec<_>>().join(".")
}

/// A heading as an id.
fn words(section: &str) -> String {
    let mut id = String::new();
    for c in section.chars() {
        if c.is_alphanumeric() {
            id.extend(c.to_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let end = id.char_indices().map(|(at, _)| at).nth(48).unwrap_or(id.len());
    id[..end].trim_end_matches('-').to_owned()
}

/// A heading with a number after it: `IoT products can lend their computing power to … - 2` is six words and the number.
fn step(section: &str) -> Option<String> {
    let (heading, number) = section.rsplit_once(" - ")?;
    let number: u8 = number.trim().parse().ok()?;
    let first: Vec<&str> = heading.split_whitespace().take(6).collect();
    Some(format!("{}-{number}", words(&first.join(" "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(section: &str, guideline: u8, held: &[&str], id: &str, repaired: bool) {
        let holds = |id: &str| held.contains(&id);
        let reading = read(section, guideline, &Document { holds: &holds, by_words: &|_| None });
        assert_eq!((reading.ids.join(" "), reading.repair.is_some()), (id.to_owned(), repaired), "{section}");
    }

    #[test]
    fn sections_become_ids() {
        for (section, id) in [
            ("Provision 5.1-1", "5.1-1"),
            ("3.2 Password Management Test", "3.2"),
            ("1. No universal passwords", "1"),
            ("I1: Insecure Web Interface", "I1"),
            ("5.3.2 first bullet point", "5.3.2-b1"),
            ("5.2, fifth bullet point", "5.2-b5"),
            ("3.32 (i) Third bullet point", "3.32-i-b3"),
            ("5.B.1 Baseline Practices, Third Bullet Point", "5.B.1-baseline-b3"),
            ("5.D.3 Baseline Pratices", "5.D.3-baseline"),
            ("14.2.2.4 10)", "14.2.2.4-10"),
            ("1) 5)", "1-5"),
            ("SEC.3 (a) (1) (A) (i) (IV)", "sec3.a.1.A.i.IV"),
            ("Section 1, (2)", "s1-2"),
            ("Key Concept 15. Pay attention", "KC-15"),
            ("1798.91.04.", "1798.91.04"),
            ("Lifecycle Management", "lifecycle-management"),
        ] {
            check(section, 1, &[id], id, false);
            check(section, 1, &[], id, false);
        }
        check("PRINCIPLE  8", 2, &["P8"], "P8", false);
        check(
            "IoT products can lend their computing power - 2",
            1,
            &[],
            "iot-products-can-lend-their-computing-2",
            false,
        );
    }

    #[test]
    fn faults_are_repaired_where_the_document_shows_them() {
        check("Provision 5", 1, &["5.1"], "5.1", true);
        check("Provision 5", 1, &["5"], "5", false);
        check("4.1", 10, &["4.1", "4.10"], "4.10", true);
        check("4.1", 1, &["4.1", "4.10"], "4.1", false);
        check("F1.17", 5, &["F.1.17"], "F.1.17", true);
        check("CLP.14_5.1", 6, &["CLP14_5.1"], "CLP14_5.1", true);
        check("Provisions 5.3-3 to 5.3-5", 3, &[], "5.3-3 5.3-4 5.3-5", true);
        check(" ", 3, &["document"], "document", true);
        check("N/A", 3, &[], "unnumbered", true);
    }
}
