//! Flaw `tls10-accepted`: rustls cannot speak TLS 1.0, so a ClientHello that offers nothing newer than TLS 1.1 is answered here by
//! hand with ServerHello, Certificate and ServerHelloDone of TLS 1.0 (RFC 2246); then the connection is closed. The handshake never
//! ends, but the server has agreed to the version, which is what an observer of the handshake sees.

use tokio::net::TcpStream;

use super::handmade::{Choice, flight, offered, record};
use super::say_and_refuse;

const TLS_1_0: u16 = 0x0301;
const TLS_1_1: u16 = 0x0302;
/// Suites whose server sends no key exchange message, so that three messages are the whole flight: RSA with AES, 3DES or RC4.
const SUITES: [u16; 5] = [0x002f, 0x0035, 0x000a, 0x0005, 0x0004];

/// Takes over a connection whose ClientHello is old; gives any other back untouched.
pub(crate) async fn intercepted(stream: TcpStream, certificate: &[u8]) -> Option<TcpStream> {
    match offered(&stream).await {
        Some(offer) if offer.newest <= TLS_1_1 => {
            let wire = match offer.suites.iter().find(|suite| SUITES.contains(suite)) {
                Some(suite) => {
                    let (version, suite) = (TLS_1_0, *suite);
                    let choice =
                        Choice { version, suite, compression: false, heartbeat: false, exchange: Vec::new() };
                    flight(&choice, offer.renegotiation, certificate)
                }
                // Alert: fatal, handshake_failure.
                None => record(TLS_1_0, 21, &[2, 40]),
            };
            say_and_refuse(stream, &wire, TLS_1_0).await;
            None
        }
        _ => Some(stream),
    }
}
