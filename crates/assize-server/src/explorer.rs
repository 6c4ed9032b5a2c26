//! The explorer: indices made once, and the way from an address to its page.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use assize_model::atlas::{Atlas, Heat, Search};
use assize_model::catalogue::{Basis, Catalogue, Framework};

use crate::address::{self, Address, encode};
use crate::answer::Answer;
use crate::assets;
use crate::folder::Folder;
use crate::pages::{self, Trouble};

/// What pages are made from. It lives as long as the program: the indices borrow from each other.
#[derive(Debug)]
pub struct Explorer {
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) atlas: &'static Atlas<'static>,
    pub(crate) search: Search<'static, 'static>,
    pub(crate) heat: Heat,
    /// Stated edges from each edition to others.
    pub(crate) ties: HashMap<&'static str, BTreeMap<&'static str, Tie>>,
    pub(crate) folder: Option<Folder>,
}

/// How many edges join two editions, by what they say, read from the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tie {
    /// All of them.
    pub(crate) all: usize,
    /// By the word for the relation.
    pub(crate) words: BTreeMap<&'static str, usize>,
    /// Published ones that do not seem to fit.
    pub(crate) doubted: usize,
}

impl Explorer {
    /// Indexes a catalogue; with `folder`, the verdicts of that assessment are shown too.
    pub fn new(catalogue: &'static Catalogue, folder: Option<PathBuf>) -> Self {
        let atlas: &'static Atlas<'static> = Box::leak(Box::new(Atlas::new(catalogue)));
        Self {
            catalogue,
            atlas,
            search: Search::new(atlas),
            heat: atlas.heat(),
            ties: ties(atlas),
            folder: folder.map(Folder::new),
        }
    }

    /// The answer to `/path?query`.
    pub fn answer(&self, address: &str) -> Answer {
        if address.len() > address::LONGEST {
            return pages::trouble::page(self, &Trouble::TooLong);
        }
        let made = match Address::read(address) {
            Some(address) => self.route(&address),
            None => Err(Trouble::Unreadable),
        };
        made.unwrap_or_else(|trouble| pages::trouble::page(self, &trouble))
    }

    /// The addresses of the pages that most readers ask for: the entries, every edition, every requirement, and every
    /// pair of which something is stated.
    pub fn addresses(&self) -> Vec<String> {
        let mut all: Vec<String> =
            ["/", "/f", "/graph", "/map", "/diff", "/t", "/schemes", "/reading"].map(String::from).to_vec();
        let frameworks = || self.catalogue.frameworks.iter();
        all.extend(frameworks().map(|f| address::edition(&f.id)));
        all.extend(frameworks().flat_map(|f| f.items().map(|i| address::item(&f.id, i.id()))));
        all.extend(self.catalogue.crosswalks.iter().map(|c| address::pair(&c.from, &c.to)));
        all
    }

    /// The page for when making a page failed.
    pub(crate) fn broken(&self) -> Answer {
        pages::trouble::page(self, &Trouble::Broken)
    }

    fn route(&self, address: &Address) -> Result<Answer, Trouble> {
        let parts = address.parts(2).ok_or(Trouble::Unreadable)?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [""] => Ok(pages::home::page(self, address)),
            ["assets", name] => assets::find(name).ok_or(Trouble::NoPage),
            ["favicon.ico"] => assets::find("icon.svg").ok_or(Trouble::NoPage),
            ["healthz"] => Ok(Answer::of(crate::Kind::Text, "ok\n").passing()),
            ["robots.txt"] => Ok(Answer::of(crate::Kind::Text, "User-agent: *\nAllow: /\n")),
            [all @ .., ""] => {
                // Never `//`, which a browser would read as the name of another machine.
                Ok(Answer::moved(format!("/{}", encode(all.join("/").trim_start_matches('/')))))
            }
            ["graph"] => Ok(pages::pictures::graph(self, address)),
            ["timeline"] => Ok(pages::pictures::timeline(self)),
            ["f"] => Ok(pages::list::page(self, address)),
            ["f", edition] => pages::framework::page(self, edition, address),
            ["f", edition, item] => pages::item::page(self, edition, item),
            ["map"] => pages::picker::page(self, address),
            ["map", from, to] => pages::pair::page(self, from, to, address),
            ["diff"] => pages::diff::index(self, address),
            ["diff", from, to] => pages::diff::page(self, from, to),
            ["t"] => Ok(pages::spec::index(self)),
            ["t", spec] => pages::spec::page(self, spec),
            ["t", spec, case] => pages::case::page(self, spec, case),
            ["schemes"] => Ok(pages::schemes::index(self)),
            ["schemes", id] => pages::schemes::page(self, id),
            ["search"] => Ok(pages::search::page(self, address)),
            ["reading"] => Ok(pages::reading::page(self)),
            ["data"] => Ok(pages::data::page(self)),
            ["data", rest @ ..] => pages::data::file(self, &rest.join("/")),
            ["assessment"] => pages::assessment::index(self),
            ["assessment", edition] => pages::assessment::page(self, edition),
            _ => Err(Trouble::NoPage),
        }
    }

    /// The edition with this id, or the trouble that names the nearest.
    pub(crate) fn edition(&self, id: &str) -> Result<&'static Framework, Trouble> {
        self.catalogue.framework(id).ok_or_else(|| Trouble::NoEdition(id.to_owned()))
    }

    /// Editions of the same family, this one included.
    pub(crate) fn family(&self, of: &Framework) -> Vec<&'static Framework> {
        self.catalogue.frameworks.iter().filter(|f| f.family() == of.family()).collect()
    }
}

fn ties(atlas: &'static Atlas<'static>) -> HashMap<&'static str, BTreeMap<&'static str, Tie>> {
    let mut ties: HashMap<&str, BTreeMap<&str, Tie>> = HashMap::new();
    for edge in atlas.edges().iter().filter(|e| e.basis != Basis::Structure) {
        let (from, to) = (atlas.framework(edge.from).id.as_str(), atlas.framework(edge.to).id.as_str());
        for (a, b, relations) in [(from, to, edge.relations), (to, from, edge.relations.inverse())] {
            let tie = ties.entry(a).or_default().entry(b).or_default();
            tie.all += 1;
            *tie.words.entry(relations.word()).or_default() += 1;
            tie.doubted += usize::from(!edge.doubt.is_empty());
        }
    }
    ties
}
