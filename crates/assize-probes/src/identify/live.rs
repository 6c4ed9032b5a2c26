//! Visits open TCP ports, a few at once, with few connections to each and one at a time.

use std::time::Duration;

use assize_model::fact::{
    Fact, PortState, Protocol, Service, ServiceLost, Silence, TcpPort, TlsVersion, Transport,
};
use tokio::{net::TcpStream, time::sleep};

use super::{
    ask::{self, Ask, Plain},
    codec::{recognise, unasked},
    protocols::{lines, rtsp, vnc},
    seen::{Seen, add},
    web,
};
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    http::{self, codec::Answer},
    mqtt::{self, Welcome, codec::Level},
    net::call,
    ssh,
    tap::{Patience, Stream, Tap},
    telnet,
    text::{printable, products},
    tls::{self, Shaken},
    together::{Under, next},
};

/// How long a port that refuses after a question gets to take connections again.
const RECOVERY: Duration = Duration::from_millis(500);

/// Finds out what each of `ports` speaks. Hands over a [`Service`] per port that says anything, with the answers and
/// the certificate seen on the way, or a [`Silence`]. A port that takes no connection yields a closed [`TcpPort`];
/// one that takes none any more after it was asked yields a [`ServiceLost`] too.
pub async fn identify(
    target: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let of = ports.len() as u64;
    let mut waiting = ports.iter();
    let mut under_way: Vec<Under<'_, Result<Vec<Observation>, Trouble>>> = Vec::new();
    for done in 0.. {
        while under_way.len() < budget.visits.max(1)
            && let Some(port) = waiting.next()
        {
            under_way.push(Box::pin(visit(Visit { target, port: *port, tls: false, budget, beside: ports })));
        }
        sink.progress(done, of, "identify services");
        let Some(seen) = next(&mut under_way).await else { break };
        for observation in seen? {
            sink.observe(observation).map_err(Trouble::Stopped)?;
        }
    }
    Ok(())
}

/// One port being visited, in clear or inside TLS, with the ports that are open beside it.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub target: &'a Target,
    pub port: u16,
    pub tls: bool,
    pub budget: &'a Budget,
    pub beside: &'a [u16],
}

/// What one connection brought.
pub(super) struct Heard {
    pub reply: Reply,
    bytes: Vec<u8>,
    pub raw: Vec<Raw>,
}

pub(super) enum Reply {
    Nothing,
    Http(Answer),
    Mqtt(Welcome),
    Known(Box<Observation>),
}

/// What is known of a port that has not been understood yet.
#[derive(Default)]
struct Riddle {
    tried: Vec<String>,
    /// Questions for which no connection was to be had.
    unasked: Vec<String>,
    bytes: Vec<u8>,
    raw: Vec<Raw>,
}

/// Examines a port, and looks afterwards whether it still takes connections.
async fn visit(visit: Visit<'_>) -> Result<Vec<Observation>, Trouble> {
    let Some(line) = call(visit.target, visit.port, visit.budget).await? else {
        return Ok(vec![visit.closed()]);
    };
    let mut seen = examine(&visit, line).await?;
    if call_again(&visit).await?.is_none() {
        let lost = visit.lost(&seen);
        seen.push(lost);
    }
    Ok(seen)
}

async fn examine(visit: &Visit<'_>, mut line: Tap<TcpStream>) -> Result<Vec<Observation>, Trouble> {
    let mut riddle = Riddle::default();
    let hint = ask::hinted(visit.port);
    let is_client_first = hint.is_some() || ask::suggests_tls(visit.port);
    let heard = listen(visit, &mut line, is_client_first).await;
    if let Reply::Known(observation) = heard.reply {
        return Ok(vec![*observation]);
    }
    let is_over = !heard.bytes.is_empty() && recognise(&heard.bytes).is_none();
    riddle.add("banner", heard);
    if is_over {
        return Ok(vec![riddle.solve(visit)]);
    }
    if let Some(ask) = &hint
        && riddle.bytes.is_empty()
    {
        let heard = put(visit, &mut line, ask, true).await;
        if let Some(seen) = settle(visit, ask, heard, &mut riddle).await? {
            return Ok(seen);
        }
        if ask::prints(visit.port) {
            return Ok(vec![riddle.solve(visit)]);
        }
        // The line has heard a question; TLS wants a fresh one.
        let Some(again) = call_again(visit).await? else {
            let rest = ask::all(false).into_iter().filter(|other| other != ask);
            riddle.unasked.push("tls".to_owned());
            riddle.unasked.extend(rest.map(|ask| ask.word().to_owned()));
            return Ok(vec![riddle.solve(visit)]);
        };
        line = again;
    }
    if riddle.bytes.is_empty() || recognise(&riddle.bytes) == Some(Protocol::Tls) {
        if let Some(seen) = encrypted(visit, &mut line).await? {
            return Ok(seen);
        }
        riddle.add("tls", Heard { reply: Reply::Nothing, bytes: line.heard().to_vec(), raw: line.raw("") });
    }
    drop(line);
    let asks = ask::all(false).into_iter().filter(|ask| Some(ask) != hint.as_ref()).collect();
    let seen = ask_around(visit, asks, None, &mut riddle).await?;
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
            Some(put(&inside, &mut talk, &inside.first(), true).await)
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
        Some(first) => {
            let mut asks = ask::all(true);
            asks.retain(|ask| *ask != inside.first());
            asks.insert(0, inside.first());
            ask_around(&inside, asks, Some(first), &mut riddle).await?
        }
        None => None,
    };
    all.extend(seen.unwrap_or_else(|| vec![riddle.solve(&inside)]));
    Ok(Some(all))
}

