//! Reads what a server answers to a client hello, as far as it goes in clear (RFC 6101, 2246, 5246, 8446).

use assize_model::fact::TlsVersion;

use super::{
    hello::HANDSHAKE,
    registry::{self, Exchange, TLS_1_3},
    wire::Reader,
};

const CHANGE_CIPHER: u8 = 20;
const ALERT: u8 = 21;
/// Longest record that any version allows, with the growth of encryption.
const LONGEST_RECORD: usize = 16384 + 2048;
/// Most certificates of a chain that are kept, and most extensions of a hello.
const MOST_CERTIFICATES: usize = 16;
const MOST_EXTENSIONS: usize = 64;
/// The random of a hello that asks for another hello (RFC 8446 clause 4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a server answered to a ClientHello, as far as it can be read in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether the bytes begin like a record of TLS or SSL 3.0.
    pub is_tls: bool,
    /// The ServerHello, or the HelloRetryRequest.
    pub hello: Option<ServerHello>,
    /// Level and description of the last alert.
    pub alert: Option<(u8, u8)>,
    /// The chain of the Certificate message, leaf first; empty from TLS 1.3 on, where it is encrypted.
    pub certificates: Vec<Vec<u8>>,
    /// The ServerKeyExchange.
    pub exchange: Option<KeyExchange>,
    /// Whether a CertificateRequest came.
    pub asks_certificate: bool,
    /// Whether a CertificateStatus came.
    pub staples: bool,
    /// The session ticket handed over.
    pub ticket: Option<Vec<u8>>,
    /// Whether the server ended its first flight with ServerHelloDone.
    pub is_done: bool,
    /// Whether the server went on to encrypted records right after its hello: it resumes a session.
    pub is_resumed: bool,
    /// Whether nothing more of interest can follow.
    pub is_complete: bool,
}

/// The choice a server made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// The version chosen, as on the wire; from the extension when there is one.
    pub version: u16,
    /// The cipher suite chosen.
    pub cipher: u16,
    /// The server's random.
    pub random: [u8; 32],
    /// The session id.
    pub session: Vec<u8>,
    /// The compression method chosen.
    pub compression: u8,
    /// The extensions, by number.
    pub extensions: Vec<(u16, Vec<u8>)>,
}

/// What the server's key exchange message tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyExchange {
    /// The named group.
    pub group: Option<u16>,
    /// The size of the finite-field prime, or of an export RSA key, in bits.
    pub bits: Option<u32>,
    /// The finite field's prime.
    pub prime: Vec<u8>,
    /// What is raised to a power in the finite field.
    pub generator: Vec<u8>,
    /// The server's public value.
    pub public: Vec<u8>,
    /// The signature scheme (TLS 1.2).
    pub scheme: Option<u16>,
}

impl Answer {
    /// Whether the server accepted exactly this version.
    pub fn accepts(&self, version: TlsVersion) -> bool {
        self.agrees(registry::number(version))
    }

    /// Whether the server accepted exactly this version, as on the wire.
    pub fn agrees(&self, version: u16) -> bool {
        self.hello.as_ref().is_some_and(|hello| hello.version == version)
    }
}

impl ServerHello {
    /// The body of an extension.
    pub fn extension(&self, kind: u16) -> Option<&[u8]> {
        self.extensions.iter().find(|(known, _)| *known == kind).map(|(_, body)| body.as_slice())
    }

    /// Whether this asks for another hello.
    pub fn is_retry(&self) -> bool {
        self.random == RETRY
    }

    /// The group a TLS 1.3 server chose or wants.
    pub fn group(&self) -> Option<u16> {
        Reader::new(self.extension(51)?).u16()
    }
}

/// Whether bytes begin like a record of TLS or SSL 3.0.
pub fn is_record(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=23, 3, 0..=4, high, low, ..]
        if usize::from(u16::from_be_bytes([*high, *low])) <= LONGEST_RECORD)
}

/// The first record: its kind, and as much of its body as there is.
pub(crate) fn split_record(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let is_heartbeat = bytes.first() == Some(&24) && bytes.get(1) == Some(&3);
    if !is_record(bytes) && !is_heartbeat {
        return None;
    }
    let mut reader = Reader::new(bytes);
    let kind = reader.u8()?;
    reader.u16()?;
    let size = usize::from(reader.u16()?);
    let body = reader.rest().get(..size).unwrap_or(reader.rest());
    Some((kind, body, reader.rest().get(size..).unwrap_or_default()))
}

/// Reads the clear beginning of a server's answer. Takes any bytes; what cannot be read ends the reading.
pub fn answer(bytes: &[u8]) -> Answer {
    let mut answer = Answer { is_tls: is_record(bytes), ..Answer::default() };
    let mut handshake = Vec::new();
    let mut rest = bytes;
    while is_record(rest) {
        let Some((kind, body, after)) = split_record(rest) else { break };
        rest = after;
        match kind {
            HANDSHAKE => handshake.extend_from_slice(body),
            ALERT if body.len() == 2 => {
                answer.alert = Some((body[0], body[1]));
                // A warning such as "unrecognised name" may go before the hello; all others end the handshake.
                if body[0] != 1 || body[1] == 0 {
                    answer.is_complete = true;
                    break;
                }
            }
            CHANGE_CIPHER if !body.is_empty() => {
                answer.is_resumed = true;
                break;
            }
            _ => break,
        }
    }
    read_handshake(&handshake, &mut answer);
    answer
}

