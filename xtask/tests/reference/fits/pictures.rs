//! The pictures of the chapter, each for a desk and for a phone.

use std::fmt::Write as _;

use assize_lab::catalogue;
use assize_model::atlas::Atlas;
use assize_report::picture::{
    GraphOptions, HeatOptions, Layout, Look, graph, heat, lineage, timeline, topics,
};

use super::{CHAIN, KNOWN};

/// Every picture by its path below `docs/src`.
pub(crate) fn pictures() -> Vec<(String, String)> {
    let atlas = Atlas::new(catalogue().unwrap());
    let mut made = Vec::new();
    for (suffix, layout) in [("", Layout::Wide), ("-narrow", Layout::Narrow)] {
        let look = Look { layout, href: None };
        let mut picture = |name: &str, text: String| {
            let text = format!("<!-- Made by `cargo xtask gen`; do not edit. -->\n{text}");
            made.push((format!("pictures/{name}{suffix}.svg"), text));
        };
        picture("graph", graph(&atlas, &GraphOptions { look, ..GraphOptions::default() }));
        picture("heat", heat(&atlas, &HeatOptions { look, ..HeatOptions::default() }));
        picture("lineage", lineage(&atlas, &CHAIN, &look));
        picture("timeline", timeline(&atlas, &look));
        picture("topics", topics(&atlas, &KNOWN, &look));
    }
    made
}

/// A picture in the text, which opens on its own; a phone gets the narrow one.
pub(super) fn show(text: &mut String, name: &str, words: &str) {
    let _ = write!(
        text,
        "<a href=\"pictures/{name}.svg\"><picture><source media=\"(max-width: 40rem)\" \
         srcset=\"pictures/{name}-narrow.svg\"><img src=\"pictures/{name}.svg\" alt=\"{words}\"></picture></a>\n\n\
         [{words}](pictures/{name}.svg) (for a phone: [narrow](pictures/{name}-narrow.svg)).\n\n"
    );
}
