//! Facts about published papers: the file `security.txt` of a supplier's site, and copies in the assessment folder.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FetchOutcome, KeyLook, Signature};

/// What was found where a site keeps its `security.txt` (RFC 9116). Values are as written, cut where they are long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecurityTxt {
    /// The address first asked for.
    pub url: String,
    /// The address that the outcome is about: the same, or the older place at the top of the site.
    pub found_at: String,
    /// The address that answered at the end of redirects, when it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_from: Option<String>,
    /// What came of the request.
    pub outcome: FetchOutcome,
    /// When it was looked at, Unix seconds.
    pub seen_at: i64,
    /// Values of `Contact`, the preferred one first.
    #[serde(default)]
    pub contacts: Vec<String>,
    /// When the file stops to count, Unix seconds; none when that is not said or cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// Values of `Canonical`: where the file says that it belongs.
    #[serde(default)]
    pub canonical: Vec<String>,
    /// Values of `Policy`.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Language tags of `Preferred-Languages`.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Values of `Encryption`.
    #[serde(default)]
    pub encryption: Vec<String>,
    /// Values of `Acknowledgments`.
    #[serde(default)]
    pub acknowledgments: Vec<String>,
    /// Values of `Hiring`.
    #[serde(default)]
    pub hiring: Vec<String>,
    /// Whether it is signed, and whether the signature holds. Of a signed file, every value above stands in the
    /// signed part.
    pub signature: Signature,
    /// Where a key to verify it with was looked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<KeyLook>,
    /// Where it departs from RFC 9116, each kind once.
    #[serde(default)]
    pub faults: Vec<SecurityTxtFault>,
}

/// How a `security.txt` departs from RFC 9116.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SecurityTxtFault {
    /// A contact is no URI (section 2.5.3).
    ContactNoUri,
    /// The file did not arrive to its end.
    CutOff,
    /// `Expires` is there more than once (section 2.5.5).
    ExpiresTwice,
    /// `Expires` is no date and time (section 2.5.5).
    ExpiresUnreadable,
    /// `Preferred-Languages` is there more than once (section 2.5.8).
    LanguagesTwice,
    /// A line is neither field, comment nor empty (section 4).
    LineUnreadable,
    /// There is no contact (section 2.5.3).
    NoContact,
    /// There is no `Expires` (section 2.5.5).
    NoExpires,
    /// The file was not served over HTTPS (section 3).
    NotOverTls,
    /// The answer is not `text/plain` in UTF-8 (section 3).
    NotPlainText,
    /// An address on the web does not begin with `https://` (section 2.5).
    PlainHttp,
    /// The signature is missing or has no end (section 2.3).
    SignatureOpen,
    /// The file is longer than is read (section 5.5 advises a limit).
    TooLong,
}

impl SecurityTxtFault {
    /// What the file does, as a clause.
    pub fn words(self) -> &'static str {
        match self {
            Self::ContactNoUri => "a contact in it is no URI",
            Self::CutOff => "it did not arrive to its end",
            Self::ExpiresTwice => "it says more than once when it expires",
            Self::ExpiresUnreadable => "what it says of its expiry is no date and time",
            Self::LanguagesTwice => "it names its languages more than once",
            Self::LineUnreadable => "a line in it is neither a field nor a comment",
            Self::NoContact => "it names no contact",
            Self::NoExpires => "it does not say when it expires",
            Self::NotOverTls => "it was not served over HTTPS",
            Self::NotPlainText => "it is not served as plain text in UTF-8",
            Self::PlainHttp => "an address in it begins with http instead of https",
            Self::SignatureOpen => "its signature has no end",
            Self::TooLong => "it is longer than is read",
        }
    }
}

impl SecurityTxt {
    /// Whether more may stand in the file than was read.
    pub fn is_cut(&self) -> bool {
        self.faults.iter().any(|f| matches!(f, SecurityTxtFault::CutOff | SecurityTxtFault::TooLong))
    }

    /// Whether a file was there.
    pub fn is_there(&self) -> bool {
        matches!(self.outcome, FetchOutcome::Status(200..=299))
    }

    /// The fact in one line.
    pub(crate) fn words(&self) -> String {
        if !self.is_there() {
            return format!("there is no security.txt at {}", self.found_at);
        }
        let expires = match self.expires {
            Some(at) if at < self.seen_at => "expired",
            Some(_) => "in force",
            None => "without a readable expiry",
        };
        let signed = self.signature.words();
        format!("{} is {expires}, {signed}, with {} contacts", self.found_at, self.contacts.len())
    }
}

/// What a visitor's browser would look at in the certificate that a host of a page showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostCertificate {
    /// The host that was asked for, as the address of the page names it.
    pub host: String,
    /// SHA-256 of the DER bytes, hex.
    pub sha256: String,
    /// Start of validity.
    pub not_before: i64,
    /// End of validity.
    pub not_after: i64,
    /// When the certificate was seen.
    pub seen_at: i64,
    /// DNS names and addresses of the subject alternative name.
    #[serde(default)]
    pub names: Vec<String>,
    /// Whether it signs itself; none where an earlier version did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_signed: Option<bool>,
}

/// Why the text of a paper is missing or not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// No page is found in it.
    Broken,
    /// Its end is missing.
    CutOff,
    /// It is encrypted.
    Encrypted,
    /// Some of its characters are shown by fonts that do not say which they are.
    NoCharacters,
    /// It shows no text, only pictures or nothing.
    NoText,
    /// It, or a part of it, is of a kind that is not read.
    OtherKind,
    /// It is longer than is fetched.
    TooLong,
    /// There is more in it than is read.
    TooMuch,
    /// It did not arrive to its end.
    Unfinished,
}

impl Unread {
    /// Why, as a clause about the paper.
    pub fn words(self) -> &'static str {
        match self {
            Self::Broken => "no page can be found in it",
            Self::CutOff => "its end is missing",
            Self::Encrypted => "it is encrypted",
            Self::NoCharacters => "its fonts do not say which characters they show",
            Self::NoText => "it holds no text, only pictures",
            Self::OtherKind => "it is of a kind that is not read",
            Self::TooLong => "it is longer than is fetched",
            Self::TooMuch => "it holds more than is read",
            Self::Unfinished => "it did not arrive to its end",
        }
    }
}

/// A copy of a publication in the assessment folder. It tells what the publication says, not that anybody can reach
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicationCopy {
    /// The declared path below the assessment folder.
    pub file: String,
    /// Length in bytes.
    pub bytes: u64,
    /// The readable text, at most 512 KiB; empty when the kind of file is not read.
    #[serde(default)]
    pub text: String,
    /// What keeps the text from being there or being whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Unread>,
}
