//! Coverage of the topics by chosen documents: a disc per document and topic, the larger the more requirements, and a bar
//! for how many documents of the whole catalogue ask for a topic at all.

use assize_model::atlas::{Atlas, HeatRow, TOPICS};
use assize_model::catalogue::Framework;

use super::names::{Names, told};
use super::svg::{Svg, count, fit};
use super::{Look, Target};

const RULES: &str = ".pic-topics .d { fill: var(--c1); } .pic-topics .o { fill: none; stroke: var(--l); stroke-width: 1.2; }
    .pic-topics .n { text-anchor: middle; font-size: 10px; fill: var(--t2); font-weight: 650; } .pic-topics .p { fill: var(--i); }
    .pic-topics .y { fill: var(--f); } .pic-topics .v { fill: var(--c3); }
    .pic-topics .u { fill: var(--s); font-size: 9px; text-anchor: middle; }";

/// Measures of a layout.
struct Grid {
    left: f64,
    names: f64,
    column: f64,
    row: f64,
    above: f64,
    turn: f64,
    bar: f64,
}

const WIDE: Grid =
    Grid { left: 20.0, names: 150.0, column: 56.0, row: 30.0, above: 128.0, turn: -58.0, bar: 190.0 };
const NARROW: Grid =
    Grid { left: 8.0, names: 112.0, column: 0.0, row: 24.0, above: 120.0, turn: -74.0, bar: 60.0 };

/// How well chosen editions cover the topics, in the order given; unknown ids and editions of which no requirement is
/// held are left out. Leads to [`Target::Edition`], [`Target::Topic`] and [`Target::Cell`].
pub fn topics(atlas: &Atlas, editions: &[&str], look: &Look) -> String {
    let heat = atlas.heat();
    let row = |id: &str| heat.rows.iter().find(|r| r.edition == id);
    let chosen: Vec<(&Framework, &HeatRow)> =
        editions.iter().filter_map(|id| atlas.catalogue.framework(id).zip(row(id))).collect();
    let mut svg = Svg::new("topics", *look);
    svg.style = RULES.into();
    let columns = chosen.len().max(1) as f64;
    let mut grid = if look.is_narrow() { NARROW } else { WIDE };
    if look.is_narrow() {
        grid.column = ((390.0 - 2.0 * grid.left - grid.names - grid.bar) / columns).clamp(15.0, 40.0);
    }
    svg.width = (grid.left * 2.0 + grid.names + grid.column * columns + grid.bar).max(390.0);
    let known = heat.rows.iter().filter(|r| r.counts.iter().any(|c| *c > 0)).count();
    let asking: Vec<usize> =
        (0..TOPICS.len()).map(|t| heat.rows.iter().filter(|r| r.counts[t] > 0).count()).collect();
    let top = head(&mut svg, &grid, &Names::new(atlas), &chosen, known);
    for (at, topic) in TOPICS.iter().enumerate() {
        let y = top + grid.row * at as f64;
        if at % 2 == 0 {
            svg.rect("y", (grid.left - 4.0, y), (svg.width - 2.0 * grid.left + 8.0, grid.row));
        }
        let number = u8::try_from(at + 1).expect("there are fewer than 256 topics");
        let told = format!("{topic}: asked for in {} of {known} documents", asking[at]);
        let room = grid.names - 6.0;
        svg.part("", look.to(Target::Topic(number)), &told, |svg| {
            svg.text("b", (grid.left, y + grid.row / 2.0 + 4.0), &fit(topic, 11.5, room));
        });
        discs(&mut svg, &grid, &chosen, at, y);
        bar(&mut svg, &grid, columns, y, (asking[at], known));
    }
    foot(&mut svg, &grid, top + grid.row * TOPICS.len() as f64 + 24.0);
    svg.finish()
}

