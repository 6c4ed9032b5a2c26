//! The declaration reader over hostile bytes: the same bytes stand for all three files. It must end, without panic, in
//! bounded memory, with a place and a remedy in every diagnostic.
#![no_main]

use std::sync::OnceLock;

use assize_model::catalogue::{Catalogue, TestSpec};
use assize_model::declaration::{Sources, read};
use libfuzzer_sys::fuzz_target;

const FILES: &[(&str, &str)] = &[
    ("frameworks/en-303-645/2.1.1.toml", include_str!("../../catalogue/frameworks/en-303-645/2.1.1.toml")),
    (
        "test-specs/ts-103-701@1.1.1/spec.toml",
        include_str!("../../catalogue/test-specs/ts-103-701@1.1.1/spec.toml"),
    ),
    (
        "test-specs/ts-103-701@1.1.1/ixit.toml",
        include_str!("../../catalogue/test-specs/ts-103-701@1.1.1/ixit.toml"),
    ),
];

fn spec() -> &'static TestSpec {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| Catalogue::read(FILES).expect("the catalogue is sound"));
    catalogue.spec("ts-103-701@1.1.1").expect("the catalogue holds it")
}

fuzz_target!(|bytes: &[u8]| {
    let sources = Sources { product: Some(bytes), ics: Some(bytes), ixit: Some(bytes), folder: "x" };
    let reading = read(&sources, spec());
    assert!(reading.diagnostics.len() <= 3 * 201);
    for diagnostic in &reading.diagnostics {
        assert!(diagnostic.place.is_some() && !diagnostic.remedy.is_empty());
        assert!(diagnostic.render().len() < 4096);
    }
});
