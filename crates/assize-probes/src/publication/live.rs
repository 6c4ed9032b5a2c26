//! Fetches a page, or a site's `security.txt`, from the hosts that the declaration names.

use std::{mem, time::SystemTime};

use assize_model::fact::{Fact, FetchOutcome, Publication, SecurityTxt, SecurityTxtFault, Unread};
use tokio::{net::TcpStream, time::timeout};

use super::{
    codec::{self, Address},
    keys::{self, KeyFile, Reach, Verified},
    security_txt::{self, Said},
};
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    http::{
        self,
        codec::{Answer, has_head},
        page,
    },
    net::{Reached, reach},
    tap::{Stream, Tap},
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
    in_time(url, budget, follow(url, allowed, &patient(budget), sink)).await
}

/// A page may take longer than an answer of the device.
fn patient(budget: &Budget) -> Budget {
    Budget { read: budget.page, ..budget.clone() }
}

async fn in_time(
    url: &str,
    budget: &Budget,
    work: impl Future<Output = Result<(), Trouble>>,
) -> Result<(), Trouble> {
    let late = |_| Trouble::TimeOut { act: format!("fetch {url}"), after: budget.total };
    timeout(budget.total, work).await.map_err(late)?
}

async fn follow(url: &str, allowed: &[Target], budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let Followed { outcome, answer, raw, cut, .. } = walk(url, allowed, budget, sink).await?;
    let (text, unread) = codec::text(&answer);
    let unread = cut.map_or(unread, |why| Some(codec::cut(unread, why)));
    let fact = Publication {
        url: url.to_owned(),
        outcome,
        text,
        unread,
        asks_login: answer.challenge().is_some() || page::has_password_field(&answer.body),
    };
    sink.observe(Observation { fact: Fact::Publication(fact), raw }).map_err(Trouble::Stopped)
}

/// Looks for the `security.txt` of a site (RFC 9116): at `url`, and where that is the well-known place and nothing is
/// there, at the top of the site. Verifies its signature with `key`, or without one with those that the file names on
/// hosts of `allowed`. Hands over the certificates seen and one [`SecurityTxt`].
pub async fn fetch_security_txt(
    url: &str,
    key: Option<&KeyFile>,
    allowed: &[Target],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    in_time(url, budget, look_for(url, key, allowed, &patient(budget), sink)).await
}

async fn look_for(
    url: &str,
    key: Option<&KeyFile>,
    allowed: &[Target],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let mut found = walk(url, allowed, budget, sink).await?;
    let mut found_at = url.to_owned();
    if let (FetchOutcome::Status(404 | 410), Some(site)) = (&found.outcome, url.strip_suffix(WELL_KNOWN)) {
        found_at = format!("{site}{OLD_PLACE}");
        let before = mem::take(&mut found.raw);
        found = walk(&found_at, allowed, budget, sink).await?;
        found.raw.splice(0..0, before);
    }
    let Followed { outcome, answer, over_tls, mut raw, at, cut } = found;
    let is_there = matches!(outcome, FetchOutcome::Status(200..=299));
    let mut said = if is_there { security_txt::read(&answer.body) } else { Said::default() };
    if is_there && cut.is_some() {
        said.faults.insert(SecurityTxtFault::CutOff);
    }
    if is_there && !over_tls {
        said.faults.insert(SecurityTxtFault::NotOverTls);
    }
    if is_there && !answer.header("content-type").to_ascii_lowercase().starts_with("text/plain") {
        said.faults.insert(SecurityTxtFault::NotPlainText);
    }
    let now = now();
    let mut verified = keys::verified(&said, key, &Reach { allowed, budget, now }, sink).await?;
    raw.append(&mut verified.raw);
    let fact = fact(said, verified);
    let fact = SecurityTxt { url: url.to_owned(), found_at, served_from: at, outcome, seen_at: now, ..fact };
    sink.observe(Observation { fact: Fact::SecurityTxt(Box::new(fact)), raw }).map_err(Trouble::Stopped)
}

/// Where the file stands today, and where it stood before RFC 9116 settled that (section 3).
const WELL_KNOWN: &str = "/.well-known/security.txt";
const OLD_PLACE: &str = "/security.txt";

