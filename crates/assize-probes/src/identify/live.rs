//! Visits open TCP ports one after the other, with few connections to each.

use assize_model::fact::{Fact, PortState, Protocol, Service, Silence, TcpPort, TlsVersion, Transport};
use tokio::net::TcpStream;

use super::codec::recognise;
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    http::{self, Page, codec::Answer},
    mqtt::{self, codec::Level},
    net::call,
    ssh,
    tap::{Patience, Stream, Tap},
    telnet,
    text::{printable, products},
    tls::{self, Shaken},
};

/// How many redirects within the same port are followed to find a login page.
const MOST_REDIRECTS: usize = 2;

/// Finds out what each of `ports` speaks. Hands over a [`Service`] per port that says anything, with the answers and
/// the certificate seen on the way, or a [`Silence`]. A port that takes no connection yields a closed [`TcpPort`].
pub async fn identify(
    target: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let of = ports.len() as u64;
    for (done, port) in ports.iter().enumerate() {
        sink.progress(done as u64, of, "identify services");
        let visit = Visit { target, port: *port, tls: false, budget };
        for observation in examine(&visit).await? {
            sink.observe(observation).map_err(Trouble::Stopped)?;
        }
    }
    sink.progress(of, of, "identify services");
    Ok(())
}

/// One port being visited, in clear or inside TLS.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub target: &'a Target,
    pub port: u16,
    pub tls: bool,
    pub budget: &'a Budget,
}

/// What a port is asked on one connection.
#[derive(Clone, Debug)]
enum Ask {
    Listen,
    Http(String),
    Mqtt(Level),
    Knock,
    OldTls,
}

/// What one connection brought.
struct Heard {
    reply: Reply,
    bytes: Vec<u8>,
    raw: Vec<Raw>,
}

#[expect(clippy::large_enum_variant, reason = "one reply is held at a time")]
enum Reply {
    Nothing,
    Http(Answer),
    Mqtt(u8),
    Known(Observation),
}

/// What is known of a port that has not been understood yet.
#[derive(Default)]
struct Riddle {
    tried: Vec<String>,
    bytes: Vec<u8>,
    raw: Vec<Raw>,
}

async fn examine(visit: &Visit<'_>) -> Result<Vec<Observation>, Trouble> {
    let Some(mut line) = call(visit.target, visit.port, visit.budget).await? else {
        return Ok(vec![visit.closed()]);
    };
    let mut riddle = Riddle::default();
    let heard = put(visit, &mut line, &Ask::Listen).await;
    if let Reply::Known(observation) = heard.reply {
        return Ok(vec![observation]);
    }
    let is_over = !heard.bytes.is_empty() && recognise(&heard.bytes).is_none();
    riddle.add("banner", heard);
    if is_over {
        return Ok(vec![riddle.solve(visit)]);
    }
    if riddle.bytes.is_empty() {
        if let Some(seen) = encrypted(visit, &mut line).await? {
            return Ok(seen);
        }
        riddle.add("tls", Heard { reply: Reply::Nothing, bytes: line.heard().to_vec(), raw: line.raw("") });
    }
    drop(line);
    let seen = ask_around(visit, None, &mut riddle).await?;
    Ok(seen.unwrap_or_else(|| vec![riddle.solve(visit)]))
}

/// Tries TLS on a connection that is still silent. `None` when the peer gives no sign of TLS.
async fn encrypted(
    visit: &Visit<'_>,
    line: &mut Tap<TcpStream>,
) -> Result<Option<Vec<Observation>>, Trouble> {
    let inside = Visit { tls: true, ..*visit };
    let Shaken { session, chain } = tls::shake(&mut *line, visit.target, visit.budget).await;
    let first = match session {
        Some(session) => {
            let mut talk = Tap::new(session, visit.budget.answer_bytes);
            Some(put(&inside, &mut talk, &Ask::Http("/".to_owned())).await)
        }
        None => None,
    };
    if first.is_none() && recognise(line.heard()) != Some(Protocol::Tls) {
        return Ok(None);
    }
    let wire = line.raw(", handshake");
    let certificate = tls::certificate(visit.target, visit.port, &chain, wire.clone());
    let mut riddle = Riddle { raw: wire, ..Riddle::default() };
    if certificate.is_none() {
        riddle.raw.extend(chain.into_iter().map(|der| Raw::new("unreadable-certificate.der", der)));
    }
    let mut all: Vec<Observation> = certificate.into_iter().collect();
    let seen = match first {
        Some(first) => ask_around(&inside, Some(first), &mut riddle).await?,
        None => None,
    };
    all.extend(seen.unwrap_or_else(|| vec![riddle.solve(&inside)]));
    Ok(Some(all))
}

