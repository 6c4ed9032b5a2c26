//! Fetches a page, or a site's `security.txt`, from the hosts that the declaration names.

use std::{mem, time::SystemTime};

use assize_model::fact::{
    Fact, FetchOutcome, HostCertificate, Publication, SecurityTxt, SecurityTxtFault, Unread,
};
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
/// the certificates seen and one [`Publication`]. A host that refuses or keeps silent, with which no TLS session comes
/// about, or that redirects more often than is followed, is the bench's trouble, for nothing is then known of the page.
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
    let page = walk(url, allowed, budget, sink).await?;
    sink.observe(published(url, page)).map_err(Trouble::Stopped)
}

/// A page as it was found, as an observation.
fn published(url: &str, page: Followed) -> Observation {
    let Followed { outcome, answer, raw, cut, at, certificates, .. } = page;
    let (text, unread) = codec::text(&answer);
    let is_challenged = answer.challenge().is_some();
    let has_field = page::has_password_field(&answer.body);
    let fact = Publication {
        url: url.to_owned(),
        outcome,
        text,
        unread: cut.map_or(unread, |why| Some(codec::cut(unread, why))),
        asks_login: is_challenged || has_field,
        scripted_login: has_field && !is_challenged && !page::shows_password_field(&answer.body),
        served_from: at,
        certificates,
    };
    Observation { fact: Fact::Publication(fact), raw }
}

/// Looks for the `security.txt` of a site (RFC 9116): at `url`, and where that is the well-known place and nothing is
/// there, at the top of the site. Verifies its signature with `key`, or without one with those that the file names on
/// hosts of `allowed`, and fetches the policies that it names there. Hands over the certificates seen, a [`Publication`]
/// for each of these policies, and one [`SecurityTxt`].
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
    let Followed { outcome, answer, over_tls, mut raw, at, cut, .. } = found;
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
    visit_policies(&said.policies, allowed, budget, sink).await?;
    let fact = fact(said, verified);
    let fact = SecurityTxt { url: url.to_owned(), found_at, served_from: at, outcome, seen_at: now, ..fact };
    sink.observe(Observation { fact: Fact::SecurityTxt(Box::new(fact)), raw }).map_err(Trouble::Stopped)
}

/// Most policies of one file that are fetched.
const MOST_POLICIES: usize = 4;

/// Fetches the policies that a file names on allowed hosts, so that each can be compared with the declared one. One that
/// does not come stays unknown.
async fn visit_policies(
    named: &[String],
    allowed: &[Target],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    for (n, url) in named.iter().take(MOST_POLICIES).enumerate() {
        if named[..n].contains(url) {
            continue;
        }
        match timeout(budget.read, walk(url, allowed, budget, sink)).await {
            Ok(Ok(page)) => sink.observe(published(url, page)).map_err(Trouble::Stopped)?,
            Ok(Err(Trouble::Stopped(error))) => return Err(Trouble::Stopped(error)),
            _ => {}
        }
    }
    Ok(())
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
    /// What each host on the way showed, over TLS.
    pub(super) certificates: Vec<HostCertificate>,
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
    let (mut raw, mut certificates) = (Vec::new(), Vec::new());
    let mut left = budget.redirects;
    let mut over_tls = address.tls;
    let mut cut;
    let (outcome, answer) = loop {
        let page = get(&address, target, budget, sink).await?;
        raw.extend(page.raw);
        certificates.extend(page.certificate);
        cut = page.cut;
        let Some(answer) = page.answer else { break (FetchOutcome::NotHttp, Answer::default()) };
        let Some(location) = answer.redirect() else { break (FetchOutcome::Status(answer.status), answer) };
        let Some(next) = codec::redirected(&address, location) else {
            let why = "a redirect leads there, and it is no address of a page";
            return Err(Trouble::BadAddress { url: location.to_owned(), why });
        };
        let Some(to) = host(&next, allowed) else {
            break (FetchOutcome::LeavesTargets(location.to_owned()), answer);
        };
        if left == 0 {
            return Err(Trouble::Redirects { url: url.to_owned(), most: budget.redirects });
        }
        left -= 1;
        target = to;
        address = next;
        over_tls &= address.tls;
    };
    let at = (left < budget.redirects).then(|| address.url());
    Ok(Followed { outcome, answer, over_tls, raw, at, certificates, cut })
}

fn host<'a>(address: &Address, allowed: &'a [Target]) -> Option<&'a Target> {
    allowed.iter().find(|target| target.is_called(&address.host))
}

/// What one request brought; no answer when the host did not speak HTTP.
struct Fetched {
    answer: Option<Answer>,
    raw: Vec<Raw>,
    cut: Option<Unread>,
    certificate: Option<HostCertificate>,
}

async fn get(
    address: &Address,
    target: &Target,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<Fetched, Trouble> {
    let mut line = open(address, target, budget).await?;
    let host = target.host(address.port, if address.tls { 443 } else { 80 });
    let unknown = |how| Trouble::Unreachable { address: target.at(address.port).to_string(), how };
    if !address.tls {
        let (answer, cut) = ask(&mut line, &address.path, &host, budget).await;
        return match is_mute(line.heard()) {
            true => Err(unknown(MUTE)),
            false => Ok(Fetched { answer, raw: line.raw(""), cut, certificate: None }),
        };
    }
    let Shaken { session, chain } = tls::shake(&mut line, target, budget).await;
    let seen = tls::certificate(target, address.port, &chain, Vec::new());
    let certificate = seen.as_ref().and_then(|seen| shown_by(&address.host, &seen.fact));
    seen.map_or(Ok(()), |seen| sink.observe(seen)).map_err(Trouble::Stopped)?;
    let Some(session) = session else {
        return match line.heard() {
            heard if is_mute(heard) => Err(unknown(MUTE)),
            heard if is_tls(heard) => Err(unknown(NO_SESSION)),
            _ => Ok(Fetched { answer: None, raw: line.raw(", handshake"), cut: None, certificate }),
        };
    };
    let mut talk = Tap::new(session, budget.page_bytes);
    let (answer, cut) = ask(&mut talk, &address.path, &host, budget).await;
    if is_mute(talk.heard()) {
        return Err(unknown(MUTE));
    }
    Ok(Fetched { answer, raw: talk.raw(", inside tls"), cut, certificate })
}

const MUTE: &str = "it took the connection and did not answer, or not within `--page-seconds`";
const NO_SESSION: &str = "no TLS session came about with the versions and suites that this bench offers, or not within \
    `--page-seconds`";

/// Whether bytes are none, or so few that an HTTP answer may still begin with them.
fn is_mute(heard: &[u8]) -> bool {
    b"HTTP/".starts_with(heard)
}

/// Whether bytes begin like a TLS record, be it a hello or a refusal.
fn is_tls(heard: &[u8]) -> bool {
    matches!(heard, [0x14..=0x17, 3, ..])
}

fn shown_by(host: &str, fact: &Fact) -> Option<HostCertificate> {
    let Fact::TlsCertificate(seen) = fact else { return None };
    Some(HostCertificate {
        host: host.to_owned(),
        sha256: seen.sha256.clone(),
        not_before: seen.not_before,
        not_after: seen.not_after,
        seen_at: seen.seen_at,
        names: seen.names.clone(),
        self_signed: Some(seen.self_signed),
    })
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
