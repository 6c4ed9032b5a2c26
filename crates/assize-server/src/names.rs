//! How documents and relations are named on pages, and the nearest name to one that is not held.

use std::borrow::Borrow;

use assize_model::atlas::Relations;
use assize_model::catalogue::{Framework, Item, Part, Requirement, Status};

/// What people call a document: its number where that is short, else its title where that is.
pub(crate) fn short(framework: &Framework) -> &str {
    let (identifier, title) = (framework.identifier.as_str(), framework.title.as_str());
    let letters = |text: &str| text.chars().count();
    match (letters(identifier), letters(title)) {
        (1..=28, _) => identifier,
        (_, 1..=44) => title,
        (1.., _) => identifier,
        _ => &framework.id,
    }
}

/// What a reader is told of a relation, of the other requirement as seen from this one.
pub(crate) fn told(relations: Relations) -> &'static str {
    match relations.word() {
        "equal" => "ask for the same",
        "subset-of" => "ask for all of this, and may ask for more",
        "superset-of" => "ask for a part of this, or for all of it",
        "intersects" => "share a part with this; each asks for something of its own",
        "overlaps" => "share something with this; what else is not said",
        "none" => "have nothing in common with this",
        "contradiction" => "are said to relate in ways that cannot both be",
        _ => "are seen as connected; how is not said",
    }
}

/// The order in which relations are shown, and their words.
pub(crate) const ORDER: [&str; 8] =
    ["equal", "subset-of", "superset-of", "intersects", "overlaps", "open", "none", "contradiction"];

/// The word for a relation as pages show it; the data calls an untold one `related`.
pub(crate) fn shown(word: &str) -> &str {
    match word {
        "subset-of" => "subset of",
        "superset-of" => "superset of",
        "open" => "related",
        other => other,
    }
}

/// An obligation in words; empty where the document does not say.
pub(crate) fn obligation(status: &Status) -> &'static str {
    match (status.is_mandatory(), status.is_recommended(), status.is_void(), status.is_conditional()) {
        (true, _, _, false) => "mandatory",
        (true, _, _, true) => "mandatory, conditional",
        (_, true, _, false) => "recommended",
        (_, true, _, true) => "recommended, conditional",
        (_, _, true, _) => "left empty",
        _ if status.to_string().is_empty() => "",
        _ => "mandatory and recommended parts",
    }
}

/// The obligation of an item in words; for a statement of a prose document the part it stands in.
pub(crate) fn weight(item: Item<'_>) -> &'static str {
    match item {
        Item::Requirement(r) => obligation(&r.obligation),
        Item::Statement(s) => part(s.part),
        Item::Heading(_) => "",
    }
}

/// The part of a prose document.
pub(crate) fn part(part: Part) -> &'static str {
    match part {
        Part::Guideline => "guideline box",
        Part::SupportingText => "supporting text",
        Part::Note => "explanatory note",
    }
}

/// The conditions of a requirement, each with its words.
pub(crate) fn conditions<'f>(framework: &'f Framework, r: &'f Requirement) -> Vec<(&'f str, &'f str)> {
    let words = |label: &String| framework.conditions.iter().find(|c| c.label == *label);
    r.conditions.iter().map(|l| (l.as_str(), words(l).map_or("", |c| c.words.as_str()))).collect()
}

/// An item's number as pages show it.
pub(crate) fn number(id: &str) -> &str {
    if id == "document" { "the whole document" } else { id }
}

/// `1 requirement`, `2 requirements`.
pub(crate) fn plural(count: impl Borrow<usize>, noun: &str) -> String {
    let count = *count.borrow();
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{} {stem}ies", grouped(count)),
        _ => format!("{} {noun}s", grouped(count)),
    }
}

/// A number with its thousands apart.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The known names nearest to one that is not held, nearest first: those that hold it, those it holds, and those that
/// share most pairs of letters.
pub(crate) fn nearest<'n>(asked: &str, known: impl Iterator<Item = &'n str>, most: usize) -> Vec<&'n str> {
    let asked: String = asked.chars().take(64).collect::<String>().to_lowercase();
    let pairs = |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let wanted = pairs(&asked);
    let score = |name: &str| -> usize {
        let name = name.to_lowercase();
        let held = pairs(&name);
        let both = wanted.iter().filter(|p| held.contains(p)).count();
        let within = usize::from(name.contains(&asked) && !asked.is_empty());
        200 * both / (wanted.len() + held.len()).max(1) + 100 * within
    };
    let mut near: Vec<(usize, &str)> =
        known.map(|name| (score(name), name)).filter(|(s, _)| *s >= 40).collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(most).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names_are_what_was_meant() {
        let known = ["en-303-645@2.1.1", "en-303-645@3.1.3", "ts-103-645@1.1.1", "uk-cop@2018"];
        assert_eq!(nearest("en-303-645", known.into_iter(), 2), ["en-303-645@2.1.1", "en-303-645@3.1.3"]);
        assert_eq!(nearest("uk-cop", known.into_iter(), 1), ["uk-cop@2018"]);
        assert!(nearest("zzz", known.into_iter(), 3).is_empty());
        assert!(nearest("", known.into_iter(), 3).is_empty());
    }

    #[test]
    fn numbers_and_nouns_read_well() {
        assert_eq!(plural(1, "requirement"), "1 requirement");
        assert_eq!(plural(2162, "country"), "2,162 countries");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
