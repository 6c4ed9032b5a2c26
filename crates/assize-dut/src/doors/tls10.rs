//! Flaw `tls10-accepted`: rustls cannot speak TLS 1.0, so a ClientHello that offers nothing newer than TLS 1.1 is answered here by
//! hand with ServerHello, Certificate and ServerHelloDone of TLS 1.0 (RFC 2246); then the connection is closed. The handshake never
//! ends, but the server has agreed to the version, which is what an observer of the handshake sees.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::random;

const TLS_1_0: [u8; 2] = [3, 1];
const TLS_1_1: u16 = 0x0302;
/// Suites whose server sends no key exchange message, so that three messages are the whole flight: RSA with AES, 3DES or RC4.
const SUITES: [u16; 5] = [0x002f, 0x0035, 0x000a, 0x0005, 0x0004];
/// The longest record peeked at.
const RECORD: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// What a ClientHello offers, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
struct Offer {
    newest: u16,
    suites: Vec<u16>,
    /// Secure renegotiation (RFC 5746), without which OpenSSL breaks off.
    renegotiation: bool,
}

/// Takes over a connection whose ClientHello is old; gives any other back untouched.
pub(crate) async fn intercepted(stream: TcpStream, certificate: &[u8]) -> Option<TcpStream> {
    let hello = timeout(PATIENCE, peeked(&stream)).await.ok().flatten();
    match hello.as_deref().and_then(offer_of) {
        Some(offer) if offer.newest <= TLS_1_1 => {
            answer(stream, &offer, certificate).await;
            None
        }
        _ => Some(stream),
    }
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

/// Reads a ClientHello in one record.
fn offer_of(record: &[u8]) -> Option<Offer> {
    let mut rest = record.get(5..)?;
    let (kind, _length) = (take(&mut rest, 1)?[0], take(&mut rest, 3)?);
    if kind != 1 {
        return None;
    }
    let mut newest = number(take(&mut rest, 2)?);
    take(&mut rest, 32)?;
    field(&mut rest, 1)?;
    let suites: Vec<u16> = field(&mut rest, 2)?.chunks_exact(2).map(number).collect();
    let mut renegotiation = suites.contains(&0x00ff);
    field(&mut rest, 1)?;
    // Early clients send no extensions at all.
    let mut extensions = if rest.is_empty() { rest } else { field(&mut rest, 2)? };
    while !extensions.is_empty() {
        let kind = number(take(&mut extensions, 2)?);
        let mut body = field(&mut extensions, 2)?;
        renegotiation |= kind == 0xff01;
        if kind == 43 {
            // Values such as 0x0a0a are grease (RFC 8701), not versions.
            let versions = field(&mut body, 1)?.chunks_exact(2).map(number).filter(|v| v >> 8 == 3);
            newest = versions.max().unwrap_or(newest);
        }
    }
    Some(Offer { newest, suites, renegotiation })
}

async fn answer(mut stream: TcpStream, offer: &Offer, certificate: &[u8]) {
    let wire = match offer.suites.iter().find(|suite| SUITES.contains(suite)) {
        Some(suite) => flight(*suite, offer.renegotiation, certificate),
        // Alert: fatal, handshake_failure.
        None => record(21, &[2, 40]),
    };
    if stream.write_all(&wire).await.is_err() {
        return;
    }
    let _ = stream.flush().await;
    // The peer's key exchange, if it comes, is refused: there is no key exchange to be had here.
    let mut heard = [0; 1024];
    if let Ok(Ok(1..)) = timeout(Duration::from_secs(2), stream.read(&mut heard)).await {
        // Alert: fatal, handshake_failure.
        let _ = stream.write_all(&record(21, &[2, 40])).await;
        let _ = stream.shutdown().await;
    }
}

/// ServerHello, Certificate, ServerHelloDone, each in its record.
fn flight(suite: u16, renegotiation: bool, certificate: &[u8]) -> Vec<u8> {
    let mut hello = TLS_1_0.to_vec();
    hello.extend(random::bytes::<32>());
    hello.push(0);
    hello.extend(suite.to_be_bytes());
    hello.push(0);
    if renegotiation {
        hello.extend([0, 5, 0xff, 1, 0, 1, 0]);
    }
    let mut chain = length24(certificate.len() + 3).to_vec();
    chain.extend(length24(certificate.len()));
    chain.extend(certificate);
    [message(2, &hello), message(11, &chain), message(14, &[])].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut whole = vec![kind];
    whole.extend(length24(body.len()));
    whole.extend(body);
    record(22, &whole)
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("one certificate is shorter than a record");
    [&[kind][..], &TLS_1_0, &length.to_be_bytes(), body].concat()
}

fn length24(length: usize) -> [u8; 3] {
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

    fn hello(version: [u8; 2], extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_vec();
        body.extend([7; 32]);
        body.extend([0, 0, 4, 0xc0, 0x13, 0, 0x2f, 1, 0]);
        if !extensions.is_empty() {
            body.extend((extensions.len() as u16).to_be_bytes());
            body.extend(extensions);
        }
        message(1, &body)
    }

    #[test]
    fn the_newest_version_decides() {
        let suites = vec![0xc013, 0x002f];
        let old = Offer { newest: 0x0301, suites: suites.clone(), renegotiation: false };
        assert_eq!(offer_of(&hello([3, 1], &[])), Some(old));
        let new = hello([3, 3], &[0xff, 1, 0, 1, 0, 0, 43, 0, 7, 6, 0x0a, 0x0a, 3, 4, 3, 3]);
        assert_eq!(offer_of(&new), Some(Offer { newest: 0x0304, suites, renegotiation: true }));
    }

    #[test]
    fn cut_hellos_are_not_read() {
        let whole = hello([3, 1], &[0, 43, 0, 3, 2, 3, 4]);
        // Only a cut exactly before the extensions is a hello of its own.
        let readable: Vec<_> = (0..whole.len()).filter(|end| offer_of(&whole[..*end]).is_some()).collect();
        assert_eq!(readable, [whole.len() - 9]);
    }
}
