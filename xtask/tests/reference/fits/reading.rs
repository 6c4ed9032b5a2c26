//! How relations and confidence are to be read, and where the gaps are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use assize_model::atlas::Atlas;
use assize_model::catalogue::{
    Basis, Confidence, DocumentKind, DocumentStanding, Framework, KnownFrom, Relation, Row,
};

use super::{CHAIN, clean, connects, count, edition, is_mapped, listed, name, percent, rows};

/// What a relation means, and what follows from it.
fn meaning(relation: Relation) -> (&'static str, &'static str) {
    match relation {
        Relation::Equal => ("both ask for the same outcomes", "a PASS and a FAIL carry both ways"),
        Relation::SubsetOf => {
            ("the second asks for all that the first asks, and more", "a PASS carries back, a FAIL forward")
        }
        Relation::SupersetOf => {
            ("the first asks for all that the second asks, and more", "a PASS carries forward, a FAIL back")
        }
        Relation::Intersects => {
            ("both share something, each has something of its own", "nothing but a partial hint")
        }
        Relation::Related => ("somebody sees a connection and does not say which", "nothing; read both"),
        Relation::None => ("they have nothing in common", "nothing"),
    }
}

pub(super) fn reading(text: &mut String, atlas: &Atlas) {
    let all: Vec<&Row> = rows(atlas).map(|(_, _, row)| row).collect();
    let of = |is: &dyn Fn(&Row) -> bool| all.iter().filter(|r| is(r)).count();
    let _ = write!(
        text,
        "## How to read a relation\n\n\
         A requirement is the set of outcomes it asks for. A row says how two such sets lie to each other, read from the first to the \
         second.\n\n| relation | rows | share | meaning | what follows for a verdict |\n|---|---|---|---|---|\n"
    );
    for relation in Relation::ALL {
        let number = of(&|r| r.relation == relation);
        let (words, follows) = meaning(relation);
        let _ = writeln!(
            text,
            "| {relation} | {number} | {} | {words} | {follows} |",
            percent(number, all.len())
        );
    }
    let basis = |basis: Basis| of(&|r| r.basis == basis);
    let sure = |confidence: Confidence| of(&|r| r.confidence == confidence);
    let _ = write!(
        text,
        "\nRelations are joined along paths, and never become stronger on the way: a path knows no more than its rows together say, and is as sure \
         as its least sure row.\n\n\
         **Who says so.** {} rows stand in a publication, {} are our own reading. {} rows have a reading with a date. \
         **How sure.** {} rows are of high confidence (read in the source), {} of medium (likely), {} of low (doubtful, or known from titles \
         only). {} published rows do not seem to fit; each says why, is shown, and is never followed. {} rows have an effect in law, apart from how the \
         two sides relate.\n\n",
        basis(Basis::Published),
        basis(Basis::Editorial),
        of(&|r| !r.read.is_empty()),
        sure(Confidence::High),
        sure(Confidence::Medium),
        sure(Confidence::Low),
        of(&|r| !r.doubt.is_empty()),
        of(&|r| r.legal_effect.is_some())
    );
    known(text, atlas);
}

fn known(text: &mut String, atlas: &Atlas) {
    *text +=
        "How well a document itself is known differs too:\n\n| how it is known | documents |\n|---|---|\n";
    for known in [KnownFrom::Read, KnownFrom::Excerpts, KnownFrom::Cited, KnownFrom::Recalled] {
        let number = atlas.catalogue.frameworks.iter().filter(|f| f.known_from == known).count();
        let _ = writeln!(text, "| {} | {number} |", known.words());
    }
    text.push('\n');
}

pub(super) fn gaps(text: &mut String, atlas: &Atlas) {
    let frameworks = &atlas.catalogue.frameworks;
    let unmapped: Vec<&Framework> = frameworks.iter().filter(|f| !is_mapped(atlas, f)).collect();
    let whole = frameworks.iter().filter(|f| f.live().count() == 0).count();
    let all: Vec<&Row> = rows(atlas).map(|(_, _, row)| row).collect();
    let pairs = pairs(atlas);
    let related = pairs.values().filter(|r| **r == Relation::Related).count();
    let elsewhere: usize = atlas.heat().rows.iter().map(|r| r.elsewhere).sum();
    let apart = all.iter().filter(|r| r.relation == Relation::None).count();
    let _ = write!(
        text,
        "## Where the gaps are\n\n\
         - **Documents without a mapping**: {} of {}.\n\
         - **Documents of which no single requirement is held**, only the whole or its headings: {whole}.\n\
         - **Pairs of items of which all voices say only *related***: {related} of {}, {}. They find a neighbour and settle nothing; each is \
         work to be done.\n\
         - **Requirements under no topic**, or of which too little is known: {elsewhere}.\n\
         - **Rows that say that the two have nothing in common**: {apart}. That is knowledge, no gap of the data.\n\n",
        unmapped.len(),
        frameworks.len(),
        pairs.len(),
        percent(related, pairs.len())
    );
    lonely(text, atlas);
    let is_binding = |f: &&&Framework| {
        f.standing == DocumentStanding::Current
            && matches!(f.kind, DocumentKind::Law | DocumentKind::Standard)
    };
    let binding: Vec<String> = unmapped
        .iter()
        .filter(is_binding)
        .map(|f| format!("{} (`{}`)", clean(&f.identifier), f.id))
        .collect();
    let _ = writeln!(
        text,
        "Current laws and standards without a mapping, {}: {}.",
        binding.len(),
        listed(&binding)
    );
}

/// The strongest relation that is stated of each pair of items, whichever way it is read.
fn pairs<'c>(atlas: &Atlas<'c>) -> BTreeMap<[(&'c str, &'c str); 2], Relation> {
    let mut pairs = BTreeMap::new();
    for (from, to, row) in rows(atlas).filter(|(_, _, row)| connects(row)) {
        let mut ends = [(from, row.from.as_str()), (to, row.to.as_str())];
        ends.sort_unstable();
        let best = pairs.entry(ends).or_insert(row.relation);
        *best = row.relation.min(*best);
    }
    pairs
}

/// Provisions of today's edition that nobody outside its own line has mapped.
fn lonely(text: &mut String, atlas: &Atlas) {
    let newest = CHAIN[CHAIN.len() - 1];
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to, row) in rows(atlas).filter(|(_, _, row)| connects(row)) {
        for (own, item, other) in [(from, &row.from, to), (to, &row.to, from)] {
            if own == newest && !CHAIN.contains(&other) {
                reached.entry(item).or_default().insert(other);
            }
        }
    }
    let live = || edition(atlas, newest).live();
    let lonely: Vec<String> =
        live().filter(|r| !reached.contains_key(r.id.as_str())).map(|r| r.id.clone()).collect();
    let best = live().max_by_key(|r| reached.get(r.id.as_str()).map_or(0, BTreeSet::len));
    let _ = write!(text, "Of the {} provisions of {}, ", live().count(), name(atlas, newest));
    match lonely.len() {
        0 => *text += "all are mapped by some document outside its own line. ",
        number => {
            let _ = write!(
                text,
                "{} by no document outside its own line: {}. ",
                count(number, "is mapped", "are mapped"),
                listed(&lonely)
            );
        }
    }
    if let Some(best) = best {
        let number = reached.get(best.id.as_str()).map_or(0, BTreeSet::len);
        let _ = write!(
            text,
            "The most connected is {}, with {}.\n\n",
            best.id,
            count(number, "document", "documents")
        );
    }
}
