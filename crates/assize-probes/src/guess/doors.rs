//! Tries default credentials on logins that need no play. Each kind of login has a file of its own, which tries one pair.

mod challenged;
mod ftp;
mod http;
mod mqtt;
mod onvif;
mod rtsp;
mod smb;
mod snmp;
mod ssh;
mod telnet;
mod vnc;

use std::{collections::BTreeSet, time::Duration};

use assize_model::catalogue::DefaultCredential;
use assize_model::fact::{DefaultLogin, DefaultLogins, Fact, Login, Protocol, Service, Transport};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

use super::{
    codec,
    defaults::{MADE_UP, public},
    later::Later,
    live::Known,
};
use crate::{
    Budget, Raw, Target, Trouble,
    identify::protocols::vnc as vnc_codec,
    net::call,
    play::{Came, Credentials, Player, UNTOLD_WAIT},
    tap::{Stream, Tap},
    tls,
};

/// Why nothing more was tried on a door.
const UNTOLD: &str = "the door gave no answer that tells, or took no further connection";
const GUEST: &str = "it lets whoever has no account in as a guest, which judges no pair";
const ANYBODY: &str = "it lets a made-up password in too, so nothing can be told";

/// Most of the tester's accounts that are tried at one door.
const MOST_ACCOUNTS: usize = 3;

/// A login that can be driven without a play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Door {
    pub(super) port: u16,
    pub(super) transport: Transport,
    pub(super) tls: bool,
    pub(super) kind: Kind,
    /// Whether a pair is sent without the question that fetches a challenge.
    at_once: bool,
}

/// What it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Ftp,
    Http,
    Mqtt,
    Onvif,
    Rtsp,
    Smb,
    Snmp,
    Ssh,
    Telnet,
    Vnc,
}

impl Kind {
    /// The login as the fact names it, and as the rows of the list name it in `on`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::Http => "http",
            Self::Mqtt => "mqtt",
            Self::Onvif => "onvif",
            Self::Rtsp => "rtsp",
            Self::Smb => "smb",
            Self::Snmp => "snmp",
            Self::Ssh => "ssh",
            Self::Telnet => "telnet",
            Self::Vnc => "vnc",
        }
    }

    /// Whether it may turn out to ask for no login at all, so that it is asked without one first.
    fn asks_first(self) -> bool {
        matches!(self, Self::Http | Self::Onvif | Self::Rtsp)
    }

    /// Whether what slows a guesser down is measured there. An agent of SNMP is as silent to a community that it judged
    /// as to one that it dropped, so that how many it judged cannot be told.
    fn is_measured(self) -> bool {
        self != Self::Snmp
    }

    /// Whether two passwords are one to it: VNC takes seven bits of the first eight bytes.
    pub(super) fn are_one(self, one: &str, other: &str) -> bool {
        let key = |password: &str| vnc_codec::proof([0; vnc_codec::CHALLENGE], password);
        if self == Self::Vnc { key(one) == key(other) } else { one == other }
    }

    /// Whether credentials are a pair that is the tester's own.
    fn is_own(self, own: &Credentials, (user, password): Pair<'_>) -> bool {
        self.are_one(&own.password, password) && (!self.takes_user() || own.user == user)
    }

    /// Whether it asks for a user beside the password.
    fn takes_user(self) -> bool {
        !matches!(self, Self::Snmp | Self::Vnc)
    }

    /// A row that was let in; where there are no users, without one.
    fn accepted(self, row: &DefaultCredential) -> DefaultLogin {
        let public = public(row);
        if self.takes_user() { public } else { DefaultLogin { user: String::new(), ..public } }
    }

    /// Whether its users may be others than those of a play at the same port.
    fn is_apart(self) -> bool {
        self == Self::Onvif
    }
}

/// A door that lets an account of the tester in.
pub(super) struct Found<'p> {
    /// The door, as it is gone through from now on.
    pub(super) door: Door,
    pub(super) account: &'p str,
    pub(super) own: &'p Credentials,
    /// Wrong passwords that are left.
    pub(super) left: u32,
}

/// A user and a password.
type Pair<'a> = (&'a str, &'a str);

/// What one attempt needs beside the pair.
struct Way<'a> {
    target: &'a Target,
    budget: &'a Budget,
    door: &'a Door,
}

/// Whether a door let a pair in, or why its answer does not tell.
type Said = Result<bool, Untold>;

/// What came of one attempt.
pub(super) struct Attempt {
    /// Whether it was let in; none when the answer does not tell.
    came: Option<bool>,
    pub(super) raw: Vec<Raw>,
    /// Why the answer does not tell, where it does not.
    untold: Untold,
    /// Whether the next pair can be sent without a question before it.
    takes_at_once: bool,
}

