//! One file per page: what it shows, gathered into a view, and its template under `templates/`.

pub(crate) mod assessment;
pub(crate) mod case;
pub(crate) mod data;
pub(crate) mod derived;
pub(crate) mod diff;
pub(crate) mod edges;
pub(crate) mod framework;
pub(crate) mod home;
pub(crate) mod item;
pub(crate) mod list;
pub(crate) mod pair;
pub(crate) mod picker;
pub(crate) mod pictures;
pub(crate) mod reading;
pub(crate) mod schemes;
pub(crate) mod search;
pub(crate) mod spec;
pub(crate) mod trouble;

use askama::Template;
use assize_model::atlas::{Atlas, NodeId};
use assize_model::catalogue::{Framework, Item};

use crate::answer::{Answer, Kind};
use crate::{Explorer, address, names};

/// Why there is no such page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing stands at the address.
    NoPage,
    /// No edition has this id.
    NoEdition(String),
    /// The edition holds no such item.
    NoItem(String, String),
    /// No lineage joins the two editions.
    NoLineage(String, String),
    /// No test specification has this id.
    NoSpec(String),
    /// The specification holds no such case.
    NoCase(String, String),
    /// No scheme has this id.
    NoScheme(String),
    /// The explorer was started without an assessment.
    NoFolder,
    /// The assessment cannot be judged.
    NotJudged(String),
    /// The address is longer than any of ours.
    TooLong,
    /// The address is badly encoded.
    Unreadable,
    /// Making the page failed.
    Broken,
}

/// The parts of the explorer, as its menu names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Atlas,
    Documents,
    Pairs,
    Changes,
    Tests,
    Schemes,
    Data,
    Assessment,
    Other,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) text: String,
    pub(crate) href: String,
}

impl Link {
    pub(crate) fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// What stands around every page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) title: String,
    pub(crate) part: Part,
    pub(crate) crumbs: Vec<Link>,
    pub(crate) query: String,
    pub(crate) has_folder: bool,
    pub(crate) is_wide: bool,
    pub(crate) version: &'static str,
}

impl Frame {
    pub(crate) fn new(explorer: &Explorer, part: Part, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            part,
            crumbs: Vec::new(),
            query: String::new(),
            has_folder: explorer.folder.is_some(),
            is_wide: false,
            version: &crate::assets::VERSION,
        }
    }

    /// With the way back.
    pub(crate) fn below(mut self, crumbs: impl IntoIterator<Item = Link>) -> Self {
        self.crumbs = crumbs.into_iter().collect();
        self
    }

    /// On the whole width of the screen.
    pub(crate) fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    /// The menu: its entries, and whether each is where the reader is.
    pub(crate) fn menu(&self) -> Vec<(&'static str, &'static str, bool)> {
        let all = [
            (Part::Atlas, "/", "Atlas"),
            (Part::Documents, "/f", "Documents"),
            (Part::Pairs, "/map", "Side by side"),
            (Part::Changes, "/diff", "Changes"),
            (Part::Tests, "/t", "Tests"),
            (Part::Schemes, "/schemes", "Schemes"),
            (Part::Data, "/data", "Data"),
            (Part::Assessment, "/assessment", "Assessment"),
        ];
        let shown = all.into_iter().filter(|(part, ..)| *part != Part::Assessment || self.has_folder);
        shown.map(|(part, href, name)| (href, name, part == self.part)).collect()
    }
}

/// A template as a page that lasts.
pub(crate) fn html(page: &impl Template) -> Answer {
    Answer::of(Kind::Html, page.render().expect("writing to a string cannot fail"))
}

/// An item as other pages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The edition in short.
    pub(crate) edition: &'static str,
    /// Its number.
    pub(crate) id: &'static str,
    pub(crate) href: String,
    pub(crate) words: &'static str,
    /// Mandatory, recommended, supporting text.
    pub(crate) weight: &'static str,
}

/// Names an item.
pub(crate) fn named(atlas: &Atlas<'static>, node: NodeId) -> Named {
    of_item(atlas.framework(node), atlas.item(node))
}

/// Names an item of an edition.
pub(crate) fn of_item(framework: &'static Framework, item: Item<'static>) -> Named {
    Named {
        edition: names::short(framework),
        id: names::number(item.id()),
        href: address::item(&framework.id, item.id()),
        words: item.words(),
        weight: names::weight(item),
    }
}
