//! What an answer that judges no password says of the next attempt, without I/O.

use std::time::Duration;

/// An attempt that was put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Later {
    /// The wait that the answer asks for.
    pub(super) wait: Option<Duration>,
    /// Whether it says that earlier attempts are why.
    pub(super) says_so: bool,
    /// Why no further attempt is made, where none is.
    pub(super) why: &'static str,
}

impl Later {
    /// The answer says in its own way that there were too many attempts, and names no wait.
    pub(super) fn said(why: &'static str) -> Self {
        Self { wait: None, says_so: true, why }
    }

    /// Too many attempts, by the words of the answer.
    pub(super) fn in_words() -> Self {
        Self::said("the server says that there were too many attempts")
    }
}

/// Whether an answer over HTTP says that it puts the attempt off because of earlier ones: 423 (RFC 4918), 429 (RFC
/// 6585), or a wait. A server in trouble answers 500 and above, with a wait as well.
pub(super) fn says_so(status: Option<u16>, wait: Option<Duration>) -> bool {
    match status {
        Some(423 | 429) => true,
        Some(500..) | None => false,
        Some(_) => wait.is_some(),
    }
}
