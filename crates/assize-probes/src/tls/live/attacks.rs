//! Known attacks: those that need a question of their own, without harm, and those that what was accepted already tells.

use assize_model::fact::{AttackResult, AttackState};

use super::{
    enumerate::{Desk, Ending, Found},
    finish::Echo,
};
use crate::{
    tap::Patience,
    tls::codec::{
        self, Answer, HANDSHAKE, Hello, registry, split_record,
        wire::{message, record},
    },
};

const CHANGE_CIPHER: u8 = 20;
const HEARTBEAT: u8 = 24;
/// How many bytes a heartbeat claims to carry, of which it carries one: enough to tell, and little to be told.
const CLAIMED: u16 = 16;
/// Alerts: a message that does not belong here; a record that cannot be opened (RFC 5246 clause 7.2.2).
const UNEXPECTED: u8 = 10;
const CANNOT_OPEN: [u8; 2] = [20, 21];
/// A prime of at most this many bits can be broken by computing ahead (Logjam).
const SHORT_PRIME: u32 = 1024;

/// What the attacks that only need the suites are told from.
pub(super) struct Accepted<'a> {
    pub versions: &'a [Found],
    /// SSL 2.0's ciphers; `None` when it was not asked for.
    pub ssl2: Option<&'a [String]>,
    pub dh_bits: &'a [u32],
    pub compression: Option<bool>,
    /// Whether every version and suite was asked for.
    pub is_whole: bool,
}

/// A heartbeat that claims a few bytes more than it carries (CVE-2014-0160).
pub(super) async fn heartbleed(desk: &Desk<'_>, found: Option<&Found>) -> AttackResult {
    let result = |state, why: &str| result("heartbleed", state, why);
    let Some(found) = found else {
        return result(AttackState::Closed, "no version before TLS 1.3 was accepted");
    };
    // SSL 3.0 has no way to announce heartbeats, and servers that have the flaw answer them all the same.
    if desk.with(|notes| notes.features.heartbeat) == Some(false) {
        return result(AttackState::Closed, "the server does not announce heartbeats");
    }
    let Some((mut line, _)) = open(desk, found, "heartbeat").await else {
        return result(AttackState::Unknown, "no handshake came to where a heartbeat can be sent");
    };
    let before = line.tap.heard().len();
    let [high, low] = CLAIMED.to_be_bytes();
    let wait = line.wait();
    line.tap.say(&record(HEARTBEAT, found.version, &[1, high, low, 0x5a]), wait).await.ok();
    line.tap
        .hear(Patience { first: wait / 2, quiet: desk.asker.budget.quiet, whole: wait }, |all| {
            all.get(before..).is_some_and(|new| new.first() == Some(&21) || heartbeat_answer(new).is_some())
        })
        .await;
    match line.tap.heard().get(before..).and_then(heartbeat_answer) {
        Some(size) if size >= CLAIMED => {
            result(AttackState::Open, "a heartbeat that carried one byte and claimed 16 was answered with 16")
        }
        Some(_) => result(AttackState::Closed, "a heartbeat was answered without more than it carried"),
        None => result(AttackState::Closed, "a heartbeat that claimed more than it carried was not answered"),
    }
}

/// How many bytes of payload a heartbeat answer really carries.
fn heartbeat_answer(bytes: &[u8]) -> Option<u16> {
    let mut rest = bytes;
    while let Some((kind, body, after)) = split_record(rest) {
        if let (HEARTBEAT, [2, high, low, payload @ ..]) = (kind, body) {
            let claimed = u16::from_be_bytes([*high, *low]);
            return Some(claimed.min(u16::try_from(payload.len()).unwrap_or(u16::MAX)));
        }
        rest = after;
    }
    None
}

/// A change of ciphers before keys are agreed on (CVE-2014-0224), and a record after it that nobody can open.
pub(super) async fn early_change(desk: &Desk<'_>, found: Option<&Found>) -> AttackResult {
    let result = |state, why: &str| result("ccs-injection", state, why);
    let Some(found) = found else {
        return result(AttackState::Closed, "no version before TLS 1.3 was accepted");
    };
    let Some((mut line, _)) = open(desk, found, "early change of ciphers").await else {
        return result(AttackState::Unknown, "no handshake came to where ciphers can be changed");
    };
    let before = line.tap.heard().len();
    let wait = line.wait();
    let early = [
        record(CHANGE_CIPHER, found.version, &[1]),
        record(HANDSHAKE, found.version, &message(20, &[0x5a; 44])),
    ];
    line.tap.say(&early.concat(), wait).await.ok();
    let start = tokio::time::Instant::now();
    line.tap.hear(Patience::whole(wait), |all| all.len() >= before + 7).await;
    match line.tap.heard().get(before..) {
        Some([21, _, _, 0, 2, _, UNEXPECTED, ..]) => {
            result(AttackState::Closed, "an early change of ciphers is refused as unexpected")
        }
        Some([21, _, _, 0, 2, _, description, ..]) if CANNOT_OPEN.contains(description) => result(
            AttackState::Open,
            "an early change of ciphers is carried out: the record after it is decrypted",
        ),
        Some([21, _, _, 0, 2, _, description, ..]) => result(
            AttackState::Closed,
            &format!("an early change of ciphers is refused by alert {description}"),
        ),
        Some([]) | None if start.elapsed() < wait => {
            result(AttackState::Closed, "an early change of ciphers ends the connection")
        }
        _ => result(
            AttackState::Unknown,
            "an early change of ciphers is neither refused nor seen to be carried out",
        ),
    }
}

