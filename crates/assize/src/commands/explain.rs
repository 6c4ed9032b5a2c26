//! `assize explain`: a provision, a test case with its guide, an IXIT table.

use std::process::ExitCode;

use assize_lab::{Error, Result, check_establishes};
use assize_model::catalogue::{Catalogue, Framework, IxitTable, Requirement, TestCase, TestSpec, TestUnit};
use serde_json::{Value, json as value};

use super::held;
use crate::args::ExplainArgs;
use crate::output::{bold, dim, json, say};

pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let catalogue = held()?;
    let item = args.item.join(" ");
    let found = find(catalogue, item.trim(), args.edition.as_deref())?;
    if args.out.is_json() {
        json(&value!({ "format": 1, "items": found.iter().map(Found::shape).collect::<Vec<_>>() }));
    } else {
        for (at, f) in found.iter().enumerate() {
            if at > 0 {
                say!("");
            }
            f.print();
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What an item turned out to be.
enum Found<'c> {
    Requirement(&'c Framework, &'c Requirement, Vec<&'c TestCase>),
    Statement(&'c Framework, &'c assize_model::catalogue::Statement),
    Case(&'c TestSpec, &'c TestCase, Option<&'c TestUnit>),
    Table(&'c TestSpec, &'c IxitTable),
}

fn find<'c>(catalogue: &'c Catalogue, item: &str, edition: Option<&str>) -> Result<Vec<Found<'c>>> {
    if let Some(id) = edition.filter(|id| !catalogue.ids().contains(id)) {
        return Err(Error::NoEdition {
            id: id.to_owned(),
            held: catalogue.ids().into_iter().map(str::to_owned).collect(),
        });
    }
    let wanted = |id: &str| edition.is_none_or(|e| e == id);
    let mut found = Vec::new();
    for f in catalogue.frameworks.iter().filter(|f| wanted(&f.id)) {
        let cases = |r: &Requirement| {
            let specs = catalogue.specs.iter().filter(|s| s.tests == f.id);
            specs.flat_map(|s| &s.cases).filter(|c| c.provision == r.id).collect()
        };
        found.extend(f.requirement(item).map(|r| Found::Requirement(f, r, cases(r))));
        found.extend(f.statements.iter().find(|s| s.label == item).map(|s| Found::Statement(f, s)));
    }
    let bare = item.strip_prefix("IXIT ").unwrap_or(item);
    let (case, letter) = item.split_once(' ').unwrap_or((item, ""));
    for s in catalogue.specs.iter().filter(|s| wanted(&s.id)) {
        found.extend(
            s.case(case)
                .filter(|c| letter.is_empty() || c.unit(letter).is_some())
                .map(|c| Found::Case(s, c, c.unit(letter))),
        );
        // An edition whose own pro forma was not seen shows its base edition's tables only when asked for by name.
        let own = s.base.is_none() || edition.is_some();
        found.extend(
            s.table(bare)
                .or_else(|| s.ixit.iter().find(|t| t.name.eq_ignore_ascii_case(bare)))
                .filter(|_| own)
                .map(|t| Found::Table(s, t)),
        );
    }
    if found.is_empty() {
        let near = near(catalogue, item, edition);
        Err(Error::Unknown { what: "provision, case, unit or table", given: item.to_owned(), near })
    } else {
        Ok(found)
    }
}

/// Items that begin alike, as a hint.
fn near(catalogue: &Catalogue, item: &str, edition: Option<&str>) -> Vec<String> {
    let wanted = |id: &str| edition.is_none_or(|e| e == id);
    let stem: String = item.chars().take(3).collect();
    let of = catalogue.frameworks.iter().filter(|f| wanted(&f.id));
    let ids = of.flat_map(|f| f.requirements.iter().map(|r| r.id.clone()));
    let mut ids: Vec<String> = ids
        .chain(catalogue.specs.iter().flat_map(|s| s.ixit.iter().map(|t| format!("IXIT {}", t.label()))))
        .collect();
    ids.retain(|id| id.starts_with(&stem));
    ids.dedup();
    ids.truncate(12);
    ids
}

impl Found<'_> {
    fn print(&self) {
        match self {
            Self::Requirement(f, r, cases) => requirement(f, r, cases),
            Self::Statement(f, s) => {
                say!("{}  {}", bold(&s.label), dim(format!("{}, guideline {}", f.id, s.guideline)));
                say!("{} ({})", s.words, s.verb);
            }
            Self::Case(s, c, unit) => case(s, c, *unit),
            Self::Table(s, t) => table(s, t),
        }
    }

    fn shape(&self) -> Value {
        match self {
            Self::Requirement(f, r, cases) => value!({
                "kind": "requirement", "edition": f.id, "id": r.id, "clause": r.clause, "clause_title": r.clause_title,
                "obligation": r.obligation.to_string(), "conditions": conditions(f, r), "words": r.words,
                "applies_to": r.applies_to, "note": r.note, "confidence": r.confidence, "source": f.sources.get(&r.source),
                "cases": cases.iter().map(|c| &c.id).collect::<Vec<_>>(),
            }),
            Self::Statement(f, s) => value!({
                "kind": "statement", "edition": f.id, "id": s.label, "guideline": s.guideline, "part": s.part,
                "verb": s.verb, "words": s.words, "confidence": s.confidence, "source": f.sources.get(&s.source),
            }),
            Self::Case(s, c, only) => value!({
                "kind": "case", "edition": s.id, "id": c.id, "provision": c.provision, "scenario": c.scenario,
                "case_kind": c.kind, "rule": c.rule, "rule_words": c.rule_words, "guide": c.guide, "confidence": c.confidence,
                "units": c.units.iter().filter(|u| only.is_none_or(|o| o.letter == u.letter)).map(|u| unit_shape(c, u)).collect::<Vec<_>>(),
            }),
            Self::Table(s, t) => value!({
                "kind": "ixit-table", "edition": s.id, "id": t.label(), "title": t.title, "form": t.form, "entry": t.entry,
                "fields": t.fields.iter().map(|f| value!({ "name": f.name, "meaning": f.meaning, "value": f.value, "required_when": f.when })).collect::<Vec<_>>(),
                "required_by": required_by(s, t),
            }),
        }
    }
}

