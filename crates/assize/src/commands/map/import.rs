//! `assize map import`: what a file of others would change, and with `--apply` the change, into a folder of one's own.

use std::process::ExitCode;

use assize_exchange::{Change, Draft, OnDifference, plan, write};
use assize_lab::{Result, catalogue_with, check_in_own, keep_in_own, own_catalogue};
use assize_model::catalogue::{Catalogue, Framework};

use super::{check, theirs};
use crate::args::MapImportArgs;
use crate::commands::{atlas::wrapped, held};
use crate::output::{bold, dim, json, plural, say};
use crate::shapes::{ChangeShape, ImportShape};

/// Lines of one kind that are printed; the rest is counted.
const SHOWN: usize = 20;

pub(super) fn run(args: &MapImportArgs) -> Result<ExitCode> {
    let own = if args.into.exists() { own_catalogue(&args.into)? } else { Catalogue::default() };
    let held = if args.into.exists() { catalogue_with(&args.into)? } else { held()?.clone() };
    let draft = theirs::read(&args.file, &args.given, &held)?;
    let changes = plan(&draft, &held);
    let on_difference = if args.replace { OnDifference::Replace } else { OnDifference::Keep };
    let files = files(&draft, &changes, &held, &own, on_difference)?;
    if args.apply {
        keep_in_own(&args.into, &files)?;
    } else {
        check_in_own(&args.into, &files)?;
    }
    let names: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    if args.out.is_json() {
        json(&shape(args, &draft, &changes, &names));
    } else {
        print(args, &draft, &changes, &names);
    }
    // A file of which not one row could be used is no success.
    let mut rows = changes.iter().filter(|c| is_of_row(c)).peekable();
    let is_vain = rows.peek().is_some() && rows.all(|c| matches!(c, Change::UnknownItem { .. }));
    Ok(ExitCode::from(u8::from(is_vain)))
}

/// The files that keep what is new, merged with the user's own folder alone: what is embedded is not copied.
fn files(
    draft: &Draft,
    changes: &[Change],
    held: &Catalogue,
    own: &Catalogue,
    on_difference: OnDifference,
) -> Result<Vec<(String, String)>> {
    let changed = |f: &&Framework| {
        changes.iter().any(|c| match c {
            Change::NewFramework { id, .. } => *id == f.id,
            Change::NewItem { framework, .. } => *framework == f.id,
            Change::ItemDiffers { framework, .. } => {
                on_difference == OnDifference::Replace && *framework == f.id
            }
            _ => false,
        })
    };
    let changed = draft.frameworks.iter().filter(changed).cloned().collect();
    let items = Draft { frameworks: changed, ..Draft::default() };
    let mut rows = Draft { crosswalks: draft.crosswalks.clone(), ..Draft::default() };
    let mut fates = changes.iter().filter(|c| is_of_row(c));
    for crosswalk in &mut rows.crosswalks {
        let is_kept = |change: Option<&Change>| match change {
            Some(Change::NewRow { .. }) => true,
            Some(Change::RowDiffers { .. }) => on_difference == OnDifference::Replace,
            _ => false,
        };
        crosswalk.rows.retain(|_| is_kept(fates.next()));
        crosswalk.total = None;
    }
    rows.crosswalks.retain(|c| !c.rows.is_empty());
    let mut frameworks = held.frameworks.clone();
    frameworks.extend(draft.frameworks.iter().filter(|f| held.framework(&f.id).is_none()).cloned());
    for framework in draft.frameworks.iter().filter(|f| held.framework(&f.id).is_some()) {
        if let Some(known) = frameworks.iter_mut().find(|k| k.id == framework.id) {
            let new = framework.requirements.iter().filter(|r| known.requirement(&r.id).is_none()).cloned();
            let new: Vec<_> = new.collect();
            known.requirements.extend(new);
        }
    }
    let beside = Catalogue { frameworks, crosswalks: own.crosswalks.clone(), ..Catalogue::default() };
    let mut files = write(&items, own, on_difference).map_err(theirs::exchange)?;
    files.extend(write(&rows, &beside, on_difference).map_err(theirs::exchange)?);
    Ok(files)
}

fn is_of_row(change: &Change) -> bool {
    !matches!(change, Change::NewFramework { .. } | Change::NewItem { .. } | Change::ItemDiffers { .. })
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::NewFramework { .. } => "new editions",
        Change::NewItem { .. } => "new items of known editions",
        Change::ItemDiffers { .. } => "items held otherwise; what is held stays",
        Change::NewRow { .. } => "new rows",
        Change::HeldRow { .. } => "rows held already",
        Change::RowDiffers { .. } => "rows held otherwise",
        Change::UnknownItem { .. } => "rows left out, since an item is unknown",
    }
}

fn print(args: &MapImportArgs, draft: &Draft, changes: &[Change], files: &[String]) {
    let mut kinds: Vec<&str> = Vec::new();
    for change in changes {
        if !kinds.contains(&kind(change)) {
            kinds.push(kind(change));
        }
    }
    list("repaired in the file", draft.repairs.iter().map(|r| format!("{}: {}", r.place, r.message)));
    list("left out of the file", draft.dropped.iter().map(|d| format!("{}: {}", d.place, d.message)));
    for name in kinds {
        list(name, changes.iter().filter(|c| kind(c) == name).map(ToString::to_string));
    }
    let into = args.into.display();
    match (files.is_empty(), args.apply) {
        (true, _) => say!("Nothing changes in {into}."),
        (false, true) => say!("Written in {into}:"),
        (false, false) => say!("Would be written in {into}; nothing is changed without --apply:"),
    }
    for file in files {
        say!("  {file}");
    }
}

fn list(title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return;
    }
    say!("{}", bold(format!("{} {title}", lines.len())));
    for line in lines.iter().take(SHOWN) {
        say!("{}", wrapped(line, 2));
    }
    if lines.len() > SHOWN {
        say!(
            "{}",
            dim(format!("  and {}; --format json lists all", plural(lines.len() - SHOWN, "more line")))
        );
    }
    say!("");
}

fn shape(args: &MapImportArgs, draft: &Draft, changes: &[Change], files: &[String]) -> ImportShape {
    let change = |c: &Change| ChangeShape { kind: kind(c).to_owned(), what: c.to_string() };
    ImportShape {
        format: 1,
        file: args.file.display().to_string(),
        applied: args.apply,
        repairs: check::repairs(draft),
        changes: changes.iter().map(change).collect(),
        files: files.to_vec(),
    }
}
