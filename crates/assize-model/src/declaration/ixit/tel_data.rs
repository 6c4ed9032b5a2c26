//! IXIT 24-TelData: one kind of telemetry sent to the manufacturer (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 24-TelData: one kind of telemetry sent to the manufacturer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TelData {
    /// Label, unique in the table: `TelData-1` or `TelData-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The data.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Why it is collected.
    #[schemars(extend("x-field" = "Purpose"))]
    pub purpose: Option<String>,
    /// How anomalies are sought.
    #[schemars(extend("x-field" = "Security Examination"))]
    pub examination: Option<String>,
    /// Who seeks anomalies.
    #[schemars(extend("x-field" = "Security Examination"))]
    pub examined_by: Option<Examiner>,
    /// Ids of 21-PersData categories it contains.
    #[schemars(extend("x-field" = "Personal Data", "x-refers" = ["21-PersData"]))]
    pub personal_data: Vec<String>,
}

/// Who looks for anomalies in telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Examiner {
    /// The DUT.
    Dut,
    /// An associated service.
    Service,
}
