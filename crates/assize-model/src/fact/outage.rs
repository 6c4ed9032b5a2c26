//! What the DUT did while a host it talks to was out of reach, and afterwards.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A host of the DUT was taken away and given back at the bench's place between the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outage {
    /// The address of the DUT.
    pub target: String,
    /// The place that was taken away, as `cloud:tcp/8883`.
    pub place: String,
    /// Which of several outages in a row it was, from 1.
    pub round: u32,
    /// Whether the DUT had a connection there before, on which bytes went both ways.
    pub was_connected: bool,
    /// How many milliseconds the place was away.
    pub away_ms: u64,
    /// When the DUT tried to connect meanwhile, in milliseconds from the beginning; at most the first thousand.
    #[serde(default)]
    pub attempts_ms: Vec<u64>,
    /// How many milliseconds after the return bytes went both ways again; none when they did not within the time
    /// allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnected_after_ms: Option<u64>,
    /// The play that told whether the DUT works meanwhile; none when there is no such play.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<String>,
    /// How often it was asked while the place was away; 0 as well when it failed before the outage or after it, for
    /// its answers then tell nothing.
    pub asked: u32,
    /// How often it answered as it should.
    pub well: u32,
}

impl Outage {
    /// The outage in one line.
    pub(crate) fn words(&self) -> String {
        let back = match self.reconnected_after_ms {
            Some(ms) => format!("was back after {ms} ms"),
            None => "did not come back".to_owned(),
        };
        format!(
            "{} was away for {} ms: the DUT tried {} times, worked {} of {} times, and {back}",
            self.place,
            self.away_ms,
            self.attempts_ms.len(),
            self.well,
            self.asked
        )
    }
}
