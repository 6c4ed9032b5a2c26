//! Tries default credentials on logins that need no play. Each kind of login has a file of its own, which tries one pair.

mod ftp;
mod http_basic;
mod mqtt;
mod snmp;
mod ssh;
mod telnet;
mod vnc;

use std::{collections::BTreeSet, time::Duration};

use assize_model::catalogue::DefaultCredential;
use assize_model::fact::{DefaultLogin, DefaultLogins, Fact, Login, Protocol, Service, Transport};
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
    Snmp,
    Ssh,
    Telnet,
    Vnc,
}

/// A user and password that nobody has: a door that takes them lets anybody in.
const MADE_UP: &str = "assize-made-up";
const TOO_OPEN: &str = "the door lets made-up credentials in too, so nothing can be told";

impl Kind {
    /// The login as the fact names it, and as the rows of the list name it in `on`.
    fn name(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::HttpBasic => "http",
            Self::Mqtt => "mqtt",
            Self::Snmp => "snmp",
            Self::Ssh => "ssh",
            Self::Telnet => "telnet",
            Self::Vnc => "vnc",
        }
    }

    /// A row that was let in; where there are no users, without one.
    fn accepted(self, row: &DefaultCredential) -> DefaultLogin {
        let public = public(row);
        if self.takes_user() { public } else { DefaultLogin { user: String::new(), ..public } }
    }

    /// Whether it asks for a user beside the password.
    fn takes_user(self) -> bool {
        !matches!(self, Self::Snmp | Self::Vnc)
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
    /// How far it reaches that the answer does not tell.
    untold: Untold,
}

/// Why an answer does not tell, where it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Untold {
    /// The door gave no answer, or none that is understood: no further pair will tell.
    #[default]
    Door,
    /// The same, and this is why.
    Because(&'static str),
    /// This pair was not judged; another one may be.
    Pair,
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
        (Transport::Tcp, Protocol::Ssh, Some(Login::Ssh)) => Some(Kind::Ssh),
        (Transport::Tcp, Protocol::Vnc, Some(Login::Vnc)) => Some(Kind::Vnc),
        (Transport::Udp, Protocol::Snmp, Some(Login::Snmp)) => Some(Kind::Snmp),
        (Transport::Tcp, Protocol::Unknown, _) if is_ftp() => Some(Kind::Ftp),
        _ => None,
    }
}

/// Tries at most `most` default credentials on a door, each over a connection of its own. Made-up ones go first and
/// count among them.
pub(super) async fn defaults_of_door(
    player: &Player<'_>,
    known: &Known<'_>,
    door: &Door,
    most: u32,
) -> Result<(Fact, Vec<Raw>), Trouble> {
    let rows = rows(player, known, door.kind);
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
    let way = Way { target: player.target, budget: player.budget, door };
    let raw = match door.kind {
        Kind::Snmp => snmp::defaults(&way, &rows, most, &mut found).await?,
        _ => way.defaults(&rows, most, &mut found).await?,
    };
    Ok((Fact::DefaultLogins(found), raw))
}

/// The rows for a kind of door, but for the tester's own credentials. Where there are no users, the passwords known for
/// this very login come first, and a community is nothing else.
fn rows<'k>(player: &Player<'_>, known: &Known<'k>, kind: Kind) -> Vec<&'k DefaultCredential> {
    let is_own = |row: &&DefaultCredential| {
        let mut own = player.accounts.values();
        own.any(|c| c.password == row.password && (!kind.takes_user() || c.user == row.user))
    };
    let mut rows = codec::fitting(known.defaults, kind.name(), known.makers, true);
    rows.retain(|row| !is_own(row) && (kind != Kind::Snmp || !row.on.is_empty()));
    if !kind.takes_user() {
        rows.sort_by_key(|row| row.on.is_empty());
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(&row.password));
    }
    rows
}

fn used_up(most: u32) -> String {
    format!("the share of {most} wrong passwords was used up")
}

/// How long a door may take for a judgement: many wait on purpose before they refuse.
fn slowly(budget: &Budget) -> Duration {
    budget.read * 3
}

impl Way<'_> {
    /// Tries pairs one after the other, made-up ones first.
    async fn defaults(
        &self,
        rows: &[&DefaultCredential],
        most: u32,
        found: &mut DefaultLogins,
    ) -> Result<Vec<Raw>, Trouble> {
        let mut raw = Vec::new();
        if self.door.kind == Kind::HttpBasic {
            let asked = http_basic::attempt(self, None).await?;
            raw.extend(asked.raw);
            if asked.came != Some(false) {
                found.stopped = "the front page does not ask for basic authentication".to_owned();
                return Ok(raw);
            }
        }
        if most > 0 {
            let made_up = self.attempt((MADE_UP, MADE_UP)).await?;
            raw.extend(made_up.raw);
            if made_up.came != Some(false) {
                found.stopped = made_up.untold.words(made_up.came);
                return Ok(raw);
            }
        }
        for (row, spent) in rows.iter().zip(1..) {
            if spent >= most {
                found.stopped = used_up(most);
                break;
            }
            let Attempt { came, raw: bytes, untold } = self.attempt((&row.user, &row.password)).await?;
            if came != Some(false) {
                raw.extend(bytes);
            }
            match (came, untold) {
                (Some(is_in), _) => {
                    found.tried += 1;
                    found.accepted.extend(is_in.then(|| self.door.kind.accepted(row)));
                }
                (None, Untold::Pair) => {}
                (None, untold) => {
                    found.stopped = untold.words(came);
                    break;
                }
            }
        }
        Ok(raw)
    }

    /// Tries one pair over a connection of its own.
    async fn attempt(&self, pair: Pair<'_>) -> Result<Attempt, Trouble> {
        match self.door.kind {
            Kind::Ftp => ftp::attempt(self, pair).await,
            Kind::HttpBasic => http_basic::attempt(self, Some(pair)).await,
            Kind::Mqtt => mqtt::attempt(self, pair).await,
            // Communities are asked for by datagrams, and their silence is weighed as a whole.
            Kind::Snmp => Ok(Attempt::of(None, Vec::new())),
            Kind::Ssh => ssh::attempt(self, pair).await,
            Kind::Telnet => telnet::attempt(self, pair).await,
            Kind::Vnc => vnc::attempt(self, pair).await,
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
        Attempt::of(None, raw)
    }
}

impl Attempt {
    /// What a door said; where it did not, it is the door's silence.
    fn of(came: Option<bool>, raw: Vec<Raw>) -> Self {
        Self { came, raw, untold: Untold::default() }
    }
}

impl Untold {
    /// Why no further pair is tried.
    fn words(self, came: Option<bool>) -> String {
        let words = match self {
            _ if came == Some(true) => TOO_OPEN,
            Self::Because(why) => why,
            Self::Door => "the door gave no answer that tells, or took no further connection",
            Self::Pair => "the door does not judge the password of a user that nobody has",
        };
        words.to_owned()
    }
}
