//! Cuts a relay for a while: when the DUT tries again, whether it works meanwhile, when it is back.

use assize_model::declaration::play::{Act, Purpose};
use assize_model::fact::{Fact, Outage};
use tokio::time::{Duration, Instant, sleep};

use crate::{
    Observation, Raw, Sink, Trouble,
    play::{Player, Values},
    relay::{Mode, Relay},
};

/// The gap between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// The gap between two health plays while the host is away.
const HEALTH: Duration = Duration::from_millis(400);
/// Attempts that are told in a fact.
const MOST_TOLD: usize = 1000;

/// A relay that can be cut.
#[derive(Debug)]
pub struct Line<'a> {
    /// The place that it takes, as the declaration writes it.
    pub place: String,
    /// The relay.
    pub relay: &'a Relay,
}

/// Takes each place away for as long as the budget says and gives it back, one [`Outage`] for each time.
/// Does nothing without leave.
///
/// # Errors
/// When the bench itself fails.
pub async fn interrupt(player: &Player<'_>, lines: &[Line<'_>], sink: &mut dyn Sink) -> Result<(), Trouble> {
    if !player.may(Act::Interrupt) {
        return Ok(());
    }
    let rounds = player.budget.outages;
    let of = u64::from(rounds) * lines.len() as u64;
    let mut done = 0;
    for line in lines {
        for round in 1..=rounds {
            sink.progress(done, of, "take hosts away");
            done += 1;
            let ended = outage(player, line, round).await;
            if ended.is_err() {
                line.relay.set(Mode::Pass);
            }
            sink.observe(ended?).map_err(Trouble::Stopped)?;
        }
    }
    Ok(())
}

async fn outage(player: &Player<'_>, line: &Line<'_>, round: u32) -> Result<Observation, Trouble> {
    // A DUT that is not connected shows nothing by not connecting.
    if !is_connected(player, line).await {
        let raw =
            Raw::new("attempts.txt", "the DUT had no connection there, and the place was not taken away\n");
        let fact = Outage { round, ..blank(player, line) };
        return Ok(Observation { fact: Fact::Outage(fact), raw: vec![raw] });
    }
    let was_well = is_well(player).await?;
    let began = Instant::now();
    line.relay.set(Mode::Cut);
    let (asked, well) = meanwhile(player, began).await?;
    let away = began.elapsed();
    let seen = line.relay.seen();
    line.relay.set(Mode::Pass);
    let back = Instant::now();
    let reconnected = returned(player, line, back).await;
    // A play that also fails while the place is there tells nothing of its absence.
    let tells = was_well && becomes_well(player, back).await?;
    let (asked, well) = if tells { (asked, well) } else { (0, 0) };
    let attempts: Vec<u64> = seen.calls.iter().map(|at| millis(at.duration_since(began))).collect();
    let told = attempts.iter().zip(&seen.peers).map(|(ms, peer)| format!("{ms} ms, from {peer}\n"));
    let raw = Raw::new("attempts.txt", told.collect::<String>());
    let fact = Outage {
        round,
        was_connected: true,
        away_ms: millis(away),
        attempts_ms: attempts.into_iter().take(MOST_TOLD).collect(),
        reconnected_after_ms: reconnected.map(millis),
        asked,
        well,
        ..blank(player, line)
    };
    Ok(Observation { fact: Fact::Outage(fact), raw: vec![raw] })
}

/// An outage of which nothing is known yet.
fn blank(player: &Player<'_>, line: &Line<'_>) -> Outage {
    Outage {
        target: player.target.address().to_string(),
        place: line.place.clone(),
        health: player.of(Purpose::Health).next().map(|p| p.id.clone()),
        ..Outage::default()
    }
}

/// Waits, for no longer than a connection may take to open, until the DUT has been answered on a connection.
async fn is_connected(player: &Player<'_>, line: &Line<'_>) -> bool {
    let began = Instant::now();
    while line.relay.seen().answered.is_empty() {
        if began.elapsed() > player.budget.connect {
            return false;
        }
        sleep(LOOK).await;
    }
    true
}

/// Asks for the DUT's health until the outage is over.
async fn meanwhile(player: &Player<'_>, began: Instant) -> Result<(u32, u32), Trouble> {
    let (mut asked, mut well) = (0, 0);
    let until = began + player.budget.outage;
    while Instant::now() < until {
        sleep(HEALTH.min(until.saturating_duration_since(Instant::now()))).await;
        if let Some(play) = player.of(Purpose::Health).next() {
            asked += 1;
            well += u32::from(player.play(play, &Values::new()).await?.succeeded);
        }
    }
    Ok((asked, well))
}

/// Whether the play for the DUT's health succeeds now; true when there is none.
async fn is_well(player: &Player<'_>) -> Result<bool, Trouble> {
    match player.of(Purpose::Health).next() {
        Some(play) => Ok(player.play(play, &Values::new()).await?.succeeded),
        None => Ok(true),
    }
}

/// Whether the play for the DUT's health succeeds at least once within the time that a recovery may take.
async fn becomes_well(player: &Player<'_>, back: Instant) -> Result<bool, Trouble> {
    loop {
        if is_well(player).await? {
            return Ok(true);
        }
        if back.elapsed() > player.budget.recovery {
            return Ok(false);
        }
        sleep(HEALTH).await;
    }
}

/// How long after the return the DUT has been answered; none when it was not in time.
async fn returned(player: &Player<'_>, line: &Line<'_>, back: Instant) -> Option<Duration> {
    while back.elapsed() < player.budget.recovery {
        if let Some(first) = line.relay.seen().answered.first() {
            return Some(first.duration_since(back));
        }
        sleep(LOOK).await;
    }
    None
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
