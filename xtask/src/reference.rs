//! `gen`: writes `docs/reference` and the chapter on how the documents fit together, or compares them. The pages are made by the test `reference`, which alone needs the
//! rest of the workspace; so an ordinary `cargo test` notices a stale page too.

use std::path::Path;

use crate::command::cargo;
use crate::{Result, say};

/// The variable that makes the test write instead of compare.
pub const WRITE: &str = "ASSIZE_WRITE_REFERENCE";

const TEST: [&str; 8] =
    ["test", "--quiet", "--locked", "--package", "xtask", "--test", "reference", "reference_is_current"];

/// Writes the pages.
///
/// # Errors
/// When the workspace does not compile, or a page cannot be written.
pub fn write(root: &Path) -> Result<()> {
    cargo(root, "gen", &TEST, &[(WRITE, "1")])?;
    say!("docs/reference, docs/src/how-it-fits.md and docs/src/pictures are written.");
    Ok(())
}

/// Compares the pages.
///
/// # Errors
/// When the workspace does not compile, or a page differs.
pub fn check(root: &Path) -> Result<()> {
    cargo(root, "gen --check", &TEST, &[])
}
