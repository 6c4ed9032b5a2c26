//! Facts of discovery beside the ports themselves: how a scan went, a target that stopped answering, and what the
//! bench's network says of its neighbours.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Transport;

/// How a scan went, for whoever wants to know what its silence is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScanConduct {
    /// The address looked at.
    pub target: String,
    /// TCP or UDP.
    pub transport: Transport,
    /// How many attempts were made in all; a silent port is tried several times.
    pub attempts: u64,
    /// How many times the ports that stayed silent were gone through.
    pub rounds: u32,
    /// The most attempts that were under way at once.
    pub parallel: u32,
    /// The smoothed round trip in microseconds; none when nothing answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_us: Option<u64>,
    /// How many of a thousand attempts at ports known to answer were lost.
    pub lost_permille: u32,
    /// How many of the silent ports a firewall or router reported as unreachable.
    pub filtered: u32,
    /// Set when so many ports accept connections that the target accepts whatever comes, and its open ports say
    /// nothing about its services.
    #[serde(default)]
    pub accepts_all: bool,
    /// Whether bare SYN segments were sent in place of connections. What answered was still confirmed by a connection.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub half_open: bool,
}

/// A second look at the control address, once the DUT is scanned: at the ports that are open on the DUT and were not on
/// the control address before. What the bench opened for a moment on all its addresses is told from the DUT's by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlLook {
    /// The control address.
    pub target: String,
    /// The DUT's address.
    pub beside: String,
    /// The ports asked, ascending.
    pub asked: Vec<u16>,
    /// Those that are open on the control address now.
    pub open: Vec<u16>,
    /// Those of the open ones that did the same on both addresses, asked at the same time: the same bytes or none when
    /// nothing was said, and the same answer to one HTTP request.
    pub alike: Vec<u16>,
}

/// A target that had answered and stopped to, in the middle of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unresponsive {
    /// The address looked at.
    pub target: String,
    /// TCP or UDP.
    pub transport: Transport,
    /// How many attempts had been made when the last answer came.
    pub after: u64,
    /// The port that was tried first after the last answer.
    pub port: u16,
    /// How many milliseconds the bench waited for an answer.
    pub waited_ms: u64,
    /// Whether the target answered again within that time.
    pub came_back: bool,
}

/// A line of the bench's neighbour table: which link-layer address an address resolved to (ARP, NDP).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Neighbour {
    /// The neighbour's address.
    pub target: String,
    /// Its link-layer address, as `02:00:5e:10:00:01`.
    pub link_address: String,
    /// Whether the neighbour says that it is a router (NDP).
    #[serde(default)]
    pub is_router: bool,
}

/// Something a host sent to everybody on the bench's network, heard without asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overheard {
    /// The address it came from; for a DHCP client without one, the link-layer address.
    pub target: String,
    /// In which protocol.
    pub channel: Channel,
    /// What it says in the protocol's words, at most 32 lines; the datagram is with the fact.
    #[serde(default)]
    pub says: Vec<String>,
}

/// Protocols by which hosts speak to everybody on a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// DHCP, a client's request.
    Dhcp,
    /// Link-local multicast name resolution.
    Llmnr,
    /// Multicast DNS.
    Mdns,
    /// The discovery protocol of UPnP.
    Ssdp,
}

impl Channel {
    /// The protocol as people write it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Dhcp => "DHCP",
            Self::Llmnr => "LLMNR",
            Self::Mdns => "mDNS",
            Self::Ssdp => "SSDP",
        }
    }
}

impl ScanConduct {
    pub(crate) fn words(&self) -> String {
        let transport = if self.transport == Transport::Tcp { "TCP" } else { "UDP" };
        let rounds = if self.rounds == 1 { "round" } else { "rounds" };
        let all = if self.accepts_all { "; the target accepts whatever comes" } else { "" };
        let filtered = match self.filtered {
            0 => String::new(),
            n => format!("; {n} silent ports reported unreachable on the way"),
        };
        let trip = self
            .round_trip_us
            .map_or_else(String::new, |us| format!(", round trip {}.{:03} ms", us / 1000, us % 1000));
        let how = if self.half_open { ", by bare SYN segments," } else { "" };
        format!(
            "the {transport} scan{how} made {} attempts in {} {rounds}{trip}, {}.{} % lost{filtered}{all}",
            self.attempts,
            self.rounds,
            self.lost_permille / 10,
            self.lost_permille % 10
        )
    }
}

impl ControlLook {
    /// The ports that belong to the bench by this look. A control address that has come to answer at every port the DUT
    /// has for itself is taken for another address of the DUT, so that none do.
    pub fn of_bench(&self) -> &[u16] {
        if self.open.len() >= self.asked.len() { &[] } else { &self.alike }
    }

    pub(crate) fn words(&self) -> String {
        let list = |ports: &[u16]| match ports {
            [] => "none".to_owned(),
            ports => ports.iter().map(|port| format!("tcp/{port}")).collect::<Vec<_>>().join(", "),
        };
        let ports = if self.asked.len() == 1 { "port" } else { "ports" };
        format!(
            "of {} {ports} open on {} alone, the control address {} now has open: {}; answering alike: {}",
            self.asked.len(),
            self.beside,
            self.target,
            list(&self.open),
            list(&self.alike)
        )
    }
}

impl Unresponsive {
    pub(crate) fn words(&self) -> String {
        let back = if self.came_back { "answered again" } else { "did not answer again" };
        let transport = if self.transport == Transport::Tcp { "tcp" } else { "udp" };
        format!(
            "{} stopped answering after {} attempts, when {transport}/{} was tried, and {back} within {} s",
            self.target,
            self.after,
            self.port,
            self.waited_ms.div_ceil(1000)
        )
    }
}

impl Neighbour {
    pub(crate) fn words(&self) -> String {
        let router = if self.is_router { ", a router" } else { "" };
        format!("{} is at {}{router}", self.target, self.link_address)
    }
}

impl Overheard {
    pub(crate) fn words(&self) -> String {
        let says = if self.says.is_empty() { String::new() } else { format!(": {}", self.says.join(", ")) };
        format!("{} says in {}{says}", self.target, self.channel.words())
    }
}
