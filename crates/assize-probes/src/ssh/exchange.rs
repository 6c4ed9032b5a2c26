//! Messages of the key exchange up to the host key (RFC 4253 clauses 7 and 8, RFC 4419, RFC 5656, RFC 8731), built
//! and read without I/O. The server shows its host key in clear text, so no secret has to be agreed for it.

use assize_model::fact::{SshHostKey, SshOffer};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use crate::cursor::Cursor;

const KEXINIT: u8 = 20;
/// KEXDH_INIT and its like; the reply, and the group of group exchange, have one number more.
const INIT: u8 = 30;
const GEX_INIT: u8 = 32;
const GEX_REQUEST: u8 = 34;

/// How the shared secret is agreed, as far as it decides what the client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Curve25519: 32 bytes.
    X25519,
    /// NIST P-256: an uncompressed point.
    P256,
    /// A fixed group of that many bits.
    Group(usize),
    /// Group exchange.
    Gex,
}

/// A reply with the host key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The host key as it stands in the message.
    pub host_key: &'a [u8],
    /// The server's half of the agreement.
    pub public: &'a [u8],
}

/// The method behind a name of RFC 9142. `None` for methods that this probe cannot begin.
pub fn method(name: &str) -> Option<Method> {
    Some(match name {
        "curve25519-sha256" | "curve25519-sha256@libssh.org" => Method::X25519,
        "ecdh-sha2-nistp256" => Method::P256,
        "diffie-hellman-group1-sha1" => Method::Group(1024),
        "diffie-hellman-group14-sha1" | "diffie-hellman-group14-sha256" => Method::Group(2048),
        "diffie-hellman-group15-sha512" => Method::Group(3072),
        "diffie-hellman-group16-sha512" => Method::Group(4096),
        "diffie-hellman-group17-sha512" => Method::Group(6144),
        "diffie-hellman-group18-sha512" => Method::Group(8192),
        "diffie-hellman-group-exchange-sha1" | "diffie-hellman-group-exchange-sha256" => Method::Gex,
        _ => return None,
    })
}

/// The kind of key behind a host key algorithm; certificates and unknown ones have none.
pub fn key_kind(algorithm: &str) -> Option<&str> {
    match algorithm {
        "rsa-sha2-256" | "rsa-sha2-512" | "ssh-rsa" => Some("ssh-rsa"),
        "ssh-ed25519"
        | "ssh-ed448"
        | "ssh-dss"
        | "ecdsa-sha2-nistp256"
        | "ecdsa-sha2-nistp384"
        | "ecdsa-sha2-nistp521" => Some(algorithm),
        _ => None,
    }
}

/// An unencrypted packet.
pub fn frame(payload: &[u8]) -> Vec<u8> {
    // At least four bytes of padding, up to a multiple of eight.
    let padding = 4 + (8 - (4 + 1 + payload.len() + 4) % 8) % 8;
    let length = u32::try_from(1 + payload.len() + padding).expect("messages of a few kilobytes");
    let mut packet = length.to_be_bytes().to_vec();
    packet.push(u8::try_from(padding).expect("at most eleven"));
    packet.extend(payload);
    packet.resize(packet.len() + padding, 0);
    packet
}

/// The payload of our KEXINIT: one method and one host key algorithm, and for the rest what the server offers, with
/// `ciphers` before that, so that both always agree.
pub fn kex_init(kex: &str, host_key: &str, ciphers: &[&str], offer: &SshOffer) -> Vec<u8> {
    let mut payload = vec![KEXINIT];
    payload.extend([0x5a; 16]);
    let chosen = |theirs: &[String]| {
        let ours: Vec<&str> = ciphers.iter().copied().filter(|c| theirs.iter().any(|t| t == c)).collect();
        if ours.is_empty() { theirs.join(",") } else { ours.join(",") }
    };
    let lists = [
        kex.to_owned(),
        host_key.to_owned(),
        chosen(&offer.ciphers_in),
        chosen(&offer.ciphers_out),
        offer.macs_in.join(","),
        offer.macs_out.join(","),
        offer.compression_in.join(","),
        offer.compression_out.join(","),
        String::new(),
        String::new(),
    ];
    for list in &lists {
        payload.extend(string(list.as_bytes()));
    }
    payload.extend([0; 5]);
    payload
}

/// The client's half of an agreement, as bytes of a curve point.
pub fn ecdh_init(public: &[u8]) -> Vec<u8> {
    [&[INIT][..], &string(public)].concat()
}

/// The client's half in a group of that many bits: a number below the prime, of which nobody knows the logarithm.
pub fn dh_init(bits: usize) -> Vec<u8> {
    [&[INIT][..], &number(bits)].concat()
}

/// The same after group exchange.
pub fn gex_init(bits: usize) -> Vec<u8> {
    [&[GEX_INIT][..], &number(bits)].concat()
}

/// Asks for a group between two sizes (RFC 4419, clause 3).
pub fn gex_request(least: u32, wanted: u32, most: u32) -> Vec<u8> {
    let sizes = [least, wanted, most].map(u32::to_be_bytes);
    [&[GEX_REQUEST][..], sizes.as_flattened()].concat()
}

