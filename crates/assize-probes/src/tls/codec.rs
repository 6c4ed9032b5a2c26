//! Builds a ClientHello for exactly one version, and reads what a server answers to it (RFC 6101, 2246, 5246, 8446).

use assize_model::fact::TlsVersion;

const CIPHERS: &str = include_str!("suites.txt");
const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
/// Longest record that any version allows, with the growth of encryption.
const LONGEST_RECORD: usize = 16384 + 2048;
/// Most certificates of a chain that are kept.
const MOST_CERTIFICATES: usize = 16;
const SUPPORTED_VERSIONS: u16 = 43;
/// The generators of X25519 and P-256 serve as key shares: valid points of a key nobody needs to keep.
const X25519_SHARE: [u8; 32] = {
    let mut share = [0; 32];
    share[0] = 9;
    share
};
const P256_SHARE: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
    0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
    0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];

/// The versions a probe asks for, oldest first.
pub const VERSIONS: [TlsVersion; 5] =
    [TlsVersion::Ssl30, TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls13];

/// What a server answered to a ClientHello, as far as it can be read in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether the bytes begin like a record of TLS or SSL 3.0.
    pub is_tls: bool,
    /// The ServerHello.
    pub hello: Option<ServerHello>,
    /// Level and description of the last alert.
    pub alert: Option<(u8, u8)>,
    /// The chain of the Certificate message, leaf first; empty from TLS 1.3 on, where it is encrypted.
    pub certificates: Vec<Vec<u8>>,
    /// Whether nothing more of interest can follow.
    pub is_complete: bool,
}

/// The choice a server made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// The version chosen, as on the wire; from the extension when there is one.
    pub version: u16,
    /// The cipher suite chosen.
    pub cipher: u16,
}

impl Answer {
    /// Whether the server accepted exactly this version.
    pub fn accepts(&self, version: TlsVersion) -> bool {
        self.hello.is_some_and(|hello| hello.version == number(version))
    }
}

/// A version's number on the wire.
pub fn number(version: TlsVersion) -> u16 {
    match version {
        TlsVersion::Ssl30 => 0x0300,
        TlsVersion::Tls10 => 0x0301,
        TlsVersion::Tls11 => 0x0302,
        TlsVersion::Tls12 => 0x0303,
        TlsVersion::Tls13 => 0x0304,
    }
}

/// A version's name, as the fact spells it.
pub fn version_name(version: TlsVersion) -> &'static str {
    match version {
        TlsVersion::Ssl30 => "SSL 3.0",
        TlsVersion::Tls10 => "TLS 1.0",
        TlsVersion::Tls11 => "TLS 1.1",
        TlsVersion::Tls12 => "TLS 1.2",
        TlsVersion::Tls13 => "TLS 1.3",
    }
}

/// The IANA name of a cipher suite, or its number as `0x....`.
pub fn cipher_name(cipher: u16) -> String {
    let known = ciphers().find(|(number, _)| *number == cipher);
    known.map_or_else(|| format!("0x{cipher:04X}"), |(_, name)| name.to_owned())
}

fn ciphers() -> impl Iterator<Item = (u16, &'static str)> {
    CIPHERS.lines().filter_map(|line| {
        let (number, name) = line.strip_prefix("0x")?.split_once(' ')?;
        Some((u16::from_str_radix(number, 16).ok()?, name))
    })
}

/// A ClientHello in one record that offers `version` and no other. `name` becomes the SNI extension.
pub fn client_hello(version: TlsVersion, random: [u8; 32], name: Option<&str>) -> Vec<u8> {
    let legacy = number(version).min(0x0303);
    let mut hello = Vec::new();
    hello.extend(legacy.to_be_bytes());
    hello.extend(random);
    hello.push(0);
    let offered = ciphers().map(|(cipher, _)| cipher).filter(|cipher| suits(*cipher, version));
    hello.extend(vector16(&offered.flat_map(u16::to_be_bytes).collect::<Vec<_>>()));
    hello.extend([1, 0]);
    if version != TlsVersion::Ssl30 {
        hello.extend(vector16(&extensions(version, name)));
    }
    let mut message = vec![1];
    message.extend(&length(hello.len())[1..]);
    message.extend(hello);
    let mut record = vec![HANDSHAKE];
    record.extend(legacy.min(0x0301).to_be_bytes());
    record.extend(vector16(&message));
    record
}

/// Suites of TLS 1.3 go with it alone, and SSL 3.0 knows no elliptic curves.
fn suits(cipher: u16, version: TlsVersion) -> bool {
    let is_new = cipher >> 8 == 0x13;
    match version {
        TlsVersion::Tls13 => is_new,
        TlsVersion::Ssl30 => cipher < 0x0100,
        _ => !is_new,
    }
}

