//! Who writes and when, and what the world's documents agree on.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use assize_model::atlas::{Atlas, TOPICS};
use assize_model::catalogue::{DocumentKind, DocumentStanding};
use assize_report::picture::region;

use super::{CHAIN, count, edition, listed, percent, pictures};

/// The region of bodies that belong to no country.
pub(super) const WORLD: &str = "world";

/// Documents by country or region, the most first.
pub(super) fn regions<'c>(atlas: &Atlas<'c>) -> Vec<(&'c str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for framework in &atlas.catalogue.frameworks {
        *counts.entry(region(framework)).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(name, number)| (Reverse(*number), *name));
    counts
}

pub(super) fn written(text: &mut String, atlas: &Atlas) {
    *text += "## Who writes, and when\n\n";
    pictures::show(text, "timeline", "Every document by year and country");
    let frameworks = &atlas.catalogue.frameworks;
    let regions = regions(atlas);
    let told: Vec<String> = regions.iter().map(|(name, number)| format!("{name} {number}")).collect();
    let code = edition(atlas, CHAIN[0]).year();
    let before = frameworks.iter().filter(|f| !f.year().is_empty() && f.year() < code).count();
    let after = frameworks.iter().filter(|f| f.year() > code).count();
    let law = |late: bool| {
        frameworks.iter().filter(|f| f.kind == DocumentKind::Law && (f.year() > code) == late).count()
    };
    let _ = write!(
        text,
        "By country or region: {}. *{WORLD}* stands for bodies that belong to no country.\n\n\
         {before} documents are of years before the Code of {code}, {after} of years after it. Of the laws {} are of {code} or before, {} came \
         later.\n\n",
        listed(&told),
        law(false),
        law(true)
    );
    kinds(text, atlas);
    years(text, atlas);
}

const KINDS: [DocumentKind; 4] =
    [DocumentKind::Law, DocumentKind::Standard, DocumentKind::Scheme, DocumentKind::Guidance];

fn kinds(text: &mut String, atlas: &Atlas) {
    use DocumentStanding as S;
    let standings = [S::Current, S::Draft, S::Superseded, S::Historic];
    *text += "| kind | documents | current | draft | superseded | historic |\n|---|---|---|---|---|---|\n";
    for kind in KINDS {
        let of = || atlas.catalogue.frameworks.iter().filter(move |f| f.kind == kind);
        let cells: Vec<String> =
            standings.iter().map(|s| of().filter(|f| f.standing == *s).count().to_string()).collect();
        let _ = writeln!(text, "| {} | {} | {} |", kind.word(), of().count(), cells.join(" | "));
    }
    text.push('\n');
}

fn years(text: &mut String, atlas: &Atlas) {
    let mut years: BTreeMap<&str, [usize; KINDS.len()]> = BTreeMap::new();
    for framework in &atlas.catalogue.frameworks {
        let year = if framework.year().is_empty() { "undated" } else { framework.year() };
        let at = KINDS.iter().position(|k| *k == framework.kind).unwrap();
        years.entry(year).or_default()[at] += 1;
    }
    *text += "| year | documents | law | standard | scheme | guidance |\n|---|---|---|---|---|---|\n";
    for (year, counts) in &years {
        let cells = counts.map(|n| n.to_string()).join(" | ");
        let _ = writeln!(text, "| {year} | {} | {cells} |", counts.iter().sum::<usize>());
    }
    let best = years.iter().max_by_key(|(_, counts)| counts.iter().sum::<usize>());
    if let Some((year, counts)) = best {
        let _ = write!(text, "\nMost documents are of {year}: {}.\n\n", counts.iter().sum::<usize>());
    }
}

/// One topic over all documents.
struct Topic {
    name: &'static str,
    documents: usize,
    requirements: usize,
    laws: usize,
}

pub(super) fn agreed(text: &mut String, atlas: &Atlas) {
    let heat = atlas.heat();
    let known: Vec<_> = heat.rows.iter().filter(|r| r.counts.iter().any(|c| *c > 0)).collect();
    let is_law = |id: &str| edition(atlas, id).kind == DocumentKind::Law;
    let laws = known.iter().filter(|r| is_law(&r.edition)).count();
    let topic = |(at, name): (usize, &&'static str)| {
        let asking = || known.iter().filter(move |r| r.counts[at] > 0);
        Topic {
            name,
            documents: asking().count(),
            requirements: known.iter().map(|r| r.counts[at]).sum(),
            laws: asking().filter(|r| is_law(&r.edition)).count(),
        }
    };
    let mut topics: Vec<Topic> = TOPICS.iter().enumerate().map(topic).collect();
    topics.sort_by_key(|t| (Reverse(t.documents), t.name));
    let told = |t: &Topic| format!("{} ({})", t.name.to_lowercase(), t.documents);
    let (most, least): (Vec<String>, Vec<String>) =
        (topics.iter().take(4).map(told).collect(), topics.iter().rev().take(4).map(told).collect());
    let _ = write!(
        text,
        "## What the world agrees on, and what is thin\n\n\
         The topics are the Code's {}, and {}, which the European standard adds. Of {} documents something is known topic by \
         topic. Most ask for {}. Least ask for {}.\n\n",
        TOPICS.len() - 1,
        TOPICS[TOPICS.len() - 1].to_lowercase(),
        known.len(),
        listed(&most),
        listed(&least)
    );
    pictures::show(text, "heat", "Documents against topics, with the number of requirements");
    table(text, &topics, known.len(), laws);
    pictures::show(text, "topics", "How well-known documents cover the topics");
    let whole: Vec<usize> = (1..=TOPICS.len()).rev().take(2).collect();
    let covering =
        |least: usize| known.iter().filter(|r| r.counts.iter().filter(|c| **c > 0).count() >= least).count();
    let _ = write!(
        text,
        "{} all {} topics, {} at least {}. A count says how finely a document is cut as much as how much it asks: compare rows of a column with \
         care, and read the words.\n\n",
        count(covering(whole[0]), "document covers", "documents cover"),
        whole[0],
        covering(whole[1]),
        whole[1]
    );
}

fn table(text: &mut String, topics: &[Topic], known: usize, laws: usize) {
    let _ = write!(
        text,
        "| topic | documents of {known} | share | laws of {laws} | requirements |\n|---|---|---|---|---|\n"
    );
    for t in topics {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            t.name,
            t.documents,
            percent(t.documents, known),
            t.laws,
            t.requirements
        );
    }
    text.push('\n');
}
