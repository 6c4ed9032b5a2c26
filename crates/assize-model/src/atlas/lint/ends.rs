//! Whether the ends of a row exist: editions, numbers, their shape, void numbers and numbers of other editions.

use std::collections::HashMap;

use super::near::{Numbers, Reading, nearest, tokens};
use super::{Desk, Found, MapFault, RowAt, Rule, shown};
use crate::atlas::Atlas;
use crate::catalogue::{Framework, Relation};

pub(super) fn look<'c>(desk: &Desk<'_, 'c>, found: &mut Found) {
    let mut numbers: HashMap<&'c str, Numbers<'c>> = HashMap::new();
    for crosswalk in desk.crosswalks {
        for (edition, is_to) in [(&crosswalk.from, false), (&crosswalk.to, true)] {
            let Some(framework) = desk.atlas.catalogue.framework(edition) else {
                found.add(Rule::UnknownEdition, || {
                    let message = format!("the edition `{}` is not held", shown(edition));
                    let suggestions = near_editions(desk.atlas, edition);
                    let remedy =
                        remedy(&suggestions, "name an edition that is held; `assize catalogue` lists them");
                    MapFault::of_file(crosswalk, Rule::UnknownEdition, message, remedy).suggest(suggestions)
                });
                continue;
            };
            for row in RowAt::of(crosswalk) {
                let id = if is_to { &row.row.to } else { &row.row.from };
                let is_nothing = is_to && id.is_empty() && row.row.relation == Relation::None;
                if is_nothing || desk.atlas.node(edition, id).is_some() {
                    continue;
                }
                let known = numbers.entry(&framework.id).or_insert_with(|| Numbers::new(framework));
                let place = Place { row, id, framework, known };
                let trouble = place.trouble(desk.atlas);
                found.add(trouble.rule(), || place.fault(trouble));
            }
        }
    }
}

/// An end that its edition does not hold.
struct Place<'p, 'c> {
    row: RowAt<'p>,
    id: &'p str,
    framework: &'c Framework,
    known: &'p Numbers<'c>,
}

/// What is wrong with an end.
enum Trouble {
    Empty,
    Void(Vec<String>),
    Elsewhere(Vec<String>),
    Unread(Reading),
}

impl Trouble {
    fn rule(&self) -> Rule {
        match self {
            Self::Empty => Rule::UnknownId,
            Self::Void(_) => Rule::VoidNumber,
            Self::Elsewhere(_) => Rule::EditionMismatch,
            Self::Unread(reading) if reading.several || !reading.is_in_shape => Rule::IdShape,
            Self::Unread(_) => Rule::UnknownId,
        }
    }
}

impl Place<'_, '_> {
    fn trouble(&self, atlas: &Atlas<'_>) -> Trouble {
        if self.id.trim().is_empty() {
            return Trouble::Empty;
        }
        let elsewhere = other_editions(atlas, self.framework, self.id);
        match self.framework.requirement(self.id) {
            Some(_) => Trouble::Void(elsewhere),
            None if !elsewhere.is_empty() => Trouble::Elsewhere(elsewhere),
            None => Trouble::Unread(self.known.read(self.id)),
        }
    }

    fn fault(&self, trouble: Trouble) -> MapFault {
        let (edition, cell) = (&self.framework.id, shown(self.id));
        let rule = trouble.rule();
        match trouble {
            Trouble::Empty => {
                let message = format!("the row names no item of {edition}");
                self.row.fault(rule, message, "name the item, or say `none` where nothing corresponds")
            }
            Trouble::Void(elsewhere) => {
                let instead = successors(self.framework, self.id);
                let was = if elsewhere.is_empty() { "" } else { "; held by " };
                let message =
                    format!("{edition} leaves the number {cell} empty{was}{}", elsewhere.join(", "));
                let remedy =
                    remedy(&instead, "name the requirement that took its place, or the other edition");
                self.row.fault(rule, message, remedy).suggest(instead)
            }
            Trouble::Elsewhere(elsewhere) => {
                let message = format!("{edition} holds no `{cell}`, but {} does", elsewhere.join(", "));
                let remedy = "name that edition, or the number that the requirement has in this one";
                self.row.fault(rule, message, remedy).suggest(elsewhere)
            }
            Trouble::Unread(reading) => self.unread(rule, &cell, reading),
        }
    }

    fn unread(&self, rule: Rule, cell: &str, reading: Reading) -> MapFault {
        let edition = &self.framework.id;
        let message = match (reading.several, reading.is_in_shape) {
            (true, _) => format!("`{cell}` holds several numbers of {edition}"),
            (_, true) => format!("{edition} holds no item `{cell}`"),
            (_, false) => {
                let shapes = self.known.shapes();
                format!("`{cell}` does not look like a number of {edition}, which are as {shapes}")
            }
        };
        let mut suggestions = reading.suggestions;
        if suggestions.is_empty() {
            suggestions = self.known.near(self.id);
        }
        let remedy = match reading.several {
            true => "write one row per number".to_owned(),
            false => {
                remedy(&suggestions, "name an item of the edition; `assize search` finds it by its words")
            }
        };
        self.row.fault(rule, message, remedy).suggest(suggestions)
    }
}

fn remedy(suggestions: &[String], otherwise: &str) -> String {
    match suggestions.first() {
        Some(first) => format!("write `{first}` if that is meant"),
        None => otherwise.to_owned(),
    }
}

/// Other editions of the document that hold the number.
fn other_editions(atlas: &Atlas<'_>, framework: &Framework, id: &str) -> Vec<String> {
    let family = atlas.catalogue.frameworks.iter().filter(|f| f.family() == framework.family());
    family.filter(|f| f.id != framework.id && atlas.node(&f.id, id).is_some()).map(|f| f.id.clone()).collect()
}

/// The numbers with a letter that took the place of a number left empty.
fn successors(framework: &Framework, id: &str) -> Vec<String> {
    let is_next = |rest: &str| !rest.is_empty() && rest.chars().all(char::is_alphabetic);
    let live = framework.live().filter(|r| r.id.strip_prefix(id).is_some_and(is_next));
    live.map(|r| r.id.clone()).collect()
}

/// The editions that a name may mean: the same letters and digits, the same document, or a typing error.
fn near_editions(atlas: &Atlas<'_>, name: &str) -> Vec<String> {
    let bare = |text: &str| {
        let mut all = tokens(text);
        all.retain(|t| !matches!(t.as_str(), "ed" | "edition" | "etsi" | "v" | "version"));
        all
    };
    if name.len() > 200 {
        return Vec::new();
    }
    let asked = bare(name);
    let all = || atlas.catalogue.frameworks.iter();
    let same: Vec<String> = all().filter(|f| bare(&f.id) == asked).map(|f| f.id.clone()).collect();
    if !same.is_empty() {
        return same;
    }
    let is_family = |f: &&Framework| {
        let family = bare(f.family());
        !family.is_empty() && asked.starts_with(&family)
    };
    let longest = all().filter(is_family).map(|f| bare(f.family()).len()).max();
    let family = all().filter(is_family).filter(|f| Some(bare(f.family()).len()) == longest);
    let family: Vec<String> = family.map(|f| f.id.clone()).take(5).collect();
    if !family.is_empty() {
        return family;
    }
    nearest(name, all().map(|f| f.id.as_str()), 3)
}
