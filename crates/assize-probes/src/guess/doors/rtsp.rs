//! RTSP (RFC 2326 clause 14): the description of the whole presentation is asked for; nothing is played.

use super::{
    Attempt, Pair, Way,
    challenged::{Question, heard},
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
    let heard = heard(way, &question, pair).await?;
    // A 404 to a pair: it was taken, and the server looked for a stream of that name and found none.
    let is_missing = pair.is_some() && heard.answer.as_ref().is_some_and(|a| a.status == 404);
    let came = if is_missing { Some(true) } else { heard.came(pair.is_some()) };
    Ok(heard.attempt(came))
}
