//! Laws and schemes: what each route demands, and what one accepts of another.

use askama::Template;
use assize_model::catalogue::{Catalogue, Demanded, Route, Scheme};

use super::{Frame, Link, Named, Part, Trouble, html, of_item};
use crate::answer::Answer;
use crate::{Explorer, address, filters, names};

#[derive(Template)]
#[template(path = "scheme.html")]
struct Page {
    frame: Frame,
    scheme: &'static Scheme,
    framework: Option<Link>,
    routes: Vec<View>,
}

struct View {
    route: &'static Route,
    edition: Option<Link>,
    below: Option<&'static Route>,
    mandatory: usize,
    demands: Vec<Demand>,
    source: &'static str,
}

struct Demand {
    item: Option<Named>,
    id: &'static str,
    serves: &'static str,
    condition: &'static str,
    note: &'static str,
}

#[derive(Template)]
#[template(path = "schemes.html")]
struct Index {
    frame: Frame,
    schemes: Vec<&'static Scheme>,
}

/// All schemes, those that can be used today first.
pub(crate) fn index(explorer: &Explorer) -> Answer {
    let mut schemes: Vec<&Scheme> = explorer.catalogue.schemes.iter().collect();
    schemes.sort_by_key(|s| (!s.open, s.region.as_str(), s.id.as_str()));
    html(&Index { frame: Frame::new(explorer, Part::Schemes, "Laws and schemes"), schemes })
}

/// One scheme.
pub(crate) fn page(explorer: &Explorer, id: &str) -> Result<Answer, Trouble> {
    let catalogue = explorer.catalogue;
    let scheme = catalogue.scheme(id).ok_or_else(|| Trouble::NoScheme(id.to_owned()))?;
    Ok(html(&Page {
        frame: Frame::new(explorer, Part::Schemes, &scheme.title).below([Link::new("Schemes", "/schemes")]),
        framework: edition(catalogue, &scheme.framework),
        routes: scheme.routes.iter().map(|r| view(catalogue, scheme, r)).collect(),
        scheme,
    }))
}

fn edition(catalogue: &'static Catalogue, id: &str) -> Option<Link> {
    catalogue.framework(id).map(|f| Link::new(names::short(f), address::edition(&f.id)))
}

fn view(catalogue: &'static Catalogue, scheme: &'static Scheme, route: &'static Route) -> View {
    let framework = catalogue.framework(&route.edition);
    let demand = |d: &'static assize_model::catalogue::Demand| Demand {
        item: framework.and_then(|f| Some(of_item(f, f.item(&d.requirement)?))),
        id: &d.requirement,
        serves: &d.serves,
        condition: &d.condition,
        note: &d.note,
    };
    let mandatory = framework.into_iter().flat_map(|f| f.live()).filter(|r| r.obligation.is_mandatory());
    View {
        route,
        edition: edition(catalogue, &route.edition),
        below: scheme.route(&route.adds_to),
        mandatory: if route.all == Some(Demanded::Mandatory) { mandatory.count() } else { 0 },
        demands: route.demands.iter().map(demand).collect(),
        source: scheme.sources.get(&route.source).map_or("", String::as_str),
    }
}
