//! Loopback devices that lock, slow down, answer all alike, tell users apart, let a default in, or break off.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use assize_model::declaration::play::{Act, Play};
use assize_model::fact::{DefaultLogins, Login, Protocol, Transport, UserNames};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::identify::protocols::vnc as vnc_codec;
use crate::play::Credentials;
use crate::{Target, bench};

/// A device: how many wrong passwords it has seen, and until when it puts logins off.
#[derive(Default)]
pub(super) struct Device {
    pub(super) wrong: u32,
    until: Option<Instant>,
}

pub(super) type Answer = fn(&mut Device, &str, &str) -> String;

pub(super) fn is_right(user: &str, password: &str) -> bool {
    user == "admin" && password == "right-word"
}

pub(super) fn free(_: &mut Device, user: &str, password: &str) -> String {
    match is_right(user, password) {
        true => bench::http("200 OK", "", "in"),
        false => bench::http("401 No", "", "no"),
    }
}

fn throttled(device: &mut Device, user: &str, password: &str) -> String {
    if device.until.is_some_and(|until| until > Instant::now()) {
        return bench::http("429 Wait", "Retry-After: 1\r\n", "");
    }
    if is_right(user, password) {
        device.wrong = 0;
        return bench::http("200 OK", "", "in");
    }
    device.wrong += 1;
    if device.wrong >= 4 {
        device.until = Some(Instant::now() + Duration::from_millis(900));
    }
    bench::http("401 No", "", "no")
}

fn locks_silently(device: &mut Device, user: &str, password: &str) -> String {
    if device.wrong < 5 && is_right(user, password) {
        device.wrong = 0;
        return bench::http("200 OK", "", "in");
    }
    device.wrong += 1;
    bench::http("401 No", "", "no")
}

fn locks_with_another_status(device: &mut Device, user: &str, password: &str) -> String {
    device.wrong += 1;
    match device.wrong {
        0..8 if is_right(user, password) => bench::http("200 OK", "", "in"),
        0..8 => bench::http("401 No", "", "no"),
        _ => bench::http("403 Locked", "", "locked"),
    }
}

fn says_so_only(device: &mut Device, user: &str, password: &str) -> String {
    if is_right(user, password) {
        return bench::http("200 OK", "", "in");
    }
    device.wrong += 1;
    match device.wrong {
        0..4 => bench::http("401 No", "", "no"),
        _ => bench::http("429 Wait", "Retry-After: 3\r\n", ""),
    }
}

fn locks_for_a_moment(device: &mut Device, user: &str, password: &str) -> String {
    if device.until.is_some_and(|until| until > Instant::now()) {
        return bench::http("429 Wait", "", "");
    }
    if !is_right(user, password) {
        device.wrong += 1;
    }
    if device.wrong == 5 {
        device.wrong = 0;
        device.until = Some(Instant::now() + Duration::from_millis(2500));
    }
    free(&mut Device::default(), user, password)
}

fn tells_users(_: &mut Device, user: &str, password: &str) -> String {
    match user {
        "admin" => free(&mut Device::default(), user, password),
        _ => bench::http("401 No", "", &format!("there is no user {user}")),
    }
}

fn default_inside(_: &mut Device, user: &str, password: &str) -> String {
    match (user, password) {
        ("support", "support") => bench::http("200 OK", "", "in"),
        _ => free(&mut Device::default(), user, password),
    }
}

fn breaks_off(device: &mut Device, user: &str, password: &str) -> String {
    device.wrong += 1;
    if device.wrong > 3 { String::new() } else { free(&mut Device::default(), user, password) }
}

pub(super) fn rows() -> Vec<DefaultCredential> {
    let row = |user: &str, password: &str| DefaultCredential {
        user: user.into(),
        password: password.into(),
        source: "a test".into(),
        ..DefaultCredential::default()
    };
    vec![row("admin", "admin"), row("support", "support"), row("admin", "right-word"), row("x", "y")]
}

