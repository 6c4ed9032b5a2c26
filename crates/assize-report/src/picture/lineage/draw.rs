//! Drawing the flows and the items.

use std::collections::BTreeMap;

use assize_model::catalogue::Lineage;

use super::{Column, Fate, Group, Item, Sort, fates};
use crate::picture::Target;
use crate::picture::names::told;
use crate::picture::svg::{Svg, count, fit, n, wrap};

/// Height of an item itself.
const TALL: f64 = 11.0;

const RULES: &str = ".pic-lineage .f { opacity: .36; } .pic-lineage .f:hover, .pic-lineage .f:focus-visible { opacity: .95; }
    .pic-lineage .fc { fill: var(--c5); } .pic-lineage .fh { fill: var(--c1); } .pic-lineage .fs { fill: var(--c3); }
    .pic-lineage .fm { fill: var(--c4); } .pic-lineage .fp { fill: var(--c6); } .pic-lineage .fn { fill: var(--c2); }
    .pic-lineage .ft { fill: var(--s); } .pic-lineage .fd { fill: var(--bad); } .pic-lineage .f.fp { opacity: .8; }
    .pic-lineage .i { fill: var(--f); stroke: var(--s); stroke-width: .8; } .pic-lineage .is { fill: var(--p); }
    .pic-lineage .in { fill: var(--p); stroke-dasharray: 1.5 1.5; } .pic-lineage .iv { fill: none; stroke: var(--l); stroke-dasharray: 3 2; }
    .pic-lineage .iw { fill: var(--c2); stroke: var(--c2); } .pic-lineage .pl { stroke: var(--c2); stroke-width: 1.6; fill: none; } .pic-lineage .ir { fill: var(--c6); stroke: var(--i); stroke-width: 1.4; }
    .pic-lineage .t { font-size: 9px; text-anchor: middle; } .pic-lineage .tv { fill: var(--s); text-decoration: line-through; }
    .pic-lineage .tr { fill: var(--p); font-weight: 700; } .pic-lineage .q { font-size: 9.5px; fill: var(--s); paint-order: stroke; stroke: var(--p); stroke-width: 3px; stroke-linejoin: round; }
    .pic-lineage .x { stroke: var(--bad); stroke-width: 1.6; fill: none; } .pic-lineage .o { stroke: var(--s); fill: var(--p); }
    .pic-lineage .y { fill: var(--c6); stroke: var(--i); stroke-width: .6; } .pic-lineage .yh { fill: var(--p); }
    .pic-lineage .g { font-size: 10.5px; }";

/// Where columns stand.
struct Frame {
    left: f64,
    node: f64,
    step: f64,
    top: f64,
    is_narrow: bool,
}

impl Frame {
    fn x(&self, column: usize) -> f64 {
        self.left + self.step * column as f64
    }
}

pub(super) fn draw(svg: &mut Svg, columns: &[Column], lineages: &[Option<&Lineage>], height: f64) {
    let gaps = columns.len().saturating_sub(1).max(1) as f64;
    let mut frame = match svg.look.is_narrow() {
        false => Frame { left: 226.0, node: 46.0, step: 308.0, top: 0.0, is_narrow: false },
        true => Frame {
            left: 22.0,
            node: 36.0,
            step: (390.0 - 36.0 - 22.0 - 20.0) / gaps,
            top: 0.0,
            is_narrow: true,
        },
    };
    svg.style = RULES.into();
    svg.width = if frame.is_narrow { 390.0 } else { frame.x(columns.len().max(1) - 1) + frame.node + 226.0 };
    head(svg, &mut frame, columns, lineages);
    svg.height = frame.top + height + 24.0;
    for (at, lineage) in lineages.iter().enumerate() {
        if let Some(lineage) = lineage {
            flows(svg, &frame, at, columns, lineage);
        }
    }
    for (at, column) in columns.iter().enumerate() {
        draw_column(svg, &frame, at, column, columns.len());
    }
}

