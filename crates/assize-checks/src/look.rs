//! What several checks look up in a scene, always in the same order whatever the order of the facts.

use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Fact, Login, PortState, Service, TlsPosture, Transport};
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::{OpenPort, Scene};

use crate::say::list;

/// Whether a probe came to its end on the DUT.
pub(crate) fn looked(scene: &Scene, probe: &str) -> bool {
    scene.facts.done.iter().any(|d| d.probe == probe && scene.is_dut(&d.target))
}

/// A TCP scan that tried every port tried this many.
const ALL_TCP_PORTS: u32 = 65535;

/// `tcp/8443`.
pub(crate) fn port_words(transport: Transport, port: u16) -> String {
    format!("{}/{port}", if transport == Transport::Tcp { "tcp" } else { "udp" })
}

/// The recognised services of the DUT by port.
pub(crate) fn services<'a>(scene: &Scene<'a>) -> Vec<(u64, &'a Service)> {
    let mut services = scene.services();
    services.sort_by_key(|(record, s)| (s.transport, s.port, *record));
    services
}

/// The service recognised at an address and TCP port. On the DUT only its own open ports count.
pub(crate) fn service_at<'a>(scene: &Scene<'a>, address: &str, port: u16) -> Option<(u64, &'a Service)> {
    if scene.is_dut(address) {
        return services(scene).into_iter().find(|(_, s)| s.transport == Transport::Tcp && s.port == port);
    }
    let found = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::Service(s) if s.target == address && s.transport == Transport::Tcp && s.port == port => {
            Some((record, s))
        }
        _ => None,
    });
    found.min_by_key(|(record, _)| *record)
}

/// Whether a login lets someone in who knows a password.
pub(crate) fn takes_password(login: Login) -> bool {
    !matches!(login, Login::Adb | Login::HttpToken)
}

/// Whether one of these places is this port of the DUT.
pub(crate) fn names<'p>(
    places: impl IntoIterator<Item = &'p Place>,
    transport: Transport,
    port: u16,
) -> bool {
    places.into_iter().any(|p| p.is_dut(transport, port))
}

/// What a check has to have looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Every TCP port.
    TcpPorts,
    /// The usual UDP services.
    UdpServices,
    /// What the open TCP ports speak.
    Identify,
}

/// What was not looked at on the DUT, in words; empty when everything was.
pub(crate) fn gaps(scene: &Scene, looks: &[Look]) -> Vec<String> {
    looks.iter().filter_map(|look| gap(scene, *look)).collect()
}

fn gap(scene: &Scene, look: Look) -> Option<String> {
    match look {
        Look::TcpPorts => match scene.scan(Transport::Tcp) {
            None => Some("the TCP ports".to_owned()),
            Some((_, scan)) if scan.tried < ALL_TCP_PORTS => {
                Some(format!("{} of the TCP ports", ALL_TCP_PORTS - scan.tried))
            }
            Some(_) => None,
        },
        Look::UdpServices => scene.scan(Transport::Udp).is_none().then(|| "the UDP services".to_owned()),
        Look::Identify => {
            let ports: Vec<String> = unasked(scene).iter().map(|p| port_words(p.transport, p.port)).collect();
            (!ports.is_empty()).then(|| format!("what {} speaks", list(&ports)))
        }
    }
}

/// Open TCP ports of which nobody found out what they speak or that they stay silent.
fn unasked(scene: &Scene) -> Vec<OpenPort> {
    let is_asked = |port: u16| {
        scene.facts().any(|(_, fact)| match fact {
            Fact::Service(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            Fact::Silence(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            Fact::TcpPort(p) => scene.is_dut(&p.target) && p.port == port && p.state != PortState::Open,
            _ => false,
        })
    };
    scene.open_ports().into_iter().filter(|p| p.transport == Transport::Tcp && !is_asked(p.port)).collect()
}

/// The records of the scans that a finding rests on.
pub(crate) fn scans(scene: &Scene) -> Vec<u64> {
    [Transport::Tcp, Transport::Udp].iter().filter_map(|t| scene.scan(*t)).map(|(record, _)| record).collect()
}

/// The finding of a check whose facts nobody recorded, wholly or in part.
pub(crate) fn never_looked(gaps: &[String]) -> Vec<Finding> {
    let words = format!("Nobody looked at {} on the DUT.", list(gaps));
    vec![Finding::whole(Outcome::Inconclusive, vec![Indication::note(words, REMEDY)])]
}

/// What to do when nobody looked.
pub(crate) const REMEDY: &str = "run `assize assess` with the DUT on the bench";

/// Something found on a port of the DUT.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) record: u64,
    pub(crate) transport: Transport,
    pub(crate) port: u16,
}

impl Found {
    pub(crate) fn words(&self) -> String {
        port_words(self.transport, self.port)
    }
}

impl From<OpenPort> for Found {
    fn from(open: OpenPort) -> Self {
        Self { record: open.record, transport: open.transport, port: open.port }
    }
}

impl From<(u64, &Service)> for Found {
    fn from((record, service): (u64, &Service)) -> Self {
        Self { record, transport: service.transport, port: service.port }
    }
}

/// The open ports of the DUT.
pub(crate) fn open_ports(scene: &Scene) -> Vec<Found> {
    scene.open_ports().into_iter().map(Found::from).collect()
}

/// A search for what the declaration leaves out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<'s> {
    /// What is searched for, singular: `password login`.
    pub(crate) what: &'s str,
    /// The table that has to name it.
    pub(crate) table: &'s str,
    /// What to do about one that is not declared.
    pub(crate) remedy: &'s str,
    /// What has to have been looked at before nothing found means something.
    pub(crate) looks: &'s [Look],
}

