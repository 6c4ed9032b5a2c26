//! Everything that verification can find wrong, as a closed list with the words for it.

use serde::Serialize;

use crate::digest::Digest;

/// The most problems that are listed; the rest are counted.
const MOST: usize = 1000;

/// One thing that is wrong with the evidence, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum Problem {
    /// The log is not there.
    #[error("log.jsonl is missing")]
    MissingLog,
    /// A line is not a record.
    #[error("log.jsonl line {line}: {reason}")]
    BadLine {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A record's number is not its line's; said once where lines were removed, added or moved.
    #[error("log.jsonl line {line}: record {found} stands here; a line was removed, added or moved")]
    WrongNumber {
        /// The line, from 1.
        line: u64,
        /// The number that stands in it.
        found: u64,
    },
    /// A record names another predecessor than the line before it.
    #[error(
        "log.jsonl line {line}: it follows another line than the one before it; one of the two was changed or moved"
    )]
    BrokenChain {
        /// The line, from 1.
        line: u64,
    },
    /// The last line has no end.
    #[error(
        "log.jsonl line {line}: {bytes} bytes of a torn line; a write was interrupted or bytes were removed"
    )]
    TornLine {
        /// The line, from 1.
        line: u64,
        /// How many bytes there are.
        bytes: u64,
    },
    /// A line is longer than the limit; the log was read no further.
    #[error("log.jsonl line {line}: it is longer than {limit} bytes; the log was read no further")]
    LineTooLong {
        /// The line, from 1.
        line: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A record names an object that is not there.
    #[error("object {object}, named by record {record}, is missing")]
    MissingObject {
        /// The object.
        object: Digest,
        /// The first record that names it.
        record: u64,
    },
    /// An object's bytes are not those its name promises.
    #[error("object {object}, named by record {record}, was changed: its content has another hash")]
    ChangedObject {
        /// The object.
        object: Digest,
        /// The first record that names it.
        record: u64,
    },
    /// No record names an object.
    #[error("object {object} is not referenced by any record")]
    UnnamedObject {
        /// The object.
        object: Digest,
    },
    /// An object is larger than the limit and was not read.
    #[error("object {object}, named by record {record}, is larger than {limit} bytes and was not read")]
    ObjectTooLarge {
        /// The object.
        object: Digest,
        /// The first record that names it.
        record: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A file, folder or link that has no place in the evidence.
    #[error("{name} is no part of the evidence")]
    ExtraFile {
        /// Its name in the evidence folder.
        name: String,
    },
    /// There is no seal.
    #[error("the evidence is not sealed: checkpoint is missing")]
    NotSealed,
    /// A seal cannot be read.
    #[error("{file} is not readable as a seal: {reason}")]
    BadSeal {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The signature does not fit the text of the seal.
    #[error("{file}: the signature does not fit; the seal was changed")]
    BadSignature {
        /// The file.
        file: String,
    },
    /// Another key than the given one sealed.
    #[error("checkpoint: it was sealed with the key {found}, which is not the given key")]
    OtherKey {
        /// The key that the seal names, in base64.
        found: String,
    },
    /// The seal bears another name than the given key.
    #[error("checkpoint: it was sealed in the name {found:?}, and the given key belongs to {expected:?}")]
    OtherName {
        /// The name in the seal.
        found: String,
        /// The name of the given key.
        expected: String,
    },
    /// There are fewer records than were sealed.
    #[error("log.jsonl ends after {records} records, and {sealed} were sealed; records were removed")]
    Truncated {
        /// The records that are there.
        records: u64,
        /// The records under the seal.
        sealed: u64,
    },
    /// The sealed records are not those the seal was made over.
    #[error("the records {from} to {size} are not those that were sealed: their root is another")]
    OtherRoot {
        /// The first record that no earlier seal proves.
        from: u64,
        /// The records under the seal.
        size: u64,
    },
    /// The log does not extend an earlier seal: it was rewritten.
    #[error(
        "checkpoints/{size}: the log does not begin with the {size} records sealed earlier; it was rewritten"
    )]
    Rewritten {
        /// The records under the earlier seal.
        size: u64,
    },
    /// An earlier seal that a later one names is not there.
    #[error("checkpoints/{size} is missing, and a later seal names it")]
    MissingSeal {
        /// The records under the earlier seal.
        size: u64,
    },
    /// A later seal names an earlier one with another root.
    #[error("checkpoints/{size} is not the seal that a later seal names")]
    OtherSeal {
        /// The records under the earlier seal.
        size: u64,
    },
    /// An earlier seal that no later one names.
    #[error("checkpoints/{size} is named by no later seal")]
    StraySeal {
        /// The records under the stray seal.
        size: u64,
    },
    /// More was found than is listed.
    #[error("{count} more problems were found")]
    Further {
        /// How many.
        count: u64,
    },
}

/// Collects problems without growing beyond measure.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    problems: Vec<Problem>,
    further: u64,
}

impl Findings {
    pub(crate) fn add(&mut self, problem: Problem) {
        if self.problems.len() < MOST {
            self.problems.push(problem);
        } else {
            self.further += 1;
        }
    }

    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        if self.further > 0 {
            self.problems.push(Problem::Further { count: self.further });
        }
        self.problems
    }
}
