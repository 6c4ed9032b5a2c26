//! A DUT that moves to another address: what was seen at the old one is left out, and that is said until the new one was
//! looked at. Live, on loopback addresses of the test's own.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::time::Duration;

use assize_lab::{Budget, Folder, Hands, Stored, assess, catalogue, judge};
use common::Quiet;
use tempfile::TempDir;

const HERE: &str = "127.78.210.10";
const THERE: &str = "127.78.210.11";

/// The example declaration, with its DUT at an address, and nothing allowed that may upset it.
fn declare(folder: &TempDir, address: &str) {
    common::example(folder, |text| {
        let text = text.replace("127.77.3.10", address).replace("127.77.3.30", "127.78.210.30");
        text.lines().filter(|line| !line.starts_with("allow = ")).collect::<Vec<_>>().join("\n")
    });
}

/// Whether facts are said to be left out after a run.
fn is_hinted_after(folder: &TempDir, offline: bool) -> bool {
    let short = Duration::from_millis(200);
    let budget = Budget { read: short, banner: short / 2, settle: short, ..Budget::default() };
    let folder = Folder::open(folder.path()).unwrap();
    let hands = (!offline).then(Hands::default);
    assess(&folder, catalogue().unwrap(), &budget, hands.as_ref(), &mut Quiet).unwrap();
    let judged = judge(&folder, catalogue().unwrap(), None).unwrap();
    judged.assessment.troubles.iter().any(|t| t.contains("their facts are left out"))
}

/// Whether any step counts that was done at an address.
fn counts(folder: &TempDir, address: &str) -> bool {
    let stored = Stored::read(&Folder::open(folder.path()).unwrap().log().unwrap()).unwrap();
    stored.facts.done.iter().any(|done| done.target == address)
}

#[test]
fn facts_of_an_old_address_are_left_out_and_said_to_be_until_the_new_one_was_assessed() {
    let folder = TempDir::new().unwrap();
    declare(&folder, HERE);
    assert!(!is_hinted_after(&folder, false), "nothing moved yet");
    assert!(counts(&folder, HERE));

    declare(&folder, THERE);
    assert!(is_hinted_after(&folder, true), "nobody has looked there");
    assert!(is_hinted_after(&folder, true), "a run without the network settles nothing");
    assert!(!counts(&folder, HERE));
    assert!(!is_hinted_after(&folder, false), "the new address was assessed");
    assert!(counts(&folder, THERE) && !counts(&folder, HERE));
    assert!(!is_hinted_after(&folder, true), "and stays so");

    declare(&folder, HERE);
    assert!(is_hinted_after(&folder, true), "what was seen there lapses in its turn");
}
