//! The graph for a desk: the lineage in the middle, the documents in a wheel around it by country and year, lines drawn
//! together where they lead to the same edition. What a document is connected with stands out when it is pointed at.

use std::f64::consts::{PI, TAU};

use super::GraphOptions;
use super::links::{Link, Web};
use crate::picture::Target;
use crate::picture::names::{KINDS, Names, sign, told};
use crate::picture::svg::{Svg, count, escape, fit, measure, n, wrap};

pub(super) const RULES: &str = ".pic-graph .l { fill: none; stroke: var(--c5); stroke-opacity: .5; } .pic-graph a:hover .l, .pic-graph a:focus-visible .l { stroke-opacity: 1; }
    .pic-graph .l.z0 { stroke: var(--c1); } .pic-graph .l.z1 { stroke: var(--c4); } .pic-graph .l.z2 { stroke: var(--c3); } .pic-graph .l.z3 { stroke: var(--c2); }
    .pic-graph .l.d { stroke-dasharray: 3 2.5; stroke-opacity: .6; } .pic-graph .g { fill: var(--i); } .pic-graph .a { stroke: var(--s); fill: none; }
    .pic-graph .t { font-size: 10.5px; } .pic-graph .u { fill: var(--s); }
    .pic-graph .hub { fill: var(--p); stroke-width: 2.5; } .pic-graph .hub.z0 { stroke: var(--c1); } .pic-graph .hub.z1 { stroke: var(--c4); }
    .pic-graph .hub.z2 { stroke: var(--c3); } .pic-graph .hub.z3 { stroke: var(--c2); } .pic-graph .spine { stroke: var(--i); stroke-width: 2; }
    .pic-graph .arrow { fill: var(--i); } .pic-graph .o { fill: var(--s); }
    .pic-graph .p { stroke-width: 1.4; } .pic-graph .p.z0 { fill: var(--c1); stroke: var(--c1); } .pic-graph .p.z1 { fill: var(--c4); stroke: var(--c4); }
    .pic-graph .p.z2 { fill: var(--c3); stroke: var(--c3); } .pic-graph .p.z3 { fill: var(--c2); stroke: var(--c2); } .pic-graph .p.q { fill: var(--p); }
    .pic-graph .v:focus-visible { outline: none; } .pic-graph .v:focus-visible text { font-weight: 700; }
    .pic-graph:has(.v:is(:hover, :focus-visible)) :where(.c, .v:not(.x)) { opacity: .12; }";

/// The radius of the rim, and what each place on it needs at least; with more documents the wheel grows.
const RADIUS: f64 = 405.0;
const PLACE: f64 = 14.0;
/// Space around the rim: for the names, and for the names of the sectors to the sides and above.
const LABEL: f64 = 180.0;
const ASIDE: f64 = 345.0;
const ABOVE: f64 = 301.0;
/// Half the width and the height of an edition in the middle.
const HUB: (f64, f64) = (104.0, 58.0);
/// Between the middles of two editions in the middle.
const STEP: f64 = 112.0;

/// A document on the rim.
struct Spot {
    document: usize,
    angle: f64,
}

/// The rim with its documents, and its sectors, each with where it begins and ends.
struct Wheel<'c> {
    radius: f64,
    spots: Vec<Spot>,
    sectors: Vec<(&'c str, f64, f64)>,
}

impl<'c> Wheel<'c> {
    /// Places on the rim, sector by sector with a space between.
    fn new(web: &Web<'c>, names: &Names) -> Self {
        let groups = names.groups(web.around().map(|at| web.documents[at]));
        let places = groups.iter().map(|(_, d)| d.len() + 2).sum::<usize>().max(1) as f64;
        let step = TAU / places;
        let mut wheel = Self { radius: RADIUS.max(places * PLACE / TAU), spots: vec![], sectors: vec![] };
        let mut angle = step * 1.5;
        for (name, documents) in groups {
            let first = angle;
            for document in documents {
                wheel.spots.push(Spot { document: web.place(document), angle });
                angle += step;
            }
            wheel.sectors.push((name, first - step * 0.4, angle - step * 0.6));
            angle += step * 2.0;
        }
        wheel
    }

