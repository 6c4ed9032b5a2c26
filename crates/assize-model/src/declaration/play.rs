//! How the bench drives a product: what may be done to the DUT beyond looking, the accounts the tester has, and the
//! requests that log in, change a setting, ask for the version. Probes that act use these and invent none.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ixit::common::Place;

/// Something a probe may do to the DUT. What is not allowed does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Log in with the tester's accounts, and use what they may use.
    LogIn,
    /// Try default passwords and wrong ones, up to `login_attempts`; the login may lock the tester out for a while.
    Guess,
    /// Change settings and passwords, and set them back.
    ChangeSettings,
    /// Set the DUT back to its factory state. What it holds is lost.
    Reset,
    /// Send malformed and unexpected input. The DUT may crash.
    MalformedInput,
    /// Offer updates that an honest DUT refuses. A flawed DUT installs them.
    OfferUpdates,
    /// Take the network away and give it back.
    Interrupt,
    /// Take the power away and give it back. What the DUT is writing at that moment may be spoilt.
    SwitchPower,
}

impl Act {
    /// The act as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log-in",
            Self::Guess => "guess",
            Self::ChangeSettings => "change-settings",
            Self::Reset => "reset",
            Self::MalformedInput => "malformed-input",
            Self::OfferUpdates => "offer-updates",
            Self::Interrupt => "interrupt",
            Self::SwitchPower => "switch-power",
        }
    }
}

/// An account of the tester on the DUT. The password itself never stands in a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Its label in `[[bench.play]]`.
    pub id: String,
    /// The name it logs in with; empty where a login asks for a password only.
    pub user: String,
    /// Environment variable that holds its password, with PASSWORD in its name; without it and `password_file`, the bench's own is used.
    pub password_env: Option<String>,
    /// File in the assessment folder that holds its password; it is read, never recorded.
    #[schemars(extend("format" = "folder-path"))]
    pub password_file: Option<String>,
}

/// What a play is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Logs in with `{user}` and `{password}`; takes what later plays send as proof (`{token}`).
    LogIn,
    /// Ends the session.
    LogOut,
    /// Sets `{new_password}` in place of `{password}`.
    ChangePassword,
    /// Finishes the set-up of a fresh DUT with `{password}`.
    SetUp,
    /// Sets the DUT back to its factory state.
    Reset,
    /// Tells whether the DUT works: it succeeds exactly as long as it does.
    Health,
    /// Tells the installed firmware version; takes `{version}`.
    Version,
    /// Has the DUT look for an update.
    CheckUpdate,
    /// Has the DUT install the update that is offered.
    InstallUpdate,
    /// Reads something that only the named accounts may read.
    Read,
    /// Changes something that only the named accounts may change, without harm.
    Change,
}

impl Purpose {
    /// The purpose as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log-in",
            Self::LogOut => "log-out",
            Self::ChangePassword => "change-password",
            Self::SetUp => "set-up",
            Self::Reset => "reset",
            Self::Health => "health",
            Self::Version => "version",
            Self::CheckUpdate => "check-update",
            Self::InstallUpdate => "install-update",
            Self::Read => "read",
            Self::Change => "change",
        }
    }
}

/// One HTTP request of the bench to the DUT, and what shows that it worked. `{user}`, `{password}`, `{new_password}`
/// and what earlier plays took, as `{token}`, are filled in where they stand in path, headers and body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Play {
    /// Its label.
    pub id: String,
    /// What it is for.
    pub purpose: Option<Purpose>,
    /// The entry of an IXIT table that it exercises, as `AuthMech-Web`.
    pub entry: Option<String>,
    /// The port of the DUT it goes to, as `tcp/8443`.
    pub at: Option<Place>,
    /// Whether it goes through TLS; yes unless said otherwise.
    pub tls: Option<bool>,
    /// GET unless said otherwise.
    pub method: Option<String>,
    /// The path with its query; `/` unless said otherwise.
    pub path: Option<String>,
    /// Headers, by name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<String>,
    /// Bodies that the DUT has to refuse: each differs from `body` in a value that input validation keeps out.
    pub refuses: Vec<String>,
    /// The accounts that may do this; none means anyone. The first one does it.
    pub accounts: Vec<String>,
    /// Status codes that show success; every 2xx unless said otherwise.
    pub status: Vec<u16>,
    /// Text that the answer's body has to hold to show success.
    pub contains: Option<String>,
    /// What is kept of the answer for later plays: a name, and `json:/pointer`, `header:name` or `cookie:name`.
    pub take: BTreeMap<String, String>,
}

impl Play {
    /// Whether another play sends the same request: what one shows the other shows as well.
    pub fn asks_like(&self, other: &Self) -> bool {
        let request = |play: &Self| {
            let path = play.path.clone().unwrap_or_else(|| "/".to_owned());
            let method = play.method.clone().unwrap_or_else(|| "GET".to_owned());
            (play.at.clone(), play.tls != Some(false), method, path, play.headers.clone(), play.body.clone())
        };
        request(self) == request(other)
    }
}
