//! `assize markets`: which laws and schemes a product can be put before today, and what is missing for each.

use std::process::ExitCode;

use assize_lab::{Error, Result};
use assize_model::atlas::{Asked, Atlas, Market, MarketRoute, Reach, Readiness, Standing};

use super::atlas::{atlas, csv, least, path, shape, wrapped};
use super::judge::judged;
use crate::args::{MarketsArgs, TableFormat};
use crate::output::{bold, dim, json, say};
use crate::shapes::{AskedShape, EffectShape, MarketShape, MarketsShape, RouteShape};

pub(super) fn run(args: &MarketsArgs) -> Result<ExitCode> {
    let atlas = atlas()?;
    let schemes = &atlas.catalogue.schemes;
    if let Some(given) = args.scheme.iter().find(|s| schemes.iter().all(|x| x.id != **s)) {
        let near = schemes.iter().map(|s| s.id.clone()).collect();
        return Err(Error::Unknown { what: "scheme", given: given.clone(), near });
    }
    let judged = judged(&args.dir, None)?;
    let verdicts = atlas.verdicts(&judged.assessment);
    let reach = Reach { least: least(args.least), ..Reach::FOR_VERDICTS };
    let mut markets = atlas.markets(&verdicts, reach);
    markets.retain(|m| args.scheme.is_empty() || args.scheme.contains(&m.scheme.id));
    match args.out.format {
        TableFormat::Text => {
            let overall = judged.assessment.overall;
            say!(
                "Verdicts by {} on {}, overall {overall}\n",
                judged.assessment.spec,
                bold(&judged.assessment.framework)
            );
            markets.iter().for_each(|m| print(&atlas, m));
            say!(
                "{}",
                dim(
                    "This says which requirements are met. It is no legal advice, and no approval of any scheme."
                )
            );
        }
        TableFormat::Json => json(&MarketsShape {
            format: 1,
            judged: judged.assessment.framework.clone(),
            overall: judged.assessment.overall.to_string(),
            markets: markets.iter().map(|m| market_shape(&atlas, m)).collect(),
        }),
        TableFormat::Csv => table(&atlas, &markets),
    }
    Ok(ExitCode::SUCCESS)
}

fn print(atlas: &Atlas<'_>, market: &Market<'_, '_>) {
    let scheme = market.scheme;
    let open = if scheme.open { "" } else { "  (not open today)" };
    say!(
        "{}  {}{open}",
        bold(&scheme.title),
        dim(format!("{}, {}, {}", scheme.id, scheme.region, scheme.authority))
    );
    say!("{}", dim(wrapped(&scheme.status, 2)));
    for route in &market.routes {
        print_route(atlas, route);
    }
    for effect in &scheme.effects {
        let level = if effect.level.is_empty() { String::new() } else { format!(", {}", effect.level) };
        let words =
            format!("{}: {}{level} counts as {}", effect.kind.words(), effect.accepted, effect.counts_as);
        say!("{}", wrapped(&words, 2));
    }
    for gap in &scheme.gaps {
        say!("{}", dim(wrapped(&format!("not known: {gap}"), 2)));
    }
    say!("");
}

fn print_route(atlas: &Atlas<'_>, route: &MarketRoute<'_, '_>) {
    let met = route.asked.iter().filter(|a| a.standing() == Standing::Satisfied).count();
    let of =
        if route.asked.is_empty() { String::new() } else { format!(" ({met} of {})", route.asked.len()) };
    say!("  {}: {}{of}", route.route.title, bold(route.readiness.words()));
    let not_applicable: Vec<String> =
        route.asked.iter().filter(|a| a.not_applicable).map(|a| named(route, a)).collect();
    if !not_applicable.is_empty() {
        say!(
            "{}",
            wrapped(&format!("counted as met, since not applicable: {}", not_applicable.join(", ")), 4)
        );
    }
    for standing in [Standing::Not, Standing::Partly, Standing::Unknown] {
        let of = || route.asked.iter().filter(|a| a.standing() == standing);
        if of().next().is_some() {
            let ids: Vec<String> = of().map(|a| named(route, a)).collect();
            say!("{}", wrapped(&format!("{}: {}", standing.word(), ids.join(", ")), 4));
        }
    }
    for (asked, answer) in route.asked.iter().filter_map(|a| Some((a, a.known.as_ref()?.answers.first()?))) {
        let words = format!("{}: {} on {}", asked.requirement, answer.verdict, path(atlas, &answer.path));
        say!("{}", dim(wrapped(&words, 4)));
    }
    for (condition, ids) in conditions(route) {
        say!("{}", dim(wrapped(&format!("{} on condition: {condition}", ids.join(", ")), 4)));
    }
    for besides in &route.besides {
        say!("{}", dim(wrapped(&format!("besides: {besides}"), 4)));
    }
    if route.readiness == Readiness::NotKnown && !route.route.note.is_empty() {
        say!("{}", dim(wrapped(&route.route.note, 4)));
    }
}

