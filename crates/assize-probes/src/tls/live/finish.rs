//! Finishes handshakes of TLS 1.0 to 1.2 and of DTLS by hand, with the suites whose ciphers are at hand, because what follows a
//! handshake says whether sessions are resumed by id or by ticket and whether the client may renegotiate (RFC 5246, RFC 5077,
//! RFC 5746, RFC 6347).

use std::time::Duration;

use assize_model::fact::Transport;
use ring::{
    agreement::{self, EphemeralPrivateKey, UnparsedPublicKey},
    rand::{SecureRandom, SystemRandom},
};

use super::{
    ask::{Line, Said, random},
    enumerate::Desk,
    finish_datagram::{self, Datagrams},
};
use crate::{
    tap::Patience,
    tls::codec::{
        self, Answer, HANDSHAKE, Hello, KeyExchange,
        cipher::{self, Agreed, Keys, Suite},
        registry::{self, Exchange},
        split_record,
        wire::{Reader, message, record, vec8, vec16},
    },
};

const CHANGE_CIPHER: u8 = 20;
const ALERT: u8 = 21;
/// Handshake messages: the server's hello, and what ends a handshake.
const SERVER_HELLO: u8 = 2;
pub(super) const FINISHED: u8 = 20;
/// Most records read after a handshake.
const MOST_RECORDS: usize = 16;
/// Most handshakes spent here.
pub(super) const MOST_HANDSHAKES: u32 = 5;

/// A finished handshake.
pub(super) struct Session<'a> {
    pub wire: Wire<'a>,
    pub id: Vec<u8>,
    pub ticket: Option<Vec<u8>>,
    pub keys: Keys,
    /// The hello for another handshake inside, which names the end of this one.
    pub renewal: Hello,
}

/// What a session goes over.
pub(super) enum Wire<'a> {
    /// A connection, and how many bytes were heard on it when the handshake was finished.
    Stream(Line<'a>, usize),
    Datagrams(Datagrams<'a>),
}

/// What a ticket with a short session id brought (CVE-2016-9244).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    /// The id came back as it was.
    Exact,
    /// More came back than was sent.
    Longer,
    /// The port answered no more.
    Untold,
    /// It was not resumed that way, or there was nothing to resume.
    None,
}

/// Resumption and renegotiation in a version before TLS 1.3, with what `suites` offers. `None` when no handshake could be finished.
pub(super) async fn resume(desk: &Desk<'_>, version: u16, suites: &[u16]) -> Option<Echo> {
    let offer = Offer { version, suites: &cipher::among(suites) };
    if offer.suites.is_empty() {
        return None;
    }
    let mut first = full(desk, offer, true).await?;
    let ticket = first.ticket.take();
    let renegotiated = first.renegotiate().await;
    first.leave(desk.asker.budget.quiet).await;
    desk.with(|notes| notes.features.client_renegotiation = renegotiated);
    let echo = resumption(desk, offer, ticket).await;
    if echo.is_none() {
        let name = registry::name_of(version);
        desk.asker
            .gap(&format!("the port stopped answering before resumption in {name} was tried to the end"));
        // Silence about another handshake is no refusal then.
        desk.with(|notes| {
            notes.features.client_renegotiation = renegotiated.filter(|goes_along| *goes_along)
        });
    }
    Some(echo.unwrap_or(Echo::Untold))
}

