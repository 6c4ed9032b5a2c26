//! IXIT 22-ExtSens: one external sensing capability (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 22-ExtSens: one external sensing capability.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExtSens {
    /// Label, unique in the table: `ExtSens-1` or `ExtSens-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The capability.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
}