/// Asks in one protocol after the other, each on a connection of its own. `first` is the answer to the HTTP request
/// when that has been made already. `None` when no protocol was recognised; the riddle then holds what came.
async fn ask_around(
    visit: &Visit<'_>,
    mut first: Option<Heard>,
    riddle: &mut Riddle,
) -> Result<Option<Vec<Observation>>, Trouble> {
    for ask in [Ask::Http("/".to_owned()), Ask::Mqtt(Level::V311), Ask::Knock, Ask::OldTls] {
        if visit.tls && matches!(ask, Ask::OldTls) {
            continue;
        }
        let heard = match first.take() {
            Some(heard) => Some(heard),
            None => exchange(visit, &ask).await?,
        };
        let Some(heard) = heard else {
            riddle.tried.push(format!("{} (no connection)", ask.word()));
            continue;
        };
        match heard.reply {
            Reply::Http(answer) => return Ok(Some(browse(visit, answer, heard.raw).await?)),
            Reply::Mqtt(code) => return Ok(Some(broker(visit, code, heard.raw).await?)),
            Reply::Known(observation) => return Ok(Some(vec![observation])),
            Reply::Nothing => riddle.add(ask.word(), heard),
        }
    }
    Ok(None)
}

/// Opens a connection, in TLS when the visit says so, and asks once. `None` when there is no connection to be had.
async fn exchange(visit: &Visit<'_>, ask: &Ask) -> Result<Option<Heard>, Trouble> {
    let Some(mut line) = call(visit.target, visit.port, visit.budget).await? else { return Ok(None) };
    if !visit.tls {
        return Ok(Some(put(visit, &mut line, ask).await));
    }
    let Some(session) = tls::shake(&mut line, visit.target, visit.budget).await.session else {
        return Ok(None);
    };
    Ok(Some(put(visit, &mut Tap::new(session, visit.budget.answer_bytes), ask).await))
}

/// Asks on an open connection, and hears the peer out in the protocol it turns out to speak.
async fn put<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>, ask: &Ask) -> Heard {
    let budget = visit.budget;
    let mut reply = Reply::Nothing;
    match ask {
        Ask::Listen => {
            let wait = Patience { first: budget.banner, quiet: budget.quiet, whole: budget.read };
            line.hear(wait, |_| false).await;
        }
        Ask::Http(path) => {
            let answer = http::get(line, path, &visit.host(), budget).await;
            reply = answer.map_or(Reply::Nothing, Reply::Http);
        }
        Ask::Mqtt(level) => {
            let code = mqtt::connect(line, *level, budget).await;
            reply = code.map_or(Reply::Nothing, Reply::Mqtt);
        }
        Ask::Knock => {
            let terminal = telnet::knock(visit, line).await;
            reply = terminal.map_or(Reply::Nothing, Reply::Known);
        }
        Ask::OldTls => {
            let hello = tls::codec::client_hello(TlsVersion::Tls10, [0x5a; 32], visit.target.name());
            line.say(&hello, budget.read).await.ok();
            line.hear(Patience::whole(budget.read), |bytes| tls::codec::answer(bytes).is_complete).await;
        }
    }
    if matches!(reply, Reply::Nothing) {
        reply = hear_out(visit, line).await;
    }
    Heard { reply, bytes: line.heard().to_vec(), raw: line.raw(visit.suffix()) }
}

/// Goes on in a protocol that showed itself in answer to another.
async fn hear_out<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>) -> Reply {
    match recognise(line.heard()) {
        Some(Protocol::Ssh) => Reply::Known(ssh::greet(visit, line).await),
        Some(Protocol::Telnet) => Reply::Known(telnet::converse(visit, line).await),
        _ => Reply::Nothing,
    }
}

