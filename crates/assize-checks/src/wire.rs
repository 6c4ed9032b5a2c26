//! Declared cryptography against what the network shows where the mechanism is reached.

use assize_model::declaration::ixit::common::{Crypto, Place};
use assize_model::fact::{Fact, Protocol, Service, TlsCertificate, TlsOffer, TlsVersion, Transport};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::cryptography::{is_none, is_same};
use crate::look::{REMEDY, service_at};
use crate::say::{Row, Said, list, shown, worst};
use crate::ssh;

/// TLS versions with the names that declarations use.
const VERSIONS: [(TlsVersion, &str); 5] = [
    (TlsVersion::Ssl30, "SSL 3.0"),
    (TlsVersion::Tls10, "TLS 1.0"),
    (TlsVersion::Tls11, "TLS 1.1"),
    (TlsVersion::Tls12, "TLS 1.2"),
    (TlsVersion::Tls13, "TLS 1.3"),
];

/// Judges one entry: every place where it is reached has to show the TLS that it declares.
pub(crate) fn as_declared(row: Row, crypto: Option<&Crypto>, places: &[Place], scene: &Scene) -> Finding {
    let (outcome, indications) =
        worst(sayings(row, crypto, places, scene)).expect("something is always said");
    Finding { entry: Some(row.id.to_owned()), outcome, indications }
}

fn sayings(row: Row, crypto: Option<&Crypto>, places: &[Place], scene: &Scene) -> Vec<Said> {
    let Some(crypto) = crypto else { return vec![row.leaves_out("crypto", "which cryptography it uses")] };
    if is_none(crypto) {
        return vec![row.is_beside("crypto", "declares that it uses no cryptography")];
    }
    let declared = declared_versions(crypto);
    if declared.is_empty() && !ssh::is_declared(crypto) {
        let words = "declares no version of TLS, SSL or SSH, and the probes see no other cryptography";
        return vec![row.is_open("crypto", words, "name the versions in `protocols`, or look at it by hand")];
    }
    if places.is_empty() {
        return vec![row.leaves_out("reached_at", "at which port it is reached")];
    }
    places.iter().flat_map(|place| at_place(row, crypto, &declared, place, scene)).collect()
}

fn declared_versions(crypto: &Crypto) -> Vec<TlsVersion> {
    let is_named = |name: &str| crypto.protocols.iter().any(|p| is_same(p, name));
    VERSIONS.iter().filter(|(_, name)| is_named(name)).map(|(version, _)| *version).collect()
}

fn at_place(row: Row, crypto: &Crypto, declared: &[TlsVersion], place: &Place, scene: &Scene) -> Vec<Said> {
    let unseen =
        |why: &str| vec![row.is_open("reached_at", format!("was not examined at {place}: {why}"), REMEDY)];
    let Some(address) = scene.address_of(place) else {
        return unseen("product.toml gives no address for it");
    };
    if place.transport == Transport::Udp {
        return unseen("the probes look at TLS over TCP only");
    }
    let Some((record, service)) = service_at(scene, address, place.port) else {
        return unseen("no service was seen there");
    };
    if ssh::speaks(service) && ssh::is_declared(crypto) {
        return ssh::at_place(row, crypto, place, scene);
    }
    if declared.is_empty() {
        let words = format!("declares SSH, but {place} answers {}", service.protocol.words());
        return vec![shown(
            row.fails("crypto", words, "serve it in SSH only, or declare it as it is"),
            record,
        )];
    }
    if let Some(clear) = in_clear(service) {
        let words = format!("declares TLS, but {place} answers {clear} without it");
        return vec![shown(
            row.fails("crypto", words, "serve it in TLS only, or declare it as it is"),
            record,
        )];
    }
    let mut said = vec![versions(row, declared, place, offer(scene, address, place.port))];
    if crypto.valid_certificate == Some(true) {
        said.push(certificate(row, place, seen_certificate(scene, address, place.port)));
    }
    said
}

/// What a service speaks outside TLS, when that is what it does.
fn in_clear(service: &Service) -> Option<&'static str> {
    match service.protocol {
        _ if service.tls => None,
        Protocol::Tls => None,
        Protocol::Telnet => Some("a terminal in clear text"),
        other => Some(other.words()),
    }
}

fn versions(row: Row, declared: &[TlsVersion], place: &Place, offer: Option<(u64, &TlsOffer)>) -> Said {
    let Some((record, offer)) = offer else {
        let words = format!("was not examined at {place}: nobody asked which TLS versions it accepts");
        return row.is_open("reached_at", words, REMEDY);
    };
    let accepted: Vec<TlsVersion> = offer.versions.iter().filter(|a| a.accepted).map(|a| a.version).collect();
    let beyond: Vec<&str> = accepted.iter().filter(|v| !declared.contains(v)).map(|v| name(*v)).collect();
    let words: Vec<&str> = accepted.iter().map(|v| name(*v)).collect();
    let said = if !beyond.is_empty() {
        let words = format!("does not declare {}, which {place} accepts", list(&beyond));
        row.fails("crypto", words, "switch the version off, or declare it in `protocols`")
    } else if accepted.is_empty() {
        let words = format!("agreed on none of the TLS versions asked for at {place}");
        row.is_open("crypto", words, "look at the handshakes by hand")
    } else {
        row.passes("crypto", format!("accepts {} at {place}, and no undeclared version", list(&words)))
    };
    shown(said, record)
}

fn certificate(row: Row, place: &Place, seen: Option<(u64, &TlsCertificate)>) -> Said {
    let Some((record, seen)) = seen else {
        let words = format!("was not examined at {place}: no certificate was seen");
        return row.is_open("reached_at", words, REMEDY);
    };
    let wrong = match seen.seen_at {
        at if at > seen.not_after => "has run out",
        at if at < seen.not_before => "is not valid yet",
        _ => {
            let words = format!("presents a certificate at {place} that was valid when it was seen");
            return shown(row.passes("crypto", words), record);
        }
    };
    let words = format!("declares a valid certificate, but the one at {place} {wrong}");
    shown(row.fails("crypto", words, "renew the certificate"), record)
}

fn offer<'a>(scene: &Scene<'a>, address: &str, port: u16) -> Option<(u64, &'a TlsOffer)> {
    let offers = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TlsOffer(o) if o.target == address && o.port == port => Some((record, o)),
        _ => None,
    });
    offers.min_by_key(|(record, _)| *record)
}

/// The certificate of a port; one that is not valid in time goes before others.
fn seen_certificate<'a>(scene: &Scene<'a>, address: &str, port: u16) -> Option<(u64, &'a TlsCertificate)> {
    let is_valid = |c: &TlsCertificate| (c.not_before..=c.not_after).contains(&c.seen_at);
    let certificates = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TlsCertificate(c) if c.target == address && c.port == port => Some((record, c)),
        _ => None,
    });
    certificates.min_by_key(|(record, c)| (is_valid(c), *record))
}

fn name(version: TlsVersion) -> &'static str {
    VERSIONS.iter().find(|(v, _)| *v == version).map_or("TLS", |(_, name)| name)
}
