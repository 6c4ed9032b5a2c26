//! The importers of JSON over hostile bytes: they end, without panic, and what they take in can be kept.
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
    let formats = [Format::OscalCatalog, Format::OscalMapping, Format::Cprt, Format::UkMapping];
    for format in formats {
        if let Ok(draft) =
            format.read(bytes, Asked { name: "x.json", ..Asked::default() }, &Catalogue::default())
        {
            keep(&draft);
        }
    }
    Format::detect("x.json", bytes);
});