/// A handshake up to the end of the server's first flight.
async fn open<'a>(desk: &Desk<'a>, found: &Found, what: &str) -> Option<(super::ask::Line<'a>, Answer)> {
    let hello =
        Hello { compression: vec![0], ticket: None, ..desk.hello(found.version, found.suites.clone()) };
    let mut line = desk.asker.line(what).await?;
    let wait = line.wait();
    line.tap.say(&hello.record(), wait).await.ok()?;
    line.tap.hear(Patience::whole(wait), codec::is_over).await;
    let answer = codec::answer(line.tap.heard());
    (answer.is_done && answer.agrees(found.version)).then_some((line, answer))
}

/// The outcome of showing a ticket with a short session id.
pub(super) fn ticketbleed(echo: Option<Echo>, has_old: bool) -> AttackResult {
    let (state, why) = match echo {
        Some(Echo::Longer) => (AttackState::Open, "a session id of one byte came back with more behind it"),
        Some(Echo::Exact) => (AttackState::Closed, "a session id shown with a ticket came back as it was"),
        Some(Echo::None) => (AttackState::Closed, "no session is resumed by ticket with a short session id"),
        None if !has_old => {
            (AttackState::Closed, "no version with session tickets before TLS 1.3 was accepted")
        }
        Some(Echo::Untold) => (AttackState::Unknown, "the port stopped answering before a ticket was shown"),
        None => (
            AttackState::Unknown,
            "no handshake before TLS 1.3 could be finished, so that there was no ticket to show",
        ),
    };
    result("ticketbleed", state, why)
}

/// The attacks that what was accepted tells.
pub(super) fn told(accepted: &Accepted<'_>) -> Vec<AttackResult> {
    vec![
        poodle(accepted),
        crime(accepted),
        freak(accepted),
        logjam(accepted),
        sweet32(accepted),
        drown(accepted),
    ]
}

fn poodle(accepted: &Accepted<'_>) -> AttackResult {
    let ssl3 = accepted.versions.iter().find(|found| found.version == registry::SSL_3_0);
    let is_cbc = |found: &Found| found.suites.iter().any(|suite| named(*suite, &["_CBC_"]));
    let (state, why) = match ssl3 {
        Some(found) if found.is_accepted() && is_cbc(found) => {
            (AttackState::Open, "SSL 3.0 is accepted with CBC suites")
        }
        Some(found) if found.is_accepted() => (AttackState::Closed, "SSL 3.0 is accepted without CBC suites"),
        Some(Found { ending: Some(Ending::Silent), .. }) => {
            (AttackState::Unknown, "no answer came to SSL 3.0")
        }
        Some(found) if found.ending != Some(Ending::Unasked) => (AttackState::Closed, "SSL 3.0 is refused"),
        _ => (AttackState::Unknown, "SSL 3.0 was not asked for"),
    };
    result("poodle", state, why)
}

fn crime(accepted: &Accepted<'_>) -> AttackResult {
    let has_new =
        accepted.versions.iter().any(|found| found.version == registry::TLS_1_3 && found.is_accepted());
    let (state, why) = match accepted.compression {
        Some(true) => (AttackState::Open, "compression is agreed to"),
        Some(false) => (AttackState::Closed, "compression is refused"),
        None if has_new => (AttackState::Closed, "TLS 1.3 knows no compression"),
        None => (AttackState::Unknown, "compression was not asked for"),
    };
    result("crime", state, why)
}

fn freak(accepted: &Accepted<'_>) -> AttackResult {
    by_suites(accepted, "freak", "RSA of export strength", |suite| named(suite, &["TLS_RSA_EXPORT"]))
}

fn sweet32(accepted: &Accepted<'_>) -> AttackResult {
    let short = ["_3DES_", "_DES_", "_DES40_", "_IDEA_", "_RC2_", "_28147_", "_MAGMA_"];
    by_suites(accepted, "sweet32", "ciphers with blocks of 64 bits", |suite| named(suite, &short))
}

fn logjam(accepted: &Accepted<'_>) -> AttackResult {
    if let Some(bits) = accepted.dh_bits.iter().min().filter(|bits| **bits <= SHORT_PRIME) {
        return result(
            "logjam",
            AttackState::Open,
            &format!("a Diffie-Hellman prime of {bits} bits is used"),
        );
    }
    by_suites(
        accepted,
        "logjam",
        "Diffie-Hellman of export strength or with a prime of at most 1024 bits",
        |suite| named(suite, &["TLS_DHE_RSA_EXPORT", "TLS_DHE_DSS_EXPORT", "TLS_DH_anon_EXPORT"]),
    )
}

fn drown(accepted: &Accepted<'_>) -> AttackResult {
    let (state, why) = match accepted.ssl2 {
        Some([]) => (AttackState::Closed, "SSL 2.0 is refused"),
        Some(_) => (AttackState::Open, "SSL 2.0 is accepted"),
        None => (AttackState::Unknown, "SSL 2.0 was not asked for"),
    };
    result("drown", state, why)
}

fn by_suites(accepted: &Accepted<'_>, name: &str, what: &str, is_weak: impl Fn(u16) -> bool) -> AttackResult {
    let mut all = accepted.versions.iter().flat_map(|found| &found.suites);
    match all.find(|suite| is_weak(**suite)) {
        Some(suite) => {
            result(name, AttackState::Open, &format!("{} is accepted", registry::cipher_name(*suite)))
        }
        None if accepted.is_whole => result(name, AttackState::Closed, &format!("{what}: none is accepted")),
        None => result(name, AttackState::Unknown, "not every suite was asked for"),
    }
}

fn named(suite: u16, parts: &[&str]) -> bool {
    let name = registry::cipher_name(suite);
    parts.iter().any(|part| name.contains(part))
}

pub(super) fn result(name: &str, state: AttackState, why: &str) -> AttackResult {
    AttackResult { name: name.to_owned(), state, why: why.to_owned() }
}
