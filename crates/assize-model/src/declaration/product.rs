//! `product.toml`: the DUT identification of TS 103 701 Annex A.2, and what the bench has at hand.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::play::{Account, Act, Play};
use super::relay::{Offer, Proxy, Relay};
use super::switch::Switch;

/// The file `product.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Product {
    /// Version of the file format; 1.
    pub format: u32,
    /// The conformance specification that ICS and IXIT are written for, as `ts-103-701@1.1.1`.
    pub spec: Option<String>,
    /// The device under test.
    pub dut: DutIdentification,
    /// The supplier organisation.
    pub supplier: Supplier,
    /// The states the DUT can be in.
    pub state: Vec<State>,
    /// How the bench reaches the DUT.
    pub bench: Bench,
    /// Hosts of associated services that the assessment may contact.
    pub host: Vec<Host>,
    /// Documents at hand.
    pub document: Vec<Item>,
    /// Captures at hand.
    pub capture: Vec<Item>,
    /// Firmware images at hand.
    pub image: Vec<Item>,
}

/// The DUT identification (Annex A.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DutIdentification {
    /// Day of the identification, as `2026-11-23`.
    #[schemars(extend("format" = "date"))]
    pub date: Option<String>,
    /// Name of the product.
    pub name: Option<String>,
    /// Brands it is sold under; variants must be the same in function.
    pub brands: Vec<String>,
    /// Model designation.
    pub model: Option<String>,
    /// Hardware release.
    pub hardware_version: Option<String>,
    /// Serial number of the unit on the bench.
    pub serial_number: Option<String>,
    /// Run-time environment or operating system, if any.
    pub runtime: Option<String>,
    /// Firmware version from the factory.
    pub firmware_version: Option<String>,
    /// Latest firmware version, which is the one assessed.
    pub latest_firmware_version: Option<String>,
    /// Associated services that intended use needs.
    pub associated_services: Vec<String>,
    /// Whether the DUT is a constrained device.
    pub constrained: Option<bool>,
    /// Why it counts as constrained: which limit of its hardware or use case, and what that limit rules out.
    pub constrained_justification: Option<String>,
}

impl Product {
    /// Writes each address on the bench as facts do, so that `FD00::1` is `fd00::1` wherever the two are compared.
    pub(super) fn write_addresses_alike(&mut self) {
        let bench = &mut self.bench;
        let own = [&mut bench.address, &mut bench.control].into_iter();
        let units = bench.unit.iter_mut().map(|unit| &mut unit.address);
        let hosts = self.host.iter_mut().map(|host| &mut host.address);
        for written in own.chain(units).chain(hosts).flatten() {
            if let Ok(address) = written.parse::<IpAddr>() {
                *written = address.to_string();
            }
        }
    }
}

/// The supplier organisation (SO) and its single contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Supplier {
    /// Name of the organisation.
    pub name: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Name of the contact.
    pub contact: Option<String>,
    /// Where the contact is reached.
    pub email: Option<String>,
}

/// A state the DUT can be in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// Its label, as `factory-default` or `initialised`.
    pub id: String,
    /// How one recognises and reaches it.
    pub words: Option<String>,
}

/// How the bench reaches the DUT. Probes go to these addresses and nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Bench {
    /// The laboratory, or the supplier itself.
    pub laboratory: Option<String>,
    /// Address of the DUT on the bench network.
    pub address: Option<String>,
    /// The state the DUT is in while the probes run.
    pub state: Option<String>,
    /// An address beside the DUT where nothing of it lives. What answers there too belongs to the bench and is
    /// left out; needed where DUT and bench share a machine.
    pub control: Option<String>,
    /// Environment variable that holds the tester's password; PASSWORD has to stand in its name.
    pub password_env: Option<String>,
    /// File in the assessment folder that holds the tester's password; it is read, never recorded.
    #[schemars(extend("format" = "folder-path"))]
    pub password_file: Option<String>,
    /// What probes may do to the DUT beyond looking; nothing unless it stands here.
    pub allow: Vec<Act>,
    /// The most wrong passwords that `guess` tries on one login; 30 unless said otherwise. After a reset up to 20 more
    /// are tried on the fresh DUT.
    pub login_attempts: Option<u32>,
    /// The tester's accounts on the DUT.
    pub account: Vec<Account>,
    /// How the bench drives the DUT.
    pub play: Vec<Play>,
    /// Places of hosts that the bench takes.
    pub relay: Vec<Relay>,
    /// Proxies that the DUT may be set to use.
    pub proxy: Vec<Proxy>,
    /// Updates that the bench offers.
    pub offer: Vec<Offer>,
    /// Switches for power and network.
    pub switch: Vec<Switch>,
    /// Further units of the product that stand beside the DUT. Only the keys they show are looked at.
    pub unit: Vec<Unit>,
}

/// Another unit of the product, of the same version as the DUT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Unit {
    /// Its label.
    pub id: String,
    /// Its address on the bench network.
    pub address: Option<String>,
    /// Its serial number; another one than the DUT's.
    pub serial_number: Option<String>,
    /// What else tells it from the DUT.
    pub words: Option<String>,
}

/// A host of an associated service or of the supplier's public pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Host {
    /// Its label in `reached_at`.
    pub name: String,
    /// Its DNS name or address in published links, if it has one. A name is also what is asked for at its address.
    pub dns: Option<String>,
    /// Its address on the bench.
    pub address: Option<String>,
    /// What it is for.
    pub words: Option<String>,
}

impl Host {
    /// The name that probes ask for at its address, in small letters and without a last dot; none when it has none, or
    /// an address for one.
    pub fn asked_by(&self) -> Option<String> {
        let name = self.dns.as_deref()?.trim().trim_end_matches('.').to_ascii_lowercase();
        (!name.is_empty() && name.parse::<IpAddr>().is_err()).then_some(name)
    }
}

/// A document, capture or image in the assessment folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Item {
    /// Its label.
    pub id: String,
    /// Path below the assessment folder.
    #[schemars(extend("format" = "folder-path"))]
    pub file: Option<String>,
    /// What it is.
    pub words: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_asked_for_by_a_name_and_by_no_address() {
        let asked = |dns: &str| Host { dns: Some(dns.to_owned()), ..Host::default() }.asked_by();
        assert_eq!(asked(" Mqtt.Example.com. ").as_deref(), Some("mqtt.example.com"));
        assert!(["", " . ", "192.0.2.1", "fd00::1"].into_iter().all(|dns| asked(dns).is_none()));
        assert!(Host::default().asked_by().is_none());
    }
}
