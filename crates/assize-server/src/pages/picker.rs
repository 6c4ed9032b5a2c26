//! Two editions to be chosen.

use askama::Template;

use super::{Frame, Link, Part, Trouble, html};
use crate::address::{self, Address};
use crate::answer::Answer;
use crate::{Explorer, names};

#[derive(Template)]
#[template(path = "picker.html")]
struct Page {
    frame: Frame,
    editions: Vec<(&'static str, String)>,
    from: String,
    to: String,
    most: Vec<(Link, usize)>,
}

/// Pairs named on the page.
const MOST: usize = 24;

/// The form; with both fields it leads on.
pub(crate) fn page(explorer: &Explorer, ask: &Address) -> Result<Answer, Trouble> {
    let (from, to) = (ask.field("from"), ask.field("to"));
    if !from.is_empty() && !to.is_empty() {
        let (a, b) = (explorer.edition(from)?, explorer.edition(to)?);
        return Ok(Answer { status: 303, ..Answer::moved(address::pair(&a.id, &b.id)) });
    }
    let name = |f: &'static assize_model::catalogue::Framework| {
        (f.id.as_str(), format!("{} ({})", names::short(f), f.id))
    };
    let mut editions: Vec<(&str, String)> = explorer.catalogue.frameworks.iter().map(name).collect();
    editions.sort_by_key(|(_, words)| words.to_lowercase());
    Ok(html(&Page {
        frame: Frame::new(explorer, Part::Pairs, "Two documents side by side"),
        editions,
        from: from.to_owned(),
        to: to.to_owned(),
        most: most(explorer),
    }))
}

/// The pairs of which most is stated.
fn most(explorer: &Explorer) -> Vec<(Link, usize)> {
    let catalogue = explorer.catalogue;
    let pairs =
        explorer.ties.iter().flat_map(|(from, tie)| tie.iter().map(move |(to, tie)| (*from, *to, tie.all)));
    let mut pairs: Vec<(&str, &str, usize)> = pairs.filter(|(from, to, _)| from < to).collect();
    pairs.sort_by_key(|(from, to, all)| (std::cmp::Reverse(*all), *from, *to));
    let link = |(from, to, all): (&str, &str, usize)| {
        let (a, b) = (catalogue.framework(from)?, catalogue.framework(to)?);
        // Read from the older to the newer.
        let (a, b) = if a.date <= b.date { (a, b) } else { (b, a) };
        Some((
            Link::new(format!("{} and {}", names::short(a), names::short(b)), address::pair(&a.id, &b.id)),
            all,
        ))
    };
    pairs.into_iter().filter_map(link).take(MOST).collect()
}
