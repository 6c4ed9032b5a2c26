//! Security guarantees: whether those declared include what the unit sets as a floor.

use assize_model::declaration::ixit::common::Guarantee;

use crate::say::{Row, Said, list};

/// Whether `declared` includes every guarantee of `floor`.
pub(crate) fn includes(row: Row, declared: &[Guarantee], floor: &[Guarantee]) -> Said {
    if declared.is_empty() {
        return row.leaves_out("guarantees", "which security guarantees it gives");
    }
    let lacking: Vec<&str> = floor.iter().filter(|g| !declared.contains(g)).map(|g| name(*g)).collect();
    let floor: Vec<&str> = floor.iter().map(|g| name(*g)).collect();
    if lacking.is_empty() {
        return row.passes("guarantees", format!("guarantees {}", list(&floor)));
    }
    let lacking = list(&lacking);
    let remedy = format!("protect {lacking}, and add it to `guarantees`");
    row.fails("guarantees", format!("does not guarantee {lacking}"), remedy)
}

/// A guarantee in words.
pub(crate) fn name(guarantee: Guarantee) -> &'static str {
    match guarantee {
        Guarantee::Confidentiality => "confidentiality",
        Guarantee::Integrity => "integrity",
        Guarantee::Authenticity => "authenticity",
        Guarantee::Availability => "availability",
        Guarantee::ReplayProtection => "replay protection",
        Guarantee::TamperResistance => "tamper resistance",
    }
}
