//! What keeps the evidence from being written or read; each message names the place and, where there is one, the remedy.

use std::io;
use std::path::{Path, PathBuf};

use crate::digest::Digest;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// One variant per thing a caller can act on. Messages fit after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has the folder open for writing.
    #[error("open {}: another process is writing to it; let it end first", path.display())]
    Locked {
        /// The evidence folder.
        path: PathBuf,
    },
    /// The folder or file may not be written.
    #[error("write {}: it is read-only for this user; give write access or work on a copy ({source})", path.display())]
    ReadOnly {
        /// The file or folder that was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No space is left; records written before are whole.
    #[error("write {}: no space is left; the earlier records are whole, free space and repeat", path.display())]
    DiskFull {
        /// The file that was to be written.
        path: PathBuf,
    },
    /// Any other trouble with a file.
    #[error("{act} {}: {source}", path.display())]
    Io {
        /// What was attempted: `read`, `write`, `create`.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A failed append could not be taken back; the folder must be opened again.
    #[error("append to {}: an earlier failed append left a torn line; open the folder again to recover", path.display())]
    Broken {
        /// The log.
        path: PathBuf,
    },
    /// No evidence is there.
    #[error("read {}: it is not an evidence folder or bundle ({reason})", path.display())]
    NotEvidence {
        /// The folder or file.
        path: PathBuf,
        /// What is missing or in the way.
        reason: &'static str,
    },
    /// The format is newer than this program, or the format file is damaged.
    #[error("read {}: format \"{found}\" is unknown, this program reads \"{}\"; use a newer one", path.display(), crate::source::FORMAT.trim_end())]
    UnknownFormat {
        /// The file that names the format.
        path: PathBuf,
        /// The format it names.
        found: String,
    },
    /// A line of the log cannot be trusted.
    #[error("read {} line {line}: {reason}; verify the folder and restore it from a copy", path.display())]
    DamagedLog {
        /// The log.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The seal cannot be trusted, or the log does not fit it.
    #[error("read {}: {reason}; verify the folder and restore it from a copy", path.display())]
    DamagedSeal {
        /// The checkpoint.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A bundle is not as this program writes it.
    #[error("read bundle {} at byte {offset}: {reason}", path.display())]
    BadBundle {
        /// The bundle.
        path: PathBuf,
        /// Where in the file.
        offset: u64,
        /// What is wrong there.
        reason: String,
    },
    /// The object is not in the folder or bundle.
    #[error("find object {object}: put it before a record names it")]
    NoObject {
        /// The object.
        object: Digest,
    },
    /// The bytes of an object do not have the hash that is its name.
    #[error("read object {object}: its content was changed")]
    ChangedObject {
        /// The object.
        object: Digest,
    },
    /// The log has no such record.
    #[error("find record {n}: the log has {records}")]
    NoRecord {
        /// The record asked for.
        n: u64,
        /// The records that are there.
        records: u64,
    },
    /// Something is larger than the limit.
    #[error("take {what}: it is larger than the limit of {limit} bytes")]
    TooLarge {
        /// What is too large.
        what: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// There are more files than the limit.
    #[error("read {}: there are more than {limit} files", path.display())]
    TooManyFiles {
        /// The folder or bundle.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// A field of a draft, seal or bundle cannot be taken.
    #[error("take {field} {value:?}: {reason}")]
    BadField {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What is expected.
        reason: &'static str,
    },
    /// A key cannot be read.
    #[error("read the key: {reason}")]
    BadKey {
        /// What is wrong and what is expected.
        reason: String,
    },
    /// A log without records cannot be sealed.
    #[error("seal {}: the log has no records", path.display())]
    NothingToSeal {
        /// The evidence folder.
        path: PathBuf,
    },
    /// Another key or name sealed exactly these records.
    #[error("seal {}: {name} sealed these {size} records already; append a record first", path.display())]
    AlreadySealed {
        /// The evidence folder.
        path: PathBuf,
        /// Who sealed it.
        name: String,
        /// The records sealed.
        size: u64,
    },
    /// A proof does not lead to the given root.
    #[error("follow the proof: it does not lead to the root")]
    ProofFails,
}

impl Error {
    /// Names what was attempted and sorts out the two troubles a user can end: no rights and no space.
    pub(crate) fn io(act: &'static str, path: &Path, source: io::Error) -> Self {
        use io::ErrorKind as Kind;
        let path = path.to_path_buf();
        match source.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge | Kind::WriteZero => {
                Self::DiskFull { path }
            }
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem if act != "read" => {
                Self::ReadOnly { path, source }
            }
            _ => Self::Io { act, path, source },
        }
    }
}
