//! Finishes handshakes of TLS 1.2 by hand, with the suites whose ciphers are at hand, because what follows a handshake says
//! whether sessions are resumed by id or by ticket and whether the client may renegotiate (RFC 5246, RFC 5077, RFC 5746).

use std::time::Duration;

use ring::{
    aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, EphemeralPrivateKey, UnparsedPublicKey},
    digest, hmac,
    rand::{SecureRandom, SystemRandom},
};

use super::{
    ask::{Line, Said, random},
    enumerate::Desk,
};
use crate::{
    tap::Patience,
    tls::codec::{
        self, Answer, HANDSHAKE, Hello, KeyExchange,
        registry::TLS_1_2,
        split_record,
        wire::{Reader, message, record, vec8, vec16},
    },
};

const CHANGE_CIPHER: u8 = 20;
const ALERT: u8 = 21;
/// Most records read after a handshake.
const MOST_RECORDS: usize = 16;
/// Most handshakes spent here.
pub(super) const MOST_HANDSHAKES: u32 = 5;

/// A suite this module can finish: number, cipher, hash, and whether keys are agreed by RSA.
struct Suite {
    number: u16,
    cipher: &'static Algorithm,
    hash: Hash,
    is_rsa: bool,
}

#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
}

const SUITES: [Suite; 8] = [
    Suite { number: 0xc02b, cipher: &AES_128_GCM, hash: Hash::Sha256, is_rsa: false },
    Suite { number: 0xc02f, cipher: &AES_128_GCM, hash: Hash::Sha256, is_rsa: false },
    Suite { number: 0xc02c, cipher: &AES_256_GCM, hash: Hash::Sha384, is_rsa: false },
    Suite { number: 0xc030, cipher: &AES_256_GCM, hash: Hash::Sha384, is_rsa: false },
    Suite { number: 0xcca9, cipher: &CHACHA20_POLY1305, hash: Hash::Sha256, is_rsa: false },
    Suite { number: 0xcca8, cipher: &CHACHA20_POLY1305, hash: Hash::Sha256, is_rsa: false },
    Suite { number: 0x009c, cipher: &AES_128_GCM, hash: Hash::Sha256, is_rsa: true },
    Suite { number: 0x009d, cipher: &AES_256_GCM, hash: Hash::Sha384, is_rsa: true },
];

/// A finished handshake.
struct Session<'a> {
    line: Line<'a>,
    id: Vec<u8>,
    ticket: Option<Vec<u8>>,
    keys: Keys,
    verify: Vec<u8>,
    /// How many bytes were heard when the handshake was finished.
    read: usize,
}

/// Both directions' keys, and how many records each has seen.
struct Keys {
    suite: &'static Suite,
    client: (LessSafeKey, Vec<u8>, u64),
    server: (LessSafeKey, Vec<u8>, u64),
}

/// What a ticket with a short session id brought (CVE-2016-9244).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    /// The id came back as it was.
    Exact,
    /// More came back than was sent.
    Longer,
    /// It was not resumed that way, or there was nothing to resume.
    None,
}

/// Resumption and renegotiation, with what `suites` offers. `None` when no handshake could be finished.
pub(super) async fn resume(desk: &Desk<'_>, suites: &[u16]) -> Option<Echo> {
    let offered: Vec<u16> = SUITES.iter().map(|suite| suite.number).filter(|n| suites.contains(n)).collect();
    if offered.is_empty() {
        return None;
    }
    let mut first = full(desk, &offered, true).await?;
    let ticket = first.ticket.take();
    let renegotiated = first.renegotiate().await;
    drop(first);
    desk.with(|notes| notes.features.client_renegotiation = renegotiated);
    let echo = match ticket {
        Some(ticket) => Some(by_ticket(desk, &offered, ticket).await?),
        None => None,
    };
    let by_ticket = echo.is_some_and(|(is_resumed, _)| is_resumed);
    desk.with(|notes| {
        let known = notes.features.resumption_by_ticket.unwrap_or(false);
        notes.features.resumption_by_ticket = Some(known || by_ticket);
    });
    let second = full(desk, &offered, false).await?;
    let id = second.id.clone();
    second.close(desk.asker.budget.quiet).await;
    let by_id = !id.is_empty() && {
        let hello = Hello { session: id.clone(), ticket: None, ..plain(desk, &offered) };
        matches!(desk.asker.ask(&hello, "session by id").await, Said::Agreed(answer)
            if answer.is_resumed && answer.hello.as_ref().is_some_and(|hello| hello.session == id))
    };
    desk.with(|notes| notes.features.resumption_by_id = Some(by_id));
    Some(echo.map_or(Echo::None, |(_, echo)| echo))
}