/// Title and names of documents; tells where they end.
fn head(svg: &mut Svg, grid: &Grid, names: &Names, chosen: &[(&Framework, &HeatRow)], known: usize) -> f64 {
    svg.title =
        format!("How {} cover the {} topics", count(chosen.len(), "document", "documents"), TOPICS.len());
    let list = chosen.iter().map(|(f, row)| {
        let missing: Vec<&str> =
            TOPICS.iter().zip(row.counts).filter(|(_, c)| *c == 0).map(|(topic, _)| *topic).collect();
        let missing =
            if missing.is_empty() { "all".into() } else { format!("all but {}", missing.join(", ")) };
        format!("{} covers {missing}", names.with_edition(f))
    });
    svg.words = format!(
        "Topics against documents. {}. The bars count the documents, of {known} whose topics are known, that ask for \
         something under a topic.",
        list.collect::<Vec<_>>().join("; ")
    );
    let words = format!(
        "The larger the disc, the more requirements. The bars count the documents, of {known}, that ask for the topic."
    );
    let y = svg.head(grid.left, &words) + grid.above;
    for (at, (framework, row)) in chosen.iter().enumerate() {
        let place = (middle(grid, at) + 4.0, y - 8.0);
        let told = format!("{}\n{}", told(framework), count(row.requirements, "requirement", "requirements"));
        let name = fit(&names.with_edition(framework), 11.0, 118.0);
        svg.part("", svg.look.to(Target::Edition(&framework.id)), &told, |svg| {
            svg.turned("", place, grid.turn, &name)
        });
    }
    let x = grid.left + grid.names + grid.column * chosen.len().max(1) as f64 + 12.0;
    let words = if svg.look.is_narrow() { format!("of {known}") } else { format!("documents of {known}") };
    svg.text("s", (x, y - 8.0), &words);
    y
}

fn middle(grid: &Grid, column: usize) -> f64 {
    grid.left + grid.names + grid.column * (column as f64 + 0.5)
}

/// The area of a disc follows the count; from the largest on it stays the same.
fn radius(number: usize, most: f64) -> f64 {
    (most * (number as f64 / 20.0).sqrt()).clamp(most * 0.28, most)
}

fn discs(svg: &mut Svg, grid: &Grid, chosen: &[(&Framework, &HeatRow)], topic: usize, y: f64) {
    let most = grid.row.min(grid.column) / 2.0 - 1.5;
    for (at, (framework, row)) in chosen.iter().enumerate() {
        let (x, y) = (middle(grid, at), y + grid.row / 2.0);
        let number = row.counts[topic];
        if number == 0 {
            svg.circle("o", (x, y), 2.5);
            continue;
        }
        let which = u8::try_from(topic + 1).expect("there are fewer than 256 topics");
        let told = format!("{}, {}: {number}", framework.id, TOPICS[topic]);
        svg.part("", svg.look.to(Target::Cell(&framework.id, which)), &told, |svg| {
            let r = radius(number, most);
            svg.circle("d", (x, y), r);
            match r {
                r if r > 8.0 => svg.text("n", (x, y + 3.6), &number.to_string()),
                r if !svg.look.is_narrow() => svg.text("u", (x + r + 7.0, y + 3.2), &number.to_string()),
                _ => {}
            }
        });
    }
}

fn bar(svg: &mut Svg, grid: &Grid, columns: f64, y: f64, (asking, known): (usize, usize)) {
    let x = grid.left + grid.names + grid.column * columns + 12.0;
    let length = (grid.bar - 46.0) * asking as f64 / known.max(1) as f64;
    svg.rect("v", (x, y + grid.row / 2.0 - 5.0), (length, 10.0));
    svg.text("", (x + length + 5.0, y + grid.row / 2.0 + 4.0), &asking.to_string());
}

fn foot(svg: &mut Svg, grid: &Grid, y: f64) {
    svg.height = y + 18.0;
    svg.circle("o", (grid.left + 3.0, y - 4.0), 2.5);
    svg.text("s", (grid.left + 14.0, y), "nothing held under this topic");
}
