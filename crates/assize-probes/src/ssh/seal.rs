//! The encrypted side of a session, as far as a question about authentication needs it: Curve25519 or P-256 with
//! SHA-256 for the keys, and ChaCha20-Poly1305 or AES-GCM as OpenSSH defines them for the packets.

use ring::{
    aead::{self, Aad, LessSafeKey, Nonce, UnboundKey, chacha20_poly1305_openssh as chacha},
    agreement::{self, EphemeralPrivateKey, UnparsedPublicKey},
    rand::SystemRandom,
};
use sha2::{Digest, Sha256};

use super::exchange::{Method, mpint, string};

/// The ciphers a session can be held in, the best first.
pub(super) const CIPHERS: [&str; 3] =
    ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com"];
const TAG: usize = 16;
const LONGEST_PACKET: u32 = 35_000;

/// Our half of an agreement.
pub(super) struct Half {
    private: EphemeralPrivateKey,
    pub(super) public: Vec<u8>,
}

impl Half {
    /// A fresh half; `None` for methods without one, or when the system gives no random numbers.
    pub(super) fn new(method: Method) -> Option<Self> {
        let algorithm = match method {
            Method::X25519 => &agreement::X25519,
            Method::P256 => &agreement::ECDH_P256,
            Method::Group(_) | Method::Gex => return None,
        };
        let private = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).ok()?;
        let public = private.compute_public_key().ok()?.as_ref().to_vec();
        Some(Self { private, public })
    }

    /// The secret shared with the server; `None` when its half is no point of the curve.
    fn agree(self, theirs: &[u8]) -> Option<Vec<u8>> {
        let theirs = UnparsedPublicKey::new(self.private.algorithm(), theirs);
        agreement::agree_ephemeral(self.private, &theirs, <[u8]>::to_vec).ok()
    }
}

/// What both sides have said, as the exchange hash takes it (RFC 5656, clause 4).
pub(super) struct Said<'a> {
    pub(super) client_line: &'a [u8],
    pub(super) server_line: &'a [u8],
    pub(super) client_init: &'a [u8],
    pub(super) server_init: &'a [u8],
    pub(super) host_key: &'a [u8],
    pub(super) server_public: &'a [u8],
}

impl Said<'_> {
    /// The exchange hash (RFC 5656, clause 4).
    fn hash(&self, client_public: &[u8], secret: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        let runs = [
            self.client_line,
            self.server_line,
            self.client_init,
            self.server_init,
            self.host_key,
            client_public,
            self.server_public,
        ];
        for run in runs {
            hash.update(string(run));
        }
        hash.update(secret);
        hash.finalize().into()
    }
}

/// Both directions of a session.
pub(super) struct Session {
    out: Direction,
    back: Direction,
}

struct Direction {
    key: Key,
    number: u32,
}

enum Key {
    Chacha { seal: chacha::SealingKey, open: chacha::OpeningKey },
    Gcm { key: Box<LessSafeKey>, nonce: [u8; 12] },
}

impl Session {
    /// Keys for both directions, whose first packets have these numbers.
    pub(super) fn new(half: Half, said: &Said<'_>, ciphers: [&str; 2], numbers: [u32; 2]) -> Option<Self> {
        let ours = half.public.clone();
        let secret = mpint(&half.agree(said.server_public)?);
        Self::keyed(&secret, &said.hash(&ours, &secret), ciphers, numbers)
    }

    fn keyed(secret: &[u8], hash: &[u8; 32], ciphers: [&str; 2], numbers: [u32; 2]) -> Option<Self> {
        let key = |cipher: &str, letter: u8, iv: u8| {
            Key::new(cipher, &derive(secret, hash, letter), &derive(secret, hash, iv))
        };
        let out = Direction { key: key(ciphers[0], b'C', b'A')?, number: numbers[0] };
        let back = Direction { key: key(ciphers[1], b'D', b'B')?, number: numbers[1] };
        Some(Self { out, back })
    }

    /// The session as a server has it, for the tests' servers.
    #[cfg(test)]
    pub(super) fn serve(half: Half, client: &[u8], said: &Said<'_>, cipher: &str) -> Option<Self> {
        let secret = mpint(&half.agree(client)?);
        let Self { out, back } = Self::keyed(&secret, &said.hash(client, &secret), [cipher; 2], [3, 3])?;
        Some(Self { out: back, back: out })
    }

    /// A message as an encrypted packet.
    pub(super) fn seal(&mut self, payload: &[u8]) -> Option<Vec<u8>> {
        self.out.seal(payload)
    }

    /// The message of the first packet, and how many bytes the packet takes. `None` until it is whole, or when it is
    /// not the server's.
    pub(super) fn open(&mut self, bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
        self.back.open(bytes)
    }

    /// Whether a whole packet has arrived.
    pub(super) fn is_whole(&self, bytes: &[u8]) -> bool {
        self.back.length(bytes).is_some_and(|length| bytes.len() >= 4 + length + TAG)
    }
}