/// Asks one question after the other, each on a connection of its own. `first` is what the first question brought,
/// when it has been asked already. `None` when no protocol was recognised; the riddle then holds what came.
async fn ask_around(
    visit: &Visit<'_>,
    asks: Vec<Ask>,
    mut first: Option<Heard>,
    riddle: &mut Riddle,
) -> Result<Option<Vec<Observation>>, Trouble> {
    let mut is_shut = false;
    for ask in asks {
        let heard = match first.take() {
            Some(heard) => Some(heard),
            // Where there was no connection for the last question, a second try would only cost time.
            None if is_shut => exchange(visit, &ask).await?,
            None => exchange_again(visit, &ask).await?,
        };
        is_shut = heard.is_none();
        let Some(heard) = heard else {
            riddle.unasked.push(ask.word().to_owned());
            continue;
        };
        if let Some(seen) = settle(visit, &ask, heard, riddle).await? {
            return Ok(Some(seen));
        }
    }
    Ok(None)
}

/// Goes on with what a question brought; `None` adds it to the riddle.
async fn settle(
    visit: &Visit<'_>,
    ask: &Ask,
    heard: Heard,
    riddle: &mut Riddle,
) -> Result<Option<Vec<Observation>>, Trouble> {
    match heard.reply {
        // A TLS port that hears HTTP may say so in HTTP; it is asked again in TLS.
        Reply::Http(answer) if !visit.tls && web::wants_tls(&answer) => {
            riddle.tried.push(ask.word().to_owned());
            riddle.raw.extend(heard.raw);
            Ok(None)
        }
        Reply::Http(answer) => Ok(Some(web::browse(visit, answer, heard.raw).await?)),
        Reply::Mqtt(welcome) => Ok(Some(broker(visit, welcome, heard.raw).await?)),
        Reply::Known(observation) if *ask == Ask::Plain(Plain::Smb) => {
            Ok(Some(vec![with_old_smb(visit, *observation).await?]))
        }
        Reply::Known(observation) => Ok(Some(vec![*observation])),
        Reply::Nothing => {
            riddle.add(ask.word(), heard);
            Ok(None)
        }
    }
}

/// Asks a server of SMB whether it takes version 1 as well, which it does not say beside a newer one.
async fn with_old_smb(visit: &Visit<'_>, mut seen: Observation) -> Result<Observation, Trouble> {
    let old = exchange(visit, &Ask::Plain(Plain::SmbOld)).await?;
    if let Some(Heard { reply: Reply::Known(old), .. }) = old
        && let (Fact::Service(old_service), Fact::Service(service)) = (&old.fact, &mut seen.fact)
    {
        for saying in &old_service.says {
            add(&mut service.says, &saying.field, saying.text.as_bytes());
        }
        seen.raw.extend(old.raw);
    }
    Ok(seen)
}

/// Opens a connection, in TLS when the visit says so, and asks once. `None` when there is no connection to be had.
pub(super) async fn exchange(visit: &Visit<'_>, ask: &Ask) -> Result<Option<Heard>, Trouble> {
    let Some(mut line) = call(visit.target, visit.port, visit.budget).await? else { return Ok(None) };
    if !visit.tls {
        return Ok(Some(put(visit, &mut line, ask, false).await));
    }
    let Some(session) = tls::shake(&mut line, visit.target, visit.budget).await.session else {
        return Ok(None);
    };
    Ok(Some(put(visit, &mut Tap::new(session, visit.budget.answer_bytes), ask, false).await))
}

/// The same, and once more after a pause: a small server may need a moment between two connections.
pub(super) async fn exchange_again(visit: &Visit<'_>, ask: &Ask) -> Result<Option<Heard>, Trouble> {
    if let Some(heard) = exchange(visit, ask).await? {
        return Ok(Some(heard));
    }
    sleep(RECOVERY).await;
    exchange(visit, ask).await
}