/// Why an answer does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Untold {
    /// There was none, or none that is understood: no further pair will tell.
    #[default]
    Door,
    /// The same, and this is why.
    Because(&'static str),
    /// Whoever has no account is let in as a guest, which says nothing of this pair; another one may be an account's.
    Guest,
    /// This pair was not judged; another one may be.
    Pair,
    /// Attempts are put off: no further pair will tell for now.
    Later(Later),
}

/// A line to a door, inside TLS where the door is.
type Line<'w> = Tap<Box<dyn Stream + 'w>>;

/// The connection below a line.
#[derive(Default)]
struct Wire(Option<Tap<TcpStream>>);

/// The doors among services, those aside that a play drives already.
pub(super) fn doors(services: &[Service], driven: &[u16]) -> Vec<Door> {
    let doors_of = |s: &Service| {
        let (port, transport, tls) = (s.port, s.transport, s.tls);
        kinds_of(s).into_iter().map(move |kind| Door { port, transport, tls, kind, at_once: false })
    };
    let is_driven =
        |d: &Door| d.transport == Transport::Tcp && driven.contains(&d.port) && !d.kind.is_apart();
    let mut doors: Vec<Door> = services.iter().flat_map(doors_of).filter(|d| !is_driven(d)).collect();
    let key = |d: &Door| (d.port, d.transport, d.kind);
    doors.sort_by_key(key);
    doors.dedup_by_key(|d| key(d));
    doors
}

/// What can be driven of a service.
fn kinds_of(s: &Service) -> Vec<Kind> {
    let is_ftp = || s.banner.starts_with("220") && s.banner.to_ascii_lowercase().contains("ftp");
    match (s.transport, s.protocol, s.login) {
        (Transport::Tcp, Protocol::Telnet, Some(Login::Terminal)) => vec![Kind::Telnet],
        (Transport::Tcp, Protocol::Mqtt, Some(Login::Mqtt)) => vec![Kind::Mqtt],
        (Transport::Tcp, Protocol::Rtsp, Some(Login::Rtsp)) => vec![Kind::Rtsp],
        (Transport::Tcp, Protocol::Onvif, Some(Login::HttpChallenge)) => vec![Kind::Http, Kind::Onvif],
        // Nothing is asked of it that needs a login before it is guessed at.
        (Transport::Tcp, Protocol::Onvif, _) => vec![Kind::Onvif],
        (
            Transport::Tcp,
            Protocol::Http | Protocol::Ipp | Protocol::Upnp | Protocol::Websocket,
            Some(Login::HttpChallenge),
        ) => vec![Kind::Http],
        (Transport::Tcp, Protocol::Ssh, Some(Login::Ssh)) => vec![Kind::Ssh],
        (Transport::Tcp, Protocol::Vnc, Some(Login::Vnc)) => vec![Kind::Vnc],
        (Transport::Tcp, Protocol::Smb, Some(Login::Smb)) => vec![Kind::Smb],
        (Transport::Udp, Protocol::Snmp, Some(Login::Snmp)) => vec![Kind::Snmp],
        (Transport::Tcp, Protocol::Ftp, Some(Login::Ftp)) => vec![Kind::Ftp],
        (Transport::Tcp, Protocol::Unknown, _) if is_ftp() => vec![Kind::Ftp],
        _ => Vec::new(),
    }
}