/// Resumption by a ticket, if there is one, and by the id of another session. `None` when the port answers no more.
async fn resumption(desk: &Desk<'_>, offer: Offer<'_>, ticket: Option<Vec<u8>>) -> Option<Echo> {
    let echo = match ticket {
        Some(ticket) => Some(by_ticket(desk, offer, ticket).await?),
        None => None,
    };
    let by_ticket = echo.is_some_and(|(is_resumed, _)| is_resumed);
    desk.with(|notes| {
        let known = notes.features.resumption_by_ticket.unwrap_or(false);
        notes.features.resumption_by_ticket = Some(known || by_ticket);
    });
    let second = full(desk, offer, false).await?;
    let id = second.id.clone();
    second.close(desk.asker.budget.quiet).await;
    let by_id = !id.is_empty() && {
        let hello = Hello { session: id.clone(), ticket: None, ..plain(desk, offer) };
        match desk.asker.ask(&hello, "session by id").await {
            Said::Agreed(answer) => {
                answer.is_resumed && answer.hello.as_ref().is_some_and(|hello| hello.session == id)
            }
            Said::Refused(_) => false,
            Said::Silent | Said::Unasked => return None,
        }
    };
    desk.with(|notes| notes.features.resumption_by_id = Some(by_id));
    Some(echo.map_or(Echo::None, |(_, echo)| echo))
}

/// The version and the suites that handshakes are finished with.
#[derive(Clone, Copy)]
pub(super) struct Offer<'s> {
    pub version: u16,
    pub suites: &'s [u16],
}

/// Shows a ticket with a session id of one byte, and of the usual length when that is not resumed.
async fn by_ticket(desk: &Desk<'_>, offer: Offer<'_>, ticket: Vec<u8>) -> Option<(bool, Echo)> {
    for id in [vec![0x5a], vec![0x5a; 32]] {
        let is_short = id.len() == 1;
        let hello = Hello { session: id.clone(), ticket: Some(ticket.clone()), ..plain(desk, offer) };
        let answer = match desk.asker.ask(&hello, "session by ticket").await {
            Said::Agreed(answer) => answer,
            Said::Refused(_) => continue,
            Said::Silent | Said::Unasked => return None,
        };
        let Some(said) = &answer.hello else { continue };
        if !answer.is_resumed {
            continue;
        }
        let echo = match (is_short, said.session == id) {
            (false, _) => Echo::None,
            (true, true) => Echo::Exact,
            (true, false) if said.session.len() > 1 && said.session.starts_with(&id) => Echo::Longer,
            (true, false) => Echo::None,
        };
        return Some((true, echo));
    }
    Some((false, Echo::None))
}

/// A hello without the extensions that would change how keys are made.
pub(super) fn plain(desk: &Desk<'_>, offer: Offer<'_>) -> Hello {
    let name = desk.asker.target.name().map(str::to_owned);
    let groups = vec![29, 23, 24];
    Hello { name, groups, ..Hello::new(offer.version, random(desk.asker.port), offer.suites.to_vec()) }
}

async fn full<'a>(desk: &Desk<'a>, offer: Offer<'_>, with_ticket: bool) -> Option<Session<'a>> {
    let hello = Hello { ticket: with_ticket.then(Vec::new), ..plain(desk, offer) };
    let what = format!("{}, finished", registry::name_of(offer.version));
    match desk.asker.transport {
        Transport::Tcp => in_stream(desk.asker.line(&what).await?, hello).await,
        Transport::Udp => finish_datagram::full(desk.asker, hello, &what).await,
    }
}

