//! The doors of the DUT that take input, from what earlier probes found. What also answers on the bench's control
//! address belongs to the bench, and gets none.

use std::collections::BTreeSet;

use assize_model::fact::{Fact, PortState, Protocol, Service, Transport};
use assize_probes::input::{Door, codec::Grammar};

/// The doors seen so far, by target.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    found: BTreeSet<(String, Door)>,
    control: BTreeSet<(bool, u16)>,
}

impl Doors {
    pub(crate) fn note(&mut self, fact: &Fact) {
        match fact {
            Fact::Service(service) if service.transport == Transport::Tcp => {
                self.found.extend(at(service).map(|door| (service.target.clone(), door)));
            }
            Fact::UdpPort(port) if port.state == PortState::Open && port.answered_from.is_none() => {
                let grammar = Grammar::of_udp(&port.asked);
                let door = |grammar| Door { port: port.port, transport: Transport::Udp, tls: false, grammar };
                self.found.extend(grammar.map(|g| (port.target.clone(), door(g))));
            }
            Fact::ControlLook(look) => self.control.extend(look.of_bench().iter().map(|port| (true, *port))),
            Fact::PortScan(scan) if scan.control => {
                let is_tcp = scan.transport == Transport::Tcp;
                self.control.extend(scan.open.iter().map(|port| (is_tcp, *port)));
            }
            _ => {}
        }
    }

    /// The doors of a target.
    pub(crate) fn of(&self, target: &str) -> Vec<Door> {
        let is_own = |door: &Door| !self.control.contains(&(door.transport == Transport::Tcp, door.port));
        let here = self.found.iter().filter(|(t, door)| t == target && is_own(door));
        here.map(|(_, door)| door.clone()).collect()
    }
}

/// What a TCP service takes: its protocol, and TLS records where it runs in TLS.
fn at(service: &Service) -> impl Iterator<Item = Door> + use<> {
    let inner = match service.protocol {
        web if web.is_http1() => Some(Grammar::Http),
        Protocol::Mqtt => Some(Grammar::Mqtt),
        _ => None,
    };
    let outer = (service.tls || service.protocol == Protocol::Tls).then_some(Grammar::Tls);
    let (port, tls) = (service.port, service.tls);
    let door = move |grammar| Door { port, transport: Transport::Tcp, tls, grammar };
    inner.into_iter().chain(outer).map(door)
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{PortScan, UdpPort};

    use super::*;

    #[test]
    fn doors_of_the_bench_get_nothing() {
        let service = |port, protocol, tls| {
            Fact::Service(Service { tls, ..Service::new("192.0.2.1", Transport::Tcp, port, protocol) })
        };
        let udp = UdpPort {
            target: "192.0.2.1".into(),
            port: 5683,
            asked: "coap".into(),
            state: PortState::Open,
            answered_from: None,
        };
        let control = PortScan {
            target: "192.0.2.9".into(),
            transport: Transport::Tcp,
            tried: 65_535,
            open: vec![2024],
            closed: 0,
            silent: 0,
            control: true,
        };
        let mut doors = Doors::default();
        doors.note(&service(443, Protocol::Http, true));
        doors.note(&service(2024, Protocol::Http, false));
        doors.note(&service(22, Protocol::Ssh, false));
        doors.note(&service(631, Protocol::Ipp, false));
        doors.note(&service(50051, Protocol::Grpc, false));
        doors.note(&Fact::UdpPort(udp));
        doors.note(&Fact::PortScan(control));
        let found: Vec<(u16, &str)> =
            doors.of("192.0.2.1").iter().map(|d| (d.port, d.grammar.name())).collect();
        assert_eq!(found, [(443, "http"), (443, "tls"), (631, "http"), (5683, "coap")]);
        assert!(doors.of("192.0.2.2").is_empty());
    }
}
