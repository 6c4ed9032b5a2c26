//! Reads the seal and the earlier seals of a log, and follows them from the latest back to the first.

use std::collections::{BTreeMap, BTreeSet};

use crate::checkpoint::{Checkpoint, Seal};
use crate::error::{Error, Result};
use crate::keys::VerifyingKey;
use crate::log::Log;
use crate::note;
use crate::problem::{Findings, Problem};
use crate::source::Files;

/// The seals of a log, before its records were compared with them.
pub(crate) struct Seals {
    /// The latest seal, if it is readable.
    pub(crate) current: Option<Seal>,
    /// Whether the latest seal is whole and by the given key, if one was given.
    pub(crate) is_good: bool,
    /// The earlier seals by size, each whole under the key it names.
    pub(crate) earlier: BTreeMap<u64, Seal>,
}

/// Reads all seals and reports what is wrong with them by themselves.
pub(crate) fn read(
    log: &Log,
    files: &Files,
    key: Option<&VerifyingKey>,
    found: &mut Findings,
) -> Result<Seals> {
    let current = parse(log, "checkpoint", found)?;
    let is_good = current.as_ref().is_some_and(|current| is_by(current, key, found));
    let mut earlier = BTreeMap::new();
    for (name, file) in files {
        let Some(size) = name.strip_prefix("checkpoints/") else { continue };
        let number = size.parse::<u64>().ok().filter(|number| file.is_file && number.to_string() == size);
        let Some(size) = number else {
            found.add(Problem::ExtraFile { name: name.clone() });
            continue;
        };
        if let Some(seal) = read_earlier(log, name, size, current.as_ref(), found)? {
            earlier.insert(size, seal);
        }
    }
    let current = current.map(|current| current.seal);
    follow(current.as_ref(), &earlier, files, found);
    Ok(Seals { current, is_good, earlier })
}

/// Whether the checkpoint is whole and made with the given key, or with the key it names when none is given.
fn is_by(checkpoint: &Checkpoint, key: Option<&VerifyingKey>, found: &mut Findings) -> bool {
    let seal = &checkpoint.seal;
    let is_whole = checkpoint.is_whole();
    if !is_whole {
        found.add(Problem::BadSignature { file: "checkpoint".into() });
    }
    let Some(key) = key else { return is_whole };
    let is_key = key.as_bytes() == seal.key.as_bytes();
    if !is_key {
        found.add(Problem::OtherKey { found: seal.key.to_string() });
    }
    let other_name = key.name().filter(|name| *name != seal.name);
    if let Some(expected) = other_name {
        found.add(Problem::OtherName { found: seal.name.clone(), expected: expected.to_owned() });
    }
    is_whole && is_key && other_name.is_none()
}

fn read_earlier(
    log: &Log,
    name: &str,
    size: u64,
    current: Option<&Checkpoint>,
    found: &mut Findings,
) -> Result<Option<Seal>> {
    let Some(checkpoint) = parse(log, name, found)? else { return Ok(None) };
    // A writer that was stopped while sealing leaves a copy of the seal it was about to replace.
    if current == Some(&checkpoint) && checkpoint.seal.size == size {
        return Ok(None);
    }
    if !checkpoint.is_whole() {
        found.add(Problem::BadSignature { file: name.to_owned() });
        return Ok(None);
    }
    if checkpoint.seal.size != size {
        let reason = format!("it seals {} records", checkpoint.seal.size);
        found.add(Problem::BadSeal { file: name.to_owned(), reason });
        return Ok(None);
    }
    Ok(Some(checkpoint.seal))
}

fn parse(log: &Log, name: &str, found: &mut Findings) -> Result<Option<Checkpoint>> {
    let bytes = match log.source.small(name, note::LIMIT) {
        Ok(None) => return Ok(None),
        Ok(Some(bytes)) => bytes,
        Err(Error::TooLarge { limit, .. }) => {
            let reason = format!("it is larger than {limit} bytes");
            found.add(Problem::BadSeal { file: name.to_owned(), reason });
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    match Checkpoint::parse(&bytes) {
        Ok(checkpoint) => Ok(Some(checkpoint)),
        Err(reason) => {
            found.add(Problem::BadSeal { file: name.to_owned(), reason: reason.to_owned() });
            Ok(None)
        }
    }
}

/// Each seal names the one before it; all must be there and no other.
fn follow(current: Option<&Seal>, earlier: &BTreeMap<u64, Seal>, files: &Files, found: &mut Findings) {
    let mut named = BTreeSet::new();
    let mut next = current.and_then(|seal| seal.extends);
    while let Some((size, root)) = next {
        named.insert(size);
        let seal = earlier.get(&size);
        match seal {
            Some(seal) if seal.root != root => found.add(Problem::OtherSeal { size }),
            // What is wrong with an unreadable one has been said.
            None if !files.contains_key(&format!("checkpoints/{size}")) => {
                found.add(Problem::MissingSeal { size });
            }
            _ => {}
        }
        next = seal.and_then(|seal| seal.extends);
    }
    for size in earlier.keys().filter(|size| !named.contains(size)) {
        found.add(Problem::StraySeal { size: *size });
    }
}
