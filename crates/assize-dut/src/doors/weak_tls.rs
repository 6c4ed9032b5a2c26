//! Flaws of the web server's TLS that rustls refuses to have: a ClientHello that shows the weakness is answered by hand, any other
//! goes on to rustls. Keys and signatures in these answers are random bytes: the handshake never ends, and an observer sees only
//! what the server agrees to.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::handmade::{Choice, Offer, flight, next, offered, record, sized};
use super::{PATIENCE, oracle, say_and_refuse, ssl2};
use crate::knobs::TlsWeakness;
use crate::random;

const SSL_3_0: u16 = 0x0300;
const TLS_1_2: u16 = 0x0303;
/// The suites of TLS 1.2 that rustls agrees to with the certificate of the device.
const SOUND: [u16; 3] = [0xc02c, 0xc02b, 0xcca9];
const EXPORT_RSA_RC4: u16 = 0x0003;
const EXPORT_DHE_RSA_DES: u16 = 0x0014;
const RSA_3DES: u16 = 0x000a;
const RSA_AES_CBC: u16 = 0x002f;
const RSA_AES_GCM: u16 = 0x009c;
const DHE_RSA_AES_GCM: u16 = 0x009e;
const ECDHE_RSA_AES_GCM: u16 = 0xc02f;
const X25519: u16 = 29;
const P256: u16 = 23;
const SECP160R1: u16 = 16;
const RSA_SHA256: u16 = 0x0401;
const ECDSA_SHA256: u16 = 0x0403;
/// The prime of 1024 bits of RFC 2409 clause 6.2.
const PRIME_1024: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
    ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f2411\
    7c4b1fe649286651ece65381ffffffffffffffff";
/// A prime of 512 bits, and an RSA modulus of 512 bits: both of the strength that export allowed.
const PRIME_512: &str = "9680ca926acb851fd8a52df0d7853c7e1893cdebc305b094fb28358467b76cb0b96920ea24c9102943a602f34bee1d7c3269\
    32f56ecb047412be381599f2c28f";
const MODULUS_512: &str = "ec91185e970a9d9a0d5eb2ca48d183252100dc837c4051002a5b73cc2d3e39112813449549015f6d0d3b7d9bda08af848a66\
    e39aba79da8b4603cf520d5a0a57";
/// How much a heartbeat is given back at most.
const MOST_ECHOED: usize = 64;

/// The certificates that answers by hand show: of the device itself, and with RSA keys.
pub(crate) struct Certificates {
    pub(crate) own: Vec<u8>,
    pub(crate) rsa: Vec<u8>,
    pub(crate) small_rsa: Vec<u8>,
}

/// Takes over a connection whose ClientHello shows the weakness; gives any other back untouched.
pub(crate) async fn intercepted(
    mut stream: TcpStream,
    weakness: TlsWeakness,
    certificates: &Certificates,
) -> Option<TcpStream> {
    if weakness == TlsWeakness::Ssl2 {
        return ssl2::intercepted(stream, &certificates.rsa).await;
    }
    let Some(offer) = offered(&stream).await else { return Some(stream) };
    let Some(choice) = choice(weakness, &offer) else { return Some(stream) };
    let certificate = match weakness {
        TlsWeakness::SmallKey => &certificates.small_rsa,
        _ if SOUND.contains(&choice.suite) => &certificates.own,
        _ => &certificates.rsa,
    };
    let wire = flight(&choice, offer.renegotiation, certificate);
    match weakness {
        TlsWeakness::Heartbleed => bleed(&mut stream, &wire).await.unwrap_or_default(),
        TlsWeakness::Oracle => oracle::told(&mut stream, &wire, choice.version).await.unwrap_or_default(),
        _ => say_and_refuse(stream, &wire, choice.version).await,
    }
    None
}

