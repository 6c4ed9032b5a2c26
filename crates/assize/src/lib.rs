//! The command line of Assize: arguments, commands and what they print. The binary is a few lines around [`main`].

mod args;
mod bench;
mod commands;
mod output;
pub mod shapes;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

pub use args::command;

/// Parses the arguments, runs the command, and gives the exit code: 0 PASS or done, 1 FAIL or diagnostics of level
/// error, 2 wrong usage or Assize's own trouble, 3 INCONCLUSIVE.
pub fn main() -> ExitCode {
    let mut raw = std::env::args();
    if raw.nth(1).as_deref() == Some(bench::DEVICE_COMMAND) {
        return assize_dut::cli::run(raw);
    }
    let cli = args::Cli::parse();
    commands::use_catalogue(cli.catalogue);
    match commands::run(cli.command) {
        Ok(_) if output::is_lost() => {
            let _ = writeln!(std::io::stderr(), "error: failed to print everything; is the disk full?");
            ExitCode::from(output::TROUBLE)
        }
        Ok(code) => code,
        Err(trouble) => output::trouble(&trouble),
    }
}