/// Conditions with the numbers that stand under them.
fn conditions<'a>(route: &'a MarketRoute<'_, '_>) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for (asked, condition) in route.asked.iter().flat_map(|a| a.conditions().map(move |c| (a, c))) {
        match all.iter_mut().find(|(known, _)| *known == condition) {
            Some((_, ids)) => ids.push(asked.requirement),
            None => all.push((condition, vec![asked.requirement])),
        }
    }
    all
}

/// The number, with its edition where that is not the route's.
fn named(route: &MarketRoute<'_, '_>, asked: &Asked<'_, '_>) -> String {
    match asked.edition == route.route.edition {
        true => asked.requirement.to_owned(),
        false => format!("{}/{}", asked.edition, asked.requirement),
    }
}

fn market_shape(atlas: &Atlas<'_>, market: &Market<'_, '_>) -> MarketShape {
    let scheme = market.scheme;
    let effect = |e: &assize_model::catalogue::Effect| EffectShape {
        kind: e.kind.words().to_owned(),
        accepted: e.accepted.clone(),
        level: e.level.clone(),
        counts_as: e.counts_as.clone(),
        since: e.since.clone(),
    };
    MarketShape {
        scheme: scheme.id.clone(),
        title: scheme.title.clone(),
        region: scheme.region.clone(),
        open: scheme.open,
        status: scheme.status.clone(),
        routes: market.routes.iter().map(|r| route_shape(atlas, r)).collect(),
        effects: scheme.effects.iter().map(effect).collect(),
        gaps: scheme.gaps.clone(),
    }
}

fn route_shape(atlas: &Atlas<'_>, route: &MarketRoute<'_, '_>) -> RouteShape {
    let asked = |a: &Asked<'_, '_>| AskedShape {
        item: format!("{}/{}", a.edition, a.requirement),
        standing: a.standing(),
        not_applicable: a.not_applicable,
        condition: a.conditions().collect::<Vec<_>>().join("; "),
        link: a.known.as_ref().and_then(|k| k.answers.first()).map(|x| shape(atlas, &x.path)),
    };
    RouteShape {
        id: route.route.id.clone(),
        title: route.route.title.clone(),
        edition: route.route.edition.clone(),
        readiness: route.readiness,
        asked: route.asked.iter().map(asked).collect(),
        besides: route.besides.iter().map(|b| (*b).to_owned()).collect(),
        note: route.route.note.clone(),
    }
}

fn table(atlas: &Atlas<'_>, markets: &[Market<'_, '_>]) {
    let mut rows = Vec::new();
    for market in markets {
        for route in &market.routes {
            let head =
                || vec![market.scheme.id.clone(), route.route.id.clone(), route.readiness.words().to_owned()];
            if route.asked.is_empty() {
                rows.push([head(), vec![String::new(); 3]].concat());
            }
            for asked in &route.asked {
                let by = asked.known.as_ref().and_then(|k| k.answers.first());
                let by = by.map_or(String::new(), |a| path(atlas, &a.path));
                let requirement = format!("{}/{}", asked.edition, asked.requirement);
                let standing = if asked.not_applicable { "not applicable" } else { asked.standing().word() };
                rows.push([head(), vec![requirement, standing.to_owned(), by]].concat());
            }
        }
    }
    csv(&["scheme", "route", "readiness", "requirement", "standing", "path"], rows);
}
