//! IXIT 3-VulnTypes: one kind of vulnerability that matters for the DUT (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 3-VulnTypes: one kind of vulnerability that matters for the DUT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VulnTypes {
    /// Label, unique in the table: `VulnTypes-1` or `VulnTypes-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The kind (hardware, firmware, software …).
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// What is done on disclosure, and by which entities.
    #[schemars(extend("x-field" = "Action"))]
    pub action: Option<String>,
    /// Targeted time for the steps, in words.
    #[schemars(extend("x-field" = "Time Frame"))]
    pub time_frame: Option<String>,
    /// Days until receipt is acknowledged.
    #[schemars(extend("x-field" = "Time Frame"))]
    pub acknowledge_days: Option<u32>,
    /// Days until a remedy is ready.
    #[schemars(extend("x-field" = "Time Frame"))]
    pub fix_days: Option<u32>,
}