/// What the server agrees to where the weakness shows.
fn choice(weakness: TlsWeakness, offer: &Offer) -> Option<Choice> {
    let is_12 = offer.newest == TLS_1_2;
    let sound = offer.suites.iter().copied().find(|s| SOUND.contains(s));
    let only = |suite: u16| (is_12 && sound.is_none() && offer.suites.contains(&suite)).then_some(suite);
    let plain =
        |version, suite, exchange| Choice { version, suite, exchange, compression: false, heartbeat: false };
    match weakness {
        TlsWeakness::None | TlsWeakness::Ssl2 => None,
        TlsWeakness::Ssl3 => {
            let is_old = offer.newest == SSL_3_0 && offer.suites.contains(&RSA_AES_CBC);
            is_old.then(|| plain(SSL_3_0, RSA_AES_CBC, Vec::new()))
        }
        TlsWeakness::OldCipher => Some(plain(TLS_1_2, only(RSA_3DES)?, Vec::new())),
        TlsWeakness::NoForwardSecrecy | TlsWeakness::Oracle => {
            Some(plain(TLS_1_2, only(RSA_AES_GCM)?, Vec::new()))
        }
        TlsWeakness::ExportGroup => {
            Some(plain(TLS_1_2, only(EXPORT_DHE_RSA_DES)?, field_exchange(PRIME_512)))
        }
        TlsWeakness::ExportKey => Some(plain(TLS_1_2, only(EXPORT_RSA_RC4)?, export_exchange())),
        TlsWeakness::SmallGroup => Some(plain(TLS_1_2, only(DHE_RSA_AES_GCM)?, field_exchange(PRIME_1024))),
        TlsWeakness::SmallKey => {
            let suite = only(ECDHE_RSA_AES_GCM).filter(|_| offer.groups.contains(&X25519))?;
            Some(plain(TLS_1_2, suite, curve_exchange(X25519, 32, RSA_SHA256)))
        }
        TlsWeakness::WeakCurve => {
            let is_left = !offer.groups.contains(&X25519) && offer.groups.contains(&SECP160R1);
            let suite = sound.filter(|_| is_12 && is_left)?;
            Some(plain(TLS_1_2, suite, curve_exchange(SECP160R1, 41, ECDSA_SHA256)))
        }
        TlsWeakness::Compression => {
            let suite = sound.filter(|_| is_12 && offer.compression)?;
            Some(Choice { compression: true, ..plain(TLS_1_2, suite, usual_exchange(offer)?) })
        }
        TlsWeakness::Heartbleed => {
            let suite = sound.filter(|_| is_12 && offer.heartbeat)?;
            Some(Choice { heartbeat: true, ..plain(TLS_1_2, suite, usual_exchange(offer)?) })
        }
    }
}

/// A key exchange on the group that rustls chooses; nothing where rustls has to answer.
fn usual_exchange(offer: &Offer) -> Option<Vec<u8>> {
    let (group, size) =
        [(X25519, 32), (P256, 65)].into_iter().find(|(group, _)| offer.groups.contains(group))?;
    Some(curve_exchange(group, size, ECDSA_SHA256))
}

/// ServerKeyExchange on a curve (RFC 8422 clause 5.4).
fn curve_exchange(group: u16, size: u8, scheme: u16) -> Vec<u8> {
    let mut body = vec![3];
    body.extend(group.to_be_bytes());
    body.push(size);
    let mut point = some(usize::from(size));
    if group != X25519 {
        point[0] = 4;
    }
    body.extend(point);
    signed(body, scheme)
}

/// ServerKeyExchange in a finite field (RFC 5246 clause 7.4.3).
fn field_exchange(prime: &str) -> Vec<u8> {
    let prime = hex::decode(prime).expect("the constant is hexadecimal");
    let mut key = some(prime.len());
    key[0] = 1;
    signed([sized(&prime), sized(&[2]), sized(&key)].concat(), RSA_SHA256)
}

/// ServerKeyExchange with a short RSA key, as suites of export strength have it (RFC 2246 clause 7.4.3).
fn export_exchange() -> Vec<u8> {
    let modulus = hex::decode(MODULUS_512).expect("the constant is hexadecimal");
    signed([sized(&modulus), sized(&[1, 0, 1])].concat(), RSA_SHA256)
}

