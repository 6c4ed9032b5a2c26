//! What templates do to words.

use std::fmt::Display;

/// A full sentence: a capital at the front, a full stop at the end.
#[askama::filter_fn]
pub(crate) fn sentence(words: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    let mut words = capitalised(words.to_string().trim());
    if !words.is_empty() && !words.ends_with(['.', '?', ':', '!']) {
        words.push('.');
    }
    Ok(words)
}

/// A capital at the front.
#[askama::filter_fn]
pub(crate) fn capital(words: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(capitalised(&words.to_string()))
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}