async fn in_stream(mut line: Line<'_>, hello: Hello) -> Option<Session<'_>> {
    let (wait, version) = (line.wait(), hello.version);
    line.tap.say(&hello.record(), wait).await.ok()?;
    line.tap.hear(Patience::whole(wait), codec::is_over).await;
    let reply = Reply::new(&hello, &codec::answer(line.tap.heard()))?;
    let before = line.tap.heard().len();
    let messages: Vec<u8> = reply.messages.iter().flat_map(|(kind, body)| message(*kind, body)).collect();
    let hashed = [hello.message(), flight(line.tap.heard()), messages.clone()].concat();
    let mut keys = Keys::new(&reply.agreed)?;
    let verify = reply.agreed.verify(&hashed);
    let finished = keys.seal(HANDSHAKE, &message(FINISHED, &verify), bytes())?;
    let records =
        [record(HANDSHAKE, version, &messages), record(CHANGE_CIPHER, version, &[1]), finished].concat();
    line.tap.say(&records, wait).await.ok()?;
    line.tap.hear(Patience::whole(wait), |heard| after_change(heard.get(before..)).is_some()).await;

    let end = line.tap.heard().get(before..)?.to_vec();
    let (ticket, sealed, used) = after_change(Some(&end))?;
    let (kind, opened) = keys.open(&sealed)?;
    (kind == HANDSHAKE && opened.first() == Some(&FINISHED)).then_some(())?;
    let renewal = reply.renewal(version, verify);
    Some(Session { wire: Wire::Stream(line, before + used), id: reply.id, ticket, keys, renewal })
}

/// What the client says to a server's whole first flight, but for the end.
pub(super) struct Reply {
    /// Kinds and bodies.
    pub messages: Vec<(u8, Vec<u8>)>,
    pub agreed: Agreed,
    pub id: Vec<u8>,
    suite: u16,
}

impl Reply {
    /// `None` unless the server agreed to the hello's version, with a suite and a group that are at hand.
    pub(super) fn new(hello: &Hello, answer: &Answer) -> Option<Self> {
        let said = answer.hello.as_ref().filter(|said| said.version == hello.version && answer.is_done)?;
        let suite = hello.suites.contains(&said.cipher).then(|| cipher::suite(said.cipher))??;
        let (premaster, exchange) = agree(suite, hello.version, answer)?;
        let agreed = Agreed::new(hello.version, suite, &premaster, hello.random, said.random);
        let mut messages = Vec::new();
        if answer.asks_certificate {
            messages.push((11, vec![0; 3]));
        }
        messages.push((16, exchange));
        Some(Self { messages, agreed, id: said.session.clone(), suite: said.cipher })
    }

    /// The hello that asks for another handshake after the one that ended so.
    pub(super) fn renewal(&self, version: u16, verify: Vec<u8>) -> Hello {
        Hello { renews: verify, ..Hello::new(version, bytes(), vec![self.suite]) }
    }
}

/// The handshake messages of a flight as they are hashed.
fn flight(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while let Some((HANDSHAKE, body, after)) = split_record(rest) {
        all.extend_from_slice(body);
        rest = after;
    }
    all
}

/// After the client's Finished: the ticket, the first encrypted record, and how far that reaches. `None` while it is
/// missing, or when an alert came instead; that ends the hearing by the end of the connection.
fn after_change(bytes: Option<&[u8]>) -> Option<(Option<Vec<u8>>, Vec<u8>, usize)> {
    let bytes = bytes?;
    let (mut rest, mut clear, mut changed) = (bytes, Vec::new(), false);
    while let Some((kind, body, after)) = split_record(rest) {
        let size = usize::from(u16::from_be_bytes([rest[3], rest[4]]));
        if body.len() < size {
            return None;
        }
        match (kind, changed) {
            (HANDSHAKE, false) => clear.extend_from_slice(body),
            (CHANGE_CIPHER, _) => changed = true,
            (_, true) => {
                let sealed = rest[..5 + size].to_vec();
                return Some((ticket(&clear), sealed, bytes.len() - after.len()));
            }
            _ => return None,
        }
        rest = after;
    }
    None
}

fn ticket(clear: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(clear);
    while let Some((kind, body)) = codec::next_message(&mut reader) {
        if kind == 4 {
            let mut body = Reader::new(body);
            body.take(4)?;
            return Some(body.vec16()?.to_vec()).filter(|ticket| !ticket.is_empty());
        }
    }
    None
}

/// The premaster secret, and the body of the ClientKeyExchange.
fn agree(suite: &Suite, version: u16, answer: &Answer) -> Option<(Vec<u8>, Vec<u8>)> {
    if registry::exchange(suite.number) == Exchange::Other {
        let (modulus, exponent) = crate::certificate::rsa_key(answer.certificates.first()?)?;
        let mut premaster = version.to_be_bytes().to_vec();
        premaster.extend(bytes::<46>());
        let sealed =
            codec::rsa::encrypt(&super::robot::padded(&premaster, modulus.len())?, &modulus, &exponent)?;
        return Some((premaster, vec16(&sealed)));
    }
    let KeyExchange { group, public, prime, generator, .. } = answer.exchange.as_ref()?;
    if registry::exchange(suite.number) == Exchange::Field {
        let secret = bytes::<32>();
        let own = codec::rsa::power(generator, prime, &secret)?;
        let premaster = codec::rsa::power(public, prime, &secret)?;
        // Leading zeros are no part of the secret (RFC 5246 clause 8.1.2).
        return Some((premaster.into_iter().skip_while(|byte| *byte == 0).collect(), vec16(&own)));
    }
    let algorithm = match (*group)? {
        29 => &agreement::X25519,
        23 => &agreement::ECDH_P256,
        24 => &agreement::ECDH_P384,
        _ => return None,
    };
    let own = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).ok()?;
    let exchange = vec8(own.compute_public_key().ok()?.as_ref());
    let peer = UnparsedPublicKey::new(algorithm, public);
    let premaster = agreement::agree_ephemeral(own, &peer, <[u8]>::to_vec).ok()?;
    Some((premaster, exchange))
}

