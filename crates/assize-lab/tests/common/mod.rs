//! The example declaration for a test, and a run that tells nobody.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use std::path::PathBuf;

use assize_lab::Progress;
use tempfile::TempDir;

/// Tells nobody.
pub struct Quiet;

impl Progress for Quiet {}

/// Copies the example declaration into a folder, each file changed.
pub fn example(folder: &TempDir, change: impl Fn(String) -> String) {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/products/halden-plug");
    for name in assize_lab::SKELETON_FILES {
        let text = std::fs::read_to_string(source.join(name)).unwrap();
        std::fs::write(folder.path().join(name), change(text)).unwrap();
    }
}
