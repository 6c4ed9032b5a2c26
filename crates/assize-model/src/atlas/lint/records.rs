//! What a row has to carry beside its ends: a reason, a source that is listed, terms of sharing that are stated.

use std::collections::BTreeMap;

use super::{Desk, Found, MapFault, RowAt, Rule};
use crate::catalogue::{Basis, Crosswalk};

pub(super) fn look(desk: &Desk<'_, '_>, found: &mut Found) {
    for crosswalk in desk.crosswalks {
        reasons(crosswalk, found);
        sources(crosswalk, found);
        if desk.options.embedded {
            forbidden(crosswalk, found);
        }
    }
}

/// A file with more rows than this has more than one reason.
const FEW_ROWS: usize = 20;

fn reasons(crosswalk: &Crosswalk, found: &mut Found) {
    for row in RowAt::of(crosswalk).filter(|r| r.row.reason.trim().is_empty()) {
        found.add(Rule::ReasonMissing, || {
            row.fault(Rule::ReasonMissing, "the row has no reason".to_owned(), "say why the two relate so")
        });
    }
    let Some(first) = crosswalk.rows.first().map(|r| r.reason.trim()).filter(|r| !r.is_empty()) else {
        return;
    };
    if crosswalk.rows.len() > FEW_ROWS && crosswalk.rows.iter().all(|r| r.reason.trim() == first) {
        found.add(Rule::ReasonThin, || {
            let message = format!("all {} rows give the same reason", crosswalk.rows.len());
            MapFault::of_file(crosswalk, Rule::ReasonThin, message, "say of each pair why it relates so")
        });
    }
}

/// Sources that are not listed, and published ones whose terms are not stated: one fault per source.
fn sources(crosswalk: &Crosswalk, found: &mut Found) {
    let is_listed = |r: &RowAt<'_>| crosswalk.sources.contains_key(&r.row.source);
    for (key, (row, count)) in by_source(crosswalk, |r| !is_listed(r)) {
        found.add(Rule::SourceMissing, || {
            let message = match key.is_empty() {
                true => format!("{} name no source", rows(count)),
                false => {
                    format!("{} name the source `{}`, which is not listed", rows(count), super::shown(key))
                }
            };
            row.fault(Rule::SourceMissing, message, "add the source under `sources`")
        });
    }
    let has_terms =
        |r: &RowAt<'_>| crosswalk.licences.get(&r.row.source).is_some_and(|l| !l.trim().is_empty());
    for (key, (row, count)) in by_source(crosswalk, |r| r.row.basis == Basis::Published && !has_terms(r)) {
        found.add(Rule::LicenceMissing, || {
            let key = super::shown(key);
            let message = format!("{} come from the source `{key}`, whose terms are not stated", rows(count));
            row.fault(Rule::LicenceMissing, message, "add the terms of the source under `licences`")
        });
    }
}

fn forbidden(crosswalk: &Crosswalk, found: &mut Found) {
    for (key, (row, count)) in by_source(crosswalk, |r| forbids(crosswalk.licence(r.row))) {
        found.add(Rule::LicenceForbids, || {
            let (key, licence) = (super::shown(key), super::shown(crosswalk.licence(row.row)));
            let message = format!("{} come from the source `{key}` under {licence}", rows(count));
            let remedy = "keep the rows in a folder of their own, outside the embedded catalogue";
            row.fault(Rule::LicenceForbids, message, remedy)
        });
    }
}

/// The first row of each source and how many there are, of the rows of a kind.
fn by_source(
    crosswalk: &Crosswalk,
    mut is_meant: impl FnMut(&RowAt<'_>) -> bool,
) -> BTreeMap<&str, (RowAt<'_>, usize)> {
    let mut sources = BTreeMap::new();
    for row in RowAt::of(crosswalk).filter(|r| is_meant(r)) {
        sources.entry(row.row.source.as_str()).or_insert((row, 0)).1 += 1;
    }
    sources
}

fn rows(count: usize) -> String {
    if count == 1 { "one row".to_owned() } else { format!("{count} rows") }
}

/// Whether terms do not allow rows among those shared under CC BY 4.0: share-alike, copyleft, no derivatives, no
/// commercial use.
fn forbids(licence: &str) -> bool {
    let small = licence.to_lowercase();
    let mut words = small.split(|c: char| !c.is_alphanumeric());
    let is_word = |w: &str| {
        let copyleft = ["gpl", "agpl", "lgpl"].iter().any(|g| w.starts_with(g));
        copyleft
            || matches!(w, "nc" | "nd" | "noderivatives" | "noderivs" | "noncommercial" | "sa" | "sharealike")
    };
    let phrases = ["share alike", "share-alike", "no derivatives", "no-derivatives", "non-commercial"];
    words.any(is_word) || phrases.iter().any(|p| small.contains(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_told_apart() {
        for licence in ["CC BY-SA 4.0", "GPL-3.0", "CC BY-ND 4.0", "cc by-nc", "AGPLv3", "Share-Alike"] {
            assert!(forbids(licence), "{licence}");
        }
        for licence in
            ["CC BY 4.0", "public domain", "OGL v3.0", "facts only", "USA law", "data, sand and standards"]
        {
            assert!(!forbids(licence), "{licence}");
        }
    }
}
