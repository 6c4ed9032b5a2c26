//! What came of guessing: default credentials, wrong passwords, and user names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Transport;

/// Answers at the end whose median is the pace of a guesser.
const LAST_ANSWERS: usize = 3;
const MS_PER_HOUR: u64 = 3_600_000;

/// Default credentials tried on one login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DefaultLogins {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// TCP or UDP.
    pub transport: Transport,
    /// What was logged in to: the play, or the protocol.
    pub login: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Whether the DUT was in its factory state, before any set-up.
    #[serde(default)]
    pub factory: bool,
    /// How many rows of the list fit the login.
    pub listed: u32,
    /// How many of them the DUT judged.
    pub tried: u32,
    /// Why the rest was not tried; empty when all were.
    #[serde(default)]
    pub stopped: String,
    /// Whether a pair that nobody has was let in as well, or none was asked for: what was let in is then no default, and
    /// that nothing was accepted says nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_any: bool,
    /// Those that were let in. They are public, so they stand here.
    pub accepted: Vec<DefaultLogin>,
}

/// A default credential that was let in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DefaultLogin {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// Where it is published.
    pub source: String,
}

/// Wrong passwords for a user that exists, one after the other over one connection at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoginThrottle {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play; where the login needs none, the protocol.
    pub play: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The tester's account whose name was used.
    pub account: String,
    /// Wrong passwords that the same run had sent to the login before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<u32>,
    /// Wrong passwords that the DUT answered as wrong.
    pub refused: u32,
    /// Answers, in order: milliseconds each took.
    pub answer_ms: Vec<u64>,
    /// Attempts that the DUT put off without judging them.
    pub put_off: u32,
    /// How many of these said so: by a status or words for it, or by naming a wait. Any other answer may come from a
    /// login that broke.
    #[serde(default)]
    pub said_so: u32,
    /// The wait that each put-off attempt asked for, in milliseconds; 0 where the answer named none.
    pub waits_ms: Vec<u64>,
    /// Milliseconds from the first attempt to the last.
    pub took_ms: u64,
    /// Whether no further attempt was judged, however long the bench waited.
    pub locked: bool,
    /// Milliseconds from the last attempt that was judged until the right password was let in again, after a lock that
    /// named no wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_ms: Option<u64>,
    /// Milliseconds from the last attempt that was judged until the last one that a lock was seen to turn away; none
    /// where nothing locked, or the last attempt got no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched_ms: Option<u64>,
    /// Wrong passwords that were let in.
    #[serde(default)]
    pub accepted: u32,
    /// Whether the right password was let in while logins were put off; none when that was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right_while_put_off: Option<bool>,
    /// Whether the right password let the tester in at the end; none when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right_accepted: Option<bool>,
}

/// How a login answers for a user that exists and for one that does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserNames {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play.
    pub play: String,
    /// How many answers of each kind were compared.
    pub rounds: u32,
    /// Whether status or body told them apart in every round.
    pub told_by_answer: bool,
    /// The median time for the user that exists, in milliseconds.
    pub known_ms: u64,
    /// The median time for the one that does not.
    pub unknown_ms: u64,
    /// The difference from which on time counts as telling.
    pub threshold_ms: u64,
}

impl LoginThrottle {
    /// Whether anything slowed the guesses down: an attempt put off, or answers that grew slow.
    pub fn is_slowed(&self) -> bool {
        let first = median(self.answer_ms.iter().take(LAST_ANSWERS));
        let last = median(self.answer_ms.iter().rev().take(LAST_ANSWERS));
        self.put_off > 0
            || self.locked
            || self.opened_ms.is_some()
            || (last >= 500 && last >= first.saturating_mul(2))
    }

    /// How many guesses an hour gets a guesser who goes on over one connection at the pace seen last: the median of
    /// the last three answers and the longest wait asked for. Parallel connections may get more; waits that go on
    /// growing give fewer. After a lock that opened again, all guesses before it count against the time until then. None
    /// when a lock-out held to the end of the wait, so that no pace was seen.
    pub fn attempts_per_hour(&self) -> Option<u64> {
        if self.locked || self.refused == 0 {
            return None;
        }
        if let Some(opened) = self.opened_ms {
            let all = self.answer_ms.iter().fold(opened, |sum, ms| sum.saturating_add(*ms));
            return Some(MS_PER_HOUR.saturating_mul(u64::from(self.refused)) / all.max(1));
        }
        let answer = median(self.answer_ms.iter().rev().take(LAST_ANSWERS));
        let wait = self.waits_ms.iter().copied().max().unwrap_or(0);
        Some(MS_PER_HOUR / answer.saturating_add(wait).max(1))
    }

    /// The most guesses an hour that what was seen leaves room for: all that were judged, and those that were sent before,
    /// again and again, each time after the longest wait that was asked for, or after the time for which a lock was seen to
    /// hold. None where any of it is not known.
    pub fn most_per_hour(&self) -> Option<u64> {
        let pause = match self.opened_ms {
            _ if self.locked => self.watched_ms?,
            Some(opened) => opened,
            None => self.waits_ms.iter().copied().max()?,
        };
        let guesses = u64::from(self.refused) + u64::from(self.earlier?);
        (pause > 0).then(|| MS_PER_HOUR.saturating_mul(guesses).div_ceil(pause))
    }

