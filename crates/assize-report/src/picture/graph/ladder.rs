//! The graph for a phone: a row per document, a column per edition in the middle, a disc where they are mapped.

use super::GraphOptions;
use super::links::{Link, Web};
use super::wheel::{RULES, alone, stand_out};
use crate::picture::Target;
use crate::picture::names::{Names, sign, told};
use crate::picture::svg::{Svg, fit, n};

const ROW: f64 = 18.0;
const NAMES: f64 = 158.0;
const LEFT: f64 = 12.0;

pub(super) fn draw(svg: &mut Svg, web: &Web, names: &Names, options: &GraphOptions) {
    svg.width = 390.0;
    svg.style = format!("{RULES}{}", stand_out(web, options));
    let step = (svg.width - 2.0 * LEFT - NAMES - 36.0) / (web.spine.len() as f64 + 1.0);
    let words = "The larger the disc, the more pairs of items are mapped; it is filled where it is known of at least half how they relate.";
    let top = svg.head(LEFT, words) + 110.0;
    let x = |column: usize| LEFT + NAMES + step * (column as f64 + 0.5);
    for (column, at) in web.spine.iter().enumerate() {
        let document = web.documents[*at];
        let href = svg.look.to(Target::Edition(&document.id));
        let name = fit(&names.with_edition(document), 11.0, 104.0);
        svg.part(&format!("b v v{at}"), href, &told(document), |svg| {
            svg.turned(&format!("z{column}"), (x(column) + 4.0, top - 8.0), -62.0, &name);
        });
    }
    svg.turned("s", (x(web.spine.len()) + 4.0, top - 8.0), -62.0, "others, number");
    let mut y = top;
    for (group, documents) in names.groups(web.around().map(|at| web.documents[at])) {
        y += 24.0;
        svg.text("h", (LEFT, y - 7.0), group);
        svg.line("r", (LEFT, y - 2.0), (svg.width - LEFT, y - 2.0));
        for document in documents {
            let at = web.place(document);
            row(svg, web, names, at, y, &x);
            y += ROW;
        }
    }
    svg.height = alone(svg, web, names, (LEFT, y + 30.0), 2) + 16.0;
}

fn row(svg: &mut Svg, web: &Web, names: &Names, at: usize, y: f64, x: &impl Fn(usize) -> f64) {
    let document = web.documents[at];
    let base = y + ROW - 5.0;
    svg.part(&format!("v v{at}"), svg.look.to(Target::Edition(&document.id)), &told(document), |svg| {
        svg.path("g", &sign(document.kind, (LEFT + 4.0, base - 3.5), 3.4));
        svg.text("", (LEFT + 13.0, base), &fit(&names.short(document), 11.0, NAMES - 44.0));
        svg.text("s e", (LEFT + NAMES - 4.0, base), document.year());
    });
    for (column, hub) in web.spine.iter().enumerate() {
        let Some(link) = web.of(at).find(|l| l.touches(*hub)) else {
            svg.circle("o", (x(column), y + ROW / 2.0), 1.2);
            continue;
        };
        let href = svg.look.to(Target::Pair(&web.documents[link.from].id, &web.documents[link.to].id));
        svg.part("", href, &link.told(&web.documents), |svg| {
            disc(svg, link, column, (x(column), y + ROW / 2.0))
        });
    }
    let others = web.of(at).filter(|l| !web.spine.contains(&l.other(at))).count();
    if others > 0 {
        svg.text("s m", (x(web.spine.len()), base), &n(others as f64));
    }
}

fn disc(svg: &mut Svg, link: &Link, column: usize, place: (f64, f64)) {
    let r = (1.6 + (link.pairs as f64).sqrt() * 0.75).min(8.0);
    let class = if link.is_said() { format!("p z{column}") } else { format!("p z{column} q") };
    svg.circle(&class, place, r);
}
