//! Reads a log, its objects and its proofs from a folder or a bundle, without writing anything.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::chain::Chain;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::keys::VerifyingKey;
use crate::lines::{Line, Lines};
use crate::merkle::{self, leaf_hash};
use crate::objects;
use crate::proof::{ConsistencyProof, InclusionProof};
use crate::record::Record;
use crate::source::{self, Source};
use crate::verify::{Mode, Verification, verify_log};

/// What is refused as too large, in bytes; and the most files that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One line of the log.
    pub line: u64,
    /// The log.
    pub log: u64,
    /// One object.
    pub object: u64,
    /// The number of files.
    pub files: u64,
}

impl Default for Limits {
    /// 16 MiB a line, 4 GiB the log, 1 GiB an object, a million files.
    fn default() -> Self {
        Self { line: 16 << 20, log: 4 << 30, object: 1 << 30, files: 1_000_000 }
    }
}

/// A log opened for reading.
pub struct Log {
    pub(crate) source: Source,
    pub(crate) limits: Limits,
}

/// The lines of an opened log.
type LogLines<'a> = Lines<BufReader<Box<dyn Read + Send + 'a>>>;

impl Log {
    /// Opens an evidence folder or a bundle.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_with(path, Limits::default())
    }

    /// Opens an evidence folder or a bundle, with other limits.
    pub fn read_with(path: impl AsRef<Path>, limits: Limits) -> Result<Self> {
        Ok(Self { source: Source::open(path.as_ref(), &limits)?, limits })
    }

    /// Takes a bundle that is in memory.
    pub fn from_bundle(bytes: Vec<u8>, limits: Limits) -> Result<Self> {
        Ok(Self { source: Source::from_bytes(bytes, &limits)?, limits })
    }

    /// The records in order. The first line that breaks the chain is an error, and the last item.
    pub fn records(&self) -> Result<Records<'_>> {
        Ok(Records { lines: Some(self.lines()?), chain: Chain::new(), path: self.source.place("log.jsonl") })
    }

    /// One record by its number; the records before it are read on the way.
    pub fn record(&self, n: u64) -> Result<Record> {
        let mut records = 0;
        for record in self.records()? {
            records += 1;
            if records == n {
                return record;
            }
            record?;
        }
        Err(Error::NoRecord { n, records })
    }

    /// The bytes of an object, at most `limit`; content that does not fit its name is refused.
    pub fn object(&self, object: &Digest, limit: u64) -> Result<Vec<u8>> {
        let limit = limit.min(self.limits.object);
        let found = self.source.small(&source::object_name(object), limit)?;
        let bytes = found.ok_or(Error::NoObject { object: *object })?;
        if Digest::of(&bytes) == *object { Ok(bytes) } else { Err(Error::ChangedObject { object: *object }) }
    }

    /// Hands the bytes of an object to `out` piece by piece; on an error `out` may have got a part.
    pub fn copy_object(&self, object: &Digest, out: &mut dyn std::io::Write) -> Result<()> {
        objects::copy(self, object, out)
    }

    /// The names of the files in a bundle beside the evidence; they are not under the seal.
    pub fn extras(&self) -> impl Iterator<Item = &str> {
        self.source.extras()
    }

    /// The content of a file beside the evidence in a bundle, at most `limit` bytes; `None` when there is none.
    pub fn extra(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        let Some(name) = self.extras().find(|extra| *extra == name) else { return Ok(None) };
        let Some((reader, size)) = self.source.span_reader(name)? else { return Ok(None) };
        source::read_all(reader, size, limit, &self.source.path().join(name)).map(Some)
    }

    /// The proof that record `n` stands in the log of the first `size` records.
    pub fn inclusion(&self, n: u64, size: u64) -> Result<InclusionProof> {
        let leaves = self.leaves(size)?;
        let missing = || Error::NoRecord { n, records: size };
        let index = usize::try_from(n).ok().and_then(|n| n.checked_sub(1)).ok_or_else(missing)?;
        let path = merkle::inclusion_path(&leaves, index).ok_or_else(missing)?;
        let line = self.line(n)?;
        Ok(InclusionProof { size, line, path })
    }

    /// The proof that the log of `new` records begins with the log of `old` records.
    pub fn consistency(&self, old: u64, new: u64) -> Result<ConsistencyProof> {
        let leaves = self.leaves(new)?;
        let path = usize::try_from(old).ok().and_then(|old| merkle::consistency_path(&leaves, old));
        let path = path.ok_or(Error::NoRecord { n: old, records: new })?;
        Ok(ConsistencyProof { old, new, path })
    }

    /// The root over the first `size` records.
    pub fn root(&self, size: u64) -> Result<Digest> {
        Ok(merkle::root(&self.leaves(size)?))
    }

    /// Looks at every byte of log, objects and seals and says everything that is wrong.
    pub fn verify(&self, key: Option<&VerifyingKey>, mode: Mode) -> Result<Verification> {
        verify_log(self, key, mode)
    }

    /// The lines of the log; a log that is not there is not evidence.
    pub(crate) fn lines(&self) -> Result<LogLines<'_>> {
        let path = self.source.place("log.jsonl");
        let Some((reader, size)) = self.source.reader("log.jsonl")? else {
            return Err(Error::NotEvidence { path, reason: "it is missing" });
        };
        if size > self.limits.log {
            return Err(Error::TooLarge { what: path.display().to_string(), limit: self.limits.log });
        }
        Ok(Lines::new(BufReader::with_capacity(1 << 16, reader), self.limits.line))
    }

    fn leaves(&self, size: u64) -> Result<Vec<Digest>> {
        let mut leaves = Vec::new();
        self.each_line(size, |line| leaves.push(leaf_hash(line)))?;
        Ok(leaves)
    }

    fn line(&self, n: u64) -> Result<String> {
        let mut last = Vec::new();
        self.each_line(n, |line| {
            last.clear();
            last.extend_from_slice(line);
        })?;
        let path = self.source.place("log.jsonl");
        String::from_utf8(last).map_err(|_| Error::DamagedLog {
            path,
            line: n,
            reason: "it is not UTF-8".into(),
        })
    }

    /// Hands over the first `size` lines; fewer are an error.
    fn each_line(&self, size: u64, mut take: impl FnMut(&[u8])) -> Result<()> {
        let path = self.source.place("log.jsonl");
        let mut lines = self.lines()?;
        for records in 0..size {
            match lines.read().map_err(|error| Error::io("read", &path, error))? {
                Some(Line::Whole(line)) => take(line),
                _ => return Err(Error::NoRecord { n: size, records }),
            }
        }
        Ok(())
    }
}

