//! What came of using the DUT's functions, its passwords and its sessions by the plays of the declaration.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether an answer with this HTTP status judged what was asked: load, locks and faults turn everybody away.
pub fn is_judged(status: u16) -> bool {
    !matches!(status, 423 | 429 | 500..)
}

/// Who tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Visitor {
    /// Somebody without any proof of a login.
    #[default]
    Nobody,
    /// Somebody with a proof of the right shape that no login gave.
    Forger,
    /// An account of the tester, after its login.
    Account(String),
}

/// One use of a function that only some accounts may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessAnswer {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play.
    pub play: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Whether the play changes something; it reads otherwise.
    pub changes: bool,
    /// Who tried.
    pub by: Visitor,
    /// Whether the declaration lets them.
    pub entitled: bool,
    /// Whether the answer shows success.
    pub accepted: bool,
    /// Whether its body is the one that an account the declaration lets was given, and neither empty nor, by its words, an
    /// error.
    #[serde(default)]
    pub same: bool,
    /// The HTTP status of the answer; none when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// A change of a password, with logins after it. None of the passwords is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordChange {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play that changes the password.
    pub play: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The port of the login that was tried after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_port: Option<u16>,
    /// The tester's account.
    pub account: String,
    /// Whether the DUT confirmed the change.
    pub confirmed: bool,
    /// Whether the new password let the account in afterwards; none when it was not tried or not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_accepted: Option<bool>,
    /// Whether the old password still let it in; none when it was not tried or not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_accepted: Option<bool>,
    /// Whether the old password was in force again at the end.
    pub restored: bool,
}

/// Set-up of a DUT in its factory state with a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SetUpAnswer {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play that sets up.
    pub play: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The password it was tried with.
    pub password: SetUpPassword,
    /// Whether the answer shows that set-up ended.
    pub accepted: bool,
    /// Whether that password then let the account in; none when it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<bool>,
    /// The HTTP status of the answer; none when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// What set-up was tried with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SetUpPassword {
    /// An empty one.
    #[default]
    Empty,
    /// One of the first that anyone guesses.
    Weak,
    /// The tester's own.
    Own,
}

/// A reset, with a look at what the user had stored before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Erasure {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play that resets.
    pub play: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Whether the DUT confirmed the reset.
    pub confirmed: bool,
    /// Plays that showed the stored mark before the reset.
    pub before: Vec<String>,
    /// Those of them that could be used again after the reset and a new set-up.
    pub asked_again: Vec<String>,
    /// Those of them that still show the mark.
    pub kept: Vec<String>,
}

/// The proof of a login (a cookie or token) as several logins gave it. The values are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionPosture {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play that logs in.
    pub play: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Cookies that the login set.
    pub cookies: Vec<CookieFlags>,
    /// How many values the proof is made of: all that the play takes from an answer count as one proof together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<u32>,
    /// How many logins gave a proof.
    pub logins: u32,
    /// Whether all of them were different.
    pub distinct: bool,
    /// Whether a login gave what an earlier one had given, before it was asked for again in the next second.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    /// Length of the shortest, in characters.
    pub length: u32,
    /// The most random bits it can hold: characters that differ between logins, each by the alphabet seen in it.
    pub bits: u32,
    /// Whether the proof was still taken after the session was ended; none when that was not tried, or nothing judged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlives_logout: Option<bool>,
}

/// A cookie with its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CookieFlags {
    /// Its name.
    pub name: String,
    /// It is sent over TLS only.
    pub secure: bool,
    /// Scripts cannot read it.
    pub http_only: bool,
    /// The value of `SameSite`; empty when the attribute is absent.
    #[serde(default)]
    pub same_site: String,
}

impl Visitor {
    /// Who it is, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Nobody => "somebody without a login".to_owned(),
            Self::Forger => "somebody with a made-up proof of a login".to_owned(),
            Self::Account(id) => format!("the account {id}"),
        }
    }
}

impl AccessAnswer {
    pub(crate) fn words(&self) -> String {
        let came = if self.accepted { "is accepted" } else { "is refused" };
        format!("tcp/{}: the play {} by {} {came}", self.port, self.play, self.by.words())
    }
}

impl PasswordChange {
    pub(crate) fn words(&self) -> String {
        let tried = |which, said| match said {
            Some(true) => format!("the {which} password is accepted"),
            Some(false) => format!("the {which} password is refused"),
            None => format!("the {which} password was not tried"),
        };
        let confirmed = if self.confirmed { "confirmed" } else { "refused" };
        let end = if self.restored { "" } else { "; the old password is not in force again" };
        format!(
            "tcp/{}: a change of the password of {} is {confirmed}; {}, {}{end}",
            self.port,
            self.account,
            tried("new", self.new_accepted),
            tried("old", self.old_accepted)
        )
    }
}

impl SetUpAnswer {
    pub(crate) fn words(&self) -> String {
        let with = match self.password {
            SetUpPassword::Empty => "an empty password",
            SetUpPassword::Weak => "a weak password",
            SetUpPassword::Own => "the tester's password",
        };
        let came = if self.accepted { "is accepted" } else { "is refused" };
        format!("tcp/{}: set-up with {with} {came}", self.port)
    }
}

impl Erasure {
    pub(crate) fn words(&self) -> String {
        let confirmed = if self.confirmed { "confirmed" } else { "refused" };
        format!(
            "tcp/{}: a reset is {confirmed}; of {} places that showed stored data, {} still do",
            self.port,
            self.before.len(),
            self.kept.len()
        )
    }
}

impl SessionPosture {
    pub(crate) fn words(&self) -> String {
        let after = match self.outlives_logout {
            Some(true) => ", still taken after the logout",
            Some(false) => ", refused after the logout",
            None => "",
        };
        let same = if self.distinct { "" } else { ", the same for more than one login" };
        format!(
            "tcp/{}: {} logins give a proof of {} characters, at most {} random bits{same}{after}",
            self.port, self.logins, self.length, self.bits
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Fact;

    #[test]
    fn what_is_stored_comes_back_and_says_who_tried() {
        for by in [Visitor::Nobody, Visitor::Forger, Visitor::Account("guest".into())] {
            let fact =
                Fact::AccessAnswer(AccessAnswer { by, play: "read".into(), ..AccessAnswer::default() });
            let text = serde_json::to_string(&fact).unwrap();
            assert_eq!(serde_json::from_str::<Fact>(&text).unwrap(), fact);
        }
        let text = r#"{"kind": "access-answer", "target": "t", "port": 1, "play": "p", "changes": true,
                       "by": {"account": "guest"}, "entitled": false, "accepted": true}"#;
        let Fact::AccessAnswer(fact) = serde_json::from_str(text).unwrap() else { panic!("another fact") };
        assert_eq!(fact.words(), "tcp/1: the play p by the account guest is accepted");
    }

    #[test]
    fn a_password_left_changed_is_said() {
        let left =
            PasswordChange { port: 1, account: "a".into(), confirmed: true, ..PasswordChange::default() };
        assert!(left.words().ends_with("the old password is not in force again"), "{}", left.words());
    }
}
