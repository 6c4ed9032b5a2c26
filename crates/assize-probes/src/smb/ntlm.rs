//! The tokens by which NTLM proves a password, in its version 2 (MS-NLMP, clauses 2.2.1 and 3.3.2), and the few bytes of
//! SPNEGO around them (RFC 4178).

use md4::{Digest, Md4};

use crate::mac::md5_mac;

const SIGNATURE: &[u8] = b"NTLMSSP\0";
/// Unicode, a name of the target, signing, NTLM, always sign, extended session security, 128 bits (clause 2.2.2.5).
const FLAGS: u32 = 0x2008_8215;
/// What a server says of itself in a challenge is shorter than this.
const MOST_INFO: usize = 8 * 1024;
/// Where the payload of the last token begins, which carries neither a version nor a code over all tokens.
const PAYLOAD: usize = 64;
/// The pair that tells the server's time (clause 2.2.2.1), and the one that ends the list.
const TIMESTAMP: u16 = 7;
const END: u16 = 0;

/// Object identifiers of SPNEGO and of NTLM, with tag and length.
const SPNEGO_ID: &[u8] = b"\x06\x06\x2b\x06\x01\x05\x05\x02";
const NTLM_ID: &[u8] = b"\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";

/// What a server asks to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Its random number.
    pub nonce: [u8; 8],
    /// What it says of itself, pair by pair, to be sent back.
    pub info: Vec<u8>,
}

/// The client's part of a proof: a random number, and the time in tenths of a microsecond since 1601.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// The random number.
    pub nonce: [u8; 8],
    /// The time, which is only used where the server does not tell its own.
    pub time: u64,
}

/// The first token.
pub fn negotiate() -> Vec<u8> {
    // No domain and no workstation.
    [SIGNATURE, &1_u32.to_le_bytes(), &FLAGS.to_le_bytes(), &[0; 16]].concat()
}

/// The challenge in an answer, whether it stands bare or inside SPNEGO.
pub fn challenge(bytes: &[u8]) -> Option<Challenge> {
    let start = [SIGNATURE, &2_u32.to_le_bytes()].concat();
    let at = bytes.windows(start.len()).position(|window| window == start)?;
    let token = bytes.get(at..)?;
    let nonce = token.get(24..32)?.try_into().ok()?;
    let info = match (short(token, 40), token.get(44..48)) {
        (Some(size @ 1..), Some(offset)) => {
            let from = usize::try_from(u32::from_le_bytes(offset.try_into().ok()?)).ok()?;
            token.get(from..from.checked_add(usize::from(size))?)?
        }
        _ => &[],
    };
    (info.len() <= MOST_INFO).then(|| Challenge { nonce, info: info.to_vec() })
}

/// The last token, which proves the password of a user of no domain. None where a name is too long to be sent.
pub fn authenticate(asked: &Challenge, (user, password): (&str, &str), client: Client) -> Option<Vec<u8>> {
    let about = about(asked, client);
    let proof = proof(&response_key(user, "", password), asked.nonce, &about);
    let (old, new, user) = ([0; 24], [&proof[..], &about].concat(), utf16(user));
    // The answers of LM and NTLM, the domain, the user, the workstation and the session key.
    let parts: [&[u8]; 6] = [&old, &new, &[], &user, &[], &[]];
    let mut token = [SIGNATURE, &3_u32.to_le_bytes()].concat();
    let mut from = PAYLOAD;
    for part in parts {
        let size = u16::try_from(part.len()).ok()?.to_le_bytes();
        token.extend([size, size].concat());
        token.extend(u32::try_from(from).ok()?.to_le_bytes());
        from += part.len();
    }
    token.extend(FLAGS.to_le_bytes());
    token.extend(parts.concat());
    Some(token)
}

/// The key of a user's proofs (`NTOWFv2`).
pub fn response_key(user: &str, domain: &str, password: &str) -> Vec<u8> {
    let hash = Md4::digest(utf16(password));
    md5_mac(&hash, &utf16(&[&user.to_uppercase(), domain].concat()))
}

/// The proof itself, over the server's random number and what the client says of both (`NTProofStr`).
pub fn proof(key: &[u8], nonce: [u8; 8], about: &[u8]) -> Vec<u8> {
    md5_mac(key, &[&nonce[..], about].concat())
}

/// What the client says of itself and of the server (clause 2.2.2.7).
fn about(asked: &Challenge, client: Client) -> Vec<u8> {
    let time = time_in(&asked.info).unwrap_or(client.time.to_le_bytes());
    [&[1, 1, 0, 0, 0, 0, 0, 0], &time[..], &client.nonce, &[0; 4], &asked.info, &[0; 4]].concat()
}

/// The server's time, where it tells it.
fn time_in(mut info: &[u8]) -> Option<[u8; 8]> {
    loop {
        let (id, size) = (short(info, 0)?, usize::from(short(info, 2)?));
        let value = info.get(4..4 + size)?;
        match id {
            END => return None,
            TIMESTAMP => return value.try_into().ok(),
            _ => info = info.get(4 + size..)?,
        }
    }
}

