//! Who may do what: accounts with salted slow hashes, sessions, and the wait after failed logins.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use ring::pbkdf2;
use serde::{Deserialize, Serialize};

use crate::random;

/// Rounds of PBKDF2-HMAC-SHA256: what NIST SP 800-63B (2017), 5.1.1.2 asks for at least, for a plug has a small processor.
const ROUNDS: NonZeroU32 = NonZeroU32::new(10_000).expect("not zero");
/// Sessions kept; the oldest gives way.
const SESSIONS: usize = 16;
/// How long a session lasts.
const SESSION_LIFE: Duration = Duration::from_secs(30 * 60);
/// Failures without a wait.
const FREE_FAILURES: u32 = 5;
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Passwords of sufficient length that are tried first all the same.
const BAD_PASSWORDS: &[&str] = &[
    "0123456789",
    "1111111111",
    "1234567890",
    "administrator",
    "halden-plug",
    "haldenplug1",
    "iloveyou123",
    "password12",
    "password123",
    "password1234",
    "qwertyuiop",
    "smartplug1",
];

/// What an account may do; each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Sees the state and switches the relay.
    Guest,
    /// Changes settings as well.
    Admin,
}

/// One account as stored: never the password itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) role: Role,
    salt: String,
    hash: String,
}

impl Account {
    pub(crate) fn new(role: Role, password: &str) -> Self {
        let salt: [u8; 16] = random::bytes();
        Self { role, salt: hex::encode(salt), hash: hex::encode(hashed(&salt, password)) }
    }

    fn accepts(&self, password: &str) -> bool {
        let (Ok(salt), Ok(hash)) = (hex::decode(&self.salt), hex::decode(&self.hash)) else { return false };
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &hash).is_ok()
    }
}

/// The role of the account that name and password belong to; takes as long for unknown names as for known ones.
pub(crate) fn role_of(accounts: &BTreeMap<String, Account>, user: &str, password: &str) -> Option<Role> {
    match accounts.get(user) {
        Some(account) => account.accepts(password).then_some(account.role),
        None => {
            hashed(&[0; 16], password);
            None
        }
    }
}

/// Why a password will not do, in words for the user; `None` when it will.
pub(crate) fn password_objection(password: &str) -> Option<&'static str> {
    match password.chars().count() {
        0..10 => Some("the password needs at least 10 characters"),
        129.. => Some("the password may have at most 128 characters"),
        _ if BAD_PASSWORDS.contains(&password.to_lowercase().as_str()) => {
            Some("this password is one of the first to be guessed; choose another")
        }
        _ if password.chars().skip(1).all(|c| password.starts_with(c)) => {
            Some("the password needs more than one character repeated")
        }
        _ => None,
    }
}

fn hashed(salt: &[u8], password: &str) -> [u8; 32] {
    let mut out = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), &mut out);
    out
}

/// Who is logged in.
#[derive(Debug)]
pub(crate) struct Sessions {
    open: VecDeque<Session>,
    random: bool,
    opened: u64,
}

/// One login.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) user: String,
    pub(crate) role: Role,
    token: String,
    until: Instant,
}

impl Sessions {
    /// No session yet; tokens are random, or else a count: that is the flaw.
    pub(crate) fn new(random: bool) -> Self {
        Self { open: VecDeque::new(), random, opened: 0 }
    }

    /// Opens a session and returns its token.
    pub(crate) fn open(&mut self, user: &str, role: Role) -> String {
        if self.open.len() >= SESSIONS {
            self.open.pop_front();
        }
        self.opened += 1;
        let token = if self.random { random::token() } else { format!("{:064x}", self.opened) };
        let until = Instant::now() + SESSION_LIFE;
        self.open.push_back(Session { user: user.to_owned(), role, token: token.clone(), until });
        token
    }

    /// The session of a token, while it lasts.
    pub(crate) fn find(&self, token: &str) -> Option<&Session> {
        // Tokens have 256 random bits: comparing them leaks nothing a caller could use within a session's life.
        self.open.iter().find(|s| s.token == token && s.until > Instant::now())
    }

    /// Ends the session of a token.
    pub(crate) fn close(&mut self, token: &str) {
        self.open.retain(|s| s.token != token);
    }

    /// Ends every session of a user.
    pub(crate) fn close_all_of(&mut self, user: &str) {
        self.open.retain(|s| s.user != user);
    }
}

/// Makes guessing slow: after five failures each login waits, and each further failure doubles the wait.
#[derive(Debug)]
pub(crate) struct Throttle {
    base: Duration,
    failures: u32,
    until: Option<Instant>,
}

impl Throttle {
    pub(crate) fn new(base: Duration) -> Self {
        Self { base, failures: 0, until: None }
    }

    /// How long the next login still has to wait.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let left = self.until?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    pub(crate) fn fail(&mut self) {
        self.failures = self.failures.saturating_add(1);
        if let Some(doublings) = self.failures.checked_sub(FREE_FAILURES) {
            let wait = self.base.saturating_mul(2u32.saturating_pow(doublings)).min(LONGEST_WAIT);
            self.until = Some(Instant::now() + wait);
        }
    }

    pub(crate) fn succeed(&mut self) {
        self.failures = 0;
        self.until = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_accepts_its_password_only() {
        let accounts = BTreeMap::from([("admin".to_owned(), Account::new(Role::Admin, "a good password"))]);
        assert_eq!(role_of(&accounts, "admin", "a good password"), Some(Role::Admin));
        assert_eq!(role_of(&accounts, "admin", "a bad password"), None);
        assert_eq!(role_of(&accounts, "root", "a good password"), None);
    }

    #[test]
    fn weak_passwords_are_objected_to() {
        for weak in ["", "short", "Password123", "aaaaaaaaaaaa", &"x1".repeat(65)] {
            assert!(password_objection(weak).is_some(), "{weak}");
        }
        assert!(password_objection("correct horse").is_none());
    }

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let mut throttle = Throttle::new(Duration::from_secs(2));
        (0..4).for_each(|_| throttle.fail());
        assert_eq!(throttle.wait(), None);
        let mut waits = Vec::new();
        for _ in 0..20 {
            throttle.fail();
            waits.push(throttle.wait().unwrap().as_secs_f64().round() as u64);
        }
        assert_eq!(waits[..4], [2, 4, 8, 16]);
        assert_eq!(waits[19], 3600);
        throttle.succeed();
        assert_eq!(throttle.wait(), None);
    }

    #[test]
    fn sessions_are_bounded_and_end() {
        let mut sessions = Sessions::new(true);
        let first = sessions.open("admin", Role::Admin);
        assert_eq!(sessions.find(&first).unwrap().user, "admin");
        let tokens: Vec<_> = (0..SESSIONS).map(|_| sessions.open("guest", Role::Guest)).collect();
        assert!(sessions.find(&first).is_none());
        sessions.close(&tokens[0]);
        assert!(sessions.find(&tokens[0]).is_none());
        sessions.close_all_of("guest");
        assert!(sessions.find(&tokens[1]).is_none());
    }
}
