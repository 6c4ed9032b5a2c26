//! `assize answer`: the by-hand units, in a terminal or by flags.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use assize_lab::{
    Attachment, Error, Folder, Judged, NewAnswer, Question, QueuedUnit, Result, answer, decide, judge, queue,
    withdraw,
};
use assize_model::catalogue::TestSpec;
use assize_model::judgement::{Outcome, UnitId};

use super::explain::markdown;
use super::held;
use crate::args::{AnswerArgs, Said};
use crate::output::{bold, dim, json, plural, say};
use crate::shapes::{QueueRow, QueueShape, RecordedShape};

/// Larger attachments belong into the bench's archive, not into the log.
const ATTACHMENT_LIMIT: u64 = 256 * 1024 * 1024;

pub(super) fn run(args: &AnswerArgs) -> Result<ExitCode> {
    let catalogue = held()?;
    let folder = Folder::open(&args.dir)?;
    if let Some(record) = args.undo {
        return recorded(args, vec![withdraw(&folder, record, &args.name, &args.note)?]);
    }
    let judged = judge(&folder, catalogue, None)?;
    let external = args.external.as_deref().map(|id| (Question::ExternalEvidence, id));
    let asked = external.or(args.not_applicable.as_deref().map(|id| (Question::NotApplicable, id)));
    if let (Some(asked), Some(said)) = (asked, args.verdict) {
        let number = decide(&folder, &judged, asked, said == Said::Pass, (&args.note, &args.name))?;
        return recorded(args, vec![number]);
    }
    let units =
        args.units.iter().map(|u| u.parse().map_err(Error::Answer)).collect::<Result<Vec<UnitId>>>()?;
    if let Some(said) = args.verdict {
        if units.is_empty() {
            return Err(Error::Answer("name the units that --verdict is for".into()));
        }
        return by_flags(args, &folder, &judged, &units, outcome(said));
    }
    let mut waiting = queue(&judged, catalogue);
    if !units.is_empty() {
        waiting.retain(|q| units.contains(&q.unit));
    }
    let spec = catalogue.spec(&judged.assessment.spec).expect("judged against a held edition");
    if args.list || args.out.is_json() || !std::io::stdin().is_terminal() {
        list(args, &waiting, spec);
        return Ok(ExitCode::SUCCESS);
    }
    interactive(args, &folder, &judged, &waiting, spec)
}

fn outcome(said: Said) -> Outcome {
    match said {
        Said::Pass => Outcome::Pass,
        Said::Fail => Outcome::Fail,
        Said::Inconclusive => Outcome::Inconclusive,
        Said::NotApplicable => Outcome::NotApplicable,
    }
}

