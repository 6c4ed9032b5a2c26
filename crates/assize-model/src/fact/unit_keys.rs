//! The keys by which a port of another unit of the product proves who it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Transport;

/// What one port of another unit shows, asked no further than its keys. Nothing shown is a fact too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnitKeys {
    /// The address of the other unit.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// TCP, or UDP for DTLS.
    pub transport: Transport,
    /// What the port was asked in.
    pub asked: KeyProtocol,
    /// The public keys it showed, each once.
    #[serde(default)]
    pub keys: Vec<UnitKey>,
}

/// A protocol in which a server shows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyProtocol {
    /// SSH: host keys.
    Ssh,
    /// TLS and DTLS: the keys of leaf certificates.
    Tls,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnitKey {
    /// Its kind and size, as `EC P-256`, `RSA 2048` or `ssh-ed25519 256`.
    pub kind: String,
    /// Its SHA-256, written as the facts about the DUT write it: of a leaf's SubjectPublicKeyInfo in hex, of an SSH host
    /// key in base64 without padding.
    pub sha256: String,
}

impl UnitKeys {
    pub(crate) fn words(&self) -> String {
        let side = if self.transport == Transport::Tcp { "tcp" } else { "udp" };
        let keys: Vec<String> =
            self.keys.iter().map(|key| format!("{} SHA-256 {}", key.kind, key.sha256)).collect();
        let shown = if keys.is_empty() { "no key".to_owned() } else { keys.join(", ") };
        let asked = match self.asked {
            KeyProtocol::Ssh => "SSH",
            KeyProtocol::Tls => "TLS",
        };
        format!("{side}/{} of the unit at {} shows {shown} in {asked}", self.port, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shown_is_said() {
        let seen = UnitKeys {
            target: "192.0.2.11".into(),
            port: 22,
            transport: Transport::Tcp,
            asked: KeyProtocol::Ssh,
            keys: Vec::new(),
        };
        assert_eq!(seen.words(), "tcp/22 of the unit at 192.0.2.11 shows no key in SSH");
    }
}