/// Where the `security.txt` of a page's site is looked for; `None` when that is on no allowed host.
pub fn security_txt_beside(page: &str, allowed: &[Target]) -> Option<String> {
    let address = codec::address(page).ok()?;
    host(&address, allowed)?;
    let (scheme, usual) = if address.tls { ("https", 443) } else { ("http", 80) };
    let port = if address.port == usual { String::new() } else { format!(":{}", address.port) };
    Some(format!("{scheme}://{}{port}{WELL_KNOWN}", address.host))
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    i64::try_from(now).unwrap_or(i64::MAX)
}

/// What a file says; where it stands is the caller's to say.
fn fact(said: Said, verified: Verified) -> SecurityTxt {
    SecurityTxt {
        url: String::new(),
        found_at: String::new(),
        served_from: None,
        outcome: FetchOutcome::NotHttp,
        seen_at: 0,
        contacts: said.contacts,
        expires: said.expires,
        canonical: said.canonical,
        policies: said.policies,
        languages: said.languages,
        encryption: said.encryption,
        acknowledgments: said.acknowledgments,
        hiring: said.hiring,
        signature: verified.signature,
        keys: verified.looks,
        faults: said.faults.into_iter().collect(),
    }
}

/// The end of a way through redirects.
pub(super) struct Followed {
    pub(super) outcome: FetchOutcome,
    pub(super) answer: Answer,
    pub(super) over_tls: bool,
    pub(super) raw: Vec<Raw>,
    /// Where the answer came from, when redirects led there.
    pub(super) at: Option<String>,
    /// Why the answer is not whole.
    pub(super) cut: Option<Unread>,
}

/// Fetches a page and follows redirects among the allowed hosts.
pub(super) async fn walk(
    url: &str,
    allowed: &[Target],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<Followed, Trouble> {
    let bad = |why| Trouble::BadAddress { url: url.to_owned(), why };
    let mut address = codec::address(url).map_err(bad)?;
    let mut target =
        host(&address, allowed).ok_or_else(|| Trouble::NotAllowed { host: address.host.clone() })?;
    let mut raw = Vec::new();
    let mut left = budget.redirects;
    let mut over_tls = address.tls;
    let mut cut;
    let (outcome, answer) = loop {
        let page = get(&address, target, budget, sink).await?;
        raw.extend(page.raw);
        cut = page.cut;
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
        over_tls &= address.tls;
    };
    let at = (left < budget.redirects).then(|| address.url());
    Ok(Followed { outcome, answer, over_tls, raw, at, cut })
}

fn host<'a>(address: &Address, allowed: &'a [Target]) -> Option<&'a Target> {
    allowed.iter().find(|target| target.is_called(&address.host))
}

/// What one request brought; no answer when the host did not speak HTTP.
struct Fetched {
    answer: Option<Answer>,
    raw: Vec<Raw>,
    cut: Option<Unread>,
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
        let (answer, cut) = ask(&mut line, &address.path, &host, budget).await;
        return Ok(Fetched { answer, raw: line.raw(""), cut });
    }
    let Shaken { session, chain } = tls::shake(&mut line, target, budget).await;
    let (answer, cut, mut raw) = match session {
        Some(session) => {
            let mut talk = Tap::new(session, budget.page_bytes);
            let (answer, cut) = ask(&mut talk, &address.path, &host, budget).await;
            (answer, cut, talk.raw(", inside tls"))
        }
        None => (None, None, Vec::new()),
    };
    if raw.is_empty() {
        raw = line.raw(", handshake");
    }
    if let Some(seen) = tls::certificate(target, address.port, &chain, Vec::new()) {
        sink.observe(seen).map_err(Trouble::Stopped)?;
    }
    Ok(Fetched { answer, raw, cut })
}

/// Asks for a page; the answer, and why it is not whole.
async fn ask<S: Stream>(
    line: &mut Tap<S>,
    path: &str,
    host: &str,
    budget: &Budget,
) -> (Option<Answer>, Option<Unread>) {
    let answer = http::get(line, path, host, budget).await;
    let is_whole = |answer: &Answer| has_head(line.heard()) && answer.is_whole(line.has_ended());
    let why = if line.is_full() { Unread::TooLong } else { Unread::Unfinished };
    let cut = answer.as_ref().filter(|answer| !is_whole(answer)).map(|_| why);
    (answer, cut)
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
