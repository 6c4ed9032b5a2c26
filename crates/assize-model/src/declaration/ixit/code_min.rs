//! IXIT 16-CodeMin: one method of keeping code small (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 16-CodeMin: one method of keeping code small.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CodeMin {
    /// Label, unique in the table: `CodeMin-1` or `CodeMin-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The method, mechanism or process, or the standard followed.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
}