/// Connects, and once more after a pause.
async fn call_again(visit: &Visit<'_>) -> Result<Option<Tap<TcpStream>>, Trouble> {
    if let Some(line) = call(visit.target, visit.port, visit.budget).await? {
        return Ok(Some(line));
    }
    sleep(RECOVERY).await;
    call(visit.target, visit.port, visit.budget).await
}

/// Listens for a greeting; shortly where the port's number says that the client speaks first.
async fn listen<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>, is_client_first: bool) -> Heard {
    let budget = visit.budget;
    let first = if is_client_first { budget.banner / 8 } else { budget.banner };
    let is_sure = |bytes: &[u8]| unasked(bytes, visit.port).is_some() || bytes.starts_with(b"SSH-");
    line.hear(Patience { first, quiet: budget.quiet, whole: budget.read }, is_sure).await;
    let reply = match unasked(line.heard(), visit.port) {
        Some(seen) => Reply::Known(greeted(visit, line, seen).await.into()),
        None if lines::is_ambiguous(line.heard()) => settle_greeting(visit, line).await,
        None => hear_out(visit, line).await,
    };
    Heard { reply, bytes: line.heard().to_vec(), raw: line.raw(visit.suffix()) }
}

/// Hears a little more of a server that greeted, and leaves it in order.
async fn greeted<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>, seen: Seen) -> Observation {
    let budget = visit.budget;
    match seen.protocol {
        Protocol::Vnc => {
            let before = line.heard().len();
            line.say(vnc::answer(line.heard()), budget.read).await.ok();
            line.hear(short(budget), |bytes| bytes.len() > before + 1).await;
            let seen = vnc::read(line.heard()).unwrap_or(seen);
            return visit.known(seen, line);
        }
        Protocol::Imap => line.say(lines::LOGOUT, budget.read).await.ok(),
        Protocol::Smtp => {
            line.say(lines::EHLO, budget.read).await.ok();
            line.hear(short(budget), |bytes| lines::after_ehlo(bytes).is_some()).await;
            let seen = lines::after_ehlo(line.heard()).unwrap_or(seen);
            line.say(lines::QUIT, budget.read).await.ok();
            return visit.known(seen, line);
        }
        _ => line.say(lines::QUIT, budget.read).await.ok(),
    };
    visit.known(seen, line)
}

/// Asks a server whose greeting FTP and SMTP share for its extensions.
async fn settle_greeting<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>) -> Reply {
    line.say(lines::EHLO, visit.budget.read).await.ok();
    line.hear(short(visit.budget), |bytes| lines::after_ehlo(bytes).is_some()).await;
    match lines::after_ehlo(line.heard()) {
        Some(seen) => {
            line.say(lines::QUIT, visit.budget.read).await.ok();
            Reply::Known(visit.known(seen, line).into())
        }
        None => Reply::Nothing,
    }
}

/// Asks on an open connection, and hears the peer out in the protocol it turns out to speak. What the port's number
/// suggests gets the whole patience, and so do the commonest protocols.
async fn put<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>, ask: &Ask, is_hinted: bool) -> Heard {
    let budget = visit.budget;
    let mut reply = Reply::Nothing;
    match ask {
        Ask::Http(path) => {
            let answer = http::get(line, path, &visit.host(), budget).await;
            reply = answer.map_or(Reply::Nothing, Reply::Http);
        }
        Ask::Mqtt(level) => {
            let welcome = mqtt::connect(line, *level, budget).await;
            reply = welcome.map_or(Reply::Nothing, Reply::Mqtt);
        }
        Ask::Knock => {
            let terminal = telnet::knock(visit, line).await;
            reply = terminal.map_or(Reply::Nothing, |seen| Reply::Known(seen.into()));
        }
        Ask::OldTls => {
            let hello = tls::codec::client_hello(TlsVersion::Tls10, [0x5a; 32], visit.target.name());
            line.say(&hello, budget.read).await.ok();
            line.hear(short(budget), |bytes| tls::codec::answer(bytes).is_complete).await;
        }
        Ask::Plain(plain) => {
            let patience = if is_hinted { Patience::whole(budget.read) } else { short(budget) };
            reply = plainly(visit, line, *plain, patience).await;
        }
    }
    if matches!(reply, Reply::Nothing) {
        reply = hear_out(visit, line).await;
    }
    Heard { reply, bytes: line.heard().to_vec(), raw: line.raw(visit.suffix()) }
}

