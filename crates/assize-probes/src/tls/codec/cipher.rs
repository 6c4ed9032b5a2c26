//! The keys and records of handshakes that are finished by hand: key derivation of TLS 1.0 to 1.2, and records with AES in CBC
//! mode and a MAC, AES-GCM and ChaCha20-Poly1305, of TLS and of DTLS (RFC 2246, 4346, 5246, 6347, 5288, 7905).

use aes::{
    Aes128, Aes256,
    cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit},
};
use md5::{Digest, Md5};
use ring::{
    aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey},
    digest, hmac,
};

use super::{
    dtls,
    registry::{DTLS_1_2, TLS_1_2},
    wire::{Reader, record},
};
use crate::mac::md5_mac;

/// TLS 1.0, whose records in CBC mode go on from the one before.
const TLS_1_0: u16 = 0x0301;
/// Bytes of a block of AES.
const BLOCK: usize = 16;
/// Bytes of a master secret, and of what ends a handshake.
const MASTER: usize = 48;
const VERIFY: usize = 12;
/// Where the numbers of records begin once keys are agreed on, in DTLS: they carry the epoch.
const EPOCH_1: u64 = 1 << 48;

/// A suite that can be finished.
#[derive(Debug)]
pub struct Suite {
    /// Its number.
    pub number: u16,
    cipher: Cipher,
    hash: Hash,
}

#[derive(Clone, Copy, Debug)]
enum Cipher {
    Gcm128,
    Gcm256,
    ChaCha,
    /// AES in CBC mode with keys of so many bytes, and a MAC.
    Cbc(usize, Hash),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
}

const fn row(number: u16, cipher: Cipher, hash: Hash) -> Suite {
    Suite { number, cipher, hash }
}

/// The best first.
static SUITES: [Suite; 27] = [
    row(0xc02b, Cipher::Gcm128, Hash::Sha256),
    row(0xc02f, Cipher::Gcm128, Hash::Sha256),
    row(0xc02c, Cipher::Gcm256, Hash::Sha384),
    row(0xc030, Cipher::Gcm256, Hash::Sha384),
    row(0xcca9, Cipher::ChaCha, Hash::Sha256),
    row(0xcca8, Cipher::ChaCha, Hash::Sha256),
    row(0x009e, Cipher::Gcm128, Hash::Sha256),
    row(0x009f, Cipher::Gcm256, Hash::Sha384),
    row(0xccaa, Cipher::ChaCha, Hash::Sha256),
    row(0x009c, Cipher::Gcm128, Hash::Sha256),
    row(0x009d, Cipher::Gcm256, Hash::Sha384),
    row(0xc023, Cipher::Cbc(16, Hash::Sha256), Hash::Sha256),
    row(0xc027, Cipher::Cbc(16, Hash::Sha256), Hash::Sha256),
    row(0xc024, Cipher::Cbc(32, Hash::Sha384), Hash::Sha384),
    row(0xc028, Cipher::Cbc(32, Hash::Sha384), Hash::Sha384),
    row(0xc009, Cipher::Cbc(16, Hash::Sha1), Hash::Sha256),
    row(0xc013, Cipher::Cbc(16, Hash::Sha1), Hash::Sha256),
    row(0xc00a, Cipher::Cbc(32, Hash::Sha1), Hash::Sha256),
    row(0xc014, Cipher::Cbc(32, Hash::Sha1), Hash::Sha256),
    row(0x0067, Cipher::Cbc(16, Hash::Sha256), Hash::Sha256),
    row(0x006b, Cipher::Cbc(32, Hash::Sha256), Hash::Sha256),
    row(0x0033, Cipher::Cbc(16, Hash::Sha1), Hash::Sha256),
    row(0x0039, Cipher::Cbc(32, Hash::Sha1), Hash::Sha256),
    row(0x003c, Cipher::Cbc(16, Hash::Sha256), Hash::Sha256),
    row(0x003d, Cipher::Cbc(32, Hash::Sha256), Hash::Sha256),
    row(0x002f, Cipher::Cbc(16, Hash::Sha1), Hash::Sha256),
    row(0x0035, Cipher::Cbc(32, Hash::Sha1), Hash::Sha256),
];

/// A suite by its number.
pub fn suite(number: u16) -> Option<&'static Suite> {
    SUITES.iter().find(|suite| suite.number == number)
}

