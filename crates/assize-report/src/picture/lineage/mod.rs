//! The lineage of a document as flows: every statement and provision of a chain of editions, and what became of each.

mod draw;
mod place;

use std::collections::{BTreeMap, BTreeSet};

use assize_model::atlas::Atlas;
use assize_model::catalogue::{Change, Edge, Framework, Lineage, Origin, Part, number_key};

use super::Look;
use super::names::Names;
use super::svg::Svg;

/// What became of something, as far as a colour tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Carried,
    Changed,
    Split,
    Merged,
    Promoted,
    New,
    Text,
    Dropped,
}

impl Fate {
    const ALL: [Self; 8] = [
        Self::Carried,
        Self::Changed,
        Self::Split,
        Self::Merged,
        Self::Promoted,
        Self::New,
        Self::Text,
        Self::Dropped,
    ];

    fn of(change: Change) -> Self {
        match change {
            Change::Carried | Change::Renumbered | Change::Reworded => Self::Carried,
            Change::Changed
            | Change::Narrowed
            | Change::Strengthened
            | Change::Weakened
            | Change::Widened => Self::Changed,
            Change::Split => Self::Split,
            Change::Merged => Self::Merged,
            Change::Promoted => Self::Promoted,
            Change::New => Self::New,
            Change::Demoted | Change::NotPromoted => Self::Text,
            Change::Dropped => Self::Dropped,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Carried => "fc",
            Self::Changed => "fh",
            Self::Split => "fs",
            Self::Merged => "fm",
            Self::Promoted => "fp",
            Self::New => "fn",
            Self::Text => "ft",
            Self::Dropped => "fd",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Carried => "carried, perhaps reworded",
            Self::Changed => "changed in reach or strength",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Promoted => "promoted from supporting text",
            Self::New => "new",
            Self::Text => "explanatory text from here on",
            Self::Dropped => "dropped",
        }
    }
}

/// How an item is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Requirement,
    Guideline,
    Supporting,
    Note,
    Void,
}

/// One statement or provision.
struct Item<'c> {
    id: &'c str,
    words: &'c str,
    sort: Sort,
    /// Came from supporting text alone.
    is_risen: bool,
    /// Descends from one that did.
    is_heir: bool,
    is_new: bool,
    y: f64,
}

/// The items of a guideline or a clause.
struct Group<'c> {
    name: String,
    items: Vec<Item<'c>>,
    y: f64,
}

/// An edition.
struct Column<'c> {
    framework: &'c Framework,
    name: String,
    groups: Vec<Group<'c>>,
}

impl<'c> Column<'c> {
    fn items(&self) -> impl Iterator<Item = &Item<'c>> {
        self.groups.iter().flat_map(|g| &g.items)
    }

    fn live(&self) -> usize {
        self.items().filter(|i| i.sort != Sort::Void).count()
    }
}

/// The lineage along a chain of editions, oldest first. Editions that the catalogue does not hold are left out; between
/// two without a lineage nothing flows. Leads to [`super::Target::Edition`] and [`super::Target::Item`].
pub fn lineage(atlas: &Atlas, chain: &[&str], look: &Look) -> String {
    let held = chain.iter().filter_map(|id| atlas.catalogue.framework(id));
    let names = Names::new(atlas);
    let mut columns: Vec<Column> = held.map(|f| column(f, &names)).collect();
    let lineages: Vec<Option<&Lineage>> = columns
        .windows(2)
        .map(|two| atlas.catalogue.lineage(&two[0].framework.id, &two[1].framework.id))
        .collect();
    trace(&mut columns, &lineages);
    let height = place::place(&mut columns, &lineages);
    let mut svg = Svg::new("lineage", *look);
    describe(&mut svg, &columns, &lineages);
    draw::draw(&mut svg, &columns, &lineages, height);
    svg.finish()
}

