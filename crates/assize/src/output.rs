//! Printing: colour that respects NO_COLOR and pipes, verdict words, diagnostics, troubles.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use assize_lab::Error;
use assize_model::atlas::lint;
use assize_model::catalogue::steers;
use assize_model::diagnostic::{Diagnostic, Level};
use assize_model::verdict::Verdict;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Exit code of wrong usage and of Assize's own trouble.
pub(crate) const TROUBLE: u8 = 2;

/// Prints a line on standard output; a reader that went away is no trouble, a full disk is.
macro_rules! say {
    ($($arg:tt)*) => {
        crate::output::line(&format!($($arg)*))
    };
}
pub(crate) use say;

/// Whether something could not be printed, so that the exit code must not say that all is well.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether output was lost on the way.
pub(crate) fn is_lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Remembers that output was lost; a reader that went away wanted no more.
pub(crate) fn printed(result: std::io::Result<()>) {
    if result.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// Prints a line, without what steers the terminal but for our own styles.
pub(crate) fn line(text: &str) {
    printed(writeln!(anstream::stdout(), "{}", tame(text)));
}

/// The text with every character that steers a terminal replaced, but for line ends, tabs and plain styles.
pub(crate) fn tame(text: &str) -> String {
    let mut tame = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let style = style_length(rest);
        if style > 0 {
            tame.push_str(&rest[..style]);
            rest = &rest[style..];
            continue;
        }
        tame.push(if steers(c) && c != '\n' && c != '\t' { '\u{fffd}' } else { c });
        rest = &rest[c.len_utf8()..];
    }
    tame
}

/// The length of the style that a text begins with: an escape, a bracket, numbers, an `m`.
fn style_length(text: &str) -> usize {
    let Some(after) = text.strip_prefix("\u{1b}[") else { return 0 };
    let numbers = after.bytes().take_while(|b| b.is_ascii_digit() || *b == b';').count();
    if after[numbers..].starts_with('m') { 2 + numbers + 1 } else { 0 }
}

/// Prints a value as JSON.
pub(crate) fn json<T: Serialize>(value: &T) {
    let text = serde_json::to_string_pretty(value).expect("shapes have string keys only");
    printed(writeln!(std::io::stdout(), "{text}"));
}

/// A word in bold.
pub(crate) fn bold(word: impl Display) -> String {
    let style = Style::new().bold();
    format!("{style}{word}{style:#}")
}

/// A word that stands back.
pub(crate) fn dim(word: impl Display) -> String {
    let style = Style::new().dimmed();
    format!("{style}{word}{style:#}")
}

/// A verdict in its colour; the word says it without.
pub(crate) fn verdict(verdict: Verdict) -> String {
    let style = verdict_style(verdict);
    format!("{style}{verdict}{style:#}")
}

/// The style of a verdict.
pub(crate) fn verdict_style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::Fail => AnsiColor::Red,
        Verdict::Inconclusive => AnsiColor::Yellow,
        Verdict::NotTested => return Style::new().dimmed(),
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

/// A diagnostic with its head in colour.
pub(crate) fn diagnostic(d: &Diagnostic) -> String {
    let colour = match d.level {
        Level::Error => AnsiColor::Red,
        Level::Warning => AnsiColor::Yellow,
        Level::Note => AnsiColor::Cyan,
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    let text = d.render();
    let (head, rest) = text.split_once(']').map_or(("", text.as_str()), |(head, rest)| (head, rest));
    if head.is_empty() { text } else { format!("{style}{head}]{style:#}{rest}") }
}

/// The style of a level of the mapping linter.
pub(crate) fn level_style(level: lint::Level) -> Style {
    let colour = match level {
        lint::Level::Error => AnsiColor::Red,
        lint::Level::Warning => AnsiColor::Yellow,
        lint::Level::Note => AnsiColor::Cyan,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

/// "1 case", "2 cases".
pub(crate) fn plural(count: usize, one: &str) -> String {
    match (count, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (n, Some(stem)) if !one.ends_with("ay") => format!("{n} {stem}ies"),
        (n, _) => format!("{n} {one}s"),
    }
}

/// Says what went wrong and gives the exit code: diagnostics of the declaration 1, everything else 2.
pub(crate) fn trouble(error: &Error) -> ExitCode {
    let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut err = anstream::stderr();
    if let Error::Declaration(diagnostics) = error {
        for d in diagnostics {
            let _ = writeln!(err, "{}\n", tame(&diagnostic(d)));
        }
        let _ = writeln!(err, "{style}error{style:#}: failed to {error}");
        return ExitCode::from(1);
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(&format!(": {words}"));
        }
        source = cause.source();
    }
    let _ = writeln!(err, "{style}error{style:#}: failed to {}", tame(&text));
    ExitCode::from(TROUBLE)
}

/// The exit code of an overall verdict.
pub(crate) fn exit_code(overall: Verdict) -> ExitCode {
    ExitCode::from(match overall {
        Verdict::Pass | Verdict::NotTested => 0,
        Verdict::Fail => 1,
        Verdict::Inconclusive => 3,
    })
}

/// A progress bar on a terminal, nothing in a pipe.
pub(crate) fn progress_bar(quiet: bool) -> ProgressBar {
    let shown = !quiet && std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(1), target);
    let style = ProgressStyle::with_template("{prefix:.bold} {bar:24} {percent:>3}% {wide_msg:.dim}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_styles_reach_the_terminal() {
        let styled = bold("word");
        assert_eq!(tame(&styled), styled);
        assert_eq!(
            tame("a\u{1b}]0;pwn\u{7}b\u{202e}c\r\n\td"),
            "a\u{fffd}]0;pwn\u{fffd}b\u{fffd}c\u{fffd}\n\td"
        );
        assert_eq!(tame("\u{1b}[2Jx\u{1b}[1;31my"), "\u{fffd}[2Jx\u{1b}[1;31my");
    }
}
