//! Drafts from observed facts: they are read without an error, name what is open, and take nothing a device says
//! for a claim.

use proptest::prelude::*;

use super::*;
use crate::catalogue::steers;
use crate::declaration::ixit::Ixit;
use crate::declaration::ixit::auth_mech::Factor;
use crate::declaration::{Sources, draft, read};
use crate::fact::{
    Fact, HttpAnswer, Login, MdnsAnnouncement, MdnsService, PortState, Protocol, ScanConduct, Service,
    TcpPort, TlsAnswer, TlsOffer, TlsVersion, Transport, UdpPort,
};

const AT: &str = "192.0.2.10";

fn service(port: u16, protocol: Protocol, tls: bool, login: Option<Login>, says: &str) -> Fact {
    let (target, banner) = (AT.to_owned(), says.to_owned());
    let discloses = vec![says.to_owned()];
    Fact::Service(Service {
        tls,
        banner,
        discloses,
        login,
        ..Service::new(target, Transport::Tcp, port, protocol)
    })
}

fn facts(says: &str) -> Vec<Fact> {
    let (target, text) = (AT.to_owned(), says.to_owned());
    let announced = MdnsService {
        service: text.clone(),
        instance: text.clone(),
        port: Some(443),
        txt: vec![text.clone()],
    };
    let page = HttpAnswer {
        target: target.clone(),
        port: 443,
        tls: true,
        path: "/".into(),
        status: 200,
        server: text.clone(),
        title: text,
        challenge: None,
        password_field: true,
        redirect: None,
    };
    let answers = [(TlsVersion::Tls11, false), (TlsVersion::Tls12, true), (TlsVersion::Tls13, true)];
    let versions = answers.map(|(version, accepted)| TlsAnswer { version, accepted, cipher: None }).to_vec();
    vec![
        Fact::TcpPort(TcpPort {
            target: target.clone(),
            port: 9999,
            state: PortState::Open,
            momentary: false,
        }),
        service(443, Protocol::Http, true, Some(Login::HttpForm), says),
        Fact::TlsOffer(TlsOffer { target: target.clone(), port: 443, name: None, versions }),
        Fact::HttpAnswer(page),
        service(1883, Protocol::Mqtt, false, None, says),
        Fact::UdpPort(UdpPort {
            target: target.clone(),
            port: 161,
            asked: "snmp".into(),
            state: PortState::Open,
            answered_from: None,
        }),
        Fact::MdnsAnnouncement(MdnsAnnouncement { target, services: vec![announced], unanswered: Some(0) }),
    ]
}

#[test]
fn where_every_port_accepts_an_open_one_alone_is_not_declared() {
    let conduct = |accepts_all, transport| {
        Fact::ScanConduct(ScanConduct {
            target: AT.into(),
            transport,
            attempts: 65535,
            rounds: 1,
            parallel: 100,
            round_trip_us: None,
            lost_permille: 0,
            filtered: 0,
            accepts_all,
            half_open: false,
        })
    };
    let closed = TcpPort { target: AT.into(), port: 7777, state: PortState::Closed, momentary: false };
    let ixit = |more: Fact| {
        let all: Vec<Fact> = facts("x").into_iter().chain([more, Fact::TcpPort(closed.clone())]).collect();
        draft(spec(), AT, &all).ixit
    };
    let masked = ixit(conduct(true, Transport::Tcp));
    assert!(!masked.contains("tcp/9999") && masked.contains("tcp/443"), "{masked}");
    for other in [conduct(false, Transport::Tcp), conduct(true, Transport::Udp)] {
        let ixit = ixit(other);
        assert!(ixit.contains("tcp/9999") && !ixit.contains("tcp/7777"), "{ixit}");
    }
}

fn reading(says: &str) -> (Reading, String) {
    let made = draft(spec(), AT, &facts(says));
    let all = format!("{}\n{}\n{}", made.product, made.ics, made.ixit);
    let [product, ics, ixit] = [&made.product, &made.ics, &made.ixit].map(|t| Some(t.as_bytes()));
    (read(&Sources { product, ics, ixit, folder: "draft" }, spec()), all)
}

fn ixit(says: &str) -> Ixit {
    reading(says).0.declaration.unwrap().ixit
}

#[test]
fn what_was_seen_stands_in_its_tables() {
    let ixit = ixit("nginx/1.18.0");
    let auth = &ixit.auth_mech[0];
    assert_eq!((auth.id.as_str(), auth.factor), ("AuthMech-tcp-443", Some(Factor::Password)));
    let com: Vec<_> = ixit.com_mech.iter().map(|m| (m.id.as_str(), m.crypto.clone())).collect();
    assert_eq!(
        com.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        ["ComMech-tcp-443", "ComMech-tcp-1883", "ComMech-tcp-9999", "ComMech-udp-161"]
    );
    assert_eq!(com[0].1.as_ref().unwrap().protocols, ["TLS 1.3", "TLS 1.2"]);
    assert_eq!(com[1].1.as_ref().unwrap().protocols, ["none"]);
    assert!(com[2].1.as_ref().is_none_or(|c| c.protocols.is_empty()), "an unknown protocol stays open");
    assert_eq!(ixit.soft_serv[0].authentication, ["AuthMech-tcp-443"]);
    assert_eq!((ixit.intf.len(), ixit.user_intf.len(), ixit.ext_api.len()), (4, 1, 3));
    assert!(ixit.intf.iter().all(|i| i.disclosed.is_empty()), "a disclosure is declared by people");
}

#[test]
fn what_is_open_is_named() {
    let (reading, text) = reading("nginx/1.18.0");
    let errors: Vec<_> = reading.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.render()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let open = reading.diagnostics.iter().filter(|d| d.number() == "D054").count();
    assert_eq!(open, 17, "each begun entry has texts to fill in");
    assert!(
        text.contains("# seen: discloses nginx/1.18.0") && text.contains("# seen on port 443: nginx/1.18.0")
    );
    assert!(text.contains("TODO: Objectives") || text.contains("# TODO: guarantees = "), "{text}");
    assert_eq!(reading.declaration.unwrap().product.bench.address.as_deref(), Some(AT));
}

#[test]
fn without_facts_it_is_the_empty_skeleton_with_an_address() {
    let made = draft(spec(), AT, &[]);
    assert!(made.ixit.lines().all(|l| l.is_empty() || l.starts_with('#') || l == "format = 1"));
    assert_eq!(made.ics, crate::declaration::skeleton(spec()).ics);
}

proptest! {
    #[test]
    fn nothing_a_device_says_becomes_a_claim(says in "\\PC*|[\\n\"#\\[\\]=a\u{1b}\u{202e}]{0,40}") {
        let (reading, text) = reading(&says);
        prop_assert!(reading.diagnostics.iter().all(|d| !d.is_error()), "{text}");
        let steering = text.chars().find(|c| steers(*c) && *c != '\n');
        prop_assert_eq!(steering, None);
        prop_assert_eq!(reading.declaration.unwrap().ixit, ixit("nginx/1.18.0"));
    }
}
