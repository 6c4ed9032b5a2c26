//! How the documents are connected. In the middle stands the longest lineage of the catalogue, which most mappings lead
//! to; around it, by country and year, stands every document with a mapping; those without one are listed below.

mod ladder;
mod links;
mod wheel;

use assize_model::atlas::{Atlas, topic};
use assize_model::catalogue::DocumentKind;

use super::Look;
use super::names::Names;
use super::svg::{Svg, count};
use links::Web;

/// What a graph shows.
#[derive(Clone, Debug, Default)]
pub struct GraphOptions<'h> {
    /// Sorts of document to show; all where it is empty. The lineage in the middle is always shown.
    pub kinds: Vec<DocumentKind>,
    /// Countries and regions to show, as [`super::region`] names them; all where it is empty.
    pub regions: Vec<String>,
    /// Counts only pairs with an item under this topic, by its number.
    pub topic: Option<u8>,
    /// Leaves out mappings of fewer pairs of items.
    pub least: usize,
    /// The edition whose connections stand out.
    pub highlight: Option<String>,
    /// How it is laid out and where it leads: [`super::Target::Edition`] and [`super::Target::Pair`].
    pub look: Look<'h>,
}

/// The documents and the mappings between them. Every document of the catalogue that the options do not leave out is in
/// the picture: in the middle, around it, or in the list of those without a mapping.
pub fn graph(atlas: &Atlas, options: &GraphOptions) -> String {
    let names = Names::new(atlas);
    let web = Web::new(atlas, options);
    let mut svg = Svg::new("graph", options.look);
    describe(&mut svg, &web, options);
    if options.look.is_narrow() {
        ladder::draw(&mut svg, &web, &names, options);
    } else {
        wheel::draw(&mut svg, &web, &names, options);
    }
    svg.finish()
}

fn describe(svg: &mut Svg, web: &Web, options: &GraphOptions) {
    let connected = web.documents.len() - web.alone().count();
    let about = options.topic.and_then(topic).map(|t| format!(" about {}", t.to_lowercase()));
    svg.title = format!(
        "{} and how they are mapped onto each other{}",
        count(web.documents.len(), "document", "documents"),
        about.unwrap_or_default()
    );
    let middle = web.spine.iter().map(|at| {
        let partners = count(web.partners(*at), "document", "documents");
        format!("{}, mapped with {partners}", web.documents[*at].id)
    });
    let pairs: usize = web.links.iter().map(|l| l.pairs).sum();
    svg.words = format!(
        "{connected} documents are connected by {} between two documents, {pairs} pairs of items in all. In the middle: {}. {} \
         without a mapping. A line is wider the more pairs it stands for, and solid where it is known of at least half of \
         them how the two sides relate; dashed where most are only said to be related.",
        count(web.links.len(), "mapping", "mappings"),
        middle.collect::<Vec<_>>().join("; "),
        count(web.alone().count(), "document stands", "documents stand"),
    );
}
