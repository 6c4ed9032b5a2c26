//! The time line: every document by year and country, each with its name.

use assize_model::atlas::Atlas;
use assize_model::catalogue::{DocumentStanding, Framework};

use super::names::{KINDS, Names, region, sign, told};
use super::svg::{Svg, count, fit, measure};
use super::{Look, Target};

/// Years before the first full one share a column.
const EARLY: usize = 2;

const RULES: &str = ".pic-timeline .standard { fill: var(--c1); stroke: var(--c1); } .pic-timeline .law { fill: var(--c2); stroke: var(--c2); }
    .pic-timeline .scheme { fill: var(--c4); stroke: var(--c4); } .pic-timeline .guidance { fill: var(--c5); stroke: var(--c5); }
    .pic-timeline .past { fill: var(--p); } .pic-timeline rect.law, .pic-timeline rect.standard, .pic-timeline rect.scheme, .pic-timeline rect.guidance { stroke: none; } .pic-timeline .t { font-size: 10px; } .pic-timeline .q { fill: var(--s); }
    .pic-timeline path { stroke-width: 1.3; }";

/// A column: a year, the years before the first that has its own, or no year.
struct Column {
    head: String,
    years: Vec<String>,
}

/// Every document by year and country or region. Leads to [`Target::Edition`].
pub fn timeline(atlas: &Atlas, look: &Look) -> String {
    let names = Names::new(atlas);
    let columns = columns(&atlas.catalogue.frameworks);
    let groups = names.groups(atlas.catalogue.frameworks.iter());
    let mut svg = Svg::new("timeline", *look);
    svg.style = RULES.into();
    let number = atlas.catalogue.frameworks.len();
    svg.title = format!("{} by year and country", count(number, "document", "documents"));
    svg.words = words(&columns, &groups);
    if look.is_narrow() {
        narrow(&mut svg, &names, &columns, &groups)
    } else {
        wide(&mut svg, &names, &columns, &groups)
    }
    svg.finish()
}

/// The years in order. What lies before the first two years in a row shares one column, what has no year the last.
fn columns(frameworks: &[Framework]) -> Vec<Column> {
    let mut years: Vec<&str> = frameworks.iter().map(Framework::year).filter(|y| !y.is_empty()).collect();
    years.sort_unstable();
    years.dedup();
    let number = |year: &str| year.parse::<u32>().unwrap_or_default();
    let gap = years.windows(EARLY).rposition(|pair| number(pair[1]) > number(pair[0]) + 1);
    let first = gap.map_or(0, |at| at + 1);
    let mut columns = Vec::new();
    if first > 0 {
        let years: Vec<String> = years[..first].iter().map(|y| (*y).to_owned()).collect();
        columns.push(Column { head: format!("to {}", years[first - 1]), years });
    }
    columns.extend(
        years[first..].iter().map(|y| Column { head: (*y).to_owned(), years: vec![(*y).to_owned()] }),
    );
    if frameworks.iter().any(|f| f.year().is_empty()) {
        columns.push(Column { head: "undated".into(), years: vec![String::new()] });
    }
    columns
}

impl Column {
    fn holds(&self, framework: &Framework) -> bool {
        self.years.iter().any(|y| y == framework.year())
    }
}

fn words(columns: &[Column], groups: &[(&str, Vec<&Framework>)]) -> String {
    let per_group = groups.iter().map(|(name, documents)| format!("{name} {}", documents.len()));
    let all = || groups.iter().flat_map(|(_, documents)| documents);
    let per_year = columns.iter().map(|c| format!("{} {}", c.head, all().filter(|f| c.holds(f)).count()));
    format!(
        "Documents by country or region: {}. By year: {}.",
        per_group.collect::<Vec<_>>().join(", "),
        per_year.collect::<Vec<_>>().join(", ")
    )
}

const ROW: f64 = 15.0;
const LEFT: f64 = 116.0;
const COLUMN: f64 = 110.0;
/// Height of a document in the bars above the years.
const HIGH: f64 = 2.0;