/// Title, legend and names of the editions; moves the top of the frame below them.
fn head(svg: &mut Svg, frame: &mut Frame, columns: &[Column], lineages: &[Option<&Lineage>]) {
    let margin = if frame.is_narrow { 12.0 } else { 20.0 };
    let top = svg.head(margin, "");
    frame.top = top + if frame.is_narrow { 226.0 } else { 204.0 };
    let risen = columns.iter().flat_map(Column::items).filter(|i| i.is_risen).count();
    let words = format!("{} from supporting text alone", count(risen, "provision", "provisions"));
    star(svg, (margin + 6.0, top + 8.0), false);
    svg.text("w", (margin + 18.0, top + 12.0), &words);
    star(svg, (margin + 6.0, top + 26.0), true);
    svg.text("w", (margin + 18.0, top + 30.0), "descends from one of them");
    for (at, column) in columns.iter().enumerate() {
        let x = frame.x(at) + frame.node / 2.0;
        let what = if column.framework.statements.is_empty() { "provisions" } else { "statements" };
        let href = svg.look.to(Target::Edition(&column.framework.id));
        svg.part("", href, &told(column.framework), |svg| {
            let (class, size) = if frame.is_narrow { ("b m", 11.0) } else { ("h m", 13.0) };
            svg.text(class, (x, frame.top - 34.0), &fit(&column.name, size, frame.step - 8.0));
            svg.text("m", (x, frame.top - 20.0), column.framework.edition());
            svg.text("q m", (x, frame.top - 7.0), &format!("{} {what}", column.live()));
        });
    }
    for (at, lineage) in lineages.iter().enumerate() {
        tally(svg, frame, at, lineage.map(fates).unwrap_or_default());
    }
}

/// What happened between two editions, counted; the legend of the colours at the same time.
fn tally(svg: &mut Svg, frame: &Frame, at: usize, fates: BTreeMap<Fate, usize>) {
    let shown: Vec<Fate> =
        Fate::ALL.into_iter().filter(|f| frame.is_narrow || fates.contains_key(f)).collect();
    for (row, fate) in shown.into_iter().enumerate() {
        let y = frame.top - if frame.is_narrow { 168.0 } else { 152.0 } + row as f64 * 14.0;
        let number = fates.get(&fate).map_or(String::new(), usize::to_string);
        let x = if frame.is_narrow { 230.0 + at as f64 * 24.0 } else { frame.x(at) + frame.node + 52.0 };
        svg.text("e b", (x + 16.0, y), &number);
        if !frame.is_narrow || at == 0 {
            let x = if frame.is_narrow { 12.0 } else { x + 22.0 };
            svg.rect(fate.class(), (x, y - 8.0), (12.0, 9.0));
            svg.text("", (x + 18.0, y), fate.words());
        }
    }
}

fn flows(svg: &mut Svg, frame: &Frame, at: usize, columns: &[Column], lineage: &Lineage) {
    let (older, newer) = (&columns[at], &columns[at + 1]);
    let (left, right) = (frame.x(at) + frame.node, frame.x(at + 1));
    let outgoing =
        |id: &str| lineage.edges.iter().filter(|e| e.from == id && !e.to.is_empty()).count().max(1);
    let incoming =
        |id: &str| lineage.edges.iter().filter(|e| e.to == id && !e.from.is_empty()).count().max(1);
    let mut used: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for edge in &lineage.edges {
        let from = older.items().find(|i| i.id == edge.from);
        let to = newer.items().find(|i| i.id == edge.to);
        let fate = Fate::of(edge.change);
        let told = format!("{} → {}: {}\n{}", edge.from, edge.to, edge.change.word(), edge.reason);
        match (from, to) {
            (Some(from), Some(to)) => {
                let (out, into) = (TALL / outgoing(from.id) as f64, TALL / incoming(to.id) as f64);
                let first = used.entry((false, &edge.from)).or_default();
                let y1 = frame.top + from.y + *first as f64 * out;
                *first += 1;
                let second = used.entry((true, &edge.to)).or_default();
                let y2 = frame.top + to.y + *second as f64 * into;
                *second += 1;
                let d = ribbon((left, y1, out), (right, y2, into));
                svg.part("", None, &told, |svg| svg.path(&format!("f {}", fate.class()), &d));
            }
            (Some(from), None) => end(svg, frame, (left, frame.top + from.y), fate, &told),
            _ => {}
        }
    }
}

/// A flow that keeps its thickness level at both ends.
fn ribbon((x1, y1, t1): (f64, f64, f64), (x2, y2, t2): (f64, f64, f64)) -> String {
    let middle = n((x1 + x2) / 2.0);
    let (right, left) = (n(x2), n(x1));
    format!(
        "M{left} {}C{middle} {} {middle} {} {right} {}V{}C{middle} {} {middle} {} {left} {}z",
        n(y1),
        n(y1),
        n(y2),
        n(y2),
        n(y2 + t2),
        n(y2 + t2),
        n(y1 + t1),
        n(y1 + t1)
    )
}

