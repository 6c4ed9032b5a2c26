//! Lists: facts with a source that checks look things up in.

use serde::{Deserialize, Serialize};

use super::cryptography::{Cryptography, is_same_name};

use super::products::ProductPattern;

/// All lists of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Protocols and algorithms that are not of TLS, with their standing, `lists/cryptography.toml` and
    /// `lists/cryptography-ssh.toml`.
    pub cryptography: Vec<CryptoRow>,
    /// What reference catalogues say of protocols, algorithms and key sizes, `lists/cryptography/`.
    pub agreed: Cryptography,
    /// Concepts with the words that show them, `lists/concepts.toml`.
    pub concepts: Vec<Concept>,
    /// Patterns of products in what services say, `lists/products/*.toml`.
    pub products: Vec<ProductPattern>,
    /// Default credentials that are published, `lists/credentials.toml`.
    pub credentials: Vec<DefaultCredential>,
    /// Paths of device web servers that have no business there, `lists/web-paths.toml`.
    pub web_paths: Vec<WebPath>,
}

/// A default credential.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultCredential {
    /// The user name; empty where a login asks for a password only.
    pub user: String,
    /// The password.
    pub password: String,
    /// Whose products have it; empty when those of many.
    #[serde(default)]
    pub vendor: String,
    /// The logins it is known for (`http`, `telnet`, `ssh`, `snmp` …); empty when any.
    #[serde(default)]
    pub on: Vec<String>,
    /// Where it is published.
    pub source: String,
    /// The day on which it was compared with its source, the first where it names several, or with a faithful copy of
    /// it; none where it is as it was written from knowledge.
    #[serde(default)]
    pub read: Option<String>,
}

/// A file of default credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CredentialsFile {
    #[serde(rename = "row")]
    pub(super) rows: Vec<DefaultCredential>,
}

/// A path of a web server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebPath {
    /// The path.
    pub path: String,
    /// What lives there.
    pub what: String,
    /// Text that the real thing holds; without it, status and difference from a made-up path decide.
    #[serde(default)]
    pub holds: String,
    /// Whether it holds settings, credentials or source, which are nobody's business without a login.
    #[serde(default)]
    pub secret: bool,
    /// Where it is described.
    pub source: String,
    /// The day on which it was compared with its source, the first where it names several, or with a faithful copy of
    /// it; none where it is as it was written from knowledge.
    #[serde(default)]
    pub read: Option<String>,
}

/// A file of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebPathsFile {
    #[serde(rename = "row")]
    pub(super) rows: Vec<WebPath>,
}

/// A concept of the field and the words that show it, for the mapping linter and the search.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Its name, as `debug-interface`.
    pub name: String,
    /// The topic it belongs to; see [`crate::atlas::TOPICS`].
    pub topic: u8,
    /// Further topics in which it is at home.
    #[serde(default)]
    pub also: Vec<u8>,
    /// What shows it. A word that ends in `*` is a stem; several words have to stand in one sentence, in any order.
    pub words: Vec<String>,
    /// Names of concepts that speak against this one where only they stand in a title: at rest and in transit.
    #[serde(default)]
    pub against: Vec<String>,
}

/// A file of concepts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConceptsFile {
    #[serde(rename = "concept")]
    pub(super) concepts: Vec<Concept>,
}

/// A protocol or algorithm and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CryptoRow {
    /// Its name as declarations write it, as `TLS 1.2` or `AES-128-GCM`.
    pub name: String,
    /// `protocol` or `algorithm`.
    pub kind: String,
    /// How it stands.
    pub standing: Standing,
    /// Where that stands.
    pub source: String,
    /// The day on which it was compared with its source, the first where it names several, or with a faithful copy of
    /// it; none where it is as it was written from knowledge.
    #[serde(default)]
    pub read: Option<String>,
    /// Why, in our own words; for broken ones the attack.
    pub why: String,
}

impl CryptoRow {
    /// Whether it is a name of a protocol's own registry, as `aes128-cbc` of SSH, which speaks of its use there alone.
    pub fn is_of_registry(&self) -> bool {
        !self.name.chars().any(char::is_uppercase)
    }
}

/// How a protocol or algorithm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A reference catalogue counts it as good practice.
    Agreed,
    /// To be left behind; no feasible attack is published for the usual use.
    Legacy,
    /// A feasible attack is published.
    Broken,
}

impl Standing {
    /// The word for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Legacy => "legacy",
            Self::Broken => "broken",
        }
    }
}

/// A file of cryptography rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CryptographyFile {
    #[serde(rename = "row")]
    pub(super) rows: Vec<CryptoRow>,
}

/// How many entries of a list were compared with their sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the list holds, as `credentials`.
    pub list: &'static str,
    /// How many entries it has.
    pub entries: usize,
    /// How many of them were read against their source.
    pub read: usize,
}

impl Reading {
    fn of<'r>(list: &'static str, days: impl Iterator<Item = &'r Option<String>>) -> Self {
        days.fold(Self { list, entries: 0, read: 0 }, |r, day| Self {
            entries: r.entries + 1,
            read: r.read + usize::from(day.is_some()),
            ..r
        })
    }
}

impl Lists {
    /// How far the lists that rest on documents were read against them.
    pub fn readings(&self) -> [Reading; 5] {
        [
            Reading::of("statements on cryptography", self.agreed.statements().map(|s| &s.read)),
            Reading::of("rows on other cryptography", self.cryptography.iter().map(|r| &r.read)),
            Reading::of("default credentials", self.credentials.iter().map(|r| &r.read)),
            Reading::of("paths of web servers", self.web_paths.iter().map(|r| &r.read)),
            Reading::of("product patterns", self.products.iter().map(|r| &r.read)),
        ]
    }

    /// The row of a protocol or algorithm, whatever its case.
    pub fn cryptography(&self, name: &str) -> Option<&CryptoRow> {
        self.cryptography.iter().find(|row| row.name.eq_ignore_ascii_case(name.trim()))
    }

    /// The row of the short list that a declaration's word names, whatever its case, blanks and hyphens. Names of a
    /// protocol's own registry, all in small letters, are meant only by those who write them just so.
    pub fn known(&self, name: &str) -> Option<&CryptoRow> {
        let exact = self.cryptography.iter().find(|row| row.name == name.trim());
        exact.or_else(|| {
            self.cryptography.iter().find(|row| !row.is_of_registry() && is_same_name(&row.name, name))
        })
    }
}
