//! Client hellos: one version each, with whatever the question needs (RFC 6101, 2246, 5246, 8446, 6347).

use assize_model::fact::TlsVersion;

use super::{
    registry::{self, SSL_3_0, TLS_1_2, TLS_1_3},
    wire::{message, numbers, record, vec8, vec16},
};

/// Handshake records.
pub const HANDSHAKE: u8 = 22;
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
/// Schemes a server of TLS 1.2 can be expected to take all at once.
const USUAL_SCHEMES: [u16; 12] =
    [0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201];
const USUAL_GROUPS: [u16; 4] = [29, 23, 24, 25];

/// A client hello to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The one version offered, as on the wire.
    pub version: u16,
    /// The client's random.
    pub random: [u8; 32],
    /// The session id to resume, or none.
    pub session: Vec<u8>,
    /// The cookie a DTLS server gave; `None` in TLS.
    pub cookie: Option<Vec<u8>>,
    /// The suites offered.
    pub suites: Vec<u16>,
    /// The compression methods offered.
    pub compression: Vec<u8>,
    /// The host name asked for.
    pub name: Option<String>,
    /// The groups offered; none leaves the extension out.
    pub groups: Vec<u16>,
    /// The signature schemes offered; none leaves the extension out.
    pub schemes: Vec<u16>,
    /// The protocols offered inside; none leaves the extension out.
    pub alpn: Vec<&'static str>,
    /// The session ticket shown, an empty one to ask for one; `None` leaves the extension out.
    pub ticket: Option<Vec<u8>>,
    /// The end of the handshake that this one renews; empty in the first one of a connection (RFC 5746).
    pub renews: Vec<u8>,
    /// Whether the extensions are offered whose answers make the features of a posture.
    pub features: bool,
    /// Whether TLS 1.3 key shares are sent along; without them the server names the group it wants.
    pub shares: bool,
}

impl Hello {
    /// A hello that offers `version` with `suites` and the extensions every server knows.
    pub fn new(version: u16, random: [u8; 32], suites: Vec<u16>) -> Self {
        Self {
            version,
            random,
            session: Vec::new(),
            cookie: None,
            suites,
            compression: vec![0],
            name: None,
            groups: USUAL_GROUPS.to_vec(),
            schemes: USUAL_SCHEMES.to_vec(),
            alpn: Vec::new(),
            ticket: None,
            renews: Vec::new(),
            features: false,
            shares: true,
        }
    }

    /// The body of the message.
    pub fn body(&self) -> Vec<u8> {
        let legacy = if self.is_dtls() { self.version } else { self.version.min(TLS_1_2) };
        let mut body = legacy.to_be_bytes().to_vec();
        body.extend(self.random);
        body.extend(vec8(&self.session));
        if self.is_dtls() {
            body.extend(vec8(self.cookie.as_deref().unwrap_or_default()));
        }
        body.extend(vec16(&numbers(&self.suites)));
        body.extend(vec8(&self.compression));
        if self.version != SSL_3_0 {
            body.extend(vec16(&self.extensions()));
        }
        body
    }

    /// The message.
    pub fn message(&self) -> Vec<u8> {
        message(1, &self.body())
    }

    /// The message in a record of TLS or SSL 3.0.
    pub fn record(&self) -> Vec<u8> {
        record(HANDSHAKE, self.version.min(0x0301), &self.message())
    }

    fn is_dtls(&self) -> bool {
        self.version >> 8 == 0xfe
    }

    fn knows_schemes(&self) -> bool {
        self.version == registry::DTLS_1_2 || (TLS_1_2..=TLS_1_3).contains(&self.version)
    }

    fn extensions(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut add = |kind: u16, body: &[u8]| all.extend([&kind.to_be_bytes()[..], &vec16(body)].concat());
        if let Some(name) = &self.name {
            let entry = [&[0][..], &vec16(name.as_bytes())].concat();
            add(0, &vec16(&entry));
        }
        if !self.groups.is_empty() {
            add(10, &vec16(&numbers(&self.groups)));
            add(11, &[1, 0]);
        }
        if self.version != TLS_1_3 {
            add(0xff01, &vec8(&self.renews));
        }
        if self.knows_schemes() && !self.schemes.is_empty() {
            add(13, &vec16(&numbers(&self.schemes)));
        }
        if !self.alpn.is_empty() {
            let names: Vec<u8> = self.alpn.iter().flat_map(|name| vec8(name.as_bytes())).collect();
            add(16, &vec16(&names));
        }
        if let Some(ticket) = &self.ticket {
            add(35, ticket);
        }
        if self.features && self.version != TLS_1_3 {
            add(5, &[1, 0, 0, 0, 0]);
            add(15, &[1]);
            add(22, &[]);
            add(23, &[]);
        }
        if self.version == TLS_1_3 {
            self.new_extensions(&mut add);
        }
        all
    }

    fn new_extensions(&self, add: &mut impl FnMut(u16, &[u8])) {
        add(43, &[2, 3, 4]);
        add(45, &[1, 1]);
        let mut shares = Vec::new();
        if self.shares {
            for (group, share) in [(29u16, &X25519_SHARE[..]), (23, &P256_SHARE)] {
                shares.extend(group.to_be_bytes());
                shares.extend(vec16(share));
            }
        }
        add(51, &vec16(&shares));
    }
}

/// A ClientHello in one record that offers `version` and no other. `name` becomes the SNI extension.
pub fn client_hello(version: TlsVersion, random: [u8; 32], name: Option<&str>) -> Vec<u8> {
    let version = registry::number(version);
    let suites = registry::suites_for(version).into_iter().take(70);
    let hello =
        Hello::new(version, random, suites.filter(|suite| version != SSL_3_0 || *suite < 0x0100).collect());
    Hello { name: name.map(str::to_owned), ..hello }.record()
}
