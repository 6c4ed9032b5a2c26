//! The importer of workbooks over hostile bytes: it ends, without panic, within its bounds.
#![no_main]

use assize_exchange::{Asked, Draft, Format, OnDifference, plan, write};
use assize_model::catalogue::Catalogue;
use libfuzzer_sys::fuzz_target;

/// What is taken in can be kept, and what is kept reads back.
fn keep(draft: &Draft) {
    let held = Catalogue::default();
    assert!(draft.crosswalks.iter().map(|c| c.rows.len()).sum::<usize>() <= 200_000);
    plan(draft, &held);
    let files = write(draft, &held, OnDifference::Keep).expect("a draft names editions that stand in paths");
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let kept = Catalogue::read(&files).expect("what is written reads back");
    assert!(kept.crosswalks.len() <= draft.crosswalks.len());
}

fuzz_target!(|bytes: &[u8]| {
    let asked = Asked { name: "x.xlsx", from: Some("a@1"), to: Some("b@1"), licence: None };
    if let Ok(draft) = Format::Xlsx.read(bytes, asked, &Catalogue::default()) {
        keep(&draft);
    }
});
