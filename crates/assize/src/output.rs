//! Printing: colour that respects NO_COLOR and pipes, verdict words, diagnostics, troubles.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use assize_lab::Error;
use assize_model::atlas::lint;
use assize_model::diagnostic::{Diagnostic, Level};
use assize_model::verdict::Verdict;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Exit code of wrong usage and of Assize's own trouble.
pub(crate) const TROUBLE: u8 = 2;

/// Prints a line on standard output; a reader that went away is no trouble.
macro_rules! say {
    ($($arg:tt)*) => {{
        let _ = writeln!(anstream::stdout(), $($arg)*);
    }};
}
pub(crate) use say;

/// Prints a value as JSON.
pub(crate) fn json<T: Serialize>(value: &T) {
    let text = serde_json::to_string_pretty(value).expect("shapes have string keys only");
    let _ = writeln!(std::io::stdout(), "{text}");
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
            let _ = writeln!(err, "{}\n", diagnostic(d));
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
    let _ = writeln!(err, "{style}error{style:#}: failed to {text}");
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
