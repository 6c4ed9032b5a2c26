//! The heat map: editions against topics, by region and year. Each cell has its count as text; the shade doubles it.

use assize_model::atlas::{Atlas, Heat, HeatRow, TOPICS};
use assize_model::catalogue::Framework;

use super::names::{Names, sign, told};
use super::svg::{Svg, count, fit, n};
use super::{Look, Target};

/// What a heat map shows.
#[derive(Clone, Debug, Default)]
pub struct HeatOptions<'h> {
    /// The editions to show; all that hold something where it is empty. Unknown ids are left out.
    pub editions: Vec<String>,
    /// How it is laid out and where it leads: [`Target::Edition`], [`Target::Topic`], [`Target::Cell`].
    pub look: Look<'h>,
}

/// Counts from which on a cell has the next shade; each step is twice the one before.
const STEPS: [usize; 5] = [1, 2, 4, 8, 16];

/// Measures of a layout.
struct Grid {
    name: f64,
    column: f64,
    row: f64,
    left: f64,
    /// How far the names of topics are turned, and the room they need above and to the right.
    turn: f64,
    above: f64,
    right: f64,
}

const WIDE: Grid =
    Grid { name: 268.0, column: 46.0, row: 17.0, left: 20.0, turn: -58.0, above: 126.0, right: 44.0 };
const NARROW: Grid =
    Grid { name: 112.0, column: 16.6, row: 17.0, left: 8.0, turn: -74.0, above: 130.0, right: 4.0 };

/// Columns: topics, then what falls under none.
const COLUMNS: usize = TOPICS.len() + 1;

const RULES: &str =
    ".pic-heat .c0 { fill: var(--f); } .pic-heat .c1 { fill: var(--h1); } .pic-heat .c2 { fill: var(--h2); }
    .pic-heat .c3 { fill: var(--h3); } .pic-heat .c4 { fill: var(--h4); } .pic-heat .c5 { fill: var(--h5); }
    .pic-heat .n { text-anchor: middle; fill: var(--t1); font-size: 10px; }
    .pic-heat .o { fill: var(--t2); } .pic-heat .z { fill: var(--s); opacity: .55; }
    .pic-heat .x { fill: none; stroke: var(--l); } .pic-heat .d { fill: var(--c5); }";

/// Editions against topics.
pub fn heat(atlas: &Atlas, options: &HeatOptions) -> String {
    let heat = atlas.heat();
    let names = Names::new(atlas);
    let is_wanted = |f: &&Framework| options.editions.is_empty() || options.editions.contains(&f.id);
    let shown = atlas.catalogue.frameworks.iter().filter(is_wanted).filter(|f| row_of(&heat, f).is_some());
    let groups = names.groups(shown);
    let grid = if options.look.is_narrow() { NARROW } else { WIDE };
    let mut svg = Svg::new("heat", options.look);
    svg.style = RULES.into();
    svg.width = grid.left * 2.0 + grid.name + grid.column * COLUMNS as f64 + 6.0 + grid.right;
    let mut y = head(&mut svg, &heat, &grid, &groups);
    for (group, documents) in &groups {
        y += 22.0;
        svg.text("h", (grid.left, y - 6.0), group);
        svg.line("r", (grid.left, y - 1.5), (svg.width - grid.left - grid.right, y - 1.5));
        for document in documents {
            if let Some(row) = row_of(&heat, document) {
                line(&mut svg, &grid, y, &names, document, row);
                y += grid.row;
            }
        }
    }
    svg.line("r", (grid.left, y + 4.0), (svg.width - grid.left - grid.right, y + 4.0));
    svg.height = y + 18.0;
    svg.finish()
}

fn row_of<'h>(heat: &'h Heat, framework: &Framework) -> Option<&'h HeatRow> {
    heat.rows.iter().find(|r| r.edition == framework.id)
}

