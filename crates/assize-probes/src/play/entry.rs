//! Logs in although the login makes the tester wait, as it may after wrong passwords.

use std::time::Duration;

use assize_model::declaration::play::{Play, Purpose};
use tokio::time::{Instant, sleep};

use super::{Player, Values};
use crate::Trouble;

/// The status of a login that asks for patience (RFC 6585, clause 4).
const WAIT: u16 = 429;
/// The gap between two tries.
const GAP: Duration = Duration::from_millis(500);

impl Player<'_> {
    /// Logs an account in like [`Player::log_in`], and tries again for as long as a DUT is given to recover while
    /// the login answers that it is too early.
    ///
    /// # Errors
    /// When the bench itself fails.
    pub async fn let_in(&self, account: &str) -> Result<Option<Values>, Trouble> {
        let (Some(play), Some(values)) = (self.of(Purpose::LogIn).next(), self.values(account)) else {
            return Ok(None);
        };
        let until = Instant::now() + self.budget.recovery;
        loop {
            let played = self.play(play, &values).await?;
            if played.succeeded {
                let mut values = values;
                values.extend(played.taken);
                return Ok(Some(values));
            }
            if played.answer.map(|a| a.status) != Some(WAIT) || Instant::now() > until {
                return Ok(None);
            }
            sleep(GAP).await;
        }
    }

    /// The values with which a play is played: those of its first account after it has logged in, none for a play
    /// that anyone may do. `None` when the account is not let in.
    ///
    /// # Errors
    /// When the bench itself fails.
    pub async fn values_for(&self, play: &Play) -> Result<Option<Values>, Trouble> {
        match play.accounts.first() {
            Some(account) => self.let_in(account).await,
            None => Ok(Some(Values::new())),
        }
    }
}
