//! Remote framebuffer (RFC 6143, clauses 7.1.1 and 7.1.2): version and security types, without a session.

use assize_model::fact::{Login, Protocol};

use super::super::seen::Seen;

/// Length of the version message.
const VERSION: usize = 12;
/// The security type without any authentication.
const NONE: u8 = 1;

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

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            read(&bytes);
            answer(&bytes);
            read(&[b"RFB 003.008\n", &bytes[..]].concat());
        }
    }
}
