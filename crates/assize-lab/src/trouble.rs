//! What the bench could not do, in words, and what it may not do, before it is tried.

use assize_probes::Trouble;

use crate::{Error, Result};

/// A trouble with all its causes, as a fragment for people.
pub(crate) fn trouble_words(trouble: &Trouble) -> String {
    let mut words = format!("failed to {trouble}");
    let mut source = std::error::Error::source(trouble);
    while let Some(cause) = source {
        words.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    words
}

/// Whether this bench may send what a scan by SYN segments sends; said before anything is asked of the device.
pub(crate) fn may_send_raw() -> Result<()> {
    assize_probes::tcp::raw_rights().map_err(|trouble| Error::Bench(trouble.to_string()))
}
