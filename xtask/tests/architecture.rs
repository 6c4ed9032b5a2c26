//! `ARCHITECTURE.md` against the tree and the manifests, so that `cargo test` alone notices when they part.

use xtask::tidy::architecture;
use xtask::{Tree, metadata, root};

#[test]
fn the_figure_shows_the_crates_as_they_depend_on_each_other() {
    let tree = Tree::read(&root()).unwrap();
    assert_eq!(architecture::arrows(&tree, &metadata(&root()).unwrap()), []);
}

#[test]
fn every_path_is_there_and_every_crate_has_its_place() {
    let tree = Tree::read(&root()).unwrap();
    assert_eq!(architecture::paths(&tree), []);
    assert_eq!(architecture::crates(&tree), []);
}
