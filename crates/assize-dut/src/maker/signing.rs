//! The key that the maker signs `security.txt` with: OpenPGP version 4 with Ed25519 (RFC 4880, RFC 9580). Its secret is
//! no secret; it is the same in every instance, so that its fingerprint can be looked up.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use sha2::{Digest, Sha512};

const SEED: [u8; 32] = *b"a test key that guards nothing..";
const USER: &[u8] = b"Halden Home test key <security@halden-home.example>";
/// The 1st of January 2025.
const MADE_AT: u32 = 1_735_689_600;

/// Numbers of OpenPGP: packets, kinds of signatures, algorithms, subpackets.
const SIGNATURE: u8 = 2;
const PUBLIC_KEY: u8 = 6;
const USER_ID: u8 = 13;
const OVER_TEXT: u8 = 0x01;
const OVER_USER: u8 = 0x13;
const EDDSA: u8 = 22;
const SHA512: u8 = 10;
const CREATED: u8 = 2;
const FLAGS: u8 = 27;
const ISSUER_ID: u8 = 16;
const ISSUER: u8 = 33;
const CERTIFIES_AND_SIGNS: u8 = 3;
/// The curve's name, after its length.
const CURVE: &[u8] = &[9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];

/// The maker's key.
pub(super) struct Signer {
    key: SigningKey,
    /// The public key as it enters a packet.
    public: Vec<u8>,
}

impl Signer {
    pub(super) fn new() -> Self {
        let key = SigningKey::from_bytes(&SEED);
        let point = [&[0x40], key.verifying_key().as_bytes().as_slice()].concat();
        let public = [&[4], &MADE_AT.to_be_bytes()[..], &[EDDSA], CURVE, &integer(&point)].concat();
        Self { key, public }
    }

    /// The certificate, armoured.
    pub(super) fn certificate(&self) -> String {
        let length = u32::try_from(USER.len()).unwrap_or(u32::MAX).to_be_bytes();
        let content = [self.hashed(), [&[0xb4], &length[..], USER].concat()].concat();
        let flags = subpacket(FLAGS, &[CERTIFIES_AND_SIGNS]);
        let binding = self.signature(OVER_USER, MADE_AT, &flags, &content);
        let packets = [packet(PUBLIC_KEY, &self.public), packet(USER_ID, USER), binding].concat();
        armoured("PUBLIC KEY BLOCK", &packets)
    }

    /// A text, which ends with a line end, in the frame of a cleartext signature. No line may begin with a hyphen.
    pub(super) fn signed(&self, text: &str, now: u64) -> String {
        let covered = text.trim_end_matches('\n').replace('\n', "\r\n");
        let now = u32::try_from(now).unwrap_or(u32::MAX);
        let signature = self.signature(OVER_TEXT, now, &[], covered.as_bytes());
        let armour = armoured("SIGNATURE", &signature);
        format!("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{text}{armour}")
    }

    fn hashed(&self) -> Vec<u8> {
        let length = u16::try_from(self.public.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&[0x99], &length[..], &self.public].concat()
    }

    /// A packet that signs `content`.
    fn signature(&self, kind: u8, at: u32, more: &[u8], content: &[u8]) -> Vec<u8> {
        let fingerprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.hashed());
        let fingerprint = fingerprint.as_ref();
        // GnuPG wants the short name of the key beside the whole one.
        let (issuer, id) = ([&[4], fingerprint].concat(), &fingerprint[fingerprint.len() - 8..]);
        let issuer = [subpacket(ISSUER, &issuer), subpacket(ISSUER_ID, id)].concat();
        let area = [&subpacket(CREATED, &at.to_be_bytes()), &issuer, more].concat();
        let length = u16::try_from(area.len()).unwrap_or(u16::MAX).to_be_bytes();
        let head = [&[4, kind, EDDSA, SHA512], &length[..], &area].concat();
        let covered = u32::try_from(head.len()).unwrap_or(u32::MAX).to_be_bytes();
        let hash = Sha512::digest([content, &head, &[4, 0xff], &covered].concat());
        let value = self.key.sign(&hash).to_bytes();
        let (r, s) = value.split_at(32);
        packet(SIGNATURE, &[&head, &[0, 0][..], &hash[..2], &integer(r), &integer(s)].concat())
    }
}

/// A packet of less than 192 bytes.
fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    [&[0xc0 | tag, length], body].concat()
}

fn subpacket(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len() + 1).unwrap_or(u8::MAX);
    [&[length, kind], content].concat()
}

/// An integer after its length in bits.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    let bytes = &bytes[start..];
    let zeros = bytes.first().map_or(0, |first| first.leading_zeros() as usize);
    let bits = u16::try_from(bytes.len() * 8 - zeros).unwrap_or(u16::MAX);
    [&bits.to_be_bytes()[..], bytes].concat()
}

fn armoured(kind: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    let sum = STANDARD.encode(&checksum(bytes).to_be_bytes()[1..]);
    format!("-----BEGIN PGP {kind}-----\n\n{}\n={sum}\n-----END PGP {kind}-----\n", lines.join("\n"))
}

/// The checksum of armour (RFC 4880 section 6.1), without which older readers refuse it.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0xb7_04ce, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 16), |sum, _| {
            let next = sum << 1;
            if next & 0x100_0000 == 0 { next } else { (next ^ 0x186_4cfb) & 0xff_ffff }
        })
    })
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_the_standard_example() {
        assert_eq!(checksum(b"123456789"), 0x21_cf02);
    }

    #[test]
    fn the_fingerprint_stays() {
        let fingerprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &Signer::new().hashed());
        assert_eq!(hex::encode_upper(fingerprint), "B1A1F0B1F5A36D2C91B4360F88A7332887821433");
    }
}
