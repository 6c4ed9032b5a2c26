//! What the commands on the atlas share: the atlas itself, names that people type, relations and paths in words, CSV.

use std::io::Write;

use assize_lab::{Error, Result};
use assize_model::atlas::{Atlas, Derived, NodeId, Reach, Search};
use assize_model::catalogue::Confidence;

use super::held;
use crate::args::{Least, ReachArgs};
use crate::output::printed;
use crate::shapes::{HopShape, LinkShape};

/// The atlas over the catalogue in use.
pub(super) fn atlas() -> Result<Atlas<'static>> {
    held().map(Atlas::new)
}

/// How many near names a message lists.
const NEAR: usize = 6;

/// An edition by its id, or by its family where only one edition is held.
pub(super) fn edition<'c>(atlas: &Atlas<'c>, given: &str) -> Result<&'c str> {
    let all = || atlas.catalogue.frameworks.iter();
    if let Some(framework) = atlas.catalogue.framework(given) {
        return Ok(&framework.id);
    }
    let family: Vec<&str> = all().filter(|f| f.family() == given).map(|f| f.id.as_str()).collect();
    if let [only] = family.as_slice() {
        return Ok(only);
    }
    let mut near: Vec<&str> = all().map(|f| f.id.as_str()).collect();
    near.sort_by_key(|id| (std::cmp::Reverse(alike(id, given)), id.len().abs_diff(given.len())));
    let near = near.into_iter().filter(|id| alike(id, given) > 1).take(NEAR).map(str::to_owned).collect();
    Err(Error::Unknown { what: "edition", given: given.to_owned(), near })
}

/// How many characters two names begin with in common.
fn alike(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

/// Items by `edition/number`, or by a bare number in every edition that has it.
pub(super) fn items(atlas: &Atlas<'_>, given: &str) -> Result<Vec<NodeId>> {
    let found = atlas.named(given.trim());
    if !found.is_empty() {
        return Ok(found);
    }
    let number = given.rsplit('/').next().unwrap_or(given);
    let alike = atlas.nodes().filter(|n| atlas.item(*n).id().starts_with(number));
    let mut near: Vec<String> = alike.map(|n| atlas.name(n)).take(NEAR).collect();
    if near.is_empty() {
        near = Search::new(atlas).find(given, NEAR).iter().map(|f| atlas.name(f.node)).collect();
    }
    Err(Error::Unknown { what: "requirement", given: given.to_owned(), near })
}

/// How far paths may go, as asked for.
pub(super) fn reach(args: &ReachArgs) -> Reach {
    Reach { hops: args.hops, least: least(args.least) }
}

/// The least confidence, as asked for.
pub(super) fn least(least: Least) -> Confidence {
    match least {
        Least::Low => Confidence::Low,
        Least::Medium => Confidence::Medium,
        Least::High => Confidence::High,
    }
}

/// The word for a link: what follows, or what its author said where nothing follows.
pub(super) fn word(link: &Derived<'_, '_>) -> &'static str {
    if link.relations.is_open() { "related" } else { link.relations.word() }
}

/// A path in one line: `G3 superset-of G3-b2 carried 4.3-3`.
pub(super) fn path(atlas: &Atlas<'_>, link: &Derived<'_, '_>) -> String {
    let mut text = atlas.name(link.from);
    for hop in &link.path {
        let stated = if hop.relations.is_open() { "related" } else { hop.relations.word() };
        text.push_str(&format!(" {stated} {}", atlas.name(hop.other)));
    }
    text
}

/// A link for machines.
pub(super) fn shape(atlas: &Atlas<'_>, link: &Derived<'_, '_>) -> LinkShape {
    let mut at = link.from;
    let hops = link.path.iter().map(|hop| {
        let shape = HopShape {
            from: atlas.name(at),
            to: atlas.name(hop.other),
            relation: if hop.relations.is_open() { "related" } else { hop.relations.word() }.to_owned(),
            stated: hop.edge.stated.to_owned(),
            reversed: hop.reversed,
            basis: hop.edge.basis.word().to_owned(),
            confidence: hop.edge.confidence.word().to_owned(),
            reason: hop.edge.reason.to_owned(),
            source: hop.edge.source.to_owned(),
            licence: hop.edge.licence.to_owned(),
            read: hop.edge.read.to_owned(),
        };
        at = hop.other;
        shape
    });
    let path = hops.collect();
    LinkShape {
        from: atlas.name(link.from),
        to: atlas.name(link.to),
        relation: word(link).to_owned(),
        confidence: link.confidence.word().to_owned(),
        direct: link.is_direct(),
        contested: link.contested,
        carries_pass: link.carries(),
        carries_fail: link.carries_failure(),
        legal_effect: link.legal_effect().map(|e| e.words().to_owned()),
        path,
    }
}

/// Prints rows as CSV. A cell that a spreadsheet would run as a formula begins with an apostrophe.
pub(super) fn csv(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    let written = out.write_record(head).map_err(std::io::Error::from);
    printed(written);
    for row in rows {
        printed(out.write_record(row.iter().map(|cell| tame(cell))).map_err(std::io::Error::from));
    }
    printed(out.flush());
}

fn tame(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Words wrapped to the terminal, every line indented.
pub(super) fn wrapped(words: &str, indent: usize) -> String {
    let width = textwrap::termwidth().clamp(40, 120);
    let pad = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .initial_indent(&pad)
        .subsequent_indent(&pad)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(words, options)
}

/// Writes to standard output what is said elsewhere with `say!`.
pub(super) fn blank() {
    let _ = writeln!(anstream::stdout());
}
