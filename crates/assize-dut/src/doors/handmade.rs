//! Handshakes written by hand, for what rustls cannot speak: reads a ClientHello that stays in the socket for whoever reads next,
//! and writes the server's first flight (RFC 2246, 5246). Such a handshake never ends, but the server has agreed to what it says,
//! which is what an observer of the handshake sees.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::random;

/// The longest record peeked at.
const RECORD: usize = 16 * 1024;
/// Where the length of the session id stands: behind the heads of record and message, the version and the random.
const SESSION_ID_AT: usize = 5 + 4 + 2 + 32;
const PATIENCE: Duration = Duration::from_secs(5);

/// What a ClientHello offers, as far as it matters here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) newest: u16,
    pub(super) suites: Vec<u16>,
    pub(super) groups: Vec<u16>,
    /// Compression (method 1).
    pub(super) compression: bool,
    /// Heartbeats (RFC 6520).
    pub(super) heartbeat: bool,
    /// Secure renegotiation (RFC 5746), without which OpenSSL breaks off.
    pub(super) renegotiation: bool,
}

/// What a server agrees to in its first flight.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) version: u16,
    pub(super) suite: u16,
    pub(super) compression: bool,
    pub(super) heartbeat: bool,
    /// The body of the ServerKeyExchange message; empty when there is none.
    pub(super) exchange: Vec<u8>,
}

/// What the ClientHello at the head of a connection offers; nothing when there is none.
pub(super) async fn offered(stream: &TcpStream) -> Option<Offer> {
    let hello = timeout(PATIENCE, peeked(stream)).await.ok().flatten()?;
    offer_of(&hello)
}

/// The first record, left in the socket for whoever reads next.
async fn peeked(stream: &TcpStream) -> Option<Vec<u8>> {
    let mut buffer = vec![0; RECORD + 5];
    loop {
        let seen = stream.peek(&mut buffer).await.ok()?;
        if seen == 0 || buffer[0] != 22 {
            return None;
        }
        if seen >= 5 {
            let whole = 5 + usize::from(u16::from_be_bytes([buffer[3], buffer[4]]));
            if whole > buffer.len() {
                return None;
            }
            if seen >= whole {
                buffer.truncate(whole);
                return Some(buffer);
            }
        }
        // Peeking returns at once while anything is there: wait for the rest.
        sleep(Duration::from_millis(5)).await;
    }
}

/// The next record: its kind and body.
pub(super) async fn next(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head).await?;
    let length = usize::from(u16::from_be_bytes([head[3], head[4]])).min(RECORD + 2048);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((head[0], body))
}

/// Whether the connection begins with a ClientHello whose session id claims to be longer than any may be.
pub(crate) async fn has_long_session_id(stream: &TcpStream) -> bool {
    let record = timeout(PATIENCE, peeked(stream)).await.ok().flatten();
    record.is_some_and(|record| is_long_session_id(&record))
}

fn is_long_session_id(record: &[u8]) -> bool {
    record.get(5) == Some(&1) && record.get(SESSION_ID_AT).is_some_and(|length| *length > 32)
}

/// Reads a ClientHello in one record.
fn offer_of(record: &[u8]) -> Option<Offer> {
    let mut rest = record.get(5..)?;
    let (kind, _length) = (take(&mut rest, 1)?[0], take(&mut rest, 3)?);
    if kind != 1 {
        return None;
    }
    let mut offer = Offer { newest: number(take(&mut rest, 2)?), ..Offer::default() };
    take(&mut rest, 32)?;
    field(&mut rest, 1)?;
    offer.suites = field(&mut rest, 2)?.chunks_exact(2).map(number).collect();
    offer.renegotiation = offer.suites.contains(&0x00ff);
    offer.compression = field(&mut rest, 1)?.contains(&1);
    // Early clients send no extensions at all.
    let mut extensions = if rest.is_empty() { rest } else { field(&mut rest, 2)? };
    while !extensions.is_empty() {
        let kind = number(take(&mut extensions, 2)?);
        let mut body = field(&mut extensions, 2)?;
        match kind {
            10 => offer.groups = field(&mut body, 2)?.chunks_exact(2).map(number).collect(),
            15 => offer.heartbeat = true,
            43 => {
                // Values such as 0x0a0a are grease (RFC 8701), not versions.
                let versions = field(&mut body, 1)?.chunks_exact(2).map(number).filter(|v| v >> 8 == 3);
                offer.newest = versions.max().unwrap_or(offer.newest);
            }
            0xff01 => offer.renegotiation = true,
            _ => {}
        }
    }
    Some(offer)
}

