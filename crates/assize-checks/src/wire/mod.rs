//! Declared cryptography against what the network shows where the mechanism is reached.

mod certificate;
mod declared;
mod posture;
#[cfg(test)]
mod tests;

use assize_model::declaration::ixit::common::{Crypto, Place};
use assize_model::fact::{Fact, HttpAnswer, Protocol, Service, TlsOffer, Transport};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use self::declared::Declared;
use crate::address::tls_host;
use crate::cryptography::is_none;
use crate::look::{HOST_TAKES, REMEDY, SEE_OFFER, posture_at, service_at};
use crate::say::{Row, Said, list, quote, shown, worst};
use crate::{quantum, ssh};

/// One place of one entry.
#[derive(Clone, Copy)]
struct Spot<'s, 'a> {
    row: Row<'s>,
    place: &'s Place,
    crypto: &'s Crypto,
    declared: &'s Declared<'s>,
    scene: &'s Scene<'a>,
}

impl Spot<'_, '_> {
    /// Something about the place speaks against the entry.
    fn fails(&self, words: impl std::fmt::Display, remedy: impl Into<String>) -> Said {
        self.row.fails("crypto", words, remedy)
    }

    /// The server takes what the entry does not use. At a port of the DUT that is the DUT's doing; a host may take it
    /// for the sake of others, and the DUT never offer it.
    fn takes(&self, words: impl std::fmt::Display, remedy: &str) -> Said {
        if self.place.host.is_none() {
            return self.fails(words, remedy);
        }
        let words = format!("{words}; {HOST_TAKES}");
        self.is_open(words, format!("{SEE_OFFER} at {}, or {remedy}", self.place))
    }

    /// Something about the place cannot be told.
    fn is_open(&self, words: impl std::fmt::Display, remedy: impl Into<String>) -> Said {
        self.row.is_open("crypto", words, remedy)
    }
}

/// Judges one entry: every place where it is reached has to show the TLS that it declares, and nothing beside it.
pub(crate) fn as_declared(row: Row, crypto: Option<&Crypto>, places: &[Place], scene: &Scene) -> Finding {
    let (outcome, mut indications) =
        worst(sayings(row, crypto, places, scene)).expect("something is always said");
    if crypto.is_some_and(|c| !is_none(c)) {
        let found = places.iter().filter_map(|place| Some((place, scene.address_of(place)?)));
        for (place, address) in found {
            let seen = posture_at(scene, address, place);
            indications.extend(seen.into_iter().flat_map(|s| posture::notes(row, place, s)));
            indications.extend(certificate::notes(row, place, address, scene));
        }
        indications.extend(quantum::notes(row, places, scene));
    }
    Finding { entry: Some(row.id.to_owned()), outcome, indications }
}

fn sayings(row: Row, crypto: Option<&Crypto>, places: &[Place], scene: &Scene) -> Vec<Said> {
    let Some(crypto) = crypto else { return vec![row.leaves_out("crypto", "which cryptography it uses")] };
    if is_none(crypto) && crypto.algorithms.is_empty() {
        return vec![row.is_beside("crypto", "declares that it uses no cryptography")];
    }
    let declared = Declared::of(crypto, scene.lists);
    let has_tls =
        !declared.versions(Transport::Tcp).is_empty() || !declared.versions(Transport::Udp).is_empty();
    if !has_tls && !ssh::is_declared(crypto) {
        let words = "declares no version of TLS, DTLS, SSL or SSH, and the probes see no other cryptography";
        return vec![row.is_open("crypto", words, "name the versions in `protocols`, or look at it by hand")];
    }
    if places.is_empty() {
        return vec![row.leaves_out("reached_at", "at which port it is reached")];
    }
    let declared = &declared;
    places.iter().flat_map(|place| at_place(&Spot { row, place, crypto, declared, scene })).collect()
}

