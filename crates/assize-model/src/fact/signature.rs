//! Facts about the signature of a `security.txt` (RFC 9116 section 2.3) and the keys it was verified with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The OpenPGP cleartext signature of a file (RFC 9580 section 7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// There is none.
    #[default]
    Absent,
    /// There is one, which nobody verified: the file is longer than is read, or the record is an old one.
    Unverified,
    /// There is one, and no key that made it was found.
    NoKey,
    /// There is one of a kind that is not verified here.
    UnknownKind,
    /// It fits the text and a key that was found.
    Good(Signer),
    /// It does not hold.
    Bad(SignatureFault),
}

/// Whose signature fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signer {
    /// Fingerprint of the certificate's primary key, hexadecimal in upper case.
    pub fingerprint: String,
    /// Where that key was found, as [`KeyLook::from`] has it.
    pub key_from: String,
    /// When the signature was made by its own account, Unix seconds.
    pub made_at: i64,
}

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureFault {
    /// It was made over another text.
    AnotherText,
    /// Another key made it than the declared one.
    AnotherKey,
    /// The signature has passed its own end.
    Expired,
    /// The headers of the signed part name another hash than the signature uses.
    HashHeader,
    /// The key had expired when the signature was made.
    KeyExpired,
    /// The key is not meant for signatures over data.
    KeyNotForSigning,
    /// The key was revoked.
    KeyRevoked,
    /// It is dated before its key, or after now.
    MisDated,
    /// It cannot be read, or it has no end.
    Malformed,
    /// Text stands outside of the signed part.
    TextOutside,
    /// Its hash or its key is too weak to prove anything.
    Weak,
}

impl SignatureFault {
    /// Why the signature does not hold, as a clause.
    pub fn words(self) -> &'static str {
        match self {
            Self::AnotherText => "it was made over another text",
            Self::AnotherKey => "another key made it than the declared one",
            Self::Expired => "it has passed its own end",
            Self::HashHeader => "the header names another hash than the signature uses",
            Self::KeyExpired => "its key had expired when it was made",
            Self::KeyNotForSigning => "its key is not meant for signing",
            Self::KeyRevoked => "its key is revoked",
            Self::MisDated => "it is dated before its key or after today",
            Self::Malformed => "it cannot be read",
            Self::TextOutside => "text stands outside of the signed part",
            Self::Weak => "its hash or its key is too weak",
        }
    }
}

/// A place where a key to verify with was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyLook {
    /// The declared file, or a value of `Encryption`.
    pub from: String,
    /// What was there.
    pub found: KeyFound,
}

/// What was found where a key was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyFound {
    /// Certificates, by the fingerprints of their primary keys.
    Keys(Vec<String>),
    /// A fingerprint without the key to it.
    FingerprintOnly,
    /// It was not looked up: its host is not declared, its scheme is not read, or enough others were.
    NotLookedUp,
    /// The host did not hand it out, for this reason.
    NotReached(String),
    /// What is there is no certificate that can be used.
    Unusable,
}

impl Signature {
    /// What is known of the signature, as the end of a clause.
    pub fn words(&self) -> String {
        match self {
            Self::Absent => "not signed".into(),
            Self::Unverified => "signed, signature not verified".into(),
            Self::NoKey => "signed, without a key to verify it with".into(),
            Self::UnknownKind => "signed in a way that is not verified here".into(),
            Self::Good(signer) => {
                format!("signed by {}, whose key is {}", signer.fingerprint, signer.key_from)
            }
            Self::Bad(fault) => format!("signed, and the signature does not hold: {}", fault.words()),
        }
    }
}
