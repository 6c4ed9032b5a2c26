//! Login challenges and what answers them, without I/O: basic (RFC 7617) and digest (RFC 7616 and, for older servers,
//! RFC 2617) as HTTP and RTSP carry them.

use base64::Engine as _;
use md5::Md5;
use sha2::{Digest as _, Sha256};

/// Bytes of a head that are read for challenges, and most challenges and parameters that are kept.
const LONGEST_HEAD: usize = 16 * 1024;
const MOST_CHALLENGES: usize = 16;
const MOST_PARAMETERS: usize = 32;

/// One challenge of `WWW-Authenticate`, as it stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme in lower case.
    pub scheme: String,
    /// Names in lower case, with their values as they were sent, without the quotes around them.
    pub parameters: Vec<(String, Vec<u8>)>,
}

/// A challenge that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// User and password as they are.
    Basic,
    /// A digest over them.
    Digest(Digest),
}

/// What a digest challenge gives to compute with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    realm: Vec<u8>,
    nonce: Vec<u8>,
    opaque: Option<Vec<u8>>,
    /// The algorithm as the server writes it; none where it writes none, which means MD5.
    algorithm: Option<Vec<u8>>,
    hash: Hash,
    is_session: bool,
    /// Whether the server knows `qop=auth`; one that names no `qop` at all is of RFC 2069's kind.
    has_qop: bool,
    /// Whether the server says that the nonce was too old, and judges no password.
    pub is_stale: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hash {
    Md5,
    Sha256,
}

/// The request that an answer to a challenge is part of.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// What is asked for, as it stands in the first line.
    pub uri: &'a str,
}

/// Every challenge in the head of an answer, in order.
pub fn challenges(answer: &[u8]) -> Vec<Challenge> {
    let mut all = Vec::new();
    for line in answer[..answer.len().min(LONGEST_HEAD)].split(|b| *b == b'\n').map(<[u8]>::trim_ascii) {
        if line.is_empty() {
            break;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { continue };
        if line[..colon].trim_ascii().eq_ignore_ascii_case(b"www-authenticate") {
            read(&line[colon + 1..], &mut all);
        }
    }
    all
}

/// The challenge to answer, the strongest that can be: digest before basic, SHA-256 before MD5.
pub fn asked(answer: &[u8]) -> Option<Asked> {
    let all = challenges(answer);
    let digests = all.iter().filter(|c| c.scheme == "digest").filter_map(Digest::of);
    // The first of equals, as the server prefers it.
    let digest = digests.reduce(|best, next| if next.hash > best.hash { next } else { best });
    let has_basic = all.iter().any(|c| c.scheme == "basic");
    digest.map(Asked::Digest).or_else(|| has_basic.then_some(Asked::Basic))
}

impl Asked {
    /// The value of `Authorization` for a user and a password. `cnonce` is new for each.
    pub fn proof(&self, (user, password): (&str, &str), request: Request<'_>, cnonce: &str) -> Vec<u8> {
        match self {
            Self::Basic => {
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                format!("Basic {pair}").into_bytes()
            }
            Self::Digest(digest) => digest.proof((user, password), request, cnonce),
        }
    }

    /// Whether the server says that the nonce was too old.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Digest(digest) if digest.is_stale)
    }
}

impl Digest {
    /// What a challenge gives. None when it lacks a nonce, or asks for what is not known here.
    fn of(challenge: &Challenge) -> Option<Self> {
        let value = |name: &str| challenge.parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        let algorithm = value("algorithm");
        let (hash, is_session) = match algorithm.as_deref().unwrap_or(b"MD5").to_ascii_uppercase().as_slice()
        {
            b"MD5" => (Hash::Md5, false),
            b"MD5-SESS" => (Hash::Md5, true),
            b"SHA-256" => (Hash::Sha256, false),
            b"SHA-256-SESS" => (Hash::Sha256, true),
            _ => return None,
        };
        let qop = value("qop");
        let knows_auth =
            |q: &Vec<u8>| q.split(|b| *b == b',').any(|o| o.trim_ascii().eq_ignore_ascii_case(b"auth"));
        qop.as_ref().is_none_or(knows_auth).then_some(())?;
        Some(Self {
            realm: value("realm").unwrap_or_default(),
            nonce: value("nonce")?,
            opaque: value("opaque"),
            hash,
            is_session,
            algorithm,
            has_qop: qop.is_some(),
            is_stale: value("stale").is_some_and(|v| v.eq_ignore_ascii_case(b"true")),
        })
    }

