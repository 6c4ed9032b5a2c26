//! The ONVIF device service: a user name token of WS-Security, or HTTP's challenge where the device asks in that way.

use jiff::Timestamp;

use super::{
    Attempt, Pair, Way,
    challenged::{Heard, Question, ask, prove, random, weighed},
};
use crate::{
    Raw, Trouble,
    guess::{challenge::Request, later::Later},
    http::{codec, is_over},
    onvif::{Operation, PATH, Said, Token, clock, head},
};

/// Tries one pair, or asks without one. What a device tells anybody proves nothing, so it is asked for more then.
pub(super) async fn attempt(way: &Way<'_>, pair: Option<Pair<'_>>) -> Result<Attempt, Trouble> {
    let mut raw = Vec::new();
    for operation in [Operation::Information, Operation::Users] {
        let body = operation.envelope(None);
        let mut bare = ask(way, &question(way, &body)).await?;
        let said = bare.answer.as_ref().map(|a| operation.said(a));
        let (is_challenge, later) = (bare.asks(), bare.put_off());
        raw.append(&mut bare.raw);
        match (said, pair) {
            (Some(Said::Done), _) => {}
            (Some(Said::NotAuthorized), None) => return Ok(Attempt::of(Some(false), raw)),
            (Some(Said::NotAuthorized), Some(pair)) => {
                let heard = if is_challenge {
                    prove(way, &question(way, &body), pair).await?
                } else {
                    with_token(way, operation, pair, &bare, &mut raw).await?
                };
                return Ok(told(operation, heard, raw));
            }
            // A guesser may do without this question, so that putting it off says nothing of guesses.
            _ => {
                let later = later.map(|later| Later { says_so: false, ..later });
                return Ok(Heard { raw, later, ..Heard::default() }.attempt(None));
            }
        }
    }
    Ok(Attempt::of(pair.is_none().then_some(true), raw))
}

/// Asks with a token, dated by the device's own clock where it tells it.
async fn with_token(
    way: &Way<'_>,
    operation: Operation,
    (user, password): Pair<'_>,
    bare: &Heard,
    raw: &mut Vec<Raw>,
) -> Result<Heard, Trouble> {
    let told = ask(way, &question(way, &Operation::Clock.envelope(None))).await?;
    let own = || Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let created = told.answer.as_ref().and_then(clock).unwrap_or_else(own);
    raw.extend(told.raw);
    let nonce = random();
    let token = Token { user, password, nonce: &nonce, created: &created };
    let heard = ask(way, &question(way, &operation.envelope(Some(token)))).await?;
    weighed(way, &question(way, &operation.envelope(None)), bare, heard).await
}

fn question<'a>(way: &Way<'_>, body: &'a str) -> Question<'a> {
    Question {
        request: Request { method: "POST", uri: PATH },
        head: head(&way.host(), body.len()),
        body,
        is_rtsp: false,
        is_over,
        read: codec::answer,
    }
}

fn told(operation: Operation, mut heard: Heard, mut raw: Vec<Raw>) -> Attempt {
    let came = match heard.answer.as_ref().map(|a| operation.said(a)) {
        Some(Said::Done) => Some(true),
        Some(Said::NotAuthorized) => Some(false),
        Some(Said::Other) | None => None,
    };
    raw.append(&mut heard.raw);
    heard.raw = raw;
    heard.attempt(came)
}