/// 64 bytes of key (RFC 4253, clause 7.2), of which a cipher takes what it needs.
fn derive(secret: &[u8], hash: &[u8; 32], letter: u8) -> [u8; 64] {
    let first = Sha256::digest([secret, hash, &[letter], hash].concat());
    let second = Sha256::digest([secret, &hash[..], &first[..]].concat());
    let mut key = [0; 64];
    key[..32].copy_from_slice(&first);
    key[32..].copy_from_slice(&second);
    key
}

impl Key {
    fn new(cipher: &str, key: &[u8; 64], iv: &[u8; 64]) -> Option<Self> {
        let (algorithm, size) = match cipher {
            "chacha20-poly1305@openssh.com" => {
                let (seal, open) = (chacha::SealingKey::new(key), chacha::OpeningKey::new(key));
                return Some(Self::Chacha { seal, open });
            }
            "aes128-gcm@openssh.com" => (&aead::AES_128_GCM, 16),
            "aes256-gcm@openssh.com" => (&aead::AES_256_GCM, 32),
            _ => return None,
        };
        let key = Box::new(LessSafeKey::new(UnboundKey::new(algorithm, &key[..size]).ok()?));
        Some(Self::Gcm { key, nonce: iv[..12].try_into().ok()? })
    }
}

impl Direction {
    fn seal(&mut self, payload: &[u8]) -> Option<Vec<u8>> {
        // The length is not counted: it is encrypted apart, or only authenticated.
        let padding = 4 + (16 - (1 + payload.len() + 4) % 16) % 16;
        let length = u32::try_from(1 + payload.len() + padding).ok()?;
        let mut packet = length.to_be_bytes().to_vec();
        packet.push(u8::try_from(padding).ok()?);
        packet.extend(payload);
        packet.resize(4 + usize::try_from(length).ok()?, 0);
        match &mut self.key {
            Key::Chacha { seal, .. } => {
                let mut tag = [0; TAG];
                seal.seal_in_place(self.number, &mut packet, &mut tag);
                packet.extend(tag);
            }
            Key::Gcm { key, nonce } => {
                let (head, body) = packet.split_at_mut(4);
                let aad = Aad::from(&head[..]);
                let tag =
                    key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(*nonce), aad, body).ok()?;
                packet.extend(tag.as_ref());
                advance(nonce);
            }
        }
        self.number = self.number.wrapping_add(1);
        Some(packet)
    }

    fn length(&self, bytes: &[u8]) -> Option<usize> {
        let head: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
        let plain = match &self.key {
            Key::Chacha { open, .. } => open.decrypt_packet_length(self.number, head),
            Key::Gcm { .. } => head,
        };
        Some(u32::from_be_bytes(plain))
            .filter(|l| (5..LONGEST_PACKET).contains(l))
            .and_then(|l| usize::try_from(l).ok())
    }

    fn open(&mut self, bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
        let length = self.length(bytes)?;
        let whole = 4 + length + TAG;
        let mut packet = bytes.get(..whole)?.to_vec();
        let body = match &mut self.key {
            Key::Chacha { open, .. } => {
                let tag: [u8; TAG] = packet.split_off(4 + length).try_into().ok()?;
                open.open_in_place(self.number, &mut packet, &tag).ok()?.to_vec()
            }
            Key::Gcm { key, nonce } => {
                let (head, body) = packet.split_at_mut(4);
                let body =
                    key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(&head[..]), body);
                let body = body.ok()?.to_vec();
                advance(nonce);
                body
            }
        };
        self.number = self.number.wrapping_add(1);
        let padding = usize::from(*body.first()?);
        Some((body.get(1..body.len().checked_sub(padding)?)?.to_vec(), whole))
    }
}

/// The last eight bytes of the nonce count the packets (RFC 5647, clause 7.1).
fn advance(nonce: &mut [u8; 12]) {
    for digit in nonce[4..].iter_mut().rev() {
        *digit = digit.wrapping_add(1);
        if *digit != 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sessions that face each other.
    fn pair(cipher: &str) -> (Session, Session) {
        let direction = |letter: u8| {
            let key = Key::new(cipher, &[letter; 64], &[letter; 64]).unwrap();
            Direction { key, number: 3 }
        };
        let there = Session { out: direction(1), back: direction(2) };
        let here = Session { out: direction(2), back: direction(1) };
        (there, here)
    }

    #[test]
    fn packets_come_back_and_damage_does_not() {
        for cipher in CIPHERS {
            let (mut there, mut here) = pair(cipher);
            for text in [&b"one"[..], b"another one"] {
                let packet = there.seal(text).unwrap();
                assert!(here.is_whole(&packet) && !here.is_whole(&packet[..packet.len() - 1]));
                assert_eq!(here.open(&packet), Some((text.to_vec(), packet.len())), "{cipher}");
            }
            let mut packet = there.seal(b"three").unwrap();
            packet[6] ^= 1;
            assert_eq!(here.open(&packet), None);
        }
    }

    #[test]
    fn halves_agree() {
        for method in [Method::X25519, Method::P256] {
            let (one, other) = (Half::new(method).unwrap(), Half::new(method).unwrap());
            let (a, b) = (one.public.clone(), other.public.clone());
            assert_eq!(one.agree(&b), other.agree(&a));
        }
        assert!(Half::new(Method::Gex).is_none());
        assert!(Half::new(Method::P256).unwrap().agree(&[4; 65]).is_none());
    }
}