/// Statements by guideline where the document has them, else requirements by clause.
fn column<'c>(framework: &'c Framework, names: &Names) -> Column<'c> {
    let mut groups: Vec<(&str, Group<'c>)> = Vec::new();
    let mut add = |key, name: String, item| match groups.iter_mut().find(|(known, _)| *known == key) {
        Some((_, group)) => group.items.push(item),
        None => groups.push((key, Group { name, items: vec![item], y: 0.0 })),
    };
    let item =
        |id, words, sort| Item { id, words, sort, is_risen: false, is_heir: false, is_new: false, y: 0.0 };
    for s in &framework.statements {
        let title = framework.requirement(&s.guideline).map_or("", |r| r.clause_title.as_str());
        let sort = match s.part {
            Part::Guideline => Sort::Guideline,
            Part::SupportingText => Sort::Supporting,
            Part::Note => Sort::Note,
        };
        add(&s.guideline, format!("{} {title}", s.guideline), item(&s.label, &s.words, sort));
    }
    let requirements = framework.requirements.iter().filter(|_| framework.statements.is_empty());
    for r in requirements {
        let sort = if r.obligation.is_void() { Sort::Void } else { Sort::Requirement };
        add(&r.clause, format!("{} {}", r.clause, r.clause_title), item(&r.id, &r.words, sort));
    }
    let mut groups: Vec<Group<'_>> = groups.into_iter().map(|(_, group)| group).collect();
    if framework.statements.is_empty() {
        groups.iter_mut().for_each(|g| g.items.sort_by_key(|i| number_key(i.id)));
    }
    Column { framework, name: names.short(framework), groups }
}

/// Marks what came from supporting text alone, what descends from that, and what is new.
fn trace(columns: &mut [Column], lineages: &[Option<&Lineage>]) {
    let mut risen: BTreeSet<String> = BTreeSet::new();
    for (at, lineage) in lineages.iter().enumerate() {
        let Some(lineage) = lineage else {
            risen.clear();
            continue;
        };
        let (older, newer) = (columns[at].framework, columns[at + 1].framework);
        let descents = lineage.descents(older, newer);
        let origins: BTreeMap<&str, Origin> = descents.iter().map(|d| (d.id.as_str(), d.origin)).collect();
        let is_heir = |id: &str| lineage.edges.iter().any(|e| e.to == id && risen.contains(&e.from));
        let mut next = BTreeSet::new();
        for item in columns[at + 1].groups.iter_mut().flat_map(|g| &mut g.items) {
            let origin = origins.get(item.id);
            item.is_risen = origin == Some(&Origin::SupportingText);
            item.is_new = origin == Some(&Origin::New);
            item.is_heir = is_heir(item.id);
            if item.is_risen || item.is_heir {
                next.insert(item.id.to_owned());
            }
        }
        risen = next;
    }
}

fn fates(lineage: &Lineage) -> BTreeMap<Fate, usize> {
    let mut fates = BTreeMap::new();
    for Edge { change, .. } in &lineage.edges {
        *fates.entry(Fate::of(*change)).or_default() += 1;
    }
    fates
}

fn describe(svg: &mut Svg, columns: &[Column], lineages: &[Option<&Lineage>]) {
    let name = |c: &Column| format!("{} {}", c.name, c.framework.edition());
    let ends = columns.first().zip(columns.last()).map(|(a, b)| format!(", from {} to {}", name(a), name(b)));
    svg.title = format!("What became of every statement{}", ends.unwrap_or_default());
    for (two, lineage) in columns.windows(2).zip(lineages) {
        let fates = lineage.map(fates).unwrap_or_default();
        let told: Vec<String> = fates.iter().map(|(fate, n)| format!("{n} {}", fate.words())).collect();
        let words = if told.is_empty() { "no lineage is held".into() } else { told.join(", ") };
        svg.words += &format!("From {} to {}: {words}. ", name(&two[0]), name(&two[1]));
    }
    let risen: Vec<&str> =
        columns.iter().flat_map(Column::items).filter(|i| i.is_risen).map(|i| i.id).collect();
    if !risen.is_empty() {
        svg.words += &format!("{} came from supporting text alone: {}.", risen.len(), risen.join(", "));
    }
}
