//! `product.toml`: the plays by which the bench drives the DUT.

use super::super::file::DeclarationFile::Product as File;
use super::super::findings::{Findings, quote};
use super::super::near::nearest;
use super::super::play::{Act, Play, Purpose};
use super::Context;
use crate::diagnostic::Diagnostic;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings) {
    let bench = &context.declaration.product.bench;
    let accounts: Vec<&str> = bench.account.iter().map(|a| a.id.as_str()).collect();
    let taken = bench.play.iter().flat_map(|p| p.take.keys().map(String::as_str));
    let names: Vec<&str> = GIVEN.into_iter().chain(taken).collect();
    for play in &bench.play {
        let path = ["bench", "play", play.id.as_str()];
        let mut all = faults(play, &accounts);
        all.extend(request_faults(play, &names));
        for (code, message, remedy) in all {
            findings.error(|| context.at(File, &path, Diagnostic::error(code, message, remedy)));
        }
    }
    if bench.allow.contains(&Act::LogIn) && !bench.play.iter().any(|p| p.purpose == Some(Purpose::LogIn)) {
        let message = "the bench may log in, but no play says how";
        let remedy = "add a [[bench.play]] with purpose = \"log-in\", or take log-in out of `allow`";
        findings.warning(|| {
            context.at(File, &["bench", "allow"], Diagnostic::warning("D066 no-way-in", message, remedy))
        });
    }
}

/// What the bench gives to every play.
const GIVEN: [&str; 5] = ["user", "password", "new_password", "basic", "mark"];

/// Headers that the bench writes itself.
const OURS: [&str; 5] = ["host", "content-length", "transfer-encoding", "connection", "accept-encoding"];

type Fault = (&'static str, String, String);

fn faults(play: &Play, accounts: &[&str]) -> Vec<Fault> {
    let name = quote(&play.id);
    let mut all = Vec::new();
    let mut wrong = |message: String, remedy: String| all.push(("D065 bad-play", message, remedy));
    if play.purpose.is_none() {
        wrong(format!("the play {name} does not say what it is for"), "write its `purpose`".into());
    }
    match &play.at {
        None => wrong(
            format!("the play {name} does not say which port it goes to"),
            "write `at`, as `at = \"tcp/443\"`".into(),
        ),
        Some(at) if at.host.is_some() || at.transport != crate::fact::Transport::Tcp => wrong(
            format!("the play {name} goes to {at}, but plays go to TCP ports of the DUT only"),
            "write a TCP port of the DUT, as `at = \"tcp/443\"`".into(),
        ),
        Some(_) => {}
    }
    for account in play.accounts.iter().filter(|a| !accounts.contains(&a.as_str())) {
        let remedy = match nearest(account, accounts.iter().copied()) {
            Some(near) => format!("write \"{near}\", or add a [[bench.account]]"),
            None => "add a [[bench.account]] with this id".into(),
        };
        wrong(format!("the play {name} names the account {}, which is not there", quote(account)), remedy);
    }
    for (taken, from) in &play.take {
        let kind = from.split_once(':').map(|(kind, rest)| (kind, !rest.is_empty()));
        let is_pointer = from.strip_prefix("json:").is_none_or(|pointer| pointer.starts_with('/'));
        if !matches!(kind, Some(("json" | "header" | "cookie", true))) || !is_pointer {
            wrong(
                format!("the play {name} takes {} from {}, which is no place", quote(taken), quote(from)),
                "write `json:/pointer`, `header:name` or `cookie:name`".into(),
            );
        }
        if GIVEN.contains(&taken.as_str()) {
            wrong(
                format!("the play {name} takes {}, which the bench itself gives", quote(taken)),
                "take it under another name".into(),
            );
        }
        if taken == "version" && play.purpose != Some(Purpose::Version) {
            wrong(
                format!("the play {name} takes a version, but its purpose is another"),
                "take it under another name, or write `purpose = \"version\"`".into(),
            );
        }
    }
    all
}

/// What cannot be sent as it is written.
fn request_faults(play: &Play, names: &[&str]) -> Vec<Fault> {
    let name = quote(&play.id);
    let mut all = Vec::new();
    let mut wrong = |message: String, remedy: String| all.push(("D065 bad-play", message, remedy));
    let path = play.path.as_deref().unwrap_or("/");
    if !path.starts_with('/') || path.contains(|c: char| c.is_whitespace() || c.is_control()) {
        wrong(
            format!("the play {name} goes to {}, which is no path", quote(path)),
            "begin it with `/`, and write blanks as `%20`".into(),
        );
    }
    let method = play.method.as_deref().unwrap_or("GET");
    if method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
        wrong(
            format!("the play {name} has the method {}, which HTTP does not have", quote(method)),
            "write it in capital letters, as `POST`".into(),
        );
    }
    for (header, value) in &play.headers {
        let is_name = !header.is_empty() && header.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let is_ours = OURS.iter().any(|own| header.eq_ignore_ascii_case(own));
        if !is_name || is_ours || value.contains(['\r', '\n', '\0']) {
            wrong(
                format!("the play {name} has the header {}, which it cannot send", quote(header)),
                "the bench writes Host and the headers that frame the body; others have letters, digits and hyphens"
                    .into(),
            );
        }
    }
    let texts = play.headers.values().chain(&play.path).chain(&play.body);
    for unknown in texts.flat_map(|text| placeholders(text)).filter(|p| !names.contains(p)) {
        let near = nearest(unknown, names.iter().copied());
        if let Some(near) = near {
            wrong(
                format!("the play {name} has {{{unknown}}}, which nothing fills in"),
                format!("write {{{near}}}, or take {unknown} in an earlier play"),
            );
        }
    }
    all
}

/// Names in braces that could be filled in; the braces of JSON hold other characters.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).filter(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    })
}
