//! The text of the catalogue files that keep a draft, merged with what is held.

use std::collections::{BTreeMap, HashMap};

use assize_model::catalogue::{Catalogue, Crosswalk, Framework, Item, Requirement, Row, Status};

use crate::draft::source_key;
use crate::ids::check_edition;
use crate::plan::{Held, Items, row_differs, said_reason};
use crate::{Draft, Error, toml};

/// What happens to an item or a row that is held otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDifference {
    /// What is held stays.
    #[default]
    Keep,
    /// The draft takes its place; what it does not say, as the doubt of a second reader, stays.
    Replace,
}

/// The files that keep the draft: path below `catalogue/` and text, in the order of their paths, each with all that it
/// held before. Files that would not change are left out, and so are rows that name an item which nobody holds;
/// [`crate::plan()`] lists those. A comment below the first line of a held file is not carried over.
///
/// # Errors
/// An edition of the draft has an id that cannot stand in a path.
pub fn write(
    draft: &Draft,
    held: &Catalogue,
    on_difference: OnDifference,
) -> Result<Vec<(String, String)>, Error> {
    let mut files = BTreeMap::new();
    for f in &draft.frameworks {
        check_edition(&f.id)?;
        let merged = merged_framework(f, held.framework(&f.id), on_difference);
        if held.framework(&f.id) != Some(&merged) {
            files.insert(format!("frameworks/{}/{}.toml", f.family(), f.edition()), toml::framework(&merged));
        }
    }
    let items = Items::of(draft, held);
    for c in &draft.crosswalks {
        check_edition(&c.from)?;
        check_edition(&c.to)?;
        let before = held.crosswalk(&c.from, &c.to);
        let merged = merged_mapping(c, before, held, &items, on_difference);
        if before != Some(&merged) && (before.is_some() || !merged.rows.is_empty()) {
            let text = toml::mapping(&merged, held.lineage(&c.from, &c.to));
            files.insert(format!("mappings/{}--{}.toml", c.from, c.to), text);
        }
    }
    Ok(files.into_iter().collect())
}

fn merged_framework(draft: &Framework, held: Option<&Framework>, on_difference: OnDifference) -> Framework {
    let Some(held) = held else { return draft.clone() };
    let mut merged = held.clone();
    let known: HashMap<&str, ()> = held.items().map(|i| (i.id(), ())).collect();
    let is_new = |id: &str| !known.contains_key(id);
    let replaces = |id: &str| on_difference == OnDifference::Replace && !is_new(id);
    let mut keys = HashMap::new();
    for (key, source) in &draft.sources {
        keys.insert(key.as_str(), framework_source(&mut merged, source, key));
    }
    for h in &draft.headings {
        if is_new(&h.id) {
            merged.headings.push(h.clone());
        } else if let Some(at) = merged.headings.iter().position(|m| m.id == h.id && replaces(&h.id)) {
            merged.headings[at] = h.clone();
        }
    }
    for r in &draft.requirements {
        let source = keys.get(r.source.as_str()).unwrap_or(&r.source).clone();
        let r = Requirement { source, ..r.clone() };
        let held_at = merged.requirements.iter().position(|m| m.id == r.id);
        match held_at {
            Some(at) if replaces(&r.id) => merged.requirements[at] = over(&merged.requirements[at], r),
            None if is_new(&r.id) => merged.requirements.push(r),
            _ => {}
        }
    }
    for s in draft.statements.iter().filter(|s| is_new(&s.label)) {
        let source = keys.get(s.source.as_str()).unwrap_or(&s.source).clone();
        merged.statements.push(assize_model::catalogue::Statement { source, ..s.clone() });
    }
    if merged.items().map(Item::id).ne(held.items().map(Item::id)) {
        count(&mut merged);
    }
    // a source that nothing names any more than before is not kept
    let used: Vec<&String> = merged.requirements.iter().map(|r| &r.source).collect();
    let used: Vec<&String> = used.into_iter().chain(merged.statements.iter().map(|s| &s.source)).collect();
    let kept: Vec<String> = merged
        .sources
        .keys()
        .filter(|k| held.sources.contains_key(*k) || used.contains(k))
        .cloned()
        .collect();
    merged.sources.retain(|key, _| kept.contains(key));
    merged
}

