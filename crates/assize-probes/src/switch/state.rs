//! What the DUT is before power or network is taken away, and what became of it: ports, logins, and what reads give.

use std::{collections::BTreeMap, time::Duration};

use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{Kept, KeptState, is_judged};
use tokio::time::{Instant, sleep};

use crate::{
    Raw, Trouble,
    http::codec::Answer,
    net::call,
    play::{Came, Credentials, Played, Player, Values},
};

/// The gap between two looks at the same thing.
const LOOK: Duration = Duration::from_millis(400);
/// The gap between two looks at what a read gives: a clock that tells whole seconds has moved on by then.
const TICK: Duration = Duration::from_millis(1100);
/// Ports that are visited.
const MOST_PORTS: usize = 64;
/// How often a login that is refused is tried; a DUT that is still starting may refuse at first.
const LOGINS: u32 = 3;

/// What the DUT is at one moment.
pub(super) struct State {
    pub(super) ports: Vec<u16>,
    logins: BTreeMap<String, Values>,
    reads: Vec<(String, Vec<u8>, bool)>,
}

/// What became of it.
#[derive(Default)]
pub(super) struct After {
    pub(super) ports_lost: Vec<u16>,
    pub(super) logins: Vec<Kept>,
    pub(super) reads: Vec<Kept>,
    pub(super) raw: Vec<Raw>,
}

impl State {
    /// Looks at everything, at reads twice: what differs by itself tells nothing later. Logs in with leave only.
    pub(super) async fn of(player: &Player<'_>, ports: &[u16]) -> Result<Self, Trouble> {
        let mut state = Self { ports: Vec::new(), logins: BTreeMap::new(), reads: Vec::new() };
        for port in ports.iter().take(MOST_PORTS) {
            if takes(player, *port).await? {
                state.ports.push(*port);
            }
        }
        for (account, credentials) in player.accounts.iter().filter(|_| player.may(Act::LogIn)) {
            let Some(login) = player.login_of(account) else { continue };
            if let Some(values) = player.enter_patiently(login, credentials).await? {
                state.logins.insert(account.clone(), values);
            }
        }
        let first = state.read(player).await?;
        sleep(TICK).await;
        let again = state.read(player).await?;
        for (play, body) in first {
            if let Some(second) = again.get(&play) {
                state.reads.push((play, second.clone(), body == *second));
            }
        }
        Ok(state)
    }

    /// What every read that works gives.
    async fn read(&self, player: &Player<'_>) -> Result<BTreeMap<String, Vec<u8>>, Trouble> {
        let mut all = BTreeMap::new();
        for play in player.of(Purpose::Read) {
            let Some(values) = values_for(player, play, &self.logins) else { continue };
            let played = player.play(play, &values).await?;
            if let Some(answer) = played.answer.filter(|_| played.succeeded) {
                all.insert(play.id.clone(), answer.body);
            }
        }
        Ok(all)
    }

    /// Looks again at everything that worked.
    pub(super) async fn again(&self, player: &Player<'_>) -> Result<After, Trouble> {
        let mut after = After { ports_lost: self.lost_ports(player).await?, ..After::default() };
        let mut logins = BTreeMap::new();
        for account in self.logins.keys() {
            let (Some(login), Some(credentials)) = (player.login_of(account), player.accounts.get(account))
            else {
                continue;
            };
            let (state, played) = log_in(player, login, credentials).await?;
            if state == KeptState::Lost {
                after.raw.extend(played.raw);
            } else if state == KeptState::Same {
                let mut values = Player::values_of(credentials);
                values.extend(played.taken);
                logins.insert(account.clone(), values);
            }
            after.logins.push(Kept { what: account.clone(), state });
        }
        let end = Instant::now() + player.budget.recovery;
        for (id, body, is_steady) in &self.reads {
            let Some(play) = player.plays.iter().find(|p| p.id == *id) else { continue };
            let state = match values_for(player, play, &logins) {
                None => KeptState::Untold,
                Some(values) => {
                    let (state, played) = read(player, (play, &values), (body, *is_steady), end).await?;
                    if matches!(state, KeptState::Lost | KeptState::Changed) {
                        after.raw.extend(played.raw);
                    }
                    state
                }
            };
            after.reads.push(Kept { what: id.clone(), state });
        }
        Ok(after)
    }

