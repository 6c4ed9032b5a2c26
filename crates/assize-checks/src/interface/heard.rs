//! What a port of the DUT says to anybody who listens, as far as it names versions.

use std::net::Ipv4Addr;

use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Fact, MdnsAnnouncement, Protocol, Service, Transport, WebPosture};
use assize_model::scene::Scene;

use crate::look::{cut_short, services};
use crate::web::postures;

/// What a port said, with the record that shows that it was listened to.
pub(crate) struct Heard<'a> {
    pub(crate) record: u64,
    /// Names with versions, each with its record.
    pub(crate) said: Vec<(u64, String)>,
    /// Folders whose contents its web server lists to anybody, each with the record of the look.
    pub(crate) listed: Vec<(u64, &'a str)>,
    /// Why it may have said more, as a clause, and what to do.
    pub(crate) gap: Option<(String, &'static str)>,
}

const MDNS_PORT: u16 = 5353;

/// What was heard at a port of the DUT; nothing when nobody listened.
pub(crate) fn at<'a>(place: &Place, scene: &Scene<'a>) -> Option<Heard<'a>> {
    match place.transport {
        Transport::Tcp => {
            let (record, service) =
                services(scene).into_iter().find(|(_, s)| place.is_dut(s.transport, s.port))?;
            let mut said: Vec<(u64, String)> =
                service.discloses.iter().map(|d| (record, d.clone())).collect();
            said.extend(left_open(place.port, scene));
            let listed = postures(place.port, scene);
            let listed = listed.flat_map(|(record, w)| w.listings.iter().map(move |l| (record, l.as_str())));
            Some(Heard { record, said, listed: listed.collect(), gap: gap(service, scene) })
        }
        Transport::Udp if place.port == MDNS_PORT => announced(scene),
        Transport::Udp => None,
    }
}

/// What of a TCP port nobody heard.
fn gap(service: &Service, scene: &Scene) -> Option<(String, &'static str)> {
    let again = "find out whether the DUT limits connections or stopped; give it time, and assess again";
    if cut_short(scene).iter().any(|f| f.port == service.port) {
        return Some(("it took no connection any more while it was asked".to_owned(), again));
    }
    if matches!(service.protocol, Protocol::Tls | Protocol::Unknown) {
        return Some(("nobody could tell what it speaks".to_owned(), "listen to it by hand"));
    }
    let looks: Vec<&WebPosture> = postures(service.port, scene).map(|(_, w)| w).collect();
    if service.protocol.is_web() && !looks.iter().any(|w| w.is_whole()) {
        let words = "nobody looked to the end at what its web server shows";
        let remedy =
            "look by hand; where time ran out, run `assize assess` again with more (`--probe-seconds`)";
        return Some((words.to_owned(), remedy));
    }
    let doubt = looks.iter().flat_map(|w| &w.found).filter(|f| f.may_disclose).map(|f| &f.path).min()?;
    Some((
        format!("what its web server has at {doubt} may be settings, credentials or source"),
        "look at it by hand",
    ))
}

/// Settings, credentials and source that a web server gives to anybody, each with its path.
fn left_open(port: u16, scene: &Scene) -> Vec<(u64, String)> {
    let mut found: Vec<(u64, String)> = postures(port, scene)
        .flat_map(|(record, w)| w.found.iter().filter(|f| f.discloses).map(move |f| (record, f)))
        .map(|(record, f)| (record, format!("{} at {}", f.what, f.path)))
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.1 == b.1);
    found
}

fn announced<'a>(scene: &Scene<'a>) -> Option<Heard<'a>> {
    let answers = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::MdnsAnnouncement(a) if scene.is_dut(&a.target) => Some((record, a)),
        _ => None,
    });
    let mut answers: Vec<(u64, &MdnsAnnouncement)> = answers.collect();
    answers.sort_by_key(|(record, _)| *record);
    let mut said = Vec::new();
    for (record, answer) in &answers {
        let texts =
            answer.services.iter().flat_map(|s| &s.txt).filter(|t| has_version(t) && !is_of_protocol(t));
        said.extend(texts.map(|t| (*record, t.clone())));
    }
    let is_whole = answers.iter().all(|(_, answer)| answer.unanswered == Some(0));
    let gap = (!is_whole).then(|| {
        ("not every service that it announces said what it is".to_owned(), "assess again, or ask by hand")
    });
    Some(Heard { record: answers.first()?.0, said, listed: Vec::new(), gap })
}

/// Keys of announcements whose value is the version of a protocol, which whoever speaks it has to know: of the text
/// itself (RFC 6763), of the accessory protocol and of TLS.
const PROTOCOL_KEYS: [&str; 4] = ["protovers", "pv", "tls", "txtvers"];

/// Whether an announced `key=value` is the version of a protocol.
fn is_of_protocol(text: &str) -> bool {
    text.split_once('=').is_some_and(|(key, _)| PROTOCOL_KEYS.iter().any(|k| k.eq_ignore_ascii_case(key)))
}

/// Whether a text holds a number such as `1.4` or `v2.0.1`; addresses are none.
pub(crate) fn has_version(text: &str) -> bool {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    words.map(|w| w.trim_matches('.').trim_start_matches(['v', 'V'])).any(|word| {
        let mut parts = word.split('.');
        let leads = parts.next().is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        let follows = parts.next().is_some_and(|p| p.starts_with(|c: char| c.is_ascii_digit()));
        leads && follows && word.parse::<Ipv4Addr>().is_err()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_are_told_from_products() {
        assert!(["pv=1.1", "TLS=1.2", "protovers=1.0", "txtvers=1.0"].iter().all(|t| is_of_protocol(t)));
        assert!(["fw=1.1", "srcvers=366.0", "pvs=1.1", "pv", "=1.2"].iter().all(|t| !is_of_protocol(t)));
        assert!(has_version("pv=1.1"));
    }

    #[test]
    fn versions_are_told_from_other_numbers() {
        assert!(["fw=1.4.0", "v2.0", "boa/0.94.13", "1.2.3.4.5"].iter().all(|t| has_version(t)));
        assert!(["P1", "txtvers=1", "192.0.2.1", "model=HS.1", "1.", ""].iter().all(|t| !has_version(t)));
    }
}
