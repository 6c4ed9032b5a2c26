//! What opening for writing finds and sets right: the state of the log, a torn last line, leftovers of a killed writer.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};

use crate::chain::Chain;
use crate::checkpoint::Checkpoint;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::lines::{Line, Lines};
use crate::log::Limits;
use crate::note;
use crate::source::object_name;
use crate::write::{TEMP, sync_folder};

/// What a killed writer left and where it was put. Records that were completed are never touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The file that has the bytes of a torn last line, beside the log.
    pub torn: Option<PathBuf>,
    /// Objects that no record named; they are in the folder `orphans` now.
    pub orphans: Vec<Digest>,
}

impl Recovery {
    /// Whether nothing had to be set right.
    pub const fn is_empty(&self) -> bool {
        self.torn.is_none() && self.orphans.is_empty()
    }
}

/// The log as it was found.
pub(crate) struct State {
    pub(crate) chain: Chain,
    /// The bytes of all whole lines.
    pub(crate) length: u64,
    /// The objects that records name.
    pub(crate) named: HashSet<Digest>,
    torn: Vec<u8>,
}

/// Reads the seal of a folder, if it has one; a seal that is not whole is an error.
pub(crate) fn read_seal(dir: &Path) -> Result<Option<Checkpoint>> {
    let path = dir.join("checkpoint");
    let damaged = |reason: &str| Error::DamagedSeal { path: path.clone(), reason: reason.to_owned() };
    let bytes = match fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Ok(meta) if meta.len() > note::LIMIT => return Err(damaged("it is too large")),
        _ => fs::read(&path).map_err(|error| Error::io("read", &path, error))?,
    };
    let checkpoint = Checkpoint::parse(&bytes).map_err(damaged)?;
    if checkpoint.is_whole() { Ok(Some(checkpoint)) } else { Err(damaged("its signature does not fit")) }
}

/// Reads the whole log and compares it with its seal, so that nothing is appended to a log that was changed.
pub(crate) fn read_log(path: &Path, seal: Option<&Checkpoint>, limits: &Limits) -> Result<State> {
    let failed = |error| Error::io("read", path, error);
    let file = File::open(path).map_err(failed)?;
    let mut lines = Lines::new(BufReader::with_capacity(1 << 16, file), limits.line);
    let mut state = State { chain: Chain::new(), length: 0, named: HashSet::new(), torn: Vec::new() };
    let mut is_borne_out = seal.is_none();
    while let Some(line) = lines.read().map_err(failed)? {
        let number = state.chain.len() + 1;
        let damaged = |reason| Error::DamagedLog { path: path.to_path_buf(), line: number, reason };
        match line {
            Line::TooLong => return Err(damaged("it is too long".to_owned())),
            Line::Torn(bytes) => state.torn = bytes.to_vec(),
            Line::Whole(bytes) => {
                state.length += bytes.len() as u64 + 1;
                let record = state.chain.take(bytes).strictly().map_err(damaged)?;
                state.named.extend(record.objects);
                if let Some(Checkpoint { seal, .. }) = seal.filter(|c| c.seal.size == number) {
                    is_borne_out = seal.root == state.chain.frontier.root();
                }
            }
        }
    }
    if is_borne_out {
        return Ok(state);
    }
    let reason = "the log does not begin with the records under this seal".to_owned();
    Err(Error::DamagedSeal { path: path.with_file_name("checkpoint"), reason })
}

/// Puts the torn bytes beside the log and cuts them off. They are safe in the new file before the log is touched.
pub(crate) fn put_torn_aside(dir: &Path, log: &File, state: &State) -> Result<Option<PathBuf>> {
    if state.torn.is_empty() {
        return Ok(None);
    }
    let (path, mut file) = torn_file(dir, state.chain.len() + 1)?;
    let written = file.write_all(&state.torn).and_then(|()| file.sync_all());
    if let Err(error) = written {
        let _ = fs::remove_file(&path);
        return Err(Error::io("write", &path, error));
    }
    sync_folder(dir)?;
    let cut = log.set_len(state.length).and_then(|()| log.sync_all());
    cut.map_err(|error| Error::io("write", &dir.join("log.jsonl"), error))?;
    Ok(Some(path))
}

/// A new file `torn-7`, or `torn-7-2` when the same line was torn before.
fn torn_file(dir: &Path, line: u64) -> Result<(PathBuf, File)> {
    let mut path = dir.join(format!("torn-{line}"));
    for again in 2..10_000 {
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                path = dir.join(format!("torn-{line}-{again}"));
            }
            made => return Ok((path.clone(), made.map_err(|error| Error::io("create", &path, error))?)),
        }
    }
    Err(Error::TooManyFiles { path: dir.to_path_buf(), limit: 10_000 })
}

/// Removes unfinished files and moves objects that no record names to `orphans`.
pub(crate) fn tidy_objects(dir: &Path, named: &HashSet<Digest>) -> Result<Vec<Digest>> {
    let mut orphans = Vec::new();
    for part in ["", "objects", "checkpoints"] {
        let folder = dir.join(part);
        let failed = |error| Error::io("read", &folder, error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.starts_with(TEMP) {
                let path = folder.join(name);
                fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
                continue;
            }
            match name.parse::<Digest>() {
                Ok(object) if part == "objects" && !named.contains(&object) => orphans.push(object),
                _ => {}
            }
        }
    }
    orphans.sort_unstable();
    for object in &orphans {
        move_aside(dir, object)?;
    }
    Ok(orphans)
}

fn move_aside(dir: &Path, object: &Digest) -> Result<()> {
    let folder = dir.join("orphans");
    fs::create_dir_all(&folder).map_err(|error| Error::io("create", &folder, error))?;
    let path = folder.join(object.to_string());
    fs::rename(dir.join(object_name(object)), &path).map_err(|error| Error::io("write", &path, error))
}
