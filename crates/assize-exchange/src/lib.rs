//! The atlas in and out: framework editions and their mappings, one file per format. No file is opened here; bytes
//! come in, text goes out, and what came from elsewhere is bounded, checked and reported before anything is kept.
//!
//! - [`bounded`] reads a file within a limit; [`Format::detect`] tells what it is.
//! - [`Format::read`] gives a [`Draft`]: editions, mappings, what was repaired ([`Repair`]), what was left out
//!   ([`Dropped`]). [`Asked`] carries what the caller knows: name, editions, licence.
//! - [`plan()`] lists what keeping the draft would change; [`write()`] gives the catalogue files that keep it, merged
//!   with what is held.
//! - [`Selection`] is a part of the catalogue; [`Export::write`] gives its files.
//!
//! ```
//! use assize_exchange::{Asked, Export, Format, OnDifference, Selection, plan, write};
//! use assize_model::catalogue::Catalogue;
//!
//! let held = Catalogue::default();
//! let table = b"source_framework,source_id,target_framework,target_id,relation\na@1,1,b@1,2,subset-of\n";
//! let format = Format::detect("map.csv", table).expect("the name says it");
//! let draft = format.read(table, Asked { name: "map.csv", ..Asked::default() }, &held)?;
//! assert_eq!(plan(&draft, &held).len(), 3, "two editions and a row");
//! let files = write(&draft, &held, OnDifference::Keep)?;
//! let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
//! let kept = Catalogue::read(&files).expect("what is written reads back");
//! let exported = Export::Sssom.write(&Selection::all(&kept, "2026-11-25")?);
//! assert_eq!(exported.len(), 1);
//! # Ok::<(), assize_exchange::Error>(())
//! ```

mod draft;
mod error;
mod export;
mod format;
mod guard;
mod ids;
mod import;
mod licence;
mod limits;
mod oscal;
mod plan;
mod toml;
mod write;

pub use draft::{Asked, Draft, Dropped, LICENCE_UNSTATED, Repair};
pub use error::Error;
pub use export::{Export, File, Selection};
pub use format::Format;
pub use licence::is_open;
pub use limits::{MOST_BYTES, bounded};
pub use oscal::NAMESPACE;
pub use plan::{Change, Ends, plan};
pub use write::{OnDifference, write};
