//! IXIT 26-UserDec: one decision the user takes in set-up or maintenance (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 26-UserDec: one decision the user takes in set-up or maintenance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UserDec {
    /// Label, unique in the table: `UserDec-1` or `UserDec-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The decision and its place in the flow.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Ids of decisions that come before this one.
    #[schemars(extend("x-field" = "Description", "x-refers" = ["26-UserDec"]))]
    pub after: Vec<String>,
    /// Security-relevant choices.
    #[schemars(extend("x-field" = "Options"))]
    pub options: Vec<String>,
    /// The choice that stands when the user does nothing.
    #[schemars(extend("x-field" = "Options"))]
    pub default: Option<String>,
    /// What brings it up, and whether the user can.
    #[schemars(extend("x-field" = "Triggered By"))]
    pub triggered_by: Option<String>,
}
