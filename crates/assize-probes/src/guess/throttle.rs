//! Sends wrong passwords for the tester's own user, one after the other, and watches what slows them down.

use std::time::Duration;

use assize_model::declaration::play::Play;
use assize_model::fact::{Fact, LoginThrottle, UserNames};
use tokio::time::{Instant, sleep};

use super::{codec, doors::Door, later::says_so};
use crate::{
    Raw, Trouble,
    play::{Came, Credentials, Player, UNTOLD_WAIT, came},
};

/// Attempts put off one after the other, from which on a login counts as locked.
const LOCKED_AFTER: u32 = 3;
/// Waits that are seen, and the time they may take together.
const MOST_WAITS: u32 = 2;
const ALL_WAITS: Duration = Duration::from_secs(12);
/// A wait that is told may be this much longer than it is.
const ROUNDING: Duration = Duration::from_millis(1500);

/// What wrong passwords are sent to.
#[derive(Clone, Copy)]
pub(super) enum Entrance<'a> {
    /// A login that a play describes.
    Play(&'a Play),
    /// One that is driven without a play.
    Door(&'a Door),
}

/// What came of one attempt.
struct Tried {
    came: Came,
    /// The status of the answer, where there was one that has a status.
    status: Option<u16>,
    /// Whether the answer says that it puts the attempt off because of earlier ones.
    says_so: bool,
    raw: Vec<Raw>,
    took: Duration,
}

impl Entrance<'_> {
    /// The fact before anything was sent.
    fn fact(self, player: &Player<'_>, account: &str) -> LoginThrottle {
        let (port, play, entry) = match self {
            Self::Play(play) => {
                (play.at.as_ref().map_or(0, |at| at.port), play.id.clone(), play.entry.clone())
            }
            Self::Door(door) => (door.port, door.kind.name().to_owned(), None),
        };
        let (target, account) = (player.target.address().to_string(), account.to_owned());
        LoginThrottle { target, port, play, entry, account, ..LoginThrottle::default() }
    }

    /// Tries credentials; `usual` is the status that a wrong password gets.
    async fn enter(
        self,
        player: &Player<'_>,
        credentials: &Credentials,
        usual: Option<u16>,
    ) -> Result<Tried, Trouble> {
        match self {
            Self::Play(play) => {
                let (_, played) = player.enter(play, credentials).await?;
                let came = came(play, played.answer.as_ref(), usual);
                let status = played.answer.map(|a| a.status);
                let wait = if let Came::PutOff(wait) = came { wait } else { None };
                let says_so = says_so(status, wait);
                Ok(Tried { came, status, says_so, raw: played.raw, took: played.took })
            }
            Self::Door(door) => {
                let began = Instant::now();
                let attempt = door.enter(player, credentials).await?;
                let (came, says_so) = (attempt.came(), attempt.says_so());
                Ok(Tried { came, status: None, says_so, raw: attempt.raw, took: began.elapsed() })
            }
        }
    }

    /// Whether credentials that should do are let in, within the tester's patience.
    async fn enter_patiently(self, player: &Player<'_>, own: &Credentials) -> Result<bool, Trouble> {
        match self {
            Self::Play(play) => Ok(player.enter_patiently(play, own).await?.is_some()),
            Self::Door(door) => {
                let end = Instant::now() + player.budget.login_wait;
                Ok(door.enter_until(player, own, end, |_| true).await?.came() == Came::In)
            }
        }
    }

    /// Passwords that are wrong, one like no other from the first eight bytes on, beyond which some logins do not look.
    fn wrong(self, own: &str) -> impl Iterator<Item = String> {
        let is_own = move |password: &str| match self {
            Self::Play(_) => password == own,
            Self::Door(door) => door.kind.are_one(password, own),
        };
        let all = (0..=0xff_ffff_u32).map(|n| format!("Az{n:06x}-wrong"));
        all.filter(move |password| !is_own(password))
    }
}

/// Sends at most `most` wrong passwords. Ends early when the DUT lets one in, locks, or asks for longer waits than the
/// bench has time for. The right password ends it, so that a silent lock shows.
pub(super) async fn measure(
    player: &Player<'_>,
    login: Entrance<'_>,
    account: &str,
    own: &Credentials,
    most: u32,
) -> Result<(Fact, Vec<Raw>), Trouble> {
    let began = Instant::now();
    let mut series = Series {
        player,
        login,
        own,
        fact: login.fact(player, account),
        usual: None,
        waited: Duration::ZERO,
        judged: began,
        raw: Vec::new(),
    };
    series.run(most).await?;
    series.fact.took_ms = millis(began.elapsed());
    series.end().await?;
    Ok((Fact::LoginThrottle(series.fact), series.raw))
}

struct Series<'a> {
    player: &'a Player<'a>,
    login: Entrance<'a>,
    own: &'a Credentials,
    fact: LoginThrottle,
    usual: Option<u16>,
    waited: Duration,
    /// When the last attempt was judged.
    judged: Instant,
    raw: Vec<Raw>,
}

