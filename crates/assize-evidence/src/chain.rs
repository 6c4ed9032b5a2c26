//! Follows the chain of records: each has the next number and names the hash of the line before.

use crate::digest::Digest;
use crate::merkle::{Frontier, leaf_hash};
use crate::record::Record;

/// Where the chain stands after the lines seen so far.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) frontier: Frontier,
    pub(crate) prev: Digest,
}

/// One line, and how it stands in the chain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Taken {
    /// The line's place, from 1.
    pub(crate) line: u64,
    /// The record in it, or why there is none.
    pub(crate) record: Result<Record, String>,
    /// Whether it names the hash of the line before it.
    pub(crate) is_linked: bool,
}

impl Chain {
    pub(crate) fn new() -> Self {
        Self { frontier: Frontier::default(), prev: Digest::ZERO }
    }

    /// The number of lines seen.
    pub(crate) const fn len(&self) -> u64 {
        self.frontier.size()
    }

    /// Takes the next line, whatever is wrong with it, so that one bad line is one finding.
    pub(crate) fn take(&mut self, line: &[u8]) -> Taken {
        let prev = self.prev;
        self.prev = leaf_hash(line);
        self.frontier.push(self.prev);
        let record = Record::parse(line);
        let is_linked = record.as_ref().is_ok_and(|record| record.prev == prev);
        Taken { line: self.len(), record, is_linked }
    }
}

impl Taken {
    /// The record if nothing is wrong; else the words that follow "read log.jsonl line 7: ".
    pub(crate) fn strictly(self) -> Result<Record, String> {
        match self.record {
            Ok(record) if record.n != self.line => Err(format!("it has the number {}", record.n)),
            Ok(_) if !self.is_linked => Err("it names another predecessor than the line before it".into()),
            record => record,
        }
    }
}