/// Judges what a search found: FAIL for what is not declared, PASS when everything was looked at and is declared.
pub(crate) fn judge_search(
    scene: &Scene,
    search: &Search,
    found: Vec<Found>,
    declared: &[&Place],
) -> Vec<Finding> {
    let is_declared = |f: &Found| names(declared.iter().copied(), f.transport, f.port);
    let wavering = wavering(scene);
    let is_steady = |f: &Found| !wavering.iter().any(|w| w.transport == f.transport && w.port == f.port);
    let (known, undeclared): (Vec<Found>, Vec<Found>) = found.into_iter().partition(is_declared);
    let undeclared: Vec<Found> = undeclared.into_iter().filter(is_steady).collect();
    if !undeclared.is_empty() {
        let against = undeclared.iter().map(|f| {
            let words = undeclared_words(scene, search, f);
            Indication::against(words, search.remedy).shown_by([f.record]).at(Pointer::ixit([search.table]))
        });
        return vec![Finding::whole(Outcome::Fail, against.collect())];
    }
    let gaps = gaps(scene, search.looks);
    if !gaps.is_empty() {
        return never_looked(&gaps);
    }
    let doubtful: Vec<Found> = wavering.into_iter().filter(|f| !is_declared(f)).collect();
    if !doubtful.is_empty() {
        return undecided(search, &doubtful);
    }
    let ports: Vec<String> = known.iter().map(Found::words).collect();
    let looked = looked_at(search.looks);
    let words = match ports.len() {
        0 => format!("{looked}; there is no {}.", search.what),
        1 => format!("{looked}; the only {} is on {}, as declared.", search.what, ports[0]),
        n => format!("{looked}; all {n} {}s are declared: {}.", search.what, list(&ports)),
    };
    let shown = scans(scene).into_iter().chain(known.iter().map(|f| f.record));
    let note = Indication::favour(words).shown_by(shown).at(Pointer::ixit([search.table]));
    vec![Finding::whole(Outcome::Pass, vec![note])]
}

/// TCP ports of the DUT that were open at one look and closed at another, and of which nothing else is known.
pub(crate) fn wavering(scene: &Scene) -> Vec<Found> {
    let is_known = |port: u16| {
        scene.facts().any(|(_, fact)| match fact {
            Fact::Service(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            Fact::Silence(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            _ => false,
        })
    };
    let bench = scene.bench_ports(Transport::Tcp);
    let closed = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TcpPort(p) if scene.is_dut(&p.target) && p.state == PortState::Closed => {
            Some(Found { record, transport: Transport::Tcp, port: p.port })
        }
        _ => None,
    });
    let mut all: Vec<Found> = closed.filter(|f| !is_known(f.port) && !bench.contains(&f.port)).collect();
    all.sort_by_key(|f| (f.port, f.record));
    all.dedup_by_key(|f| f.port);
    all
}

/// Ports that nobody could say anything of, because they were gone at the second look.
fn undecided(search: &Search, doubtful: &[Found]) -> Vec<Finding> {
    let notes = doubtful.iter().map(|f| {
        let words = format!(
            "The DUT's port {} was open at one look and closed at the next, so that nobody could tell whether it is a {} \
             that IXIT {} does not declare.",
            f.words(),
            search.what,
            search.table
        );
        Indication::note(words, "find out what opens the port, and assess again")
            .shown_by([f.record])
            .at(Pointer::ixit([search.table]))
    });
    vec![Finding::whole(Outcome::Inconclusive, notes.collect())]
}

/// What was found, where, what it speaks, and which table leaves it out.
fn undeclared_words(scene: &Scene, search: &Search, f: &Found) -> String {
    let spoken = services(scene).into_iter().find(|(_, s)| s.transport == f.transport && s.port == f.port);
    let spoken = spoken.map(|(_, s)| format!(", speaking {}", s.protocol.words())).unwrap_or_default();
    format!(
        "The DUT has a {} on {}{spoken}, that IXIT {} does not declare.",
        search.what,
        f.words(),
        search.table
    )
}

/// What was looked at, as the beginning of a sentence.
pub(crate) fn looked_at(looks: &[Look]) -> &'static str {
    if looks.contains(&Look::UdpServices) {
        "All TCP ports and the usual UDP services of the DUT were looked at"
    } else {
        "All TCP ports of the DUT were looked at"
    }
}

/// The posture recorded for a place, asked by the name of its host.
pub(crate) fn posture_at<'a>(
    scene: &Scene<'a>,
    address: &str,
    place: &Place,
) -> Option<(u64, &'a TlsPosture)> {
    let name = scene.name_of(place);
    let is_here = |p: &TlsPosture| {
        p.target == address
            && p.port == place.port
            && p.name == name
            && p.transport.unwrap_or(Transport::Tcp) == place.transport
    };
    let postures = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TlsPosture(p) if is_here(p) => Some((record, p)),
        _ => None,
    });
    postures.min_by_key(|(record, _)| *record)
}
