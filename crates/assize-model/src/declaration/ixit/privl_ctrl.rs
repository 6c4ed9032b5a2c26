//! IXIT 17-PrivlCtrl: one mechanism that controls software privileges (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 17-PrivlCtrl: one mechanism that controls software privileges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrivlCtrl {
    /// Label, unique in the table: `PrivlCtrl-1` or `PrivlCtrl-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The method, mechanism or process, or the standard followed.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
}
