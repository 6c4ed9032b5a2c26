//! The chapter "How it all fits together" with its pictures. The words are ours, every number is counted from the data.

mod pictures;
mod reading;
mod story;
mod world;

use std::fmt::Write as _;

use assize_lab::catalogue;
use assize_model::atlas::Atlas;
use assize_model::catalogue::{Framework, Relation, Row};

pub(crate) use pictures::pictures;

/// The line from the first Code to today's European standard.
const CHAIN: [&str; 4] = ["uk-cop@2018", "ts-103-645@1.1.1", "en-303-645@2.1.1", "en-303-645@3.1.3"];

/// Documents that many readers know, for the picture of topics.
const KNOWN: [&str; 12] = [
    "uk-cop@2018",
    "ts-103-645@1.1.1",
    "en-303-645@2.1.1",
    "en-303-645@3.1.3",
    "enisa-baseline@2017",
    "uk-psti@2023",
    "eu-cra@2024",
    "en-18031-1@2024",
    "nist-ir-8259a@2020",
    "nist-ir-8425@2022",
    "iotsf-cf@2.1",
    "owasp-isvs@1.0",
];

/// The chapter.
pub(crate) fn chapter() -> String {
    let catalogue = catalogue().unwrap();
    let atlas = Atlas::new(catalogue);
    let mut text =
        String::from("<!-- Made by `cargo xtask gen`; do not edit. -->\n\n# How it all fits together\n\n");
    opening(&mut text, &atlas);
    story::story(&mut text, &atlas);
    story::built_on(&mut text, &atlas);
    world::written(&mut text, &atlas);
    world::agreed(&mut text, &atlas);
    reading::reading(&mut text, &atlas);
    reading::gaps(&mut text, &atlas);
    text.trim_end().to_owned() + "\n"
}

fn opening(text: &mut String, atlas: &Atlas) {
    let frameworks = &atlas.catalogue.frameworks;
    let (mapped, rows) = (frameworks.iter().filter(|f| is_mapped(atlas, f)).count(), rows(atlas).count());
    let pairs = atlas.catalogue.crosswalks.len();
    let requirements: usize = frameworks.iter().map(|f| f.live().count()).sum();
    let regions = world::regions(atlas).iter().filter(|(name, _)| *name != world::WORLD).count();
    let _ = write!(
        text,
        "The catalogue holds {} documents on the security of connected consumer products, from {regions} countries and \
         regions and from bodies that belong to none: laws, standards, labels and guidance, with {requirements} requirements in our own words. {mapped} of \
         them are mapped onto others, in {rows} rows between {pairs} ordered pairs of documents. This chapter tells how they hang together. Every number in it is \
         counted from the data when the page is made.\n\n",
        frameworks.len()
    );
    pictures::show(
        text,
        "graph",
        "The documents and the mappings between them, with one line of descent in the middle",
    );
    let hubs = CHAIN.map(|id| format!("{} with {}", name(atlas, id), partners(atlas, id).len()));
    let onto = |f: &&Framework| CHAIN.iter().any(|id| partners(atlas, id).contains(f.id.as_str()));
    let tied = frameworks.iter().filter(|f| !CHAIN.contains(&f.id.as_str())).filter(onto).count();
    let _ = write!(
        text,
        "In the middle stands one line of descent, from the UK's Code of Practice to today's European standard. Of the \
         {} other documents with a mapping, {tied} are mapped onto at least one of its editions: {}. Opened on its own, the \
         picture shows what a document is connected with when it is pointed at.\n\n",
        frameworks.iter().filter(|f| is_mapped(atlas, f) && !CHAIN.contains(&f.id.as_str())).count(),
        listed(&hubs)
    );
}

/// All rows of all mappings, with the two editions.
fn rows<'c>(atlas: &Atlas<'c>) -> impl Iterator<Item = (&'c str, &'c str, &'c Row)> {
    let crosswalks = atlas.catalogue.crosswalks.iter();
    crosswalks.flat_map(|c| c.rows.iter().map(move |r| (c.from.as_str(), c.to.as_str(), r)))
}

/// Whether a row sees a connection that nobody doubts.
fn connects(row: &Row) -> bool {
    row.relation != Relation::None && row.doubt.is_empty()
}

fn is_mapped(atlas: &Atlas, framework: &Framework) -> bool {
    !partners(atlas, &framework.id).is_empty()
}

/// The documents that one is connected with, in order.
fn partners<'c>(atlas: &Atlas<'c>, id: &str) -> std::collections::BTreeSet<&'c str> {
    let connected = rows(atlas).filter(|(_, _, row)| connects(row));
    let other = connected.filter_map(|(from, to, _)| match () {
        () if from == id => Some(to),
        () if to == id => Some(from),
        () => None,
    });
    other.filter(|other| *other != id).collect()
}

fn edition<'c>(atlas: &Atlas<'c>, id: &str) -> &'c Framework {
    atlas.catalogue.framework(id).unwrap()
}

/// The number of a document where it is short, else its title.
fn name(atlas: &Atlas, id: &str) -> String {
    let framework = edition(atlas, id);
    let is_short = framework.identifier.len() < 28 && !framework.identifier.is_empty();
    clean(if is_short { &framework.identifier } else { &framework.title })
}

/// Words that may stand in a cell of a table.
fn clean(words: &str) -> String {
    words.replace('|', "\\|").replace(['<', '>'], "").replace('\n', " ")
}

/// `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A share in whole percent.
fn percent(part: usize, whole: usize) -> String {
    format!("{} %", (part * 200 + whole) / (whole * 2).max(1))
}
