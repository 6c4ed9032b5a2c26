//! Declared cryptography against the catalogue's lists of protocols and algorithms, and against the product's lifetime.

use assize_model::catalogue::cryptography::{Part, Primitive, Stated, Statement, Sure};
use assize_model::catalogue::{Lists, Standing};
use assize_model::declaration::ixit::common::Crypto;
use assize_model::scene::Scene;

pub(crate) use assize_model::catalogue::cryptography::is_same_name as is_same;

use crate::lifetime::{UNSAID, early_ends, family_ends, family_may_end, horizon, reference_ends, source};
use crate::say::{Row, Said, list, quote, text};

/// A word of a declaration that the catalogue knows.
struct Known<'a> {
    name: &'a str,
    standing: Standing,
    why: &'a str,
    /// Where the standing stands, separated by semicolons.
    sources: String,
    rows: Vec<&'a Primitive>,
}

/// What a declaration names: what the catalogue knows of it, and the words it does not know.
struct Named<'a> {
    names: Vec<&'a str>,
    known: Vec<Known<'a>>,
    unknown: Vec<&'a str>,
}

impl<'a> Named<'a> {
    fn first(&self, standing: Standing) -> Option<&Known<'a>> {
        self.known.iter().find(|k| k.standing == standing)
    }
}

/// Whether all of it counts as good practice by a reference catalogue, for as long as the product is supported. What the
/// lists do not hold is looked up by a person, in the catalogue that the supplier names.
pub(crate) fn agreed(row: Row, crypto: Option<&Crypto>, scene: &Scene) -> Said {
    let lists = scene.lists;
    let named = match named(row, crypto, lists) {
        Ok(named) => named,
        Err(said) => return *said,
    };
    if let Some(old) = named.first(Standing::Broken).or(named.first(Standing::Legacy)) {
        let words = format!("uses {}, which is not good practice: {} ({})", old.name, old.why, old.sources);
        return row.fails(
            "crypto",
            words,
            format!("replace {} by what a reference catalogue agrees on", old.name),
        );
    }
    let reference = crypto.and_then(|c| text(c.reference.as_ref()));
    if let Some(said) = ended(row, &named, reference, scene) {
        return said;
    }
    if !named.unknown.is_empty() {
        return unlisted(row, &named.unknown, reference);
    }
    if let Some(said) = may_end(row, &named, scene) {
        return said;
    }
    let sources = named.known.iter().flat_map(|k| k.sources.split(';')).map(str::trim).collect();
    let words = format!("uses {}, agreed by {}", list(&named.names), unique(sources));
    let rows: Vec<&Primitive> = named.known.iter().flat_map(|k| k.rows.iter().copied()).collect();
    let early = early_ends(&rows, lists, horizon(scene));
    let early = if early.is_empty() { String::new() } else { format!("; but {}", list(&early)) };
    row.passes("crypto", words + &early)
}

/// What the lists do not hold, be it said to stand in a catalogue: nobody has looked there.
fn unlisted(row: Row, unknown: &[&str], reference: Option<&str>) -> Said {
    let words = format!("uses {}, which the list of agreed cryptography does not hold", list(unknown));
    match reference {
        Some(reference) => {
            let words = format!("{words}, and refers to {}", quote(reference));
            row.is_open("crypto", words, "look it up there by hand, or write the name as the list does")
        }
        None => {
            let remedy = "name the reference catalogue in `reference`, or write the name as the list does";
            row.is_open("crypto", words, remedy)
        }
    }
}

/// What ends one day, where nobody says how long the product is supported.
fn may_end(row: Row, named: &Named, scene: &Scene) -> Option<Said> {
    let ends = |k: &Known| family_may_end(&k.rows, scene);
    let (known, ends) = named.known.iter().find_map(|k| Some((k, ends(k)?)))?;
    let words = format!("uses {}, but {ends}, and {UNSAID}", known.name);
    Some(row.is_open("crypto", words, "fill in `support_period.until` of 2-UserInfo"))
}

/// What ends before the product's support: by all catalogues, or by the one that the supplier refers to.
fn ended(row: Row, named: &Named, reference: Option<&str>, scene: &Scene) -> Option<Said> {
    let horizon = horizon(scene);
    let until = horizon.map(|h| h.words()).unwrap_or_default();
    let ended = named.known.iter().find_map(|k| Some((k, family_ends(&k.rows, scene.lists, horizon)?)));
    if let Some((known, ends)) = ended {
        let words = format!("uses {}, but {ends}, and {until}", known.name);
        let remedy = format!("replace {} by what a catalogue agrees on for that long", known.name);
        return Some(row.fails("crypto", words, remedy));
    }
    let reference = reference?;
    let by_reference = |k: &Known| reference_ends(reference, &k.rows, scene.lists, horizon);
    let (known, ends) = named.known.iter().find_map(|k| Some((k, by_reference(k)?)))?;
    let words = format!("uses {} and refers to {}, but {ends}, and {until}", known.name, quote(reference));
    Some(row.is_open("crypto", words, "refer to a catalogue that agrees on it for that long, or replace it"))
}

