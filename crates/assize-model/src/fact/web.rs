//! What a web server shows of itself to anyone who asks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The surface of one web server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebPosture {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// Whether HTTP runs inside TLS.
    pub tls: bool,
    /// Security headers that the front page does not send.
    pub lacks: Vec<String>,
    /// Addresses in clear HTTP that a page served inside TLS draws in.
    pub mixed: Vec<String>,
    /// Whether the front page asks for a password without TLS.
    pub plain_login: bool,
    /// Whether the front page in clear HTTP is shown although the DUT also has HTTPS, and does not lead there.
    pub plain_beside_tls: bool,
    /// Paths that show the contents of a directory.
    pub listings: Vec<String>,
    /// Paths of the list that are really there.
    pub found: Vec<WebFind>,
    /// Where harmless markup of a request comes back unescaped in a page.
    pub reflects: Vec<String>,
    /// How many paths of the list, and folders that the front page draws from, were asked for and answered.
    pub tried: u32,
    /// How many paths were to be asked for; none where an earlier version did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<u32>,
    /// Whether the server answers a made-up path as if it were there, so that its answers had to be told apart.
    pub answers_everything: bool,
}

/// A path that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebFind {
    /// The path.
    pub path: String,
    /// What the list says lives there.
    pub what: String,
    /// The status of the answer.
    pub status: u16,
    /// Whether it surely is what the list says, and that is settings, credentials or source.
    pub discloses: bool,
    /// Whether it may be settings, credentials or source, which the answer does not prove.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_disclose: bool,
}

/// A play that changes something, sent as another site would have a browser send it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ForeignRequest {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The play.
    pub play: String,
    /// Whether it was accepted with the session's cookie, a foreign origin, and the media type a form can send.
    pub accepted: bool,
    /// Whether the cookies of the login tell a browser to keep them from such a request (`SameSite`); none where only
    /// some do, or an earlier version did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site: Option<bool>,
    /// The HTTP status of the answer; none when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

impl WebPosture {
    /// Whether every path was answered.
    pub fn is_whole(&self) -> bool {
        self.listed == Some(self.tried)
    }

    pub(crate) fn words(&self) -> String {
        format!(
            "tcp/{}: security headers that the web server lacks: {}; paths that it shows: {} of {}; folders that it \
             lists: {}; places where it reflects markup: {}",
            self.port,
            self.lacks.len(),
            self.found.len(),
            self.tried,
            self.listings.len(),
            self.reflects.len()
        )
    }
}

impl ForeignRequest {
    pub(crate) fn words(&self) -> String {
        let came = if self.accepted { "is accepted" } else { "is refused" };
        format!("tcp/{}: the play {} from a foreign site {came}", self.port, self.play)
    }
}
