//! IXIT 23-ResMech: one mechanism against network or power outage (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::Guarantee;

/// One entry of IXIT 23-ResMech: one mechanism against network or power outage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResMech {
    /// Label, unique in the table: `ResMech-1` or `ResMech-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The mechanism.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// What it addresses.
    #[schemars(extend("x-field" = "Type"))]
    pub against: Option<Outage>,
    /// Objectives reached.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub guarantees: Vec<Guarantee>,
    /// Threats countered.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub threats: Option<String>,
}

/// The outage a mechanism addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outage {
    /// Loss of the network.
    Network,
    /// Loss of power.
    Power,
    /// Both.
    Both,
}