/// Whether none of it is known to be broken. What the lists do not know stays open.
pub(crate) fn unbroken(row: Row, crypto: Option<&Crypto>, lists: &Lists) -> Said {
    let named = match named(row, crypto, lists) {
        Ok(named) => named,
        Err(said) => return *said,
    };
    if let Some(broken) = named.first(Standing::Broken) {
        let words = format!(
            "uses {}, for which an attack is published: {} ({})",
            broken.name, broken.why, broken.sources
        );
        return row.fails("crypto", words, format!("replace {}", broken.name));
    }
    if !named.unknown.is_empty() {
        let words = format!("uses {}, on which the list of cryptography is silent", list(&named.unknown));
        return row.is_open("crypto", words, "look for published attacks, and confirm that there is none");
    }
    row.passes("crypto", format!("uses {}, for which no feasible attack is listed", list(&named.names)))
}

/// Whether the entry says that it uses no cryptography.
pub(crate) fn is_none(crypto: &Crypto) -> bool {
    !crypto.protocols.is_empty() && crypto.protocols.iter().all(|p| p.trim().eq_ignore_ascii_case("none"))
}

/// An entry that declares no cryptography, and may need some: a network may reach it. What none reaches has nothing to ask.
pub(crate) fn bare(row: Row, crypto: Option<&Crypto>, over_network: Option<bool>) -> Option<Said> {
    if over_network == Some(false) || !crypto.is_some_and(|c| is_none(c) && c.algorithms.is_empty()) {
        return None;
    }
    let words = match over_network {
        Some(_) => "uses no cryptography, although a network reaches it",
        None => "uses no cryptography, and whether a network reaches it is not known",
    };
    Some(row.is_open("crypto", words, "protect it, or weigh by hand whether it can do without"))
}

/// The protocols and algorithms that an entry names.
pub(crate) fn names(crypto: &Crypto) -> Vec<&str> {
    let names = crypto.protocols.iter().chain(&crypto.algorithms).map(|n| n.trim());
    names.filter(|n| !n.is_empty() && !n.eq_ignore_ascii_case("none")).collect()
}

fn named<'a>(row: Row, crypto: Option<&'a Crypto>, lists: &'a Lists) -> Result<Named<'a>, Box<Said>> {
    let Some(crypto) = crypto else {
        return Err(row.leaves_out("crypto", "which cryptography it uses").into());
    };
    if is_none(crypto) && crypto.algorithms.is_empty() {
        return Err(row.is_beside("crypto", "uses no cryptography").into());
    }
    let names = names(crypto);
    if names.is_empty() {
        return Err(row.leaves_out("crypto", "which protocols and algorithms it uses").into());
    }
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for name in &names {
        match known(name, lists) {
            Some(known) => found.push(known),
            None => unknown.push(*name),
        }
    }
    Ok(Named { names, known: found, unknown })
}

/// What the lists know of a word: the short list says how it stands, or the rows of the long one that it means.
fn known<'a>(name: &'a str, lists: &'a Lists) -> Option<Known<'a>> {
    let rows = lists.meant(name);
    if let Some(short) = lists.known(name) {
        let (standing, why, sources) = (short.standing, short.why.as_str(), short.source.clone());
        return Some(Known { name: &short.name, standing, why, sources, rows });
    }
    let leading = worst(&rows)?;
    let is_draft = |s: &&Statement| lists.agreed.source(&s.source).is_some_and(|source| source.draft);
    let tells = |s: &&Statement| match leading.standing {
        Standing::Agreed => matches!(s.standing, Stated::Agreed | Stated::Legacy) && s.until.is_none(),
        _ => true,
    };
    let telling = leading.says.iter().filter(tells).filter(|s| !is_draft(s) && s.confidence == Sure::Good);
    let sources: Vec<String> = telling.map(|s| source(s, lists)).collect();
    let (standing, why) = (leading.standing, leading.why.as_str());
    Some(Known { name, standing, why, sources: sources.join("; "), rows })
}

/// The row that decides how a word stands: of each part the best member, of the parts the worst.
fn worst<'a>(rows: &[&'a Primitive]) -> Option<&'a Primitive> {
    let best = |part: Part| rows.iter().filter(|r| r.part == part).min_by_key(|r| r.standing).copied();
    rows.iter().filter_map(|r| best(r.part)).max_by_key(|r| r.standing)
}

fn unique(mut words: Vec<&str>) -> String {
    words.sort_unstable();
    words.dedup();
    list(&words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage;

    #[test]
    fn what_is_agreed_always_says_by_whom() {
        let lists = stage::lists();
        let words = lists.agreed.primitives.iter().filter(|p| p.standing == Standing::Agreed);
        let words: Vec<&str> =
            words.flat_map(|p| std::iter::once(&p.name).chain(&p.also)).map(String::as_str).collect();
        let silent: Vec<&&str> =
            words.iter().filter(|w| known(w, lists).is_none_or(|k| k.sources.is_empty())).collect();
        assert!(silent.is_empty(), "{silent:?}");
    }
}
