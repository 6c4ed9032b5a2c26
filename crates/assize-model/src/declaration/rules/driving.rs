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
    for play in &bench.play {
        let path = ["bench", "play", play.id.as_str()];
        for (code, message, remedy) in faults(play, &accounts) {
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
        if !matches!(kind, Some(("json" | "header" | "cookie", true))) {
            wrong(
                format!("the play {name} takes {} from {}, which is no place", quote(taken), quote(from)),
                "write `json:/pointer`, `header:name` or `cookie:name`".into(),
            );
        }
    }
    all
}
