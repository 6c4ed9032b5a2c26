//! The writer: one process at a time appends records and puts objects; an earlier record never changes again.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use crate::chain::Chain;
use crate::checkpoint::{Checkpoint, Seal};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::keys::SigningKey;
use crate::lock::Lock;
use crate::log::Limits;
use crate::merkle::leaf_hash;
use crate::objects::pump;
use crate::record::{Draft, encode};
use crate::recovery::{self, Recovery};
use crate::source::{FORMAT, Source, object_name};
use crate::write::{self, Temp};

/// An evidence folder opened for writing; others get [`Error::Locked`] until it is dropped.
pub struct Store {
    dir: PathBuf,
    log: File,
    /// The bytes of all completed lines.
    length: u64,
    chain: Chain,
    /// Objects known to be in the folder.
    objects: HashSet<Digest>,
    /// Objects written since the last sync.
    unsynced: Vec<Digest>,
    seal: Option<Checkpoint>,
    recovery: Recovery,
    limits: Limits,
    is_broken: bool,
    _lock: Lock,
}

impl Store {
    /// Opens the evidence folder, and creates it when it is not there or empty. The whole log is read and compared with
    /// its seal. What a killed writer left is set right and reported by [`Store::recovered`]: a torn last line is
    /// moved beside the log, and objects that no record names are moved to `orphans`.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let (dir, limits) = (dir.as_ref().to_path_buf(), Limits::default());
        make_folder(&dir)?;
        let lock = Lock::of_writer(&dir)?;
        prepare(&dir, &limits)?;
        let path = dir.join("log.jsonl");
        let log = OpenOptions::new().append(true).create(true).open(&path);
        let log = log.map_err(|error| Error::io("write", &path, error))?;
        write::sync_folder(&dir)?;
        let seal = recovery::read_seal(&dir)?;
        let state = recovery::read_log(&path, seal.as_ref(), &limits)?;
        let torn = recovery::put_torn_aside(&dir, &log, &state)?;
        let orphans = recovery::tidy_objects(&dir, &state.named)?;
        Ok(Self {
            dir,
            log,
            length: state.length,
            chain: state.chain,
            objects: HashSet::new(),
            unsynced: Vec::new(),
            seal,
            recovery: Recovery { torn, orphans },
            limits,
            is_broken: false,
            _lock: lock,
        })
    }

    /// What had to be set right on opening.
    pub const fn recovered(&self) -> &Recovery {
        &self.recovery
    }

    /// The number of records.
    pub const fn records(&self) -> u64 {
        self.chain.len()
    }

    /// The root over all records.
    pub fn root(&self) -> Digest {
        self.chain.frontier.root()
    }

    /// The seal that the folder has, if any.
    pub fn sealed(&self) -> Option<&Seal> {
        self.seal.as_ref().map(|checkpoint| &checkpoint.seal)
    }

    /// Stores bytes under their hash; bytes that are there already are not written again. Name the object in a record
    /// before the store is dropped, or the next opening moves it to `orphans`.
    pub fn put(&mut self, bytes: &[u8]) -> Result<Digest> {
        self.check_size(bytes.len() as u64)?;
        let object = Digest::of(bytes);
        if !self.has(&object, Some(bytes.len() as u64)) {
            let mut temp = Temp::new(&self.dir.join("objects"))?;
            temp.write_all(bytes).map_err(|error| Error::io("write", temp.path(), error))?;
            self.keep(temp, object)?;
        }
        Ok(object)
    }

    /// As [`Store::put`], for bytes that need not fit into memory.
    pub fn put_from(&mut self, reader: &mut dyn Read) -> Result<Digest> {
        let mut temp = Temp::new(&self.dir.join("objects"))?;
        let path = temp.path().to_path_buf();
        let take = |piece: &[u8]| temp.write_all(piece).map_err(|error| Error::io("write", &path, error));
        let failed = |source| Error::Io { act: "read the bytes for", path: path.clone(), source };
        let (size, object) = pump(reader, self.limits.object, take, failed)?;
        self.check_size(size)?;
        if !self.has(&object, Some(size)) {
            self.keep(temp, object)?;
        }
        Ok(object)
    }

    /// Appends one record and returns its number. Every object it names must have been put. After an error the log is
    /// as it was before.
    pub fn append(&mut self, draft: Draft<'_>) -> Result<u64> {
        if let Some(object) = draft.objects.iter().find(|object| !self.has(object, None)) {
            return Err(Error::NoObject { object: *object });
        }
        self.objects.extend(draft.objects);
        let number = self.records() + 1;
        let mut line = encode(number, &self.chain.prev, &draft)?;
        if line.len() as u64 > self.limits.line {
            return Err(Error::TooLarge { what: format!("record {number}"), limit: self.limits.line });
        }
        let leaf = leaf_hash(&line);
        line.push(b'\n');
        self.write_line(&line)?;
        self.chain.frontier.push(leaf);
        self.chain.prev = leaf;
        Ok(number)
    }

    /// Makes everything written so far safe from a power cut.
    pub fn sync(&mut self) -> Result<()> {
        let objects = self.dir.join("objects");
        for object in &self.unsynced {
            let path = self.dir.join(object_name(object));
            let synced = File::open(&path).and_then(|file| file.sync_all());
            synced.map_err(|error| Error::io("write", &path, error))?;
        }
        if !self.unsynced.is_empty() {
            write::sync_folder(&objects)?;
            self.unsynced.clear();
        }
        self.log.sync_all().map_err(|error| Error::io("write", &self.dir.join("log.jsonl"), error))
    }

    /// Signs all records so far. The seal before is kept under `checkpoints`. Sealing the same records again with the
    /// same key and name returns the seal that is there.
    pub fn seal(&mut self, key: &SigningKey, name: &str, time: &str) -> Result<Seal> {
        let size = self.records();
        if size == 0 {
            return Err(Error::NothingToSeal { path: self.dir.clone() });
        }
        let public = key.verifying_key();
        if let Some(seal) = self.sealed().filter(|seal| seal.size == size) {
            if seal.key == public && seal.name == name {
                return Ok(seal.clone());
            }
            return Err(Error::AlreadySealed { path: self.dir.clone(), name: seal.name.clone(), size });
        }
        let extends = self.sealed().map(|seal| (seal.size, seal.root));
        let (name, time) = (name.to_owned(), time.to_owned());
        let seal = Seal { name, size, root: self.root(), key: public, time, extends };
        let checkpoint = Checkpoint::sign(seal.clone(), key)?;
        self.sync()?;
        if let Some(old) = &self.seal {
            let path = self.dir.join("checkpoints").join(old.seal.size.to_string());
            write::replace(&path, old.to_text().as_bytes())?;
        }
        write::replace(&self.dir.join("checkpoint"), checkpoint.to_text().as_bytes())?;
        self.seal = Some(checkpoint);
        Ok(seal)
    }

    fn check_size(&self, size: u64) -> Result<()> {
        let limit = self.limits.object;
        if size > limit { Err(Error::TooLarge { what: "an object".into(), limit }) } else { Ok(()) }
    }

    /// Whether the object is in the folder, with the given size if it is known.
    fn has(&self, object: &Digest, size: Option<u64>) -> bool {
        let is_right = |meta: fs::Metadata| meta.is_file() && size.is_none_or(|size| meta.len() == size);
        self.objects.contains(object)
            || fs::symlink_metadata(self.dir.join(object_name(object))).is_ok_and(is_right)
    }

    fn keep(&mut self, temp: Temp, object: Digest) -> Result<()> {
        temp.keep_as(&self.dir.join(object_name(&object)))?;
        self.objects.insert(object);
        self.unsynced.push(object);
        Ok(())
    }

    /// Writes the line with one call; of a line that was written in part nothing stays.
    fn write_line(&mut self, line: &[u8]) -> Result<()> {
        let path = self.dir.join("log.jsonl");
        if self.is_broken {
            return Err(Error::Broken { path });
        }
        let written = loop {
            match self.log.write(line) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(count) if count < line.len() => break Err(io::ErrorKind::StorageFull.into()),
                written => break written,
            }
        };
        if let Err(error) = written {
            self.is_broken = self.log.set_len(self.length).is_err();
            return Err(Error::io("write", &path, error));
        }
        self.length += line.len() as u64;
        Ok(())
    }
}

/// Opens the folder, seals all its records and closes it again; see [`Store::seal`].
pub fn seal(dir: impl AsRef<Path>, key: &SigningKey, name: &str, time: &str) -> Result<Seal> {
    let dir = dir.as_ref();
    // Opening would make a folder; sealing must not.
    Source::open(dir, &Limits::default())?;
    Store::open(dir)?.seal(key, name, time)
}

fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| Error::io("create", path, error))
}

/// Makes an empty folder an evidence folder; of any other the format must be known.
fn prepare(dir: &Path, limits: &Limits) -> Result<()> {
    let format = dir.join("format");
    if format.exists() || !is_fresh(dir)? {
        Source::open(dir, limits)?;
    } else {
        write::replace(&format, FORMAT.as_bytes())?;
    }
    make_folder(&dir.join("objects"))?;
    make_folder(&dir.join("checkpoints"))
}

/// Whether the folder has nothing but the lock and hidden files.
fn is_fresh(dir: &Path) -> Result<bool> {
    let failed = |error| Error::io("read", dir, error);
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if name != "lock" && !name.to_string_lossy().starts_with('.') {
            return Ok(false);
        }
    }
    Ok(true)
}