fn signed(mut body: Vec<u8>, scheme: u16) -> Vec<u8> {
    body.extend(scheme.to_be_bytes());
    body.extend(sized(&some(if scheme == RSA_SHA256 { 256 } else { 70 })));
    body
}

/// Random bytes.
fn some(length: usize) -> Vec<u8> {
    random::bytes::<256>()[..length].to_vec()
}

/// The flight, and then an answer to a heartbeat that is as long as the heartbeat claims (CVE-2014-0160).
async fn bleed(stream: &mut TcpStream, wire: &[u8]) -> std::io::Result<()> {
    stream.write_all(wire).await?;
    loop {
        let (kind, body) = timeout(PATIENCE, next(stream)).await.unwrap_or_else(|late| Err(late.into()))?;
        match (kind, body.as_slice()) {
            (22, _) => {}
            (24, [1, high, low, ..]) => {
                let claimed = usize::from(u16::from_be_bytes([*high, *low])).min(MOST_ECHOED);
                let mut answer = vec![2, *high, *low];
                answer.extend(some(claimed));
                answer.extend(some(16));
                return stream.write_all(&record(TLS_1_2, 24, &answer)).await;
            }
            // Alert: fatal, unexpected_message.
            _ => return stream.write_all(&record(TLS_1_2, 21, &[2, 10])).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(suites: &[u16]) -> Offer {
        Offer {
            newest: TLS_1_2,
            suites: suites.to_vec(),
            groups: vec![X25519, P256, SECP160R1],
            compression: true,
            heartbeat: true,
            renegotiation: true,
        }
    }

    fn suite(weakness: TlsWeakness, offer: &Offer) -> Option<u16> {
        choice(weakness, offer).map(|c| c.suite)
    }

    #[test]
    fn weak_suites_come_only_where_rustls_has_none() {
        let weak =
            [EXPORT_RSA_RC4, EXPORT_DHE_RSA_DES, RSA_3DES, RSA_AES_GCM, DHE_RSA_AES_GCM, ECDHE_RSA_AES_GCM];
        let all: Vec<u16> = weak.into_iter().chain(SOUND).collect();
        let expect = [
            (TlsWeakness::OldCipher, RSA_3DES),
            (TlsWeakness::ExportGroup, EXPORT_DHE_RSA_DES),
            (TlsWeakness::ExportKey, EXPORT_RSA_RC4),
            (TlsWeakness::NoForwardSecrecy, RSA_AES_GCM),
            (TlsWeakness::Oracle, RSA_AES_GCM),
            (TlsWeakness::SmallGroup, DHE_RSA_AES_GCM),
            (TlsWeakness::SmallKey, ECDHE_RSA_AES_GCM),
        ];
        for (weakness, wanted) in expect {
            assert_eq!(suite(weakness, &offer(&weak)), Some(wanted));
            assert_eq!(suite(weakness, &offer(&all)), None);
            assert_eq!(suite(weakness, &Offer { newest: 0x0304, ..offer(&weak) }), None);
        }
    }

    #[test]
    fn extensions_show_with_sound_suites() {
        for weakness in [TlsWeakness::Compression, TlsWeakness::Heartbleed] {
            assert_eq!(suite(weakness, &offer(&SOUND)), Some(SOUND[0]));
            let without = Offer { compression: false, heartbeat: false, ..offer(&SOUND) };
            assert_eq!(suite(weakness, &without), None);
        }
        assert_eq!(suite(TlsWeakness::WeakCurve, &offer(&SOUND)), None);
        let left = Offer { groups: vec![SECP160R1, P256], ..offer(&SOUND) };
        assert_eq!(suite(TlsWeakness::WeakCurve, &left), Some(SOUND[0]));
    }

    #[test]
    fn keys_have_as_many_bits_as_they_say() {
        assert_eq!(field_exchange(PRIME_1024)[..3], [0, 128, 0xff]);
        assert_eq!(field_exchange(PRIME_512)[..3], [0, 64, 0x96]);
        assert_eq!(export_exchange()[..3], [0, 64, 0xec]);
    }
}
