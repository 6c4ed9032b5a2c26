//! Public keys of versions 4 and 6 (RFC 9580 section 5.5.2), and whether a signature fits one.

use ring::digest;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

use super::packet::{integer, padded};
use super::signature::Signature;
use crate::cursor::Cursor;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) version: u8,
    /// When it was made, Unix seconds.
    pub(super) made_at: i64,
    pub(super) fingerprint: Vec<u8>,
    algorithm: u8,
    material: Vec<u8>,
    body: Vec<u8>,
}

/// Whether a signature fits a key and a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Fits,
    Differs,
    Weak,
    Unknown,
}

const RSA: [u8; 2] = [1, 3];
const ECDSA: u8 = 19;
const EDDSA: u8 = 22;
const NATIVE_ED25519: u8 = 27;

/// Names of curves, each after its length.
const P256: &[u8] = &[8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[5, 0x2b, 0x81, 4, 0, 0x22];
const CURVE_ED25519: &[u8] = &[9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];

/// Reads the body of a key packet.
pub(super) fn key(body: &[u8]) -> Option<Key> {
    let mut cursor = Cursor(body);
    let version = cursor.u8().filter(|version| [4, 6].contains(version))?;
    let made_at = i64::from(cursor.u32()?);
    let algorithm = cursor.u8()?;
    let material = if version == 6 { cursor.run32()? } else { cursor.0 };
    let mut key = Key {
        version,
        made_at,
        fingerprint: Vec::new(),
        algorithm,
        material: material.into(),
        body: body.into(),
    };
    let hash = if version == 6 { &digest::SHA256 } else { &digest::SHA1_FOR_LEGACY_USE_ONLY };
    key.fingerprint = digest::digest(hash, &key.hashed()).as_ref().to_vec();
    Some(key)
}

impl Key {
    /// How a key enters what is signed.
    pub(super) fn hashed(&self) -> Vec<u8> {
        let length = u32::try_from(self.body.len()).unwrap_or(u32::MAX).to_be_bytes();
        match self.version {
            6 => [&[0x9b], &length[..], &self.body].concat(),
            _ => [&[0x99], &length[2..], &self.body].concat(),
        }
    }

    /// Whether a fingerprint or key id means this key.
    pub(super) fn is_called(&self, issuer: &[u8]) -> bool {
        let id = if self.version == 6 { self.fingerprint.get(..8) } else { self.fingerprint.get(12..) };
        issuer == self.fingerprint || Some(issuer) == id
    }

    /// Whether the signature was made with this key over this content.
    pub(super) fn fits(&self, signature: &Signature, content: &[u8]) -> Fit {
        // MD5, SHA-1 and RIPEMD-160 prove nothing any longer (RFC 9580 section 9.5).
        if (1..=3).contains(&signature.hash) {
            return Fit::Weak;
        }
        if (signature.algorithm, signature.version) != (self.algorithm, self.version) {
            return Fit::Differs;
        }
        let message = signature.message(content);
        let fit = match self.algorithm {
            rsa if RSA.contains(&rsa) => self.rsa(signature, &message),
            ECDSA => self.ecdsa(signature, &message),
            EDDSA | NATIVE_ED25519 => self.ed25519(signature, &message),
            _ => Some(Fit::Unknown),
        };
        fit.unwrap_or(Fit::Differs)
    }

    fn rsa(&self, signature: &Signature, message: &[u8]) -> Option<Fit> {
        let mut cursor = Cursor(&self.material);
        let (n, e) = (integer(&mut cursor)?, integer(&mut cursor)?);
        let way = match signature.hash {
            8 => &RSA_PKCS1_2048_8192_SHA256,
            9 => &RSA_PKCS1_2048_8192_SHA384,
            10 => &RSA_PKCS1_2048_8192_SHA512,
            _ => return Some(Fit::Unknown),
        };
        match n.len() {
            0..256 => return Some(Fit::Weak),
            256..=1024 => {}
            _ => return Some(Fit::Unknown),
        }
        let value = padded(integer(&mut Cursor(signature.values))?, n.len())?;
        Some(outcome(RsaPublicKeyComponents { n, e }.verify(way, message, &value).is_ok()))
    }

    fn ecdsa(&self, signature: &Signature, message: &[u8]) -> Option<Fit> {
        let (way, point): (&dyn VerificationAlgorithm, _) =
            match (self.on(P256), self.on(P384), signature.hash) {
                (Some(point), _, 8) => (&ECDSA_P256_SHA256_ASN1, point),
                (Some(point), _, 9) => (&ECDSA_P256_SHA384_ASN1, point),
                (_, Some(point), 8) => (&ECDSA_P384_SHA256_ASN1, point),
                (_, Some(point), 9) => (&ECDSA_P384_SHA384_ASN1, point),
                _ => return Some(Fit::Unknown),
            };
        let mut cursor = Cursor(signature.values);
        let pair = sequence(integer(&mut cursor)?, integer(&mut cursor)?)?;
        Some(outcome(UnparsedPublicKey::new(way, point).verify(message, &pair).is_ok()))
    }

    /// What Ed25519 signs is the hash of the message.
    fn ed25519(&self, signature: &Signature, message: &[u8]) -> Option<Fit> {
        let hash = match signature.hash {
            8 => &digest::SHA256,
            9 => &digest::SHA384,
            10 => &digest::SHA512,
            _ => return Some(Fit::Unknown),
        };
        let (public, value) = if self.algorithm == NATIVE_ED25519 {
            (self.material.as_slice(), signature.values.to_vec())
        } else {
            let Some(point) = self.on(CURVE_ED25519) else { return Some(Fit::Unknown) };
            let mut cursor = Cursor(signature.values);
            let mut half = || integer(&mut cursor).and_then(|half| padded(half, 32));
            (point.strip_prefix(&[0x40])?, [half()?, half()?].concat())
        };
        let hashed = digest::digest(hash, message);
        Some(outcome(UnparsedPublicKey::new(&ED25519, public).verify(hashed.as_ref(), &value).is_ok()))
    }

    /// The point, when the key is on this curve.
    fn on(&self, curve: &[u8]) -> Option<&[u8]> {
        integer(&mut Cursor(self.material.strip_prefix(curve)?))
    }
}

fn outcome(fits: bool) -> Fit {
    if fits { Fit::Fits } else { Fit::Differs }
}

/// Two positive integers as DER has them: the form in which `ring` takes the pair of ECDSA.
fn sequence(r: &[u8], s: &[u8]) -> Option<Vec<u8>> {
    let der = |value: &[u8]| -> Option<Vec<u8>> {
        let zero: &[u8] = if value.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
        let length = u8::try_from(zero.len() + value.len()).ok().filter(|length| *length < 64)?;
        Some([&[2, length], zero, value].concat())
    };
    let body = [der(r)?, der(s)?].concat();
    Some([&[0x30, u8::try_from(body.len()).ok().filter(|length| *length < 128)?], body.as_slice()].concat())
}
