//! IXIT 13-SoftServ: one software service of the DUT (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{Place, Status};

/// One entry of IXIT 13-SoftServ: one software service of the DUT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SoftServ {
    /// Label, unique in the table: `SoftServ-1` or `SoftServ-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Purpose.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Whether it is reachable over a network interface.
    #[schemars(extend("x-field" = "Description"))]
    pub network: Option<bool>,
    /// Whether it is so in the initialised state.
    #[schemars(extend("x-field" = "Description"))]
    pub network_when_initialised: Option<bool>,
    /// Where it is reached.
    #[schemars(extend("x-field" = "Description"))]
    pub reached_at: Vec<Place>,
    /// State when initialised.
    #[schemars(extend("x-field" = "Status"))]
    pub status: Option<Status>,
    /// Why it must be on.
    #[schemars(extend("x-field" = "Justification"))]
    pub justification: Option<String>,
    /// Whether security-relevant settings can be changed.
    #[schemars(extend("x-field" = "Allows Configuration"))]
    pub allows_configuration: Option<bool>,
    /// Which settings.
    #[schemars(extend("x-field" = "Allows Configuration"))]
    pub settings: Option<String>,
    /// Ids of 1-AuthMech entries needed before use.
    #[schemars(extend("x-field" = "Authentication Mechanism", "x-refers" = ["1-AuthMech"]))]
    pub authentication: Vec<String>,
    /// Whether it is a network service protocol whose configuration cannot be foreseen (ARP, DHCP, DNS, ICMP, NTP).
    #[schemars(extend("x-field" = "Authentication Mechanism"))]
    pub excepted_protocol: Option<bool>,
}

impl SoftServ {
    /// Whether a network reaches it; unknown also where it says no and names a port of the DUT all the same.
    pub fn over_network(&self) -> Option<bool> {
        super::common::over_network(self.network, &self.reached_at)
    }

    /// The same in the initialised state, which a service may leave to what it says in general. A no is unknown where that
    /// is contradicted by a port of the DUT.
    pub fn over_network_when_initialised(&self) -> Option<bool> {
        let says = self.network_when_initialised.or(self.network);
        says.filter(|is_reached| *is_reached || self.network == self.over_network())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_contradicts_only_a_no() {
        let service = |network, network_when_initialised| SoftServ {
            network,
            network_when_initialised,
            reached_at: vec!["tcp/80".parse().expect("a port of the DUT")],
            ..SoftServ::default()
        };
        assert_eq!(service(Some(false), None).over_network(), None);
        assert_eq!(service(Some(false), None).over_network_when_initialised(), None);
        assert_eq!(service(Some(false), Some(true)).over_network_when_initialised(), Some(true));
        assert_eq!(service(Some(true), Some(false)).over_network_when_initialised(), Some(false));
    }
}