    fn centre(&self) -> (f64, f64) {
        (self.radius + ASIDE, self.radius + ABOVE)
    }

    /// A place at an angle, counted from the top, and a distance from the centre.
    fn at(&self, angle: f64, distance: f64) -> (f64, f64) {
        let (x, y) = self.centre();
        (x + distance * angle.sin(), y - distance * angle.cos())
    }

    fn spot(&self, document: usize) -> Option<&Spot> {
        self.spots.iter().find(|s| s.document == document)
    }

    /// The place of an edition in the middle.
    fn hub(&self, web: &Web, document: usize) -> Option<(usize, (f64, f64))> {
        let row = web.spine.iter().position(|at| *at == document)?;
        let (x, y) = self.centre();
        let first = y - STEP * (web.spine.len() as f64 - 1.0) / 2.0;
        Some((row, (x, first + STEP * row as f64)))
    }
}

pub(super) fn draw(svg: &mut Svg, web: &Web, names: &Names, options: &GraphOptions) {
    let wheel = Wheel::new(web, names);
    let (x, y) = wheel.centre();
    (svg.width, svg.height) = (x * 2.0, y + wheel.radius + LABEL + 80.0);
    svg.style = format!("{RULES}{}", stand_out(web, options));
    let y = svg.head(24.0, "");
    legend(svg, (24.0, y + 10.0));
    for link in &web.links {
        line(svg, web, &wheel, link);
    }
    for (name, first, last) in &wheel.sectors {
        sector(svg, &wheel, name, *first, *last);
    }
    for spot in &wheel.spots {
        rim(svg, web, names, &wheel, spot);
    }
    middle(svg, web, &wheel);
    svg.height = alone(svg, web, names, (24.0, svg.height + 10.0), 7) + 20.0;
}

/// Rules by which the links of a document stand out when it is pointed at, and those of the chosen one always.
pub(super) fn stand_out(web: &Web, options: &GraphOptions) -> String {
    let mut rules = String::new();
    for at in (0..web.documents.len()).filter(|at| web.partners(*at) > 0) {
        rules += &format!(
            ".pic-graph:has(.v{at}:is(:hover, :focus-visible)) :is(.c{at}, .w{at}, .v{at}) {{ opacity: 1; }}"
        );
    }
    let chosen = options.highlight.as_ref().and_then(|id| web.documents.iter().position(|f| f.id == *id));
    if let Some(at) = chosen {
        rules += &format!(
            ".pic-graph:not(:has(.v:is(:hover, :focus-visible))) :is(.c, .v):not(.x, .c{at}, .w{at}, .v{at}) {{ opacity: .12; }}"
        );
    }
    rules
}

/// The classes of a document: itself, and a neighbour of each that it is connected with.
fn classes(web: &Web, at: usize) -> String {
    let near: String = web.of(at).map(|l| format!(" w{}", l.other(at))).collect();
    format!("v v{at}{near}")
}

fn line(svg: &mut Svg, web: &Web, wheel: &Wheel, link: &Link) {
    let rim = |at: usize, to: (f64, f64)| wheel.spot(at).map(|s| spoke(wheel, s, to));
    let (d, colour) = match (wheel.hub(web, link.from), wheel.hub(web, link.to)) {
        (Some((a, from)), Some((b, to))) => (Some(beside(from, to)), a.max(b)),
        (Some((row, to)), None) => (rim(link.to, to), row),
        (None, Some((row, to))) => (rim(link.from, to), row),
        (None, None) => {
            let ends = wheel.spot(link.from).zip(wheel.spot(link.to));
            (ends.map(|(a, b)| chord(wheel, a, b)), usize::MAX)
        }
    };
    let d = d.unwrap_or_default();
    let hue = if colour < 4 { format!(" z{colour}") } else { String::new() };
    let dashed = if link.is_said() { "" } else { " d" };
    let width = n(0.7 + (link.pairs as f64).log2() * 0.5);
    let href = svg.look.to(Target::Pair(&web.documents[link.from].id, &web.documents[link.to].id));
    svg.part(&format!("c c{} c{}", link.from, link.to), href, &link.told(&web.documents), |svg| {
        svg.raw(&format!("<path class=\"l{hue}{dashed}\" stroke-width=\"{width}\" d=\"{d}\"/>"));
    });
}

