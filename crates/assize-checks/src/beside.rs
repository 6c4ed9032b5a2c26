//! Entries that declare a question to be none of theirs: what was seen, or what they declare elsewhere, goes before that.

use assize_model::declaration::ixit::SoftServ;
use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Protocol, Service};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use crate::look::{names, port_words, services};
use crate::say::{Row, Said, shown};

/// An entry that says that no network reaches it, and what it comes to as one that a network reaches: found wanting, it
/// fails; driven all the same, or with a port of the DUT, it is open.
pub(crate) fn off_network(row: Row, reached_at: &[Place], driven: Said) -> Said {
    let port = reached_at.iter().find(|p| p.host.is_none()).map(|p| format!("is reached at {p}"));
    unless(row, ("network", OFF_NETWORK), port, driven)
}

/// What a service's flags make of what was seen of it.
pub(crate) fn flagged(row: Row, s: &SoftServ, scene: &Scene, driven: Said) -> Said {
    let said = match s.excepted_protocol {
        Some(true) => excepted(row, s, scene, driven),
        _ => driven,
    };
    match s.network {
        Some(false) => off_network(row, &s.reached_at, said),
        _ => said,
    }
}

/// The same where nothing is driven.
pub(crate) fn off_network_on_paper(row: Row, reached_at: &[Place]) -> Said {
    off_network(row, reached_at, row.is_beside("network", OFF_NETWORK))
}

const OFF_NETWORK: &str = "is not reachable over a network interface";

/// The same of a service that says to be one of the protocols that the rule excepts: those answer no play.
fn excepted(row: Row, s: &SoftServ, scene: &Scene, driven: Said) -> Said {
    let said = excepted_on_paper(row, s, scene);
    match said.0 {
        Outcome::NotApplicable => unless(row, ("excepted_protocol", EXCEPTED), None, driven),
        _ if driven.0 == Outcome::Fail => driven,
        _ => said,
    }
}

const EXCEPTED: &str = "is a network service protocol that the rule excepts";

/// The same where nothing was driven: it is open where something else was heard at a port of it.
pub(crate) fn excepted_on_paper(row: Row, s: &SoftServ, scene: &Scene) -> Said {
    match heard(s, scene) {
        None => row.is_beside("excepted_protocol", EXCEPTED),
        Some((record, other)) => {
            let port = port_words(other.transport, other.port);
            let doubt = format!("{port} answers {}", other.protocol.words());
            shown(contradicted(row, ("excepted_protocol", EXCEPTED), &doubt), record)
        }
    }
}

/// Something at a port of a service that is none of ARP, DHCP, DNS, ICMP and NTP.
fn heard<'a>(s: &SoftServ, scene: &Scene<'a>) -> Option<(u64, &'a Service)> {
    let is_told = |p: Protocol| !matches!(p, Protocol::Mdns | Protocol::Tls | Protocol::Unknown);
    let is_here = |x: &Service| names(&s.reached_at, x.transport, x.port) && is_told(x.protocol);
    services(scene).into_iter().find(|(_, x)| is_here(x))
}

fn unless(row: Row, (field, says): (&str, &str), doubt: Option<String>, driven: Said) -> Said {
    let (outcome, seen) = driven;
    if outcome == Outcome::Fail {
        return (outcome, seen);
    }
    let doubt = match seen.evidence.is_empty() {
        true => doubt,
        false => Some("plays reached it on the network all the same".to_owned()),
    };
    match doubt {
        None => row.is_beside(field, says),
        Some(doubt) => {
            let (outcome, said) = contradicted(row, (field, says), &doubt);
            (outcome, said.shown_by(seen.evidence))
        }
    }
}

/// What an entry says against what else is known of it.
fn contradicted(row: Row, (field, says): (&str, &str), doubt: &str) -> Said {
    row.is_open(
        field,
        format!("says that it {says}, but {doubt}"),
        format!("correct `{field}`, or `reached_at`"),
    )
}
