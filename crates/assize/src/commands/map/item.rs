//! Everything about one requirement: what it asks, where it comes from, what relates to it and by which path.

use assize_model::atlas::{Atlas, NodeId, Reach, Seen, topic};
use assize_model::catalogue::Basis;

use crate::args::TableFormat;
use crate::commands::atlas::{blank, csv, path, shape, word, wrapped};
use crate::output::{bold, dim, json, say};
use crate::shapes::{DoubtShape, ItemShape, ItemsShape};

pub(super) fn run(atlas: &Atlas<'_>, nodes: &[NodeId], reach: Reach, format: TableFormat) {
    match format {
        TableFormat::Text => {
            for (at, node) in nodes.iter().enumerate() {
                if at > 0 {
                    blank();
                }
                print(atlas, *node, reach);
            }
        }
        TableFormat::Json => {
            let items = nodes.iter().map(|n| shape_of(atlas, *n, reach)).collect();
            json(&ItemsShape { format: 1, items });
        }
        TableFormat::Csv => {
            let head = ["from", "to", "relation", "confidence", "direct", "contested", "path"];
            let links = nodes.iter().flat_map(|n| atlas.derive(*n, reach));
            csv(
                &head,
                links.map(|l| {
                    vec![
                        atlas.name(l.from),
                        atlas.name(l.to),
                        word(&l).to_owned(),
                        l.confidence.word().to_owned(),
                        l.is_direct().to_string(),
                        l.contested.to_string(),
                        path(atlas, &l),
                    ]
                }),
            );
        }
    }
}

fn topics(atlas: &Atlas<'_>, node: NodeId) -> Vec<String> {
    atlas.item(node).topics().iter().filter_map(|t| topic(*t)).map(str::to_owned).collect()
}

fn shape_of(atlas: &Atlas<'_>, node: NodeId, reach: Reach) -> ItemShape {
    let (item, framework) = (atlas.item(node), atlas.framework(node));
    ItemShape {
        edition: framework.id.clone(),
        id: item.id().to_owned(),
        kind: item.kind().to_owned(),
        words: item.words().to_owned(),
        topics: topics(atlas, node),
        links: atlas.derive(node, reach).iter().map(|l| shape(atlas, l)).collect(),
        doubted: doubted(atlas, node).map(|s| doubt_shape(atlas, &s)).collect(),
    }
}

fn doubt_shape(atlas: &Atlas<'_>, seen: &Seen<'_, '_>) -> DoubtShape {
    DoubtShape {
        other: atlas.name(seen.other),
        stated: seen.edge.stated.to_owned(),
        source: seen.edge.source.to_owned(),
        doubt: seen.edge.doubt.to_owned(),
    }
}

/// Stated edges that do not seem to fit; they are shown and never followed.
fn doubted<'a, 'c>(atlas: &'a Atlas<'c>, node: NodeId) -> impl Iterator<Item = Seen<'a, 'c>> {
    atlas.seen(node).filter(|s| !s.edge.doubt.is_empty())
}

fn print(atlas: &Atlas<'_>, node: NodeId, reach: Reach) {
    let (item, framework) = (atlas.item(node), atlas.framework(node));
    say!("{}  {}", bold(atlas.name(node)), dim(format!("{}, {}", framework.title, item.kind())));
    say!("{}", wrapped(item.words(), 2));
    let topics = topics(atlas, node);
    if !topics.is_empty() {
        say!("  {}", dim(format!("topics: {}", topics.join(", "))));
    }
    let mut links = atlas.derive(node, reach);
    links.retain(|l| l.path.last().is_none_or(|h| h.edge.basis != Basis::Structure || !l.is_direct()));
    links.sort_by_key(|l| (std::cmp::Reverse(l.relations.rank()), !l.is_direct(), l.to));
    let mut last = "";
    for link in &links {
        if word(link) != last {
            last = word(link);
            say!("\n{}", bold(last));
        }
        let contested = if link.contested { "; contested, carries nothing" } else { "" };
        let said = match link.path.as_slice() {
            [hop] => format!("{}, {}: {}", hop.edge.basis.word(), link.confidence.word(), hop.edge.reason),
            _ => format!("derived, {}: {}", link.confidence.word(), path(atlas, link)),
        };
        say!("  {}  {}", bold(atlas.name(link.to)), short(atlas.item(link.to).words()));
        say!("{}", dim(wrapped(&format!("{said}{contested}"), 4)));
    }
    let mut doubts = doubted(atlas, node).peekable();
    if doubts.peek().is_some() {
        say!("\n{}", bold("published, and does not seem to fit; not followed"));
    }
    for seen in doubts {
        say!("  {}  {}", bold(atlas.name(seen.other)), short(atlas.item(seen.other).words()));
        say!("{}", dim(wrapped(&format!("{}: {}", seen.edge.source, seen.edge.doubt), 4)));
    }
}

/// The first words, for a list.
fn short(words: &str) -> String {
    let cut: String = words.chars().take(72).collect();
    if cut.len() < words.len() { format!("{}…", cut.trim_end()) } else { cut }
}