/// Those of `offered` that can be finished, the best first.
pub fn among(offered: &[u16]) -> Vec<u16> {
    SUITES.iter().map(|suite| suite.number).filter(|number| offered.contains(number)).collect()
}

/// What both sides of a handshake have agreed on, and its secret.
pub struct Agreed {
    version: u16,
    suite: &'static Suite,
    master: Vec<u8>,
    /// The server's random, then the client's.
    seed: Vec<u8>,
}

impl Agreed {
    /// Makes the secret of both sides from what their key exchange gave and their randoms.
    pub fn new(
        version: u16,
        suite: &'static Suite,
        premaster: &[u8],
        client: [u8; 32],
        server: [u8; 32],
    ) -> Self {
        let mut agreed = Self { version, suite, master: Vec::new(), seed: [server, client].concat() };
        agreed.master = agreed.prf(premaster, b"master secret", &[client, server].concat(), MASTER);
        agreed
    }

    /// What ends the client's side of the handshake, over all of its messages.
    pub fn verify(&self, messages: &[u8]) -> Vec<u8> {
        let hashed = match self.prf_hash() {
            Some(hash) => hash.of(messages),
            None => [&Md5::digest(messages)[..], &Hash::Sha1.of(messages)].concat(),
        };
        self.prf(&self.master, b"client finished", &hashed, VERIFY)
    }

    /// The hash of the pseudorandom function; none before TLS 1.2, where it is of two.
    fn prf_hash(&self) -> Option<Hash> {
        matches!(self.version, TLS_1_2 | DTLS_1_2).then_some(self.suite.hash)
    }

    fn prf(&self, secret: &[u8], label: &[u8], seed: &[u8], size: usize) -> Vec<u8> {
        let seed = [label, seed].concat();
        let Some(hash) = self.prf_hash() else {
            let half = secret.len().div_ceil(2);
            let (first, second) = (&secret[..half], &secret[secret.len() - half..]);
            let other = stretched(|bytes| Hash::Sha1.mac(second, bytes), &seed, size);
            let mut out = stretched(|bytes| md5_mac(first, bytes), &seed, size);
            out.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
            return out;
        };
        stretched(|bytes| hash.mac(secret, bytes), &seed, size)
    }
}

/// The data expansion that all pseudorandom functions of TLS have (RFC 5246 clause 5).
fn stretched(mac: impl Fn(&[u8]) -> Vec<u8>, seed: &[u8], size: usize) -> Vec<u8> {
    let mut a = mac(seed);
    let mut out = Vec::new();
    while out.len() < size {
        out.extend(mac(&[&a, seed].concat()));
        a = mac(&a);
    }
    out.truncate(size);
    out
}

impl Hash {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    fn mac(self, key: &[u8], bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
        };
        hmac::sign(&hmac::Key::new(algorithm, key), bytes).as_ref().to_vec()
    }

    fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }
}

impl Cipher {
    /// Bytes of the MAC's key, of the key, and of the part of the nonce that stays.
    fn sizes(self, version: u16) -> (usize, usize, usize) {
        match self {
            Self::Gcm128 => (0, 16, 4),
            Self::Gcm256 => (0, 32, 4),
            Self::ChaCha => (0, 32, 12),
            Self::Cbc(key, hash) => (hash.size(), key, if version == TLS_1_0 { BLOCK } else { 0 }),
        }
    }

    fn key(self, mac: &[u8], key: &[u8]) -> Option<Key> {
        let sealing = |algorithm: &'static Algorithm| {
            Some(Key::Sealing(Box::new(LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?))))
        };
        match self {
            Self::Gcm128 => sealing(&AES_128_GCM),
            Self::Gcm256 => sealing(&AES_256_GCM),
            Self::ChaCha => sealing(&CHACHA20_POLY1305),
            Self::Cbc(16, hash) => Some(Key::Chained(
                Box::new(Aes::Short(Aes128::new_from_slice(key).ok()?)),
                hash,
                mac.to_vec(),
            )),
            Self::Cbc(_, hash) => {
                Some(Key::Chained(Box::new(Aes::Long(Aes256::new_from_slice(key).ok()?)), hash, mac.to_vec()))
            }
        }
    }
}

/// Both directions' keys, and how many records each has seen.
pub struct Keys {
    version: u16,
    is_chacha: bool,
    client: Side,
    server: Side,
}

struct Side {
    key: Key,
    /// The part of the nonce that stays; in CBC of TLS 1.0 the last block.
    iv: Vec<u8>,
    count: u64,
}

