//! Turns each switch off and on again, with a look at the DUT before, meanwhile and afterwards.

use std::time::Duration;

use assize_model::declaration::play::{Play, Purpose};
use assize_model::declaration::switch::Switch;
use assize_model::fact::{Fact, KeptState, Reconnect, SwitchTrial};
use tokio::time::{Instant, sleep};

use super::hand::{Hand, NotTurned, Turn, Turned};
use super::state::{After, State, played, takes};
use crate::{
    Observation, Raw, Sink, Trouble,
    outage::Line,
    play::{Player, Values},
};

/// The gap between two looks.
const LOOK: Duration = Duration::from_millis(400);
/// How often a switch is turned on before it is given up.
const TRIES: u32 = 3;
/// Attempts to connect that are told in a fact.
const MOST_TOLD: usize = 100;

/// The switches of a bench, and what stands beside them.
pub struct Switchboard<'a> {
    /// The switches that are tried.
    pub switches: Vec<&'a Switch>,
    /// Who turns them.
    pub hand: &'a dyn Hand,
    /// TCP ports of the DUT that were found open.
    pub ports: &'a [u16],
    /// The relays at which the DUT comes back to its hosts.
    pub lines: Vec<Line<'a>>,
}

/// Turns each switch off for as long as the budget says, and on again; one [`SwitchTrial`] for each time. Gives the
/// reasons why switches were left out, a sentence each. Does nothing without leave.
///
/// # Errors
/// When a switch fails, or the bench itself. A switch that was turned off is turned on again before.
pub async fn switch(
    player: &Player<'_>,
    board: &Switchboard<'_>,
    sink: &mut dyn Sink,
) -> Result<Vec<String>, Trouble> {
    let mut left_out = Vec::new();
    let may = |s: &&Switch| s.what.is_some_and(|supply| player.may(supply.needs()));
    let switches: Vec<&Switch> = board.switches.iter().copied().filter(may).collect();
    let rounds = player.budget.outages;
    let of = u64::from(rounds) * switches.len() as u64;
    let mut done = 0;
    for switch in switches {
        for round in 1..=rounds {
            sink.progress(done, of, &format!("turn {} off and on", switch.id));
            done += 1;
            match (Trial { player, board, switch, round }).run().await? {
                Ok(observation) => sink.observe(observation).map_err(Trouble::Stopped)?,
                Err(why) => {
                    left_out.push(format!("the switch `{}` was left out: {why}", switch.id));
                    break;
                }
            }
        }
    }
    Ok(left_out)
}

struct Trial<'a> {
    player: &'a Player<'a>,
    board: &'a Switchboard<'a>,
    switch: &'a Switch,
    round: u32,
}

/// Signs of life while the switch was off.
#[derive(Default)]
struct Meanwhile {
    asked: u32,
    well: u32,
    fell_silent: bool,
}

