//! Certificates, which OpenPGP also calls transferable public keys (RFC 9580 section 10.1): which keys may sign, from
//! when to when, as far as the primary key says so with signatures that hold.

use super::armour::unarmoured;
use super::cleartext::Cleartext;
use super::key::{Fit, Key, key};
use super::packet::{self, Packet, packets};
use super::signature::{Signature, signature};

/// Most bytes of a file, most certificates taken from it, and most bytes of a user's name.
const MOST_BYTES: usize = 256 * 1024;
const MOST_CERTIFICATES: usize = 16;
const LONGEST_NAME: usize = 4096;

/// A certificate whose primary key stands in for what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The fingerprint of its primary key, hexadecimal in upper case.
    pub fingerprint: String,
    pub(super) keys: Vec<Usable>,
}

/// A key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Usable {
    pub(super) key: Key,
    pub(super) ends: Option<i64>,
    pub(super) may_sign: bool,
    pub(super) is_revoked: bool,
}

/// The certificates in a file, armoured or not, as they stand at `now`. What cannot be used is left out.
pub fn certificates(bytes: &[u8], now: i64) -> Vec<Certificate> {
    let bare = bare(bytes);
    let packets = packets(&bare).unwrap_or_default();
    let starts: Vec<usize> =
        packets.iter().enumerate().filter(|(_, p)| p.tag == packet::KEY).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([packets.len()]);
    let parts = starts.iter().zip(ends).take(MOST_CERTIFICATES);
    parts.filter_map(|(start, end)| certificate(&packets[*start..end], now)).collect()
}

/// The packets of a file, armoured or not; nothing of one that is too long.
fn bare(bytes: &[u8]) -> Vec<u8> {
    let bare = match bytes.first() {
        _ if bytes.len() > MOST_BYTES => None,
        Some(first) if first & 0x80 != 0 && !bytes.starts_with(b"\xef\xbb\xbf") => Some(bytes.to_vec()),
        _ => unarmoured(bytes, "PUBLIC KEY BLOCK"),
    };
    bare.unwrap_or_default()
}

/// Whether a key in a file is one that the signatures of a text name, even if nothing that proves anything says that it
/// may sign: its certificate may bind it by a hash or an algorithm that is not verified here.
pub fn holds_signer(bytes: &[u8], signed: &Cleartext) -> bool {
    let bare = bare(bytes);
    let signatures = packets(&signed.packets).unwrap_or_default();
    let issuers = signatures.iter().filter_map(|p| signature(p.body).ok()).flat_map(|s| s.issuers);
    let issuers: Vec<&[u8]> = issuers.collect();
    let is_key = |p: &&Packet| [packet::KEY, packet::SUBKEY].contains(&p.tag);
    let all = packets(&bare).unwrap_or_default();
    let mut keys = all.iter().filter(is_key).filter_map(|p| key(p.body));
    keys.any(|key| issuers.iter().any(|issuer| key.is_called(issuer)))
}

/// A part of a certificate with the signatures that follow it.
struct Part<'a> {
    tag: u8,
    body: &'a [u8],
    signatures: Vec<Signature<'a>>,
}

fn parts<'a>(packets: &[Packet<'a>]) -> Vec<Part<'a>> {
    let mut parts: Vec<Part> = Vec::new();
    for packet in packets {
        if packet.tag == packet::SIGNATURE {
            let read = signature(packet.body).ok();
            if let (Some(part), Some(read)) = (parts.last_mut(), read) {
                part.signatures.push(read);
            }
        } else {
            parts.push(Part { tag: packet.tag, body: packet.body, signatures: Vec::new() });
        }
    }
    parts
}

