//! The probes by name, and the one way to run them.

use std::{fmt, future::Future, str::FromStr};

use tokio::time::timeout;

use crate::{Budget, Sink, Target, Trouble, identify, mdns, ssh, tcp, tls, udp};

/// A probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProbeId {
    /// `tcp-ports`
    TcpPorts,
    /// `udp-services`
    UdpServices,
    /// `identify`
    Identify,
    /// `ssh`
    Ssh,
    /// `tls`
    Tls,
    /// `mdns`
    Mdns,
    /// `publication`
    Publication,
    /// `security-txt`
    SecurityTxt,
}

impl ProbeId {
    /// Every probe, in the order in which they are best run.
    pub const ALL: [Self; 8] = [
        Self::TcpPorts,
        Self::UdpServices,
        Self::Identify,
        Self::Ssh,
        Self::Tls,
        Self::Mdns,
        Self::Publication,
        Self::SecurityTxt,
    ];

    /// The name, as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TcpPorts => "tcp-ports",
            Self::UdpServices => "udp-services",
            Self::Identify => "identify",
            Self::Ssh => "ssh",
            Self::Tls => "tls",
            Self::Mdns => "mdns",
            Self::Publication => "publication",
            Self::SecurityTxt => "security-txt",
        }
    }

    /// Whether the probe looks at a page by its address instead of at a target.
    pub fn is_for_pages(self) -> bool {
        matches!(self, Self::Publication | Self::SecurityTxt)
    }

    /// What the probe does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::TcpPorts => "connects to every TCP port from 1 to 65535",
            Self::UdpServices => "asks the usual UDP services in their own protocols",
            Self::Identify => "finds out what open TCP ports speak, disclose, and ask for",
            Self::Ssh => "looks at algorithms, host keys and logins of SSH ports",
            Self::Tls => "asks TLS ports for every version from SSL 3.0 to TLS 1.3",
            Self::Mdns => "asks the device which services it announces over mDNS",
            Self::Publication => "fetches pages from declared places of publication",
            Self::SecurityTxt => "looks for the security.txt of the supplier's site",
        }
    }
}

impl fmt::Display for ProbeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ProbeId {
    type Err = Trouble;

    fn from_str(name: &str) -> Result<Self, Trouble> {
        let known = Self::ALL.into_iter().find(|probe| probe.name() == name);
        known.ok_or_else(|| Trouble::UnknownProbe(name.to_owned()))
    }
}

/// Runs one probe against the target. `ports` are the TCP ports found open; `identify`, `ssh` and `tls` visit these and
/// no
/// others, the rest ignore them. `publication` and `security-txt` need an address and are run by [`crate::fetch`] and
/// [`crate::fetch_security_txt`].
pub async fn run(
    probe: ProbeId,
    target: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    match probe {
        ProbeId::TcpPorts => tcp::scan(target, budget, sink).await,
        ProbeId::UdpServices => within(budget, probe, udp::ask(target, budget, sink)).await,
        ProbeId::Identify => within(budget, probe, identify::identify(target, ports, budget, sink)).await,
        ProbeId::Ssh => within(budget, probe, ssh::probe(target, ports, budget, sink)).await,
        ProbeId::Tls => within(budget, probe, tls::probe(target, ports, budget, sink)).await,
        ProbeId::Mdns => within(budget, probe, mdns::browse(target, budget, sink)).await,
        ProbeId::Publication | ProbeId::SecurityTxt => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "it needs the address of a page" })
        }
    }
}

async fn within(
    budget: &Budget,
    probe: ProbeId,
    work: impl Future<Output = Result<(), Trouble>>,
) -> Result<(), Trouble> {
    let late = |_| Trouble::TimeOut { act: probe.name().to_owned(), after: budget.total };
    timeout(budget.total, work).await.map_err(late)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for probe in ProbeId::ALL {
            assert_eq!(probe.to_string().parse::<ProbeId>().unwrap(), probe);
        }
        assert!("ports".parse::<ProbeId>().is_err());
    }

    #[test]
    fn a_run_can_be_spawned() {
        fn is_send(_: impl Send) {}
        let (target, budget, mut sink) = (crate::bench::target(), Budget::default(), Vec::new());
        is_send(run(ProbeId::Identify, &target, &[], &budget, &mut sink));
        is_send(crate::fetch("http://x/", std::slice::from_ref(&target), &budget, &mut Vec::new()));
    }

    #[tokio::test]
    async fn publication_needs_an_address() {
        let target = crate::bench::target();
        let ended = run(ProbeId::Publication, &target, &[], &Budget::default(), &mut Vec::new()).await;
        assert!(matches!(ended, Err(Trouble::Unsuited { .. })));
    }
}
