//! What keeping a draft would change, without changing it.

use std::collections::HashMap;
use std::fmt;

use assize_model::catalogue::{Catalogue, Crosswalk, Framework, Item, Row};

use crate::Draft;
use crate::draft::NO_REASON;

/// One thing that keeping a draft means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An edition that is not held.
    NewFramework {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// How many items it brings.
        items: usize,
    },
    /// An item that a held edition does not have.
    NewItem {
        /// The edition.
        framework: String,
        /// The item.
        id: String,
        /// What it asks.
        words: String,
    },
    /// An item that is held otherwise.
    ItemDiffers {
        /// The edition.
        framework: String,
        /// The item.
        id: String,
        /// What differs, as `field: held, draft`.
        how: Vec<String>,
    },
    /// A row that is not held.
    NewRow {
        /// The pair and the items.
        ends: Ends,
        /// The word for its relation.
        relation: &'static str,
    },
    /// A row that is held as it is, in this direction or the other.
    HeldRow {
        /// The pair and the items.
        ends: Ends,
    },
    /// A row that is held otherwise, from the same source.
    RowDiffers {
        /// The pair and the items.
        ends: Ends,
        /// What differs, as `field: held, draft`.
        how: Vec<String>,
    },
    /// A row that names an item which neither the catalogue nor the draft holds; it is not written.
    UnknownItem {
        /// The pair and the items.
        ends: Ends,
        /// The edition without the item.
        framework: String,
        /// The item.
        id: String,
    },
}

/// Where a row begins and ends, and where it stands in the imported file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The edition that it is read from.
    pub from: String,
    /// The item there.
    pub from_item: String,
    /// The edition that it is read to.
    pub to: String,
    /// The item there; empty where the source says that nothing corresponds.
    pub to_item: String,
    /// Line, row or record in the file; 0 when not known.
    pub line: u32,
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to_item = if self.to_item.is_empty() { "nothing" } else { &self.to_item };
        write!(f, "{} {} to {} {to_item}", self.from, self.from_item, self.to)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewFramework { id, items, .. } => write!(f, "new edition {id} with its items: {items}"),
            Self::NewItem { framework, id, .. } => write!(f, "new item {id} of {framework}"),
            Self::ItemDiffers { framework, id, how } => {
                write!(f, "item {id} of {framework} differs in {}", how.join("; "))
            }
            Self::NewRow { ends, relation } => write!(f, "new row {ends}, {relation}"),
            Self::HeldRow { ends } => write!(f, "row {ends} is held already"),
            Self::RowDiffers { ends, how } => write!(f, "row {ends} differs in {}", how.join("; ")),
            Self::UnknownItem { ends, framework, id } => {
                write!(f, "row {ends} is left out: {framework} has no item {id}")
            }
        }
    }
}

/// What keeping the draft would change in the catalogue: editions first, then rows in the order of the draft.
pub fn plan(draft: &Draft, catalogue: &Catalogue) -> Vec<Change> {
    let mut changes = Vec::new();
    for f in &draft.frameworks {
        match catalogue.framework(&f.id) {
            None => changes.push(Change::NewFramework {
                id: f.id.clone(),
                title: f.title.clone(),
                items: f.items().count(),
            }),
            Some(held) => items(f, held, &mut changes),
        }
    }
    let items = Items::of(draft, catalogue);
    for c in &draft.crosswalks {
        let held = Held::of(c, catalogue);
        changes.extend(c.rows.iter().map(|row| fate(c, row, &held, &items)));
    }
    changes
}

fn items(draft: &Framework, held: &Framework, changes: &mut Vec<Change>) {
    let known: HashMap<&str, Item<'_>> = held.items().map(|i| (i.id(), i)).collect();
    for item in draft.items() {
        let (framework, id) = (held.id.clone(), item.id().to_owned());
        match known.get(item.id()) {
            None => changes.push(Change::NewItem { framework, id, words: item.words().to_owned() }),
            Some(held) => {
                let how = [
                    differs("kind", held.kind(), item.kind()),
                    differs_if_said("title", short(*held), short(item)),
                    differs("words", held.words(), item.words()),
                    differs("parent", held.parent(), item.parent()),
                ];
                let how: Vec<String> = how.into_iter().flatten().collect();
                if !how.is_empty() {
                    changes.push(Change::ItemDiffers { framework, id, how });
                }
            }
        }
    }
}

/// The title an item has besides its words.
fn short(item: Item<'_>) -> &str {
    if let Item::Requirement(r) = item { &r.title } else { "" }
}

fn differs(field: &str, held: &str, draft: &str) -> Option<String> {
    (held != draft).then(|| format!("{field}: held `{held}`, draft `{draft}`"))
}

