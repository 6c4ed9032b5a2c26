//! Fetches a page from the hosts that the declaration names.

use assize_model::fact::{Fact, FetchOutcome, Publication};
use tokio::{net::TcpStream, time::timeout};

use super::codec::{self, Address};
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    http::{self, codec::Answer, page},
    net::{Reached, reach},
    tap::Tap,
    tls::{self, Shaken},
};

/// Fetches `url` from the one of `allowed` that its host means, and follows redirects among these only. Hands over
/// the certificates seen and one [`Publication`]. A host that refuses or keeps silent is the bench's trouble, for
/// nothing is then known of the page.
pub async fn fetch(
    url: &str,
    allowed: &[Target],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let late = |_| Trouble::TimeOut { act: format!("fetch {url}"), after: budget.total };
    let patient = Budget { read: budget.page, ..budget.clone() };
    timeout(budget.total, follow(url, allowed, &patient, sink)).await.map_err(late)?
}

async fn follow(url: &str, allowed: &[Target], budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let bad = |why| Trouble::BadAddress { url: url.to_owned(), why };
    let mut address = codec::address(url).map_err(bad)?;
    let mut target =
        host(&address, allowed).ok_or_else(|| Trouble::NotAllowed { host: address.host.clone() })?;
    let mut raw = Vec::new();
    let mut left = budget.redirects;
    let (outcome, answer) = loop {
        let page = get(&address, target, budget, sink).await?;
        raw.extend(page.raw);
        let Some(answer) = page.answer else { break (FetchOutcome::NotHttp, Answer::default()) };
        let Some(location) = answer.redirect() else { break (FetchOutcome::Status(answer.status), answer) };
        let next = codec::redirected(&address, location);
        match next.as_ref().map(|next| host(next, allowed)) {
            Some(Some(to)) if left > 0 => target = to,
            Some(None) => break (FetchOutcome::LeavesTargets(location.to_owned()), answer),
            _ => break (FetchOutcome::Status(answer.status), answer),
        }
        left -= 1;
        address = next.unwrap_or(address);
    };
    let fact = Publication {
        url: url.to_owned(),
        outcome,
        text: codec::text(&answer),
        asks_login: answer.challenge().is_some() || page::has_password_field(&answer.body),
    };
    sink.observe(Observation { fact: Fact::Publication(fact), raw }).map_err(Trouble::Stopped)
}

fn host<'a>(address: &Address, allowed: &'a [Target]) -> Option<&'a Target> {
    allowed.iter().find(|target| target.is_called(&address.host))
}

/// What one request brought; no answer when the host did not speak HTTP.
struct Fetched {
    answer: Option<Answer>,
    raw: Vec<Raw>,
}

async fn get(
    address: &Address,
    target: &Target,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<Fetched, Trouble> {
    let mut line = open(address, target, budget).await?;
    let host = target.host(address.port, if address.tls { 443 } else { 80 });
    if !address.tls {
        let answer = http::get(&mut line, &address.path, &host, budget).await;
        return Ok(Fetched { answer, raw: line.raw("") });
    }
    let Shaken { session, chain } = tls::shake(&mut line, target, budget).await;
    let (answer, mut raw) = match session {
        Some(session) => {
            let mut talk = Tap::new(session, budget.page_bytes);
            let answer = http::get(&mut talk, &address.path, &host, budget).await;
            (answer, talk.raw(", inside tls"))
        }
        None => (None, Vec::new()),
    };
    if raw.is_empty() {
        raw = line.raw(", handshake");
    }
    if let Some(seen) = tls::certificate(target, address.port, &chain, Vec::new()) {
        sink.observe(seen).map_err(Trouble::Stopped)?;
    }
    Ok(Fetched { answer, raw })
}

async fn open(address: &Address, target: &Target, budget: &Budget) -> Result<Tap<TcpStream>, Trouble> {
    let to = target.at(address.port);
    let how = match reach(to, budget.connect).await {
        Ok(Reached::Open(stream)) => return Ok(Tap::new(stream, budget.page_bytes)),
        Ok(Reached::Refused) => "the connection was refused",
        Ok(Reached::Silent) => "nothing answered in time",
        Ok(Reached::Unreachable(error)) | Err(error) => {
            return Err(Trouble::of(error, format!("connect to {to}"), target.address()));
        }
    };
    Err(Trouble::Unreachable { address: to.to_string(), how })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
