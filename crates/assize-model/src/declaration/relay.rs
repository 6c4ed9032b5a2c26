//! The places that the bench takes between the DUT and the hosts it talks to, and what it offers there as updates.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ixit::common::Place;

/// A place of a host that the bench takes: it listens where the DUT is led to, and passes everything on to the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Relay {
    /// The place, as `reached_at` names it: `updates:tcp/443`.
    pub place: Option<Place>,
    /// Address and port of the bench where it listens, as `192.0.2.50:443`.
    pub listen: Option<String>,
    /// Addresses from which the DUT's connections arrive there when they are not its own, as behind a router. Only
    /// connections from the DUT's address and these are taken for the DUT's.
    pub from: Vec<String>,
    /// File in the assessment folder with a certificate that the DUT trusts there, PEM, leaf first.
    #[schemars(extend("format" = "folder-path"))]
    pub certificate_file: Option<String>,
    /// File in the assessment folder with its key, PEM; it is read, never recorded.
    #[schemars(extend("format" = "folder-path"))]
    pub key_file: Option<String>,
}

/// A proxy of the bench, for a DUT that is set to use one. It leads to declared hosts only, through their relays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Proxy {
    /// Address and port of the bench where it listens, as `192.0.2.50:3128`.
    pub listen: Option<String>,
    /// Addresses from which the DUT's connections arrive there when they are not its own, as behind a router.
    pub from: Vec<String>,
}

/// What is wrong with an offered update.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// Nothing: it shows that an update comes through at all. A sound DUT installs it.
    #[default]
    Genuine,
    /// One bit of the answer at `at` differs.
    BitFlipped,
    /// The answer at `at` ends in its middle.
    Truncated,
    /// A package of an older version, signed in its time; `answers` says where it lies.
    Older,
    /// A package for another product, rightly signed; `answers` says where it lies.
    WrongTarget,
    /// The signature `field` of the JSON answer at `at` is missing.
    Unsigned,
    /// The signature `field` of the JSON answer at `at` is another one.
    WrongSignature,
    /// The server shows a certificate that nobody the DUT trusts has signed.
    UntrustedCertificate,
}

/// An update as the bench offers it at one of its relays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Offer {
    /// Its label.
    pub id: String,
    /// The place of the relay that offers it.
    pub place: Option<Place>,
    /// What is wrong with it.
    pub variant: Option<Variant>,
    /// Paths that are answered otherwise: with what lies at another path of the same host (`/old/manifest.json`), or
    /// with a file of the assessment folder (`file:offers/manifest.json`).
    pub answers: BTreeMap<String, String>,
    /// The path whose answer is changed.
    pub at: Option<String>,
    /// JSON pointer to the signature in that answer, as `/signature`.
    pub field: Option<String>,
}

impl Variant {
    /// The variant as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::BitFlipped => "bit-flipped",
            Self::Truncated => "truncated",
            Self::Older => "older",
            Self::WrongTarget => "wrong-target",
            Self::Unsigned => "unsigned",
            Self::WrongSignature => "wrong-signature",
            Self::UntrustedCertificate => "untrusted-certificate",
        }
    }

    /// Whether it changes an answer, so that `at` has to name one.
    pub fn needs_path(self) -> bool {
        matches!(self, Self::BitFlipped | Self::Truncated | Self::Unsigned | Self::WrongSignature)
    }

    /// Whether it is another package, so that `answers` has to say which.
    pub fn needs_answers(self) -> bool {
        matches!(self, Self::Older | Self::WrongTarget)
    }

    /// Whether it changes a signature, so that `field` has to name one.
    pub fn needs_field(self) -> bool {
        matches!(self, Self::Unsigned | Self::WrongSignature)
    }
}
