//! MQTT: a broker says at once whether a user and password connect.

use super::{Attempt, Line, Pair, Way};
use crate::{Budget, Trouble, mqtt::codec, tap::Patience};

/// Tries one pair.
pub(super) async fn attempt(way: &Way<'_>, pair: Pair<'_>) -> Result<Attempt, Trouble> {
    way.over(async |line| talk(line, way.budget, pair).await.map(Ok)).await
}

async fn talk(line: &mut Line<'_>, budget: &Budget, (user, password): Pair<'_>) -> Option<bool> {
    line.say(&codec::connect_as("assize", user, password), budget.read).await.ok();
    line.hear(Patience::whole(budget.read), |b| !codec::may_become(b)).await;
    match codec::return_code(line.heard()) {
        Some(0) => Some(true),
        // The other codes judge no password: a version, a name of the client, a broker that is out of service.
        Some(4 | 5) => Some(false),
        _ => None,
    }
}