fn extensions(version: TlsVersion, name: Option<&str>) -> Vec<u8> {
    let mut all = Vec::new();
    if let Some(name) = name {
        let mut entry = vec![0];
        entry.extend(vector16(name.as_bytes()));
        all.extend(extension(0, &vector16(&entry)));
    }
    let groups: [u16; 4] = [29, 23, 24, 25];
    all.extend(extension(10, &vector16(&groups.map(u16::to_be_bytes).concat())));
    all.extend(extension(11, &[1, 0]));
    if version != TlsVersion::Tls13 {
        all.extend(extension(0xff01, &[0]));
    }
    if version >= TlsVersion::Tls12 {
        let algorithms: [u16; 12] =
            [0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201];
        all.extend(extension(13, &vector16(&algorithms.map(u16::to_be_bytes).concat())));
    }
    if version == TlsVersion::Tls13 {
        all.extend(extension(SUPPORTED_VERSIONS, &[2, 3, 4]));
        all.extend(extension(45, &[1, 1]));
        let mut shares = vec![0, 29];
        shares.extend(vector16(&X25519_SHARE));
        shares.extend([0, 23]);
        shares.extend(vector16(&P256_SHARE));
        all.extend(extension(51, &vector16(&shares)));
    }
    all
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &vector16(body)].concat()
}

fn vector16(body: &[u8]) -> Vec<u8> {
    [&length(body.len())[2..], body].concat()
}

fn length(n: usize) -> [u8; 4] {
    u32::try_from(n).expect("a hello is short").to_be_bytes()
}

/// Whether bytes begin like a record of TLS or SSL 3.0.
pub fn is_record(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=23, 3, 0..=4, high, low, ..]
        if usize::from(u16::from_be_bytes([*high, *low])) <= LONGEST_RECORD)
}

/// Reads the clear beginning of a server's answer. Takes any bytes; what cannot be read ends the reading.
pub fn answer(bytes: &[u8]) -> Answer {
    let mut answer = Answer { is_tls: is_record(bytes), ..Answer::default() };
    let mut handshake = Vec::new();
    let mut rest = bytes;
    while is_record(rest) {
        let size = usize::from(u16::from_be_bytes([rest[3], rest[4]]));
        let kind = rest[0];
        let body = &rest[5..rest.len().min(5 + size)];
        rest = &rest[5 + body.len()..];
        match kind {
            HANDSHAKE => handshake.extend_from_slice(body),
            ALERT if size == 2 && body.len() == 2 => {
                answer.alert = Some((body[0], body[1]));
                // A warning such as "unrecognised name" may go before the hello; all others end the handshake.
                if body[0] != 1 || body[1] == 0 {
                    answer.is_complete = true;
                    break;
                }
            }
            _ => break,
        }
    }
    read_handshake(&handshake, &mut answer);
    answer
}

fn read_handshake(mut bytes: &[u8], answer: &mut Answer) {
    while let Some((kind, body, rest)) = message(bytes) {
        match (kind, &answer.hello) {
            (2, None) => answer.hello = server_hello(body),
            (11, Some(_)) if answer.certificates.is_empty() => answer.certificates = certificates(body),
            _ => {}
        }
        // A hello of TLS 1.3 is followed by cipher text; before that, everything of interest ends with the chain.
        let is_new = answer.hello.is_some_and(|hello| hello.version >= 0x0304);
        if answer.hello.is_none() || is_new || matches!(kind, 11 | 12 | 14) {
            answer.is_complete = true;
            return;
        }
        bytes = rest;
    }
}

/// The first whole handshake message: its type, its body, and what follows.
fn message(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(4)?;
    let size = number24(&head[1..]);
    let (body, rest) = rest.split_at_checked(size)?;
    Some((head[0], body, rest))
}

fn server_hello(body: &[u8]) -> Option<ServerHello> {
    let version = number16(body.get(..2)?);
    let session = usize::from(*body.get(34)?);
    let rest = body.get(35 + session..)?;
    let cipher = number16(rest.get(..2)?);
    let chosen = rest.get(5..).and_then(|extensions| find(extensions, SUPPORTED_VERSIONS));
    let version = match chosen {
        Some([high, low]) => u16::from_be_bytes([*high, *low]),
        _ => version,
    };
    Some(ServerHello { version, cipher })
}

fn find(mut extensions: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let (head, rest) = extensions.split_at_checked(4)?;
        let (body, rest) = rest.split_at_checked(usize::from(number16(&head[2..])))?;
        if number16(head) == kind {
            return Some(body);
        }
        extensions = rest;
    }
}

