//! Writes every picture of the catalogue into a folder, to be looked at:
//! `cargo run -p assize-report --example pictures FOLDER`.
#![expect(clippy::unwrap_used, reason = "an example stops at what it does not expect")]

use std::path::PathBuf;
use std::{env, fs};

use assize_model::atlas::Atlas;
use assize_model::catalogue::Catalogue;
use assize_report::picture::{
    GraphOptions, HeatOptions, Layout, Look, Target, graph, heat, lineage, timeline, topics,
};

const CHAIN: [&str; 4] = ["uk-cop@2018", "ts-103-645@1.1.1", "en-303-645@2.1.1", "en-303-645@3.1.3"];
const KNOWN: [&str; 12] = [
    "uk-cop@2018",
    "ts-103-645@1.1.1",
    "en-303-645@2.1.1",
    "en-303-645@3.1.3",
    "enisa-baseline@2017",
    "uk-psti@2023",
    "eu-cra@2024",
    "en-18031-1@2024",
    "nist-ir-8259a@2020",
    "nist-ir-8425@2022",
    "iotsf-cf@2.1",
    "owasp-isvs@1.0",
];

fn main() {
    let folder = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "pictures".into()));
    fs::create_dir_all(&folder).unwrap();
    let catalogue = Catalogue::read(assize_catalogue::FILES).unwrap();
    let atlas = Atlas::new(&catalogue);
    let href = |target: Target<'_>| match target {
        Target::Edition(id) => Some(format!("/atlas/{id}")),
        Target::Pair(from, to) => Some(format!("/atlas/{from}/{to}")),
        _ => None,
    };
    for (suffix, layout) in [("", Layout::Wide), ("-narrow", Layout::Narrow)] {
        let look = Look { layout, href: Some(&href) };
        let write =
            |name: &str, text: String| fs::write(folder.join(format!("{name}{suffix}.svg")), text).unwrap();
        write("graph", graph(&atlas, &GraphOptions { look, ..GraphOptions::default() }));
        let highlight = Some("nist-ir-8259a@2020".to_owned());
        write("graph-highlight", graph(&atlas, &GraphOptions { look, highlight, ..GraphOptions::default() }));
        write("heat", heat(&atlas, &HeatOptions { look, ..HeatOptions::default() }));
        write("lineage", lineage(&atlas, &CHAIN, &look));
        write("timeline", timeline(&atlas, &look));
        write("topics", topics(&atlas, &KNOWN, &look));
    }
}
