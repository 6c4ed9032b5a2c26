//! Readiness for quantum computers, reported beside the verdict: it informs, and decides nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known of the product's readiness.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// Every declared place that was asked what it agrees on.
    pub places: Vec<PlaceReadiness>,
    /// Declared cryptography that a quantum computer breaks.
    pub vulnerable: Vec<Vulnerable>,
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceReadiness {
    /// The place, as `tcp/8443`.
    pub place: String,
    /// Groups it agrees on that withstand a quantum computer; empty when there is none.
    pub groups: Vec<String>,
    /// Records that show it.
    pub evidence: Vec<u64>,
}

/// Declared cryptography that a quantum computer breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vulnerable {
    /// Its name.
    pub name: String,
    /// What it is, as `key agreement group`.
    pub part: String,
    /// The entries that declare it, as `11-ComMech, ComMech-Web`.
    pub entries: Vec<String>,
    /// Until when sources accept it; empty when none names an end.
    pub accepted: Vec<Accepted>,
}

/// Until when one source accepts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// The last day.
    pub until: String,
    /// The source with edition and place.
    pub source: String,
    /// Whether the source is a draft.
    pub draft: bool,
}
