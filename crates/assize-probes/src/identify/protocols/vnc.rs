//! Remote framebuffer (RFC 6143, clauses 7.1.1 to 7.1.3): version, security types, and the judgement of a password,
//! without a session.

use assize_model::fact::{Login, Protocol};
use des::{
    Des,
    cipher::{BlockCipherEncrypt, KeyInit},
};

use super::super::seen::Seen;
use crate::cursor::Cursor;

/// Length of the version message.
const VERSION: usize = 12;
/// The security type without any authentication.
pub const NONE: u8 = 1;
/// The security type with a password.
pub const PASSWORD: u8 = 2;
/// Length of the challenge, and of the answer to it.
pub const CHALLENGE: usize = 16;

/// What a server offers after its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// These security types; in version 3.3 the one the server has chosen. Then where the bytes after them begin.
    Types(Vec<u8>, usize),
    /// The server takes no connection at the moment; its [`reason`] may follow.
    Failed,
}

/// How a server judged the answer to its challenge (clause 7.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The password is right.
    LetIn,
    /// It is wrong.
    Refused,
    /// There were too many attempts: a number that RFC 6143 leaves out and servers of before it send.
    TooMany,
    /// Anything else.
    Else,
}

/// Whether bytes begin with a version message.
pub fn is_version(bytes: &[u8]) -> bool {
    bytes.get(..VERSION).is_some_and(|v| {
        v.starts_with(b"RFB ")
            && v[7] == b'.'
            && v.ends_with(b"\n")
            && v[4..7].iter().chain(&v[8..11]).all(u8::is_ascii_digit)
    })
}

/// The version to answer with: the server's own where RFC 6143 knows it, else 3.3.
pub fn answer(bytes: &[u8]) -> &'static [u8] {
    match bytes.get(8..11) {
        Some(b"008") => b"RFB 003.008\n",
        Some(b"007") => b"RFB 003.007\n",
        _ => b"RFB 003.003\n",
    }
}

/// Version, and the security types as far as they have arrived.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    if !is_version(bytes) {
        return None;
    }
    let seen = Seen::of(Protocol::Vnc).saying("vnc.protocol", &bytes[..VERSION]);
    let types: &[u8] = match (&bytes[8..11], &bytes[VERSION..]) {
        (b"003", [0, 0, 0, one, ..]) => std::slice::from_ref(one),
        (b"003", _) => &[],
        (_, [count, rest @ ..]) => rest.get(..usize::from(*count)).unwrap_or_default(),
        _ => &[],
    };
    let asks = !types.is_empty() && !types.contains(&NONE);
    Some(if asks { seen.asking(Login::Vnc) } else { seen })
}

/// Whether the version we answer with is 3.3, in which the server chooses.
pub fn is_old(bytes: &[u8]) -> bool {
    answer(bytes).starts_with(b"RFB 003.003")
}

/// What the server offers; none until it is whole. `bytes` begin with its version.
pub fn offer(bytes: &[u8]) -> Option<Offer> {
    if !is_version(bytes) {
        return None;
    }
    let mut rest = Cursor(bytes.get(VERSION..)?);
    let types = match is_old(bytes) {
        true => match rest.u32()? {
            0 => Vec::new(),
            // A type beyond one byte is none that anybody knows.
            one => vec![u8::try_from(one).unwrap_or(u8::MAX)],
        },
        false => rest.run8()?.to_vec(),
    };
    let end = bytes.len() - rest.0.len();
    Some(if types.is_empty() { Offer::Failed } else { Offer::Types(types, end) })
}

/// Why the server takes no connection, once that is whole (clause 7.1.2). `bytes` begin with its version.
pub fn reason(bytes: &[u8]) -> Option<&[u8]> {
    (offer(bytes)? == Offer::Failed).then_some(())?;
    let mut rest = Cursor(bytes.get(VERSION..)?);
    rest.take(if is_old(bytes) { 4 } else { 1 })?;
    rest.run32()
}

/// The challenge, then the judgement: both stand right behind the offer. None until they are whole.
pub fn challenge(after_offer: &[u8]) -> Option<[u8; CHALLENGE]> {
    Cursor(after_offer).array()
}

/// The judgement, which stands behind the challenge.
pub fn judged(after_challenge: &[u8]) -> Option<Judged> {
    Some(match Cursor(after_challenge).u32()? {
        0 => Judged::LetIn,
        1 => Judged::Refused,
        2 => Judged::TooMany,
        _ => Judged::Else,
    })
}

