//! What a TLS or DTLS port accepts, as client hellos of the bench's own brought it to light.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Transport;

/// The TLS or DTLS side of one port, asked until nothing new came. What was not asked is `None` or absent, never
/// `false`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TlsPosture {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The host name that was asked for; none when the address alone was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// TCP for TLS, UDP for DTLS.
    pub transport: Option<Transport>,
    /// One entry per protocol version asked for, oldest first, also for those refused.
    pub versions: Vec<VersionPosture>,
    /// Key agreement groups accepted, by IANA name (`x25519`, `secp256r1`, `ffdhe2048`, `X25519MLKEM768`).
    pub groups: Vec<String>,
    /// Signature schemes the server signed with, by IANA name (`rsa_pss_rsae_sha256`).
    pub signatures: Vec<String>,
    /// Sizes of the finite-field Diffie-Hellman primes seen, in bits.
    pub dh_bits: Vec<u32>,
    /// ALPN protocols accepted.
    pub alpn: Vec<String>,
    /// How the port treats extensions and renewals.
    pub features: TlsFeatures,
    /// Known attacks that were tried or told from what was accepted.
    pub attacks: Vec<AttackResult>,
    /// Whether the server asks the client for a certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_client_certificate: Option<bool>,
    /// How many handshakes this took.
    pub handshakes: u32,
    /// What could not be asked, and why; empty when the whole posture was seen.
    #[serde(default)]
    pub gaps: Vec<String>,
}

/// One protocol version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionPosture {
    /// `SSL 2.0` to `TLS 1.3`, `DTLS 1.0`, `DTLS 1.2`.
    pub version: String,
    /// Whether the server agreed to it.
    pub accepted: bool,
    /// Every cipher suite accepted, by IANA name or `0x....`; in the server's order of preference where it has one.
    pub suites: Vec<String>,
    /// Whether the order of `suites` is the server's own (`Some(true)`) or it follows the client's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_order: Option<bool>,
}

/// How a port treats extensions and renewals; `None` was not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TlsFeatures {
    /// TLS compression is agreed to (CRIME).
    pub compression: Option<bool>,
    /// Secure renegotiation (RFC 5746) is announced.
    pub secure_renegotiation: Option<bool>,
    /// A renegotiation started by the client is carried out.
    pub client_renegotiation: Option<bool>,
    /// A session is resumed by its id.
    pub resumption_by_id: Option<bool>,
    /// A session is resumed by a ticket.
    pub resumption_by_ticket: Option<bool>,
    /// TLS 1.3 early data is accepted or announced.
    pub early_data: Option<bool>,
    /// Extended master secret (RFC 7627) is agreed to.
    pub extended_master_secret: Option<bool>,
    /// Encrypt-then-MAC (RFC 7366) is agreed to.
    pub encrypt_then_mac: Option<bool>,
    /// The fallback signal (RFC 7507) is heeded.
    pub fallback_scsv: Option<bool>,
    /// A TLS 1.3 server marks a lower handshake as such (RFC 8446 clause 4.1.3).
    pub downgrade_sentinel: Option<bool>,
    /// The heartbeat extension (RFC 6520) is agreed to.
    pub heartbeat: Option<bool>,
    /// The certificate's state is sent along when asked for (OCSP stapling, RFC 6066).
    pub ocsp_stapling: Option<bool>,
}

/// What came of one known attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttackResult {
    /// Its usual name, lower case: `heartbleed`, `ccs-injection`, `robot`, `poodle`, `crime`, `freak`, `logjam`,
    /// `sweet32`, `drown`, `ticketbleed`.
    pub name: String,
    /// What was seen.
    pub state: AttackState,
    /// Why, in a clause.
    pub why: String,
}

/// Whether an attack would work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AttackState {
    /// What the attack needs was seen.
    Open,
    /// What the attack needs was asked for and refused.
    Closed,
    /// It could not be told.
    Unknown,
}

impl TlsPosture {
    /// The versions the server agreed to, oldest first.
    pub fn accepted(&self) -> impl Iterator<Item = &VersionPosture> {
        self.versions.iter().filter(|v| v.accepted)
    }
}
