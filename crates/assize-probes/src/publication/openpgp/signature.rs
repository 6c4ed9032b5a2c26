//! Signature packets of versions 4 and 6 (RFC 9580 section 5.2).

use super::packet::length;
use crate::cursor::Cursor;

/// A signature. Only what it covers itself counts; issuers are hints where to look for the key.
#[derive(Clone, Debug, Default)]
pub(super) struct Signature<'a> {
    pub(super) kind: u8,
    pub(super) algorithm: u8,
    pub(super) hash: u8,
    /// The numbers of the algorithm.
    pub(super) values: &'a [u8],
    /// When it was made, Unix seconds.
    pub(super) made_at: i64,
    /// Seconds until it ends by itself.
    pub(super) lasts: Option<u32>,
    /// Seconds from the making of the key until that ends.
    pub(super) key_lasts: Option<u32>,
    /// What the key may do.
    pub(super) flags: Option<u8>,
    /// Fingerprints and key ids.
    pub(super) issuers: Vec<&'a [u8]>,
    /// The signature of a subkey over its primary key.
    pub(super) embedded: Option<&'a [u8]>,
    /// Whether something must be understood that is not.
    pub(super) is_beyond: bool,
    pub(super) version: u8,
    covered: &'a [u8],
    salt: &'a [u8],
}

/// Why a packet is no signature that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    Broken,
    OtherVersion,
}

/// Reads the body of a signature packet.
pub(super) fn signature(body: &[u8]) -> Result<Signature<'_>, Unread> {
    match body.first() {
        Some(4 | 6) => parsed(body).ok_or(Unread::Broken),
        Some(_) => Err(Unread::OtherVersion),
        None => Err(Unread::Broken),
    }
}

fn parsed(body: &[u8]) -> Option<Signature<'_>> {
    let mut cursor = Cursor(body);
    let [version, kind, algorithm, hash] = cursor.array()?;
    let mut signature = Signature { version, kind, algorithm, hash, ..Signature::default() };
    let covered = area(&mut cursor, version)?;
    signature.covered = &body[..body.len() - cursor.0.len()];
    let loose = area(&mut cursor, version)?;
    cursor.take(2)?;
    if version == 6 {
        signature.salt = cursor.run8()?;
    }
    signature.values = cursor.0;
    let mut made_at = None;
    for (kind, is_critical, content) in subpackets(covered)? {
        match (kind, content) {
            (CREATED, _) => made_at = Some(i64::from(number(content)?)),
            (EXPIRES, _) => signature.lasts = Some(number(content)?).filter(|n| *n != 0),
            (KEY_EXPIRES, _) => signature.key_lasts = Some(number(content)?).filter(|n| *n != 0),
            (FLAGS, _) => signature.flags = Some(content.first().copied().unwrap_or(0)),
            (EMBEDDED, _) => signature.embedded = Some(content),
            (ISSUER, _) => signature.issuers.push(content),
            (ISSUER_FINGERPRINT, [_, fingerprint @ ..]) => signature.issuers.push(fingerprint),
            _ => signature.is_beyond |= is_critical && !HARMLESS.contains(&kind),
        }
    }
    for (kind, _, content) in subpackets(loose)? {
        match (kind, content) {
            (EMBEDDED, _) => signature.embedded = signature.embedded.or(Some(content)),
            (ISSUER, _) => signature.issuers.push(content),
            (ISSUER_FINGERPRINT, [_, fingerprint @ ..]) => signature.issuers.push(fingerprint),
            _ => {}
        }
    }
    signature.made_at = made_at?;
    Some(signature)
}

const CREATED: u8 = 2;
const EXPIRES: u8 = 3;
const KEY_EXPIRES: u8 = 9;
const ISSUER: u8 = 16;
const FLAGS: u8 = 27;
const EMBEDDED: u8 = 32;
const ISSUER_FINGERPRINT: u8 = 33;

/// Subpackets that change nothing for who only verifies: preferences, features, primary user, server, policy address,
/// signer's user, the reason of a revocation, preferred ciphers.
const HARMLESS: [u8; 12] = [11, 21, 22, 23, 24, 25, 26, 28, 29, 30, 34, 39];

fn area<'a>(cursor: &mut Cursor<'a>, version: u8) -> Option<&'a [u8]> {
    match version {
        6 => cursor.run32(),
        _ => {
            let length = usize::from(cursor.u16()?);
            cursor.take(length)
        }
    }
}

/// Kind, whether it must be understood, and content of each.
fn subpackets(area: &[u8]) -> Option<Vec<(u8, bool, &[u8])>> {
    let mut cursor = Cursor(area);
    let mut found = Vec::new();
    while !cursor.0.is_empty() {
        let length = subpacket_length(&mut cursor)?;
        let (kind, content) = cursor.take(usize::try_from(length).ok()?)?.split_first()?;
        found.push((kind & 0x7f, kind & 0x80 != 0, content));
    }
    Some(found)
}

/// Subpackets have no partial lengths: up to 254 the first byte begins a length of two.
fn subpacket_length(cursor: &mut Cursor) -> Option<u32> {
    match cursor.0.first()? {
        224..=254 => {
            let [first, second] = cursor.array()?;
            Some((u32::from(first) - 192) * 256 + u32::from(second) + 192)
        }
        _ => length(cursor),
    }
}

fn number(content: &[u8]) -> Option<u32> {
    content.try_into().ok().map(u32::from_be_bytes)
}

impl Signature<'_> {
    /// What is hashed to sign `content` (RFC 9580 section 5.2.4).
    pub(super) fn message(&self, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(self.covered.len()).unwrap_or(u32::MAX).to_be_bytes();
        [self.salt, content, self.covered, &[self.version, 0xff], &length].concat()
    }

    /// Whether its own end has passed.
    pub(super) fn has_ended(&self, now: i64) -> bool {
        self.lasts.is_some_and(|lasts| self.made_at + i64::from(lasts) <= now)
    }
}
