//! The one address a probe may talk to.

use std::net::{IpAddr, SocketAddr};

use crate::trouble::Trouble;

/// A device's address, and the name it is asked under. A probe connects to this address only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    address: IpAddr,
    name: Option<String>,
}

impl Target {
    /// A target known by address. Refuses addresses that name no single host.
    pub fn new(address: IpAddr) -> Result<Self, Trouble> {
        let why = match address {
            _ if address.is_unspecified() => "the address is unspecified",
            _ if address.is_multicast() => "the address is a group of hosts",
            IpAddr::V4(v4) if v4.is_broadcast() => "the address is a group of hosts",
            _ => return Ok(Self { address, name: None }),
        };
        Err(Trouble::BadTarget { given: address.to_string(), why })
    }

    /// A target with the host name that TLS (SNI) and HTTP (`Host`) carry. The name is never looked up.
    pub fn with_name(address: IpAddr, name: impl Into<String>) -> Result<Self, Trouble> {
        let name = name.into().trim_end_matches('.').to_ascii_lowercase();
        if !is_host_name(&name) {
            return Err(Trouble::BadTarget { given: name, why: "the name is no host name" });
        }
        Ok(Self { name: Some(name), ..Self::new(address)? })
    }

    /// The address.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The host name, when one was given.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address with a port.
    pub(crate) fn at(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.address, port)
    }

    /// The value of an HTTP `Host` header for a port, without the port when it is the usual one.
    pub(crate) fn host(&self, port: u16, usual: u16) -> String {
        let host = match (&self.name, self.address) {
            (Some(name), _) => name.clone(),
            (None, IpAddr::V6(v6)) => format!("[{v6}]"),
            (None, IpAddr::V4(v4)) => v4.to_string(),
        };
        if port == usual { host } else { format!("{host}:{port}") }
    }

    /// Whether a host written in a page address means this target.
    pub(crate) fn is_called(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) => address == self.address,
            Err(_) => self.name.as_deref() == Some(host.trim_end_matches('.').to_ascii_lowercase().as_str()),
        }
    }
}

fn is_host_name(name: &str) -> bool {
    let is_label = |l: &str| {
        !l.is_empty() && l.len() <= 63 && l.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_that_are_no_target() {
        for bad in ["0.0.0.0", "255.255.255.255", "224.0.0.251", "::", "ff02::fb"] {
            assert!(Target::new(bad.parse().unwrap()).is_err(), "{bad}");
        }
        let at: IpAddr = "127.9.9.9".parse().unwrap();
        for bad in ["", "a b", "x\r\nEvil: 1", "a..b", "ü"] {
            assert!(Target::with_name(at, bad).is_err(), "{bad:?}");
        }
        assert!(Target::with_name(at, "Plug-1.local.").unwrap().is_called("plug-1.LOCAL"));
    }

    #[test]
    fn host_header() {
        let v6 = Target::new("fd00::2".parse().unwrap()).unwrap();
        assert_eq!(v6.host(8080, 80), "[fd00::2]:8080");
        assert!(v6.is_called("[fd00::2]") && !v6.is_called("fd00::3"));
        let v4 = Target::new("127.9.9.9".parse().unwrap()).unwrap();
        assert_eq!(v4.host(443, 443), "127.9.9.9");
    }
}