/// From the rim inwards, then level into the side of an edition in the middle.
fn spoke(wheel: &Wheel, spot: &Spot, (x, y): (f64, f64)) -> String {
    let (x1, y1) = wheel.at(spot.angle, wheel.radius - 8.0);
    let (x2, y2) = wheel.at(spot.angle, wheel.radius * 0.62);
    let side = if x1 < x { -1.0 } else { 1.0 };
    let end = x + side * HUB.0;
    let far = x + side * (HUB.0 + 120.0);
    format!("M{} {}C{} {} {} {y} {} {y}", n(x1), n(y1), n(x2), n(y2), n(far), n(end), y = n(y))
}

/// Between two documents on the rim; the farther apart, the nearer to the middle.
fn chord(wheel: &Wheel, a: &Spot, b: &Spot) -> String {
    let apart = (a.angle - b.angle).abs();
    let apart = apart.min(TAU - apart);
    let (rim, inner) = (wheel.radius - 8.0, wheel.radius * (0.86 - 0.5 * (apart / PI)));
    let ((x1, y1), (x2, y2)) = (wheel.at(a.angle, rim), wheel.at(b.angle, rim));
    let ((c1, d1), (c2, d2)) = (wheel.at(a.angle, inner), wheel.at(b.angle, inner));
    format!("M{} {}C{} {} {} {} {} {}", n(x1), n(y1), n(c1), n(d1), n(c2), n(d2), n(x2), n(y2))
}

/// Between two editions in the middle, past what lies between them.
fn beside((x, y1): (f64, f64), (_, y2): (f64, f64)) -> String {
    let side = x + HUB.0;
    let far = n(side + 20.0 + (y1 - y2).abs() * 0.2);
    format!("M{} {}C{far} {} {far} {} {} {}", n(side), n(y1), n(y1), n(y2), n(side), n(y2))
}

fn sector(svg: &mut Svg, wheel: &Wheel, name: &str, first: f64, last: f64) {
    let edge = |angle: f64| wheel.at(angle, wheel.radius + LABEL + 26.0);
    let ((x1, y1), (x2, y2)) = (edge(first), edge(last));
    let (r, large) = (n(wheel.radius + LABEL + 26.0), u8::from(last - first > PI));
    svg.path("a", &format!("M{} {}A{r} {r} 0 {large} 1 {} {}", n(x1), n(y1), n(x2), n(y2)));
    let middle = (first + last) / 2.0;
    let (x, y) = wheel.at(middle, wheel.radius + LABEL + 40.0);
    let anchor = match middle.sin() {
        s if s > 0.3 => "h",
        s if s < -0.3 => "h e",
        _ => "h m",
    };
    svg.text(anchor, (x, y + 5.0 - 6.0 * middle.cos()), &fit(name, 13.0, 110.0));
}

fn rim(svg: &mut Svg, web: &Web, names: &Names, wheel: &Wheel, spot: &Spot) {
    let document = web.documents[spot.document];
    let partners = web.partners(spot.document);
    let told = format!("{}\nmapped with {}", told(document), count(partners, "document", "documents"));
    let href = svg.look.to(Target::Edition(&document.id));
    let year = document.year();
    let name = fit(&names.short(document), 10.5, LABEL - measure(year, 10.5) - 8.0);
    let is_left = spot.angle.sin() < 0.0;
    let (x, y) = wheel.at(spot.angle, wheel.radius + 11.0);
    let turn = spot.angle.to_degrees() + if is_left { 90.0 } else { -90.0 };
    let (name, year) = (escape(&name), escape(year));
    let (words, anchor) = match is_left {
        true => (format!("<tspan class=\"u\">{year}</tspan> {name}"), " e"),
        false => (format!("{name} <tspan class=\"u\">{year}</tspan>"), ""),
    };
    svg.part(&classes(web, spot.document), href, &told, |svg| {
        svg.path(
            "g",
            &sign(document.kind, wheel.at(spot.angle, wheel.radius), 2.6 + (partners as f64).sqrt() * 0.7),
        );
        svg.raw(&format!(
            "<text class=\"t{anchor}\" dy=\".35em\" transform=\"translate({} {})rotate({})\">{words}</text>",
            n(x),
            n(y),
            n(turn)
        ));
    });
}