fn certificates(body: &[u8]) -> Vec<Vec<u8>> {
    let mut chain = Vec::new();
    let mut rest = body.get(3..).unwrap_or_default();
    while let Some((head, after)) = rest.split_at_checked(3)
        && let Some((der, after)) = after.split_at_checked(number24(head))
        && chain.len() < MOST_CERTIFICATES
    {
        chain.push(der.to_vec());
        rest = after;
    }
    chain
}

fn number16(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn number24(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2])
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A ServerHello and, when a chain is given, a Certificate message, as a server of an old version sends them.
    pub(crate) fn old_server(version: u16, cipher: u16, chain: &[&[u8]]) -> Vec<u8> {
        let mut hello = version.to_be_bytes().to_vec();
        hello.extend([7; 32]);
        hello.push(0);
        hello.extend(cipher.to_be_bytes());
        hello.push(0);
        let list: Vec<u8> = chain.iter().flat_map(|der| [&length(der.len())[1..], der].concat()).collect();
        let certificate = [&length(list.len())[1..], &list[..]].concat();
        let mut flight = Vec::new();
        for (kind, body) in [(2, &hello), (11, &certificate), (14, &Vec::new())] {
            flight.push(kind);
            flight.extend(&length(body.len())[1..]);
            flight.extend(body);
        }
        let records = flight.chunks(900);
        records.flat_map(|part| [&[22], &version.to_be_bytes()[..], &vector16(part)].concat()).collect()
    }

    #[test]
    fn an_old_server_is_read_across_records() {
        let long = vec![0x30; 2000];
        let bytes = old_server(0x0301, 0x002f, &[&long, b"two"]);
        let read = answer(&bytes);
        assert_eq!(read.hello, Some(ServerHello { version: 0x0301, cipher: 0x002f }));
        assert!(read.accepts(TlsVersion::Tls10) && !read.accepts(TlsVersion::Tls11));
        assert_eq!(read.certificates, [long, b"two".to_vec()]);
        assert!(read.is_complete && !answer(&bytes[..bytes.len() - 10]).is_complete);
        assert_eq!(cipher_name(0x002f), "TLS_RSA_WITH_AES_128_CBC_SHA");
        assert_eq!(cipher_name(0xFAFA), "0xFAFA");
    }

    #[test]
    fn absurd_lengths_and_other_protocols() {
        assert_eq!(answer(b"HTTP/1.1 400 Bad Request\r\n"), Answer::default());
        assert!(!answer(&[22, 3, 1, 0xff, 0xff, 2]).is_tls);
        let absurd = [22, 3, 1, 0, 4, 2, 0xff, 0xff, 0xff];
        assert_eq!(answer(&absurd).hello, None);
        assert_eq!(answer(&[21, 3, 0, 0, 2, 2, 40]).alert, Some((2, 40)));
    }

    #[test]
    fn each_hello_offers_one_version() {
        for version in VERSIONS {
            let hello = client_hello(version, [1; 32], Some("plug.local"));
            let (kind, body, rest) = message(&hello[5..]).unwrap();
            assert_eq!((kind, rest.len()), (1, 0), "{version:?}");
            assert_eq!(number16(body), number(version).min(0x0303));
            assert_eq!(hello[3..5], vector16(&hello[5..])[..2]);
            let suites = usize::from(number16(&body[35..]));
            let after = &body[37 + suites..];
            assert_eq!(after[..2], [1, 0]);
            match version {
                TlsVersion::Ssl30 => assert_eq!(after.len(), 2),
                TlsVersion::Tls13 => assert_eq!(find(&after[4..], 43), Some(&[2, 3, 4][..])),
                _ => assert_eq!(find(&after[4..], 43), None),
            }
        }
    }

    #[test]
    fn the_table_has_no_twins() {
        let all: std::collections::BTreeSet<u16> = ciphers().map(|(number, _)| number).collect();
        assert_eq!(all.len(), ciphers().count());
        assert!(all.len() > 60);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let read = answer(&bytes);
            prop_assert!(read.is_tls || read == Answer::default());
        }

        #[test]
        fn any_damage(at in 0usize..120, with in any::<u8>()) {
            let mut bytes = old_server(0x0303, 0xc02f, &[b"der"]);
            let at = at % bytes.len();
            bytes[at] = with;
            answer(&bytes);
        }

        #[test]
        fn what_is_built_is_read(version in 0x0300u16..0x0304, cipher in any::<u16>(), der in prop::collection::vec(any::<u8>(), 1..3000)) {
            let read = answer(&old_server(version, cipher, &[&der]));
            prop_assert_eq!(read.hello, Some(ServerHello { version, cipher }));
            prop_assert_eq!(read.certificates, [der]);
        }
    }
}