fn at_place(spot: &Spot) -> Vec<Said> {
    let Spot { row, place, declared, scene, .. } = *spot;
    let unseen =
        |why: &str| vec![row.is_open("reached_at", format!("was not examined at {place}: {why}"), REMEDY)];
    let Some(address) = scene.address_of(place) else {
        return unseen("product.toml gives no address for it");
    };
    let service = service_at(scene, address, place.port).filter(|_| place.transport == Transport::Tcp);
    if let Some((record, service)) = service
        && ssh::is_declared(spot.crypto)
    {
        if ssh::speaks(service) {
            return ssh::at_place(row, spot.crypto, place, scene);
        }
        if declared.versions(Transport::Tcp).is_empty() {
            return vec![shown(no_ssh(spot, service), record)];
        }
    }
    let undeclared = |protocol: &str| {
        let words = format!("declares no version of {protocol}, which is what {place} could be asked for");
        vec![spot.is_open(words, "name the versions in `protocols`, or look at it by hand")]
    };
    if place.transport == Transport::Udp && declared.versions(Transport::Udp).is_empty() {
        return undeclared("DTLS");
    }
    if place.transport == Transport::Udp {
        let Some((record, seen)) = posture_at(scene, address, place) else {
            return unseen("nobody asked which DTLS versions it accepts");
        };
        let mut said = posture::sayings(spot, record, seen);
        said.extend(certificate::sayings(spot, address));
        return said;
    }
    let Some((record, service)) = service else {
        return unseen("no service was seen there");
    };
    if declared.versions(Transport::Tcp).is_empty() {
        return undeclared("TLS");
    }
    if let Some(said) = without_tls(spot, service) {
        return vec![shown(said, record)];
    }
    let mut said = match posture_at(scene, address, place) {
        Some((record, seen)) => posture::sayings(spot, record, seen),
        None => vec![offered(spot, offer(scene, address, place))],
    };
    said.extend(certificate::sayings(spot, address));
    said
}

/// What comes of a service that is declared as SSH alone and does not speak it. A server that has no room for one more
/// visitor says so in place of its banner, and some wait behind TLS or another protocol's greeting.
fn no_ssh(spot: &Spot, service: &Service) -> Said {
    let Spot { row, place, .. } = *spot;
    if !matches!(service.protocol, Protocol::Unknown | Protocol::Tls) {
        let words = format!("declares SSH, but {place} answers {}", service.protocol.words());
        return row.fails("crypto", words, "serve it in SSH only, or declare it as it is");
    }
    let answer = match service.banner.trim() {
        "" => service.protocol.words().to_owned(),
        banner => quote(banner),
    };
    let words = format!("declares SSH, and {place} answers {answer}, so that its SSH was not seen");
    row.is_open("crypto", words, "assess again when nobody else is connected there, or look at it by hand")
}

/// Whether a protocol has a command for TLS (RFC 2595, RFC 3207, RFC 4217), or nobody knows which it is.
fn may_go_on_in_tls(service: &Service) -> bool {
    matches!(
        service.protocol,
        Protocol::Ftp | Protocol::Imap | Protocol::Pop3 | Protocol::Smtp | Protocol::Unknown
    )
}

/// What comes of a service that answers without TLS.
fn without_tls(spot: &Spot, service: &Service) -> Option<Said> {
    let Spot { row, place, .. } = *spot;
    let clear = in_clear(service)?;
    if may_go_on_in_tls(service) {
        let words = format!(
            "declares TLS, and {place} begins with {clear} without it; whether it goes on in TLS when it is asked to was \
             not seen"
        );
        let remedy =
            "see by hand whether anything of worth passes there before TLS begins, and with which versions";
        return Some(row.is_open("crypto", words, remedy));
    }
    if leads_to_tls(spot) {
        let words =
            format!("declares TLS, and {place} answers {clear} without it, but only leads on to https there");
        let remedy = "declare the redirect as an entry of its own, and leave this port out of `reached_at`";
        return Some(row.is_open("crypto", words, remedy));
    }
    let words = format!("declares TLS, but {place} answers {clear} without it");
    Some(row.fails("crypto", words, "serve it in TLS only, or declare it as it is"))
}