/// The records of a log in order.
pub struct Records<'a> {
    /// Taken away at the end and after an error.
    lines: Option<LogLines<'a>>,
    chain: Chain,
    path: PathBuf,
}

impl Iterator for Records<'_> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        let lines = self.lines.as_mut()?;
        let line = self.chain.len() + 1;
        let taken = match lines.read() {
            Ok(None) => None,
            Ok(Some(Line::Whole(bytes))) => Some(self.chain.take(bytes).strictly()),
            Ok(Some(Line::Torn(_))) => Some(Err("it has no end".to_owned())),
            Ok(Some(Line::TooLong)) => Some(Err("it is too long".to_owned())),
            Err(error) => {
                self.lines = None;
                return Some(Err(Error::io("read", &self.path, error)));
            }
        };
        if !matches!(taken, Some(Ok(_))) {
            self.lines = None;
        }
        let path = || self.path.clone();
        taken.map(|taken| taken.map_err(|reason| Error::DamagedLog { path: path(), line, reason }))
    }
}

/// Reads a bundle and verifies what is in it.
#[doc(hidden)]
pub fn fuzz_bundle(bytes: &[u8]) {
    let Ok(log) = Log::from_bundle(bytes.to_vec(), Limits::default()) else { return };
    let verified = log.verify(None, Mode::Unsealed);
    if let Ok(records) = log.records() {
        let count = records.take_while(Result::is_ok).count() as u64;
        assert!(verified.is_ok_and(|verified| verified.records >= count), "verify sees every record");
    }
}
