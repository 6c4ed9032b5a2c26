//! Ed25519 keys as `openssl` writes them (PEM), and verifier keys as C2SP signed notes name them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, KeypairBytes,
};
use ed25519_dalek::{Signature, Signer as _};
use serde::{Serialize, Serializer};

use crate::digest::Digest;
use crate::error::{Error, Result};

/// The byte that means Ed25519 in C2SP key hashes and verifier keys.
const ED25519: u8 = 1;

/// The key that seals. It is never printed; `Debug` shows its public half.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Reads PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes it.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map_err(|error| Error::BadKey {
            reason: format!("an Ed25519 private key in PKCS#8 PEM is expected ({error})"),
        })?;
        Ok(Self(key))
    }

    /// Makes the key from 32 bytes, which the caller draws from a source of randomness.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Writes PKCS#8 PEM, which `openssl pkey` reads. The text is secret.
    pub fn to_pem(&self) -> String {
        // Without the public half: OpenSSL 3.0 does not read the form that has it.
        let key = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        key.to_pkcs8_pem(LineEnding::LF).expect("a 32-byte key encodes").to_string()
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey { key: self.0.verifying_key(), name: None }
    }

    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.0.sign(text).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(public {})", self.verifying_key())
    }
}

/// The key that checks a seal, with the name it must bear when the key came as a C2SP verifier key.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    key: ed25519_dalek::VerifyingKey,
    name: Option<String>,
}

impl VerifyingKey {
    /// Reads either form: SPKI PEM or a C2SP verifier key.
    pub fn parse(text: &str) -> Result<Self> {
        if text.trim_start().starts_with("-----BEGIN") { Self::from_pem(text) } else { Self::from_vkey(text) }
    }

    /// Reads SPKI PEM, as `openssl pkey -pubout` writes it. The key then has no name.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let key = ed25519_dalek::VerifyingKey::from_public_key_pem(pem).map_err(|error| Error::BadKey {
            reason: format!("an Ed25519 public key in SPKI PEM is expected ({error})"),
        })?;
        Self::from_bytes(&key.to_bytes())
    }

    /// Reads a C2SP verifier key, `name+hash+base64`; the hash must fit.
    pub fn from_vkey(text: &str) -> Result<Self> {
        let bad = |reason: &str| Error::BadKey { reason: reason.into() };
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad("a PEM file or a verifier key as name+hash+base64 is expected"));
        };
        check_name(name)?;
        let key = BASE64.decode(key).map_err(|_| bad("the verifier key is not base64"))?;
        let Some((&ED25519, key)) = key.split_first() else {
            return Err(bad("the verifier key is not of the type Ed25519"));
        };
        let mut parsed =
            Self::from_bytes(key.try_into().map_err(|_| bad("the verifier key is not 32 bytes"))?)?;
        if hash != hex::encode(parsed.key_hash(name)) {
            return Err(bad("the hash in the verifier key does not fit its name and key"));
        }
        parsed.name = Some(name.to_owned());
        Ok(parsed)
    }

    /// Takes the 32 bytes of a public key; keys under which anyone can sign are refused.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self> {
        match ed25519_dalek::VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(Self { key, name: None }),
            _ => Err(Error::BadKey { reason: "the 32 bytes are no Ed25519 public key".into() }),
        }
    }

    /// Writes SPKI PEM, which `openssl pkey -pubin` reads.
    pub fn to_pem(&self) -> String {
        self.key.to_public_key_pem(LineEnding::LF).expect("a 32-byte key encodes")
    }

    /// Writes the C2SP verifier key for this key under `name`.
    pub fn to_vkey(&self, name: &str) -> Result<String> {
        check_name(name)?;
        let typed = [&[ED25519], self.as_bytes().as_slice()].concat();
        Ok(format!("{name}+{}+{}", hex::encode(self.key_hash(name)), BASE64.encode(typed)))
    }

    /// The name the key came with, if it came as a verifier key.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The 32 bytes of the key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The four bytes that stand for name and key in a signature line.
    pub(crate) fn key_hash(&self, name: &str) -> [u8; 4] {
        let hash = Digest::of(&[name.as_bytes(), b"\n", &[ED25519], self.as_bytes()].concat());
        let [a, b, c, d, ..] = *hash.as_bytes();
        [a, b, c, d]
    }

    /// Whether this key made the signature; malleable forms are refused.
    pub(crate) fn has_signed(&self, text: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(text, &Signature::from_bytes(signature)).is_ok()
    }
}

/// The 32 bytes in base64, as in the `assize-key` line of a seal.
impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(self.as_bytes()))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A name for a key: what C2SP signed notes allow, and short.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.len() > 200 || name.contains(is_odd) {
        let reason = "1 to 200 bytes without spaces and plus signs are expected, as lab.example/seal";
        return Err(Error::BadField { field: "name", value: name.chars().take(80).collect(), reason });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_and_vkey_round_trip() {
        let key = SigningKey::from_seed(&[7; 32]);
        let public = key.verifying_key();
        assert_eq!(SigningKey::from_pem(&key.to_pem()).unwrap().verifying_key(), public);
        assert_eq!(VerifyingKey::parse(&public.to_pem()).unwrap(), public);
        let named = VerifyingKey::parse(&public.to_vkey("lab.example").unwrap()).unwrap();
        assert_eq!((named.as_bytes(), named.name()), (public.as_bytes(), Some("lab.example")));
    }

    #[test]
    fn wrong_hash_name_and_type_are_refused() {
        let vkey = SigningKey::from_seed(&[7; 32]).verifying_key().to_vkey("lab").unwrap();
        assert!(VerifyingKey::from_vkey(&vkey.replacen("lab", "lob", 1)).is_err());
        assert!(VerifyingKey::from_vkey(&vkey.replace("+A", "+B")).is_err());
        assert!(VerifyingKey::from_vkey("lab").is_err());
        assert!(SigningKey::from_seed(&[7; 32]).verifying_key().to_vkey("a b").is_err());
        assert!(VerifyingKey::from_bytes(&[0; 32]).is_err(), "a weak key");
    }

    #[test]
    fn secret_stays_out_of_debug() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert!(!format!("{key:?}").contains(&BASE64.encode([7; 32])));
    }
}