/// ServerHello, Certificate, ServerKeyExchange where there is one, ServerHelloDone, each in its record.
pub(super) fn flight(choice: &Choice, renegotiation: bool, certificate: &[u8]) -> Vec<u8> {
    let mut hello = choice.version.to_be_bytes().to_vec();
    hello.extend(random::bytes::<32>());
    hello.push(0);
    hello.extend(choice.suite.to_be_bytes());
    hello.push(choice.compression.into());
    let mut extensions = Vec::new();
    if renegotiation {
        extensions.extend([0xff, 1, 0, 1, 0]);
    }
    if choice.heartbeat {
        extensions.extend([0, 15, 0, 1, 1]);
    }
    if !extensions.is_empty() {
        hello.extend(sized(&extensions));
    }
    let mut chain = length24(certificate.len() + 3).to_vec();
    chain.extend(length24(certificate.len()));
    chain.extend(certificate);
    let message = |kind, body: &[u8]| message(choice.version, kind, body);
    let exchange = if choice.exchange.is_empty() { Vec::new() } else { message(12, &choice.exchange) };
    [message(2, &hello), message(11, &chain), exchange, message(14, &[])].concat()
}

/// A handshake message in its record.
pub(super) fn message(version: u16, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut whole = vec![kind];
    whole.extend(length24(body.len()));
    whole.extend(body);
    record(version, 22, &whole)
}

pub(super) fn record(version: u16, kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &version.to_be_bytes(), &sized(body)].concat()
}

/// Bytes behind their length in two bytes.
pub(super) fn sized(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("what is written by hand is shorter than a record");
    [&length.to_be_bytes()[..], body].concat()
}

pub(super) fn length24(length: usize) -> [u8; 3] {
    let [_, high, middle, low] = (length as u32).to_be_bytes();
    [high, middle, low]
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

/// A field with its length, of one or two bytes, before it.
fn field<'a>(rest: &mut &'a [u8], width: usize) -> Option<&'a [u8]> {
    let length = take(rest, width)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    take(rest, length)
}

fn number(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(version: u16, extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend([7; 32]);
        body.extend([0, 0, 4, 0xc0, 0x13, 0, 0x2f, 1, 0]);
        if !extensions.is_empty() {
            body.extend(sized(extensions));
        }
        message(version, 1, &body)
    }

    #[test]
    fn the_newest_version_decides() {
        let suites = vec![0xc013, 0x002f];
        let old = Offer { newest: 0x0301, suites: suites.clone(), ..Offer::default() };
        assert_eq!(offer_of(&hello(0x0301, &[])), Some(old));
        let new = hello(0x0303, &[0xff, 1, 0, 1, 0, 0, 43, 0, 7, 6, 0x0a, 0x0a, 3, 4, 3, 3]);
        let offer = Offer { newest: 0x0304, suites, renegotiation: true, ..Offer::default() };
        assert_eq!(offer_of(&new), Some(offer));
    }

    #[test]
    fn extensions_are_read() {
        let offer = offer_of(&hello(0x0303, &[0, 10, 0, 4, 0, 2, 0, 29, 0, 15, 0, 1, 1])).unwrap();
        assert_eq!((offer.groups, offer.heartbeat, offer.compression), (vec![29], true, false));
    }

    #[test]
    fn long_session_ids_are_told() {
        let mut whole = hello(0x0303, &[]);
        assert!(!is_long_session_id(&whole));
        whole[SESSION_ID_AT] = 33;
        assert!(is_long_session_id(&whole) && !is_long_session_id(&whole[..SESSION_ID_AT]));
        whole[5] = 2;
        assert!(!is_long_session_id(&whole));
    }

    #[test]
    fn cut_hellos_are_not_read() {
        let whole = hello(0x0301, &[0, 43, 0, 3, 2, 3, 4]);
        // Only a cut exactly before the extensions is a hello of its own.
        let readable: Vec<_> = (0..whole.len()).filter(|end| offer_of(&whole[..*end]).is_some()).collect();
        assert_eq!(readable, [whole.len() - 9]);
    }
}
