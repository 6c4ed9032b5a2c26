//! `ics.toml`: the Implementation Conformance Statement, a claim per provision (TS 103 701 Annex A.3).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The file `ics.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Ics {
    /// Version of the file format; 1.
    pub format: u32,
    /// One claim per provision number.
    pub claim: BTreeMap<String, Claim>,
}

/// What the supplier claims for one provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// `"yes"`, `"no"` or `"n/a"`.
    pub support: Support,
    /// Detail column of the pro forma; the justification where the claim is no or n/a.
    #[serde(default)]
    pub detail: Option<String>,
    /// External evidence offered in place of the test group (TS 103 701 clause 4.7).
    #[serde(default)]
    pub external_evidence: Option<ExternalEvidence>,
}

/// The three answers of the pro forma.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Support {
    /// The provision is fulfilled.
    #[serde(rename = "yes")]
    Yes,
    /// It is not.
    #[serde(rename = "no")]
    No,
    /// Its condition does not hold for the DUT.
    #[serde(rename = "n/a")]
    NotApplicable,
}

/// A certificate or report that may stand in for a test group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExternalEvidence {
    /// What it is and who issued it.
    pub title: Option<String>,
    /// Copy in the assessment folder.
    #[schemars(extend("format" = "folder-path"))]
    pub file: Option<String>,
    /// Why its scope, activities and depth fit the group.
    pub why: Option<String>,
}
