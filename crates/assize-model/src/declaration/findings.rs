//! Collects the diagnostics of one file, up to a limit; what comes after is counted.

use crate::diagnostic::{Diagnostic, FilePlace, Level};

/// Diagnostics kept per file.
pub(super) const LIMIT: usize = 200;

/// The diagnostics of one file.
#[derive(Debug, Default)]
pub(super) struct Findings {
    shown: String,
    list: Vec<Diagnostic>,
    more: usize,
    more_errors: bool,
    blocked: bool,
}

impl Findings {
    /// For the file as the user would name it.
    pub(super) fn new(shown: &str) -> Self {
        Self { shown: shown.to_owned(), ..Self::default() }
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Adds one; above the limit it is counted and not made.
    pub(super) fn add(&mut self, level: Level, make: impl FnOnce(Level) -> Diagnostic) {
        if self.list.len() < LIMIT {
            self.push(make(level));
            return;
        }
        self.more += 1;
        self.more_errors |= level == Level::Error;
    }

    /// Adds an error.
    pub(super) fn error(&mut self, make: impl FnOnce() -> Diagnostic) {
        self.add(Level::Error, |_| make());
    }

    /// Adds a warning.
    pub(super) fn warning(&mut self, make: impl FnOnce() -> Diagnostic) {
        self.add(Level::Warning, |_| make());
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.blocked |= diagnostic.blocking;
        self.list.push(diagnostic);
    }

    /// Marks the file as unusable, whatever was kept of the reasons.
    pub(super) fn block(&mut self) {
        self.blocked = true;
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// All of them in the order of the file, with a last one that counts what was left out.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        let place = |d: &Diagnostic| d.place.as_ref().map(|p| (p.line, p.column));
        self.list.sort_by_key(place);
        if self.more > 0 {
            let level = if self.more_errors { Level::Error } else { Level::Note };
            let message = format!("and {} more in this file", self.more);
            let whole = FilePlace { file: self.shown, line: 0, column: 0 };
            let remedy = "put the ones above right first, then read the file again";
            self.list.push(Diagnostic::new(level, "D010 and-more", message, remedy).at(Some(whole)));
        }
        self.list
    }
}

/// Outside text cut to a length that fits in a message, control characters made visible.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown.replace("\\'", "'").replace("\\\"", "\"")
}

/// The same in backticks.
pub(super) fn quote(text: &str) -> String {
    format!("`{}`", short(text))
}

/// A list for a message: the first twelve, and how many more there are.
pub(super) fn some_of<T: AsRef<str>>(items: &[T]) -> String {
    const MOST: usize = 12;
    let named: Vec<String> = items.iter().take(MOST).map(|item| short(item.as_ref())).collect();
    match items.len().saturating_sub(MOST) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_left_out() {
        let mut findings = Findings::new("plug/ixit.toml");
        for _ in 0..LIMIT + 5 {
            findings.warning(|| Diagnostic::warning("D011 unknown-key", "x", "y"));
        }
        let last = findings.finish().pop().unwrap();
        assert_eq!((last.message.as_str(), last.level), ("and 5 more in this file", Level::Note));
    }

    #[test]
    fn an_error_beyond_the_limit_stays_an_error() {
        let mut findings = Findings::new("plug/ixit.toml");
        for _ in 0..LIMIT {
            findings.warning(|| Diagnostic::warning("D011 unknown-key", "x", "y"));
        }
        findings.error(|| Diagnostic::error("D011 unknown-key", "x", "y"));
        assert!(findings.finish().pop().unwrap().is_error());
    }

    #[test]
    fn quotes_are_short_and_visible() {
        assert_eq!(quote("a\u{1b}[31m\"b\""), "`a\\u{1b}[31m\"b\"`");
        assert!(quote(&"x".repeat(1000)).chars().count() < 70);
        let many: Vec<String> = (0..14).map(|n| n.to_string()).collect();
        assert_eq!(some_of(&many), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more");
    }
}
