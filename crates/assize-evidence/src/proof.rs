//! Proofs that travel as JSON: one record belongs to a sealed log, and a later log extends an earlier one.
//! Whoever holds a proof needs the root or roots from a verified seal and nothing else.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::merkle;
use crate::record::Record;

/// Shows that one record stands in the log that has a given root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// The number of records under the root.
    pub size: u64,
    /// The record's line, byte for byte.
    pub line: String,
    /// The hashes beside the way from the record to the root, nearest first.
    pub path: Vec<Digest>,
}

impl InclusionProof {
    /// Follows the path and returns the record it proves; its place is the number in the record itself.
    pub fn verify(&self, root: &Digest) -> Result<Record> {
        let record = Record::parse(self.line.as_bytes()).map_err(|_| Error::ProofFails)?;
        let index = record.n.checked_sub(1).ok_or(Error::ProofFails)?;
        let leaf = merkle::leaf_hash(self.line.as_bytes());
        match merkle::included_root(&leaf, index, self.size, &self.path) {
            Some(found) if found == *root => Ok(record),
            _ => Err(Error::ProofFails),
        }
    }
}

/// Shows that the log of `new` records begins with the log of `old` records, unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    /// The records of the earlier log.
    pub old: u64,
    /// The records of the later log.
    pub new: u64,
    /// The hashes that lead to both roots.
    pub path: Vec<Digest>,
}

impl ConsistencyProof {
    /// Follows the path to both roots.
    pub fn verify(&self, old_root: &Digest, new_root: &Digest) -> Result<()> {
        let holds = merkle::is_consistent((self.old, old_root), (self.new, new_root), &self.path);
        if holds { Ok(()) } else { Err(Error::ProofFails) }
    }
}