/// What guessing at a device shows.
pub(super) async fn guessed(answer: Answer, login_attempts: u32, throttle_only: bool) -> Vec<Fact> {
    let (target, budget) = (bench::target(), bench::budget());
    let answers =
        move |d: &mut Device, head: &str| answer(d, &bench::field(head, "u"), &bench::field(head, "p"));
    let port = bench::device(&target, answers).await;
    let play = bench::play(Purpose::LogIn, port, "/?u={user}&p={password}");
    let own = Credentials { user: "admin".into(), password: "right-word".into() };
    let accounts: BTreeMap<String, Credentials> = [("a".to_owned(), own.clone())].into();
    let player = Player {
        target: &target,
        budget: &budget,
        plays: std::slice::from_ref(&play),
        accounts: &accounts,
        allow: &[Act::Guess],
        login_attempts,
    };
    if throttle_only {
        return vec![
            throttle::measure(&player, Entrance::Play(&play), "a", &own, login_attempts).await.unwrap().0,
        ];
    }
    let mut seen = Vec::new();
    let defaults = rows();
    guess(&player, &Known { defaults: &defaults, ..Known::default() }, &mut seen).await.unwrap();
    for raw in seen.iter().flat_map(|o| &o.raw) {
        assert!(!String::from_utf8_lossy(&raw.bytes).contains("right-word"), "{raw:?}");
    }
    seen.into_iter().map(|o| o.fact).collect()
}

