//! Whether the signature of a text holds.

use assize_model::fact::{Signature as Verdict, SignatureFault as Fault, Signer};

use super::certificate::{Certificate, SLACK, Usable};
use super::cleartext::Cleartext;
use super::key::Fit;
use super::packet::{self, packets};
use super::signature::{Signature, Unread, signature};

/// Verifies a text with certificates, each with the place where it was found. When several signatures are there, one
/// that does not hold decides, and else one that does.
pub fn verify(signed: &Cleartext, known: &[(String, Certificate)], now: i64) -> Verdict {
    if let Some(fault) = signed.fault {
        return Verdict::Bad(fault);
    }
    let all = packets(&signed.packets).unwrap_or_default();
    if all.is_empty() || all.iter().any(|p| p.tag != packet::SIGNATURE) {
        return Verdict::Bad(Fault::Malformed);
    }
    let verdicts = all.iter().map(|p| match signature(p.body) {
        Ok(read) => one(signed, &read, known, now),
        Err(Unread::Broken) => Verdict::Bad(Fault::Malformed),
        Err(Unread::OtherVersion) => Verdict::UnknownKind,
    });
    verdicts.min_by_key(rank).unwrap_or(Verdict::NoKey)
}

fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Bad(_) => 0,
        Verdict::Good(_) => 1,
        Verdict::UnknownKind => 2,
        Verdict::NoKey | Verdict::Unverified | Verdict::Absent => 3,
    }
}

fn one(signed: &Cleartext, read: &Signature, known: &[(String, Certificate)], now: i64) -> Verdict {
    // Over text, or over bytes, which are the same here.
    if read.kind > 1 {
        return Verdict::Bad(Fault::Malformed);
    }
    if read.is_beyond {
        return Verdict::UnknownKind;
    }
    if !signed.hashes.is_empty()
        && !hash_name(read.hash).is_some_and(|name| signed.hashes.iter().any(|h| h == name))
    {
        return Verdict::Bad(Fault::HashHeader);
    }
    let all = known
        .iter()
        .flat_map(|(from, certificate)| certificate.keys.iter().map(move |k| (from, certificate, k)));
    let is_meant = |usable: &Usable| read.issuers.iter().any(|issuer| usable.key.is_called(issuer));
    let meant = all.filter(|(_, _, usable)| read.issuers.is_empty() || is_meant(usable));
    let tried = meant.map(|(from, certificate, usable)| {
        let signer = Signer {
            fingerprint: certificate.fingerprint.clone(),
            key_from: from.clone(),
            made_at: read.made_at,
        };
        match usable.key.fits(read, &signed.text) {
            Fit::Fits => fault(read, usable, now).map_or(Verdict::Good(signer), Verdict::Bad),
            // Which key it is was never said, so that it may be any other.
            Fit::Differs if read.issuers.is_empty() => Verdict::NoKey,
            Fit::Differs => Verdict::Bad(Fault::AnotherText),
            Fit::Weak => Verdict::Bad(Fault::Weak),
            Fit::Unknown => Verdict::UnknownKind,
        }
    });
    // The same certificate may be known in an older state: what it says in any of them against the signature counts.
    tried.min_by_key(rank).unwrap_or(Verdict::NoKey)
}

/// What stands against a signature that fits.
fn fault(read: &Signature, usable: &Usable, now: i64) -> Option<Fault> {
    let faults = [
        (usable.is_revoked, Fault::KeyRevoked),
        (!usable.may_sign, Fault::KeyNotForSigning),
        (read.made_at < usable.key.made_at || read.made_at > now.saturating_add(SLACK), Fault::MisDated),
        (usable.ends.is_some_and(|end| end <= read.made_at), Fault::KeyExpired),
        (read.has_ended(now), Fault::Expired),
    ];
    faults.into_iter().find(|(is, _)| *is).map(|(_, fault)| fault)
}

/// The names of hashes in the header `Hash` (RFC 9580 section 9.5).
fn hash_name(hash: u8) -> Option<&'static str> {
    Some(match hash {
        1 => "MD5",
        2 => "SHA1",
        3 => "RIPEMD160",
        8 => "SHA256",
        9 => "SHA384",
        10 => "SHA512",
        11 => "SHA224",
        12 => "SHA3-256",
        14 => "SHA3-512",
        _ => return None,
    })
}
