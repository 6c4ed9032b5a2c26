//! The probes by name, and the one way to run them.

use std::{fmt, future::Future, str::FromStr};

use assize_model::declaration::play::Act;
use tokio::time::timeout;

use crate::{Budget, Sink, Target, Trouble, identify, login, mdns, play::Player, tcp, tls, udp};

/// A probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProbeId {
    /// `tcp-ports`
    TcpPorts,
    /// `udp-services`
    UdpServices,
    /// `identify`
    Identify,
    /// `tls`
    Tls,
    /// `mdns`
    Mdns,
    /// `publication`
    Publication,
    /// `login`
    Login,
    /// `input`
    Input,
    /// `update`
    Update,
    /// `outage`
    Outage,
}

impl ProbeId {
    /// Every probe, in the order in which they are best run.
    pub const ALL: [Self; 10] = [
        Self::TcpPorts,
        Self::UdpServices,
        Self::Identify,
        Self::Tls,
        Self::Mdns,
        Self::Publication,
        Self::Login,
        Self::Input,
        Self::Outage,
        Self::Update,
    ];

    /// The name, as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TcpPorts => "tcp-ports",
            Self::UdpServices => "udp-services",
            Self::Identify => "identify",
            Self::Tls => "tls",
            Self::Mdns => "mdns",
            Self::Publication => "publication",
            Self::Login => "login",
            Self::Input => "input",
            Self::Update => "update",
            Self::Outage => "outage",
        }
    }

    /// What the probe does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::TcpPorts => "connects to every TCP port from 1 to 65535",
            Self::UdpServices => "asks the usual UDP services in their own protocols",
            Self::Identify => "finds out what open TCP ports speak, disclose, and ask for",
            Self::Tls => "asks TLS ports for every version from SSL 3.0 to TLS 1.3",
            Self::Mdns => "asks the device which services it announces over mDNS",
            Self::Publication => "fetches pages from declared places of publication",
            Self::Login => "logs in with the tester's accounts",
            Self::Input => "sends malformed input and sees whether the device stands it",
            Self::Update => "offers updates from the bench and sees which the device installs",
            Self::Outage => "takes a host of the device away and gives it back",
        }
    }

    /// The act that has to be allowed before the probe does anything; none for those that only look.
    pub fn needs(self) -> Option<Act> {
        match self {
            Self::Login => Some(Act::LogIn),
            Self::Input => Some(Act::MalformedInput),
            Self::Update => Some(Act::OfferUpdates),
            Self::Outage => Some(Act::Interrupt),
            _ => None,
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

/// Runs one probe against the target. `ports` are the TCP ports found open; `identify` and `tls` visit these and no
/// others, the rest ignore them. `publication` needs an address and is run by [`crate::fetch`].
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
        ProbeId::Tls => within(budget, probe, tls::probe(target, ports, budget, sink)).await,
        ProbeId::Mdns => within(budget, probe, mdns::browse(target, budget, sink)).await,
        ProbeId::Publication => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "it needs the address of a page" })
        }
        ProbeId::Login | ProbeId::Input | ProbeId::Update | ProbeId::Outage => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "it needs the declared plays" })
        }
    }
}

/// Runs one probe that acts on the DUT, by the plays of its declaration; see [`ProbeId::needs`]. Without leave it
/// does nothing and says so.
pub async fn act(probe: ProbeId, player: &Player<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let is_allowed = probe.needs().is_some_and(|needed| player.may(needed));
    match probe {
        _ if !is_allowed => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "the bench does not allow it" })
        }
        ProbeId::Login => within(player.budget, probe, login::log_in(player, sink)).await,
        _ => Err(Trouble::Unsuited { probe: probe.name(), why: "it acts on nothing" }),
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
