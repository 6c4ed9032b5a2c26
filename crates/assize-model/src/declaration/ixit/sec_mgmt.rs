//! IXIT 14-SecMgmt: one management process for critical security parameters (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 14-SecMgmt: one management process for critical security parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecMgmt {
    /// Label, unique in the table: `SecMgmt-1` or `SecMgmt-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Handling over the life cycle, or the standard followed.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// The steps of the life cycle this process covers.
    #[schemars(extend("x-field" = "Description"))]
    pub covers: Vec<LifeStep>,
}

/// A step in the life of a critical security parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LifeStep {
    /// Generation.
    Generation,
    /// Provisioning.
    Provisioning,
    /// Storage.
    Storage,
    /// Update.
    Update,
    /// Decommissioning, archiving and destruction.
    Retirement,
    /// Handling of expiry and compromise.
    Compromise,
}