/// Reads whole handshake messages, one after the other.
pub(crate) fn read_handshake(bytes: &[u8], answer: &mut Answer) {
    let mut reader = Reader::new(bytes);
    while let Some((kind, body)) = next_message(&mut reader) {
        let suite = answer.hello.as_ref().map_or(0, |hello| hello.cipher);
        let version = answer.hello.as_ref().map_or(0, |hello| hello.version);
        match (kind, &answer.hello) {
            (2, None) => answer.hello = server_hello(body),
            (4, Some(_)) => answer.ticket = ticket(body),
            (11, Some(_)) if answer.certificates.is_empty() => answer.certificates = certificates(body),
            (12, Some(_)) => answer.exchange = key_exchange(body, suite, version),
            (13, Some(_)) => answer.asks_certificate = true,
            (14, Some(_)) => answer.is_done = true,
            (22, Some(_)) => answer.staples = true,
            _ => {}
        }
        // A hello of TLS 1.3 is followed by cipher text; before that, the first flight ends with its own message.
        let is_new = answer.hello.as_ref().is_some_and(|hello| hello.version == TLS_1_3);
        if answer.hello.is_none() || is_new || answer.is_done {
            answer.is_complete = true;
            return;
        }
    }
    // The clear part of a resumption ends with the change of ciphers.
    answer.is_complete |= answer.is_resumed;
}

/// The first whole handshake message: its type and its body.
pub(crate) fn next_message<'a>(reader: &mut Reader<'a>) -> Option<(u8, &'a [u8])> {
    let mut ahead = *reader;
    let kind = ahead.u8()?;
    let body = ahead.vec24()?;
    *reader = ahead;
    Some((kind, body))
}

/// Reads the body of a ServerHello.
pub fn server_hello(body: &[u8]) -> Option<ServerHello> {
    let mut reader = Reader::new(body);
    let legacy = reader.u16()?;
    let random: [u8; 32] = reader.take(32)?.try_into().ok()?;
    let session = reader.vec8()?.to_vec();
    let cipher = reader.u16()?;
    let compression = reader.u8().unwrap_or(0);
    let mut extensions = Vec::new();
    let mut list = Reader::new(reader.vec16().unwrap_or_default());
    while extensions.len() < MOST_EXTENSIONS
        && let Some(kind) = list.u16()
        && let Some(body) = list.vec16()
    {
        extensions.push((kind, body.to_vec()));
    }
    let mut hello = ServerHello { version: legacy, cipher, random, session, compression, extensions };
    if let Some([high, low]) = hello.extension(43) {
        hello.version = u16::from_be_bytes([*high, *low]);
    }
    Some(hello)
}

fn certificates(body: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(body.get(3..).unwrap_or_default());
    let mut chain = Vec::new();
    while chain.len() < MOST_CERTIFICATES
        && let Some(der) = reader.vec24()
    {
        chain.push(der.to_vec());
    }
    chain
}

pub(super) fn ticket(body: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(body);
    reader.take(4)?;
    Some(reader.vec16()?.to_vec())
}

/// Reads the body of a ServerKeyExchange. `None` when the suite sends none that tells anything, or it is cut.
pub fn key_exchange(body: &[u8], suite: u16, version: u16) -> Option<KeyExchange> {
    let mut reader = Reader::new(body);
    let mut told = KeyExchange::default();
    if registry::has_psk(suite) {
        reader.vec16()?;
    }
    match registry::exchange(suite) {
        Exchange::Ec => {
            // Explicit curves have no name, and what follows them cannot be told apart.
            if reader.u8()? != 3 {
                return Some(told);
            }
            told.group = Some(reader.u16()?);
            told.public = reader.vec8()?.to_vec();
        }
        Exchange::Field => {
            told.prime = reader.vec16()?.to_vec();
            told.bits = Some(bits(&told.prime));
            told.generator = reader.vec16()?.to_vec();
            told.public = reader.vec16()?.to_vec();
        }
        Exchange::ExportRsa => {
            told.bits = Some(bits(reader.vec16()?));
            reader.vec16()?;
        }
        Exchange::Other => return None,
    }
    let has_scheme = version == registry::TLS_1_2 || version == registry::DTLS_1_2;
    if has_scheme && registry::is_signed(suite) {
        told.scheme = reader.u16();
    }
    Some(told)
}

/// The bits of a number, without leading zeros.
pub(crate) fn bits(number: &[u8]) -> u32 {
    let Some(first) = number.iter().position(|byte| *byte != 0) else { return 0 };
    let whole = u32::try_from(number.len() - first).unwrap_or(u32::MAX / 8);
    (whole * 8).saturating_sub(number[first].leading_zeros())
}

/// Whether an answer to a hello of SSL 3.0 or later has come to its end.
pub(crate) fn is_over(bytes: &[u8]) -> bool {
    let read = answer(bytes);
    read.is_complete
        || (!read.is_tls && bytes.len() >= 5)
        || bytes.first().is_some_and(|b| !(20..=24).contains(b))
}
