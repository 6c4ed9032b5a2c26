//! The tasks behind `cargo xtask`, as a library so that tests can hold the house against them.

pub mod ci;
mod command;
mod error;
pub mod new;
pub mod reference;
pub mod tidy;
mod tree;

use std::path::{Path, PathBuf};

pub use command::metadata;
pub use error::{Error, Result};
pub use tree::{Tree, TreeFile};

/// Prints a line on standard output; a reader that went away is no trouble.
#[macro_export]
macro_rules! say {
    ($($arg:tt)*) => {{
        let line = ::std::format!($($arg)*) + "\n";
        let _ = ::std::io::Write::write_all(&mut ::std::io::stdout(), line.as_bytes());
    }};
}

/// The root of the workspace, wherever the task was called from.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or_else(|| here.to_path_buf(), Path::to_path_buf)
}