pub(super) async fn throttle_of(answer: Answer, attempts: u32) -> LoginThrottle {
    match guessed(answer, attempts, true).await.remove(0) {
        Fact::LoginThrottle(fact) => fact,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nothing_slows_a_guesser_down() {
    let seen = throttle_of(free, 30).await;
    assert_eq!((seen.refused, seen.put_off, seen.locked, seen.accepted), (30, 0, false, 0));
    assert_eq!(seen.right_accepted, Some(true));
    assert!(!seen.is_slowed() && seen.attempts_per_hour().unwrap() > 3600);
}

/// Has no page for a login but to whoever knows the password.
fn hides_the_page(_: &mut Device, user: &str, password: &str) -> String {
    let status = if is_right(user, password) { "200 OK" } else { "404 No" };
    bench::http(status, "", "")
}

#[tokio::test]
async fn a_page_that_is_not_there_judges_no_default() {
    let all = guessed(hides_the_page, 20, false).await;
    let found = all.iter().find_map(|fact| match fact {
        Fact::DefaultLogins(found) => Some(found),
        _ => None,
    });
    let found = found.unwrap();
    assert!(found.tried == 0 && found.stopped.contains("no such page"), "{found:?}");
}

#[tokio::test]
async fn logins_at_one_path_are_guessed_at_each_and_one_for_two_accounts_once() {
    let (target, budget) = (bench::target(), bench::budget());
    let answers = |d: &mut Device, head: &str| free(d, &bench::field(head, "u"), &bench::field(head, "p"));
    let port = bench::device(&target, answers).await;
    let one = bench::play(Purpose::LogIn, port, "/?u={user}&p={password}");
    let of = |id: &str, body: Option<&str>| Play {
        id: id.to_owned(),
        body: body.map(str::to_owned),
        ..one.clone()
    };
    let plays = [of("a", None), of("b", Some("method=old")), of("again", None)];
    let own = Credentials { user: "admin".into(), password: "right-word".into() };
    let accounts: BTreeMap<String, Credentials> = [("a".to_owned(), own)].into();
    let allow = [Act::Guess];
    let player =
        Player { accounts: &accounts, login_attempts: 5, ..bench::player(&target, &budget, &plays, &allow) };
    let mut seen = Vec::new();
    guess(&player, &Known::default(), &mut seen).await.unwrap();
    let throttles = seen.iter().filter_map(|o| match &o.fact {
        Fact::LoginThrottle(f) => Some(f.play.as_str()),
        _ => None,
    });
    assert_eq!(throttles.collect::<Vec<_>>(), ["a", "b"]);
}

#[tokio::test]
async fn waits_are_seen_and_the_tester_is_let_in_again() {
    let seen = throttle_of(throttled, 30).await;
    assert!(seen.refused >= 4 && seen.put_off >= 2 && !seen.locked, "{seen:?}");
    assert!(seen.waits_ms.iter().all(|w| *w == 1000) && seen.said_so == seen.put_off, "{seen:?}");
    assert!(seen.is_slowed() && seen.attempts_per_hour().unwrap() <= 3600);
    assert_eq!(seen.right_accepted, Some(true));
}

#[tokio::test]
async fn a_lock_that_says_nothing_shows_by_the_right_password() {
    tokio::time::pause();
    let seen = throttle_of(locks_silently, 10).await;
    assert!(seen.locked && seen.right_accepted == Some(false), "{seen:?}");
    assert_eq!(seen.attempts_per_hour(), None);
}

#[tokio::test]
async fn another_status_is_no_judgement() {
    tokio::time::pause();
    let seen = throttle_of(locks_with_another_status, 30).await;
    assert!(seen.locked && seen.refused == 7 && seen.put_off == 3 && seen.said_so == 0, "{seen:?}");
}

#[tokio::test]
async fn a_lock_that_opens_again_is_a_wait() {
    let seen = throttle_of(locks_for_a_moment, 30).await;
    assert!(!seen.locked && seen.refused == 5 && seen.right_accepted == Some(true), "{seen:?}");
    assert!(seen.is_slowed() && seen.opened_ms.is_some_and(|ms| ms >= 2000), "{seen:?}");
    assert!(seen.attempts_per_hour().is_some_and(|rate| rate > 1000), "{seen:?}");
}

#[tokio::test]
async fn a_lock_in_words_only_is_found_out() {
    let seen = throttle_of(says_so_only, 30).await;
    assert_eq!(seen.right_while_put_off, Some(true));
}

#[tokio::test]
async fn a_device_that_breaks_off_puts_off_and_locks_nothing() {
    tokio::time::pause();
    let seen = throttle_of(breaks_off, 30).await;
    assert!(!seen.locked && seen.refused == 3 && seen.right_accepted == Some(false), "{seen:?}");
}

#[tokio::test]
async fn a_default_is_found_and_the_testers_own_is_none() {
    let seen = guessed(default_inside, 30, false).await;
    let found = seen.iter().find_map(|f| match f {
        Fact::DefaultLogins(DefaultLogins { accepted, listed, tried, .. }) => {
            Some((accepted, *listed, *tried))
        }
        _ => None,
    });
    let (accepted, listed, tried) = found.unwrap();
    assert_eq!((listed, tried), (3, 3), "the tester's own is left out");
    assert_eq!(accepted.iter().map(|d| d.words()).collect::<Vec<_>>(), ["support / support"]);
}

#[tokio::test]
async fn users_are_told_apart_by_words() {
    let names = |facts: &[Fact]| -> Option<UserNames> {
        facts.iter().find_map(|f| match f {
            Fact::UserNames(names) => Some(names.clone()),
            _ => None,
        })
    };
    assert!(names(&guessed(tells_users, 30, false).await).unwrap().told_by_answer);
    assert!(!names(&guessed(free, 30, false).await).unwrap().told_by_answer);
    assert_eq!(names(&guessed(free, 10, false).await), None, "too few attempts are allowed");
}

#[tokio::test]
async fn never_more_wrong_passwords_than_allowed() {
    fn counts(device: &mut Device, user: &str, password: &str) -> String {
        device.wrong += u32::from(!is_right(user, password));
        assert!(device.wrong <= 25);
        free(&mut Device::default(), user, password)
    }
    let facts = guessed(counts, 25, false).await;
    // Six compare names; four are defaults, of which the tester's own is left out, and a made-up pair.
    let of_series =
        |f: &Fact| matches!(f, Fact::LoginThrottle(t) if (t.refused, t.earlier) == (15, Some(11)));
    assert!(facts.iter().any(of_series), "{facts:?}");
}

pub(super) fn service(port: u16, protocol: Protocol, login: Option<Login>, banner: &str) -> Service {
    Service { banner: banner.into(), login, ..Service::new("127.0.0.1", Transport::Tcp, port, protocol) }
}

/// What guessing at one door shows.
pub(super) async fn door(target: &Target, service: Service, rows: &[DefaultCredential]) -> DefaultLogins {
    let budget = bench::budget();
    let player = Player { login_attempts: 30, ..bench::player(target, &budget, &[], &[Act::Guess]) };
    let services = [service];
    let mut seen = Vec::new();
    guess(&player, &Known { defaults: rows, services: &services, ..Known::default() }, &mut seen)
        .await
        .unwrap();
    match seen.remove(0).fact {
        Fact::DefaultLogins(found) => found,
        other => panic!("{other:?}"),
    }
}

async fn terminal(mut stream: tokio::net::TcpStream) {
    let mut said = Vec::new();
    for prompt in [&b"\xff\xfd\x18\r\nlogin: "[..], b"Password: "] {
        stream.write_all(prompt).await.ok();
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            line.push(byte);
        }
        said.push(
            String::from_utf8_lossy(&line).trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned(),
        );
    }
    let is_in = said.iter().all(|s| s.ends_with("support"));
    let answer: &[u8] = if is_in { b"\r\nwelcome\r\n# " } else { b"\r\nLogin incorrect\r\nlogin: " };
    stream.write_all(answer).await.ok();
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::test]
async fn a_terminal_lets_a_default_in() {
    let target = bench::target();
    let port = bench::serve(&target, terminal).await;
    let found = door(&target, service(port, Protocol::Telnet, Some(Login::Terminal), ""), &rows()).await;
    assert_eq!((found.tried, found.accepted.len()), (4, 1), "{found:?}");
    assert_eq!(found.accepted[0].user, "support");
}

#[tokio::test]
async fn ftp_and_mqtt_and_a_door_that_says_nothing() {
    let target = bench::target();
    let port = bench::script(&target, b"220 ftp ready\r\n", b"530 no\r\n").await;
    let found = door(&target, service(port, Protocol::Unknown, None, "220 ftp ready"), &rows()).await;
    assert_eq!((found.tried, found.accepted.len()), (4, 0), "{found:?}");
    let port = bench::script(&target, b"", &[0x20, 2, 0, 5]).await;
    let found = door(&target, service(port, Protocol::Mqtt, Some(Login::Mqtt), ""), &rows()).await;
    assert_eq!((found.tried, found.accepted.len()), (4, 0), "{found:?}");
    let port = bench::script(&target, b"", b"").await;
    let found = door(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), ""), &rows()).await;
    assert_eq!((found.tried, found.stopped.is_empty()), (0, false), "{found:?}");
}

