//! Verification: every byte of log, objects and seals is looked at, and everything wrong is named.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde::Serialize;

use crate::chain::{Chain, Taken};
use crate::checkpoint::Seal;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::keys::VerifyingKey;
use crate::lines::Line;
use crate::log::Log;
use crate::objects;
use crate::problem::{Findings, Problem};
use crate::seals::{self, Seals};
use crate::source::Files;

/// Whether a seal is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Evidence without a seal is a problem.
    Sealed,
    /// Evidence may be unsealed; a seal that is there is checked all the same.
    Unsealed,
}

/// Whether it is known who sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signer {
    /// The given key made the seal.
    Established,
    /// No key was given, or it did not make the seal; the name in a seal is then only a claim.
    NotEstablished,
}

/// What verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// The lines of the log.
    pub records: u64,
    /// The seal, if its signature fits and the records under it are those it was made over.
    pub sealed: Option<Seal>,
    /// Whether it is known who sealed.
    pub signer: Signer,
    /// The records after the last one under the seal; all of them when there is no seal.
    pub records_after_seal: u64,
    /// Earlier seals that the log extends, each whole under the key it names; compare the keys before trusting names.
    pub earlier: Vec<Seal>,
    /// Files that are not under the seal: torn lines put aside, hidden files, files beside the evidence in a bundle.
    pub uncovered: Vec<String>,
    /// Everything that is wrong, in the order seals, log, objects, files.
    pub problems: Vec<Problem>,
}

