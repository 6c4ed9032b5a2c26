//! What can go wrong in the program itself. The DUT's trouble is an indication, the bench's a record.

use std::path::PathBuf;

use assize_model::catalogue::Fault;
use assize_model::diagnostic::Diagnostic;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{act} {path}: {source}")]
    File {
        /// What was tried.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file is larger than anything it could rightly hold.
    #[error("read {path}: it has more than {limit} bytes; is it the right file?")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// The declaration cannot be used until these are put right.
    #[error("use the declaration: {} problems have to be put right first", .0.len())]
    Declaration(Vec<Diagnostic>),
    /// The folder already holds an assessment.
    #[error("create {0}: it already holds a declaration; choose another folder")]
    Exists(PathBuf),
    /// The folder holds something, whatever it is.
    #[error("create a declaration in {0}: the folder is not empty; choose a new or an empty one")]
    NotEmpty(PathBuf),
    /// The edition is not held.
    #[error("find edition `{id}`; {}", some(.held))]
    NoEdition {
        /// What was asked for.
        id: String,
        /// What is held.
        held: Vec<String>,
    },
    /// Nothing was assessed in the folder yet.
    #[error("find a recorded assessment in {0}; run `assize assess` first")]
    NothingRecorded(PathBuf),
    /// An answer does not fit the assessment.
    #[error("take the answer: {0}")]
    Answer(String),
    /// What was asked for on the command line is not there.
    #[error("do as asked: {0}")]
    Arguments(String),
    /// The bench lacks something that was asked for.
    #[error("{0}")]
    Bench(String),
    /// An address cannot be used.
    #[error("use `{given}` as an address: {why}")]
    Address {
        /// What was given.
        given: String,
        /// Why not.
        why: String,
    },
    /// The evidence store refused.
    #[error(transparent)]
    Evidence(#[from] assize_evidence::Error),
    /// A record in the log has a body of another shape.
    #[error("read record {record} of kind {kind}: {reason}; was it written by a newer Assize?")]
    Record {
        /// Its number.
        record: u64,
        /// Its kind.
        kind: String,
        /// What is wrong.
        reason: String,
    },
    /// The embedded catalogue is broken.
    #[error("read the catalogue: {0} faults; run `assize catalogue check`")]
    Catalogue(usize),
    /// A user's own catalogue is broken.
    #[error("read the catalogue in {path}: {}", first(.faults))]
    OwnCatalogue {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        faults: Vec<Fault>,
    },
    /// A question to the atlas names something it does not hold.
    #[error("find {what} `{given}`{}", nearest(.near))]
    Unknown {
        /// What it should have been.
        what: &'static str,
        /// What was given.
        given: String,
        /// The nearest that are held.
        near: Vec<String>,
    },
    /// A file of others cannot be read or written.
    #[error("{0}")]
    Exchange(String),
    /// No lineage leads from one edition to the other.
    #[error(
        "tell what became of {from} in {to}: no lineage leads from the first to the second; name the older first, or see what relates with `assize map {from} {to}`; lineages held are {}",
        .held.join(", ")
    )]
    NoLineage {
        /// The older edition.
        from: String,
        /// The newer edition.
        to: String,
        /// The pairs that are held.
        held: Vec<String>,
    },
    /// The run-time of the probes did not start.
    #[error("start the probes: {0}")]
    Runtime(#[source] std::io::Error),
}

/// The first faults, each with file, line and remedy.
fn first(faults: &[Fault]) -> String {
    let one = |f: &Fault| {
        let line = if f.line > 0 { format!(":{}", f.line) } else { String::new() };
        format!("\n  {}{line}: {}; {}", f.file, f.message, f.remedy)
    };
    let shown: String = faults.iter().take(10).map(one).collect();
    let more = faults.len().saturating_sub(10);
    if more > 0 { format!("{} faults{shown}\n  and {more} more", faults.len()) } else { shown }
}

fn nearest(near: &[String]) -> String {
    if near.is_empty() {
        return "; `assize catalogue` lists all editions, `assize search` finds requirements".to_owned();
    }
    format!("; near are {}", near.join(", "))
}

/// Names that are held, cut where they are many.
fn some(held: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = held.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match held.len().saturating_sub(SHOWN) {
        0 => format!("held are {shown}"),
        more => format!("held are {shown} and {more} more, which `assize catalogue` lists"),
    }
}
