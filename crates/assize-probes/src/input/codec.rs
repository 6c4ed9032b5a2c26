//! The cases of a trial: which bytes, and what is wrong with them. Without I/O; equal input gives equal cases.

use std::fmt::Write as _;

use assize_model::declaration::play::Play;

pub use super::shrink::Shrinker;
use super::{datagram, dice::Dice, http, json, wire};

/// No case is longer.
pub const LONGEST: usize = 96 * 1024;

/// What a trial mutates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grammar {
    /// Request line, headers and lengths of HTTP.
    Http,
    /// JSON bodies of declared plays.
    Json,
    /// MQTT packets.
    Mqtt,
    /// TLS records before a handshake.
    Tls,
    /// CoAP datagrams.
    Coap,
    /// mDNS questions.
    Mdns,
    /// SSDP searches.
    Ssdp,
}

impl Grammar {
    /// The name that facts carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Json => "json",
            Self::Mqtt => "mqtt",
            Self::Tls => "tls",
            Self::Coap => "coap",
            Self::Mdns => "mdns",
            Self::Ssdp => "ssdp",
        }
    }

    /// The grammar of a UDP service by the name under which it is asked.
    pub fn of_udp(asked: &str) -> Option<Self> {
        [Self::Coap, Self::Mdns, Self::Ssdp].into_iter().find(|g| g.name() == asked)
    }
}

/// Why a value should not be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The declaration says that it is refused.
    Declared,
    /// It is of another type than the value of the declared play.
    Type,
}

/// One thing to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What is wrong with it, in words.
    pub what: String,
    /// The bytes; for JSON the body, whose head is that of the play.
    pub bytes: Vec<u8>,
    /// Why success would be wrong; none when an answer tells nothing.
    pub wrong: Option<Wrong>,
}

impl Case {
    pub(super) fn new(what: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let mut bytes = bytes.into();
        bytes.truncate(LONGEST);
        Self { what: what.into(), bytes, wrong: None }
    }

    pub(super) fn wrong(self, why: Wrong) -> Self {
        Self { wrong: Some(why), ..self }
    }
}

/// At most `count` cases of a grammar other than JSON. `host` and `path` are what an ordinary request names.
pub fn cases(grammar: Grammar, seed: u64, count: usize, host: &str, path: &str) -> Vec<Case> {
    let mut dice = Dice::new(seed ^ grammar as u64);
    let Some((base, mut all)) = known(grammar, host, path) else { return Vec::new() };
    dice.shuffle(&mut all);
    all.truncate(count);
    while all.len() < count {
        all.push(Case::new("an ordinary message with bytes changed", dice.bent(&base)));
    }
    all
}

/// An ordinary message of a grammar, which every DUT stands; empty for JSON, which has none of its own.
pub(super) fn ordinary(grammar: Grammar, host: &str, path: &str) -> Vec<u8> {
    known(grammar, host, path).map(|(base, _)| base).unwrap_or_default()
}

/// The ordinary message of a grammar, and those that have something wrong.
fn known(grammar: Grammar, host: &str, path: &str) -> Option<(Vec<u8>, Vec<Case>)> {
    Some(match grammar {
        Grammar::Http => http::cases(host, path),
        Grammar::Mqtt => wire::mqtt(),
        Grammar::Tls => wire::tls(),
        Grammar::Coap => datagram::coap(),
        Grammar::Mdns => datagram::mdns(),
        Grammar::Ssdp => datagram::ssdp(),
        Grammar::Json => return None,
    })
}

/// At most `count` JSON bodies made from that of a play, the declared wrong values first. A body that is no JSON
/// gives only the declared ones.
pub fn bodies(play: &Play, body: &str, seed: u64, count: usize) -> Vec<Case> {
    let declared = play.refuses.iter().map(|b| {
        Case::new("a value that the declaration says is refused", b.as_bytes()).wrong(Wrong::Declared)
    });
    let mut all: Vec<Case> = declared.take(count).collect();
    let room = count - all.len();
    all.extend(json::cases(body, &mut Dice::new(seed ^ Grammar::Json as u64), room));
    all
}

/// A request of these bytes: head without length and empty line, then the body.
pub fn counted(head: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = head.to_vec();
    let mut length = String::new();
    let _ = write!(length, "Content-Length: {}\r\n\r\n", body.len());
    bytes.extend(length.into_bytes());
    bytes.extend(body);
    bytes
}

/// The head of a whole request, without its length and the empty line.
pub fn head_of(request: &[u8]) -> Vec<u8> {
    let end = request.windows(4).position(|w| w == b"\r\n\r\n").map_or(request.len(), |at| at + 2);
    let lines = request.get(..end).unwrap_or_default().split_inclusive(|b| *b == b'\n');
    let is_kept = |line: &&[u8]| !line.to_ascii_lowercase().starts_with(b"content-length:");
    lines.filter(is_kept).flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Grammar; 6] =
        [Grammar::Http, Grammar::Mqtt, Grammar::Tls, Grammar::Coap, Grammar::Mdns, Grammar::Ssdp];

    #[test]
    fn a_seed_gives_the_same_cases_again_and_another_seed_others() {
        for grammar in ALL {
            let of = |seed| cases(grammar, seed, 60, "plug", "/");
            assert_eq!(of(1), of(1));
            assert_ne!(of(1), of(2), "{grammar:?}");
            assert_eq!(of(7).len(), 60);
        }
    }

    #[test]
    fn every_case_differs_from_the_ordinary_message_and_is_bounded() {
        for grammar in ALL {
            for case in cases(grammar, 3, 100, "plug", "/") {
                assert!(case.bytes.len() <= LONGEST && !case.what.is_empty());
            }
        }
    }

    #[test]
    fn a_head_loses_its_length_and_gets_a_true_one() {
        let head = head_of(b"POST / HTTP/1.1\r\nContent-Length: 7\r\nA: b\r\n\r\nxx");
        assert_eq!(head, b"POST / HTTP/1.1\r\nA: b\r\n");
        assert!(counted(&head, b"abc").ends_with(b"A: b\r\nContent-Length: 3\r\n\r\nabc"));
    }

    #[test]
    fn declared_values_come_first() {
        let play = Play { refuses: vec![r#"{"at": "25:61"}"#.into()], ..Play::default() };
        let all = bodies(&play, r#"{"at": "07:30"}"#, 1, 10);
        assert_eq!(all[0].wrong, Some(Wrong::Declared));
        assert_eq!(all.len(), 10);
        assert!(all.iter().any(|c| c.wrong == Some(Wrong::Type)));
        assert_eq!(bodies(&play, "no JSON", 1, 10).len(), 1);
    }

    proptest! {
        #[test]
        fn whatever_the_play_holds_nothing_breaks(body in ".{0,200}", seed in any::<u64>(), count in 0usize..80) {
            let all = bodies(&Play::default(), &body, seed, count);
            prop_assert!(all.len() <= count && all.iter().all(|c| c.bytes.len() <= LONGEST));
        }
    }
}
