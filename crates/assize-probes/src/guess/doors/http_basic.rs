//! HTTP with basic authentication (RFC 7617), asked for by the front page.

use base64::Engine as _;

use super::{Attempt, Pair, Way, Wire};
use crate::{
    Trouble,
    guess::codec,
    http::{codec as http_codec, is_over},
    tap::Patience,
};

/// Tries one pair, or asks without one.
pub(super) async fn attempt(way: &Way<'_>, pair: Option<Pair<'_>>) -> Result<Attempt, Trouble> {
    let mut wire = Wire::default();
    let Some(mut line) = way.line(&mut wire).await? else { return Ok(wire.untold()) };
    let host = way.target.host(way.door.port, if way.door.tls { 443 } else { 80 });
    line.say(&request(&host, pair), way.budget.read).await.ok();
    line.hear(Patience::whole(way.budget.read), is_over).await;
    let came = http_codec::answer(line.heard()).and_then(|a| codec::basic(&a));
    Ok(Attempt::of(came, line.raw("")))
}

fn request(host: &str, pair: Option<Pair<'_>>) -> Vec<u8> {
    let proof = pair.map(|(user, password)| {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        format!("Authorization: Basic {pair}\r\n")
    });
    let rest = "User-Agent: assize\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    format!("GET / HTTP/1.1\r\nHost: {host}\r\n{}{rest}", proof.unwrap_or_default()).into_bytes()
}
