//! Recognises a protocol from the first bytes of a peer.

use assize_model::fact::Protocol;

use crate::{http, ssh, telnet, tls};

/// The protocol that bytes show beyond doubt, whatever they were an answer to.
pub fn recognise(bytes: &[u8]) -> Option<Protocol> {
    if ssh::codec::identification(bytes).is_some() {
        Some(Protocol::Ssh)
    } else if http::codec::is_answer(bytes) {
        Some(Protocol::Http)
    } else if tls::codec::is_record(bytes) {
        Some(Protocol::Tls)
    } else if telnet::codec::is_telnet(bytes) || telnet::codec::is_login_prompt(bytes) {
        Some(Protocol::Telnet)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn first_bytes() {
        let cases: [(&[u8], Option<Protocol>); 7] = [
            (b"SSH-2.0-dropbear_2019.78\r\n", Some(Protocol::Ssh)),
            (b"HTTP/1.1 400 Bad Request\r\n", Some(Protocol::Http)),
            (&[21, 3, 1, 0, 2, 2, 40], Some(Protocol::Tls)),
            (&[255, 253, 1, 255, 251, 3], Some(Protocol::Telnet)),
            (b"Welcome\r\nlogin: ", Some(Protocol::Telnet)),
            (b"220 ftp ready\r\n", None),
            (b"", None),
        ];
        for (bytes, expect) in cases {
            assert_eq!(recognise(bytes), expect, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            recognise(&bytes);
        }
    }
}
