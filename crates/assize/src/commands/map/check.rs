//! `assize map check`: faults and doubtful pairs, compiler style.

use std::collections::BTreeMap;
use std::process::ExitCode;

use assize_exchange::Draft;
use assize_lab::{Error, Result};
use assize_model::atlas::Atlas;
use assize_model::atlas::lint::{Level, Linted, MapFault, Options, Rule, SourceText, lint};
use assize_model::catalogue::{Catalogue, Crosswalk};

use super::theirs;
use crate::args::{MapCheckArgs, TableFormat};
use crate::commands::atlas::{csv, wrapped};
use crate::commands::{held, read_text};
use crate::output::{bold, dim, json, level_style, plural, say};
use crate::shapes::{MapCheckShape, MapFaultShape, RepairShape};

pub(super) fn run(args: &MapCheckArgs) -> Result<ExitCode> {
    if args.rules {
        rules();
        return Ok(ExitCode::SUCCESS);
    }
    let only = only(&args.only)?;
    let held = held()?;
    let options = Options { texts: texts(&args.text)?, notes_not_judged: args.notes, ..Options::default() };
    let (mut linted, draft) = if args.files.is_empty() {
        let own: Vec<&Crosswalk> = held.crosswalks.iter().collect();
        (lint(&Atlas::new(held), &own, &options), Draft::default())
    } else {
        let draft = drafts(args, held)?;
        let joined = joined(held, &draft);
        let theirs: Vec<&Crosswalk> = draft.crosswalks.iter().collect();
        (lint(&Atlas::new(&joined), &theirs, &options), draft)
    };
    if !only.is_empty() {
        linted.faults.retain(|f| only.contains(&f.rule));
        linted.counts.retain(|rule, _| only.contains(rule));
    }
    match args.out.format {
        TableFormat::Text => print(&linted, &draft),
        TableFormat::Json => json(&shape(&linted, &draft)),
        TableFormat::Csv => table(&linted),
    }
    let fails = |f: &MapFault| f.level == Level::Error || (args.strict && f.level == Level::Warning);
    Ok(ExitCode::from(u8::from(linted.faults.iter().any(fails))))
}

/// Faults of one rule that are printed for people; the rest is counted.
const SHOWN: usize = 20;

fn only(names: &[String]) -> Result<Vec<Rule>> {
    let rule = |name: &String| {
        let near = || Rule::ALL.iter().map(|r| r.name().to_owned()).collect();
        let found = Rule::ALL.into_iter().find(|r| r.name() == name);
        found.ok_or_else(|| Error::Unknown { what: "rule", given: name.clone(), near: near() })
    };
    names.iter().map(rule).collect()
}

fn texts(given: &[String]) -> Result<Vec<SourceText>> {
    let text = |given: &String| {
        let usage = || Error::Exchange(format!("take --text {given}: write it as EDITION=FILE"));
        let (edition, path) = given.split_once('=').ok_or_else(usage)?;
        Ok(SourceText { edition: edition.to_owned(), text: read_text(path.as_ref())? })
    };
    given.iter().map(text).collect()
}

fn drafts(args: &MapCheckArgs, held: &Catalogue) -> Result<Draft> {
    let mut all = Draft::default();
    for path in &args.files {
        let draft = theirs::read(path, &args.given, held)?;
        all.frameworks.extend(draft.frameworks);
        all.crosswalks.extend(draft.crosswalks);
        all.repairs.extend(draft.repairs);
        all.dropped.extend(draft.dropped);
    }
    Ok(all)
}

/// The catalogue with the draft, so that paths through the draft's rows are seen. Where words differ, ours stand.
fn joined(held: &Catalogue, draft: &Draft) -> Catalogue {
    let mut joined = held.clone();
    for framework in &draft.frameworks {
        if joined.framework(&framework.id).is_none() {
            joined.frameworks.push(framework.clone());
        }
    }
    // Rows of the catalogue that came from this very file would compare with themselves.
    let is_new = |c: &&Crosswalk| {
        !held.crosswalks.iter().any(|h| h.from == c.from && h.to == c.to && h.rows == c.rows)
    };
    joined.crosswalks.extend(draft.crosswalks.iter().filter(is_new).cloned());
    joined
}

