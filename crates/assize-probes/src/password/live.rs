//! Changes the tester's own password by the declared play. Whatever happens on the way, it is set back; the new one is
//! the old one with an ending, so that a person can set it back too.

use std::time::Duration;

use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{Fact, PasswordChange};
use tokio::time::sleep;

use crate::{
    Observation, Raw, Sink, Trouble,
    play::{Came, Credentials, Player, Values, codec::gives},
};

/// For how long a change that was confirmed may still take effect, and how often the old password is tried meanwhile.
const LATEST: Duration = Duration::from_secs(5);
const TRIES: u32 = 5;

/// What the new password adds to the old one.
pub const ENDING: &str = "-Assize1";

/// Changes the password of the account that each change play is for, tries both, and sets it back.
pub async fn change(player: &Player<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let unsuited = |why| Err(Trouble::Unsuited { probe: "password", why });
    if !player.may(Act::ChangeSettings) {
        return unsuited("the bench does not allow it to change settings");
    }
    let mut is_any = false;
    for play in player.of(Purpose::ChangePassword) {
        let Some((account, own)) = player.account_of(play) else { continue };
        let Some(login) = player.login_of(account) else { continue };
        is_any = true;
        Change { player, play, login, account, own, raw: Vec::new() }.run(sink).await?;
    }
    if is_any { Ok(()) } else { unsuited("no play of product.toml changes the password of an account") }
}

struct Change<'a> {
    player: &'a Player<'a>,
    play: &'a Play,
    login: &'a Play,
    account: &'a str,
    own: &'a Credentials,
    raw: Vec<Raw>,
}

impl Change<'_> {
    async fn run(mut self, sink: &mut dyn Sink) -> Result<(), Trouble> {
        let new =
            Credentials { user: self.own.user.clone(), password: format!("{}{ENDING}", self.own.password) };
        let (own, player) = (self.own, self.player);
        let mut entered = player.enter_patiently(self.login, own).await?;
        if entered.is_none() && self.change(&new, own).await?.is_some() {
            // An earlier run that was cut off had left the new password in force.
            entered = player.enter_patiently(self.login, own).await?;
        }
        let Some(values) = entered else {
            let why = "the tester's account is let in neither with its password nor with that and -Assize1 at its end";
            return Err(Trouble::Unsuited { probe: "password", why });
        };
        let changed = self.send(values, &new).await;
        let confirmed = *changed.as_ref().unwrap_or(&false);
        let (mut new_accepted, mut old_accepted) = (None, None);
        let mut tried = changed.map(drop);
        if confirmed {
            tried = self.both(&new, &mut new_accepted, &mut old_accepted).await;
        }
        let is_back = self.set_back(&new, confirmed && new_accepted != Some(false)).await;
        let fact = PasswordChange {
            target: player.target.address().to_string(),
            port: self.play.at.as_ref().map_or(0, |at| at.port),
            play: self.play.id.clone(),
            entry: self.play.entry.clone(),
            login_port: self.login.at.as_ref().map(|at| at.port),
            account: self.account.to_owned(),
            confirmed,
            new_accepted,
            old_accepted,
            restored: is_back,
        };
        sink.observe(Observation { fact: Fact::PasswordChange(fact), raw: self.raw })
            .map_err(Trouble::Stopped)?;
        if !is_back {
            return Err(Trouble::PasswordLeft { account: self.account.to_owned(), ending: ENDING });
        }
        tried
    }

    /// Sets the old password back wherever the new one may be in force, whatever the DUT answered: when the change was
    /// confirmed and the new one not refused, and when the old one does not log in. Gives whether the old one does at the
    /// end.
    async fn set_back(&mut self, new: &Credentials, is_changed: bool) -> bool {
        let (own, player) = (self.own, self.player);
        let is_in = |came: Result<Option<_>, Trouble>| matches!(came, Ok(Some(_)));
        if !is_changed && is_in(player.enter_patiently(self.login, own).await) {
            // A change that was sent may still be stored a moment later.
            sleep(LATEST).await;
            if is_in(player.enter_patiently(self.login, own).await) {
                return true;
            }
        }
        let is_sent = matches!(self.change(new, own).await, Ok(Some(_)));
        if is_in(player.enter_patiently(self.login, own).await) && is_sent {
            return true;
        }
        sleep(LATEST).await;
        is_in(player.enter_patiently(self.login, own).await)
    }

    /// Changes from one password to the other. None when the first one does not log in.
    async fn change(&mut self, from: &Credentials, to: &Credentials) -> Result<Option<bool>, Trouble> {
        let Some(values) = self.player.enter_patiently(self.login, from).await? else {
            return Ok(None);
        };
        self.send(values, to).await.map(Some)
    }

    /// Sends the change after a login; whether it is confirmed.
    async fn send(&mut self, mut values: Values, to: &Credentials) -> Result<bool, Trouble> {
        values.insert("new_password".to_owned(), to.password.clone());
        let played = self.player.play(self.play, &values).await?;
        self.raw.extend(played.raw);
        Ok(played.succeeded && gives(self.play, &played.taken))
    }

    async fn both(
        &mut self,
        new: &Credentials,
        new_accepted: &mut Option<bool>,
        old_accepted: &mut Option<bool>,
    ) -> Result<(), Trouble> {
        *new_accepted = self.judged(new).await?;
        *old_accepted = self.judged(self.own).await?;
        // Some store a password a moment after they confirm it.
        let mut left = TRIES;
        while *old_accepted == Some(true) && left > 0 {
            sleep(LATEST / TRIES).await;
            *old_accepted = self.judged(self.own).await?;
            left -= 1;
        }
        if *new_accepted == Some(false) {
            *new_accepted = self.judged(new).await?;
        }
        // A device that has no room for a second login refuses whatever is tried: then the refusal is not the password's.
        if *new_accepted == Some(true)
            && *old_accepted == Some(false)
            && self.judged(new).await? != Some(true)
        {
            *old_accepted = None;
        }
        Ok(())
    }

    /// Whether credentials log in; none when the DUT does not judge them.
    async fn judged(&mut self, credentials: &Credentials) -> Result<Option<bool>, Trouble> {
        let (came, played) = self.player.enter(self.login, credentials).await?;
        self.raw.extend(played.raw);
        Ok(match came {
            Came::In => Some(true),
            Came::Refused => Some(false),
            Came::PutOff(_) => None,
        })
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
