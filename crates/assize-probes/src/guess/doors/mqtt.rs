//! MQTT: a broker says at once whether a user and password connect.

use super::{Attempt, Pair, Way, Wire};
use crate::{Trouble, mqtt::codec, tap::Patience};

/// Tries one pair.
pub(super) async fn attempt(way: &Way<'_>, (user, password): Pair<'_>) -> Result<Attempt, Trouble> {
    let mut wire = Wire::default();
    let Some(mut line) = way.line(&mut wire).await? else { return Ok(wire.untold()) };
    line.say(&codec::connect_as("assize", user, password), way.budget.read).await.ok();
    line.hear(Patience::whole(way.budget.read), |b| !codec::may_become(b)).await;
    let came = match codec::return_code(line.heard()) {
        Some(0) => Some(true),
        // The other codes judge no password: a version, a name of the client, a broker that is out of service.
        Some(4 | 5) => Some(false),
        _ => None,
    };
    Ok(Attempt::of(came, line.raw("")))
}
