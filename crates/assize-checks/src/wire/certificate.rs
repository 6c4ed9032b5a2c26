//! The certificates that a place shows: valid when declared so, and with keys and signatures that hold.

use std::collections::{BTreeMap, BTreeSet};

use assize_model::catalogue::Standing;
use assize_model::catalogue::cryptography::{Cryptography, Part, Primitive};
use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Fact, TlsCertificate, Transport};
use assize_model::judgement::{Indication, Outcome};
use assize_model::scene::Scene;

use super::Spot;
use crate::address::covers;
use crate::lifetime::{UNSAID, day_of, ends_before, horizon, last_day, may_end, source};
use crate::look::REMEDY;
use crate::say::{Row, Said, list, shown};

/// What the certificates of a place come to. Where none was seen, only a declared one is missed.
pub(super) fn sayings(spot: &Spot, address: &str) -> Vec<Said> {
    let seen = certificates(spot.scene, address, spot.place);
    let mut said = Vec::new();
    if spot.crypto.valid_certificate == Some(true) {
        said.push(validity(spot, &seen));
    }
    let unique: BTreeMap<&str, (u64, &TlsCertificate)> =
        seen.iter().rev().map(|(record, c)| (c.sha256.as_str(), (*record, *c))).collect();
    for (record, certificate) in unique.into_values() {
        let found = key(spot, certificate).into_iter().chain(signature(spot, certificate));
        said.extend(found.map(|s| shown(s, record)));
    }
    said
}

/// The certificates that a place showed to the name of its host; one that is not valid in time goes before others.
fn certificates<'a>(scene: &Scene<'a>, address: &str, place: &Place) -> Vec<(u64, &'a TlsCertificate)> {
    let is_valid = |c: &TlsCertificate| (c.not_before..=c.not_after).contains(&c.seen_at);
    let name = scene.name_of(place);
    let certificates = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TlsCertificate(c) if c.target == address && c.port == place.port && c.name == name => {
            // Earlier versions judged TLS alone.
            (c.transport.unwrap_or(Transport::Tcp) == place.transport).then_some((record, c))
        }
        _ => None,
    });
    let mut all: Vec<(u64, &TlsCertificate)> = certificates.collect();
    all.sort_by_key(|(record, c)| (is_valid(c), *record));
    all
}

/// Whether the certificates are valid in time. One that does not name the host may be another's, and says nothing.
fn validity(spot: &Spot, seen: &[(u64, &TlsCertificate)]) -> Said {
    let Spot { row, place, scene, .. } = *spot;
    let name = scene.name_of(place);
    let (own, other): (Vec<_>, Vec<_>) =
        seen.iter().copied().partition(|(_, c)| name.as_deref().is_none_or(|name| is_named(c, name)));
    let Some((record, worst)) = own.first().or(other.first()).copied() else {
        let words = format!("was not examined at {place}: no certificate was seen");
        return row.is_open("reached_at", words, REMEDY);
    };
    let state = match worst.seen_at {
        at if at > worst.not_after => Some("has run out"),
        at if at < worst.not_before => Some("is not valid yet"),
        _ => None,
    };
    if let Some(wrong) = state.filter(|_| !own.is_empty()) {
        let words = format!(
            "declares a valid certificate, but the one at {place} {wrong}: it is valid from {} to {}, and was looked at \
             on {}",
            day_of(worst.not_before),
            day_of(worst.not_after),
            day_of(worst.seen_at)
        );
        let remedy =
            "renew the certificate; where the days surprise, check the clocks of the DUT and the bench";
        return shown(spot.fails(words, remedy), record);
    }
    if let (Some(name), Some((record, _))) = (name, other.first()) {
        let words = format!("shows a certificate at {place} that does not name {name}");
        let remedy = "assess again with the right `dns`, or look by hand at what the DUT verifies";
        return shown(row.is_open("crypto", words, remedy), *record);
    }
    let words = format!("presents a certificate at {place} that was valid when it was seen");
    shown(row.passes("crypto", words), record)
}

/// The rows of a certificate's key: its size or curve, and what it authenticates with.
fn key_rows<'a>(key: &str, agreed: &'a Cryptography) -> Vec<&'a Primitive> {
    let size = key.strip_prefix("RSA ").and_then(|bits| bits.parse().ok());
    let row = size.map_or_else(|| agreed.token(Part::EcKey, key), |bits| agreed.size(Part::RsaKey, bits));
    let with = match key.split(' ').next() {
        Some("RSA") => Some("RSA"),
        Some("EC" | "Ed25519" | "Ed448") => Some("ECDSA"),
        Some("DSA") => Some("DSS"),
        _ => None,
    };
    row.into_iter().chain(with.and_then(|w| agreed.token(Part::Authentication, w))).collect()
}