fn text(new: String, held: &str) -> String {
    if new.is_empty() { held.to_owned() } else { new }
}

/// A row in the place of a held one: what the new one does not say stays.
fn row_over(held: &Row, new: Row) -> Row {
    Row {
        reason: text(said_reason(&new).to_owned(), &held.reason),
        legal_effect: new.legal_effect.or(held.legal_effect),
        read: text(new.read, &held.read),
        doubt: text(new.doubt, &held.doubt),
        ..new
    }
}

/// A requirement in the place of a held one: what the new one does not say stays.
fn over(held: &Requirement, new: Requirement) -> Requirement {
    fn list<T: Clone>(new: Vec<T>, held: &[T]) -> Vec<T> {
        if new.is_empty() { held.to_vec() } else { new }
    }
    Requirement {
        title: text(new.title, &held.title),
        clause: text(new.clause, &held.clause),
        clause_title: text(new.clause_title, &held.clause_title),
        note: text(new.note, &held.note),
        conditions: list(new.conditions, &held.conditions),
        applies_to: list(new.applies_to, &held.applies_to),
        topics: list(new.topics, &held.topics),
        audience: list(new.audience, &held.audience),
        obligation: if new.obligation == Status::default() {
            held.obligation.clone()
        } else {
            new.obligation
        },
        ..new
    }
}

fn count(f: &mut Framework) {
    f.totals.requirements = f.live().count();
    f.totals.void = f.requirements.len() - f.totals.requirements;
    f.totals.statements = f.statements.len();
    f.totals.mandatory =
        f.totals.mandatory.map(|_| f.requirements.iter().filter(|r| r.obligation.is_mandatory()).count());
    f.totals.recommended =
        f.totals.recommended.map(|_| f.requirements.iter().filter(|r| r.obligation.is_recommended()).count());
}

fn framework_source(merged: &mut Framework, source: &str, wanted: &str) -> String {
    let mut as_mapping = Crosswalk { sources: std::mem::take(&mut merged.sources), ..Crosswalk::default() };
    let key = source_key(&mut as_mapping, source, None, wanted);
    merged.sources = as_mapping.sources;
    key
}

fn merged_mapping(
    draft: &Crosswalk,
    before: Option<&Crosswalk>,
    held: &Catalogue,
    items: &Items<'_>,
    on_difference: OnDifference,
) -> Crosswalk {
    let begun = || Crosswalk { from: draft.from.clone(), to: draft.to.clone(), ..Crosswalk::default() };
    let mut merged = before.cloned().unwrap_or_else(begun);
    if before.is_none() {
        // a lineage may hold the pair's sources already
        merged.sources = held.lineage(&draft.from, &draft.to).map(|l| l.sources.clone()).unwrap_or_default();
    }
    let rows = Held::of(draft, held);
    for row in draft.rows.iter().filter(|row| items.unknown(draft, row).is_none()) {
        match rows.row(draft, row) {
            None => push(&mut merged, draft, row),
            Some((old, false))
                if on_difference == OnDifference::Replace && !row_differs(old, false, row).is_empty() =>
            {
                let at = merged.rows.iter().position(|m| m == old);
                let source = old.source.clone();
                if let Some(at) = at {
                    merged.rows[at] = row_over(old, Row { source, ..row.clone() });
                }
            }
            Some(_) => {}
        }
    }
    if before.is_none_or(|b| b.rows.len() != merged.rows.len()) {
        merged.total = Some(merged.rows.len());
    }
    merged
}

fn push(merged: &mut Crosswalk, draft: &Crosswalk, row: &Row) {
    let terms = draft.licences.get(&row.source).map(String::as_str);
    let source = source_key(merged, draft.source(row), terms, &row.source);
    merged.rows.push(Row { source, ..row.clone() });
}
