//! HTTP with a challenge on the front page: basic or digest authentication.

use super::{
    Attempt, Pair, Way,
    challenged::{Question, heard},
};
use crate::{
    Trouble,
    guess::challenge::Request,
    http::{codec, is_over},
};

/// Tries one pair, or asks without one.
pub(super) async fn attempt(way: &Way<'_>, pair: Option<Pair<'_>>) -> Result<Attempt, Trouble> {
    let host = way.host();
    let question = Question {
        request: Request { method: "GET", uri: "/" },
        head: format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: assize\r\nAccept: */*\r\nConnection: close\r\n"
        ),
        body: "",
        is_rtsp: false,
        is_over,
        read: codec::answer,
    };
    let heard = heard(way, &question, pair).await?;
    let (came, takes_at_once) = (heard.came(pair.is_some()), heard.takes_at_once);
    Ok(Attempt { takes_at_once, ..heard.attempt(came) })
}
