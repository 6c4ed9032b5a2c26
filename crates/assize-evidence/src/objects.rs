//! Objects read piece by piece, so that one of a gigabyte takes no more memory than one of a byte.

use std::collections::{BTreeSet, HashMap};
use std::io::{Read, Write};

use sha2::{Digest as _, Sha256};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::log::Log;
use crate::problem::{Findings, Problem};
use crate::source::{Files, object_name};

const PIECE: usize = 1 << 16;

/// Copies until the end or until more than `limit` bytes came; returns the number of bytes and their hash.
pub(crate) fn pump(
    reader: &mut dyn Read,
    limit: u64,
    mut take: impl FnMut(&[u8]) -> Result<()>,
    failed: impl Fn(std::io::Error) -> Error,
) -> Result<(u64, Digest)> {
    let (mut hash, mut size, mut piece) = (Sha256::new(), 0u64, vec![0; PIECE]);
    while size <= limit {
        let read = match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        hash.update(&piece[..read]);
        take(&piece[..read])?;
        size += read as u64;
    }
    Ok((size, Digest::from_bytes(hash.finalize().into())))
}

/// Copies one object and checks its content on the way.
pub(crate) fn copy(log: &Log, object: &Digest, out: &mut dyn Write) -> Result<()> {
    let name = object_name(object);
    let place = log.source.place(&name);
    let (mut reader, size) = log.source.reader(&name)?.ok_or(Error::NoObject { object: *object })?;
    let limit = log.limits.object;
    if size > limit {
        return Err(Error::TooLarge { what: place.display().to_string(), limit });
    }
    let write = |piece: &[u8]| out.write_all(piece).map_err(|error| Error::io("write", &place, error));
    let (_, found) = pump(&mut reader, limit, write, |error| Error::io("read", &place, error))?;
    if found == *object { Ok(()) } else { Err(Error::ChangedObject { object: *object }) }
}

/// Compares the files in `objects/` with their names, and with the objects that records name (with the first such record).
pub(crate) fn check(
    log: &Log,
    files: &Files,
    named: &HashMap<Digest, u64>,
    found: &mut Findings,
) -> Result<()> {
    let mut present = BTreeSet::new();
    for (name, file) in files {
        let Some(object) = name.strip_prefix("objects/") else { continue };
        match object.parse::<Digest>() {
            Ok(object) if file.is_file => {
                present.insert(object);
                check_one(log, &object, file.size, named.get(&object).copied(), found)?;
            }
            _ => found.add(Problem::ExtraFile { name: name.clone() }),
        }
    }
    let mut missing: Vec<_> = named.iter().filter(|(object, _)| !present.contains(*object)).collect();
    missing.sort_by_key(|(object, record)| (**record, **object));
    for (object, record) in missing {
        found.add(Problem::MissingObject { object: *object, record: *record });
    }
    Ok(())
}

fn check_one(log: &Log, object: &Digest, size: u64, record: Option<u64>, found: &mut Findings) -> Result<()> {
    let Some(record) = record else {
        found.add(Problem::UnnamedObject { object: *object });
        return Ok(());
    };
    let limit = log.limits.object;
    if size > limit {
        found.add(Problem::ObjectTooLarge { object: *object, record, limit });
        return Ok(());
    }
    let name = object_name(object);
    let Some((mut reader, _)) = log.source.reader(&name)? else { return Ok(()) };
    let failed = |error| Error::io("read", &log.source.place(&name), error);
    let (_, content) = pump(&mut reader, limit, |_| Ok(()), failed)?;
    if content != *object {
        found.add(Problem::ChangedObject { object: *object, record });
    }
    Ok(())
}