fn certificate(packets: &[Packet], now: i64) -> Option<Certificate> {
    let parts = parts(packets);
    let (first, rest) = parts.split_first()?;
    let primary = key(first.body)?;
    let own = primary.hashed();
    let direct = first.signatures.iter().filter(|s| s.kind == DIRECT).map(|s| (s, own.clone()));
    let named = rest.iter().filter(|part| part.body.len() <= LONGEST_NAME).flat_map(|part| {
        let content = [own.as_slice(), &named(part).unwrap_or_default()].concat();
        let is_name = named(part).is_some();
        part.signatures
            .iter()
            .filter(move |s| is_name && OVER_NAMES.contains(&s.kind))
            .map(move |s| (s, content.clone()))
    });
    let says = newest(direct.chain(named), &primary, now)?;
    let is_revoked = is_revoked(first, KEY_REVOKED, &primary, &own);
    let subkeys = rest.iter().filter(|part| part.tag == packet::SUBKEY);
    let subkeys = subkeys.filter_map(|part| subkey(part, &primary, is_revoked, now));
    let keys = [Usable {
        ends: end(&primary, says),
        may_sign: says.flags.is_none_or(|flags| flags & MAY_SIGN != 0),
        is_revoked,
        key: primary.clone(),
    }];
    let fingerprint = hex::encode_upper(&primary.fingerprint);
    Some(Certificate { fingerprint, keys: keys.into_iter().chain(subkeys).collect() })
}

/// Kinds of signatures, and the flag of a key that may sign data.
const OVER_NAMES: std::ops::RangeInclusive<u8> = 0x10..=0x13;
const SUBKEY_BOUND: u8 = 0x18;
const PRIMARY_BOUND: u8 = 0x19;
const DIRECT: u8 = 0x1f;
const KEY_REVOKED: u8 = 0x20;
const SUBKEY_REVOKED: u8 = 0x28;
const MAY_SIGN: u8 = 2;

/// How a name enters what is signed.
fn named(part: &Part) -> Option<Vec<u8>> {
    let mark = match part.tag {
        packet::USER_ID => 0xb4,
        packet::USER_ATTRIBUTE => 0xd1,
        _ => return None,
    };
    let length = u32::try_from(part.body.len()).ok()?.to_be_bytes();
    Some([&[mark], &length[..], part.body].concat())
}

/// The newest of these signatures that the key made and that is in force.
fn newest<'s, 'a: 's>(
    all: impl Iterator<Item = (&'s Signature<'a>, Vec<u8>)>,
    by: &Key,
    now: i64,
) -> Option<&'s Signature<'a>> {
    let in_force =
        |s: &Signature| !s.is_beyond && s.made_at <= now.saturating_add(SLACK) && !s.has_ended(now);
    let holding = all.filter(|(s, content)| in_force(s) && by.fits(s, content) == Fit::Fits);
    holding.map(|(s, _)| s).max_by_key(|s| s.made_at)
}

/// How far clocks may be apart, in seconds.
pub(super) const SLACK: i64 = 86_400;

/// Whether a part is revoked. A revocation that cannot be verified counts: it is the safe side.
fn is_revoked(part: &Part, kind: u8, primary: &Key, content: &[u8]) -> bool {
    part.signatures.iter().any(|s| s.kind == kind && primary.fits(s, content) != Fit::Differs)
}

fn end(key: &Key, says: &Signature) -> Option<i64> {
    says.key_lasts.map(|lasts| key.made_at + i64::from(lasts))
}

fn subkey(part: &Part, primary: &Key, primary_is_revoked: bool, now: i64) -> Option<Usable> {
    let key = key(part.body)?;
    let content = [primary.hashed(), key.hashed()].concat();
    let bound = part.signatures.iter().filter(|s| s.kind == SUBKEY_BOUND).map(|s| (s, content.clone()));
    let says = newest(bound, primary, now)?;
    // A key that signs has to say itself that it belongs here, lest somebody claims another's key.
    let back = says.embedded.and_then(|body| signature(body).ok());
    let is_willing = back.is_some_and(|s| s.kind == PRIMARY_BOUND && key.fits(&s, &content) == Fit::Fits);
    Some(Usable {
        ends: end(&key, says),
        may_sign: is_willing && says.flags.is_some_and(|flags| flags & MAY_SIGN != 0),
        is_revoked: primary_is_revoked || is_revoked(part, SUBKEY_REVOKED, primary, &content),
        key,
    })
}
