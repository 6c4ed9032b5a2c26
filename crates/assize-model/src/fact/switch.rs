//! What the DUT did while its power or network was switched off, and after it was given back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::declaration::switch::Supply;

/// Power or network was taken from the DUT by a switch of the bench, and given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwitchTrial {
    /// The address of the DUT.
    pub target: String,
    /// The switch, as product.toml names it.
    pub switch: String,
    /// What it took away.
    pub supply: Supply,
    /// Which of several times in a row it was, from 1.
    pub round: u32,
    /// Who turned it; none when commands of the bench did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whether the DUT worked before, by the play that tells its health or, without one, by its ports. A DUT that did
    /// not was left as it was.
    pub was_well: bool,
    /// How many milliseconds it was off, from the end of one turn to the end of the other.
    pub off_ms: u64,
    /// Whether the bench reaches the DUT while this is off, as the declaration says.
    #[serde(default)]
    pub reachable: bool,
    /// How often the DUT was asked for a sign of life meanwhile.
    pub asked: u32,
    /// How often it gave one.
    pub well: u32,
    /// Whether the last of these got no answer: the DUT was off or out of reach in the end.
    pub fell_silent: bool,
    /// The play that told whether the DUT works; none when there is no such play.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<String>,
    /// How many milliseconds after the return it worked again; none when it did not within the time allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_after_ms: Option<u64>,
    /// TCP ports that took connections before.
    #[serde(default)]
    pub ports: Vec<u16>,
    /// Those of them that took none afterwards, within the time allowed.
    #[serde(default)]
    pub ports_lost: Vec<u16>,
    /// Logins of the tester that worked before, and what became of them.
    #[serde(default)]
    pub logins: Vec<Kept>,
    /// Reads that worked before, and what became of them.
    #[serde(default)]
    pub reads: Vec<Kept>,
    /// Whether the DUT let itself be set up like a fresh one afterwards; none when that was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_up_again: Option<bool>,
    /// The places at which something of the DUT reached the bench's relays while it was off; none when nobody minded
    /// them, as earlier versions did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Vec<String>>,
    /// How the hosts at the bench's relays were reached again to which a connection stood before.
    #[serde(default)]
    pub reconnects: Vec<Reconnect>,
}

/// Something that worked before, tried again afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kept {
    /// The play, or for a login the account.
    pub what: String,
    /// What became of it.
    pub state: KeptState,
}

/// What became of something that worked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeptState {
    /// It works and gives the same.
    Same,
    /// It works and gives what its play names as success; the rest is not as before.
    Holds,
    /// It works; what it gives also differed between two looks before.
    Varies,
    /// It works and gives something else.
    Changed,
    /// The DUT judged it and refuses it, or gives what shows no success any more.
    Lost,
    /// It could not be tried, or the DUT did not judge it.
    Untold,
}

/// A host that the DUT reached through the bench.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reconnect {
    /// The place, as `cloud:tcp/8883`.
    pub place: String,
    /// When the DUT tried to connect, in milliseconds after the return; at most the first hundred.
    pub attempts_ms: Vec<u64>,
    /// When bytes went both ways again, in milliseconds after the return; none when they did not in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<u64>,
}

impl SwitchTrial {
    /// The trial in one line.
    pub(crate) fn words(&self) -> String {
        let (supply, switch) = (self.supply.name(), &self.switch);
        if !self.was_well {
            return format!("the {supply} was left on at {switch}, for the DUT did not work before");
        }
        let back = match self.back_after_ms {
            Some(ms) => format!("worked again after {ms} ms"),
            None => "did not come back in time".to_owned(),
        };
        let lost = self.logins.iter().chain(&self.reads).filter(|k| k.state == KeptState::Lost).count();
        let by = self.by.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
        format!(
            "the {supply} was off at {switch} for {} ms{by}: the DUT showed life {} of {} times, {back}, with {lost} of {} \
             things lost that worked before",
            self.off_ms,
            self.well,
            self.asked,
            self.logins.len() + self.reads.len(),
        )
    }
}
