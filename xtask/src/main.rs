//! Automation: `cargo xtask new|gen|tidy|ci`.

use std::process::ExitCode;

use xtask::{Error, Result, ci, new, reference, say, tidy};

const USAGE: &str = "\
cargo xtask new KIND NAME [--like NEIGHBOUR]   starts a file from a living neighbour and says what to do next
    check TOPIC.NAME          a judgement            check update.signature_named
    flaw NAME                 a fault of the reference device    flaw weak-session-token
    framework FAMILY@EDITION  a framework edition    framework nistir-8259a@2020
    mapping FROM--TO          lineage of two editions held
    protocol NAME             a protocol folder of the probes    protocol coap
cargo xtask gen [--check]     writes docs/reference and docs/src/how-it-fits.md from the code and the data; --check only compares
cargo xtask tidy              the rules of the house that a machine can check
cargo xtask ci                everything that has to hold before a change goes in";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Usage(words)) => {
            say!("{words}\n\n{USAGE}");
            ExitCode::from(2)
        }
        Err(error) => {
            say!("error: failed to {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let root = xtask::root();
    match args.as_slice() {
        ["new", kind, name] => new::run(&root, kind, name, None),
        ["new", kind, name, "--like", like] => new::run(&root, kind, name, Some(like)),
        ["gen"] => reference::write(&root),
        ["gen", "--check"] => reference::check(&root),
        ["tidy"] => tidy::run(&root),
        ["ci"] => ci::run(&root),
        ["help" | "--help" | "-h"] => {
            say!("{USAGE}");
            Ok(())
        }
        ["new", ..] => Err(Error::Usage("`new` needs a kind and a name".into())),
        [] => Err(Error::Usage("a task is missing".into())),
        other => Err(Error::Usage(format!("`{}` is no task", other.join(" ")))),
    }
}