impl Series<'_> {
    async fn run(&mut self, most: u32) -> Result<(), Trouble> {
        let (mut in_a_row, mut answered) = (0, 0);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        for (n, password) in self.login.wrong(&self.own.password).take(most).enumerate() {
            let wrong = Credentials { user: self.own.user.clone(), password };
            let tried = self.login.enter(self.player, &wrong, self.usual).await?;
            match tried.came {
                Came::In => {
                    self.fact.accepted += 1;
                    self.raw.extend(tried.raw);
                    return Ok(());
                }
                Came::Refused => {
                    (in_a_row, answered) = (0, 0);
                    self.judged = Instant::now();
                    self.fact.refused += 1;
                    self.fact.answer_ms.push(millis(tried.took));
                    self.usual = self.usual.or(tried.status);
                    if n == 0 {
                        self.raw.extend(tried.raw);
                    }
                }
                Came::PutOff(wait) => {
                    in_a_row += 1;
                    answered += u32::from(tried.status.is_some() || tried.says_so);
                    self.fact.put_off += 1;
                    self.fact.said_so += u32::from(tried.says_so);
                    self.fact.waits_ms.push(wait.map_or(0, millis));
                    self.raw.extend(tried.raw);
                    if in_a_row >= LOCKED_AFTER {
                        // No answer at all is trouble on the way as well as a lock.
                        self.fact.locked = answered == in_a_row;
                        return Ok(());
                    }
                    self.try_while_put_off(wait).await?;
                    let wait = wait.unwrap_or(UNTOLD_WAIT);
                    let has_seen_enough = in_a_row == 1 && self.fact.put_off >= MOST_WAITS;
                    if has_seen_enough || self.waited + wait > ALL_WAITS {
                        return Ok(());
                    }
                    self.waited += wait;
                    sleep(wait).await;
                }
            }
        }
        Ok(())
    }

    /// Sends the right password at once, once in a series. A wait that may end meanwhile shows nothing: waits are
    /// told in whole seconds, rounded up.
    async fn try_while_put_off(&mut self, wait: Option<Duration>) -> Result<(), Trouble> {
        let Some(rest) = wait.and_then(|w| w.checked_sub(ROUNDING)) else { return Ok(()) };
        if self.fact.right_while_put_off.is_some() || rest.is_zero() {
            return Ok(());
        }
        let began = Instant::now();
        let tried = self.login.enter(self.player, self.own, None).await?;
        if began.elapsed() < rest {
            self.fact.right_while_put_off = Some(tried.came == Came::In);
            self.raw.extend(tried.raw);
        }
        Ok(())
    }

    /// Sends the right password. A DUT that refuses it as if it were wrong has locked without saying so. A lock that
    /// opens within the tester's patience is a wait.
    async fn end(&mut self) -> Result<(), Trouble> {
        let Tried { came, raw, .. } = self.login.enter(self.player, self.own, None).await?;
        self.raw.extend(raw);
        if came == Came::Refused {
            self.fact.locked = true;
        }
        self.fact.right_accepted = match came {
            Came::In => Some(true),
            Came::Refused | Came::PutOff(_) => {
                let end = Instant::now() + self.player.budget.login_wait;
                let mut is_in = self.login.enter_patiently(self.player, self.own).await?;
                while !is_in && came == Came::Refused && Instant::now() + UNTOLD_WAIT * 5 < end {
                    sleep(UNTOLD_WAIT * 5).await;
                    is_in = self.login.enter_patiently(self.player, self.own).await?;
                }
                Some(is_in)
            }
        };
        if self.fact.locked && self.fact.right_accepted == Some(true) {
            self.fact.locked = false;
            self.fact.opened_ms = Some(millis(self.judged.elapsed()));
        }
        if self.fact.locked {
            self.watch().await?;
        }
        Ok(())
    }

    /// Looks once more at a lock that has not opened: a login that answers no more shows nothing of how long it holds.
    async fn watch(&mut self) -> Result<(), Trouble> {
        let Tried { came, status, says_so, raw, .. } = self.login.enter(self.player, self.own, None).await?;
        self.raw.extend(raw);
        let held = Some(millis(self.judged.elapsed()));
        match came {
            Came::In => {
                (self.fact.locked, self.fact.right_accepted) = (false, Some(true));
                self.fact.opened_ms = held;
            }
            Came::Refused => self.fact.watched_ms = held,
            Came::PutOff(_) => {
                self.fact.watched_ms = held.filter(|_| says_so || status.is_some_and(|s| s < 500));
            }
        }
        Ok(())
    }
}

/// Compares the answers for the tester's user with those for one that nobody has, in rounds; the right password in
/// between begins the DUT's count of failures anew. None when the DUT puts attempts off.
pub(super) async fn user_names(
    player: &Player<'_>,
    play: &Play,
    own: &Credentials,
    rounds: u32,
) -> Result<Option<(Fact, Vec<Raw>)>, Trouble> {
    let mut of_known = Vec::new();
    let mut of_unknown = Vec::new();
    let (mut known_ms, mut unknown_ms, mut raw) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        for is_known in [true, false] {
            let user = if is_known { own.user.clone() } else { format!("assize-{round}") };
            let wrong = Credentials { user, password: format!("Assize-name-{round}") };
            let (came, played) = player.enter(play, &wrong).await?;
            let (Came::Refused, Some(answer)) = (came, &played.answer) else { return Ok(None) };
            let (answers, times) =
                if is_known { (&mut of_known, &mut known_ms) } else { (&mut of_unknown, &mut unknown_ms) };
            answers.push(codec::essence(answer, &wrong.user));
            times.push(millis(played.took));
            if round == 0 {
                raw.extend(played.raw);
            }
        }
        if player.enter_patiently(play, own).await?.is_none() {
            return Ok(None);
        }
    }
    let (known, unknown) = (middle(known_ms), middle(unknown_ms));
    let fact = UserNames {
        target: player.target.address().to_string(),
        port: play.at.as_ref().map_or(0, |at| at.port),
        play: play.id.clone(),
        rounds,
        told_by_answer: codec::tells(&of_known, &of_unknown),
        known_ms: known,
        unknown_ms: unknown,
        threshold_ms: codec::threshold_ms(known, unknown),
    };
    Ok(Some((Fact::UserNames(fact), raw)))
}

fn middle(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