#[tokio::test]
async fn a_broker_that_refuses_the_client_judges_no_password() {
    let target = bench::target();
    for code in [&[0x20, 2, 0, 1], &[0x20, 2, 0, 2], &[0x20, 2, 0, 3]] {
        let port = bench::script(&target, b"", code).await;
        let found = door(&target, service(port, Protocol::Mqtt, Some(Login::Mqtt), ""), &rows()).await;
        assert_eq!((found.tried, found.stopped.is_empty()), (0, false), "{code:?} {found:?}");
    }
}

#[tokio::test]
async fn a_door_that_lets_anybody_in_has_no_default() {
    let target = bench::target();
    let port = bench::script(&target, b"", &[0x20, 2, 0, 0]).await;
    let found = door(&target, service(port, Protocol::Mqtt, Some(Login::Mqtt), ""), &rows()).await;
    assert_eq!((found.tried, found.accepted.len()), (0, 0), "{found:?}");
    assert!(found.stopped.contains("made-up"), "{found:?}");
    let port = bench::script(&target, b"220 ftp ready\r\n", b"230 hello\r\n").await;
    let found = door(&target, service(port, Protocol::Unknown, None, "220 ftp ready"), &rows()).await;
    assert_eq!((found.tried, found.accepted.len()), (0, 0), "{found:?}");
}

fn basic(_: &mut (), head: &str) -> String {
    match head.contains("Basic c3VwcG9ydDpzdXBwb3J0") {
        true => bench::http("200 OK", "", "in"),
        false => bench::http("401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", ""),
    }
}

fn open_front(_: &mut (), _: &str) -> String {
    bench::http("200 OK", "", "welcome")
}

#[tokio::test]
async fn basic_authentication_is_guessed_only_where_it_is_asked_for() {
    let target = bench::target();
    let port = bench::device(&target, basic).await;
    let found = door(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), ""), &rows()).await;
    assert_eq!((found.tried, found.accepted.len()), (4, 1), "{found:?}");
    let port = bench::device(&target, open_front).await;
    let found = door(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), ""), &rows()).await;
    assert_eq!((found.tried, found.accepted.len(), found.stopped.is_empty()), (0, 0, false), "{found:?}");
}

/// A VNC server that offers these security types, and judges by the password "y".
async fn vnc(target: &Target, types: &'static [u8]) -> u16 {
    bench::serve(target, move |mut stream| async move {
        stream.write_all(b"RFB 003.008\n").await.ok();
        let mut version = [0; 12];
        stream.read_exact(&mut version).await.ok();
        let count = u8::try_from(types.len()).unwrap();
        stream.write_all(&[&[count][..], types].concat()).await.ok();
        let (mut chosen, mut proof) = ([0], [0; 16]);
        stream.read_exact(&mut chosen).await.ok();
        stream.write_all(&[9; 16]).await.ok();
        if chosen == [2] && stream.read_exact(&mut proof).await.is_ok() {
            let verdict = u8::from(proof != vnc_codec::proof([9; 16], "y"));
            stream.write_all(&[0, 0, 0, verdict]).await.ok();
        }
    })
    .await
}