/// Title, legend and names of topics with how many documents ask for each; tells where they end.
fn head(svg: &mut Svg, heat: &Heat, grid: &Grid, groups: &[(&str, Vec<&Framework>)]) -> f64 {
    let ids: Vec<&str> = groups.iter().flat_map(|(_, d)| d).map(|f| f.id.as_str()).collect();
    let shown = || heat.rows.iter().filter(|r| ids.contains(&r.edition.as_str()));
    let documents = count(ids.len(), "document", "documents");
    let requirements: usize = shown().map(|r| r.requirements).sum();
    svg.title = format!("What {documents} ask for, topic by topic");
    svg.words = format!(
        "A table of {documents} by region and year against {} topics, with the number of requirements under each topic; \
         {requirements} requirements in all. The darker the cell, the more requirements; each shade begins at twice the \
         count of the one before. The last column counts requirements that fall under no topic, or of which too \
         little is known.",
        TOPICS.len()
    );
    let y = svg.head(grid.left, "Requirements under each topic. A shade begins at:");
    legend(svg, (grid.left, y));
    let y = y + grid.above;
    let told = if svg.look.is_narrow() { "documents asking" } else { "documents asking for the topic" };
    svg.text("s", (grid.left, y + 14.0), told);
    for (at, topic) in TOPICS.iter().enumerate() {
        let number = u8::try_from(at + 1).expect("there are fewer than 256 topics");
        let asking = shown().filter(|r| r.counts[at] > 0).count();
        let href = svg.look.to(Target::Topic(number));
        let told = format!("{topic}: asked for in {asking} of {documents}");
        let place = (middle(grid, at) + 4.0, y - 4.0);
        svg.part("", href, &told, |svg| {
            svg.turned("", place, grid.turn, topic);
            svg.text("n s", (middle(grid, at), y + 14.0), &asking.to_string());
        });
    }
    svg.turned("s", (middle(grid, TOPICS.len()) + 4.0, y - 4.0), grid.turn, "no topic known");
    y + 20.0
}

fn legend(svg: &mut Svg, (x, y): (f64, f64)) {
    for (at, from) in STEPS.iter().enumerate() {
        let left = x + at as f64 * 34.0;
        svg.rect(&format!("c{}", at + 1), (left, y), (33.0, 15.0));
        svg.text(if at < 3 { "n" } else { "n o" }, (left + 16.5, y + 11.0), &from.to_string());
    }
}

/// The middle of a column; what falls under no topic stands a little apart.
fn middle(grid: &Grid, column: usize) -> f64 {
    let apart = if column == TOPICS.len() { 6.0 } else { 0.0 };
    grid.left + grid.name + grid.column * (column as f64 + 0.5) + apart
}

fn line(svg: &mut Svg, grid: &Grid, y: f64, names: &Names, document: &Framework, row: &HeatRow) {
    let told = format!("{}\n{}", told(document), count(row.requirements, "requirement", "requirements"));
    let base = y + grid.row - 5.0;
    let href = svg.look.to(Target::Edition(&document.id));
    let is_narrow = svg.look.is_narrow();
    svg.part("", href, &told, |svg| {
        svg.path("d", &sign(document.kind, (grid.left + 4.0, base - 3.5), 3.4));
        let name = if is_narrow { names.short(document) } else { names.beside_year(document) };
        let room = grid.name - if is_narrow { 18.0 } else { 60.0 };
        svg.text("", (grid.left + 13.0, base), &fit(&name, 11.0, room));
        if !is_narrow {
            svg.text("s e", (grid.left + grid.name - 10.0, base), document.year());
        }
    });
    svg.rect("c0", (grid.left + grid.name, y), (grid.column * TOPICS.len() as f64 - 1.0, grid.row - 1.0));
    for (at, number) in row.counts.iter().enumerate().filter(|(_, number)| **number > 0) {
        let topic = u8::try_from(at + 1).expect("there are fewer than 256 topics");
        let told = format!("{}, {}: {number}", names.with_edition(document), TOPICS[at]);
        svg.part("", svg.look.to(Target::Cell(&document.id, topic)), &told, |svg| {
            cell(svg, grid, at, y, *number)
        });
    }
    if row.elsewhere > 0 {
        let place = (middle(grid, TOPICS.len()) - grid.column / 2.0 + 0.5, y + 0.5);
        svg.rect("x", place, (grid.column - 1.0, grid.row - 1.0));
        svg.text("n s", (middle(grid, TOPICS.len()), y + grid.row - 5.0), &row.elsewhere.to_string());
    }
}

fn cell(svg: &mut Svg, grid: &Grid, column: usize, y: f64, number: usize) {
    let shade = STEPS.iter().filter(|from| number >= **from).count();
    let (x, width) = (middle(grid, column) - grid.column / 2.0, grid.column - 1.0);
    let (left, right) = (n(x), n(width));
    svg.path(&format!("c{shade}"), &format!("M{left} {}h{right}v{}h-{right}z", n(y), n(grid.row - 1.0)));
    let class = if shade <= 3 { "n" } else { "n o" };
    svg.text(class, (x + width / 2.0, y + grid.row - 5.0), &number.to_string());
}