impl Trial<'_> {
    /// The fact, or why the switch was left out.
    async fn run(&self) -> Result<Result<Observation, String>, Trouble> {
        let before = State::of(self.player, self.board.ports).await?;
        let mut fact = SwitchTrial {
            target: self.player.target.address().to_string(),
            switch: self.switch.id.clone(),
            supply: self.switch.what.unwrap_or_default(),
            round: self.round,
            reachable: self.switch.reachable,
            health: self.health().map(|p| p.id.clone()),
            ports: before.ports.clone(),
            was_well: self.is_well(&before).await?,
            ..SwitchTrial::default()
        };
        if !fact.was_well {
            let raw = Raw::new("why.txt", "the DUT did not work before, and nothing was switched\n");
            return Ok(Ok(Observation { fact: Fact::SwitchTrial(fact), raw: vec![raw] }));
        }
        // One who asks now and then comes back after any while; only a connection that stood shows a return.
        let lines: Vec<&Line<'_>> = self.board.lines.iter().filter(|l| l.relay.has_standing()).collect();
        let turned = match self.board.hand.turn(self.switch, Turn::Off).await {
            Ok(turned) => turned,
            Err(NotTurned::LeftOut(why)) => return Ok(Err(why)),
            Err(NotTurned::Failed(why)) => return Err(self.failed(why).await),
        };
        self.board.lines.iter().for_each(|line| line.relay.forget());
        let meanwhile = self.meanwhile(&before).await;
        fact.heard_at = Some(self.heard_at());
        self.board.lines.iter().for_each(|line| line.relay.forget());
        // Whatever went wrong meanwhile, what was taken away is given back first.
        let given_back = self.give_back().await?;
        let (off, on) = (turned.at, given_back.at);
        let Meanwhile { asked, well, fell_silent } = meanwhile?;
        (fact.asked, fact.well, fact.fell_silent) = (asked, well, fell_silent);
        fact.by = turned.by.or(given_back.by);
        fact.off_ms = millis(on.duration_since(off));
        let mut raw = [turned.raw, given_back.raw].concat();
        fact.back_after_ms = self.comes_back(&before, on).await?;
        if fact.back_after_ms.is_some() {
            let After { ports_lost, logins, reads, raw: shown } = before.again(self.player).await?;
            (fact.ports_lost, fact.logins, fact.reads) = (ports_lost, logins, reads);
            raw.extend(shown);
            fact.reconnects = self.reconnects(&lines, on).await;
            if fact.logins.iter().any(|k| k.state == KeptState::Lost) {
                fact.set_up_again = self.set_up_again(&mut raw).await?;
            }
        }
        Ok(Ok(Observation { fact: Fact::SwitchTrial(fact), raw }))
    }

    /// The places at whose relays something of the DUT came since they were made to forget.
    fn heard_at(&self) -> Vec<String> {
        let heard = self.board.lines.iter().filter(|line| line.relay.seen().heard);
        heard.map(|line| line.place.clone()).collect()
    }

    fn health(&self) -> Option<&Play> {
        self.player.of(Purpose::Health).next()
    }

    /// Whether the DUT works: by its play for that, or else by any port that was open.
    async fn is_well(&self, before: &State) -> Result<bool, Trouble> {
        match self.health() {
            Some(play) => Ok(played(self.player, play, &Values::new()).await?.succeeded),
            None => self.takes_any(before).await,
        }
    }

    async fn takes_any(&self, before: &State) -> Result<bool, Trouble> {
        for port in &before.ports {
            if takes(self.player, *port).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks for signs of life until the time is over.
    async fn meanwhile(&self, before: &State) -> Result<Meanwhile, Trouble> {
        let (mut seen, until) = (Meanwhile::default(), Instant::now() + self.player.budget.outage);
        while Instant::now() < until {
            sleep(LOOK.min(until.saturating_duration_since(Instant::now()))).await;
            let is_well = self.is_well(before).await?;
            seen.asked += 1;
            seen.well += u32::from(is_well);
            seen.fell_silent = !is_well && !self.takes_any(before).await?;
        }
        Ok(seen)
    }

    /// Turns the switch on, and again when that fails.
    async fn give_back(&self) -> Result<Turned, Trouble> {
        let mut why = String::new();
        for _ in 0..TRIES {
            match self.board.hand.turn(self.switch, Turn::On).await {
                Ok(turned) => return Ok(turned),
                Err(NotTurned::Failed(words) | NotTurned::LeftOut(words)) => why = words,
            }
            sleep(LOOK).await;
        }
        Err(Trouble::SwitchedOff { switch: self.switch.id.clone(), why })
    }

    /// The switch failed on the way off: it is turned on, so that the DUT is not left without.
    async fn failed(&self, why: String) -> Trouble {
        match self.give_back().await {
            Ok(_) => Trouble::Switch { switch: self.switch.id.clone(), why },
            Err(Trouble::SwitchedOff { switch, why: worse }) => {
                Trouble::SwitchedOff { switch, why: format!("{worse}; before, to turn it off failed: {why}") }
            }
            Err(worse) => worse,
        }
    }

    /// How long after the return the DUT works again; none when it does not in time.
    async fn comes_back(&self, before: &State, on: Instant) -> Result<Option<u64>, Trouble> {
        loop {
            if self.is_well(before).await? {
                return Ok(Some(millis(on.elapsed())));
            }
            if on.elapsed() > self.player.budget.restart {
                return Ok(None);
            }
            sleep(LOOK).await;
        }
    }

    /// When the DUT came back to each host that it had a connection to before.
    async fn reconnects(&self, lines: &[&Line<'_>], on: Instant) -> Vec<Reconnect> {
        let mut all = Vec::new();
        for line in lines {
            let mut seen = line.relay.seen();
            while seen.answered.is_empty() && on.elapsed() < self.player.budget.recovery {
                sleep(LOOK).await;
                seen = line.relay.seen();
            }
            let since = |at: &Instant| millis(at.saturating_duration_since(on));
            all.push(Reconnect {
                place: line.place.clone(),
                attempts_ms: seen.calls.iter().take(MOST_TOLD).map(since).collect(),
                after_ms: seen.answered.first().map(since),
            });
        }
        all
    }

    /// Sets a DUT up that refuses the logins it took before, so that later probes find it as it was; that it lets
    /// itself be set up shows that it is in its factory state.
    async fn set_up_again(&self, raw: &mut Vec<Raw>) -> Result<Option<bool>, Trouble> {
        let Some(set_up) = self.player.of(Purpose::SetUp).next() else { return Ok(None) };
        let Some(login) = self.player.of(Purpose::LogIn).next() else { return Ok(None) };
        let Some((_, own)) = self.player.account_of(login) else { return Ok(None) };
        let played = played(self.player, set_up, &Player::values_of(own)).await?;
        raw.extend(played.raw);
        Ok(Some(played.succeeded && self.player.enter_patiently(login, own).await?.is_some()))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