/// Follows redirects that stay on the port, and tells what all pages show.
async fn browse(visit: &Visit<'_>, answer: Answer, raw: Vec<Raw>) -> Result<Vec<Observation>, Trouble> {
    let mut pages = vec![Page { path: "/".to_owned(), answer, raw }];
    while let Some(path) = pages.last().and_then(|page| visit.own_path(page.answer.redirect()?))
        && pages.len() <= MOST_REDIRECTS
        && !pages.iter().any(|page| page.path == path)
    {
        match exchange(visit, &Ask::Http(path.clone())).await? {
            Some(Heard { reply: Reply::Http(answer), raw, .. }) => pages.push(Page { path, answer, raw }),
            _ => break,
        }
    }
    Ok(http::observations(visit, &pages))
}

/// Asks again at level 5 a broker that does not know 3.1.1.
async fn broker(visit: &Visit<'_>, code: u8, raw: Vec<Raw>) -> Result<Vec<Observation>, Trouble> {
    if mqtt::codec::wants_other_level(code)
        && let Some(Heard { reply: Reply::Mqtt(code), raw, .. }) =
            exchange(visit, &Ask::Mqtt(Level::V5)).await?
    {
        return Ok(mqtt::observations(visit, code, raw));
    }
    Ok(mqtt::observations(visit, code, raw))
}

impl Visit<'_> {
    /// A service of this port, with nothing seen yet.
    pub(crate) fn service(&self, protocol: Protocol) -> Service {
        Service {
            target: self.target.address().to_string(),
            port: self.port,
            transport: Transport::Tcp,
            protocol,
            tls: self.tls,
            banner: String::new(),
            discloses: Vec::new(),
            login: None,
        }
    }

    /// What is added to the labels of raw bytes.
    pub(crate) fn suffix(&self) -> &'static str {
        if self.tls { ", inside tls" } else { "" }
    }

    fn host(&self) -> String {
        self.target.host(self.port, self.usual_port())
    }

    fn usual_port(&self) -> u16 {
        if self.tls { 443 } else { 80 }
    }

    /// The path of a redirect that stays on this very port; `None` for any other.
    fn own_path(&self, location: &str) -> Option<String> {
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

    fn closed(&self) -> Observation {
        let note = format!("tcp connection not accepted: {}\n", self.target.at(self.port));
        let fact =
            TcpPort { target: self.target.address().to_string(), port: self.port, state: PortState::Closed };
        Observation { fact: Fact::TcpPort(fact), raw: vec![Raw::new("connection.txt", note)] }
    }
}

impl Ask {
    fn word(&self) -> &'static str {
        match self {
            Self::Listen => "banner",
            Self::Http(_) => "http",
            Self::Mqtt(_) => "mqtt",
            Self::Knock => "telnet",
            Self::OldTls => "tls 1.0",
        }
    }
}

impl Riddle {
    fn add(&mut self, word: &str, heard: Heard) {
        self.tried.push(word.to_owned());
        self.raw.extend(heard.raw);
        if self.bytes.is_empty() {
            self.bytes = heard.bytes;
        }
    }

    /// What can be said of a port nobody understood: that it is TLS, that it spoke, or that it kept silent.
    fn solve(self, visit: &Visit<'_>) -> Observation {
        let protocol = match recognise(&self.bytes) {
            _ if visit.tls => Protocol::Tls,
            Some(Protocol::Tls) => Protocol::Tls,
            _ => Protocol::Unknown,
        };
        if protocol == Protocol::Unknown && self.bytes.is_empty() {
            return self.silence(visit);
        }
        let mut service = visit.service(protocol);
        service.tls |= protocol == Protocol::Tls;
        if recognise(&self.bytes) != Some(Protocol::Tls) {
            service.banner = printable(&self.bytes, 512);
        }
        service.discloses = products(&service.banner);
        Observation { fact: Fact::Service(service), raw: self.raw }
    }

    fn silence(self, visit: &Visit<'_>) -> Observation {
        let silence = Silence {
            target: visit.target.address().to_string(),
            port: visit.port,
            transport: Transport::Tcp,
            tried: self.tried,
        };
        let mut raw = self.raw;
        raw.push(Raw::new(
            "silence.txt",
            format!("no byte came back from {}\n", visit.target.at(visit.port)),
        ));
        Observation { fact: Fact::Silence(silence), raw }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
