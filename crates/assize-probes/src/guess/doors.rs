//! Tries default credentials on logins that need no play. Each kind of login has a file of its own, which tries one pair.

mod ftp;
mod http_basic;
mod mqtt;
mod telnet;

use assize_model::fact::{DefaultLogins, Fact, Login, Protocol, Service, Transport};
use tokio::net::TcpStream;

use super::{codec, defaults::public, live::Known};
use crate::{
    Budget, Raw, Target, Trouble,
    net::call,
    play::Player,
    tap::{Stream, Tap},
    tls,
};

/// A login that can be driven without a play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Door {
    pub(super) port: u16,
    pub(super) transport: Transport,
    pub(super) tls: bool,
    pub(super) kind: Kind,
}

/// What it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Ftp,
    HttpBasic,
    Mqtt,
    Telnet,
}

impl Kind {
    /// The login as the fact names it, and as the rows of the list name it in `on`.
    fn name(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::HttpBasic => "http",
            Self::Mqtt => "mqtt",
            Self::Telnet => "telnet",
        }
    }
}

/// A user and a password.
type Pair<'a> = (&'a str, &'a str);

/// What one attempt needs beside the pair.
struct Way<'a> {
    target: &'a Target,
    budget: &'a Budget,
    door: &'a Door,
}

/// What came of one attempt.
struct Attempt {
    /// Whether it was let in; none when the answer does not tell.
    came: Option<bool>,
    raw: Vec<Raw>,
}

/// A line to a door, inside TLS where the door is.
type Line<'w> = Tap<Box<dyn Stream + 'w>>;

/// The connection below a line.
#[derive(Default)]
struct Wire(Option<Tap<TcpStream>>);

/// The doors among services, those aside that a play drives already.
pub(super) fn doors(services: &[Service], driven: &[u16]) -> Vec<Door> {
    let door =
        |s: &Service| Some(Door { port: s.port, transport: s.transport, tls: s.tls, kind: kind_of(s)? });
    let is_driven = |d: &Door| d.transport == Transport::Tcp && driven.contains(&d.port);
    let mut doors: Vec<Door> = services.iter().filter_map(door).filter(|d| !is_driven(d)).collect();
    doors.sort_by_key(|d| (d.port, d.transport));
    doors.dedup_by_key(|d| (d.port, d.transport));
    doors
}

/// What can be driven of a service, if anything.
fn kind_of(s: &Service) -> Option<Kind> {
    let is_ftp = || s.banner.starts_with("220") && s.banner.to_ascii_lowercase().contains("ftp");
    match (s.transport, s.protocol, s.login) {
        (Transport::Tcp, Protocol::Telnet, Some(Login::Terminal)) => Some(Kind::Telnet),
        (Transport::Tcp, Protocol::Mqtt, Some(Login::Mqtt)) => Some(Kind::Mqtt),
        (Transport::Tcp, Protocol::Http, Some(Login::HttpChallenge)) => Some(Kind::HttpBasic),
        (Transport::Tcp, Protocol::Unknown, _) if is_ftp() => Some(Kind::Ftp),
        _ => None,
    }
}

/// Tries at most `most` default credentials on a door, each over a connection of its own.
pub(super) async fn defaults_of_door(
    player: &Player<'_>,
    known: &Known<'_>,
    door: &Door,
    most: u32,
) -> Result<(Fact, Vec<Raw>), Trouble> {
    let rows = codec::fitting(known.defaults, door.kind.name(), known.makers, true);
    let is_own = |user: &str, password: &str| {
        player.accounts.values().any(|c| c.user == user && c.password == password)
    };
    let rows: Vec<_> = rows.into_iter().filter(|r| !is_own(&r.user, &r.password)).collect();
    let mut found = DefaultLogins {
        target: player.target.address().to_string(),
        port: door.port,
        transport: door.transport,
        login: door.kind.name().to_owned(),
        entry: None,
        factory: false,
        listed: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        tried: 0,
        stopped: String::new(),
        accepted: Vec::new(),
    };
    let mut raw = Vec::new();
    let way = Way { target: player.target, budget: player.budget, door };
    if door.kind == Kind::HttpBasic {
        let asked = http_basic::attempt(&way, None).await?;
        raw.extend(asked.raw);
        if asked.came != Some(false) {
            found.stopped = "the front page does not ask for basic authentication".to_owned();
            return Ok((Fact::DefaultLogins(found), raw));
        }
    }
    for row in rows {
        if found.tried >= most {
            found.stopped = format!("the share of {most} wrong passwords was used up");
            break;
        }
        let Attempt { came, raw: bytes } = way.attempt((&row.user, &row.password)).await?;
        if raw.is_empty() || came != Some(false) {
            raw.extend(bytes);
        }
        match came {
            None => {
                found.stopped =
                    "the door gave no answer that tells, or took no further connection".to_owned();
                break;
            }
            Some(is_in) => {
                found.tried += 1;
                if is_in {
                    found.accepted.push(public(row));
                }
            }
        }
    }
    Ok((Fact::DefaultLogins(found), raw))
}

impl Way<'_> {
    /// Tries one pair over a connection of its own.
    async fn attempt(&self, pair: Pair<'_>) -> Result<Attempt, Trouble> {
        match self.door.kind {
            Kind::Ftp => ftp::attempt(self, pair).await,
            Kind::HttpBasic => http_basic::attempt(self, Some(pair)).await,
            Kind::Mqtt => mqtt::attempt(self, pair).await,
            Kind::Telnet => telnet::attempt(self, pair).await,
        }
    }

    /// Connects over TCP, and shakes hands where the door is inside TLS. None when the DUT does not take that.
    async fn line<'w>(&self, wire: &'w mut Wire) -> Result<Option<Line<'w>>, Trouble> {
        let Some(line) = call(self.target, self.door.port, self.budget).await? else { return Ok(None) };
        let inside: Box<dyn Stream + 'w> = if self.door.tls {
            let outside = wire.0.insert(line);
            match tls::shake(outside, self.target, self.budget).await.session {
                Some(session) => Box::new(session),
                None => return Ok(None),
            }
        } else {
            Box::new(line)
        };
        Ok(Some(Tap::new(inside, self.budget.answer_bytes)))
    }
}

impl Wire {
    /// An attempt for which there was no line.
    fn untold(&self) -> Attempt {
        let raw = self.0.as_ref().map(|wire| wire.raw(", handshake")).unwrap_or_default();
        Attempt { came: None, raw }
    }
}
