//! Writes two made-up reports to `/tmp`, to be looked at: `report.html` as large as a real one, `report-small.html`
//! with a little of everything, and the JSON of both.

#![allow(clippy::unwrap_used, reason = "the sample is made by hand")]

use std::fs::write;
use std::io::Result;

#[path = "../tests/support/full.rs"]
mod full;
#[path = "../tests/support/mod.rs"]
mod support;

use assize_report::{Report, html, json};

fn main() -> Result<()> {
    let small = support::plug();
    write("/tmp/report-small.html", html(&small.report()))?;
    write("/tmp/report-small.json", json(&small.report()).to_string())?;
    let full = full::full();
    let report = Report {
        assessment: &full.assessment,
        product: &full.declaration.product,
        ics: &full.declaration.ics,
        spec: Some(&full.spec),
        verification: None,
        ..small.report()
    };
    write("/tmp/report.html", html(&report))?;
    write("/tmp/report.json", json(&report).to_string())
}
