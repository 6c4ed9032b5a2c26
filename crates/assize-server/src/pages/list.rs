//! All editions: a list to search and to filter.

use askama::Template;
use assize_model::atlas;
use assize_model::catalogue::Framework;

use super::home::{Choice, fits};
use super::{Frame, Part, html};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, names};

#[derive(Template)]
#[template(path = "list.html")]
struct Page {
    frame: Frame,
    choice: Choice,
    words: String,
    topics: Vec<(usize, &'static str, bool)>,
    rows: Vec<Row>,
    all: usize,
}

struct Row {
    short: &'static str,
    title: &'static str,
    id: &'static str,
    href: String,
    publisher: &'static str,
    region: &'static str,
    kind: &'static str,
    standing: &'static str,
    year: &'static str,
    requirements: usize,
    others: usize,
}

/// The page.
pub(crate) fn page(explorer: &Explorer, ask: &Address) -> Answer {
    let topic = ask.number("topic").filter(|t| (1..=atlas::TOPICS.len()).contains(t));
    let words = ask.field("words").to_lowercase();
    let kept = explorer.catalogue.frameworks.iter();
    let kept = kept.filter(|f| fits(f, ask) && says(f, &words) && topic.is_none_or(|t| covers(f, t)));
    let mut rows: Vec<Row> = kept.map(|f| row(explorer, f)).collect();
    match ask.field("sort") {
        "name" => rows.sort_by_key(|r| r.short.to_lowercase()),
        "year" => rows.sort_by(|a, b| b.year.cmp(a.year).then(b.others.cmp(&a.others))),
        "region" => rows.sort_by(|a, b| a.region.cmp(b.region).then(b.others.cmp(&a.others))),
        _ => rows.sort_by_key(|r| std::cmp::Reverse((r.others, r.requirements))),
    }
    html(&Page {
        frame: Frame::new(explorer, Part::Documents, "Documents").wide(),
        choice: Choice::new(explorer, ask),
        words: ask.field("words").to_owned(),
        topics: (1..).zip(atlas::TOPICS).map(|(at, name)| (at, name, topic == Some(at))).collect(),
        rows,
        all: explorer.catalogue.frameworks.len(),
    })
}

/// Whether all words stand in what names the edition.
fn says(f: &Framework, words: &str) -> bool {
    let name = [&f.id, &f.title, &f.publisher, &f.identifier, &f.region].map(|t| t.to_lowercase()).join(" ");
    words.split_whitespace().all(|word| name.contains(word))
}

fn covers(f: &Framework, topic: usize) -> bool {
    f.items().any(|item| item.topics().iter().any(|t| usize::from(*t) == topic))
}

fn row(explorer: &Explorer, f: &'static Framework) -> Row {
    Row {
        short: names::short(f),
        title: f.title.strip_prefix("CYBER; ").unwrap_or(&f.title),
        id: &f.id,
        href: address::edition(&f.id),
        publisher: &f.publisher,
        region: &f.region,
        kind: f.kind.word(),
        standing: f.standing.word(),
        year: f.year(),
        requirements: f.live().count(),
        others: explorer.ties.get(f.id.as_str()).map_or(0, |t| t.keys().filter(|k| **k != f.id).count()),
    }
}
