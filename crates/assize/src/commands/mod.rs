//! One file per command.

mod answer;
mod assess;
mod bundle;
mod catalogue;
mod check;
mod demo;
mod diff;
mod explain;
mod judge;
mod new;
mod observe;
mod plan;
mod report;
mod seal;
mod verify;

use std::process::ExitCode;

use assize_lab::{Error, Result};
use assize_model::catalogue::Catalogue;
use clap_complete::generate;

use crate::args::{Command, command};

/// Runs a command.
pub(crate) fn run(chosen: Command) -> Result<ExitCode> {
    match chosen {
        Command::Catalogue(args) => catalogue::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::New(args) => new::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Assess(args) => assess::run(&args),
        Command::Observe(args) => observe::run(&args),
        Command::Answer(args) => answer::run(&args),
        Command::Judge(args) => judge::run(&args),
        Command::Seal(args) => seal::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Bundle(args) => bundle::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => {
            generate(args.shell, &mut command(), "assize", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The catalogue, or the trouble that this build carries a broken one.
fn held() -> Result<&'static Catalogue> {
    assize_lab::catalogue().map_err(|faults| Error::Catalogue(faults.len()))
}

/// Reads a small text file that the user named, a key for instance.
fn read_text(path: &std::path::Path) -> Result<String> {
    let error = |source| Error::File { act: "read", path: path.to_owned(), source };
    let limit = 1024 * 1024;
    let length = std::fs::metadata(path).map_err(error)?.len();
    if length > limit {
        return Err(Error::TooLarge { path: path.to_owned(), limit });
    }
    std::fs::read_to_string(path).map_err(error)
}