/// Tries at most `most` wrong pairs on a door, each over a connection of its own: one that nobody has, to see whether
/// the door tells pairs apart, and then default credentials.
pub(super) async fn defaults_of_door(
    player: &Player<'_>,
    known: &Known<'_>,
    door: &Door,
    most: u32,
) -> Result<(Fact, Vec<Raw>), Trouble> {
    let rows = rows(player, known, door.kind);
    let mut found = blank(player, door, rows.len());
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
        player.accounts.values().any(|own| kind.is_own(own, (&row.user, &row.password)))
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

impl Door {
    /// The tester's account that the door lets in. Another login's account is a wrong one here, and takes from the `most`
    /// wrong passwords.
    pub(super) async fn account<'p>(
        &self,
        player: &'p Player<'_>,
        most: u32,
    ) -> Result<Option<Found<'p>>, Trouble> {
        if !self.kind.is_measured() {
            return Ok(None);
        }
        let end = Instant::now() + player.budget.login_wait;
        let mut seen: Vec<Pair<'_>> = Vec::new();
        let accounts = player.accounts.iter().filter(|(_, own)| {
            let is_new = !seen.iter().any(|seen| self.kind.is_own(own, *seen));
            seen.push((&own.user, &own.password));
            is_new
        });
        for ((id, own), left) in accounts.zip((1..=most).rev()).take(MOST_ACCOUNTS) {
            let attempt = self.enter_until(player, own, end, Attempt::says_so).await?;
            match attempt.came {
                Some(true) => {
                    let door = Self { at_once: attempt.takes_at_once, ..*self };
                    return Ok(Some(Found { door, account: id, own, left }));
                }
                Some(false) => {}
                // Another account may be judged.
                None if attempt.is_of_pair(self.kind) => {}
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Tries credentials that should do, for as long as the door puts them off in a way that is worth waiting for.
    pub(super) async fn enter_until(
        &self,
        player: &Player<'_>,
        own: &Credentials,
        end: Instant,
        is_worth: fn(&Attempt) -> bool,
    ) -> Result<Attempt, Trouble> {
        loop {
            let attempt = self.enter(player, own).await?;
            let wait = attempt.wait().unwrap_or(UNTOLD_WAIT);
            if attempt.came.is_some() || !is_worth(&attempt) || Instant::now() + wait > end {
                return Ok(attempt);
            }
            sleep(wait).await;
        }
    }

    /// Tries credentials. The bytes of an attempt with the tester's own are not kept: each door writes a password in
    /// its own way.
    pub(super) async fn enter(
        &self,
        player: &Player<'_>,
        Credentials { user, password }: &Credentials,
    ) -> Result<Attempt, Trouble> {
        let way = Way { target: player.target, budget: player.budget, door: self };
        let attempt = way.attempt(Some((user, password))).await?;
        let is_own = player.accounts.values().any(|own| self.kind.are_one(&own.password, password));
        Ok(if is_own { Attempt { raw: Vec::new(), ..attempt } } else { attempt })
    }
}

/// Nothing tried yet on a door, of so many rows.
fn blank(player: &Player<'_>, door: &Door, listed: usize) -> DefaultLogins {
    DefaultLogins {
        target: player.target.address().to_string(),
        port: door.port,
        transport: door.transport,
        login: door.kind.name().to_owned(),
        entry: None,
        factory: false,
        listed: u32::try_from(listed).unwrap_or(u32::MAX),
        tried: 0,
        stopped: String::new(),
        takes_any: false,
        accepted: Vec::new(),
    }
}

/// Says why nothing more was tried, behind what was said before.
fn stop(found: &mut DefaultLogins, why: &str) {
    if !found.stopped.is_empty() {
        found.stopped.push_str("; ");
    }
    found.stopped.push_str(why);
}

fn used_up(most: u32) -> String {
    format!("the share of {most} wrong passwords was used up")
}

/// How long a door may take for a judgement: many wait on purpose before they refuse.
fn slowly(budget: &Budget) -> Duration {
    budget.read * 3
}

impl Way<'_> {
    /// Tries pairs one after the other, once the door refuses one that nobody has.
    async fn defaults(
        &self,
        rows: &[&DefaultCredential],
        most: u32,
        found: &mut DefaultLogins,
    ) -> Result<Vec<Raw>, Trouble> {
        let mut raw = Vec::new();
        if !self.tells(most, found, &mut raw).await? {
            return Ok(raw);
        }
        // One was spent on the made-up pair. Each row spends one more: its own where it is refused, and where it is let
        // in, the made-up one that is tried again.
        for (row, spent) in rows.iter().zip(1..) {
            if spent >= most {
                stop(found, &used_up(most));
                break;
            }
            let Attempt { came, raw: bytes, untold, .. } =
                self.attempt(Some((&row.user, &row.password))).await?;
            if came != Some(false) {
                raw.extend(bytes);
            }
            let Some(is_in) = came else {
                match untold {
                    Untold::Pair => continue,
                    Untold::Guest if found.stopped.is_empty() => stop(found, GUEST),
                    Untold::Guest => {}
                    Untold::Door | Untold::Because(_) | Untold::Later(_) => {
                        stop(found, untold.words());
                        break;
                    }
                }
                continue;
            };
            found.tried += 1;
            if !is_in {
                continue;
            }
            // A door may open to all in between: what it lets in then is no default.
            let again = self.attempt(Some((MADE_UP, MADE_UP))).await?;
            if again.came == Some(true) {
                raw.extend(again.raw);
                found.takes_any = true;
                stop(found, ANYBODY);
                break;
            }
            found.accepted.push(self.door.kind.accepted(row));
        }
        Ok(raw)
    }

    /// Whether the door refuses a pair that nobody has, or lets it in as a guest only. Says why the door tells nothing
    /// where it asks for no password, or takes any.
    async fn tells(&self, most: u32, found: &mut DefaultLogins, raw: &mut Vec<Raw>) -> Result<bool, Trouble> {
        if self.door.kind.asks_first() {
            let asked = self.attempt(None).await?;
            raw.extend(asked.raw);
            match asked.came {
                Some(false) => {}
                Some(true) => {
                    found.takes_any = true;
                    stop(found, "it lets anybody in without a password");
                }
                None => stop(found, "it asks for no password in a way that can be driven"),
            }
            if asked.came != Some(false) {
                return Ok(false);
            }
        }
        if most == 0 {
            return Ok(true);
        }
        let made_up = self.attempt(Some((MADE_UP, MADE_UP))).await?;
        raw.extend(made_up.raw);
        match made_up.came {
            Some(false) => {}
            Some(true) => {
                found.takes_any = true;
                stop(found, ANYBODY);
            }
            None => stop(found, made_up.untold.words()),
        }
        Ok(made_up.came == Some(false) || made_up.untold == Untold::Guest)
    }

    /// Tries one pair; the kinds that are asked first take none as well.
    async fn attempt(&self, pair: Option<Pair<'_>>) -> Result<Attempt, Trouble> {
        match self.door.kind {
            Kind::Ftp => ftp::attempt(self, pair.unwrap_or_default()).await,
            Kind::Http => http::attempt(self, pair).await,
            Kind::Mqtt => mqtt::attempt(self, pair.unwrap_or_default()).await,
            Kind::Onvif => onvif::attempt(self, pair).await,
            Kind::Rtsp => rtsp::attempt(self, pair).await,
            Kind::Smb => smb::attempt(self, pair.unwrap_or_default()).await,
            // Communities are asked for by datagrams, and their silence is weighed as a whole.
            Kind::Snmp => Ok(Attempt::of(None, Vec::new())),
            Kind::Ssh => ssh::attempt(self, pair.unwrap_or_default()).await,
            Kind::Telnet => telnet::attempt(self, pair.unwrap_or_default()).await,
            Kind::Vnc => vnc::attempt(self, pair.unwrap_or_default()).await,
        }
    }

    /// The value of an HTTP `Host` header.
    fn host(&self) -> String {
        self.target.host(self.door.port, if self.door.tls { 443 } else { 80 })
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

    /// Talks over a line of its own; without one the door does not tell.
    async fn over(&self, talk: impl AsyncFnOnce(&mut Line<'_>) -> Option<Said>) -> Result<Attempt, Trouble> {
        let mut wire = Wire::default();
        let Some(mut line) = self.line(&mut wire).await? else { return Ok(wire.untold()) };
        let said = talk(&mut line).await;
        Ok(Attempt::said(said, line.raw("")))
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
    /// What a door said.
    fn of(came: Option<bool>, raw: Vec<Raw>) -> Self {
        Self { came, raw, untold: Untold::default(), takes_at_once: false }
    }

    /// What a door said, or why that does not tell; none where it said nothing.
    fn said(said: Option<Said>, raw: Vec<Raw>) -> Self {
        match said.unwrap_or(Err(Untold::Door)) {
            Ok(is_in) => Self::of(Some(is_in), raw),
            Err(untold) => Self { untold, ..Self::of(None, raw) },
        }
    }

    fn put_off(later: Later, raw: Vec<Raw>) -> Self {
        Self { untold: Untold::Later(later), ..Self::of(None, raw) }
    }

    /// What a guesser makes of it. Of an answer that does not tell, no more can be said than that the attempt was put off.
    pub(super) fn came(&self) -> Came {
        match self.came {
            Some(true) => Came::In,
            Some(false) => Came::Refused,
            None => Came::PutOff(self.wait()),
        }
    }

    /// Whether it was put off, and the answer says that earlier attempts are why.
    pub(super) fn says_so(&self) -> bool {
        matches!(self.untold, Untold::Later(Later { says_so: true, .. }))
    }

    fn wait(&self) -> Option<Duration> {
        if let Untold::Later(later) = self.untold { later.wait } else { None }
    }

    /// Whether it concerns this pair, and no other one: SMB names the user whose account is locked.
    fn is_of_pair(&self, kind: Kind) -> bool {
        matches!(self.untold, Untold::Guest | Untold::Pair) || kind == Kind::Smb && self.says_so()
    }
}

impl Untold {
    /// Why no further pair is tried.
    fn words(self) -> &'static str {
        match self {
            Self::Because(why) | Self::Later(Later { why, .. }) => why,
            Self::Door => UNTOLD,
            Self::Guest => GUEST,
            Self::Pair => "it judges no password of a user that nobody has",
        }
    }
}
