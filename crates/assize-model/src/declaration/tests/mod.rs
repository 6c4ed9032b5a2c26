//! Tests of the reader: one helper, many declarations.

mod bytes;
mod claims;
mod conditions;
mod drafts;
mod driving;
mod entries;
mod example;
mod properties;
mod shapes;
mod skeletons;

use std::sync::OnceLock;

use super::{Reading, Sources, read};
use crate::catalogue::{Catalogue, TestSpec};
use crate::diagnostic::Diagnostic;

macro_rules! catalogue_file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../../../catalogue/", $path)))
    };
}

pub(super) fn spec() -> &'static TestSpec {
    static SPEC: OnceLock<Catalogue> = OnceLock::new();
    let files = [
        catalogue_file!("frameworks/en-303-645/2.1.1.toml"),
        catalogue_file!("test-specs/ts-103-701@1.1.1/spec.toml"),
        catalogue_file!("test-specs/ts-103-701@1.1.1/ixit.toml"),
    ];
    let catalogue = SPEC.get_or_init(|| Catalogue::read(&files).unwrap());
    catalogue.spec("ts-103-701@1.1.1").unwrap()
}

/// A product.toml that gives no diagnostic.
pub(super) const PRODUCT: &str = r#"
format = 1
spec = "ts-103-701@1.1.1"
[dut]
date = "2026-11-23"
name = "Plug"
model = "P1"
hardware_version = "C"
serial_number = "1"
runtime = "none"
firmware_version = "1.0"
latest_firmware_version = "1.1"
constrained = false
[supplier]
name = "Home"
address = "Street 1"
contact = "Somebody"
email = "a@example.com"
[bench]
address = "192.0.2.10"
[[host]]
name = "cloud"
address = "192.0.2.20"
"#;

pub(super) fn read_texts(product: &str, ics: &str, ixit: &str) -> Reading {
    let sources = Sources {
        product: Some(product.as_bytes()),
        ics: Some(ics.as_bytes()),
        ixit: Some(ixit.as_bytes()),
        folder: "plug",
    };
    read(&sources, spec())
}

/// Diagnostics of one file, left-out claims aside.
pub(super) fn found_in<'a>(reading: &'a Reading, file: &str) -> Vec<&'a Diagnostic> {
    let of_file = |d: &&Diagnostic| d.place.as_ref().is_some_and(|p| p.file == format!("plug/{file}"));
    reading.diagnostics.iter().filter(of_file).filter(|d| d.number() != "D041").collect()
}

/// Reads an ixit.toml without claims and compares number, line and a part of the words of each diagnostic.
pub(super) fn check(ixit: &str, expect: &[(&str, u32, &str)]) {
    check_with("", ixit, expect);
}

/// The same with claims, each a line `5.1-1 yes`.
pub(super) fn check_with(claims: &str, ixit: &str, expect: &[(&str, u32, &str)]) {
    let reading = read_texts(PRODUCT, &ics(claims), &format!("format = 1\n{ixit}"));
    compare(&found_in(&reading, "ixit.toml"), expect);
}

pub(super) fn ics(claims: &str) -> String {
    let mut text = "format = 1\n".to_owned();
    for line in claims.lines().filter(|l| !l.trim().is_empty()) {
        let (provision, support) = line.trim().split_once(' ').unwrap();
        text.push_str(&format!("[claim.\"{provision}\"]\nsupport = \"{support}\"\ndetail = \"because\"\n"));
    }
    text
}

pub(super) fn compare(found: &[&Diagnostic], expect: &[(&str, u32, &str)]) {
    let all = found.iter().map(|d| d.render()).collect::<Vec<_>>().join("\n");
    assert_eq!(found.len(), expect.len(), "{all}");
    for (diagnostic, (number, line, words)) in found.iter().zip(expect) {
        let text = diagnostic.render();
        assert_eq!(diagnostic.number(), *number, "{text}");
        assert_eq!(diagnostic.place.as_ref().unwrap().line, *line, "{text}");
        assert!(text.contains(words), "`{words}` is not in\n{text}");
        assert!(!diagnostic.remedy.is_empty(), "{text}");
    }
}