fn recorded(args: &AnswerArgs, records: Vec<u64>) -> Result<ExitCode> {
    if args.out.is_json() {
        json(&RecordedShape { format: 1, records });
    } else {
        let list: Vec<String> = records.iter().map(u64::to_string).collect();
        say!("Recorded as {}.", list.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

fn by_flags(
    args: &AnswerArgs,
    folder: &Folder,
    judged: &Judged,
    units: &[UnitId],
    outcome: Outcome,
) -> Result<ExitCode> {
    let mut records = Vec::new();
    for unit in units {
        let new = NewAnswer {
            unit: unit.clone(),
            entry: args.entry.clone(),
            outcome,
            note: args.note.clone(),
            evaluator: args.name.clone(),
            attachments: args.attach.iter().map(|p| attachment(p)).collect::<Result<_>>()?,
            overrules: args.overrule,
        };
        records.push(answer(folder, judged, held()?, new)?);
    }
    recorded(args, records)
}

fn attachment(path: &Path) -> Result<Attachment> {
    let error = |source| Error::File { act: "attach", path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(error)?.len() > ATTACHMENT_LIMIT {
        return Err(Error::TooLarge { path: path.to_owned(), limit: ATTACHMENT_LIMIT });
    }
    let name = path.file_name().map_or_else(|| "attachment".into(), |n| n.to_string_lossy().into_owned());
    Ok(Attachment { name, bytes: std::fs::read(path).map_err(error)? })
}

fn list(args: &AnswerArgs, waiting: &[QueuedUnit], spec: &TestSpec) {
    if args.out.is_json() {
        let rows = waiting.iter().map(|q| row(q, spec)).collect();
        return json(&QueueShape { format: 1, queue: rows });
    }
    let mut setup = "";
    for q in waiting {
        if q.setup_name() != setup {
            setup = q.setup_name();
            say!("\n{}", bold(setup));
        }
        let what = if q.proposed { "confirm" } else { "answer " };
        let words =
            spec.case(&q.unit.case).and_then(|c| c.unit(&q.unit.letter)).map_or("", |u| u.words.as_str());
        say!("  {what}  {:<12} {words}", q.unit.to_string());
    }
    say!("\n{} for a person.", plural(waiting.len(), "unit"));
}

fn row(q: &QueuedUnit, spec: &TestSpec) -> QueueRow {
    let unit = spec.case(&q.unit.case).and_then(|c| c.unit(&q.unit.letter));
    QueueRow {
        unit: q.unit.to_string(),
        setup: q.setup_name().to_owned(),
        proposed: q.proposed,
        entries: q.entries.clone(),
        words: unit.map(|u| u.words.clone()).unwrap_or_default(),
        by_hand: unit.and_then(|u| u.by_hand.clone()).unwrap_or_default(),
    }
}

fn interactive(
    args: &AnswerArgs,
    folder: &Folder,
    judged: &Judged,
    waiting: &[QueuedUnit],
    spec: &TestSpec,
) -> Result<ExitCode> {
    let mut input = std::io::stdin().lock();
    let name = match args.name.trim() {
        "" => ask(&mut input, "Your name, as it shall stand in the evidence")?,
        name => name.to_owned(),
    };
    let mut last: Option<u64> = None;
    for (at, q) in waiting.iter().enumerate() {
        show(q, at + 1, waiting.len(), spec);
        loop {
            let choice =
                ask(&mut input, "[p]ass  [f]ail  [i]nconclusive  [n]/a  [s]kip  [u]ndo last  [q]uit")?;
            let outcome = match choice.to_lowercase().chars().next() {
                Some('p') => Outcome::Pass,
                Some('f') => Outcome::Fail,
                Some('i') => Outcome::Inconclusive,
                Some('n') => Outcome::NotApplicable,
                Some('s') => break,
                Some('q') => return Ok(ExitCode::SUCCESS),
                Some('u') => {
                    undo(folder, &mut last, &name)?;
                    continue;
                }
                _ => continue,
            };
            let note = ask(&mut input, "What was found (needed unless you confirm a proposal)")?;
            let attachments =
                attachments(&ask(&mut input, "Files that show it, separated by commas, or nothing")?);
            let new = NewAnswer {
                unit: q.unit.clone(),
                entry: None,
                outcome,
                note,
                evaluator: name.clone(),
                attachments: attachments?,
                overrules: false,
            };
            match answer(folder, judged, held()?, new) {
                Ok(record) => {
                    say!("Recorded as {record}.");
                    last = Some(record);
                    break;
                }
                Err(Error::Answer(words)) => say!("Not taken: {words}."),
                Err(other) => return Err(other),
            }
        }
    }
    say!("\nThe queue is done. `assize judge {}` shows the verdicts.", args.dir.display());
    Ok(ExitCode::SUCCESS)
}

fn undo(folder: &Folder, last: &mut Option<u64>, name: &str) -> Result<()> {
    match last.take() {
        Some(record) => {
            let number = withdraw(folder, record, name, "taken back at once")?;
            say!(
                "Record {record} no longer counts, as record {number} says; an earlier answer counts again, or its unit waits."
            );
        }
        None => say!("There is nothing to take back."),
    }
    Ok(())
}

fn attachments(line: &str) -> Result<Vec<Attachment>> {
    let paths = line.split(',').map(str::trim).filter(|p| !p.is_empty());
    paths.map(|p| attachment(Path::new(p))).collect()
}

fn show(q: &QueuedUnit, number: usize, of: usize, spec: &TestSpec) {
    say!("\n{}", dim("─".repeat(72)));
    say!("{number} of {of}   {}   {}", bold(&q.unit), dim(format!("have ready: {}", q.setup_name())));
    let Some(case) = spec.case(&q.unit.case) else { return };
    let Some(unit) = case.unit(&q.unit.letter) else { return };
    say!("{}\n", unit.words);
    if let Some(guide) = case.guide_of(&q.unit.letter) {
        say!("{}\n", markdown(guide));
    }
    if !q.entries.is_empty() {
        say!("Entries: {}", q.entries.join(", "));
    }
    for i in &q.prepared {
        let records =
            if i.evidence.is_empty() { String::new() } else { format!(" (records {:?})", i.evidence) };
        say!("  prepared: {}{records}", i.words);
    }
    if let Some(words) = proposal(q) {
        say!("{}", bold(words));
    }
}

/// What the check proposes, for all that is open or for the entries that it knows of.
fn proposal(q: &QueuedUnit) -> Option<String> {
    let proposes = |wanted: Outcome| {
        let some: Vec<&str> = q
            .proposals
            .iter()
            .filter(|(_, outcome)| *outcome == wanted)
            .map(|(entry, _)| entry.as_deref().unwrap_or("the unit as a whole"))
            .collect();
        let whom = if q.proposed && some.len() == q.proposals.len() {
            String::new()
        } else {
            format!(" for {}", some.join(", "))
        };
        let word = if wanted == Outcome::NotApplicable { "n/a" } else { "PASS" };
        (!some.is_empty()).then(|| format!("{word}{whom}"))
    };
    let words: Vec<String> =
        [Outcome::Pass, Outcome::NotApplicable].into_iter().filter_map(proposes).collect();
    let how = match q.proposed {
        true => "confirm it with p or say otherwise",
        false => "nothing is proposed for the rest, so that an answer to the unit needs a note",
    };
    (!words.is_empty()).then(|| format!("The check proposes {}; {how}.", words.join(", and ")))
}

/// Asks on standard error, so that the question is seen where the output goes to a file.
pub(super) fn ask(input: &mut impl BufRead, question: &str) -> Result<String> {
    let _ = write!(anstream::stderr(), "{question}: ");
    let mut line = String::new();
    let read = input.read_line(&mut line).map_err(|source| Error::File {
        act: "read",
        path: "standard input".into(),
        source,
    })?;
    if read == 0 {
        return Err(Error::Answer("the input ended".into()));
    }
    Ok(line.trim().to_owned())
}
