//! IXIT 9-ReplSup: how the DUT is isolated and its hardware replaced (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The list IXIT 9-ReplSup: how the DUT is isolated and its hardware replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplSup {
    /// Steps to isolate.
    #[schemars(extend("x-field" = "Isolation"))]
    pub isolation: Option<String>,
    /// Steps to replace the hardware.
    #[schemars(extend("x-field" = "Hardware Replacement"))]
    pub hardware_replacement: Option<String>,
}
