//! Ids: of editions, which become paths; of items, which become tokens of OSCAL and back.

use std::collections::HashMap;

use assize_model::catalogue::{Catalogue, Framework};

use crate::Error;
use crate::limits::{MOST_ID, folded, steers};

/// Whether an edition's id can stand in a path: `family@edition` of small letters, digits, dots and single hyphens.
pub(crate) fn check_edition(id: &str) -> Result<(), Error> {
    let unfit = |message| Err(Error::Edition { id: id.chars().take(MOST_ID).collect(), message });
    let Some((family, edition)) = id.split_once('@') else { return unfit("it has no `@`") };
    let fits = |part: &str| {
        part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    if id.len() > 100 {
        return unfit("it is longer than 100 characters");
    }
    if id.contains("..") || id.contains("--") {
        return unfit("two dots or hyphens follow each other");
    }
    if fits(family) && fits(edition) {
        Ok(())
    } else {
        unfit("only small letters, digits, dots and hyphens can stand in it")
    }
}

/// A name as one part of an edition's id.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if c == '.' && slug.ends_with(|b: char| b.is_ascii_digit()) {
            slug.push('.');
        } else if !slug.is_empty() && !slug.ends_with(['-', '.']) {
            slug.push('-');
        }
        if slug.len() >= 45 {
            break;
        }
    }
    let slug = slug.trim_end_matches(['-', '.']).to_owned();
    if slug.is_empty() { "unnamed".into() } else { slug }
}

/// An item's id as an OSCAL token: no two ids share one, and [`untoken`] gives the id back.
///
/// `5.1-1` becomes `p5.1-1`; an underscore is doubled, any other character that no token has is `_hex_`.
pub(crate) fn token(id: &str) -> String {
    let mut token = String::with_capacity(id.len() + 1);
    let mut chars = id.chars();
    match (chars.clone().next(), chars.clone().nth(1)) {
        (Some('0'..='9'), _) => token.push('p'),
        (Some(first @ ('.' | '-')), _) => {
            chars.next();
            escape(first, &mut token);
        }
        (Some('p'), Some('0'..='9')) => {
            chars.next();
            escape('p', &mut token);
        }
        (None, _) => token.push('_'),
        _ => {}
    }
    for c in chars {
        match c {
            '_' => token.push_str("__"),
            '.' | '-' => token.push(c),
            c if c.is_ascii_alphanumeric() => token.push(c),
            c => escape(c, &mut token),
        }
    }
    token
}

fn escape(c: char, token: &mut String) {
    token.push_str(&format!("_{:x}_", u32::from(c)));
}

/// The id that [`token`] made a token of; none when it made no such token.
pub(crate) fn untoken(word: &str) -> Option<String> {
    if word == "_" {
        return Some(String::new());
    }
    let mut id = String::with_capacity(word.len());
    let body = word.strip_prefix('p').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut rest = body.unwrap_or(word);
    while let Some(at) = rest.find('_') {
        id.push_str(&rest[..at]);
        let escaped = &rest[at + 1..];
        let end = escaped.find('_')?;
        if end == 0 {
            id.push('_');
        } else {
            id.push(char::from_u32(u32::from_str_radix(&escaped[..end], 16).ok()?)?);
        }
        rest = &escaped[end + 1..];
    }
    id.push_str(rest);
    (token(&id) == word).then_some(id)
}

/// An item's id as a file gives it, folded; or why it is refused.
pub(crate) fn item(raw: &str) -> Result<String, &'static str> {
    let id = folded(raw);
    if id.chars().any(steers) {
        return Err("an id holds a control character");
    }
    if id.len() > MOST_ID { Err("an id is longer than 200 bytes") } else { Ok(id) }
}

/// The editions a catalogue holds, to be found under the names that files give them.
pub(crate) struct Known<'c> {
    catalogue: &'c Catalogue,
    names: HashMap<String, Vec<&'c str>>,
    items: HashMap<String, Items>,
}

/// The items of one edition under the forms that files give their ids.
#[derive(Default)]
struct Items {
    exact: HashMap<String, String>,
    loose: HashMap<String, Option<String>>,
}

impl<'c> Known<'c> {
    pub(crate) fn new(catalogue: &'c Catalogue) -> Self {
        let mut names: HashMap<String, Vec<&str>> = HashMap::new();
        for f in &catalogue.frameworks {
            for name in [squeezed(&f.id), squeezed(f.family()), squeezed(&f.identifier)] {
                let ids = names.entry(name).or_default();
                if !ids.contains(&f.id.as_str()) {
                    ids.push(&f.id);
                }
            }
        }
        Self { catalogue, names, items: HashMap::new() }
    }

