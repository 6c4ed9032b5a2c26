//! IXIT 19-SecDev: one development process for the DUT (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 19-SecDev: one development process for the DUT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecDev {
    /// Label, unique in the table: `SecDev-1` or `SecDev-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The method, mechanism or process, or the standard followed.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// The activities this process covers.
    #[schemars(extend("x-field" = "Description"))]
    pub covers: Vec<DevStep>,
}

/// An activity of secure development.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DevStep {
    /// Training of the people.
    Training,
    /// Requirements and design.
    Design,
    /// Secure coding.
    Coding,
    /// Tooling.
    Tooling,
    /// Testing.
    Testing,
    /// Review.
    Review,
    /// Archiving of assets relevant to security.
    Archiving,
    /// Deployment.
    Deployment,
    /// Suppliers of third-party software.
    Suppliers,
}
