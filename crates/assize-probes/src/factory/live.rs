//! Stores a mark, resets, tries default credentials and a set-up without a password, sets up with the tester's own, and
//! looks for the mark.

use std::time::Duration;

use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{DefaultLogins, Erasure, Fact, SetUpAnswer, SetUpPassword, is_judged};
use tokio::time::{Instant, sleep};

use crate::{
    Observation, Raw, Sink, Trouble,
    guess::{Known, defaults_of_play},
    play::{Came, Credentials, Player, Values, is_for},
};

/// After this long at the end the tester logs in once more: a reset that comes late shows then.
const SETTLES: Duration = Duration::from_secs(3);
const LOOKS: Duration = Duration::from_millis(500);
/// Default credentials that are tried in factory state.
const MOST_DEFAULTS: u32 = 20;
/// What a play that stores something the user made stores.
const MARK: &str = "assize-mark-5f3a";
/// A password that anyone guesses first.
const WEAK: &str = "1234";

/// Resets the DUT by its play and walks it back to where it was, with a look at each step.
pub async fn factory(player: &Player<'_>, known: &Known<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let unsuited = |why| Trouble::Unsuited { probe: "factory", why };
    let no_reset = || unsuited("no play of product.toml resets the DUT for an account that has a password");
    let reset = player.of(Purpose::Reset).next().ok_or_else(no_reset)?;
    let (account, own) = player.account_of(reset).ok_or_else(no_reset)?;
    let login = player.login_of(account).ok_or_else(no_reset)?;
    let set_up = player.of(Purpose::SetUp).next();
    let set_up = set_up.ok_or_else(|| unsuited("no play of product.toml sets the DUT up after a reset"))?;
    Walk { player, known, reset, login, set_up, account, own }.run(sink).await
}

struct Walk<'a> {
    player: &'a Player<'a>,
    known: &'a Known<'a>,
    reset: &'a Play,
    login: &'a Play,
    set_up: &'a Play,
    account: &'a str,
    own: &'a Credentials,
}

/// What came of a set-up.
struct SetUp {
    /// Those of a login with its password, where both worked.
    values: Option<Values>,
    is_answered: bool,
}

/// A reading that worked before a reset.
struct Opened<'a> {
    read: &'a Play,
    /// Whether it showed what the tester had stored.
    has_mark: bool,
}

/// What came of a reset.
struct Reset {
    confirmed: bool,
    /// Whether the login that worked before it was then judged and refused.
    took_effect: bool,
    raw: Vec<Raw>,
}

