//! RTSP (RFC 2326 clause 14): the description of the whole presentation is asked for; nothing is played.

use super::{
    Attempt, Pair, Way,
    challenged::{Question, ask, prove},
};
use crate::{Trouble, guess::challenge::Request, guess::codec};

/// Tries one pair, or asks without one.
pub(super) async fn attempt(way: &Way<'_>, pair: Option<Pair<'_>>) -> Result<Attempt, Trouble> {
    let scheme = if way.door.tls { "rtsps" } else { "rtsp" };
    let url = format!("{scheme}://{}/", way.target.host(way.door.port, 0));
    let question = Question {
        request: Request { method: "DESCRIBE", uri: &url },
        head: format!("DESCRIBE {url} RTSP/1.0\r\nUser-Agent: assize\r\nAccept: application/sdp\r\n"),
        body: "",
        is_rtsp: true,
        is_over: codec::is_rtsp_over,
        read: codec::rtsp,
    };
    let heard = match pair {
        Some(pair) => prove(way, &question, pair).await?,
        None => ask(way, &question).await?,
    };
    let came = match heard.answer.as_ref().map(|a| a.status) {
        Some(401) if pair.is_some() || heard.asks() => Some(false),
        Some(200..=399) => Some(true),
        // The pair was taken, and the server looked for a stream of that name and found none.
        Some(404) if pair.is_some() => Some(true),
        _ => None,
    };
    Ok(Attempt::of(came, heard.raw))
}
