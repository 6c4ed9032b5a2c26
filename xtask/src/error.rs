//! What can go wrong in a task. Every message fits after "failed to".

use std::io;
use std::path::PathBuf;

/// The result of a task.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a task did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The task was called in a way it does not know.
    #[error("understand the call: {0}")]
    Usage(String),
    /// A file could not be read, written or listed.
    #[error("{act} {path}: {source}")]
    File {
        /// What was tried.
        act: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it did not work.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why it did not start.
        source: io::Error,
    },
    /// A program ended with an error; what is wrong stands above.
    #[error("pass the step `{0}`; what is wrong stands above")]
    Step(String),
    /// What a program said could not be read.
    #[error("read what {program} said: {reason}")]
    Answer {
        /// The program.
        program: String,
        /// What was unexpected.
        reason: String,
    },
    /// Something of this name is there already.
    #[error("create {0}: it exists already")]
    Exists(String),
    /// A file that a new one is copied from, or has to be listed in, does not look as expected.
    #[error("use {path}: {reason}")]
    Neighbour {
        /// The file.
        path: String,
        /// What was expected.
        reason: String,
    },
    /// The house is not in order.
    #[error("find the house in order: {0} stand above")]
    Untidy(String),
}

impl Error {
    /// A file that could not be read, written or listed.
    pub(crate) fn file(act: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { act, path, source }
    }
}
