//! Writes the sample report to `/tmp/report.html` and `/tmp/report.json`, to be looked at. Takes the JSON of
//! `assize judge --format json` as an argument to show a real assessment instead.

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut sample = support::plug();
    if let Some(file) = std::env::args().nth(1) {
        sample.assessment = serde_json::from_slice(&std::fs::read(file)?)?;
    }
    let report = sample.report();
    std::fs::write("/tmp/report.html", assize_report::html(&report))?;
    std::fs::write("/tmp/report.json", serde_json::to_string_pretty(&assize_report::json(&report))?)?;
    Ok(())
}
