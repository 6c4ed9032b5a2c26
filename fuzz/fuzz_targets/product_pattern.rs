//! A product pattern against what a service says: up to the first line feed the pattern, behind it the text.
#![no_main]

use assize_model::catalogue::ProductPattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (pattern, text) = text.split_once('\n').unwrap_or((text, ""));
    let pattern = ProductPattern {
        read: None,
        field: String::new(),
        pattern: pattern.to_owned(),
        vendor: String::new(),
        product: String::new(),
        source: String::new(),
        example: String::new(),
        version: String::new(),
    };
    if let Some(version) = pattern.version_in(text) {
        assert!(text.contains(version));
    }
});