/// What goes no further: a cross where it was dropped, a ring where it lives on as explanatory text.
fn end(svg: &mut Svg, frame: &Frame, (x, y): (f64, f64), fate: Fate, told: &str) {
    let long = if frame.is_narrow { 8.0 } else { 26.0 };
    let (tip, middle) = (x + long, y + TALL / 2.0);
    svg.part("", None, told, |svg| {
        let d = format!("M{} {}L{} {}L{} {}z", n(x), n(y + 1.0), n(tip), n(middle), n(x), n(y + TALL - 1.0));
        svg.path(&format!("f {}", fate.class()), &d);
        if fate == Fate::Dropped {
            let (l, r, t, b) = (n(tip), n(tip + 7.0), n(middle - 3.5), n(middle + 3.5));
            svg.path("x", &format!("M{l} {t}L{r} {b}M{r} {t}L{l} {b}"));
        } else {
            svg.circle("o", (tip + 3.0, middle), 2.6);
        }
    });
}

fn draw_column(svg: &mut Svg, frame: &Frame, at: usize, column: &Column, columns: usize) {
    let x = frame.x(at);
    for group in &column.groups {
        let y = frame.top + group.y;
        let is_last = at + 1 == columns;
        match at {
            _ if frame.is_narrow => {
                let room = if is_last { frame.node + 18.0 } else { frame.step - 4.0 };
                svg.text("q", (x, y - 4.0), &fit(&group.name, 9.5, room));
            }
            0 => beside(svg, "g e", (x - 12.0, y + 9.0), group),
            _ if is_last => beside(svg, "g", (x + frame.node + 14.0, y + 9.0), group),
            _ => svg.text("q m", (x + frame.node / 2.0, y - 4.0), &fit(&group.name, 9.5, 190.0)),
        }
        for item in &group.items {
            node(svg, frame, (x, frame.top + item.y), &column.framework.id, item);
        }
    }
}

/// The name of a group beside it, in two lines where it has the height.
fn beside(svg: &mut Svg, class: &str, (x, y): (f64, f64), group: &Group) {
    let most = group.items.len().clamp(1, 2);
    for (at, line) in wrap(&group.name, 10.5, 206.0, most).iter().enumerate() {
        svg.text(class, (x, y + 13.0 * at as f64), line);
    }
}

fn node(svg: &mut Svg, frame: &Frame, (x, y): (f64, f64), edition: &str, item: &Item) {
    let class = match item.sort {
        _ if item.is_risen => "i ir",
        _ if item.is_new => "i iw",
        Sort::Requirement | Sort::Guideline => "i",
        Sort::Supporting => "i is",
        Sort::Note => "i in",
        Sort::Void => "i iv",
    };
    let text = match item.sort {
        Sort::Void => "t tv",
        _ if item.is_risen || item.is_new => "t tr",
        _ => "t",
    };
    let href = svg.look.to(Target::Item(edition, item.id)).filter(|_| item.sort != Sort::Void);
    let told = format!("{}{}: {}", item.id, remark(item), fit(item.words, 1.0, 90.0));
    svg.part("", href, &told, |svg| {
        svg.rect(class, (x, y), (frame.node, TALL));
        svg.text(text, (x + frame.node / 2.0, y + 8.6), &fit(item.id, 9.0, frame.node));
        if item.is_risen || item.is_heir {
            star(svg, (x - 5.0, y + TALL / 2.0), !item.is_risen);
        } else if item.is_new {
            let (l, r, m) = (n(x - 8.5), n(x - 1.5), n(y + TALL / 2.0));
            svg.path("pl", &format!("M{l} {m}H{r}M{} {}v7", n(x - 5.0), n(y + TALL / 2.0 - 3.5)));
        }
    });
}

fn remark(item: &Item) -> &'static str {
    match item.sort {
        Sort::Void => " (left empty)",
        Sort::Guideline => " (guideline)",
        Sort::Supporting => " (supporting text)",
        Sort::Note => " (explanatory note)",
        Sort::Requirement if item.is_risen => " (from supporting text alone)",
        Sort::Requirement if item.is_new => " (new)",
        Sort::Requirement => "",
    }
}

fn star(svg: &mut Svg, (x, y): (f64, f64), is_hollow: bool) {
    let mut d = String::new();
    for point in 0..10 {
        let angle = f64::from(point) * 36.0_f64.to_radians();
        let r = if point % 2 == 0 { 5.4 } else { 2.3 };
        let letter = if point == 0 { 'M' } else { 'L' };
        d += &format!("{letter}{} {}", n(x + r * angle.sin()), n(y - r * angle.cos()));
    }
    svg.path(if is_hollow { "y yh" } else { "y" }, &format!("{d}z"));
}