fn wide(svg: &mut Svg, names: &Names, columns: &[Column], groups: &[(&str, Vec<&Framework>)]) {
    svg.width = LEFT + COLUMN * columns.len() as f64 + 40.0;
    let top = svg.head(20.0, "");
    legend(svg, (20.0, top + 8.0));
    let mut y = top + 100.0;
    let all = || groups.iter().flat_map(|(_, documents)| documents);
    for (at, column) in columns.iter().enumerate() {
        let x = LEFT + COLUMN * at as f64;
        svg.text("b", (x, y - 14.0), &column.head);
        bars(svg, (x, y - 30.0), all().copied().filter(|f| column.holds(f)));
    }
    for (group, documents) in groups {
        let cells: Vec<Vec<&Framework>> =
            columns.iter().map(|c| documents.iter().copied().filter(|f| c.holds(f)).collect()).collect();
        let rows = cells.iter().map(Vec::len).max().unwrap_or_default();
        svg.line("r", (20.0, y - 5.0), (svg.width - 16.0, y - 5.0));
        svg.text("b", (20.0, y + 11.0), &fit(group, 11.0, LEFT - 26.0));
        svg.text("s", (20.0, y + 11.0 + ROW), &documents.len().to_string());
        for (column, cell) in cells.iter().enumerate() {
            for (row, document) in cell.iter().enumerate() {
                let place = (LEFT + COLUMN * column as f64, y + ROW * row as f64 + 11.0);
                let is_free = cells.get(column + 1).is_some_and(|next| next.len() <= row);
                let room = COLUMN - 18.0 + if is_free { COLUMN - 4.0 } else { 0.0 };
                mark(svg, names, document, place, room);
            }
        }
        y += ROW * rows.max(2) as f64 + 10.0;
    }
    svg.height = y + 10.0;
}

fn legend(svg: &mut Svg, (mut x, mut y): (f64, f64)) {
    let narrow = svg.look.is_narrow();
    for (kind, words) in KINDS {
        svg.path(kind.word(), &sign(kind, (x + 5.0, y - 4.0), 4.0));
        svg.text("s", (x + 14.0, y), words);
        x += measure(words, 11.0) + 32.0;
    }
    if narrow {
        (x, y) = (12.0, y + 18.0);
    }
    svg.path("standard past", &sign(KINDS[1].0, (x + 5.0, y - 4.0), 4.0));
    svg.text("s", (x + 14.0, y), "hollow: superseded, historic or draft");
}

/// How many documents a year has of each sort, one above the other.
fn bars<'f>(svg: &mut Svg, (x, y): (f64, f64), documents: impl Iterator<Item = &'f Framework>) {
    let documents: Vec<&Framework> = documents.collect();
    let mut top = y;
    for (kind, _) in KINDS {
        let high = documents.iter().filter(|f| f.kind == kind).count() as f64 * HIGH;
        if high > 0.0 {
            top -= high;
            svg.rect(kind.word(), (x, top), (22.0, high));
        }
    }
    svg.text("s", (x + 27.0, y), &documents.len().to_string());
}

fn mark(svg: &mut Svg, names: &Names, document: &Framework, (x, y): (f64, f64), room: f64) {
    let past = if document.standing == DocumentStanding::Current { "" } else { " past" };
    let name = fit(&names.short(document), 10.0, room);
    svg.part("", svg.look.to(Target::Edition(&document.id)), &told(document), |svg| {
        svg.path(&format!("{}{past}", document.kind.word()), &sign(document.kind, (x + 4.0, y - 3.5), 3.4));
        svg.text(if past.is_empty() { "t" } else { "t q" }, (x + 12.0, y), &name);
    });
}

/// Years one below the other, the documents of each two abreast and by country.
fn narrow(svg: &mut Svg, names: &Names, columns: &[Column], groups: &[(&str, Vec<&Framework>)]) {
    svg.width = 390.0;
    let top = svg.head(12.0, "");
    legend(svg, (12.0, top + 8.0));
    let mut y = top + 54.0;
    for column in columns {
        let all = || groups.iter().flat_map(|(_, documents)| documents.iter().filter(|f| column.holds(f)));
        svg.line("r", (12.0, y - 13.0), (378.0, y - 13.0));
        svg.text("h", (12.0, y + 2.0), &column.head);
        svg.text("s e", (378.0, y + 2.0), &all().count().to_string());
        y += 20.0;
        let half = all().count().div_ceil(2);
        for (at, document) in all().enumerate() {
            let place = (12.0 + 186.0 * (at / half) as f64, y + ROW * (at % half) as f64);
            mark(svg, names, document, place, 100.0);
            svg.text("t q e", (place.0 + 178.0, place.1), &fit(region(document), 10.0, 62.0));
        }
        y += ROW * half as f64 + 12.0;
    }
    svg.height = y;
}
