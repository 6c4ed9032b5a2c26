//! Pictures of the atlas, as SVG: self-contained, without script, the same bytes for the same input. They take their
//! colours from the page they stand in (`--paper`, `--ink`, `--soft`, `--line`), or from the reader's light or dark
//! setting where they stand alone, and are read as well in grey.

mod graph;
mod heat;
mod lineage;
mod names;
mod svg;
mod timeline;
mod topics;

pub use graph::{GraphOptions, graph};
pub use heat::{HeatOptions, heat};
pub use lineage::lineage;
pub use names::region;
pub use timeline::timeline;
pub use topics::topics;

/// How a picture is laid out, and where its parts lead.
#[derive(Clone, Copy, Default)]
pub struct Look<'h> {
    /// For a wide or a narrow page.
    pub layout: Layout,
    /// Where parts of the picture lead; without it, and where it answers nothing, a part is no link.
    pub href: Option<Href<'h>>,
}

/// For which width of a page a picture is made. The narrow one shows the same facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A desk, or a printed page.
    #[default]
    Wide,
    /// A phone.
    Narrow,
}

/// The address for a part of a picture.
pub type Href<'h> = &'h dyn Fn(Target<'_>) -> Option<String>;

/// A part of a picture that can lead somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// An edition.
    Edition(&'a str),
    /// A topic by its number, counted from 1.
    Topic(u8),
    /// The requirements of an edition under a topic.
    Cell(&'a str, u8),
    /// Two editions side by side.
    Pair(&'a str, &'a str),
    /// An item of an edition.
    Item(&'a str, &'a str),
}

impl Look<'_> {
    fn to(&self, target: Target<'_>) -> Option<String> {
        self.href.and_then(|href| href(target))
    }

    fn is_narrow(&self) -> bool {
        self.layout == Layout::Narrow
    }
}

impl std::fmt::Debug for Look<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look").field("layout", &self.layout).field("href", &self.href.is_some()).finish()
    }
}
