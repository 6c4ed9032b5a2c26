//! The append-only evidence log: records, objects, seal, verification.
//!
//! An evidence folder holds `log.jsonl` (one record a line, the leaves of an RFC 6962 Merkle tree), `objects/<sha256>`
//! (raw bytes), `checkpoint` (the seal, a C2SP signed note), `checkpoints/<size>` (earlier seals) and `format`.
//! [`Store`] writes it, [`Log`] reads it or a [`bundle()`] of it, [`verify()`] says everything that is wrong with it.

mod bundle;
mod chain;
mod checkpoint;
mod digest;
mod error;
mod keys;
mod lines;
mod lock;
mod log;
pub mod merkle;
mod note;
mod objects;
mod problem;
mod proof;
mod record;
mod recovery;
mod seals;
mod source;
mod store;
mod verify;
mod write;

pub use bundle::bundle;
pub use checkpoint::Seal;
pub use digest::Digest;
pub use error::{Error, Result};
pub use keys::{SigningKey, VerifyingKey};
pub use log::{Limits, Log, Records};
pub use problem::Problem;
pub use proof::{ConsistencyProof, InclusionProof};
pub use record::{Draft, Record};
pub use recovery::Recovery;
pub use store::{Store, seal};
pub use verify::{Mode, Signer, Verification, verify};

/// Entry points for the fuzz targets; nothing a caller should use.
#[doc(hidden)]
pub mod fuzz {
    pub use crate::checkpoint::fuzz_checkpoint;
    pub use crate::log::fuzz_bundle;
    pub use crate::record::fuzz_line;
}
