//! What the DUT asked a proxy of the bench for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the DUT wanted to go through a proxy of the bench, since the last such fact of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProxyUse {
    /// The address of the DUT.
    pub target: String,
    /// Where the proxy listens.
    pub listen: String,
    /// Destinations at hosts of product.toml; at most some dozens.
    #[serde(default)]
    pub known: Vec<Destination>,
    /// Destinations at other hosts; the proxy refused them. At most some dozens.
    #[serde(default)]
    pub unknown: Vec<Destination>,
    /// How many requests went to further destinations of either kind.
    #[serde(default)]
    pub untold: u64,
    /// Connections that asked for nothing a proxy does.
    #[serde(default)]
    pub unread: u64,
}

/// A host and port that the DUT asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Destination {
    /// The host, as the DUT called it.
    pub host: String,
    /// Its TCP port.
    pub port: u16,
    /// How often.
    pub times: u64,
}

impl ProxyUse {
    /// Whether the DUT asked for nothing at all.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.unknown.is_empty() && self.untold == 0 && self.unread == 0
    }

    /// What was asked, in one line.
    pub(crate) fn words(&self) -> String {
        let told = |all: &[Destination]| {
            let mut words: Vec<String> = all.iter().take(3).map(Destination::words).collect();
            if all.len() > 3 {
                words.push(format!("{} more", all.len() - 3));
            }
            if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
        };
        format!(
            "the proxy {} was asked for {}, and refused {}",
            self.listen,
            told(&self.known),
            told(&self.unknown)
        )
    }
}

impl Destination {
    /// `example.com:443`.
    pub fn words(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }
}
