//! The ports of the device and of its maker's services, and what a caller is told about those that are open.

use std::net::{IpAddr, SocketAddr};

use serde::Serialize;

/// Ports of a conformant device.
pub(crate) const WEB: u16 = 8443;
pub(crate) const MDNS: u16 = 5353;
/// Ports that flaws open on the device.
pub(crate) const DEBUG: u16 = 8081;
pub(crate) const DTLS: u16 = 5684;
pub(crate) const LINES: u16 = 9009;
pub(crate) const PLAIN_WEB: u16 = 8080;
pub(crate) const SSH: u16 = 2222;
pub(crate) const TELNET: u16 = 2323;
/// Ports of the maker's services.
pub(crate) const BROKER: u16 = 8883;
pub(crate) const SITE: u16 = 8444;
pub(crate) const UPDATES: u16 = 8445;

/// Whose endpoint it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The device under test.
    Device,
    /// The maker's associated services.
    Services,
}

/// What carries the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// A TCP port.
    Tcp,
    /// A UDP port.
    Udp,
}

/// An open port of the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// What it is for: `web`, `mdns`, `telnet`, …
    pub name: &'static str,
    /// Whose it is.
    pub side: Side,
    /// Address and port it is bound to.
    pub address: SocketAddr,
    /// TCP or UDP.
    pub transport: Transport,
    /// What is spoken there: `https`, `http`, `mqtts`, `mqtt`, `mdns`, `telnet`, `ssh`, `lines`, `dtls`.
    pub protocol: &'static str,
}

impl Endpoint {
    pub(crate) fn tcp(
        side: Side,
        host: IpAddr,
        port: u16,
        (name, protocol): (&'static str, &'static str),
    ) -> Self {
        let address = SocketAddr::new(host, port);
        Self { name, side, address, transport: Transport::Tcp, protocol }
    }
}