fn unit_shape(c: &TestCase, u: &TestUnit) -> Value {
    value!({
        "letter": u.letter, "kind": u.kind, "verb": u.verb.words(), "words": u.words, "tables": u.tables, "fields": u.fields,
        "per": u.per, "reuses": u.reuses, "check": u.check, "check_establishes": u.check.as_deref().and_then(check_establishes),
        "refuted_by": u.refuted_by, "by_hand": u.by_hand, "setup": u.setup, "was": u.was, "change": u.change, "guide": c.guide_of(&u.letter),
    })
}

fn conditions(f: &Framework, r: &Requirement) -> Vec<String> {
    let words = |label: &String| {
        f.conditions.iter().find(|c| c.label == *label).map_or(String::new(), |c| format!(": {}", c.words))
    };
    r.conditions.iter().map(|label| format!("{label}{}", words(label))).collect()
}

fn required_by(s: &TestSpec, t: &IxitTable) -> Vec<String> {
    s.required.iter().filter(|r| r.table == t.label()).map(|r| r.provision.clone()).collect()
}

fn requirement(f: &Framework, r: &Requirement, cases: &[&TestCase]) {
    let clause = if r.clause_title.is_empty() { String::new() } else { format!(", {}", r.clause_title) };
    say!("{}  {}", bold(&r.id), dim(format!("{}{clause}", f.id)));
    say!("{}", r.words);
    if !r.obligation.to_string().is_empty() {
        say!("  obligation: {}", r.obligation);
    }
    for condition in conditions(f, r) {
        say!("  condition {condition}");
    }
    if !r.applies_to.is_empty() {
        say!("  addresses: {}", r.applies_to.join(", "));
    }
    if !r.note.is_empty() {
        say!("  note: {}", r.note);
    }
    if !cases.is_empty() {
        let ids: Vec<&str> = cases.iter().map(|c| c.id.as_str()).collect();
        say!("  test cases: {}", ids.join(", "));
    }
    say!("  {}", dim(format!("{}; {}", r.confidence, f.sources.get(&r.source).map_or("", String::as_str))));
}

fn case(s: &TestSpec, c: &TestCase, only: Option<&TestUnit>) {
    say!("{}  {}", bold(&c.id), dim(format!("{}, {}, provision {}", s.id, c.scenario, c.provision)));
    if !c.rule_words.is_empty() {
        say!("Verdict: {}", c.rule_words);
    }
    if let Some(words) = &s.verification {
        say!("{}", dim(words));
    }
    if only.is_none() {
        let intro = c.guide.split("\n## ").next().unwrap_or_default();
        say!("{}", markdown(intro.split_once('\n').map_or("", |(_, rest)| rest).trim()));
    }
    for u in c.units.iter().filter(|u| only.is_none_or(|o| o.letter == u.letter)) {
        say!("\n{} {}", bold(format!("{} {}", c.id, u.letter)), u.words);
        say!("  {}; {}", u.verb.words(), who(u));
        if !u.fields.is_empty() {
            say!("  looks at: {}", u.fields.join(", "));
        }
        if let Some(change) = &u.change {
            say!("  against the earlier edition: {change}");
        }
        if let Some(guide) = c.guide_of(&u.letter) {
            say!("\n{}", markdown(guide));
        }
    }
}

fn who(u: &TestUnit) -> String {
    match (&u.check, &u.reuses, &u.by_hand) {
        (Some(check), _, _) => format!("check {check}: {}", check_establishes(check).unwrap_or_default()),
        (None, Some(case), _) => format!("follows from the units of {case}"),
        (None, None, Some(reason)) => match &u.refuted_by {
            Some(check) => format!("by hand, unless check {check} refutes it: {reason}"),
            None => format!("by hand: {reason}"),
        },
        (None, None, None) => "by hand".to_owned(),
    }
}

fn table(s: &TestSpec, t: &IxitTable) {
    say!("{}  {}", bold(format!("IXIT {}", t.label())), dim(format!("{}, {}", s.id, t.title)));
    say!("One {} describes {}.", if t.has_entries() { "entry" } else { "list" }, t.entry);
    for f in &t.fields {
        say!("\n  {}\n    {}", bold(&f.name), f.meaning);
        say!("    {}", dim(format!("{}; required: {}", f.value, f.when)));
    }
    say!("\n  Asked for by {}", required_by(s, t).join(", "));
}

/// Markdown as a terminal shows it: wrapped to its width, bold as bold, the rest as written.
pub(super) fn markdown(text: &str) -> String {
    let text = textwrap::fill(text, textwrap::termwidth().clamp(40, 100));
    let mut out = String::new();
    for (at, part) in text.split("**").enumerate() {
        if at % 2 == 1 { out.push_str(&bold(part)) } else { out.push_str(part) }
    }
    out
}
