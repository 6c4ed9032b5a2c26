//! IXIT 6-SoftComp: one software component, cut so that updateable and other parts can be told apart (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 6-SoftComp: one software component, cut so that updateable and other parts can be told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SoftComp {
    /// Label, unique in the table: `SoftComp-1` or `SoftComp-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// What the component is.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Its version in the factory firmware.
    #[schemars(extend("x-field" = "Description"))]
    pub version: Option<String>,
    /// Ids of 7-UpdMech entries that update it; empty means that it is not updated.
    #[schemars(extend("x-field" = "Update Mechanism", "x-refers" = ["7-UpdMech"]))]
    pub update_mechanisms: Vec<String>,
    /// Why it is not updated, where no mechanism is named.
    #[schemars(extend("x-field" = "Update Mechanism"))]
    pub not_updated_because: Option<String>,
    /// Whether it uses cryptography.
    #[schemars(extend("x-field" = "Cryptographic Usage"))]
    pub uses_cryptography: Option<bool>,
    /// Whether side effects of updating that cryptography were considered.
    #[schemars(extend("x-field" = "Cryptographic Usage"))]
    pub side_effects_considered: Option<bool>,
}
