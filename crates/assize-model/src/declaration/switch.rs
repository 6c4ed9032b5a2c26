//! The bench's switches: what takes power or network from the DUT and gives it back, by commands of the bench or by a
//! person's hand.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::play::Act;

/// A switch of the bench. Its commands run only when the person who starts the run says so, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Switch {
    /// Its label.
    pub id: String,
    /// What it takes away.
    pub what: Option<Supply>,
    /// Whether a person does it, guided in the terminal.
    pub by_hand: bool,
    /// The command that takes it away: a program and its arguments, run without a shell in the assessment folder.
    pub off: Vec<String>,
    /// The command that gives it back.
    pub on: Vec<String>,
    /// A command that tells how the switch stands; what it says is kept as evidence.
    pub state: Vec<String>,
    /// Whether the bench still reaches the DUT while this network is off, as behind a cut uplink.
    pub reachable: bool,
}

/// What a switch takes away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Supply {
    /// The network, or a part of it.
    #[default]
    Network,
    /// The power.
    Power,
}

impl Supply {
    /// The supply as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Power => "power",
        }
    }

    /// What has to be allowed before it is taken away.
    pub fn needs(self) -> Act {
        match self {
            Self::Network => Act::Interrupt,
            Self::Power => Act::SwitchPower,
        }
    }
}
