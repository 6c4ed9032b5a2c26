//! CoAP over UDP (RFC 7252, clause 3): the head of an answer, and the links of `/.well-known/core`.

use assize_model::fact::Protocol;

use super::super::seen::Seen;

/// A confirmable GET of `/.well-known/core`.
pub const REQUEST: &[u8] = b"\x41\x01\x41\x53\x5a\xbb.well-known\x04core";
const MOST_OPTIONS: usize = 50;

/// An answer or a reset of a CoAP endpoint.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let [head, code, _, _, rest @ ..] = bytes else { return None };
    let (version, kind, token) = (head >> 6, head >> 4 & 3, usize::from(head & 15));
    let is_answer = matches!(code >> 5, 2 | 4 | 5) && kind != 3 && rest.len() >= token && token <= 8;
    let is_reset = *code == 0 && kind >= 2 && token == 0 && rest.is_empty();
    if version != 1 || !(is_answer || is_reset) {
        return None;
    }
    let links = rest.get(token..).and_then(payload).unwrap_or_default();
    Some(Seen::of(Protocol::Coap).saying("coap.core", links))
}

/// What follows the options.
fn payload(mut rest: &[u8]) -> Option<&[u8]> {
    for _ in 0..MOST_OPTIONS {
        let (first, mut after) = rest.split_first()?;
        if *first == 0xff {
            return Some(after);
        }
        extended(first >> 4, &mut after)?;
        let length = extended(first & 15, &mut after)?;
        rest = after.get(length..)?;
    }
    None
}

/// A nibble with its extension (clause 3.1).
fn extended(nibble: u8, rest: &mut &[u8]) -> Option<usize> {
    let (extra, base) = match nibble {
        0..=12 => return Some(usize::from(nibble)),
        13 => (1, 13),
        14 => (2, 269),
        _ => return None,
    };
    let (digits, after) = rest.split_at_checked(extra)?;
    *rest = after;
    Some(digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)) + base)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_errors_and_resets() {
        let seen = read(b"\x61\x45\x41\x53\x5a\xc1\x28\xff</sensors/temp>;rt=\"temperature-c\"").unwrap();
        assert_eq!(seen.says[0].text, "</sensors/temp>;rt=\"temperature-c\"");
        assert!(read(&[0x60, 0x84, 0, 1]).is_some_and(|seen| seen.says.is_empty()));
        assert!(read(&[0x70, 0, 0, 1]).is_some());
        assert!(read(REQUEST).is_none() && read(b"HTTP").is_none() && read(&[]).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            read(&bytes);
            read(&[&[0x61, 0x45, 0, 1, 0x5a][..], &bytes].concat());
        }
    }
}