    pub(crate) fn framework(&self, id: &str) -> Option<&'c Framework> {
        self.catalogue.framework(id)
    }

    /// The edition that a name stands for: by its id, or by a form of id, family or number that only one has.
    pub(crate) fn edition(&self, name: &str) -> Option<&'c str> {
        if let Some(f) = self.catalogue.framework(name) {
            return Some(&f.id);
        }
        match self.names.get(&squeezed(name)).map(Vec::as_slice) {
            Some([id]) => Some(id),
            _ => None,
        }
    }

    /// The item of a held edition that `raw` stands for: as it is, as a token, or but for case, blanks and a
    /// leading word such as "Provision".
    pub(crate) fn item(&mut self, edition: &str, raw: &str) -> Option<String> {
        if !self.items.contains_key(edition) {
            let items = self.catalogue.framework(edition).map(Items::of).unwrap_or_default();
            self.items.insert(edition.to_owned(), items);
        }
        let items = self.items.get(edition)?;
        let found = items.exact.get(raw).cloned();
        found.or_else(|| items.loose.get(&bare(raw)).cloned().flatten())
    }
}

impl Items {
    fn of(framework: &Framework) -> Self {
        let mut items = Self::default();
        for item in framework.items() {
            items.exact.insert(item.id().to_owned(), item.id().to_owned());
        }
        for item in framework.items() {
            items.exact.entry(token(item.id())).or_insert_with(|| item.id().to_owned());
            let mut forms = vec![bare(item.id())];
            // the Code of Practice prints its guidelines as plain numbers
            forms.extend(item.id().strip_prefix('G').filter(|n| n.parse::<u8>().is_ok()).map(str::to_owned));
            for form in forms {
                let entry = items.loose.entry(form).or_insert_with(|| Some(item.id().to_owned()));
                if entry.as_deref() != Some(item.id()) {
                    *entry = None;
                }
            }
        }
        items
    }
}

/// Small letters and digits only, without what publishers put before a number.
fn squeezed(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let stem = lower.strip_suffix(".json").unwrap_or(&lower);
    let stem = stem.strip_suffix(".oscal").unwrap_or(stem);
    let mut words: Vec<&str> = stem.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    words.retain(|w| !w.is_empty() && *w != "etsi");
    let number = |w: &&str| w.strip_prefix('v').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    words.iter().map(|w| if number(w) { &w[1..] } else { w }).collect()
}

/// An id without case, blanks and the word before a number.
fn bare(id: &str) -> String {
    let lower = id.to_ascii_lowercase();
    let words = ["provision", "guideline", "requirement", "section", "clause", "principle", "control"];
    let rest = words.iter().find_map(|w| lower.strip_prefix(w)).unwrap_or(&lower);
    let rest = rest.strip_prefix('s').filter(|r| r.starts_with(' ')).unwrap_or(rest);
    let rest = rest.strip_prefix(' ').map_or(if rest.len() < lower.len() { &lower } else { rest }, |r| r);
    rest.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_read_back_and_never_meet() {
        for (id, word) in [
            ("5.1-1", "p5.1-1"),
            ("p5.1", "_70_5.1"),
            ("REQ_ER 1.1", "REQ__ER_20_1.1"),
            ("EoL/EoS-001", "EoL_2f_EoS-001"),
            ("-a", "_2d_a"),
            ("G1", "G1"),
            ("", "_"),
        ] {
            assert_eq!(token(id), word);
            assert_eq!(untoken(word).as_deref(), Some(id));
        }
        assert_eq!(untoken("5.1"), None);
        assert_eq!(untoken("a_b"), None);
    }

    #[test]
    fn editions_stand_in_paths() {
        for good in ["en-303-645@2.1.1", "a@1", "ietf-moore-bcp@01"] {
            check_edition(good).unwrap();
        }
        for bad in
            ["", "a", "a@", "@1", "../x@1", "a@..", "a@1--b@2", "A@1", "a/b@1", "a@1@2", "a@-1", "a@1."]
        {
            assert!(check_edition(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_lose_the_word_before_the_number_only() {
        assert_eq!(bare("Provision 5.1-1"), "5.1-1");
        assert_eq!(bare("Sections 4 b"), "4b");
        assert_eq!(bare("controls"), "controls");
        assert_eq!(bare("provisional"), "provisional");
    }

    proptest! {
        #[test]
        fn any_id_survives_as_token(id in any::<String>()) {
            let word = token(&id);
            prop_assert!(word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
            prop_assert!(word.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b)));
            prop_assert_eq!(untoken(&word), Some(id));
        }

        #[test]
        fn any_name_becomes_an_edition(name in any::<String>()) {
            let id = format!("{}@undated", slug(&name));
            prop_assert!(check_edition(&id).is_ok(), "{}", id);
        }
    }
}
