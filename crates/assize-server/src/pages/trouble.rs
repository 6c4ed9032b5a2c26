//! What a reader is told where there is no page, with the nearest names.

use askama::Template;

use super::{Frame, Link, Part, Trouble};
use crate::answer::Answer;
use crate::{Explorer, address, names};

#[derive(Template)]
#[template(path = "trouble.html")]
struct Page {
    frame: Frame,
    words: String,
    near: Vec<Link>,
}

/// Names offered at most.
const MOST: usize = 8;

/// The page for a trouble.
pub(crate) fn page(explorer: &Explorer, trouble: &Trouble) -> Answer {
    let (status, title, words) = told(explorer, trouble);
    let page = Page { frame: Frame::new(explorer, Part::Other, title), words, near: near(explorer, trouble) };
    Answer::trouble(status, page.render().expect("writing to a string cannot fail"))
}

fn told(explorer: &Explorer, trouble: &Trouble) -> (u16, &'static str, String) {
    let path = || explorer.folder.as_ref().map_or(String::new(), |f| f.path().display().to_string());
    match trouble {
        Trouble::NoPage => (404, "There is no such page", "Nothing stands at this address.".into()),
        Trouble::NoEdition(id) => {
            (404, "This edition is not held", format!("The atlas holds no edition `{id}`."))
        }
        Trouble::NoItem(edition, id) => {
            (404, "This number is not there", format!("`{edition}` holds no requirement `{id}`."))
        }
        Trouble::NoLineage(from, to) => {
            let words = format!("No lineage is held from `{from}` to `{to}`. These are held:");
            (404, "No lineage joins these editions", words)
        }
        Trouble::NoSpec(id) => {
            (404, "This test specification is not held", format!("The catalogue holds no `{id}`."))
        }
        Trouble::NoCase(spec, id) => {
            (404, "This test case is not there", format!("`{spec}` holds no case `{id}`."))
        }
        Trouble::NoScheme(id) => (404, "This scheme is not held", format!("The catalogue holds no `{id}`.")),
        Trouble::NoFolder => {
            let words = "Start the explorer with an assessment folder: assize serve DIR.";
            (404, "No assessment is shown here", words.into())
        }
        Trouble::NotJudged(why) => {
            (500, "The assessment cannot be judged", format!("{why} The folder is {}.", path()))
        }
        Trouble::TooLong => (414, "This address is too long", "No page has so long an address.".into()),
        Trouble::Unreadable => (
            400,
            "This address cannot be read",
            "It holds a broken percent escape, or bytes that are no text.".into(),
        ),
        Trouble::Broken => {
            let words =
                "Making this page failed. The address would help whoever looks into it; please report it.";
            (500, "This page failed", words.into())
        }
    }
}

fn near(explorer: &Explorer, trouble: &Trouble) -> Vec<Link> {
    let catalogue = explorer.catalogue;
    match trouble {
        Trouble::NoEdition(id) => {
            let known = catalogue.frameworks.iter().map(|f| f.id.as_str());
            let near = names::nearest(id, known, MOST).into_iter().filter_map(|id| catalogue.framework(id));
            near.map(|f| Link::new(format!("{}: {}", f.id, f.title), address::edition(&f.id))).collect()
        }
        Trouble::NoItem(edition, id) => {
            let held = catalogue.framework(edition);
            let known = held.into_iter().flat_map(|f| f.items()).map(|i| i.id());
            let near = names::nearest(id, known, MOST).into_iter();
            let mut links: Vec<Link> = near.map(|id| Link::new(id, address::item(edition, id))).collect();
            links.push(Link::new(format!("All of {edition}"), address::edition(edition)));
            links
        }
        Trouble::NoLineage(..) => {
            let link = |(from, to): (&String, &String)| {
                Link::new(format!("{from} to {to}"), address::diff(from, to))
            };
            catalogue.lineages.iter().map(|l| link((&l.from, &l.to))).collect()
        }
        Trouble::NoSpec(_) => catalogue
            .specs
            .iter()
            .map(|s| Link::new(&s.id, format!("/t/{}", address::encode(&s.id))))
            .collect(),
        Trouble::NoCase(spec, id) => {
            let cases = catalogue.spec(spec).into_iter().flat_map(|s| &s.cases).map(|c| c.id.as_str());
            names::nearest(id, cases, MOST)
                .into_iter()
                .map(|c| Link::new(c, address::case(spec, c)))
                .collect()
        }
        Trouble::NoScheme(id) => {
            let known = catalogue.schemes.iter().map(|s| s.id.as_str());
            let near = names::nearest(id, known, MOST).into_iter();
            near.map(|id| Link::new(id, format!("/schemes/{}", address::encode(id)))).collect()
        }
        _ => vec![
            Link::new("The atlas", "/"),
            Link::new("All documents", "/f"),
            Link::new("Search", "/search"),
        ],
    }
}
