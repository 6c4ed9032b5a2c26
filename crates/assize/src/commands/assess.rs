//! `assize assess`: examine, record, judge.

use std::io::Write;
use std::process::ExitCode;

use assize_lab::{Folder, Progress, Ran, Result, Step, assess, judge};
use assize_model::fact::Fact;
use indicatif::ProgressBar;

use super::{guide, held, judge as verdicts};
use crate::args::AssessArgs;
use crate::output::{exit_code, json, plural, progress_bar};

pub(super) fn run(args: &AssessArgs) -> Result<ExitCode> {
    let catalogue = held()?;
    let folder = Folder::open(&args.dir)?;
    let mut bar = Bar::new(args.out.is_json());
    let budget = args.budget.budget();
    let hands = (!args.offline).then(|| guide::hands(args, &bar.bar));
    let ran = assess(&folder, catalogue, &budget, hands.as_ref(), &mut bar)?;
    bar.bar.finish_and_clear();
    told(&ran);
    let judged = judge(&folder, catalogue, None)?;
    if args.out.is_json() {
        json(&judged.assessment);
    } else {
        verdicts::print(&judged);
    }
    Ok(exit_code(judged.assessment.overall))
}

/// Says on standard error what the run did.
pub(super) fn told(ran: &Ran) {
    let mut err = anstream::stderr();
    if let Some(words) = &ran.recovered {
        let _ = writeln!(err, "note: an earlier run was cut off: {words}");
    }
    if ran.resumed > 0 {
        let _ = writeln!(err, "note: {} of an earlier run were not repeated", plural(ran.resumed, "step"));
    }
    let _ = writeln!(
        err,
        "{} in {}",
        plural(usize::try_from(ran.facts).unwrap_or(0), "fact"),
        plural(ran.steps, "step")
    );
}

/// A progress bar that hears a run.
pub(super) struct Bar {
    pub(super) bar: ProgressBar,
}

impl Bar {
    pub(super) fn new(quiet: bool) -> Self {
        Self { bar: progress_bar(quiet) }
    }
}

impl Progress for Bar {
    fn step(&mut self, number: usize, of: usize, step: &Step) {
        self.bar.set_length(1);
        self.bar.set_position(0);
        self.bar.set_prefix(format!("{number}/{of} {}", step.probe));
        self.bar.set_message(step.name.clone());
    }

    fn part(&mut self, done: u64, of: u64, what: &str) {
        self.bar.set_length(of.max(1));
        self.bar.set_position(done);
        self.bar.set_message(what.to_owned());
    }

    fn fact(&mut self, record: u64, fact: &Fact) {
        self.bar.set_message(format!("record {record}: {} on {}", fact.kind(), fact.target()));
    }

    fn trouble(&mut self, words: &str) {
        self.bar.suspend(|| {
            let _ = writeln!(anstream::stderr(), "bench: {words}");
        });
    }
}
