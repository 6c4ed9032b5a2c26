//! Flaws of TLS 1.2 that lie between the records: `ccs-injection` carries a change of ciphers out before keys are agreed on
//! (CVE-2014-0224), and `ticketbleed` gives a session id back longer than it came (CVE-2016-9244). rustls does neither, so its
//! records are handed on here one by one.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, duplex, split};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;
use super::handmade::{next, offered, record};
use crate::listen::Wire;
use crate::random;

const TLS_1_2: u16 = 0x0303;
const CHANGE_CIPHER: u8 = 20;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
/// Bytes on their way between both sides.
const UNDERWAY: usize = 64 * 1024;
/// Where the length of the session id stands in a ServerHello, and how long one may be.
const SESSION_AT: usize = 38;
const SESSION: usize = 32;

/// What is done to the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// A change of ciphers counts whenever it comes.
    EarlyChange,
    /// A short session id comes back with other bytes behind it.
    Ticketbleed,
}

/// The connection as rustls is to see it. One whose hello offers no TLS 1.2, or more than that, is given back untouched.
pub(crate) async fn relayed(stream: TcpStream, manner: Manner) -> Box<dyn Wire> {
    match offered(&stream).await {
        Some(offer) if offer.newest == TLS_1_2 => {
            let (near, far) = duplex(UNDERWAY);
            tokio::spawn(relay(stream, far, manner));
            Box::new(near)
        }
        _ => Box::new(stream),
    }
}

/// Hands records on until the server, or an early change of ciphers, ends the connection.
async fn relay(mut client: TcpStream, server: impl Wire, manner: Manner) {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = split(server);
    let changed = AtomicBool::new(false);
    let is_early = tokio::select! {
        () = up(&mut from_client, &mut to_server, manner, &changed) => true,
        () = down(&mut from_server, &mut to_client, manner, &changed) => false,
    };
    if is_early {
        // The record after it is read with keys nobody has. Alert: fatal, bad_record_mac.
        let _ = timeout(PATIENCE, next(&mut from_client)).await;
        let _ = to_client.write_all(&record(TLS_1_2, 21, &[2, 20])).await;
    }
    let _ = timeout(PATIENCE, to_client.shutdown()).await;
}

/// From the client to the server; ends with a change of ciphers that comes too early.
async fn up(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    manner: Manner,
    changed: &AtomicBool,
) {
    let mut has_keys = false;
    while let Ok((kind, body)) = next(from).await {
        // A session that is resumed has keys from the start; its server changes first.
        has_keys |=
            changed.load(Ordering::Relaxed) || (kind == HANDSHAKE && body.first() != Some(&CLIENT_HELLO));
        if manner == Manner::EarlyChange && kind == CHANGE_CIPHER && !has_keys {
            return;
        }
        if to.write_all(&record(TLS_1_2, kind, &body)).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
    std::future::pending().await
}

/// From the server to the client.
async fn down(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    manner: Manner,
    changed: &AtomicBool,
) {
    while let Ok((kind, mut body)) = next(from).await {
        changed.fetch_or(kind == CHANGE_CIPHER, Ordering::Relaxed);
        if manner == Manner::Ticketbleed && kind == HANDSHAKE {
            lengthen(&mut body);
        }
        if to.write_all(&record(TLS_1_2, kind, &body)).await.is_err() {
            return;
        }
    }
}

/// Puts other bytes behind the session id of a ServerHello where there is a short one.
fn lengthen(body: &mut Vec<u8>) {
    let Some(length @ 1..SESSION) = body.get(SESSION_AT).copied().map(usize::from) else { return };
    if body.first() != Some(&SERVER_HELLO) || body.len() <= SESSION_AT + length {
        return;
    }
    let more = &random::bytes::<SESSION>()[length..];
    body[SESSION_AT] = SESSION as u8;
    let end = SESSION_AT + 1 + length;
    body.splice(end..end, more.iter().copied());
    let size = u16::from_be_bytes([body[2], body[3]]).saturating_add(more.len() as u16);
    body[2..4].copy_from_slice(&size.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_session_ids_grow() {
        let hello = |session: &[u8]| {
            [&[2, 0, 0, 38][..], &[3, 3], &[7; 32], &[session.len() as u8], session, &[0xc0, 0x2b, 0]]
                .concat()
        };
        for (session, size) in [(&[][..], 0), (&[9], 32), (&[9; 32], 32)] {
            let mut body = hello(session);
            let before = body.len();
            lengthen(&mut body);
            assert_eq!(usize::from(body[38]), size);
            assert_eq!(body.len() - before, size - session.len());
            assert!(body[39..].starts_with(session) && body.ends_with(&[0xc0, 0x2b, 0]));
        }
        let mut cut = hello(&[9])[..39].to_vec();
        lengthen(&mut cut);
        assert_eq!(cut.len(), 39);
    }
}
