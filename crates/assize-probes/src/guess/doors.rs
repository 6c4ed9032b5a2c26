//! Tries default credentials on logins that need no play: telnet, FTP, MQTT, and HTTP with a basic challenge.

use assize_model::fact::{DefaultLogins, Fact, Login, Protocol, Service, Transport};
use base64::Engine as _;

use super::{codec, defaults::public, live::Known};
use crate::{
    Budget, Raw, Target, Trouble,
    http::{codec as http_codec, is_over},
    mqtt::codec as mqtt_codec,
    net::call,
    play::Player,
    tap::{Patience, Stream, Tap},
    telnet::codec as telnet_codec,
    tls,
};

/// Most prompts of one terminal that are answered.
const MOST_PROMPTS: usize = 6;

/// A login that can be driven without a play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Door {
    pub(super) port: u16,
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
    fn name(self) -> &'static str {
        match self {
            Self::Ftp => "ftp",
            Self::HttpBasic => "http",
            Self::Mqtt => "mqtt",
            Self::Telnet => "telnet",
        }
    }
}

/// The doors among services, those aside that a play drives already.
pub(super) fn doors(services: &[Service], driven: &[u16]) -> Vec<Door> {
    let kind = |s: &Service| match (s.protocol, s.login) {
        (Protocol::Telnet, Some(Login::Terminal)) => Some(Kind::Telnet),
        (Protocol::Mqtt, Some(Login::Mqtt)) => Some(Kind::Mqtt),
        (Protocol::Http, Some(Login::HttpChallenge)) => Some(Kind::HttpBasic),
        (Protocol::Unknown, _)
            if s.banner.starts_with("220") && s.banner.to_ascii_lowercase().contains("ftp") =>
        {
            Some(Kind::Ftp)
        }
        _ => None,
    };
    let door = |s: &Service| Some(Door { port: s.port, tls: s.tls, kind: kind(s)? });
    let mut doors: Vec<Door> = services
        .iter()
        .filter(|s| s.transport == Transport::Tcp && !driven.contains(&s.port))
        .filter_map(door)
        .collect();
    doors.sort_by_key(|d| d.port);
    doors.dedup_by_key(|d| d.port);
    doors
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
        transport: Transport::Tcp,
        login: door.kind.name().to_owned(),
        entry: None,
        factory: false,
        listed: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        tried: 0,
        stopped: String::new(),
        accepted: Vec::new(),
    };
    let mut raw = Vec::new();
    for row in rows {
        if found.tried >= most {
            found.stopped = format!("the share of {most} wrong passwords was used up");
            break;
        }
        let (came, bytes) = knock(player.target, player.budget, door, &row.user, &row.password).await?;
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

/// Tries one pair; none when the answer does not tell.
async fn knock(
    target: &Target,
    budget: &Budget,
    door: &Door,
    user: &str,
    password: &str,
) -> Result<(Option<bool>, Vec<Raw>), Trouble> {
    let Some(mut line) = call(target, door.port, budget).await? else { return Ok((None, Vec::new())) };
    if !door.tls {
        return Ok(talk(&mut line, target, budget, door, (user, password)).await);
    }
    Ok(match tls::shake(&mut line, target, budget).await.session {
        Some(session) => {
            let mut inside = Tap::new(session, budget.answer_bytes);
            talk(&mut inside, target, budget, door, (user, password)).await
        }
        None => (None, line.raw(", handshake")),
    })
}

async fn talk<S: Stream>(
    line: &mut Tap<S>,
    target: &Target,
    budget: &Budget,
    door: &Door,
    (user, password): (&str, &str),
) -> (Option<bool>, Vec<Raw>) {
    let came = match door.kind {
        Kind::Telnet => terminal(line, budget, user, password).await,
        Kind::Ftp => ftp(line, budget, user, password).await,
        Kind::Mqtt => {
            line.say(&mqtt_codec::connect_as("assize", user, password), budget.read).await.ok();
            line.hear(Patience::whole(budget.read), |b| !mqtt_codec::may_become(b)).await;
            mqtt_codec::return_code(line.heard()).map(|code| code == 0)
        }
        Kind::HttpBasic => {
            let host = target.host(door.port, if door.tls { 443 } else { 80 });
            let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
            let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {pair}\r\n");
            let rest = "User-Agent: assize\r\nAccept: */*\r\nConnection: close\r\n\r\n";
            line.say(format!("{head}{rest}").as_bytes(), budget.read).await.ok();
            line.hear(Patience::whole(budget.read), is_over).await;
            http_codec::answer(line.heard()).and_then(|a| match a.status {
                401 => Some(false),
                200..=399 => Some(true),
                _ => None,
            })
        }
    };
    (came, line.raw(""))
}

async fn terminal<S: Stream>(line: &mut Tap<S>, budget: &Budget, user: &str, password: &str) -> Option<bool> {
    let (mut answered, mut read, mut has_sent_password, mut has_sent_user) = (0, 0, false, false);
    let patience = Patience { first: budget.read, quiet: budget.quiet, whole: budget.read };
    for _ in 0..MOST_PROMPTS {
        line.hear(patience, |_| false).await;
        let parted = telnet_codec::part(line.heard());
        let news = parted.commands.get(answered..).unwrap_or_default();
        line.say(&telnet_codec::reply(news), budget.read).await.ok();
        answered = parted.commands.len();
        let text = parted.text.get(read..).unwrap_or_default();
        let is_prompt = telnet_codec::is_login_prompt(text);
        if has_sent_password {
            let came = codec::terminal(text, is_prompt);
            if came.is_some() || text.is_empty() {
                return came;
            }
            continue;
        }
        if !is_prompt {
            continue;
        }
        let tail = String::from_utf8_lossy(&text[text.len().saturating_sub(40)..]).to_ascii_lowercase();
        read = parted.text.len();
        let asks_password = ["pass", "pin"].iter().any(|word| tail.contains(word));
        if !asks_password && has_sent_user {
            return Some(false);
        }
        let said = if asks_password { password } else { user };
        (has_sent_password, has_sent_user) = (asks_password, true);
        line.say(format!("{said}\r\n").as_bytes(), budget.read).await.ok()?;
    }
    None
}

async fn ftp<S: Stream>(line: &mut Tap<S>, budget: &Budget, user: &str, password: &str) -> Option<bool> {
    let patience = Patience { first: budget.read, quiet: budget.quiet, whole: budget.read };
    line.hear(patience, |b| codec::ftp_code(b).is_some()).await;
    (codec::ftp_code(line.heard()) == Some(220)).then_some(())?;
    for (command, word) in [("USER", user), ("PASS", password)] {
        let before = line.heard().len();
        line.say(format!("{command} {word}\r\n").as_bytes(), budget.read).await.ok()?;
        line.hear(patience, |b| codec::ftp_code(b.get(before..).unwrap_or_default()).is_some()).await;
        match codec::ftp_code(line.heard().get(before..)?)? {
            230 => return Some(true),
            331 | 332 => {}
            430 | 530 | 532 => return Some(false),
            _ => return None,
        }
    }
    None
}