    fn proof(&self, (user, password): (&str, &str), request: Request<'_>, cnonce: &str) -> Vec<u8> {
        let (count, response) = ("00000001", self.response((user, password), request, cnonce));
        let name = user.replace('\\', "\\\\").replace('"', "\\\"");
        let mut all = Vec::new();
        let mut add = |name: &str, value: &[u8], mark: &str| {
            let before = if all.is_empty() { "Digest " } else { ", " };
            all.extend([before, name, "=", mark].concat().bytes());
            all.extend_from_slice(value);
            all.extend(mark.bytes());
        };
        add("username", name.as_bytes(), "\"");
        add("realm", &self.realm, "\"");
        add("nonce", &self.nonce, "\"");
        add("uri", request.uri.as_bytes(), "\"");
        add("response", response.as_bytes(), "\"");
        if let Some(algorithm) = &self.algorithm {
            add("algorithm", algorithm, "");
        }
        if let Some(opaque) = &self.opaque {
            add("opaque", opaque, "\"");
        }
        if self.has_qop {
            add("qop", b"auth", "");
            add("nc", count.as_bytes(), "");
        }
        if self.has_qop || self.is_session {
            add("cnonce", cnonce.as_bytes(), "\"");
        }
        all
    }

    /// RFC 7616 clause 3.4.1.
    fn response(&self, (user, password): (&str, &str), request: Request<'_>, cnonce: &str) -> String {
        let h = |parts: &[&[u8]]| self.hash.hex(&parts.join(&b':'));
        let mut a1 = h(&[user.as_bytes(), &self.realm, password.as_bytes()]);
        if self.is_session {
            a1 = h(&[a1.as_bytes(), &self.nonce, cnonce.as_bytes()]);
        }
        let a2 = h(&[request.method.as_bytes(), request.uri.as_bytes()]);
        match self.has_qop {
            true => h(&[a1.as_bytes(), &self.nonce, b"00000001", cnonce.as_bytes(), b"auth", a2.as_bytes()]),
            false => h(&[a1.as_bytes(), &self.nonce, a2.as_bytes()]),
        }
    }
}

impl Hash {
    fn hex(self, bytes: &[u8]) -> String {
        match self {
            Self::Md5 => hex::encode(Md5::digest(bytes)),
            Self::Sha256 => hex::encode(Sha256::digest(bytes)),
        }
    }
}

/// Adds the challenges of one header's value (RFC 9110 clause 11.6.1). Commas that servers forget are not missed.
fn read(mut rest: &[u8], all: &mut Vec<Challenge>) {
    let mut follows_scheme = false;
    while let Some(start) = rest.iter().position(|b| !is_between(*b)) {
        follows_scheme &= !rest[..start].contains(&b',');
        let end = rest[start..].iter().position(|b| is_between(*b)).map_or(rest.len(), |end| start + end);
        let word = &rest[start..end];
        rest = rest[end..].trim_ascii_start();
        if let Some(after) = rest.strip_prefix(b"=") {
            let (value, after) = value(after);
            rest = after;
            add(all.last_mut(), word, value);
            follows_scheme = false;
        } else if follows_scheme && rest.first().is_none_or(|b| *b == b',') {
            // A word alone behind a scheme is its proof (`Negotiate TlRM`), and no scheme of its own.
            follows_scheme = false;
        } else if all.len() < MOST_CHALLENGES {
            let scheme = String::from_utf8_lossy(word).to_ascii_lowercase();
            all.push(Challenge { scheme, parameters: Vec::new() });
            follows_scheme = true;
        }
    }
}

/// Whether a byte stands between words.
fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b",=\"".contains(&byte)
}

fn add(challenge: Option<&mut Challenge>, name: &[u8], value: Vec<u8>) {
    if let Some(challenge) = challenge
        && challenge.parameters.len() < MOST_PARAMETERS
        && !value.iter().any(u8::is_ascii_control)
    {
        challenge.parameters.push((String::from_utf8_lossy(name).to_ascii_lowercase(), value));
    }
}

/// A value behind its equals sign, quoted or not, and what follows it. An escape stays as it stands, on both sides of
/// the digest.
fn value(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let bytes = bytes.trim_ascii_start();
    let Some(quoted) = bytes.strip_prefix(b"\"") else {
        let end = bytes.iter().position(|b| *b == b',' || b.is_ascii_whitespace()).unwrap_or(bytes.len());
        return (bytes[..end].to_vec(), &bytes[end..]);
    };
    let mut is_escaped = false;
    for (at, byte) in quoted.iter().enumerate() {
        match byte {
            b'"' if !is_escaped => return (quoted[..at].to_vec(), &quoted[at + 1..]),
            _ => is_escaped = *byte == b'\\' && !is_escaped,
        }
    }
    (quoted.to_vec(), &[])
}

#[cfg(test)]
#[path = "challenge_tests.rs"]
mod tests;
