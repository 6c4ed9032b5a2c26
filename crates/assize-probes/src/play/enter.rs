//! Logs in with any credentials, and tells a refusal from an attempt that the DUT put off without judging it.

use std::time::Duration;

use assize_model::declaration::play::{Play, Purpose};
use assize_model::fact::is_judged;
use tokio::time::{Instant, sleep};

use super::{Credentials, Played, Player, Values, codec};
use crate::{Trouble, http::codec::Answer, http::page};

/// How long the next attempt waits where the DUT puts one off and does not say until when.
pub(crate) const UNTOLD_WAIT: Duration = Duration::from_secs(1);
/// A longer wait than this is kept as this.
const LONGEST_TOLD: Duration = Duration::from_secs(7 * 24 * 3600);

/// What came of one attempt to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// It was let in.
    In,
    /// It was judged and refused.
    Refused,
    /// It was put off without being judged; with the wait that was asked for.
    PutOff(Option<Duration>),
}

/// Reads an attempt. `usual` is the status with which this login answers a wrong password, once that is known; a
/// refusal with another one is taken for an attempt that was not judged, as is no answer at all.
pub fn came(play: &Play, answer: Option<&Answer>, usual: Option<u16>) -> Came {
    let Some(answer) = answer else { return Came::PutOff(None) };
    let wait = retry_after(answer);
    if wait.is_some() || !is_judged(answer.status) {
        return Came::PutOff(wait);
    }
    if is_success(play, answer) {
        return Came::In;
    }
    match usual {
        Some(usual) if usual != answer.status => Came::PutOff(None),
        _ => Came::Refused,
    }
}

/// Whether an answer shows success. An answer that asks for the password again shows none, whatever its status, unless
/// the play says what success holds; nor does one that gives nothing of what the play takes.
pub fn is_success(play: &Play, answer: &Answer) -> bool {
    let asks_again = play.contains.is_none() && page::has_password_field(&answer.body);
    codec::succeeded(play, answer) && !asks_again && codec::gives(play, &codec::taken(play, answer))
}

/// The wait in seconds that an answer asks for (RFC 9110 clause 10.2.3); a date is not read.
pub fn retry_after(answer: &Answer) -> Option<Duration> {
    let seconds: u64 = answer.header("retry-after").trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_TOLD))
}

impl Player<'_> {
    /// The account that does a play: the first of those it names whose password is known, or of all where it names none.
    pub fn account_of(&self, play: &Play) -> Option<(&str, &Credentials)> {
        let named = play.accounts.iter().find_map(|id| self.accounts.get_key_value(id));
        let any = || self.accounts.iter().next().filter(|_| play.accounts.is_empty());
        named.or_else(any).map(|(id, credentials)| (id.as_str(), credentials))
    }

    /// The values with which a play is played: those of its account after it has logged in, none for a play that
    /// anyone may do. `None` when no account is let in.
    ///
    /// # Errors
    /// As [`Player::enter`].
    pub async fn values_for(&self, play: &Play) -> Result<Option<Values>, Trouble> {
        if play.accounts.is_empty() {
            return Ok(Some(Values::new()));
        }
        let Some((account, credentials)) = self.account_of(play) else { return Ok(None) };
        let Some(login) = self.login_of(account) else { return Ok(None) };
        self.enter_patiently(login, credentials).await
    }

    /// The log-in play that is for an account.
    pub fn login_of(&self, account: &str) -> Option<&Play> {
        self.of(Purpose::LogIn).find(|p| is_for(p, account))
    }

    /// The values with which credentials log in.
    pub fn values_of(credentials: &Credentials) -> Values {
        let Credentials { user, password } = credentials;
        let basic = codec::basic(user, password);
        let pairs = [("user", user), ("password", password), ("basic", &basic)];
        pairs.map(|(n, v)| (n.to_owned(), v.clone())).into()
    }

    /// Tries credentials once.
    ///
    /// # Errors
    /// When the bench itself fails, or the play cannot be sent as it is written.
    pub async fn enter(&self, play: &Play, credentials: &Credentials) -> Result<(Came, Played), Trouble> {
        let played = self.play(play, &Self::values_of(credentials)).await?;
        Ok((came(play, played.answer.as_ref(), None), played))
    }

    /// Logs in with credentials that should do, and waits where the DUT puts the attempt off, within the budget. Gives the values for later plays; none when it was refused, or put off to the end.
    ///
    /// # Errors
    /// As [`Player::enter`].
    pub async fn enter_patiently(
        &self,
        play: &Play,
        credentials: &Credentials,
    ) -> Result<Option<Values>, Trouble> {
        let end = Instant::now() + self.budget.login_wait;
        loop {
            let (came, played) = self.enter(play, credentials).await?;
            let wait = match came {
                Came::In => {
                    let mut values = Self::values_of(credentials);
                    values.extend(played.taken);
                    return Ok(Some(values));
                }
                Came::Refused => return Ok(None),
                Came::PutOff(wait) => wait.unwrap_or(UNTOLD_WAIT).max(Duration::from_millis(100)),
            };
            if Instant::now() + wait > end {
                return Ok(None);
            }
            sleep(wait).await;
        }
    }
}

/// Whether a play may be done by an account.
pub fn is_for(play: &Play, account: &str) -> bool {
    play.accounts.is_empty() || play.accounts.iter().any(|a| a == account)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Answer { status, headers, body: body.into(), is_complete: true }
    }

    #[test]
    fn a_refusal_is_told_from_an_attempt_put_off() {
        let play = Play::default();
        let of = |a: &Answer, usual| came(&play, Some(a), usual);
        assert_eq!(of(&answer(200, &[], "welcome"), None), Came::In);
        assert_eq!(of(&answer(401, &[], ""), None), Came::Refused);
        assert_eq!(of(&answer(401, &[], ""), Some(401)), Came::Refused);
        assert_eq!(of(&answer(403, &[], ""), Some(401)), Came::PutOff(None));
        let wait = Some(Duration::from_secs(30));
        assert_eq!(of(&answer(429, &[("retry-after", " 30 ")], ""), None), Came::PutOff(wait));
        assert_eq!(of(&answer(401, &[("retry-after", "30")], ""), None), Came::PutOff(wait));
        assert_eq!(of(&answer(429, &[("retry-after", "Wed, 21 Oct")], ""), None), Came::PutOff(None));
        assert_eq!(came(&play, None, None), Came::PutOff(None));
        for status in [423, 429, 500, 502, 503] {
            assert_eq!(of(&answer(status, &[], ""), None), Came::PutOff(None), "{status}");
        }
    }

    #[test]
    fn a_login_page_with_status_200_is_no_success() {
        let page = answer(200, &[], "<input type=password>");
        assert_eq!(came(&Play::default(), Some(&page), None), Came::Refused);
        let takes = Play { take: [("token".to_owned(), "json:/token".to_owned())].into(), ..Play::default() };
        assert_eq!(came(&takes, Some(&answer(200, &[], "{\"error\": 1}")), None), Came::Refused);
        assert_eq!(came(&takes, Some(&answer(200, &[], "{\"token\": \"t\"}")), None), Came::In);
        let said = Play { contains: Some("input".into()), ..Play::default() };
        assert_eq!(came(&said, Some(&page), None), Came::In);
    }

    #[test]
    fn an_absurd_wait_is_bounded() {
        let far = answer(429, &[("retry-after", "18446744073709551615")], "");
        assert_eq!(retry_after(&far), Some(LONGEST_TOLD));
        assert_eq!(retry_after(&answer(429, &[("retry-after", "-1")], "")), None);
    }
}