    pub(crate) fn words(&self) -> String {
        let pace = match self.attempts_per_hour() {
            _ if self.locked => "then it locks".to_owned(),
            Some(rate) if self.is_slowed() => format!("at the last pace {rate} an hour"),
            Some(rate) => format!("nothing slows them down: {rate} an hour"),
            None => "no pace was seen".to_owned(),
        };
        format!(
            "tcp/{}: {} wrong passwords at the login {} are judged, {} put off; {pace}",
            self.port, self.refused, self.play, self.put_off
        )
    }
}

impl DefaultLogins {
    pub(crate) fn words(&self) -> String {
        let side = if self.transport == Transport::Tcp { "tcp" } else { "udp" };
        let tried = format!("{} of {} default credentials", self.tried, self.listed);
        let state = if self.factory { " in factory state" } else { "" };
        let pairs: Vec<String> = self.accepted.iter().map(DefaultLogin::words).collect();
        match pairs.is_empty() {
            true => format!("{side}/{}: none of {tried} opens {}{state}", self.port, self.login),
            false => format!(
                "{side}/{}: {} opens {}{state}; tried {tried}",
                self.port,
                pairs.join(", "),
                self.login
            ),
        }
    }
}

impl DefaultLogin {
    /// `admin / admin`, with an empty part named as such.
    pub fn words(&self) -> String {
        let shown = |part: &str| if part.is_empty() { "(empty)".to_owned() } else { part.to_owned() };
        format!("{} / {}", shown(&self.user), shown(&self.password))
    }
}

impl UserNames {
    /// Whether the time told them apart.
    pub fn told_by_time(&self) -> bool {
        self.known_ms.abs_diff(self.unknown_ms) >= self.threshold_ms.max(1)
    }

    pub(crate) fn words(&self) -> String {
        let told = match (self.told_by_answer, self.told_by_time()) {
            (true, _) => "the answer tells",
            (false, true) => "the time of the answer tells",
            (false, false) => "nothing tells",
        };
        format!("tcp/{}: {told} whether a user exists, by the play {}", self.port, self.play)
    }
}

/// The middle value; 0 of nothing.
pub(crate) fn median<'a>(values: impl Iterator<Item = &'a u64>) -> u64 {
    let mut sorted: Vec<u64> = values.copied().collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle(answers: &[u64], waits: &[u64]) -> LoginThrottle {
        LoginThrottle {
            refused: u32::try_from(answers.len()).unwrap(),
            answer_ms: answers.to_vec(),
            earlier: Some(0),
            put_off: u32::try_from(waits.len()).unwrap(),
            waits_ms: waits.to_vec(),
            ..LoginThrottle::default()
        }
    }

    #[test]
    fn the_pace_is_that_of_the_last_answers_and_the_longest_wait() {
        let free = throttle(&[100; 30], &[]);
        assert!(!free.is_slowed());
        assert_eq!(free.attempts_per_hour(), Some(36_000));
        let waiting = throttle(&[100; 6], &[1000, 3500]);
        assert!(waiting.is_slowed());
        assert_eq!(waiting.attempts_per_hour(), Some(1000));
        let slower = throttle(&[100, 100, 100, 900, 900, 900], &[]);
        assert!(slower.is_slowed());
        assert_eq!(slower.attempts_per_hour(), Some(4000));
        let locked = LoginThrottle { locked: true, ..throttle(&[100; 6], &[0]) };
        assert_eq!(locked.attempts_per_hour(), None);
        let opened = LoginThrottle { opened_ms: Some(2000), ..throttle(&[100; 5], &[0]) };
        assert_eq!((opened.attempts_per_hour(), opened.is_slowed()), (Some(7200), true));
        assert_eq!(throttle(&[], &[]).attempts_per_hour(), None);
        assert_eq!(throttle(&[0, 0, 0], &[u64::MAX]).attempts_per_hour(), Some(0));
    }

    #[test]
    fn a_count_that_begins_anew_leaves_room_for_all_guesses_again() {
        assert_eq!(throttle(&[100; 5], &[60_000]).most_per_hour(), Some(300));
        assert_eq!(throttle(&[100; 5], &[0]).most_per_hour(), None);
        assert_eq!(throttle(&[100; 5], &[]).most_per_hour(), None);
        let locked = LoginThrottle { locked: true, ..throttle(&[100; 5], &[0, 0, 0]) };
        assert_eq!(locked.most_per_hour(), None);
        let watched = LoginThrottle { watched_ms: Some(60_000), ..locked };
        assert_eq!(watched.most_per_hour(), Some(300));
        let opened = LoginThrottle { opened_ms: Some(360_000), ..throttle(&[100; 5], &[0]) };
        assert_eq!(opened.most_per_hour(), Some(50));
        // A count over some time holds what was sent before as well.
        let later = LoginThrottle { earlier: Some(9), ..throttle(&[100], &[60_000]) };
        assert_eq!(later.most_per_hour(), Some(600));
        assert_eq!(LoginThrottle { earlier: None, ..later }.most_per_hour(), None);
    }

    #[test]
    fn time_tells_from_the_threshold_on() {
        let names = |known_ms, unknown_ms| UserNames {
            known_ms,
            unknown_ms,
            threshold_ms: 50,
            ..UserNames::default()
        };
        assert!(names(100, 50).told_by_time() && names(50, 100).told_by_time());
        assert!(!names(100, 51).told_by_time());
    }
}