/// A positive number two bits shorter than the prime, so that it is in range for every prime of that size.
fn number(bits: usize) -> Vec<u8> {
    let digits = (bits / 8).clamp(8, 2048);
    let mut value = vec![0xa5; digits];
    value[0] = 0x25;
    string(&value)
}

/// The size of the prime in bits that group exchange gave.
pub fn gex_group(payload: &[u8]) -> Option<u32> {
    let mut rest = Cursor(payload);
    (rest.u8()? == INIT + 1).then_some(())?;
    let prime = bits(rest.run32()?);
    rest.run32()?;
    Some(prime)
}

/// A reply with the host key. `gex` tells group exchange, whose reply has another number.
pub fn reply(payload: &[u8], gex: bool) -> Option<Reply<'_>> {
    let mut rest = Cursor(payload);
    let number = if gex { GEX_INIT + 1 } else { INIT + 1 };
    (rest.u8()? == number).then_some(())?;
    Some(Reply { host_key: rest.run32()?, public: rest.run32()? })
}

/// Kind, size and fingerprint of a host key (RFC 4253 clause 6.6, RFC 5656 clause 3.1, RFC 8709 clause 4).
pub fn host_key(blob: &[u8]) -> Option<SshHostKey> {
    let mut rest = Cursor(blob);
    let kind = std::str::from_utf8(rest.run32()?).ok().and_then(key_kind)?;
    let bits = match kind {
        "ssh-rsa" => {
            rest.run32()?;
            bits(rest.run32()?)
        }
        "ssh-dss" => bits(rest.run32()?),
        "ecdsa-sha2-nistp384" => 384,
        "ecdsa-sha2-nistp521" => 521,
        "ssh-ed448" => 456,
        _ => 256,
    };
    let sha256 = BASE64_STANDARD_NO_PAD.encode(Sha256::digest(blob));
    Some(SshHostKey { kind: kind.to_owned(), bits, sha256 })
}

/// The length of a number in bits, leading zeros left out.
fn bits(number: &[u8]) -> u32 {
    let digits = number.iter().position(|b| *b != 0).map_or(&[][..], |at| &number[at..]);
    let Some(first) = digits.first() else { return 0 };
    u32::try_from(digits.len() * 8).unwrap_or(u32::MAX).saturating_sub(first.leading_zeros())
}

/// A run of bytes after its length (RFC 4251, clause 5).
pub fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("messages of a few kilobytes");
    [&length.to_be_bytes()[..], bytes].concat()
}

/// A positive number in the form of RFC 4251, clause 5.
pub fn mpint(number: &[u8]) -> Vec<u8> {
    let digits = number.iter().position(|b| *b != 0).map_or(&[][..], |at| &number[at..]);
    match digits.first() {
        Some(0x80..) => string(&[&[0], digits].concat()),
        _ => string(digits),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ssh::codec;

    #[test]
    fn a_key_as_ssh_keygen_sees_it() {
        let blob = [string(b"ssh-ed25519"), string(&[7; 32])].concat();
        let key = host_key(&blob).unwrap();
        assert_eq!((key.kind.as_str(), key.bits, key.sha256.len()), ("ssh-ed25519", 256, 43));
        let rsa =
            [string(b"ssh-rsa"), string(&[1, 0, 1]), string(&[&[0, 0x80][..], &[1; 127]].concat())].concat();
        assert_eq!(host_key(&rsa).unwrap().bits, 1024);
        assert_eq!(host_key(&string(b"x509v3-sign-rsa")), None);
    }

    #[test]
    fn our_messages_are_framed_and_read_back() {
        let offer = SshOffer {
            ciphers_in: vec!["aes128-ctr".into(), "3des-cbc".into()],
            ciphers_out: vec!["3des-cbc".into()],
            ..SshOffer::default()
        };
        let packet = frame(&kex_init("curve25519-sha256", "ssh-ed25519", &["aes128-ctr"], &offer));
        assert_eq!(packet.len() % 8, 0);
        let read = codec::kex_init(&packet).unwrap();
        assert_eq!(read.offer.ciphers_in, ["aes128-ctr"]);
        assert_eq!(read.offer.ciphers_out, ["3des-cbc"]);
    }

    #[test]
    fn numbers_and_groups() {
        assert_eq!(mpint(&[0, 0x80, 1]), [0, 0, 0, 3, 0, 0x80, 1]);
        assert_eq!(mpint(&[0, 0]), [0, 0, 0, 0]);
        let group = [&[31][..], &string(&[0, 0xff, 1]), &string(&[2])].concat();
        assert_eq!(gex_group(&group), Some(16));
        assert_eq!(dh_init(2048).len(), 1 + 4 + 256);
        assert_eq!(gex_request(1024, 2048, 8192)[9..], [0, 0, 0x20, 0]);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            host_key(&bytes);
            host_key(&[string(b"ssh-rsa"), bytes.clone()].concat());
            gex_group(&bytes);
            reply(&bytes, false);
            reply(&[&[33], &bytes[..]].concat(), true);
            let packet = frame(&bytes);
            prop_assert_eq!(codec::packet(&packet).map(|(payload, _)| payload), Some(&bytes[..]));
        }
    }
}