fn middle(svg: &mut Svg, web: &Web, wheel: &Wheel) {
    let mut before: Option<f64> = None;
    for at in &web.spine {
        let Some((row, (x, y))) = wheel.hub(web, *at) else { continue };
        if let Some(before) = before {
            let (from, to) = (before + HUB.1 / 2.0 + 2.0, y - HUB.1 / 2.0 - 4.0);
            svg.line("spine", (x, from), (x, to - 8.0));
            svg.path("arrow", &format!("M{} {}h12l-6 9z", n(x - 6.0), n(to - 9.0)));
        }
        before = Some(y);
        let document = web.documents[*at];
        let (partners, href) = (web.partners(*at), svg.look.to(Target::Edition(&document.id)));
        svg.part(&format!("x {}", classes(web, *at)), href, &told(document), |svg| {
            let (corner, size) = ((x - HUB.0, y - HUB.1 / 2.0), (HUB.0 * 2.0, HUB.1));
            svg.rect(&format!("hub z{row}"), corner, size);
            let name = if document.identifier.len() < 28 { &document.identifier } else { &document.title };
            let lines = wrap(name, 12.0, HUB.0 * 2.0 - 8.0, 2);
            let first = y + 5.0 - 8.0 * lines.len() as f64;
            for (at, line) in lines.iter().enumerate() {
                svg.text("b m", (x, first + 14.0 * at as f64), line);
            }
            let words = format!("{}; mapped with {partners}", document.year());
            svg.text("s m", (x, first + 14.0 * lines.len() as f64 + 2.0), &words);
        });
    }
}

fn legend(svg: &mut Svg, (x, mut y): (f64, f64)) {
    for (kind, words) in KINDS {
        svg.path("g", &sign(kind, (x + 6.0, y - 4.0), 4.2));
        svg.text("s", (x + 34.0, y), words);
        y += 17.0;
    }
    for (dashed, words) in
        [("", "it is known how most pairs relate"), (" d", "most are only said to be related")]
    {
        svg.raw(&format!("<path class=\"l{dashed}\" stroke-width=\"2\" d=\"M{} {}h26\"/>", n(x), n(y - 4.0)));
        svg.text("s", (x + 34.0, y), words);
        y += 17.0;
    }
    svg.raw(&format!("<path class=\"l z0\" stroke-width=\"2\" d=\"M{} {}h26\"/>", n(x), n(y - 4.0)));
    svg.text("s", (x + 34.0, y), "in colour: with the edition so framed; grey: others");
    y += 17.0;
    for pairs in [1_u32, 10, 100] {
        let width = n(0.7 + f64::from(pairs).log2() * 0.5);
        svg.raw(&format!("<path class=\"l\" stroke-width=\"{width}\" d=\"M{} {}h26\"/>", n(x), n(y - 4.0)));
        svg.text("s", (x + 34.0, y), &count(pairs as usize, "pair of items", "pairs of items"));
        y += 17.0;
    }
}

/// The documents without a mapping, in columns; tells where they end.
pub(super) fn alone(svg: &mut Svg, web: &Web, names: &Names, (x, y): (f64, f64), columns: usize) -> f64 {
    let listed: Vec<_> = names
        .groups(web.alone().map(|at| web.documents[at]))
        .into_iter()
        .flat_map(|(_, documents)| documents)
        .collect();
    if listed.is_empty() {
        return y;
    }
    let words = count(listed.len(), "document without a mapping", "documents without a mapping");
    svg.text("h", (x, y), &words);
    let rows = listed.len().div_ceil(columns);
    let step = (svg.width - 2.0 * x) / columns as f64;
    for (at, document) in listed.iter().enumerate() {
        let (x, y) = (x + step * (at / rows) as f64, y + 20.0 + 15.0 * (at % rows) as f64);
        svg.part("", svg.look.to(Target::Edition(&document.id)), &told(document), |svg| {
            svg.path("g", &sign(document.kind, (x + 4.0, y - 3.5), 3.2));
            svg.text("t", (x + 12.0, y), &fit(&names.with_edition(document), 10.5, step - 22.0));
        });
    }
    y + 20.0 + 15.0 * rows as f64
}
