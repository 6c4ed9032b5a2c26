//! IXIT 5-VulnMon: one procedure to monitor, identify and rectify vulnerabilities (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 5-VulnMon: one procedure to monitor, identify and rectify vulnerabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VulnMon {
    /// Label, unique in the table: `VulnMon-1` or `VulnMon-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// How it is done, in products and services.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// The steps this procedure covers.
    #[schemars(extend("x-field" = "Description"))]
    pub covers: Vec<VulnStep>,
}

/// A step of vulnerability handling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VulnStep {
    /// Gathering information on vulnerabilities.
    Monitor,
    /// Finding out whether and how the product is affected.
    Identify,
    /// Removing or reducing the exposure.
    Rectify,
}
