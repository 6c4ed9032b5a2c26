//! IXIT 29-InpVal: one input validation method (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 29-InpVal: one input validation method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InpVal {
    /// Label, unique in the table: `InpVal-1` or `InpVal-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// How input is validated and unexpected data handled.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Ids of 27-UserIntf, 28-ExtAPI and 11-ComMech entries it covers.
    #[schemars(extend("x-field" = "Description", "x-refers" = ["27-UserIntf", "28-ExtAPI", "11-ComMech"]))]
    pub sources: Vec<String>,
}