impl Verification {
    /// Whether nothing is wrong. Says nothing about the signer; see `signer`.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Verifies an evidence folder or a bundle without writing anything. With a key, nothing but that key is trusted; without
/// one, the seal is checked with the key it names and the signer stays unestablished. An error means that the
/// verification could not be done; what is wrong with the evidence stands in `problems`.
pub fn verify(source: impl AsRef<Path>, key: Option<&VerifyingKey>, mode: Mode) -> Result<Verification> {
    Log::read(source)?.verify(key, mode)
}

pub(crate) fn verify_log(log: &Log, key: Option<&VerifyingKey>, mode: Mode) -> Result<Verification> {
    let mut found = Findings::default();
    let files = log.source.files(&log.limits)?;
    if mode == Mode::Sealed && !files.contains_key("checkpoint") {
        found.add(Problem::NotSealed);
    }
    let seals = seals::read(log, &files, key, &mut found)?;
    let scan = scan(log, &seals, &mut found)?;
    objects::check(log, &files, &scan.named, &mut found)?;
    let uncovered = check_names(log, &files, &mut found);
    let is_proven = |seal: &Seal| scan.proven.contains(&(seal.size, seal.root));
    let sealed = seals.current.filter(|seal| seals.is_good && is_proven(seal));
    let signer = if sealed.is_some() && key.is_some() { Signer::Established } else { Signer::NotEstablished };
    Ok(Verification {
        records: scan.records,
        records_after_seal: scan.records.saturating_sub(sealed.as_ref().map_or(0, |seal| seal.size)),
        sealed,
        signer,
        earlier: seals.earlier.into_values().filter(is_proven).collect(),
        uncovered,
        problems: found.into_problems(),
    })
}

/// What one pass over the log gives.
struct Scan {
    records: u64,
    /// The objects that records name, each with the first record that does.
    named: HashMap<Digest, u64>,
    /// The sizes and roots of the seals that the log bears out.
    proven: BTreeSet<(u64, Digest)>,
}

fn scan(log: &Log, seals: &Seals, found: &mut Findings) -> Result<Scan> {
    let mut scan = Scan { records: 0, named: HashMap::new(), proven: BTreeSet::new() };
    let mut roots = BTreeMap::new();
    let wanted: BTreeSet<u64> =
        seals.current.iter().chain(seals.earlier.values()).map(|seal| seal.size).collect();
    let mut lines = match log.lines() {
        Ok(lines) => lines,
        Err(Error::NotEvidence { .. }) => {
            found.add(Problem::MissingLog);
            return Ok(scan);
        }
        Err(error) => return Err(error),
    };
    let (mut chain, mut shift) = (Chain::new(), 0);
    let failed = |error| Error::io("read", &log.source.place("log.jsonl"), error);
    while let Some(line) = lines.read().map_err(failed)? {
        match line {
            Line::Whole(bytes) => note_line(chain.take(bytes), &mut shift, &mut scan.named, found),
            Line::Torn(bytes) => {
                found.add(Problem::TornLine { line: chain.len() + 1, bytes: bytes.len() as u64 });
            }
            Line::TooLong => {
                found.add(Problem::LineTooLong { line: chain.len() + 1, limit: log.limits.line });
                break;
            }
        }
        if wanted.contains(&chain.len()) {
            roots.insert(chain.len(), chain.frontier.root());
        }
    }
    scan.records = chain.len();
    compare(seals, &roots, &mut scan, found);
    Ok(scan)
}

/// Reports what is wrong with one line, and remembers the objects it names.
fn note_line(taken: Taken, shift: &mut i128, named: &mut HashMap<Digest, u64>, found: &mut Findings) {
    let line = taken.line;
    let record = match taken.record {
        Ok(record) => record,
        Err(reason) => return found.add(Problem::BadLine { line, reason }),
    };
    // One removed line shifts all that follow; say it once.
    let shifted = i128::from(record.n) - i128::from(line);
    if shifted != *shift {
        found.add(Problem::WrongNumber { line, found: record.n });
        *shift = shifted;
    }
    if !taken.is_linked {
        found.add(Problem::BrokenChain { line });
    }
    for object in record.objects {
        named.entry(object).or_insert(line);
    }
}

/// Compares the seals with the roots found at their sizes.
fn compare(seals: &Seals, roots: &BTreeMap<u64, Digest>, scan: &mut Scan, found: &mut Findings) {
    let mut from = 1;
    for seal in seals.earlier.values() {
        if roots.get(&seal.size) == Some(&seal.root) {
            scan.proven.insert((seal.size, seal.root));
            from = seal.size + 1;
        } else {
            found.add(Problem::Rewritten { size: seal.size });
        }
    }
    let Some(seal) = &seals.current else { return };
    match roots.get(&seal.size) {
        None => found.add(Problem::Truncated { records: scan.records, sealed: seal.size }),
        Some(root) if *root != seal.root => {
            // An earlier seal narrows the place only when it lies under this one.
            let from = if from > seal.size { 1 } else { from };
            found.add(Problem::OtherRoot { from, size: seal.size });
        }
        Some(_) => {
            scan.proven.insert((seal.size, seal.root));
        }
    }
}

/// Reports names that have no place here, and lists those that may be here but are not under the seal.
fn check_names(log: &Log, files: &Files, found: &mut Findings) -> Vec<String> {
    let mut uncovered: Vec<String> = log.extras().map(str::to_owned).collect();
    for (name, file) in files.iter().filter(|(name, _)| !name.contains('/')) {
        let is_part = match name.as_str() {
            "format" | "log.jsonl" | "checkpoint" | "lock" => file.is_file,
            "orphans" => !file.is_file,
            name => name.starts_with('.') || (name.starts_with("torn-") && file.is_file),
        };
        if !is_part {
            found.add(Problem::ExtraFile { name: name.clone() });
        } else if name.starts_with(['.', 't']) || name == "orphans" {
            uncovered.push(name.clone());
        }
    }
    // Other folders can only stand in a bundle, where they have no entries of their own.
    for name in files.keys().filter(|name| name.contains('/')) {
        if !name.starts_with("objects/") && !name.starts_with("checkpoints/") {
            found.add(Problem::ExtraFile { name: name.clone() });
        }
    }
    uncovered
}
