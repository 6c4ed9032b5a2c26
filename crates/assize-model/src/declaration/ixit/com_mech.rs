//! IXIT 11-ComMech: one communication mechanism of the DUT (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{Crypto, Guarantee, Place};

/// One entry of IXIT 11-ComMech: one communication mechanism of the DUT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ComMech {
    /// Label, unique in the table: `ComMech-1` or `ComMech-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Purpose and protocol.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Whether it is reachable from remote.
    #[schemars(extend("x-field" = "Description"))]
    pub remote: Option<bool>,
    /// Where it is reached, on the DUT or on a host of product.toml.
    #[schemars(extend("x-field" = "Description"))]
    pub reached_at: Vec<Place>,
    /// Objectives reached.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub guarantees: Vec<Guarantee>,
    /// Threats countered.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub threats: Option<String>,
    /// Cryptography used, key management included.
    #[schemars(extend("x-field" = "Cryptographic Details"))]
    pub crypto: Option<Crypto>,
    /// What makes connection set-up orderly and stable.
    #[schemars(extend("x-field" = "Resilience Measures"))]
    pub resilience: Option<String>,
    /// How the DUT reconnects.
    #[schemars(extend("x-field" = "Resilience Measures"))]
    pub reconnect: Option<Reconnect>,
}

impl ComMech {
    /// Whether it is reachable from remote; unknown also where it says no and names a host that it reaches.
    pub fn is_remote(&self) -> Option<bool> {
        self.remote.filter(|is_remote| *is_remote || self.reached_at.iter().all(|place| place.host.is_none()))
    }
}

/// How the DUT reconnects after a loss.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reconnect {
    /// Whether waits grow from try to try.
    pub backoff: Option<bool>,
    /// Whether waits are random, so that devices do not return together.
    pub jitter: Option<bool>,
}
