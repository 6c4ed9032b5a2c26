//! Declared cryptography against the catalogue's list of protocols and algorithms.

use assize_model::catalogue::{CryptoRow, Lists, Standing};
use assize_model::declaration::ixit::common::Crypto;

use crate::say::{Row, Said, list, quote, text};

/// What a declaration names, sorted by standing.
struct Named<'a> {
    names: Vec<&'a str>,
    agreed: Vec<&'a CryptoRow>,
    legacy: Vec<&'a CryptoRow>,
    broken: Vec<&'a CryptoRow>,
    unknown: Vec<&'a str>,
}

/// Whether all of it counts as good practice by a reference catalogue: the list, or the one that the supplier names
/// for what the list does not hold.
pub(crate) fn agreed(row: Row, crypto: Option<&Crypto>, lists: &Lists) -> Said {
    let named = match named(row, crypto, lists) {
        Ok(named) => named,
        Err(said) => return *said,
    };
    if let Some(old) = named.broken.first().or(named.legacy.first()) {
        let words = format!("uses {}, which is not good practice: {} ({})", old.name, old.why, old.source);
        return row.fails(
            "crypto",
            words,
            format!("replace {} by what a reference catalogue agrees on", old.name),
        );
    }
    let reference = crypto.and_then(|c| text(c.reference.as_ref()));
    match (named.unknown.as_slice(), reference) {
        ([], _) => {
            let sources = named.agreed.iter().flat_map(|r| r.source.split(';')).map(str::trim).collect();
            let words = format!("uses {}, agreed by {}", list(&named.names), unique(sources));
            row.passes("crypto", words)
        }
        (unknown, Some(reference)) => {
            let words = format!(
                "uses {}, and refers to {} for {}",
                list(&named.names),
                quote(reference),
                list(unknown)
            );
            row.passes("crypto", words)
        }
        (unknown, None) => {
            let words =
                format!("uses {}, which the list of agreed cryptography does not hold", list(unknown));
            let remedy = "name the reference catalogue in `reference`, or write the name as the list does";
            row.is_open("crypto", words, remedy)
        }
    }
}

/// Whether none of it is known to be broken. What the list does not know stays open.
pub(crate) fn unbroken(row: Row, crypto: Option<&Crypto>, lists: &Lists) -> Said {
    let named = match named(row, crypto, lists) {
        Ok(named) => named,
        Err(said) => return *said,
    };
    if let Some(broken) = named.broken.first() {
        let words = format!(
            "uses {}, for which an attack is published: {} ({})",
            broken.name, broken.why, broken.source
        );
        return row.fails("crypto", words, format!("replace {}", broken.name));
    }
    if !named.unknown.is_empty() {
        let words = format!("uses {}, on which the list of cryptography is silent", list(&named.unknown));
        return row.is_open("crypto", words, "look for published attacks, and confirm that there is none");
    }
    row.passes("crypto", format!("uses {}, for which no feasible attack is listed", list(&named.names)))
}

/// Whether two names are the same but for case, blanks and hyphens: `SHA256` is `SHA-256`.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(a) == letters(b)
}

/// Whether the entry says that it uses no cryptography.
pub(crate) fn is_none(crypto: &Crypto) -> bool {
    !crypto.protocols.is_empty() && crypto.protocols.iter().all(|p| p.trim().eq_ignore_ascii_case("none"))
}

fn named<'a>(row: Row, crypto: Option<&'a Crypto>, lists: &'a Lists) -> Result<Named<'a>, Box<Said>> {
    let Some(crypto) = crypto else {
        return Err(row.leaves_out("crypto", "which cryptography it uses").into());
    };
    if is_none(crypto) && crypto.algorithms.is_empty() {
        return Err(row.is_beside("crypto", "uses no cryptography").into());
    }
    let names = crypto.protocols.iter().chain(&crypto.algorithms).map(|n| n.trim());
    let names: Vec<&str> = names.filter(|n| !n.is_empty() && !n.eq_ignore_ascii_case("none")).collect();
    if names.is_empty() {
        return Err(row.leaves_out("crypto", "which protocols and algorithms it uses").into());
    }
    let mut named =
        Named { names, agreed: Vec::new(), legacy: Vec::new(), broken: Vec::new(), unknown: Vec::new() };
    for name in &named.names {
        match lists.cryptography.iter().find(|row| is_same(&row.name, name)) {
            None => named.unknown.push(name),
            Some(row) if row.standing == Standing::Agreed => named.agreed.push(row),
            Some(row) if row.standing == Standing::Legacy => named.legacy.push(row),
            Some(row) => named.broken.push(row),
        }
    }
    Ok(named)
}

fn unique(mut words: Vec<&str>) -> String {
    words.sort_unstable();
    words.dedup();
    list(&words)
}