/// The challenge encrypted with the password (clause 7.2.2): DES, whose key is the first eight bytes, each with its
/// bits in reverse, as all implementations have it.
pub fn proof(challenge: [u8; CHALLENGE], password: &str) -> [u8; CHALLENGE] {
    let mut key = [0; 8];
    for (digit, byte) in key.iter_mut().zip(password.bytes()) {
        *digit = byte.reverse_bits();
    }
    let cipher = Des::new(&key.into());
    let mut proof = challenge;
    let (halves, _) = proof.as_chunks_mut::<8>();
    for half in halves {
        let mut block = (*half).into();
        cipher.encrypt_block(&mut block);
        *half = block.into();
    }
    proof
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn security_types() {
        let login = |bytes: &[u8]| read(bytes).unwrap().login;
        assert_eq!(login(b"RFB 003.008\n\x01\x02"), Some(Login::Vnc));
        assert_eq!(login(b"RFB 003.008\n\x02\x02\x01"), None);
        assert_eq!(login(b"RFB 003.003\n\x00\x00\x00\x02"), Some(Login::Vnc));
        assert_eq!(login(b"RFB 003.008\n"), None);
        assert!(!is_version(b"RFB xxx.yyy\n") && read(b"RFB").is_none());
        assert_eq!(answer(b"RFB 004.001\n"), b"RFB 003.003\n");
    }

    #[test]
    fn offers_and_judgements() {
        assert_eq!(offer(b"RFB 003.008\n\x02\x02\x10rest"), Some(Offer::Types(vec![2, 16], 15)));
        assert_eq!(offer(b"RFB 003.003\n\0\0\0\x02"), Some(Offer::Types(vec![2], 16)));
        assert_eq!(offer(b"RFB 003.889\n\0\0\0\x02"), Some(Offer::Types(vec![2], 16)), "the server chooses");
        assert_eq!(offer(b"RFB 003.008\n\0\0\0\0\x04busy"), Some(Offer::Failed));
        assert_eq!(offer(b"RFB 003.003\n\0\0\0\0"), Some(Offer::Failed));
        assert_eq!((offer(b"RFB 003.008\n\x02\x02"), offer(b"SSH")), (None, None));
        let all = [&[0, 0, 0, 0][..], &[0, 0, 0, 1], &[0, 0, 0, 2]].map(judged);
        assert_eq!(all, [Some(Judged::LetIn), Some(Judged::Refused), Some(Judged::TooMany)]);
        assert_eq!(judged(&[0, 0, 0, 3]), Some(Judged::Else));
        assert_eq!(reason(b"RFB 003.008\n\0\0\0\0\x04busy"), Some(&b"busy"[..]));
        assert_eq!(reason(b"RFB 003.003\n\0\0\0\0\0\0\0\x04busy"), Some(&b"busy"[..]));
        assert_eq!(
            (reason(b"RFB 003.008\n\0\0\0\0\x05busy"), reason(b"RFB 003.008\n\x01\x02")),
            (None, None)
        );
        assert_eq!((judged(&[0, 0]), challenge(&[0; 15])), (None, None));
    }

    /// DES of eight zero bytes with a key of eight zero bytes is 8ca64de9c1b123a7, a test value of SP 500-20.
    #[test]
    fn a_proof_by_the_books() {
        assert_eq!(hex::encode(proof([0; 16], "")), "8ca64de9c1b123a7".repeat(2));
        let key = String::from_utf8(vec![1; 8]).unwrap();
        assert_eq!(proof([0; 16], &key), proof([0; 16], &format!("{key}more")), "eight bytes count");
        assert_ne!(proof([0; 16], &key), proof([0; 16], ""));
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..40), password in ".*") {
            if let Some(Offer::Types(types, end)) = offer(&bytes) {
                prop_assert!(!types.is_empty() && end <= bytes.len());
            }
            offer(&[b"RFB 003.008\n", &bytes[..]].concat());
            offer(&[b"RFB 003.003\n", &bytes[..]].concat());
            challenge(&bytes);
            judged(&bytes);
            reason(&bytes);
            reason(&[b"RFB 003.008\n\0", &bytes[..]].concat());
            proof([7; CHALLENGE], &password);
            read(&bytes);
            answer(&bytes);
            read(&[b"RFB 003.008\n", &bytes[..]].concat());
        }
    }
}