enum Key {
    Sealing(Box<LessSafeKey>),
    /// The cipher, and the MAC that is encrypted along, with its key.
    Chained(Box<Aes>, Hash, Vec<u8>),
}

enum Aes {
    Short(Aes128),
    Long(Aes256),
}

impl Keys {
    /// The keys of both directions. `None` when the suite has none of that size.
    pub fn new(agreed: &Agreed) -> Option<Self> {
        let Agreed { version, suite, .. } = *agreed;
        let (mac, key, iv) = suite.cipher.sizes(version);
        let block = agreed.prf(&agreed.master, b"key expansion", &agreed.seed, 2 * (mac + key + iv));
        let mut block = Reader::new(&block);
        let mut two = |size| Some((block.take(size)?, block.take(size)?));
        let (macs, keys, ivs) = (two(mac)?, two(key)?, two(iv)?);
        let count = if is_dtls(version) { EPOCH_1 } else { 0 };
        let side =
            |mac, key, iv: &[u8]| Some(Side { key: suite.cipher.key(mac, key)?, iv: iv.to_vec(), count });
        let (client, server) = (side(macs.0, keys.0, ivs.0)?, side(macs.1, keys.1, ivs.1)?);
        Some(Self { version, is_chacha: matches!(suite.cipher, Cipher::ChaCha), client, server })
    }

    /// One record of the client's. `noise` is what the nonce of a record in CBC mode is made of.
    pub fn seal(&mut self, kind: u8, plain: &[u8], noise: [u8; BLOCK]) -> Option<Vec<u8>> {
        let (version, count) = (self.version, self.client.count);
        let about = about(count, kind, version, plain.len());
        let side = &mut self.client;
        let body = match &side.key {
            Key::Sealing(key) => {
                let explicit = count.to_be_bytes();
                let mut sealed = plain.to_vec();
                let nonce = nonce(&side.iv, explicit)?;
                key.seal_in_place_append_tag(nonce, Aad::from(about), &mut sealed).ok()?;
                if self.is_chacha { sealed } else { [&explicit[..], &sealed].concat() }
            }
            Key::Chained(aes, hash, mac) => {
                let mut text = [plain, &hash.mac(mac, &[&about[..], plain].concat())].concat();
                let padding = BLOCK - 1 - text.len() % BLOCK;
                text.resize(text.len() + padding + 1, padding as u8);
                let first = if version == TLS_1_0 { side.iv.clone() } else { noise.to_vec() };
                let sealed = aes.encrypt(&first, &text);
                if version == TLS_1_0 {
                    side.iv = sealed.get(sealed.len().checked_sub(BLOCK)?..)?.to_vec();
                    sealed
                } else {
                    [first, sealed].concat()
                }
            }
        };
        side.count += 1;
        Some(match is_dtls(version) {
            true => dtls::record(kind, version, count, &body),
            false => record(kind, version, &body),
        })
    }

    /// Opens one whole record of the server's.
    pub fn open(&mut self, sealed: &[u8]) -> Option<(u8, Vec<u8>)> {
        let (version, side) = (self.version, &mut self.server);
        let kind = *sealed.first()?;
        let (count, body) = match is_dtls(version) {
            true => (u64::from_be_bytes(sealed.get(3..11)?.try_into().ok()?), sealed.get(13..)?),
            false => (side.count, sealed.get(5..)?),
        };
        let plain = match &side.key {
            Key::Sealing(key) => {
                let (explicit, body) = match self.is_chacha {
                    true => (count.to_be_bytes(), body),
                    false => (body.get(..8)?.try_into().ok()?, body.get(8..)?),
                };
                let size = body.len().checked_sub(key.algorithm().tag_len())?;
                let about = about(count, kind, version, size);
                let mut open = body.to_vec();
                key.open_in_place(nonce(&side.iv, explicit)?, Aad::from(about), &mut open).ok()?;
                open.truncate(size);
                open
            }
            Key::Chained(aes, hash, mac) => {
                let (first, body) = match version {
                    TLS_1_0 => (side.iv.clone(), body),
                    _ => (body.get(..BLOCK)?.to_vec(), body.get(BLOCK..)?),
                };
                let text = aes.decrypt(&first, body)?;
                let plain = unpadded(&text, hash.size())?;
                let told = text.get(plain.len()..plain.len() + hash.size())?;
                let about = about(count, kind, version, plain.len());
                (hash.mac(mac, &[&about[..], plain].concat()) == told).then_some(())?;
                if version == TLS_1_0 {
                    side.iv = body.get(body.len().checked_sub(BLOCK)?..)?.to_vec();
                }
                plain.to_vec()
            }
        };
        side.count += 1;
        Some((kind, plain))
    }
}