/// Random bytes that are not zero.
pub(super) fn bytes<const N: usize>() -> [u8; N] {
    let mut all = [1; N];
    // Without randomness the ones stay: these handshakes protect nothing.
    SystemRandom::new().fill(&mut all).ok();
    all.map(|byte| byte.max(1))
}

impl Session<'_> {
    /// Takes leave in order: a session that breaks off may not be resumed.
    async fn close(mut self, patience: Duration) {
        let Some(farewell) = self.keys.seal(ALERT, &[1, 0], bytes()) else { return };
        match self.wire {
            Wire::Stream(mut line, _) => {
                line.tap.say(&farewell, patience).await.ok();
                line.tap.hear(Patience::whole(patience), |_| false).await;
            }
            Wire::Datagrams(mut datagrams) => datagrams.say(&farewell).await,
        }
    }

    /// Leaves a session that need not be resumed by its id. A port of datagrams would wait for more.
    async fn leave(self, patience: Duration) {
        if let Wire::Datagrams(_) = self.wire {
            self.close(patience).await;
        }
    }

    /// Asks for another handshake inside the session, and says whether the server goes along.
    async fn renegotiate(&mut self) -> Option<bool> {
        let records = match &mut self.wire {
            Wire::Stream(line, start) => {
                let hello = self.keys.seal(HANDSHAKE, &self.renewal.message(), bytes())?;
                let (wait, start) = (line.wait(), *start);
                line.tap.say(&hello, wait).await.ok()?;
                let until = |heard: &[u8]| {
                    heard.get(start..).is_some_and(|new| records(new).iter().any(|r| r[0] != 23))
                };
                line.tap.hear(Patience::whole(wait), until).await;
                records(line.tap.heard().get(start..)?)
            }
            Wire::Datagrams(datagrams) => datagrams.renew(&mut self.keys, &self.renewal).await?,
        };
        for sealed in records {
            match self.keys.open(&sealed) {
                Some((HANDSHAKE, plain)) if plain.first() == Some(&SERVER_HELLO) => return Some(true),
                Some((ALERT, _)) | None => return Some(false),
                Some(_) => {}
            }
        }
        Some(false)
    }
}

/// The whole records at the front.
fn records(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while let Some((_, body, after)) = split_record(rest) {
        let size = usize::from(u16::from_be_bytes([rest[3], rest[4]]));
        if body.len() < size || all.len() >= MOST_RECORDS {
            break;
        }
        all.push(rest[..5 + size].to_vec());
        rest = after;
    }
    all
}