fn differs_if_said(field: &str, held: &str, draft: &str) -> Option<String> {
    differs(field, held, draft).filter(|_| !draft.is_empty())
}

/// The items that a row of the draft can end at.
pub(crate) struct Items<'a>(HashMap<&'a str, std::collections::HashSet<&'a str>>);

impl<'a> Items<'a> {
    pub(crate) fn of(draft: &'a Draft, catalogue: &'a Catalogue) -> Self {
        let mut items: HashMap<&str, std::collections::HashSet<&str>> = HashMap::new();
        let ends = draft.crosswalks.iter().flat_map(|c| [c.from.as_str(), c.to.as_str()]);
        let held = ends.filter_map(|id| catalogue.framework(id));
        for f in held.chain(&draft.frameworks) {
            items.entry(&f.id).or_default().extend(f.items().map(Item::id));
        }
        Self(items)
    }

    /// The edition and item that a row names and nobody holds.
    pub(crate) fn unknown<'r>(&self, c: &'r Crosswalk, row: &'r Row) -> Option<(&'r str, &'r str)> {
        let holds = |edition: &str, id: &str| self.0.get(edition).is_some_and(|ids| ids.contains(id));
        if !holds(&c.from, &row.from) {
            Some((&c.from, &row.from))
        } else if !row.to.is_empty() && !holds(&c.to, &row.to) {
            Some((&c.to, &row.to))
        } else {
            None
        }
    }
}

/// The rows that a catalogue holds of a pair, by items, basis and source, in both directions.
pub(crate) struct Held<'a> {
    same: HashMap<(&'a str, &'a str, &'static str, &'a str), &'a Row>,
    inverse: HashMap<(&'a str, &'a str, &'static str, &'a str), &'a Row>,
}

impl<'a> Held<'a> {
    pub(crate) fn of(c: &Crosswalk, catalogue: &'a Catalogue) -> Self {
        let index = |c: Option<&'a Crosswalk>| {
            let rows = c.into_iter().flat_map(|c| c.rows.iter().map(move |r| (c, r)));
            rows.map(|(c, r)| ((r.from.as_str(), r.to.as_str(), r.basis.word(), c.source(r)), r)).collect()
        };
        Self {
            same: index(catalogue.crosswalk(&c.from, &c.to)),
            inverse: index(catalogue.crosswalk(&c.to, &c.from)),
        }
    }

    /// The row with the same items, basis and source; and whether it is read the other way.
    pub(crate) fn row(&self, c: &Crosswalk, row: &Row) -> Option<(&'a Row, bool)> {
        let source = c.source(row);
        let same = self.same.get(&(row.from.as_str(), row.to.as_str(), row.basis.word(), source));
        let inverse = || self.inverse.get(&(row.to.as_str(), row.from.as_str(), row.basis.word(), source));
        same.map(|held| (*held, false)).or_else(|| inverse().map(|held| (*held, true)))
    }
}

/// The reason a row gives; none where the importer had to put words in its place.
pub(crate) fn said_reason(row: &Row) -> &str {
    if row.reason == NO_REASON { "" } else { &row.reason }
}

/// In what a row of the draft differs from the one that is held; nothing where it does not. What a draft does not say,
/// as the doubt of a second reader, is no difference.
pub(crate) fn row_differs(held: &Row, is_inverse: bool, draft: &Row) -> Vec<String> {
    let relation = if is_inverse { held.relation.inverse() } else { held.relation };
    let effect = |r: &Row| r.legal_effect.map_or("", |e| e.words());
    let how = [
        differs("relation", relation.word(), draft.relation.word()),
        differs_if_said("reason", &held.reason, said_reason(draft)),
        differs("confidence", held.confidence.word(), draft.confidence.word()),
        differs_if_said("legal effect", effect(held), effect(draft)),
        differs_if_said("read", &held.read, &draft.read),
        differs_if_said("doubt", &held.doubt, &draft.doubt),
    ];
    how.into_iter().flatten().collect()
}

fn fate(c: &Crosswalk, row: &Row, held: &Held<'_>, items: &Items<'_>) -> Change {
    let ends = Ends {
        from: c.from.clone(),
        from_item: row.from.clone(),
        to: c.to.clone(),
        to_item: row.to.clone(),
        line: row.line,
    };
    if let Some((framework, id)) = items.unknown(c, row) {
        let (framework, id) = (framework.to_owned(), id.to_owned());
        return Change::UnknownItem { ends, framework, id };
    }
    match held.row(c, row) {
        None => Change::NewRow { ends, relation: row.relation.word() },
        Some((held, is_inverse)) => {
            let how = row_differs(held, is_inverse, row);
            if how.is_empty() { Change::HeldRow { ends } } else { Change::RowDiffers { ends, how } }
        }
    }
}