/// What stands before padding and MAC.
fn unpadded(text: &[u8], mac: usize) -> Option<&[u8]> {
    let padding = usize::from(*text.last()?);
    text.get(..text.len().checked_sub(padding + 1 + mac)?)
}

impl Aes {
    /// In CBC mode; `plain` fills whole blocks.
    fn encrypt(&self, first: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut last = first.to_vec();
        let mut out = Vec::new();
        for block in plain.as_chunks::<BLOCK>().0 {
            let mut block = Array::from(*block);
            block.iter_mut().zip(&last).for_each(|(byte, last)| *byte ^= last);
            match self {
                Self::Short(aes) => aes.encrypt_block(&mut block),
                Self::Long(aes) => aes.encrypt_block(&mut block),
            }
            last = block.to_vec();
            out.extend(&last);
        }
        out
    }

    /// `None` unless whole blocks come.
    fn decrypt(&self, first: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (blocks, []) = sealed.as_chunks::<BLOCK>() else { return None };
        let mut last = first;
        let mut out = Vec::new();
        for sealed in blocks {
            let mut block = Array::from(*sealed);
            match self {
                Self::Short(aes) => aes.decrypt_block(&mut block),
                Self::Long(aes) => aes.decrypt_block(&mut block),
            }
            out.extend(block.iter().zip(last).map(|(byte, last)| byte ^ last));
            last = sealed;
        }
        Some(out)
    }
}

/// GCM puts the explicit part behind the fixed one, ChaCha20 mixes the count into the end of it (RFC 5288, RFC 7905).
fn nonce(iv: &[u8], explicit: [u8; 8]) -> Option<Nonce> {
    let mut all = [0; 12];
    all[..iv.len().min(12)].copy_from_slice(iv.get(..iv.len().min(12))?);
    for (byte, explicit) in all[4..].iter_mut().zip(explicit) {
        *byte ^= explicit;
    }
    Some(Nonce::assume_unique_for_key(all))
}

/// What a record's MAC or tag covers beside its text.
fn about(count: u64, kind: u8, version: u16, size: usize) -> Vec<u8> {
    let size = u16::try_from(size).unwrap_or(u16::MAX);
    [&count.to_be_bytes()[..], &[kind], &version.to_be_bytes(), &size.to_be_bytes()].concat()
}

fn is_dtls(version: u16) -> bool {
    version >> 8 == 0xfe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agreed(version: u16, number: u16) -> Agreed {
        Agreed::new(version, suite(number).unwrap(), &[3; 48], [1; 32], [2; 32])
    }

    /// Keys whose server's side is the client's, so that what was sealed can be opened.
    fn mirrored(version: u16, number: u16) -> Keys {
        let agreed = agreed(version, number);
        let (mut keys, other) = (Keys::new(&agreed).unwrap(), Keys::new(&agreed).unwrap());
        keys.server = other.client;
        keys
    }

    #[test]
    fn every_suite_opens_what_it_sealed() {
        for suite in &SUITES {
            let versions: &[u16] = match suite.cipher {
                Cipher::Cbc(_, Hash::Sha1) => &[0x0301, 0x0302, 0x0303, 0xfeff, 0xfefd],
                _ => &[0x0303, 0xfefd],
            };
            for version in versions {
                let mut keys = mirrored(*version, suite.number);
                for size in [0, 1, 15, 16, 300] {
                    let sealed = keys.seal(22, &vec![7; size], [9; 16]).unwrap();
                    assert_eq!(keys.open(&sealed), Some((22, vec![7; size])), "{version:x} {suite:?}");
                }
                let mut sealed = keys.seal(22, b"text", [9; 16]).unwrap();
                *sealed.last_mut().unwrap() ^= 1;
                assert_eq!(keys.open(&sealed), None);
            }
        }
    }

    proptest! {
        #[test]
        fn any_record(bytes in prop::collection::vec(any::<u8>(), 0..120), at in 0..SUITES.len(), is_dtls: bool) {
            let version = if is_dtls { 0xfefd } else { 0x0303 };
            let mut keys = mirrored(version, SUITES[at].number);
            prop_assert_eq!(keys.open(&bytes), None);
        }
    }
}
