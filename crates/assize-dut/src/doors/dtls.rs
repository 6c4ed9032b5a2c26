//! Flaw `dtls10-accepted`: a port that nobody declared agrees to DTLS 1.0 (RFC 4347) and to nothing newer. The first flight is
//! written by hand, after a cookie, and what follows is not answered.

use std::net::SocketAddr;

use tokio::net::UdpSocket;

use super::handmade::{length24, sized};
use crate::random;

const DTLS_1_0: u16 = 0xfeff;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
/// RSA with AES, whose server sends no key exchange message.
const SUITES: [u16; 2] = [0x002f, 0x0035];
/// The longest datagram looked at.
const DATAGRAM: usize = 4096;
/// Of a record and of a handshake message.
const HEADS: usize = 13 + 12;

/// What a hello says.
struct Hello {
    version: u16,
    cookie: Vec<u8>,
    suites: Vec<u16>,
}

/// Answers hellos until dropped.
pub(crate) async fn run(socket: UdpSocket, certificate: Vec<u8>) {
    let mut buffer = [0; DATAGRAM];
    let secret = random::bytes::<32>();
    loop {
        let Ok((size, peer)) = socket.recv_from(&mut buffer).await else { continue };
        let Some(hello) = read(&buffer[..size]) else { continue };
        for datagram in answers(&hello, &cookie(&secret, peer), &certificate) {
            let _ = socket.send_to(&datagram, peer).await;
        }
    }
}

/// What a peer has to show before it gets more than it sent.
fn cookie(secret: &[u8], peer: SocketAddr) -> Vec<u8> {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    ring::hmac::sign(&key, peer.to_string().as_bytes()).as_ref()[..16].to_vec()
}

/// Reads a hello that came whole in one record.
fn read(datagram: &[u8]) -> Option<Hello> {
    let (heads, mut rest) = datagram.split_at_checked(HEADS)?;
    if heads[0] != HANDSHAKE || heads[13] != CLIENT_HELLO {
        return None;
    }
    let version = u16::from_be_bytes(*rest.first_chunk()?);
    rest = rest.get(2 + 32..)?;
    let _session = field(&mut rest, 1)?;
    let cookie = field(&mut rest, 1)?.to_vec();
    let suites = field(&mut rest, 2)?.chunks_exact(2).map(|s| u16::from_be_bytes([s[0], s[1]])).collect();
    Some(Hello { version, cookie, suites })
}

/// A field with its length, of one or two bytes, before it.
fn field<'a>(rest: &mut &'a [u8], width: usize) -> Option<&'a [u8]> {
    let (head, after) = rest.split_at_checked(width)?;
    let length = head.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let (body, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(body)
}

/// A request for the cookie, the flight, or a refusal.
fn answers(hello: &Hello, cookie: &[u8], certificate: &[u8]) -> Vec<Vec<u8>> {
    let version = DTLS_1_0.to_be_bytes();
    if hello.cookie != cookie {
        let asks = [&version[..], &[cookie.len() as u8], cookie].concat();
        return vec![message(3, 0, &asks)];
    }
    // Versions count downwards: a smaller number is newer, and this server knows none of them.
    let suite =
        hello.suites.iter().find(|suite| SUITES.contains(suite)).filter(|_| hello.version == DTLS_1_0);
    let Some(suite) = suite else {
        // Alert: fatal, protocol_version or handshake_failure.
        return vec![record(ALERT, 1, &[2, if hello.version == DTLS_1_0 { 40 } else { 70 }])];
    };
    let said = [&version[..], &random::bytes::<32>(), &[0], &suite.to_be_bytes(), &[0]].concat();
    let listed = [&length24(certificate.len())[..], certificate].concat();
    let chain = [&length24(listed.len())[..], &listed].concat();
    vec![message(2, 1, &said), message(11, 2, &chain), message(14, 3, &[])]
}

/// A handshake message, whole, in a record of its own.
fn message(kind: u8, number: u16, body: &[u8]) -> Vec<u8> {
    let size = length24(body.len());
    let whole = [&[kind][..], &size, &number.to_be_bytes(), &[0; 3], &size, body].concat();
    record(HANDSHAKE, number, &whole)
}

fn record(kind: u8, number: u16, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &DTLS_1_0.to_be_bytes(), &[0; 6], &number.to_be_bytes(), &sized(body)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flight_comes_for_the_cookie_and_the_old_version_only() {
        let hello = |version, cookie: &[u8]| Hello { version, cookie: cookie.to_vec(), suites: vec![0x002f] };
        let kinds =
            |hello: &Hello| answers(hello, b"c", b"der").iter().map(|d| (d[0], d[13])).collect::<Vec<_>>();
        assert_eq!(kinds(&hello(DTLS_1_0, b"")), [(HANDSHAKE, 3)]);
        assert_eq!(kinds(&hello(DTLS_1_0, b"c")), [(HANDSHAKE, 2), (HANDSHAKE, 11), (HANDSHAKE, 14)]);
        assert_eq!(kinds(&hello(0xfefd, b"c")), [(ALERT, 2)]);
    }

    #[test]
    fn cut_hellos_are_not_read() {
        let body = [&[0xfe, 0xff][..], &[7; 32], &[0, 1, b'c', 0, 2, 0, 0x2f, 1, 0]].concat();
        let whole = message(CLIENT_HELLO, 0, &body);
        assert_eq!(
            read(&whole).map(|hello| (hello.cookie, hello.suites)),
            Some((b"c".to_vec(), vec![0x002f]))
        );
        assert!((0..whole.len() - 2).all(|end| read(&whole[..end]).is_none()));
    }
}