#[tokio::test]
async fn a_password_of_vnc() {
    let target = bench::target();
    let mut all = rows();
    all.push(DefaultCredential {
        password: "y".into(),
        on: vec!["vnc".into()],
        source: "for vnc".into(),
        ..DefaultCredential::default()
    });
    let look = async |types| {
        let port = vnc(&target, types).await;
        door(&target, service(port, Protocol::Vnc, Some(Login::Vnc), ""), &all).await
    };
    let found = look(&[2, 16]).await;
    assert_eq!((found.listed, found.tried, found.accepted.len()), (4, 4, 1), "{found:?}");
    assert_eq!(
        (found.accepted[0].words(), found.accepted[0].source.as_str()),
        ("(empty) / y".into(), "for vnc")
    );
    let open = look(&[1, 2]).await;
    assert!(open.tried == 0 && open.stopped.contains("anybody"), "{open:?}");
    let other = look(&[19]).await;
    assert!(other.tried == 0 && other.stopped.contains("something else"), "{other:?}");
    let busy = look(&[]).await;
    assert!(busy.tried == 0 && busy.stopped.contains("at the moment"), "{busy:?}");
}

/// An agent that answers what `answer` makes of a question.
async fn agent(target: &Target, answer: fn(&[u8]) -> Option<Vec<u8>>) -> u16 {
    let socket = tokio::net::UdpSocket::bind((target.address(), 0)).await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut buffer = [0; 500];
        while let Ok((size, from)) = socket.recv_from(&mut buffer).await {
            if let Some(said) = answer(&buffer[..size]) {
                socket.send_to(&said, from).await.ok();
            }
        }
    });
    port
}

/// The question as an answer that reads a text of four letters.
fn read_to(asked: &[u8]) -> Option<Vec<u8>> {
    let mut said = asked.to_vec();
    let pdu = said.iter().position(|byte| *byte == 0xa0)?;
    said.truncate(said.len() - 2);
    said.extend(b"\x04\x04plug");
    said[pdu] = 0xa2;
    // Message, PDU, list and binding are four bytes longer.
    for at in [1, pdu + 1, pdu + 12, pdu + 14] {
        said[at] += 4;
    }
    Some(said)
}

pub(super) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|w| w == part)
}

fn public_only(asked: &[u8]) -> Option<Vec<u8>> {
    read_to(asked).filter(|_| holds(asked, b"public"))
}

fn engine_only(asked: &[u8]) -> Option<Vec<u8>> {
    // A report of an engine named x, as short as it goes.
    let report = b"\x30\x14\x02\x01\x03\x30\x00\x04\x05\x30\x03\x04\x01x\x30\x06\x04\x00\x04\x00\xa8\x00";
    holds(asked, &[2, 1, 3]).then(|| report.to_vec())
}

async fn communities(answer: fn(&[u8]) -> Option<Vec<u8>>) -> DefaultLogins {
    let target = bench::target();
    let port = agent(&target, answer).await;
    let row = |password: &str| DefaultCredential {
        password: password.into(),
        on: vec!["snmp".into()],
        ..DefaultCredential::default()
    };
    let all = [rows(), vec![row("private"), row("public")]].concat();
    let service =
        Service { transport: Transport::Udp, ..service(port, Protocol::Snmp, Some(Login::Snmp), "") };
    door(&target, service, &all).await
}

#[tokio::test]
async fn a_community_reads_and_the_silence_beside_it_refuses() {
    let found = communities(public_only).await;
    assert_eq!((found.transport, found.listed, found.tried), (Transport::Udp, 2, 2), "{found:?}");
    assert_eq!(found.accepted.iter().map(|d| d.words()).collect::<Vec<_>>(), ["(empty) / public"]);
    let found = communities(engine_only).await;
    assert_eq!((found.tried, found.accepted.len(), found.stopped.as_str()), (2, 0, ""), "{found:?}");
}

#[tokio::test]
async fn silence_alone_tells_nothing_and_an_agent_for_anybody_has_no_default() {
    let found = communities(|_| None).await;
    assert_eq!((found.tried, found.accepted.len(), found.stopped.is_empty()), (0, 0, false), "{found:?}");
    let found = communities(read_to).await;
    assert!(found.tried == 0 && found.accepted.is_empty() && found.stopped.contains("made-up"), "{found:?}");
}
