//! IXIT 18-AccCtrl: one hardware mechanism that controls memory access (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 18-AccCtrl: one hardware mechanism that controls memory access.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AccCtrl {
    /// Label, unique in the table: `AccCtrl-1` or `AccCtrl-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The method, mechanism or process, or the standard followed.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Whether memory access is controlled in hardware.
    #[schemars(extend("x-field" = "Description"))]
    pub in_hardware: Option<bool>,
}
