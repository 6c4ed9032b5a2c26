//! Pictures of the atlas: the documents as a graph, by country and year, and the lineage from the first edition on.

use std::collections::BTreeSet;

use askama::Template;
use assize_model::atlas;
use assize_model::catalogue::{Catalogue, DocumentKind};
use assize_report::picture::{self, GraphOptions, Layout, Look, Target};

use super::{Frame, Link, Part, html};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, names};

/// A picture in the page, for wide and for narrow screens.
pub(crate) struct Picture {
    pub(crate) wide: String,
    pub(crate) narrow: String,
}

#[derive(Template)]
#[template(path = "graph.html")]
struct Graph {
    frame: Frame,
    regions: Vec<(String, bool)>,
    kinds: Vec<(&'static str, bool)>,
    topics: Vec<(usize, &'static str, bool)>,
    least: usize,
    editions: Vec<(&'static str, &'static str, bool)>,
    picture: Picture,
}

#[derive(Template)]
#[template(path = "timeline.html")]
struct Timeline {
    frame: Frame,
    picture: Picture,
}

impl Picture {
    /// Draws for both widths.
    pub(crate) fn draw(draw: impl Fn(Look<'_>) -> String) -> Self {
        let of = |layout| draw(Look { layout, href: Some(&lead) });
        Self { wide: of(Layout::Wide), narrow: of(Layout::Narrow) }
    }

    /// The rules inside the drawings, which the policy of the page has to name.
    pub(crate) fn styles(&self) -> Vec<&str> {
        let inside = |svg: &'_ str| -> Option<(usize, usize)> {
            let start = svg.find("<style>")? + "<style>".len();
            Some((start, start + svg[start..].find("</style>")?))
        };
        let both = [self.wide.as_str(), self.narrow.as_str()];
        both.into_iter().filter_map(|svg| inside(svg).map(|(start, end)| &svg[start..end])).collect()
    }
}

/// Where parts of pictures lead.
fn lead(target: Target<'_>) -> Option<String> {
    Some(match target {
        Target::Edition(id) => address::edition(id),
        Target::Topic(topic) => format!("/f?topic={topic}"),
        Target::Cell(id, topic) => format!("{}?topic={topic}", address::edition(id)),
        Target::Pair(from, to) => address::pair(from, to),
        Target::Item(id, item) => address::item(id, item),
    })
}

/// The graph of documents.
pub(crate) fn graph(explorer: &Explorer, ask: &Address) -> Answer {
    let catalogue = explorer.catalogue;
    let all = [DocumentKind::Guidance, DocumentKind::Law, DocumentKind::Scheme, DocumentKind::Standard];
    let kinds: Vec<DocumentKind> = all.into_iter().filter(|k| k.word() == ask.field("kind")).collect();
    let topic = ask.number("topic").and_then(|t| u8::try_from(t).ok()).filter(|t| atlas::topic(*t).is_some());
    let known: BTreeSet<String> = catalogue.frameworks.iter().map(|f| picture::region(f).into()).collect();
    let regions: Vec<String> = known.iter().filter(|r| *r == ask.field("region")).cloned().collect();
    let least = ask.number("least").unwrap_or(0).min(1000);
    let highlight = catalogue.framework(ask.field("document")).map(|f| f.id.clone());
    let drawn = Picture::draw(|look| {
        let options = GraphOptions {
            kinds: kinds.clone(),
            regions: regions.clone(),
            topic,
            least,
            highlight: highlight.clone(),
            look,
        };
        picture::graph(explorer.atlas, &options)
    });
    let mut editions: Vec<(&str, &str, bool)> = catalogue
        .frameworks
        .iter()
        .filter(|f| explorer.ties.contains_key(f.id.as_str()))
        .map(|f| (f.id.as_str(), names::short(f), highlight.as_ref() == Some(&f.id)))
        .collect();
    editions.sort_by_key(|(_, short, _)| short.to_lowercase());
    let page = Graph {
        frame: Frame::new(explorer, Part::Atlas, "The documents as a graph")
            .below([Link::new("Atlas", "/")])
            .wide(),
        regions: known.into_iter().map(|r| (r.clone(), regions.contains(&r))).collect(),
        kinds: all.map(|k| (k.word(), kinds.contains(&k))).to_vec(),
        topics: (1..)
            .zip(atlas::TOPICS)
            .map(|(at, name)| (at, name, topic.map(usize::from) == Some(at)))
            .collect(),
        least,
        editions,
        picture: drawn,
    };
    html(&page).drawn(&page.picture.styles())
}

/// The documents by country and year.
pub(crate) fn timeline(explorer: &Explorer) -> Answer {
    let page = Timeline {
        frame: Frame::new(explorer, Part::Atlas, "The documents by country and year")
            .below([Link::new("Atlas", "/")])
            .wide(),
        picture: Picture::draw(|look| picture::timeline(explorer.atlas, &look)),
    };
    html(&page).drawn(&page.picture.styles())
}

/// The longest chain of editions that lineages join, oldest first.
pub(crate) fn chain(catalogue: &'static Catalogue) -> Vec<&'static str> {
    let from = |start: &'static str| {
        let mut chain = vec![start];
        while let Some(next) = catalogue.lineages.iter().find(|l| chain.last() == Some(&l.from.as_str())) {
            if chain.contains(&next.to.as_str()) {
                break;
            }
            chain.push(&next.to);
        }
        chain
    };
    catalogue.lineages.iter().map(|l| from(&l.from)).max_by_key(Vec::len).unwrap_or_default()
}