    /// The ports that take no connection within the time that a restart may take: services start one after the other.
    async fn lost_ports(&self, player: &Player<'_>) -> Result<Vec<u16>, Trouble> {
        let (mut lost, end) = (self.ports.clone(), Instant::now() + player.budget.restart);
        loop {
            let mut still = Vec::new();
            for port in lost {
                if !takes(player, port).await? {
                    still.push(port);
                }
            }
            lost = still;
            if lost.is_empty() || Instant::now() > end {
                return Ok(lost);
            }
            sleep(LOOK).await;
        }
    }
}

/// Whether a port takes a connection. A DUT without power or network may be no longer known to the network at all.
pub(super) async fn takes(player: &Player<'_>, port: u16) -> Result<bool, Trouble> {
    match call(player.target, port, player.budget).await {
        Ok(line) => Ok(line.is_some()),
        Err(Trouble::NoRoute { .. }) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Plays a play; no route is no answer.
pub(super) async fn played(player: &Player<'_>, play: &Play, values: &Values) -> Result<Played, Trouble> {
    match player.play(play, values).await {
        Err(Trouble::NoRoute { .. }) => Ok(Played::default()),
        other => other,
    }
}

/// The values of the account that does a play and has logged in; none for it otherwise.
fn values_for(player: &Player<'_>, play: &Play, logins: &BTreeMap<String, Values>) -> Option<Values> {
    if play.accounts.is_empty() {
        return Some(Values::new());
    }
    player.account_of(play).and_then(|(account, _)| logins.get(account).cloned())
}

/// Reads once more. A DUT whose health play succeeds may still be starting: what is missing or different counts only
/// when it stays so to the end of the time that a recovery may take.
async fn read(
    player: &Player<'_>,
    (play, values): (&Play, &Values),
    before: (&[u8], bool),
    end: Instant,
) -> Result<(KeptState, Played), Trouble> {
    loop {
        let played = player.play(play, values).await?;
        let state = compared(&played, play, before);
        if !matches!(state, KeptState::Lost | KeptState::Changed) || Instant::now() + LOOK > end {
            return Ok((state, played));
        }
        sleep(LOOK).await;
    }
}

/// Logs in once more; a refusal counts when it comes every time, over the time that a recovery may take.
async fn log_in(
    player: &Player<'_>,
    login: &Play,
    credentials: &Credentials,
) -> Result<(KeptState, Played), Trouble> {
    let (end, mut refusals) = (Instant::now() + player.budget.login_wait, 0);
    loop {
        let (came, played) = player.enter(login, credentials).await?;
        let wait = match came {
            Came::In => return Ok((KeptState::Same, played)),
            Came::Refused if played.answer.as_ref().is_some_and(|a| a.status < 500) => {
                refusals += 1;
                if refusals == LOGINS {
                    return Ok((KeptState::Lost, played));
                }
                (player.budget.recovery / LOGINS).max(LOOK)
            }
            Came::Refused => LOOK,
            Came::PutOff(wait) => wait.unwrap_or(LOOK).max(LOOK),
        };
        if Instant::now() + wait > end {
            return Ok((KeptState::Untold, played));
        }
        sleep(wait).await;
    }
}

/// What became of a read that gave this body, which was steady or differed by itself.
fn compared(played: &Played, play: &Play, (body, is_steady): (&[u8], bool)) -> KeptState {
    let is_told = |a: &Answer| is_judged(a.status) && !matches!(a.status, 401 | 403);
    match &played.answer {
        Some(answer) if played.succeeded && answer.body == body => KeptState::Same,
        Some(_) if played.succeeded && play.contains.is_some() => KeptState::Holds,
        Some(_) if played.succeeded && !is_steady => KeptState::Varies,
        Some(_) if played.succeeded => KeptState::Changed,
        Some(answer) if is_told(answer) => KeptState::Lost,
        _ => KeptState::Untold,
    }
}
