//! What came of logging in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One login with an account of the tester, by the play that the declaration gives for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoginAnswer {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play.
    pub play: String,
    /// The IXIT entry that the play exercises, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The tester's account.
    pub account: String,
    /// Whether it was let in.
    pub accepted: bool,
    /// The HTTP status of the answer; none when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}
