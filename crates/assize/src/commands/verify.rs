//! `assize verify`: check evidence, of a folder or a bundle.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use assize_lab::Result;
use assize_lab::evidence::{Log, Mode, Signer, Verification, VerifyingKey};

use super::read_text;
use crate::args::VerifyArgs;
use crate::output::{bold, json, plural, say};

pub(super) fn run(args: &VerifyArgs) -> Result<ExitCode> {
    let key = args.key.as_deref().map(read_text).transpose()?;
    let key = key.map(|text| VerifyingKey::parse(&text)).transpose()?;
    let log = Log::read(source(&args.source))?;
    let mode = if args.unsealed { Mode::Unsealed } else { Mode::Sealed };
    let found = log.verify(key.as_ref(), mode)?;
    if let Some(record) = args.prove.filter(|_| found.is_sound()) {
        let size = found.sealed.as_ref().map_or(found.records, |s| s.size);
        json(&log.inclusion(record, size)?);
        return Ok(ExitCode::SUCCESS);
    }
    if args.out.is_json() {
        json(&found);
    } else {
        print(&found);
    }
    Ok(ExitCode::from(u8::from(!found.is_sound())))
}

/// The evidence folder of an assessment folder; anything else as it is.
pub(super) fn source(path: &Path) -> PathBuf {
    let inside = path.join("evidence");
    if inside.is_dir() { inside } else { path.to_owned() }
}

fn print(found: &Verification) {
    for problem in &found.problems {
        say!("problem: {problem}");
    }
    for file in &found.uncovered {
        say!("note: {file} is not under the seal");
    }
    say!("{} read.", plural(usize::try_from(found.records).unwrap_or(usize::MAX), "record"));
    match &found.sealed {
        Some(seal) => {
            say!("{} records are sealed as {} at {}, root {}.", seal.size, seal.name, seal.time, seal.root);
            if found.records_after_seal > 0 {
                say!("{} records after it are not sealed.", found.records_after_seal);
            }
            match found.signer {
                Signer::Established => say!("The seal was made with the given key."),
                Signer::NotEstablished => {
                    say!("Who sealed is not established; give --key with the public key of whom you trust.")
                }
            }
        }
        None => say!("Nothing is sealed."),
    }
    match found.problems.len() {
        0 => say!("{}", bold("The evidence is whole.")),
        n => say!("{}", bold(format!("The evidence is not whole: {}.", plural(n, "problem")))),
    }
}
