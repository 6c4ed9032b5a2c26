//! IXIT 8-UpdProc: one manufacturer's procedure for deploying security updates (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 8-UpdProc: one manufacturer's procedure for deploying security updates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UpdProc {
    /// Label, unique in the table: `UpdProc-1` or `UpdProc-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Steps, entities, responsibilities.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Targeted completion time, in words.
    #[schemars(extend("x-field" = "Time Frame"))]
    pub time_frame: Option<String>,
    /// Days until the procedure is complete.
    #[schemars(extend("x-field" = "Time Frame"))]
    pub complete_days: Option<u32>,
}
