//! Recognises a protocol from the first bytes of a peer.

use assize_model::fact::{Fact, PortState, Protocol, Service, Transport, UdpPort};

use super::protocols::{amqp, coap, http2, lines, rtsp, snmp, vnc};
pub use super::seen::Seen;
use crate::{Observation, http, ssh, telnet, tls};

/// The protocol that bytes show beyond doubt, whatever they were an answer to.
pub fn recognise(bytes: &[u8]) -> Option<Protocol> {
    if ssh::codec::identification(bytes).is_some() {
        Some(Protocol::Ssh)
    } else if http::codec::is_answer(bytes) {
        Some(Protocol::Http)
    } else if tls::codec::is_record(bytes) {
        Some(Protocol::Tls)
    } else if let Some(seen) = unasked(bytes, 0) {
        Some(seen.protocol)
    } else if telnet::codec::is_telnet(bytes) || telnet::codec::is_login_prompt(bytes) {
        Some(Protocol::Telnet)
    } else {
        None
    }
}

/// What bytes show of a service that speaks first, or that refuses a question in its own protocol.
pub fn unasked(bytes: &[u8], port: u16) -> Option<Seen> {
    lines::greeting(bytes, port)
        .or_else(|| vnc::read(bytes))
        .or_else(|| rtsp::read(bytes))
        .or_else(|| amqp::read(bytes))
        .or_else(|| http2::read(bytes))
        .or_else(|| lines::redis(bytes))
}

/// What the answer of a UDP port shows, when another probe has asked it and kept the bytes.
pub fn datagram(observation: &Observation) -> Option<Observation> {
    let Fact::UdpPort(UdpPort { target, port, asked, state: PortState::Open, .. }) = &observation.fact else {
        return None;
    };
    let answer = observation.raw.iter().find(|raw| raw.label.starts_with("received"))?;
    let seen = match asked.as_str() {
        "coap" => coap::read(&answer.bytes),
        _ if asked.starts_with("snmp") => snmp::read(&answer.bytes),
        "sip" => rtsp::read(&answer.bytes),
        _ => None,
    }?;
    let service = Service {
        banner: seen.banner(),
        discloses: seen.discloses(),
        login: seen.login,
        says: seen.says,
        ..Service::new(target.clone(), Transport::Udp, *port, seen.protocol)
    };
    Some(Observation { fact: Fact::Service(service), raw: observation.raw.clone() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Raw;

    #[test]
    fn first_bytes() {
        let cases: [(&[u8], Option<Protocol>); 11] = [
            (b"SSH-2.0-dropbear_2019.78\r\n", Some(Protocol::Ssh)),
            (b"HTTP/1.1 400 Bad Request\r\n", Some(Protocol::Http)),
            (&[21, 3, 1, 0, 2, 2, 40], Some(Protocol::Tls)),
            (&[255, 253, 1, 255, 251, 3], Some(Protocol::Telnet)),
            (b"Welcome\r\nlogin: ", Some(Protocol::Telnet)),
            (b"220 ftp ready\r\n", Some(Protocol::Ftp)),
            (b"220 ready\r\n", None),
            (b"RFB 003.008\n", Some(Protocol::Vnc)),
            (b"AMQP\x00\x00\x09\x01", Some(Protocol::Amqp)),
            (b"\xff\xff\xff\xff", None),
            (b"", None),
        ];
        for (bytes, expect) in cases {
            assert_eq!(recognise(bytes), expect, "{bytes:?}");
        }
    }

    #[test]
    fn a_datagram_of_another_probe() {
        let port = |asked: &str, state| {
            Fact::UdpPort(UdpPort {
                target: "192.0.2.1".into(),
                port: 5683,
                asked: asked.into(),
                state,
                answered_from: None,
            })
        };
        let seen = |asked, state, bytes: &[u8]| {
            datagram(&Observation { fact: port(asked, state), raw: vec![Raw::new("received", bytes)] })
        };
        let reset: &[u8] = &[0x70, 0, 0, 1];
        let Fact::Service(service) = seen("coap", PortState::Open, reset).unwrap().fact else { panic!() };
        assert_eq!((service.protocol, service.transport), (Protocol::Coap, Transport::Udp));
        assert!(
            seen("coap", PortState::Silent, reset).is_none() && seen("dns", PortState::Open, reset).is_none()
        );
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..100), port: u16) {
            recognise(&bytes);
            unasked(&bytes, port);
        }
    }
}
