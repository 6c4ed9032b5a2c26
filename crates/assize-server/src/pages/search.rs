//! Search over all requirements.

use askama::Template;

use super::{Frame, Link, Named, Part, html, named};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, names};

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    frame: Frame,
    asked: String,
    found: Vec<Named>,
    documents: Vec<Link>,
}

/// Results at most.
const MOST: usize = 60;

/// The page; with nothing asked, the form alone.
pub(crate) fn page(explorer: &Explorer, ask: &Address) -> Answer {
    let asked = ask.field("q");
    let found = if asked.is_empty() { Vec::new() } else { explorer.search.find(asked, MOST) };
    let mut frame = Frame::new(explorer, Part::Other, if asked.is_empty() { "Search" } else { asked });
    frame.query = asked.to_owned();
    let page = Page {
        frame,
        asked: asked.to_owned(),
        found: found.iter().map(|f| named(explorer.atlas, f.node)).collect(),
        documents: documents(explorer, asked),
    };
    html(&page).passing()
}

/// Documents whose name holds all words that were asked for.
fn documents(explorer: &Explorer, asked: &str) -> Vec<Link> {
    let asked = asked.to_lowercase();
    let words: Vec<&str> = asked.split_whitespace().collect();
    let holds = |f: &&'static assize_model::catalogue::Framework| {
        let name = format!("{} {} {}", f.id, f.title, f.identifier).to_lowercase();
        !words.is_empty() && words.iter().all(|w| name.contains(w))
    };
    let link = |f: &'static assize_model::catalogue::Framework| {
        let short = names::short(f);
        let text = if short == f.title { short.to_owned() } else { format!("{short}: {}", f.title) };
        Link::new(text, address::edition(&f.id))
    };
    explorer.catalogue.frameworks.iter().filter(holds).take(12).map(link).collect()
}
