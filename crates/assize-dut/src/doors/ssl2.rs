//! Flaw `ssl2-accepted`: a hello of SSL 2.0 is answered by hand with a certificate and two ciphers (draft-hickman-netscape-ssl-00).

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::PATIENCE;
use super::handmade::sized;
use crate::random;

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 4;
const VERSION: [u8; 2] = [0, 2];
/// RC4 with 128 bits, and with 40 bits of export strength.
const CIPHERS: [u8; 6] = [1, 0, 0x80, 2, 0, 0x80];
/// How much of a hello tells that it is one.
const HEAD: usize = 5;

/// Takes over a connection that begins with a hello of SSL 2.0; gives any other back untouched.
pub(super) async fn intercepted(mut stream: TcpStream, certificate: &[u8]) -> Option<TcpStream> {
    if !timeout(PATIENCE, is_hello(&stream)).await.unwrap_or(false) {
        return Some(stream);
    }
    let _ = timeout(PATIENCE, stream.write_all(&hello(certificate))).await;
    let _ = timeout(PATIENCE, stream.shutdown()).await;
    None
}

/// Whether the connection begins so; what was looked at stays in the socket.
async fn is_hello(stream: &TcpStream) -> bool {
    let mut head = [0; HEAD];
    loop {
        let Ok(seen @ 1..) = stream.peek(&mut head).await else { return false };
        if head[0] & 0x80 == 0 {
            return false;
        }
        if seen == HEAD {
            return head[2] == CLIENT_HELLO && head[3..] == VERSION;
        }
        sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// A ServerHello: no session known, a certificate of X.509.
fn hello(certificate: &[u8]) -> Vec<u8> {
    let length = |n: usize| (n as u16).to_be_bytes();
    let connection = random::bytes::<16>();
    let lengths = [length(certificate.len()), length(CIPHERS.len()), length(connection.len())].concat();
    let body = [&[SERVER_HELLO, 0, 1][..], &VERSION, &lengths, certificate, &CIPHERS, &connection].concat();
    let mut wire = sized(&body);
    // The length is of two bytes, without padding.
    wire[0] |= 0x80;
    wire
}
