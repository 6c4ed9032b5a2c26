//! The scene that a check looks at: the declaration, and the facts that were recorded about the DUT.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::catalogue::Lists;
use crate::declaration::Declaration;
use crate::declaration::ixit::common::Place;
use crate::declaration::product::Host;
use crate::fact::{ControlLook, Fact, PortScan, PortState, Protocol, Service, Transport};

/// A fact with the number of its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Record number in the evidence log.
    pub record: u64,
    /// The fact.
    pub fact: Fact,
}

/// A probe that ran to its end on a target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Done {
    /// Name of the probe.
    pub probe: String,
    /// What it looked at.
    pub target: String,
}

/// Facts and what was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Recorded facts, in any order.
    pub recorded: Vec<Recorded>,
    /// Probes that ran to their end.
    pub done: BTreeSet<Done>,
}

/// What a check sees.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What the supplier declares.
    pub declaration: &'a Declaration,
    /// What was recorded.
    pub facts: &'a Facts,
    /// Lists of the catalogue.
    pub lists: &'a Lists,
    /// The provisions that are recommendations in the edition that is judged, conditional ones included.
    pub recommended: &'a BTreeSet<String>,
}

/// An open port of the DUT with the record that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenPort {
    /// TCP or UDP.
    pub transport: Transport,
    /// The port number.
    pub port: u16,
    /// Record number.
    pub record: u64,
}