impl Walk<'_> {
    async fn run(&self, sink: &mut dyn Sink) -> Result<(), Trouble> {
        let values = match self.log_in(self.own).await? {
            Some(values) => values,
            // An earlier run that was cut off may have left the DUT as it comes from the factory.
            None => self.set_up_again(sink).await.map_err(|_| {
                let why = "the tester's account is not let in, and setting the DUT up with its password was refused";
                Trouble::Unsuited { probe: "factory", why }
            })?,
        };
        let before = self.plant(&values).await?;
        let Reset { confirmed, took_effect, mut raw } = self.reset(&values, self.own).await?;
        let mut erasure = Erasure {
            target: self.player.target.address().to_string(),
            port: self.reset.at.as_ref().map_or(0, |at| at.port),
            play: self.reset.id.clone(),
            entry: self.reset.entry.clone(),
            confirmed,
            before,
            ..Erasure::default()
        };
        if took_effect {
            let examined = self.examine(sink).await;
            let values = self.set_up_again(sink).await?;
            examined?;
            self.look_again(&values, &mut erasure, &mut raw).await?;
        }
        if !self.is_settled().await? {
            // The reset came after all, answered or not, so what was looked at stood before it.
            (erasure.asked_again, erasure.kept) = (Vec::new(), Vec::new());
            hand_over(sink, Fact::Erasure(erasure), raw)?;
            return self.set_up_again(sink).await.map(drop);
        }
        hand_over(sink, Fact::Erasure(erasure), raw)
    }

    /// Whether the tester still logs in a while after everything.
    async fn is_settled(&self) -> Result<bool, Trouble> {
        sleep(SETTLES).await;
        Ok(self.log_in(self.own).await?.is_some())
    }

    async fn log_in(&self, credentials: &Credentials) -> Result<Option<Values>, Trouble> {
        self.player.enter_patiently(self.login, credentials).await
    }

    /// Has every play that changes something and takes `{mark}` store it, and gives the plays that then show it.
    async fn plant(&self, values: &Values) -> Result<Vec<String>, Trouble> {
        let mut values = values.clone();
        values.insert("mark".to_owned(), MARK.to_owned());
        let takes_mark = |p: &&Play| p.body.as_deref().is_some_and(|b| b.contains("{mark}"));
        for play in self.player.of(Purpose::Change).filter(takes_mark).filter(|p| is_for(p, self.account)) {
            self.player.play(play, &values).await?;
        }
        let mut showing = Vec::new();
        for play in self.player.of(Purpose::Read).filter(|p| is_for(p, self.account)) {
            let played = self.player.play(play, &values).await?;
            if played.answer.is_some_and(|a| holds_mark(&a.body)) {
                showing.push(play.id.clone());
            }
        }
        Ok(showing)
    }

    /// Resets, and waits for the DUT to come back and to refuse the login that worked before; where that is a published
    /// default, which may work afterwards too, what the login opened.
    async fn reset(&self, values: &Values, old: &Credentials) -> Result<Reset, Trouble> {
        let opened = if self.is_default(old) { self.opened(values).await? } else { None };
        let played = self.player.play(self.reset, values).await?;
        let mut reset = Reset { confirmed: played.succeeded, took_effect: false, raw: played.raw };
        let end = Instant::now() + self.player.budget.restart;
        while reset.confirmed && !reset.took_effect && Instant::now() < end {
            sleep(LOOKS).await;
            reset.took_effect = self.is_up().await
                && match &opened {
                    Some(opened) => self.is_gone(opened, values).await,
                    None => self.refuses(old).await,
                };
        }
        Ok(reset)
    }

    /// A reading that is for some accounts only, and works with these values.
    async fn opened(&self, values: &Values) -> Result<Option<Opened<'_>>, Trouble> {
        let guarded = |p: &&Play| p.accounts.iter().any(|a| a == self.account);
        let is_own = |p: &&Play| is_for(p, self.account);
        let reads = self.player.of(Purpose::Read).filter(guarded);
        for read in reads.chain(self.player.of(Purpose::Read).filter(is_own)) {
            let played = self.player.play(read, values).await?;
            if let Some(answer) = played.answer.filter(|_| played.succeeded) {
                return Ok(Some(Opened { read, has_mark: holds_mark(&answer.body) }));
            }
        }
        Ok(None)
    }

    /// Whether a reading is refused that a login had opened, or what the tester stored is no longer in it.
    async fn is_gone(&self, opened: &Opened<'_>, values: &Values) -> bool {
        let Ok(played) = self.player.play(opened.read, values).await else { return false };
        let succeeded = played.succeeded;
        played.answer.is_some_and(|a| {
            matches!(a.status, 401 | 403) || (succeeded && opened.has_mark && !holds_mark(&a.body))
        })
    }

    /// Whether the DUT serves its users, where a play tells.
    async fn is_up(&self) -> bool {
        match self.player.of(Purpose::Health).next() {
            Some(health) => self.player.play(health, &Values::new()).await.is_ok_and(|p| p.succeeded),
            None => true,
        }
    }

    /// Whether a login is a published default, which may work before and after a reset.
    fn is_default(&self, old: &Credentials) -> bool {
        self.known.defaults.iter().any(|r| r.user == old.user && r.password == old.password)
    }

    /// Whether a login is judged and refused. An answer of a DUT that is still starting judges nothing.
    async fn refuses(&self, old: &Credentials) -> bool {
        let entered = self.player.enter(self.login, old).await;
        entered.is_ok_and(|(came, played)| {
            came == Came::Refused && played.answer.is_some_and(|a| a.status < 500)
        })
    }

    /// In factory state: default credentials, and set-up without a password. A set-up that takes one is undone.
    async fn examine(&self, sink: &mut dyn Sink) -> Result<(), Trouble> {
        if self.player.may(Act::Guess) {
            let most = MOST_DEFAULTS.min(self.player.login_attempts);
            let (fact, raw) = defaults_of_play(self.player, self.known, self.login, most, true).await?;
            let opened =
                matches!(&fact, Fact::DefaultLogins(DefaultLogins { accepted, .. }) if !accepted.is_empty());
            hand_over(sink, fact, raw)?;
            if opened {
                return Ok(());
            }
        }
        for (kind, password) in [(SetUpPassword::Empty, ""), (SetUpPassword::Weak, WEAK)] {
            let tried = Credentials { user: self.own.user.clone(), password: password.to_owned() };
            let Some(values) = self.set_up(kind, &tried, sink).await?.values else { continue };
            if !self.reset(&values, &tried).await?.took_effect {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Sets up with a password, and logs in with it where that worked.
    async fn set_up(
        &self,
        kind: SetUpPassword,
        tried: &Credentials,
        sink: &mut dyn Sink,
    ) -> Result<SetUp, Trouble> {
        let played = self.player.play(self.set_up, &Player::values_of(tried)).await?;
        let is_answered = played.answer.is_some();
        let values = if played.succeeded { self.log_in(tried).await? } else { None };
        let fact = SetUpAnswer {
            target: self.player.target.address().to_string(),
            port: self.set_up.at.as_ref().map_or(0, |at| at.port),
            play: self.set_up.id.clone(),
            entry: self.set_up.entry.clone(),
            password: kind,
            accepted: played.succeeded,
            opens: played.succeeded.then_some(values.is_some()),
            status: played.answer.map(|a| a.status),
        };
        hand_over(sink, Fact::SetUpAnswer(fact), played.raw)?;
        Ok(SetUp { values, is_answered })
    }

    /// Sets up with the tester's own password. Where a default credential opens the DUT, that one is changed instead. A
    /// DUT that gives no answer is asked again for as long as one that begins anew is waited for.
    async fn set_up_again(&self, sink: &mut dyn Sink) -> Result<Values, Trouble> {
        let end = Instant::now() + self.player.budget.restart;
        loop {
            let tried = self.set_up(SetUpPassword::Own, self.own, sink).await?;
            match tried.values {
                Some(values) => return Ok(values),
                None if tried.is_answered => break,
                None => sleep(LOOKS).await,
            }
            // Only the answer may have been lost; guessing then would have the tester shut out.
            if let Some(values) = self.log_in(self.own).await? {
                return Ok(values);
            }
            if Instant::now() >= end {
                break;
            }
        }
        for row in self.known.defaults.iter().filter(|r| r.user == self.own.user).take(MOST_DEFAULTS as usize)
        {
            let default = Credentials { user: row.user.clone(), password: row.password.clone() };
            let change = self.player.of(Purpose::ChangePassword).find(|p| is_for(p, self.account));
            let (Some(change), true) = (change, self.player.may(Act::Guess)) else { break };
            // A DUT that does not answer at all is not asked for every password in turn.
            if !self.is_up().await {
                break;
            }
            if let Some(mut values) = self.log_in(&default).await? {
                values.insert("new_password".to_owned(), self.own.password.clone());
                self.player.play(change, &values).await?;
                break;
            }
        }
        let values = self.log_in(self.own).await?;
        values.ok_or(Trouble::NotSetUp { why: "it refused the set-up or the login after it" })
    }

    async fn look_again(
        &self,
        values: &Values,
        erasure: &mut Erasure,
        raw: &mut Vec<Raw>,
    ) -> Result<(), Trouble> {
        for play in self.player.of(Purpose::Read).filter(|p| erasure.before.contains(&p.id)) {
            let played = self.player.play(play, values).await?;
            raw.extend(played.raw);
            let is_answer = |status| is_judged(status) && !matches!(status, 401 | 403);
            let Some(answer) = played.answer.filter(|a| is_answer(a.status)) else { continue };
            erasure.asked_again.push(play.id.clone());
            if holds_mark(&answer.body) {
                erasure.kept.push(play.id.clone());
            }
        }
        Ok(())
    }
}

fn holds_mark(body: &[u8]) -> bool {
    body.windows(MARK.len()).any(|w| w == MARK.as_bytes())
}

fn hand_over(sink: &mut dyn Sink, fact: Fact, raw: Vec<Raw>) -> Result<(), Trouble> {
    sink.observe(Observation { fact, raw }).map_err(Trouble::Stopped)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