/// The first token inside SPNEGO, which offers NTLM alone.
pub fn wrap_first(token: &[u8]) -> Vec<u8> {
    let offered = der(0xa0, &der(0x30, NTLM_ID));
    let all = der(0xa0, &der(0x30, &[offered, der(0xa2, &der(0x04, token))].concat()));
    der(0x60, &[SPNEGO_ID, &all].concat())
}

/// A later token inside SPNEGO.
pub fn wrap_next(token: &[u8]) -> Vec<u8> {
    der(0xa1, &der(0x30, &der(0xa2, &der(0x04, token))))
}

/// Whether a server that lists what it takes lists NTLM.
pub fn is_offered(list: &[u8]) -> bool {
    list.windows(NTLM_ID.len()).any(|window| window == NTLM_ID)
}

/// A value with its tag and its length (X.690, clause 8.1).
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let bytes = value.len().to_be_bytes();
    let size = bytes.iter().position(|b| *b != 0).and_then(|first| bytes.get(first..)).unwrap_or(&[0]);
    let head = match (size, u8::try_from(size.len())) {
        ([short @ ..0x80], _) => vec![tag, *short],
        (_, Ok(count)) => [&[tag, 0x80 | count], size].concat(),
        // A length has no more than eight bytes.
        (_, Err(_)) => Vec::new(),
    };
    [&head, value].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The values of MS-NLMP, clause 4.2.4: user, domain, password, both random numbers, no time, and two names.
    const NONCE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    const CLIENT: Client = Client { nonce: [0xaa; 8], time: 0 };
    const INFO: &str = "02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000";

    fn asked() -> Challenge {
        Challenge { nonce: NONCE, info: hex::decode(INFO).unwrap() }
    }

    #[test]
    fn the_example_of_the_specification() {
        let key = response_key("User", "Domain", "Password");
        assert_eq!(hex::encode(&key), "0c868a403bfd7a93a3001ef22ef02e3f");
        let about = about(&asked(), CLIENT);
        let wanted = format!("01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000{INFO}00000000");
        assert_eq!(hex::encode(&about), wanted);
        assert_eq!(hex::encode(proof(&key, NONCE, &about)), "68cd0ab851e51c96aabc927bebef6a1c");
    }

    /// A challenge in which the pairs stand behind the fixed part.
    fn token(info: &[u8]) -> Vec<u8> {
        let mut token = [SIGNATURE, &2_u32.to_le_bytes(), &[0; 12], &NONCE, &[0; 8]].concat();
        let size = u16::try_from(info.len()).unwrap().to_le_bytes();
        token.extend([&size[..], &size, &48_u32.to_le_bytes(), info].concat());
        token
    }

    #[test]
    fn a_challenge_is_found_bare_and_inside() {
        let bare = token(&asked().info);
        assert_eq!(challenge(&bare), Some(asked()));
        assert_eq!(challenge(&wrap_next(&bare)), Some(asked()));
        assert_eq!(challenge(&bare[..bare.len() - 1]), None);
        assert_eq!(challenge(&token(&vec![7; MOST_INFO + 1])), None);
        assert_eq!(challenge(&token(&[])), Some(Challenge { nonce: NONCE, info: Vec::new() }));
    }

    #[test]
    fn the_time_is_the_servers_where_it_tells_it() {
        let time = [9, 8, 7, 6, 5, 4, 3, 2];
        let info = [&[1, 0, 2, 0, b'x', 0, 7, 0, 8, 0][..], &time, &[0; 4]].concat();
        assert_eq!(time_in(&info), Some(time));
        assert_eq!(time_in(&asked().info), None);
        let told = about(&Challenge { nonce: NONCE, info }, CLIENT);
        assert_eq!(told[8..16], time);
    }

    #[test]
    fn the_last_token_names_its_parts() {
        let token = authenticate(&asked(), ("Admin", ""), CLIENT).unwrap();
        let part = |at: usize| {
            let from = usize::from(short(&token, at + 4).unwrap());
            &token[from..from + usize::from(short(&token, at).unwrap())]
        };
        assert_eq!(part(12), [0; 24]);
        let (proved, rest) = part(20).split_at(16);
        assert_eq!(proved, proof(&response_key("ADMIN", "", ""), NONCE, rest));
        assert_eq!(part(36), b"A\0d\0m\0i\0n\0");
        assert_eq!(authenticate(&asked(), (&"x".repeat(40_000), ""), CLIENT), None);
    }

    #[test]
    fn lengths_of_der() {
        assert_eq!(der(4, &[1, 2]), [4, 2, 1, 2]);
        assert_eq!(der(4, &[]), [4, 0]);
        assert_eq!(der(4, &[0; 0x80])[..3], [4, 0x81, 0x80]);
        assert_eq!(der(4, &[0; 0x123])[..4], [4, 0x82, 1, 0x23]);
        assert!(is_offered(&wrap_first(&negotiate())) && !is_offered(&wrap_next(&negotiate())));
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let asked = challenge(&[SIGNATURE, &2_u32.to_le_bytes(), &bytes].concat());
            challenge(&bytes);
            if let Some(asked) = asked {
                prop_assert!(authenticate(&asked, ("admin", "admin"), CLIENT).is_some());
            }
            let _ = (time_in(&bytes), is_offered(&bytes));
        }
    }
}
