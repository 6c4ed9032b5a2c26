//! Goes on with a web server: redirects within the port, and what may travel as HTTP.

use assize_model::fact::{Fact, Login, Protocol};

use super::{
    ask::Ask,
    live::{Heard, Reply, Visit, exchange_again},
    protocols::web,
    seen::{Seen, add},
};
use crate::{
    Observation, Raw, Trouble,
    http::{self, Page, codec::Answer},
    net::call,
    onvif::{Operation, Said},
    tap::{Patience, Tap},
    text::merge,
    tls,
};

/// How many redirects within the same port are followed to find a login page.
const MOST_REDIRECTS: usize = 2;
/// Ports at which ONVIF is served beside RTSP, or by itself.
const ONVIF_PORTS: [u16; 4] = [2020, 5000, 8000, 8899];
const RTSP_PORTS: [u16; 2] = [554, 8554];
const IPP_PORT: u16 = 631;

/// Whether an answer in clear text says that the port wants TLS.
pub(super) fn wants_tls(answer: &Answer) -> bool {
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(2048)]).to_ascii_lowercase();
    answer.status == 400 && text.contains("http") && text.contains("to") && text.contains("https")
}

/// Follows redirects that stay on the port, asks what else may travel as HTTP, and tells what all pages show.
pub(super) async fn browse(
    visit: &Visit<'_>,
    answer: Answer,
    raw: Vec<Raw>,
) -> Result<Vec<Observation>, Trouble> {
    let mut pages = vec![Page { path: "/".to_owned(), answer, raw }];
    while let Some(path) = pages.last().and_then(|page| visit.own_path(page.answer.redirect()?))
        && pages.len() <= MOST_REDIRECTS
        && !pages.iter().any(|page| page.path == path)
    {
        match exchange_again(visit, &Ask::Http(path.clone())).await? {
            Some(Heard { reply: Reply::Http(answer), raw, .. }) => pages.push(Page { path, answer, raw }),
            _ => break,
        }
    }
    let mut all = http::observations(visit, &pages);
    for question in questions(visit, &pages[0].answer) {
        if let Some((seen, raw)) = ask(visit, &question).await? {
            let is_onvif = seen.protocol == Protocol::Onvif;
            tell(&mut all, seen, raw);
            if is_onvif && let Some((seen, raw)) = guarded(visit).await? {
                tell(&mut all, seen, raw);
            }
            break;
        }
    }
    Ok(all)
}

/// What is worth asking of this server beside its pages, in order.
fn questions(visit: &Visit<'_>, first: &Answer) -> Vec<Vec<u8>> {
    let (host, server) = (visit.host(), first.header("server").to_ascii_lowercase());
    let mut all = Vec::new();
    if server.contains("upnp") {
        all.extend(web::DESCRIPTIONS.map(|path| http::codec::get(path, &host)));
    }
    if visit.port == IPP_PORT || server.contains("ipp") || server.contains("cups") {
        all.push(web::ipp(&host));
    }
    if ONVIF_PORTS.contains(&visit.port) || RTSP_PORTS.iter().any(|port| visit.beside.contains(port)) {
        all.push(Operation::Clock.request(&host));
    }
    if web::wants_upgrade(first) {
        all.push(web::websocket(&host));
    }
    all
}

/// Asks an ONVIF device for what it should tell only those who log in. `None` when it does not refuse.
async fn guarded(visit: &Visit<'_>) -> Result<Option<(Seen, Vec<Raw>)>, Trouble> {
    let asked = Operation::Information;
    let answer = put(visit, &asked.request(&visit.host())).await?;
    let refused = answer.filter(|(answer, _)| asked.said(answer) == Said::NotAuthorized);
    Ok(refused.map(|(_, raw)| (Seen::of(Protocol::Onvif).asking(Login::Onvif), raw)))
}

/// Asks one question more. `None` when the answer shows nothing of what was asked.
async fn ask(visit: &Visit<'_>, question: &[u8]) -> Result<Option<(Seen, Vec<Raw>)>, Trouble> {
    let answer = put(visit, question).await?;
    Ok(answer.and_then(|(answer, raw)| Some((web::read(&answer)?, raw))))
}

/// Puts one question. `None` when no HTTP comes back.
async fn put(visit: &Visit<'_>, question: &[u8]) -> Result<Option<(Answer, Vec<Raw>)>, Trouble> {
    let Some(mut line) = call(visit.target, visit.port, visit.budget).await? else { return Ok(None) };
    let wait = visit.budget.read;
    if !visit.tls {
        line.say(question, wait).await.ok();
        line.hear(Patience::whole(wait), is_over).await;
        return Ok(http::codec::answer(line.heard()).map(|answer| (answer, line.raw(visit.suffix()))));
    }
    let Some(session) = tls::shake(&mut line, visit.target, visit.budget).await.session else {
        return Ok(None);
    };
    let mut line = Tap::new(session, visit.budget.answer_bytes);
    line.say(question, wait).await.ok();
    line.hear(Patience::whole(wait), is_over).await;
    Ok(http::codec::answer(line.heard()).map(|answer| (answer, line.raw(visit.suffix()))))
}

/// A whole answer, the head of a change to another protocol, or a beginning that is no HTTP.
fn is_over(bytes: &[u8]) -> bool {
    let has_changed = bytes.starts_with(b"HTTP/1.1 101") && bytes.windows(4).any(|w| w == b"\r\n\r\n");
    has_changed || http::is_over(bytes)
}

/// Makes the service what it turned out to be, beside what its pages say.
fn tell(all: &mut [Observation], seen: Seen, raw: Vec<Raw>) {
    let Some(Observation { fact: Fact::Service(service), raw: held }) = all.first_mut() else { return };
    service.protocol = seen.protocol;
    service.login = Login::surer(service.login, seen.login);
    merge(&mut service.discloses, seen.discloses());
    for saying in seen.says {
        add(&mut service.says, &saying.field, saying.text.as_bytes());
    }
    held.extend(raw);
    debug_assert!(seen.protocol != Protocol::Unknown);
}

impl Visit<'_> {
    /// The path of a redirect that stays on this very port; `None` for any other.
    pub(super) fn own_path(&self, location: &str) -> Option<String> {
        let scheme = if self.tls { "https://" } else { "http://" };
        let path = match location.strip_prefix(scheme) {
            Some(rest) => {
                let slash = rest.find('/').unwrap_or(rest.len());
                let (host, port) = rest[..slash].rsplit_once(':').unwrap_or((&rest[..slash], ""));
                let port = if port.is_empty() { self.usual_port() } else { port.parse().ok()? };
                let is_here = port == self.port && self.target.is_called(host);
                is_here.then_some(&rest[slash..]).map(|path| if path.is_empty() { "/" } else { path })?
            }
            None if location.starts_with("//") => return None,
            None if location.starts_with('/') => location,
            None if location.contains(':') || location.is_empty() => return None,
            None => return self.own_path(&format!("/{location}")),
        };
        let path = path.split('#').next().unwrap_or_default();
        let is_plain = path.bytes().all(|b| b.is_ascii_graphic()) && path.len() <= 1024;
        is_plain.then(|| path.to_owned())
    }
}