/// Shows a ticket with a session id of one byte, and of the usual length when that is not resumed.
async fn by_ticket(desk: &Desk<'_>, suites: &[u16], ticket: Vec<u8>) -> Option<(bool, Echo)> {
    for id in [vec![0x5a], vec![0x5a; 32]] {
        let is_short = id.len() == 1;
        let hello = Hello { session: id.clone(), ticket: Some(ticket.clone()), ..plain(desk, suites) };
        let Said::Agreed(answer) = desk.asker.ask(&hello, "session by ticket").await else { continue };
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
fn plain(desk: &Desk<'_>, suites: &[u16]) -> Hello {
    let name = desk.asker.target.name().map(str::to_owned);
    let groups = vec![29, 23, 24];
    Hello { name, groups, ..Hello::new(TLS_1_2, random(desk.asker.port), suites.to_vec()) }
}

async fn full<'a>(desk: &Desk<'a>, suites: &[u16], with_ticket: bool) -> Option<Session<'a>> {
    let asker = desk.asker;
    let hello = Hello { ticket: with_ticket.then(Vec::new), ..plain(desk, suites) };
    let mut line = asker.line("TLS 1.2, finished").await?;
    line.tap.say(&hello.record(), asker.budget.read).await.ok()?;
    line.tap.hear(Patience::whole(asker.budget.read), codec::is_over).await;
    let answer = codec::answer(line.tap.heard());
    let said = answer.hello.clone().filter(|said| said.version == TLS_1_2 && answer.is_done)?;
    let suite = SUITES.iter().find(|suite| suite.number == said.cipher)?;
    let mut hashed = [hello.message(), flight(line.tap.heard())].concat();
    let before = line.tap.heard().len();

    let (premaster, exchange) = agree(suite, &answer)?;
    let randoms = [hello.random, said.random].concat();
    let master = suite.hash.prf(&premaster, b"master secret", &randoms, 48);
    let mut keys = Keys::new(suite, &master, &[said.random, hello.random].concat())?;
    let mut messages = Vec::new();
    if answer.asks_certificate {
        messages.extend(message(11, &[0, 0, 0]));
    }
    messages.extend(message(16, &exchange));
    hashed.extend(&messages);
    let verify = suite.hash.prf(&master, b"client finished", &suite.hash.of(&hashed), 12);
    let finished = keys.seal(HANDSHAKE, &message(20, &verify))?;
    let records =
        [record(HANDSHAKE, TLS_1_2, &messages), record(CHANGE_CIPHER, TLS_1_2, &[1]), finished].concat();
    line.tap.say(&records, asker.budget.read).await.ok()?;
    line.tap
        .hear(Patience::whole(asker.budget.read), |heard| after_change(heard.get(before..)).is_some())
        .await;

    let end = line.tap.heard().get(before..)?.to_vec();
    let (ticket, sealed, used) = after_change(Some(&end))?;
    let (kind, opened) = keys.open(&sealed)?;
    (kind == HANDSHAKE && opened.first() == Some(&20)).then_some(())?;
    let read = before + used;
    Some(Session { line, id: said.session, ticket, keys, verify, read })
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
fn agree(suite: &Suite, answer: &Answer) -> Option<(Vec<u8>, Vec<u8>)> {
    if suite.is_rsa {
        let (modulus, exponent) = crate::certificate::rsa_key(answer.certificates.first()?)?;
        let mut premaster = vec![3, 3];
        premaster.extend(bytes::<46>());
        let sealed =
            codec::rsa::encrypt(&super::robot::padded(&premaster, modulus.len())?, &modulus, &exponent)?;
        return Some((premaster, vec16(&sealed)));
    }
    let KeyExchange { group, public, .. } = answer.exchange.as_ref()?;
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
        let Some(farewell) = self.keys.seal(ALERT, &[1, 0]) else { return };
        self.line.tap.say(&farewell, patience).await.ok();
        self.line.tap.hear(Patience::whole(patience), |_| false).await;
    }

    /// Asks for another handshake inside the session, and says whether the server goes along.
    async fn renegotiate(&mut self) -> Option<bool> {
        let renews = self.verify.clone();
        let hello = Hello { renews, ..Hello::new(TLS_1_2, bytes(), vec![self.keys.suite.number]) };
        let hello = self.keys.seal(HANDSHAKE, &hello.message())?;
        let (wait, start) = (self.line.wait(), self.read);
        self.line.tap.say(&hello, wait).await.ok()?;
        let until =
            |heard: &[u8]| heard.get(start..).is_some_and(|new| records(new).iter().any(|r| r[0] != 23));
        self.line.tap.hear(Patience::whole(wait), until).await;
        let new = self.line.tap.heard().get(start..)?.to_vec();
        for sealed in records(&new) {
            match self.keys.open(&sealed) {
                Some((HANDSHAKE, plain)) if plain.first() == Some(&2) => return Some(true),
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

impl Keys {
    fn new(suite: &'static Suite, master: &[u8], seed: &[u8]) -> Option<Self> {
        let (key, iv) = (suite.cipher.key_len(), if suite.is_chacha() { 12 } else { 4 });
        let block = suite.hash.prf(master, b"key expansion", seed, 2 * (key + iv));
        let mut block = Reader::new(&block);
        let (client, server) = (block.take(key)?, block.take(key)?);
        let (client_iv, server_iv) = (block.take(iv)?.to_vec(), block.take(iv)?.to_vec());
        let key = |bytes| Some(LessSafeKey::new(UnboundKey::new(suite.cipher, bytes).ok()?));
        Some(Self { suite, client: (key(client)?, client_iv, 0), server: (key(server)?, server_iv, 0) })
    }

    fn seal(&mut self, kind: u8, plain: &[u8]) -> Option<Vec<u8>> {
        let (key, iv, count) = &mut self.client;
        let explicit = count.to_be_bytes();
        let nonce = nonce(iv, explicit)?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(nonce, Aad::from(about(*count, kind, plain.len())), &mut sealed).ok()?;
        *count += 1;
        let body = if self.suite.is_chacha() { sealed } else { [&explicit[..], &sealed].concat() };
        Some(record(kind, TLS_1_2, &body))
    }

    /// Opens one whole record.
    fn open(&mut self, sealed: &[u8]) -> Option<(u8, Vec<u8>)> {
        let (kind, body) = (*sealed.first()?, sealed.get(5..)?);
        let (key, iv, count) = &mut self.server;
        let (explicit, body) = match self.suite.is_chacha() {
            true => (count.to_be_bytes(), body),
            false => (body.get(..8)?.try_into().ok()?, body.get(8..)?),
        };
        let size = body.len().checked_sub(self.suite.cipher.tag_len())?;
        let nonce = nonce(iv, explicit)?;
        let mut open = body.to_vec();
        key.open_in_place(nonce, Aad::from(about(*count, kind, size)), &mut open).ok()?;
        open.truncate(size);
        *count += 1;
        Some((kind, open))
    }
}

/// GCM puts the explicit part behind the fixed one, ChaCha20 mixes the count into the end of it (RFC 5288, RFC 7905).
fn nonce(iv: &[u8], explicit: [u8; 8]) -> Option<Nonce> {
    let mut all = [0; 12];
    all[..iv.len().min(12)].copy_from_slice(iv.get(..iv.len().min(12))?);
    for (byte, explicit) in all[4..].iter_mut().zip(explicit) {
        *byte ^= explicit;
    }
    Some(Nonce::assume_unique_for_key(all))
}

fn about(count: u64, kind: u8, size: usize) -> Vec<u8> {
    let size = u16::try_from(size).unwrap_or(u16::MAX);
    [&count.to_be_bytes()[..], &[kind, 3, 3], &size.to_be_bytes()].concat()
}

impl Suite {
    fn is_chacha(&self) -> bool {
        matches!(self.number, 0xcca8 | 0xcca9)
    }
}

impl Hash {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    /// The pseudorandom function of TLS 1.2 (RFC 5246 clause 5).
    fn prf(self, secret: &[u8], label: &[u8], seed: &[u8], size: usize) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
        };
        let key = hmac::Key::new(algorithm, secret);
        let seed = [label, seed].concat();
        let mut a = hmac::sign(&key, &seed);
        let mut out = Vec::new();
        while out.len() < size {
            out.extend_from_slice(hmac::sign(&key, &[a.as_ref(), &seed].concat()).as_ref());
            a = hmac::sign(&key, a.as_ref());
        }
        out.truncate(size);
        out
    }
}
