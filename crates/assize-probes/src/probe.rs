//! The probes by name, and the one way to run them.

use std::{fmt, future::Future, str::FromStr};

use assize_model::declaration::play::Act;
use tokio::time::timeout;

use crate::{
    Budget, Sink, Target, Trouble, access, factory,
    guess::{self, Known},
    identify, login, mdns, neighbours, password,
    play::Player,
    session, ssh, tcp, tls, udp,
};

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
    /// `dtls`
    Dtls,
    /// `keys`
    Keys,
    /// `mdns`
    Mdns,
    /// `neighbours`
    Neighbours,
    /// `publication`
    Publication,
    /// `security-txt`
    SecurityTxt,
    /// `web`
    Web,
    /// `login`
    Login,
    /// `access`
    Access,
    /// `session`
    Session,
    /// `password`
    Password,
    /// `guess`
    Guess,
    /// `factory`
    Factory,
    /// `input`
    Input,
    /// `update`
    Update,
    /// `outage`
    Outage,
    /// `power`
    Power,
}

impl ProbeId {
    /// Every probe, in the order in which they are best run.
    pub const ALL: [Self; 22] = [
        Self::TcpPorts,
        Self::UdpServices,
        Self::Identify,
        Self::Ssh,
        Self::Tls,
        Self::Dtls,
        Self::Keys,
        Self::Mdns,
        Self::Neighbours,
        Self::Publication,
        Self::SecurityTxt,
        Self::Web,
        Self::Login,
        Self::Access,
        Self::Session,
        Self::Password,
        Self::Input,
        Self::Outage,
        Self::Power,
        Self::Guess,
        Self::Factory,
        Self::Update,
    ];

    /// The name, as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TcpPorts => "tcp-ports",
            Self::UdpServices => "udp-services",
            Self::Identify => "identify",
            Self::Ssh => "ssh",
            Self::Tls => "tls",
            Self::Dtls => "dtls",
            Self::Keys => "keys",
            Self::Mdns => "mdns",
            Self::Neighbours => "neighbours",
            Self::Publication => "publication",
            Self::SecurityTxt => "security-txt",
            Self::Web => "web",
            Self::Login => "login",
            Self::Access => "access",
            Self::Session => "session",
            Self::Password => "password",
            Self::Guess => "guess",
            Self::Factory => "factory",
            Self::Input => "input",
            Self::Update => "update",
            Self::Outage => "outage",
            Self::Power => "power",
        }
    }

    /// Whether the probe looks at a page by its address instead of at a target.
    pub fn is_for_pages(self) -> bool {
        matches!(self, Self::Publication | Self::SecurityTxt)
    }

    /// Whether the probe looks at another unit of the product instead of at the device.
    pub fn is_for_units(self) -> bool {
        self == Self::Keys
    }

    /// What the probe does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::TcpPorts => "connects to every TCP port from 1 to 65535",
            Self::UdpServices => "asks the usual UDP services in their own protocols",
            Self::Identify => "finds out what open TCP ports speak, disclose, and ask for",
            Self::Ssh => "looks at algorithms, host keys and logins of SSH ports",
            Self::Tls => "asks TLS ports for everything they accept, from SSL 2.0 to TLS 1.3",
            Self::Dtls => "asks UDP ports for everything they accept of DTLS",
            Self::Keys => "reads the keys that another unit of the product shows",
            Self::Mdns => "asks the device which services it announces over mDNS",
            Self::Neighbours => "listens to what the network says of the device without asking it",
            Self::Publication => "fetches pages from declared places of publication",
            Self::SecurityTxt => "looks for the security.txt of the supplier's site",
            Self::Web => "looks at web servers for headers, listings and paths that have no business there",
            Self::Login => "logs in with the tester's accounts",
            Self::Access => "uses what only some accounts may use, as everybody else",
            Self::Session => "looks at cookies and tokens of a login, and whether a logout ends them",
            Self::Password => "changes a password, tries old and new, and sets it back",
            Self::Guess => "tries default credentials, user names and wrong passwords",
            Self::Factory => "resets the device, tries it without a password, and sets it up again",
            Self::Input => "sends malformed input and sees whether the device stands it",
            Self::Update => "offers updates from the bench and sees which the device installs",
            Self::Outage => "takes a host or the network of the device away and gives it back",
            Self::Power => "switches the power of the device off and on",
        }
    }

    /// The act that has to be allowed before the probe does anything; none for those that only look.
    pub fn needs(self) -> Option<Act> {
        match self {
            Self::Login | Self::Access | Self::Session => Some(Act::LogIn),
            Self::Password => Some(Act::ChangeSettings),
            Self::Guess => Some(Act::Guess),
            Self::Factory => Some(Act::Reset),
            Self::Input => Some(Act::MalformedInput),
            Self::Update => Some(Act::OfferUpdates),
            Self::Outage => Some(Act::Interrupt),
            Self::Power => Some(Act::SwitchPower),
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

/// Runs one probe against the target. `ports` are the TCP ports found open; `identify`, `ssh` and `tls` visit these
/// and no others, `dtls` visits them as UDP ports, the rest ignore them. `publication` and `security-txt` need an
/// address and are run by [`crate::fetch`] and [`crate::fetch_security_txt`]; `keys` is run by [`crate::read_keys`].
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
        ProbeId::Dtls => within(budget, probe, tls::probe_datagrams(target, ports, budget, sink)).await,
        ProbeId::Mdns => within(budget, probe, mdns::browse(target, budget, sink)).await,
        ProbeId::Neighbours => {
            within(budget, probe, neighbours::listen(target, neighbours::Whom::Target, budget, sink)).await
        }
        ProbeId::Publication | ProbeId::SecurityTxt => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "it needs the address of a page" })
        }
        ProbeId::Keys => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "it needs the doors of the device" })
        }
        ProbeId::Web => Err(Trouble::Unsuited { probe: probe.name(), why: "it needs the list of paths" }),
        ProbeId::Login
        | ProbeId::Access
        | ProbeId::Session
        | ProbeId::Password
        | ProbeId::Guess
        | ProbeId::Factory
        | ProbeId::Input
        | ProbeId::Update
        | ProbeId::Outage
        | ProbeId::Power => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "it needs the declared plays" })
        }
    }
}

/// Runs one probe that acts on the DUT, by the plays of its declaration; see [`ProbeId::needs`]. Without leave it
/// does nothing and says so.
pub async fn act(
    probe: ProbeId,
    player: &Player<'_>,
    known: &Known<'_>,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let is_allowed = probe.needs().is_some_and(|needed| player.may(needed));
    let budget = player.budget;
    match probe {
        _ if !is_allowed => {
            Err(Trouble::Unsuited { probe: probe.name(), why: "the bench does not allow it" })
        }
        ProbeId::Login => within(budget, probe, login::log_in(player, sink)).await,
        ProbeId::Access => within(budget, probe, access::access(player, sink)).await,
        ProbeId::Session => within(budget, probe, session::session(player, sink)).await,
        // What has been changed is put back: no time limit cuts these two off, their own waits end them.
        ProbeId::Password => password::change(player, sink).await,
        ProbeId::Factory => factory::factory(player, known, sink).await,
        ProbeId::Guess => within(budget, probe, guess::guess(player, known, sink)).await,
        _ => Err(Trouble::Unsuited { probe: probe.name(), why: "it acts on nothing" }),
    }
}

/// Runs a probe's work until the budget ends.
pub(crate) async fn within(
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
