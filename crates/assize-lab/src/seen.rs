//! What later probes use of earlier ones, in a recorded run and in `observe` alike.

use std::collections::{BTreeMap, BTreeSet};

use assize_model::fact::{Fact, KeyProtocol, PortState, Protocol, Service, Transport};
use assize_probes::{KeyDoor, ProbeId};

use crate::Stored;
use crate::doors::Doors;

/// What later steps use of earlier ones: open ports, and which of them speak SSH or TLS.
#[derive(Default)]
pub(crate) struct Seen {
    open: BTreeSet<(String, u16)>,
    control: BTreeSet<u16>,
    /// The open ports of the last TCP scan of each host that is no control address.
    scanned: BTreeMap<String, Vec<u16>>,
    ssh: BTreeSet<(String, u16)>,
    tls: BTreeSet<(String, u16)>,
    dtls: BTreeSet<(String, u16)>,
    services: Vec<Service>,
    pub(crate) doors: Doors,
}

impl Seen {
    pub(crate) fn of(stored: &Stored) -> Self {
        let mut seen = Self::default();
        for recorded in &stored.facts.recorded {
            seen.note(&recorded.fact);
        }
        seen
    }

    pub(crate) fn note(&mut self, fact: &Fact) {
        self.doors.note(fact);
        match fact {
            Fact::TcpPort(p) if p.state == PortState::Open => {
                self.open.insert((p.target.clone(), p.port));
            }
            Fact::PortScan(s) if s.control && s.transport == Transport::Tcp => {
                self.control = s.open.iter().copied().collect();
            }
            Fact::PortScan(s) if s.transport == Transport::Tcp => {
                self.scanned.insert(s.target.clone(), s.open.clone());
            }
            Fact::ControlLook(look) => self.control.extend(look.of_bench()),
            Fact::Service(s) => {
                if s.protocol == Protocol::Ssh && s.transport == Transport::Tcp && !s.tls {
                    self.ssh.insert((s.target.clone(), s.port));
                }
                if s.tls || s.protocol == Protocol::Tls {
                    self.tls.insert((s.target.clone(), s.port));
                }
                self.services.push(s.clone());
            }
            Fact::TlsPosture(p) if p.transport == Some(Transport::Udp) && p.accepted().next().is_some() => {
                self.dtls.insert((p.target.clone(), p.port));
            }
            _ => {}
        }
    }

    /// The ports that the last scan found open on a host and the control address did not have.
    pub(crate) fn alone(&self, host: &str) -> Vec<u16> {
        let open = self.scanned.get(host).into_iter().flatten();
        open.copied().filter(|port| !self.control.contains(port)).collect()
    }

    /// Says of a closed port that it was open at an earlier look.
    pub(crate) fn mark(&self, fact: &mut Fact) {
        if let Fact::TcpPort(p) = fact
            && p.state == PortState::Closed
            && self.open.contains(&(p.target.clone(), p.port))
        {
            p.momentary = true;
        }
    }

    /// What was recognised on a host, the bench's own ports left out.
    pub(crate) fn services_of(&self, target: &str) -> Vec<Service> {
        let own = self.services.iter().filter(|s| s.target == target && !self.control.contains(&s.port));
        own.cloned().collect()
    }

    /// The ports of a host that answer in HTTP/1, whatever travels in it, each with whether inside TLS.
    pub(crate) fn webs_of(&self, target: &str) -> Vec<(u16, bool)> {
        let webs = self
            .services_of(target)
            .into_iter()
            .filter(|s| s.transport == Transport::Tcp && s.protocol.is_http1());
        let ports: BTreeSet<(u16, bool)> = webs.map(|s| (s.port, s.tls)).collect();
        ports.into_iter().collect()
    }

    /// The ports of a host at which it shows a key, the bench's own left out.
    pub(crate) fn key_doors(&self, target: &str) -> Vec<KeyDoor> {
        let all = [
            (&self.ssh, Transport::Tcp, KeyProtocol::Ssh),
            (&self.tls, Transport::Tcp, KeyProtocol::Tls),
            (&self.dtls, Transport::Udp, KeyProtocol::Tls),
        ];
        let doors = all.into_iter().flat_map(|(set, transport, asked)| {
            let here = set.iter().filter(|(at, _)| at == target);
            here.map(move |(_, port)| KeyDoor { transport, port: *port, asked })
        });
        doors.filter(|d| d.transport == Transport::Udp || !self.control.contains(&d.port)).collect()
    }

    /// Whether anything was recognised on a port.
    pub(crate) fn knows_services(&self) -> bool {
        !self.services.is_empty()
    }

    /// The ports of a host that a probe looks at; `None` when it finds its own. `named` are those that somebody names, and
    /// no others are looked at then.
    pub(crate) fn ports_for(&self, probe: ProbeId, host: &str, named: &[u16]) -> Option<Vec<u16>> {
        let of = |set: &BTreeSet<(String, u16)>| -> Vec<u16> {
            let here = set.iter().filter(|(target, _)| target == host).map(|(_, port)| *port);
            here.filter(|port| named.is_empty() || named.contains(port)).collect()
        };
        match probe {
            ProbeId::Outage | ProbeId::Power | ProbeId::Identify if named.is_empty() => {
                Some(of(&self.open).into_iter().filter(|p| !self.control.contains(p)).collect())
            }
            ProbeId::Identify | ProbeId::Dtls => Some(named.to_vec()),
            ProbeId::Ssh => Some(of(&self.ssh)),
            ProbeId::Tls => Some(of(&self.tls)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_web_server_of_pages_is_visited() {
        let service = |port, protocol| Service::new("192.0.2.1", Transport::Tcp, port, protocol);
        let mut seen = Seen::default();
        let all = [Protocol::Http, Protocol::Upnp, Protocol::Onvif, Protocol::Ipp, Protocol::Websocket];
        for (protocol, port) in all.into_iter().chain([Protocol::Grpc, Protocol::Ssh]).zip(80..) {
            seen.note(&Fact::Service(service(port, protocol)));
        }
        let ports: Vec<u16> = seen.webs_of("192.0.2.1").into_iter().map(|(port, _)| port).collect();
        assert_eq!(ports, [80, 81, 82, 83, 84]);
    }
}