/// A question of one message, and the one that follows when it is answered.
async fn plainly<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>, plain: Plain, patience: Patience) -> Reply {
    let host = visit.host();
    line.say(&plain.request(&host), visit.budget.read).await.ok();
    line.hear(patience, |bytes| plain.read(bytes).is_some()).await;
    let Some(mut seen) = plain.read(line.heard()) else { return Reply::Nothing };
    if plain == Plain::Http2 {
        // The answer to the call comes after the settings.
        line.hear(short(visit.budget), |bytes| {
            plain.read(bytes).is_some_and(|seen| seen.protocol == Protocol::Grpc)
        })
        .await;
    }
    if let Some(more) = plain.follow(&host) {
        let (before, answers) = (line.heard().len(), rtsp::answers(line.heard()));
        line.say(&more, visit.budget.read).await.ok();
        line.hear(short(visit.budget), |bytes| match plain {
            Plain::Rtsp => rtsp::answers(bytes) > answers,
            _ => bytes.len() > before && bytes.ends_with(b"\r\n"),
        })
        .await;
    }
    seen = plain.read(line.heard()).unwrap_or(seen);
    Reply::Known(visit.known(seen, line).into())
}

/// How long a question that the port's number does not suggest waits.
fn short(budget: &Budget) -> Patience {
    Patience { first: budget.read / 4, quiet: budget.quiet, whole: budget.read }
}

/// Goes on in a protocol that showed itself in answer to another.
async fn hear_out<S: Stream>(visit: &Visit<'_>, line: &mut Tap<S>) -> Reply {
    match recognise(line.heard()) {
        Some(Protocol::Ssh) => Reply::Known(ssh::greet(visit, line).await.into()),
        Some(Protocol::Telnet) => Reply::Known(telnet::converse(visit, line).await.into()),
        Some(Protocol::Http | Protocol::Tls) | None => Reply::Nothing,
        Some(_) => match unasked(line.heard(), visit.port) {
            Some(seen) => Reply::Known(visit.known(seen, line).into()),
            None => Reply::Nothing,
        },
    }
}

/// Asks again at level 5 a broker that does not know 3.1.1.
async fn broker(visit: &Visit<'_>, welcome: Welcome, raw: Vec<Raw>) -> Result<Vec<Observation>, Trouble> {
    if mqtt::codec::wants_other_level(welcome.code)
        && let Some(Heard { reply: Reply::Mqtt(welcome), raw, .. }) =
            exchange(visit, &Ask::Mqtt(Level::V5)).await?
    {
        return Ok(mqtt::observations(visit, &welcome, raw));
    }
    Ok(mqtt::observations(visit, &welcome, raw))
}

impl Visit<'_> {
    /// A service of this port, with nothing seen yet.
    pub(crate) fn service(&self, protocol: Protocol) -> Service {
        let service = Service::new(self.target.address().to_string(), Transport::Tcp, self.port, protocol);
        Service { tls: self.tls, ..service }
    }

    /// What was seen of a service, with everything that went over its line.
    fn known<S: Stream>(&self, seen: Seen, line: &Tap<S>) -> Observation {
        let mut service = self.service(seen.protocol);
        service.banner = seen.banner();
        service.discloses = seen.discloses();
        service.login = seen.login;
        service.says = seen.says;
        Observation { fact: Fact::Service(service), raw: line.raw(self.suffix()) }
    }

    /// The first question inside TLS.
    fn first(&self) -> Ask {
        if self.port == 8883 { Ask::Mqtt(Level::V311) } else { Ask::root() }
    }

    /// What is added to the labels of raw bytes.
    pub(crate) fn suffix(&self) -> &'static str {
        if self.tls { ", inside tls" } else { "" }
    }

    pub(super) fn host(&self) -> String {
        self.target.host(self.port, self.usual_port())
    }

    pub(super) fn usual_port(&self) -> u16 {
        if self.tls { 443 } else { 80 }
    }

    fn closed(&self) -> Observation {
        let note = format!("tcp connection not accepted: {}\n", self.target.at(self.port));
        let target = self.target.address().to_string();
        let fact = TcpPort { target, port: self.port, state: PortState::Closed, momentary: false };
        Observation { fact: Fact::TcpPort(fact), raw: vec![Raw::new("connection.txt", note)] }
    }

    fn lost(&self, seen: &[Observation]) -> Observation {
        let after = seen.iter().rev().find_map(|o| match &o.fact {
            Fact::Service(service) => Some(service.protocol.words().to_owned()),
            Fact::Silence(silence) => silence.tried.last().cloned(),
            _ => None,
        });
        let (target, port) = (self.target.address().to_string(), self.port);
        let note = format!("two connections not accepted after the questions: {}\n", self.target.at(port));
        let after = after.unwrap_or_else(|| "nothing".to_owned());
        let fact = Fact::ServiceLost(ServiceLost { target, port, transport: Transport::Tcp, after });
        Observation { fact, raw: vec![Raw::new("connection.txt", note)] }
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
            add(&mut service.says, "banner", &self.bytes);
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
            unasked: self.unasked,
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

#[cfg(test)]
#[path = "further_tests.rs"]
mod further_tests;
