//! `assize judge`: verdicts from what is recorded, and how verdicts are printed everywhere.

use std::process::ExitCode;

use assize_lab::evidence::Log;
use assize_lab::{Error, Folder, Judged, Result, judge, judge_log};
use assize_model::assessment::{Assessment, Contradiction, Readiness};
use assize_model::diagnostic::FilePlace;
use assize_model::judgement::{Indication, Pointer, Sense};
use assize_model::verdict::Verdict;

use super::held;
use crate::args::JudgeArgs;
use crate::output::{bold, dim, exit_code, json, plural, say, verdict, verdict_style};

pub(super) fn run(args: &JudgeArgs) -> Result<ExitCode> {
    let judged = judged(&args.dir, args.spec.as_deref())?;
    if args.out.is_json() {
        json(&judged.assessment);
    } else {
        print(&judged);
    }
    Ok(exit_code(judged.assessment.overall))
}

/// Judges a folder or a bundle.
pub(super) fn judged(path: &std::path::Path, spec: Option<&str>) -> Result<Judged> {
    let catalogue = held()?;
    if path.is_file() {
        let log = Log::read(path).map_err(Error::from)?;
        return judge_log(&log, &path.display().to_string(), catalogue, spec);
    }
    judge(&Folder::open(path)?, catalogue, spec)
}

/// Prints contradictions first, then what fails, then the overall verdict and what waits.
pub(super) fn print(judged: &Judged) {
    let a = &judged.assessment;
    let name = judged.declaration.product.dut.name.as_deref().unwrap_or("The product");
    say!("{}  {}\n", bold(name), dim(format!("{}, {}", a.spec, a.framework)));
    contradictions(judged);
    failures(judged);
    summary(a, judged);
}

fn contradictions(judged: &Judged) {
    let groups = grouped(&judged.assessment.contradictions);
    if groups.is_empty() {
        return;
    }
    say!("{}\n", bold(format!("{} between claim and observation", plural(groups.len(), "contradiction"))));
    for group in groups {
        let unique = |of: &dyn Fn(&Contradiction) -> String| {
            let mut words: Vec<String> = group.iter().map(|c| of(c)).collect();
            words.dedup();
            words
        };
        say!("{}", bold(unique(&|c| c.observed.clone()).join(" ")));
        for place in unique(&|c| format!("{}  claimed: {}", line_words(judged, &c.place), c.claim)) {
            say!("  --> {place}");
        }
        if !group[0].evidence.is_empty() {
            say!("  = evidence: {}", records(&group[0].evidence));
        }
        say!("  = concerns: {}", unique(&|c| c.provision.clone()).join(", "));
        for remedy in unique(&|c| c.remedy.clone()) {
            say!("  = remedy: {remedy}");
        }
        say!("");
    }
}

/// Contradictions that rest on the same records stand together.
fn grouped(all: &[Contradiction]) -> Vec<Vec<&Contradiction>> {
    let mut groups: Vec<Vec<&Contradiction>> = Vec::new();
    for c in all {
        let same = |g: &&mut Vec<&Contradiction>| !c.evidence.is_empty() && g[0].evidence == c.evidence;
        match groups.iter_mut().find(same) {
            Some(group) => group.push(c),
            None => groups.push(vec![c]),
        }
    }
    groups
}

fn failures(judged: &Judged) {
    let style = verdict_style(Verdict::Fail);
    for broken in &judged.assessment.ics.broken {
        say!("{style}FAIL[ICS check {}]{style:#} {}", broken.check, broken.words);
        say!("  --> {}\n  = remedy: {}\n", place_words(judged, &broken.place), broken.remedy);
    }
    for case in judged.assessment.cases.iter().filter(|c| c.verdict == Verdict::Fail) {
        for unit in case.units.iter().filter(|u| u.verdict == Verdict::Fail) {
            for i in unit.indications.iter().filter(|i| i.sense == Sense::Against) {
                failure(judged, &format!("{} {}", case.id, unit.letter), i);
            }
        }
    }
}

fn failure(judged: &Judged, unit: &str, i: &Indication) {
    let style = verdict_style(Verdict::Fail);
    say!("{style}FAIL[{unit}]{style:#} {}", i.words.trim_end_matches('.'));
    if let Some(place) = &i.place {
        say!("  --> {}", place_words(judged, place));
    }
    if !i.evidence.is_empty() {
        say!("  = evidence: {}", records(&i.evidence));
    }
    say!("  = remedy: {}\n", i.remedy);
}

fn records(numbers: &[u64]) -> String {
    let list: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let word = if list.len() == 1 { "record" } else { "records" };
    format!("{word} {}", list.join(", "))
}

/// A place by file and line, or by keys where the line is not known.
fn line_words(judged: &Judged, pointer: &Pointer) -> String {
    place(judged, pointer).map_or_else(|| pointer.file.clone(), |place| place.to_string())
}

/// `ixit.toml:41:1  IXIT 1-AuthMech`.
fn place_words(judged: &Judged, pointer: &Pointer) -> String {
    format!("{}  {}", line_words(judged, pointer), pointer.subject())
}

/// The line of a pointer in the declaration as recorded.
pub(super) fn place(judged: &Judged, pointer: &Pointer) -> Option<FilePlace> {
    let path: Vec<&str> = pointer.path.iter().map(String::as_str).collect();
    judged.declaration.places.of(&pointer.file, &path)
}

fn summary(a: &Assessment, judged: &Judged) {
    say!("Overall: {}", verdict(a.overall));
    for reason in &a.reasons {
        say!("  {reason}");
    }
    let count = |v| a.cases.iter().filter(|c| c.verdict == v).count();
    say!(
        "\nTest cases: {} PASS, {} FAIL, {} INCONCLUSIVE, {} NOT TESTED",
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::Inconclusive),
        count(Verdict::NotTested)
    );
    let c = &a.counts;
    say!("Test units: {} of {} passed, {} failed", c.pass, c.planned, c.fail);
    if c.to_confirm + c.to_answer + c.open > 0 {
        say!(
            "Waiting:    {} for an evaluator to confirm what a check proposes, {} for an evaluator's answer, {} for bench, declaration or other units",
            c.to_confirm,
            c.to_answer,
            c.open
        );
    }
    quantum(&a.quantum);
    for trouble in &judged.stored.troubles {
        say!("Bench:      {trouble}");
    }
}

/// Readiness for quantum computers in two lines; it stands beside the verdict.
fn quantum(readiness: &Readiness) {
    if !readiness.places.is_empty() {
        let ready: Vec<String> = readiness.places.iter().filter_map(hybrid).collect();
        let seen = plural(readiness.places.len(), "declared place");
        let ready = if ready.is_empty() { "none".to_owned() } else { ready.join(", ") };
        say!("Quantum:    {seen} looked at; agreeing on groups that withstand a quantum computer: {ready}");
    }
    let names: Vec<&str> = readiness.vulnerable.iter().map(|v| v.name.as_str()).collect();
    let mut ends: Vec<(&str, bool)> =
        readiness.vulnerable.iter().flat_map(|v| &v.accepted).map(|a| (a.until.as_str(), a.draft)).collect();
    ends.sort_unstable();
    if let (Some((until, draft)), false) = (ends.first(), names.is_empty()) {
        let draft = if *draft { " by a draft" } else { "" };
        say!(
            "            declared and broken by one: {}; the first end named is {until}{draft}",
            names.join(", ")
        );
    }
}

fn hybrid(place: &assize_model::assessment::PlaceReadiness) -> Option<String> {
    (!place.groups.is_empty()).then(|| format!("{} ({})", place.place, place.groups.join(", ")))
}
