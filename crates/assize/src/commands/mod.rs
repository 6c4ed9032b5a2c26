//! One file per command.

mod answer;
mod assess;
mod atlas;
mod bundle;
mod catalogue;
mod check;
mod coverage;
mod crypto;
mod demo;
mod diff;
mod explain;
mod gap;
mod guide;
mod judge;
mod map;
mod markets;
mod new;
mod observe;
mod plan;
mod report;
mod seal;
mod search;
mod serve;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;

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
        Command::Map(args) => map::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Gap(args) => gap::run(&args),
        Command::Markets(args) => markets::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Serve(args) => serve::run(&args),
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

/// The folder that `--catalogue` names.
static OWN: OnceLock<PathBuf> = OnceLock::new();

/// Keeps the folder that `--catalogue` names, before any command runs.
pub(crate) fn use_catalogue(folder: Option<PathBuf>) {
    if let Some(folder) = folder {
        let _ = OWN.set(folder);
    }
}

/// The catalogue with the user's own folder, or the trouble that either is broken.
fn held() -> Result<&'static Catalogue> {
    static JOINED: OnceLock<Catalogue> = OnceLock::new();
    let Some(folder) = OWN.get() else {
        return assize_lab::catalogue().map_err(|faults| Error::Catalogue(faults.len()));
    };
    if JOINED.get().is_none() {
        let _ = JOINED.set(assize_lab::catalogue_with(folder)?);
    }
    Ok(JOINED.get().expect("set above"))
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
