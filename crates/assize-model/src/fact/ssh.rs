//! How an SSH server stands: what it offers for the key exchange, the keys it shows, and the logins it takes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything an SSH port shows before somebody is logged in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SshPosture {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The protocol version of the identification line, as `2.0` or `1.99`.
    pub protocol: String,
    /// Software and comments of the identification line.
    pub software: String,
    /// Whether the server speaks protocol 1, alone (`1.5`) or beside 2 (`1.99`).
    pub protocol_1: bool,
    /// What the server names in its first key exchange message; none when no such message came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<SshOffer>,
    /// The host keys that the server showed, one per kind of key.
    #[serde(default)]
    pub host_keys: Vec<SshHostKey>,
    /// Host key algorithms whose key the server did not show.
    #[serde(default)]
    pub keys_unseen: Vec<String>,
    /// What group exchange gave for each size asked.
    #[serde(default)]
    pub groups: Vec<SshGroup>,
    /// The authentication methods that go on after a request without credentials; none when it could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<String>>,
    /// Whether that request without credentials was let in.
    #[serde(default)]
    pub lets_in: bool,
}

/// Algorithm names in the server's order of preference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SshOffer {
    /// Key exchange methods, without the marks `kex-strict-s-v00@openssh.com` and `ext-info-s`.
    pub kex: Vec<String>,
    /// Host key algorithms.
    pub host_keys: Vec<String>,
    /// Ciphers from client to server.
    pub ciphers_in: Vec<String>,
    /// Ciphers from server to client.
    pub ciphers_out: Vec<String>,
    /// Integrity algorithms from client to server.
    pub macs_in: Vec<String>,
    /// Integrity algorithms from server to client.
    pub macs_out: Vec<String>,
    /// Compression from client to server.
    pub compression_in: Vec<String>,
    /// Compression from server to client.
    pub compression_out: Vec<String>,
    /// Whether the server offers strict key exchange, the remedy against CVE-2023-48795.
    pub strict_kex: bool,
}

/// A host key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SshHostKey {
    /// The kind of key, as `ssh-rsa` or `ssh-ed25519`.
    pub kind: String,
    /// Its size in bits.
    pub bits: u32,
    /// SHA-256 of the public key, base64 without padding, as `ssh-keygen -l` prints it after `SHA256:`.
    pub sha256: String,
}

/// One answer of group exchange (RFC 4419).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SshGroup {
    /// The size the client asked for, in bits.
    pub asked: u32,
    /// The size of the prime the server gave, in bits; none when it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<u32>,
}

impl SshOffer {
    /// The ciphers and integrity algorithms, either direction, that CVE-2023-48795 concerns when strict key exchange
    /// is absent: ChaCha20-Poly1305, and CBC with encrypt-then-MAC.
    pub fn terrapin(&self) -> Vec<&str> {
        if self.strict_kex {
            return Vec::new();
        }
        let (ciphers, macs) =
            (both(&self.ciphers_in, &self.ciphers_out), both(&self.macs_in, &self.macs_out));
        let has_etm = macs.iter().any(|m| m.ends_with("-etm@openssh.com"));
        let concerned = |c: &&str| *c == "chacha20-poly1305@openssh.com" || (has_etm && c.contains("-cbc"));
        ciphers.into_iter().filter(concerned).collect()
    }

    /// Every algorithm named, each once, in the order of the message.
    pub fn algorithms(&self) -> Vec<&str> {
        let ciphers = both(&self.ciphers_in, &self.ciphers_out);
        let macs = both(&self.macs_in, &self.macs_out);
        let ends = self.kex.iter().chain(&self.host_keys).map(String::as_str);
        ends.chain(ciphers).chain(macs).collect()
    }
}

fn both<'a>(one: &'a [String], other: &'a [String]) -> Vec<&'a str> {
    let mut all: Vec<&str> = one.iter().map(String::as_str).collect();
    all.extend(other.iter().map(String::as_str).filter(|name| !one.iter().any(|known| known == name)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(ciphers: &[&str], macs: &[&str], strict_kex: bool) -> SshOffer {
        let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        SshOffer { ciphers_in: own(ciphers), macs_out: own(macs), strict_kex, ..SshOffer::default() }
    }

    #[test]
    fn terrapin_needs_a_mode_and_the_absence_of_strict_kex() {
        let chacha = "chacha20-poly1305@openssh.com";
        let etm = "hmac-sha2-256-etm@openssh.com";
        assert_eq!(offer(&[chacha, "aes128-cbc"], &[], false).terrapin(), [chacha]);
        assert_eq!(offer(&["aes128-cbc"], &[etm], false).terrapin(), ["aes128-cbc"]);
        assert_eq!(offer(&["aes128-ctr"], &[etm], false).terrapin(), [""; 0]);
        assert_eq!(offer(&[chacha], &[etm], true).terrapin(), [""; 0]);
    }
}
