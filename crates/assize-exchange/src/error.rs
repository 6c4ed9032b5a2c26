//! What can go wrong with a file as a whole. A single record that cannot be used is no error: the draft lists it.

/// Why a file cannot be read, or a draft cannot be written. The messages fit after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is larger than the caller wants to read.
    #[error("read {name}: it is larger than {limit} bytes; raise the limit, or cut the file")]
    TooLarge {
        /// The file.
        name: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The file cannot be fetched.
    #[error("read {name}: {source}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Nothing about the file says which format it is.
    #[error("tell the format of {name}; name one of {}", crate::Format::words())]
    UnknownFormat {
        /// The file.
        name: String,
    },
    /// The file is not what its format asks for, or holds something that is not taken in.
    #[error("read {name}: {place}: {message}; {remedy}")]
    Unfit {
        /// The file.
        name: String,
        /// Line, row, cell or member.
        place: String,
        /// What is wrong.
        message: String,
        /// What to do.
        remedy: &'static str,
    },
    /// An edition has no id that can stand in a path.
    #[error("name the edition `{id}`: {message}; write it as `family@edition`")]
    Edition {
        /// The id as it came.
        id: String,
        /// What is wrong with it.
        message: &'static str,
    },
    /// A date is none.
    #[error("read the date `{date}`; write it as 2026-11-25")]
    Date {
        /// The date as it came.
        date: String,
    },
}