impl<'a> Scene<'a> {
    /// The address of the DUT on the bench.
    pub fn dut(&self) -> Option<&'a str> {
        self.declaration.product.bench.address.as_deref()
    }

    /// The address where a declared place is found: the DUT's, or that of the host it names.
    pub fn address_of(&self, place: &Place) -> Option<&'a str> {
        match &place.host {
            None => self.dut(),
            Some(_) => self.host_of(place)?.address.as_deref(),
        }
    }

    /// The name under which a declared place is asked for: its host's, if that has one.
    pub fn name_of(&self, place: &Place) -> Option<String> {
        self.host_of(place)?.asked_by()
    }

    fn host_of(&self, place: &Place) -> Option<&'a Host> {
        let name = place.host.as_ref()?;
        self.declaration.product.host.iter().find(|h| h.name == *name)
    }

    /// Whether a probe ran to its end on a target.
    pub fn looked(&self, probe: &str, target: &str) -> bool {
        self.facts.done.contains(&Done { probe: probe.to_owned(), target: target.to_owned() })
    }

    /// All facts with their record numbers.
    pub fn facts(&self) -> impl Iterator<Item = (u64, &'a Fact)> {
        self.facts.recorded.iter().map(|r| (r.record, &r.fact))
    }

    /// The finished scan of the DUT for a transport; `None` means that nobody looked, or that the look tells nothing
    /// ([`Self::accepts_all`]).
    pub fn scan(&self, transport: Transport) -> Option<(u64, &'a PortScan)> {
        let dut = self.dut()?;
        if transport == Transport::Tcp && self.accepts_all().is_some() {
            return None;
        }
        self.facts().find_map(|(record, fact)| match fact {
            Fact::PortScan(s) if s.target == dut && s.transport == transport && !s.control => {
                Some((record, s))
            }
            _ => None,
        })
    }

    /// Ports that also answer on the control address, where nothing of the DUT lives; for TCP also those that the bench
    /// opened only while the DUT was scanned, as the second look at the control address shows.
    ///
    /// A control address that answers on a port which the declaration gives to the DUT is taken for the DUT itself;
    /// then nothing is left out.
    pub fn bench_ports(&self, transport: Transport) -> BTreeSet<u16> {
        let control = self.declaration.product.bench.control.as_deref();
        let scans = self.facts().filter_map(|(_, fact)| match fact {
            Fact::PortScan(s) if s.control && Some(s.target.as_str()) == control => Some(s),
            _ => None,
        });
        let scans: Vec<&PortScan> = scans.collect();
        let looks = self.control_looks();
        let places = self.declaration.ixit.places();
        let declared = |t: Transport, port: u16| places.iter().any(|p| p.is_dut(t, port));
        if scans.iter().any(|s| s.open.iter().any(|port| declared(s.transport, *port)))
            || looks.iter().any(|l| l.open.iter().any(|port| declared(Transport::Tcp, *port)))
        {
            return BTreeSet::new();
        }
        let scanned = scans.iter().filter(|s| s.transport == transport).flat_map(|s| s.open.iter());
        let looked = looks.iter().filter(|_| transport == Transport::Tcp).flat_map(|l| l.of_bench());
        scanned.chain(looked).copied().collect()
    }

    /// The second looks at the control address for what is open on the DUT alone.
    fn control_looks(&self) -> Vec<&'a ControlLook> {
        let control = self.declaration.product.bench.control.as_deref();
        let looks = self.facts().filter_map(|(_, fact)| match fact {
            Fact::ControlLook(l) if Some(l.target.as_str()) == control && self.is_dut(&l.beside) => Some(l),
            _ => None,
        });
        looks.collect()
    }

    /// The record which says that the DUT's address accepts whatever comes: what answers there may be a gateway or a
    /// filter, and an open TCP port alone tells nothing of the DUT.
    pub fn accepts_all(&self) -> Option<u64> {
        let conducts = self.facts().filter_map(|(record, fact)| match fact {
            Fact::ScanConduct(c)
                if c.accepts_all && c.transport == Transport::Tcp && self.is_dut(&c.target) =>
            {
                Some(record)
            }
            _ => None,
        });
        conducts.min()
    }

    /// Whether something was recognised behind a TCP port of the DUT.
    fn is_recognised(&self, port: u16) -> bool {
        self.facts().any(|(_, fact)| match fact {
            Fact::Service(s) => {
                s.transport == Transport::Tcp
                    && s.port == port
                    && s.protocol != Protocol::Unknown
                    && self.is_dut(&s.target)
            }
            _ => false,
        })
    }

    /// The open ports of the DUT, the bench's own left out, each with the record that shows it. Where every TCP port
    /// accepts, only those count behind which something was recognised.
    pub fn open_ports(&self) -> Vec<OpenPort> {
        let Some(dut) = self.dut() else { return Vec::new() };
        let mut open: Vec<OpenPort> =
            self.facts().filter_map(|(record, fact)| open_port(record, fact, dut)).collect();
        let (tcp, udp) = (self.bench_ports(Transport::Tcp), self.bench_ports(Transport::Udp));
        open.retain(|p| !if p.transport == Transport::Tcp { &tcp } else { &udp }.contains(&p.port));
        if self.accepts_all().is_some() {
            open.retain(|p| p.transport == Transport::Udp || self.is_recognised(p.port));
        }
        open.sort();
        open.dedup_by_key(|p| (p.transport, p.port));
        open
    }

    /// The recognised services of the DUT, the bench's own ports left out.
    pub fn services(&self) -> Vec<(u64, &'a Service)> {
        let open: BTreeSet<(Transport, u16)> =
            self.open_ports().iter().map(|p| (p.transport, p.port)).collect();
        let dut = self.dut();
        let services = self.facts().filter_map(|(record, fact)| match fact {
            Fact::Service(s) => Some((record, s)),
            _ => None,
        });
        services
            .filter(|(_, s)| Some(s.target.as_str()) == dut && open.contains(&(s.transport, s.port)))
            .collect()
    }

    /// Whether an address is the DUT's.
    pub fn is_dut(&self, address: &str) -> bool {
        self.dut().is_some_and(|dut| {
            dut == address || dut.parse::<IpAddr>().ok().is_some_and(|a| address.parse() == Ok(a))
        })
    }
}

fn open_port(record: u64, fact: &Fact, dut: &str) -> Option<OpenPort> {
    match fact {
        Fact::TcpPort(p) if p.target == dut && p.state == PortState::Open => {
            Some(OpenPort { transport: Transport::Tcp, port: p.port, record })
        }
        Fact::UdpPort(p) if p.target == dut && p.state == PortState::Open => {
            Some(OpenPort { transport: Transport::Udp, port: p.port, record })
        }
        // What was recognised over UDP answered, whether or not the scan of UDP ports heard it.
        Fact::Service(s) if s.target == dut && s.transport == Transport::Udp => {
            Some(OpenPort { transport: Transport::Udp, port: s.port, record })
        }
        _ => None,
    }
}
