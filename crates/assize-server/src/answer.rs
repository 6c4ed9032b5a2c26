//! What the explorer answers: a status, a kind, a body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// A complete answer, before it is packed for the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// What the body is.
    pub kind: Kind,
    /// The body.
    pub body: Vec<u8>,
    /// Where to look instead, with a status of 308.
    pub location: Option<String>,
    /// Hashes of the rules in the page's drawings, as its policy names them.
    pub styles: Vec<String>,
    /// Whether the same address gives the same answer as long as the program runs.
    pub lasting: bool,
}

/// The kinds of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page.
    Html,
    /// A style sheet.
    Css,
    /// A script.
    Script,
    /// Data.
    Json,
    /// A picture.
    Svg,
    /// Plain text.
    Text,
    /// Data of another media type.
    Data(&'static str),
}

impl Kind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Css => "text/css; charset=utf-8",
            Self::Script => "text/javascript; charset=utf-8",
            Self::Json => "application/json",
            Self::Svg => "image/svg+xml",
            Self::Text => "text/plain; charset=utf-8",
            Self::Data(media) => media,
        }
    }
}

impl Answer {
    /// An answer that lasts, with status 200.
    pub(crate) fn of(kind: Kind, body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, kind, body: body.into(), location: None, styles: Vec::new(), lasting: true }
    }

    /// A page that says what is wrong.
    pub(crate) fn trouble(status: u16, page: String) -> Self {
        Self { status, lasting: false, ..Self::of(Kind::Html, page) }
    }

    /// The address moved there for good.
    pub(crate) fn moved(location: String) -> Self {
        Self { status: 308, location: Some(location), ..Self::of(Kind::Text, "moved\n") }
    }

    /// With these rules in its drawings.
    #[must_use]
    pub(crate) fn drawn(self, styles: &[&str]) -> Self {
        let hash = |rules: &&str| format!("sha256-{}", STANDARD.encode(Sha256::digest(rules.as_bytes())));
        let mut styles: Vec<String> = styles.iter().map(hash).collect();
        styles.dedup();
        Self { styles, ..self }
    }

    /// The same answer, to be made anew each time.
    #[must_use]
    pub(crate) fn passing(self) -> Self {
        Self { lasting: false, ..self }
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}