fn key(spot: &Spot, certificate: &TlsCertificate) -> Option<Said> {
    let Spot { place, declared, scene, .. } = *spot;
    let rows = key_rows(&certificate.key, &scene.lists.agreed);
    let what = format!("shows a certificate with the key {} at {place}", certificate.key);
    if rows.iter().all(|r| r.part == Part::Authentication) {
        let words = format!("{what}, on which the catalogue of cryptography is silent");
        return Some(spot.is_open(words, "look the key up by hand"));
    }
    let undeclared: Vec<&Primitive> = rows.iter().copied().filter(|r| !declared.names(r)).collect();
    if let Some(broken) = undeclared.iter().find(|r| r.standing == Standing::Broken) {
        let words = format!("{what}, for which an attack is published. {}", clause(&broken.why));
        return Some(spot.fails(words, "make the certificate anew with a key of agreed size"));
    }
    let ended = ended(spot, certificate, &undeclared, &what);
    let beyond: Vec<&str> = rows.iter().filter(|r| !declared.allows(r)).map(|r| r.name.as_str()).collect();
    if beyond.is_empty() || matches!(ended, Some((Outcome::Fail, _))) {
        return ended;
    }
    let words = format!("{what}, and does not declare {}", list(&beyond));
    Some(beyond_words(spot, words, "use a declared kind of key, or declare this one in `algorithms`"))
}

/// A key that all catalogues give up before the product's end, or may where that end is not declared.
fn ended(spot: &Spot, certificate: &TlsCertificate, undeclared: &[&Primitive], what: &str) -> Option<Said> {
    let scene = spot.scene;
    let horizon = horizon(scene);
    // A certificate is used until it ends, or past that as it was seen.
    let end = day_of(certificate.not_after.max(certificate.seen_at));
    let ended = undeclared.iter().filter_map(|r| {
        let is_outlived = last_day(r, scene.lists).is_some_and(|day| *end <= *day);
        Some((is_outlived, ends_before(r, scene.lists, horizon)?))
    });
    if let Some((is_outlived, ends)) = ended.min_by_key(|(is_outlived, _)| *is_outlived) {
        let until = horizon.map(|h| h.words()).unwrap_or_default();
        let words = format!("{what}, but {ends}, and {until}");
        let remedy = "make the certificate anew with a key of agreed size";
        return Some(match is_outlived {
            true => spot.is_open(format!("{words}; the certificate itself ends on {end}"), remedy),
            false => spot.fails(words, remedy),
        });
    }
    let ends = undeclared.iter().find_map(|r| may_end(r, scene))?;
    let words = format!("{what}, but {ends}, and {UNSAID}");
    Some(spot.is_open(words, "fill in `support_period.until` of 2-UserInfo"))
}

/// What is seen beyond the declared; doubtful where words of the declaration are unknown.
pub(super) fn beyond_words(spot: &Spot, words: String, remedy: &str) -> Said {
    match spot.declared.unknown.as_slice() {
        [] => spot.fails(words, remedy),
        unknown => {
            let words = format!("{words}, unless {} means it", list(unknown));
            spot.is_open(words, "write the names in `algorithms` as `assize catalogue crypto` does")
        }
    }
}

/// Signatures whose hash function goes with the kind of key (RFC 8410).
const KEYED_ALONE: [&str; 2] = ["Ed25519", "Ed448"];

/// A signature over the certificate whose hash function is broken. Nobody has to verify the signature of a certificate
/// that signs itself.
fn signature(spot: &Spot, certificate: &TlsCertificate) -> Option<Said> {
    if certificate.self_signed {
        return None;
    }
    if KEYED_ALONE.contains(&certificate.signature.as_str()) {
        return None;
    }
    let hash = certificate.signature.split(" with ").next()?;
    let Some(row) = spot.scene.lists.agreed.token(Part::Hash, hash) else {
        let words = format!(
            "shows a certificate at {} that is signed by {}, of which nobody knows the hash function",
            spot.place, certificate.signature
        );
        return Some(spot.is_open(words, "look the signature up by hand"));
    };
    if row.standing != Standing::Broken || spot.declared.names(row) {
        return None;
    }
    let cited = row.says.first().map(|s| source(s, spot.scene.lists)).unwrap_or_default();
    let words = format!(
        "shows a certificate at {} that is signed by {}, which is broken. {} ({cited})",
        spot.place,
        certificate.signature,
        clause(&row.why)
    );
    Some(spot.fails(words, "have the certificate signed with SHA-256 or better"))
}

/// What an evaluator should know of the certificates of a place beside the verdict.
pub(super) fn notes(row: Row, place: &Place, address: &str, scene: &Scene) -> Vec<Indication> {
    let dns = scene.name_of(place);
    let mut told = BTreeSet::new();
    let mut noted = Vec::new();
    for (record, certificate) in certificates(scene, address, place) {
        let words =
            oddities(certificate, dns.as_deref()).into_iter().filter(|words| told.insert(words.clone()));
        noted.extend(words.map(|words| {
            let words = format!("{} shows a certificate at {place} {words}.", row.id);
            Indication::note(words, "").shown_by([record]).at(row.at("crypto"))
        }));
    }
    noted
}

fn oddities(certificate: &TlsCertificate, dns: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    if certificate.self_signed {
        found.push("that signs itself, so that whoever connects has to know it beforehand".to_owned());
    }
    if let Some(dns) = dns.filter(|dns| !is_named(certificate, dns)) {
        found.push(format!("that does not name {dns}, which product.toml gives as its host"));
    }
    if !certificate.chain_issues.is_empty() {
        found.push(format!("with an odd chain: {}", list(&certificate.chain_issues)));
    }
    found
}

fn is_named(certificate: &TlsCertificate, host: &str) -> bool {
    covers(&certificate.names, host)
}

/// A sentence as a clause within another.
pub(super) fn clause(sentence: &str) -> &str {
    sentence.trim_end_matches('.')
}