/// Whether everything that a place was seen to answer in clear is a redirect to https.
fn leads_to_tls(spot: &Spot) -> bool {
    let Spot { place, scene, .. } = *spot;
    let address = scene.address_of(place);
    let answers = scene.facts().filter_map(|(_, fact)| match fact {
        Fact::HttpAnswer(a) if Some(a.target.as_str()) == address && a.port == place.port && !a.tls => {
            Some(a)
        }
        _ => None,
    });
    let is_led = |a: &HttpAnswer| a.redirect.as_deref().is_some_and(|to| tls_host(to).is_some());
    let mut led = answers.map(is_led).peekable();
    led.peek().is_some() && led.all(|is_led| is_led)
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

/// SSL 3.0 to TLS 1.3; a version for which there was no connection was left out.
const ALL_VERSIONS: usize = 5;

/// What an older record of versions alone comes to: enough to contradict, and not to be complete where more is declared.
fn offered(spot: &Spot, offer: Option<(u64, &TlsOffer)>) -> Said {
    let Spot { row, place, declared, .. } = *spot;
    let Some((record, offer)) = offer else {
        let asked = match spot.scene.name_of(place) {
            Some(name) => format!("nobody asked there for {name}"),
            None => "nobody asked which TLS versions it accepts".to_owned(),
        };
        let words = format!("was not examined at {place}: {asked}");
        return row.is_open("reached_at", words, REMEDY);
    };
    let accepted: Vec<&str> =
        offer.versions.iter().filter(|a| a.accepted).map(|a| a.version.words()).collect();
    let is_whole = offer.versions.len() >= ALL_VERSIONS;
    let asked: Vec<&str> = offer.versions.iter().map(|a| a.version.words()).collect();
    let said = versions(spot, &asked, &accepted).unwrap_or_else(|| match declared.restricts_more() {
        false if !is_whole => {
            let words =
                format!("accepts {} at {place}, but not every version was asked for", list(&accepted));
            spot.is_open(words, REMEDY)
        }
        true => {
            let words = format!(
                "accepts {} at {place}, but nobody asked for the cipher suites and groups",
                list(&accepted)
            );
            spot.is_open(words, REMEDY)
        }
        false => {
            row.passes("crypto", format!("accepts {} at {place}, and no undeclared version", list(&accepted)))
        }
    });
    shown(said, record)
}

/// What the accepted versions come to by themselves; nothing when they are as declared.
fn versions(spot: &Spot, asked: &[&str], accepted: &[&str]) -> Option<Said> {
    let Spot { place, declared, .. } = *spot;
    let declared = declared.versions(place.transport);
    let beyond: Vec<&str> = accepted.iter().copied().filter(|v| !declared.contains(v)).collect();
    if !beyond.is_empty() {
        let words = format!("does not declare {}, which {place} accepts", list(&beyond));
        let remedy = "switch the version off, or declare it in `protocols`";
        // Where a server takes no declared version, not even a host's, nobody speaks one with it.
        let has_declared = declared.iter().any(|v| accepted.contains(v) || !asked.contains(v));
        return Some(if has_declared { spot.takes(words, remedy) } else { spot.fails(words, remedy) });
    }
    accepted.is_empty().then(|| {
        let words = format!("agreed on none of the TLS versions asked for at {place}");
        spot.is_open(words, "look at the handshakes by hand")
    })
}

fn offer<'a>(scene: &Scene<'a>, address: &str, place: &Place) -> Option<(u64, &'a TlsOffer)> {
    let name = scene.name_of(place);
    let offers = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TlsOffer(o) if o.target == address && o.port == place.port && o.name == name => {
            Some((record, o))
        }
        _ => None,
    });
    offers.min_by_key(|(record, _)| *record)
}
