//! What came of malformed and unexpected input.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Transport;

/// Unexpected input sent to one port in one protocol, with a look after each case whether the DUT still works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputTrial {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// TCP or UDP.
    pub transport: Transport,
    /// Whether the input went through TLS.
    pub tls: bool,
    /// What was mutated: `http`, `json`, `mqtt`, `tls`, `coap`, `mdns` or `ssdp`.
    pub protocol: String,
    /// How many cases were sent.
    pub cases: u32,
    /// The seed that gives the same cases again.
    pub seed: u64,
    /// The play that told whether the DUT works; none when only its ports were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<String>,
    /// Cases that were answered with success although their value is none that the DUT should take.
    #[serde(default)]
    pub accepted_invalid: Vec<AcceptedInput>,
    /// Cases after which the DUT did not work.
    #[serde(default)]
    pub crashed: Vec<CrashingInput>,
    /// Whether the trial stopped before its last case, because the DUT did not come back or the time was over.
    #[serde(default)]
    pub ended_early: bool,
}

/// A value that was let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedInput {
    /// Number of the case; the bytes are with the fact under the label `case <number>`.
    pub case: u32,
    /// What was wrong with it, in words.
    pub what: String,
    /// The play it was made from.
    pub play: String,
    /// Whether the declaration itself says that the value is refused; otherwise only its type is another one.
    pub declared: bool,
    /// The HTTP status of the answer.
    pub status: u16,
}

/// Input after which the DUT did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CrashingInput {
    /// Number of the case.
    pub case: u32,
    /// What was wrong with it, in words.
    pub what: String,
    /// How often it was sent again after the DUT had come back.
    pub repeated: u32,
    /// How often the DUT stopped working again.
    pub reproduced: u32,
    /// How many milliseconds the DUT took to come back at first; none when it did not within the time allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_after_ms: Option<u64>,
    /// Length of the reproducer in bytes, after it was made as short as the tries allowed; the bytes are with the
    /// fact under the label `reproducer <number>`.
    pub bytes: u32,
}

impl InputTrial {
    /// The trial in one line.
    pub(crate) fn words(&self) -> String {
        let transport = if self.transport == Transport::Tcp { "tcp" } else { "udp" };
        let mut words = format!(
            "{transport}/{} took {} cases of malformed {} (seed {})",
            self.port, self.cases, self.protocol, self.seed
        );
        if let Some(first) = self.crashed.first() {
            words.push_str(&format!("; it stopped working after case {}: {}", first.case, first.what));
        }
        if let Some(first) = self.accepted_invalid.first() {
            words.push_str(&format!("; it let in case {}: {}", first.case, first.what));
        }
        if self.ended_early {
            words.push_str("; not every case was sent");
        }
        words
    }
}