fn print(linted: &Linted, draft: &Draft) {
    for repair in draft.repairs.iter().take(SHOWN) {
        say!("{}: {}\n  --> {}\n", bold("repaired"), repair.message, repair.place);
    }
    for dropped in draft.dropped.iter().take(SHOWN) {
        say!("{}: {}\n  --> {}\n", bold("left out"), dropped.message, dropped.place);
    }
    let more = draft.repairs.len().saturating_sub(SHOWN) + draft.dropped.len().saturating_sub(SHOWN);
    if more > 0 {
        say!("{}\n", dim(format!("and {} repaired or left out", plural(more, "more record"))));
    }
    let mut shown: BTreeMap<Rule, usize> = BTreeMap::new();
    for f in &linted.faults {
        let count = shown.entry(f.rule).or_default();
        *count += 1;
        if *count <= SHOWN {
            fault(f);
        }
    }
    let kept: usize = shown.values().map(|n| (*n).min(SHOWN)).sum();
    let counted: usize = linted.counts.values().sum();
    for (rule, count) in &linted.counts {
        say!("{count:>6}  {:<24} {}", rule.name(), dim(rule.meaning()));
    }
    if counted > kept {
        say!("{}", dim(format!("{kept} of {counted} are shown; --format json or csv has all.")));
    }
    say!(
        "\n{} looked at; the words of {} compared, of {} too thin to compare.",
        plural(linted.rows, "row"),
        linted.judged,
        linted.not_judged
    );
}

fn fault(f: &MapFault) {
    let style = level_style(f.level);
    say!("{style}{}{style:#}[{}] {}", f.level.word(), f.rule.name(), f.message);
    let line = if f.line > 0 { format!(":{}", f.line) } else { String::new() };
    let edge = if f.edge.from.is_empty() && f.edge.to.is_empty() {
        String::new()
    } else {
        format!("  {}/{} to {}/{}", f.edge.from_edition, f.edge.from, f.edge.to_edition, f.edge.to)
    };
    say!("  --> {}{line}{edge}", f.file);
    if !f.suggestions.is_empty() {
        say!("  = likelier: {}", f.suggestions.join(", "));
    }
    say!("  = remedy: {}\n", f.remedy);
}

fn shape(linted: &Linted, draft: &Draft) -> MapCheckShape {
    let fault = |f: &MapFault| MapFaultShape {
        rule: f.rule.name().to_owned(),
        level: f.level.word().to_owned(),
        file: f.file.clone(),
        line: f.line,
        from: format!("{}/{}", f.edge.from_edition, f.edge.from),
        to: format!("{}/{}", f.edge.to_edition, f.edge.to),
        message: f.message.clone(),
        remedy: f.remedy.clone(),
        suggestions: f.suggestions.clone(),
    };
    MapCheckShape {
        format: 1,
        rows: linted.rows,
        compared: linted.judged,
        not_compared: linted.not_judged,
        counts: linted.counts.iter().map(|(rule, count)| (rule.name().to_owned(), *count)).collect(),
        faults: linted.faults.iter().map(fault).collect(),
        repairs: repairs(draft),
    }
}

/// What was repaired and what was left out.
pub(super) fn repairs(draft: &Draft) -> Vec<RepairShape> {
    let repaired = draft.repairs.iter().map(|r| ("repaired", &r.place, &r.message));
    let dropped = draft.dropped.iter().map(|d| ("left out", &d.place, &d.message));
    let shape = |(what, place, message): (&str, &String, &String)| RepairShape {
        what: what.to_owned(),
        place: place.clone(),
        message: message.clone(),
    };
    repaired.chain(dropped).map(shape).collect()
}

fn table(linted: &Linted) {
    let rows = linted.faults.iter().map(|f| {
        vec![
            f.level.word().to_owned(),
            f.rule.name().to_owned(),
            f.file.clone(),
            f.line.to_string(),
            format!("{}/{}", f.edge.from_edition, f.edge.from),
            format!("{}/{}", f.edge.to_edition, f.edge.to),
            f.message.clone(),
            f.suggestions.join("; "),
            f.remedy.clone(),
        ]
    });
    csv(&["level", "rule", "file", "line", "from", "to", "message", "suggestions", "remedy"], rows);
}

fn rules() {
    for rule in Rule::ALL {
        say!("{}  {}", bold(format!("{:<24}", rule.name())), rule.level().word());
        say!("{}", wrapped(rule.meaning(), 2));
    }
}
