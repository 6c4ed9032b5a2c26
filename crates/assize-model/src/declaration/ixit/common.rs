//! Parts that several IXIT tables share.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fact::Transport;

/// A security objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Guarantee {
    /// Only those meant to know it know it.
    Confidentiality,
    /// A change is noticed.
    Integrity,
    /// It comes from whom it says.
    Authenticity,
    /// It is there when needed.
    Availability,
    /// Old messages are refused.
    ReplayProtection,
    /// Physical, electrical and software tampering is resisted.
    TamperResistance,
}

impl Guarantee {
    /// The objective in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Confidentiality => "confidentiality",
            Self::Integrity => "integrity",
            Self::Authenticity => "authenticity",
            Self::Availability => "availability",
            Self::ReplayProtection => "replay protection",
            Self::TamperResistance => "tamper resistance",
        }
    }
}

/// Cryptography in a form that rules can use, with words beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Crypto {
    /// Protocols with version, as `TLS 1.3`; `none` says that no cryptography is used.
    pub protocols: Vec<String>,
    /// Algorithms and modes, as `AES-128-GCM`, `ECDSA P-256`, `Ed25519`.
    pub algorithms: Vec<String>,
    /// The reference catalogue by which they count as best practice.
    pub reference: Option<String>,
    /// How keys are made, kept and replaced.
    pub key_management: Option<String>,
    /// Whether the server presents an X.509 certificate that is valid in time.
    pub valid_certificate: Option<bool>,
    /// Anything else, in words.
    pub details: Option<String>,
}

/// A port where something is reached: `tcp/8443` on the DUT, `cloud:tcp/8883` on a host that product.toml names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "place", "pattern" = "^([^:]+:)?(tcp|udp)/[0-9]{1,5}$"))]
pub struct Place {
    /// A host of product.toml; none means the DUT.
    pub host: Option<String>,
    /// TCP or UDP.
    pub transport: Transport,
    /// The port number.
    pub port: u16,
}

impl Place {
    /// Whether the place is this port of the DUT itself.
    pub fn is_dut(&self, transport: Transport, port: u16) -> bool {
        self.host.is_none() && self.transport == transport && self.port == port
    }
}

/// Whether a network reaches an entry that says so, or not; unknown also where it says no and names a port of the DUT.
pub(super) fn over_network(says: Option<bool>, reached_at: &[Place]) -> Option<bool> {
    says.filter(|is_reached| *is_reached || reached_at.iter().all(|place| place.host.is_some()))
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a place; write `tcp/443`, `udp/5353` or `host:tcp/443`");
        let (host, rest) = match text.split_once(':') {
            Some((host, rest)) if !host.is_empty() => (Some(host.to_owned()), rest),
            Some(_) => return Err(wrong()),
            None => (None, text),
        };
        let (transport, port) = rest.split_once('/').ok_or_else(wrong)?;
        let transport = match transport {
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            _ => return Err(wrong()),
        };
        match port.parse() {
            Ok(0) | Err(_) => Err(wrong()),
            Ok(port) => Ok(Self { host, transport, port }),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(host) = &self.host {
            write!(f, "{host}:")?;
        }
        let transport = if self.transport == Transport::Tcp { "tcp" } else { "udp" };
        write!(f, "{transport}/{}", self.port)
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

/// Where users find a piece of information.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Source {
    /// What it says and how a user gets there, in words.
    pub words: Option<String>,
    /// Its public address.
    #[schemars(extend("format" = "uri"))]
    pub url: Option<String>,
    /// A copy in the assessment folder.
    #[schemars(extend("format" = "folder-path"))]
    pub file: Option<String>,
    /// Whether access needs an account or another precondition; `none` when it does not.
    pub precondition: Option<String>,
}

/// A setting that the user may have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Setting {
    /// Whether the function exists.
    pub supported: Option<bool>,
    /// Whether it is on in the initialised state.
    pub on_by_default: Option<bool>,
    /// What the user can do with it.
    pub user_can: Vec<UserCan>,
}

impl Setting {
    /// Whether the function exists; unknown where it says no, and is on or the user can set it all the same.
    pub fn is_offered(&self) -> Option<bool> {
        self.supported.filter(|yes| *yes || (self.on_by_default != Some(true) && self.user_can.is_empty()))
    }
}

/// What a user can do with an automatic function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UserCan {
    /// Switch it on.
    Enable,
    /// Switch it off.
    Disable,
    /// Put it off.
    Postpone,
}

/// How a secret value arises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Generation {
    /// The method, in words.
    pub method: Option<String>,
    /// Whether each unit gets its own value.
    pub unique_per_unit: Option<bool>,
    /// What the value is made from.
    pub made_from: Option<MadeFrom>,
    /// Size of the alphabet.
    pub alphabet: Option<u32>,
    /// Number of characters drawn from the alphabet.
    pub length: Option<u32>,
}

/// What a generated value is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MadeFrom {
    /// A counter or another regular series.
    Counter,
    /// Words of a dictionary.
    Dictionary,
    /// One value for all units.
    Fixed,
    /// Public facts such as a MAC address or name.
    PublicFacts,
    /// A cryptographic random number generator.
    Random,
}

/// Whether a service or interface is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

/// A confirmation. TOML keeps `"yes"` and `"no"` apart from true and false, and so does the pro forma.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Confirmed.
    Yes,
    /// Not confirmed.
    No,
}
