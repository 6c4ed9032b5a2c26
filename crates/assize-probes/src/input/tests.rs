//! A device that falls over, one that lets everything in, and one that stands everything.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use assize_model::declaration::ixit::common::Place;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::sleep,
};

use super::*;
use crate::{Budget, bench};

/// How a test device takes a body.
#[derive(Clone, Copy, PartialEq)]
enum Temper {
    Sound,
    LetsAllIn,
    Falls,
    /// Answers a few requests in a row, and then says when to come again.
    PutsOff,
    /// Answers a few requests in a row, and then ends connections without a word.
    Drops,
}

/// A limit on requests.
struct Bucket {
    left: f64,
    at: std::time::Instant,
}

impl Bucket {
    /// Whether a request is within the limit of eight at once and some a second.
    fn takes(&mut self, a_second: f64) -> bool {
        self.left = (self.left + self.at.elapsed().as_secs_f64() * a_second).min(8.0);
        self.at = std::time::Instant::now();
        let is_within = self.left >= 1.0;
        self.left -= f64::from(u8::from(is_within));
        is_within
    }
}

/// A web server that answers `GET` always and judges the body of a `POST`.
async fn device(target: &crate::Target, temper: Temper) -> u16 {
    let down = Arc::new(AtomicBool::new(false));
    let bucket = Arc::new(Mutex::new(Bucket { left: 8.0, at: std::time::Instant::now() }));
    bench::serve(target, move |mut stream| {
        let (down, bucket) = (Arc::clone(&down), Arc::clone(&bucket));
        async move {
            if down.load(Ordering::Relaxed) {
                return;
            }
            let mut request = vec![0; 128 * 1024];
            let mut size = 0;
            while let Ok(Ok(read @ 1..)) =
                tokio::time::timeout(Duration::from_millis(60), stream.read(&mut request[size..])).await
            {
                size += read;
            }
            let request = &request[..size];
            if temper == Temper::Drops && size > 0 && !bucket.lock().unwrap().takes(4.0) {
                return;
            }
            if temper == Temper::PutsOff && !bucket.lock().unwrap().takes(8.0) {
                let later = bench::http("429 Wait", "Retry-After: 0\r\n", "");
                stream.write_all(later.as_bytes()).await.ok();
                return;
            }
            let depth = request.iter().filter(|b| **b == b'[').count();
            if temper == Temper::Falls && depth > 100 {
                down.store(true, Ordering::Relaxed);
                sleep(Duration::from_millis(80)).await;
                down.store(false, Ordering::Relaxed);
                return;
            }
            let is_good = request.starts_with(b"GET") || request.ends_with(br#"{"at":"07:30"}"#);
            let status = if is_good || temper == Temper::LetsAllIn { "200 OK" } else { "422 No" };
            stream.write_all(bench::http(status, "", "x").as_bytes()).await.ok();
        }
    })
    .await
}

fn play(purpose: Purpose, port: u16) -> Play {
    Play {
        id: purpose.name().into(),
        purpose: Some(purpose),
        at: Some(Place { host: None, transport: Transport::Tcp, port }),
        tls: Some(false),
        ..Play::default()
    }
}

async fn fed(temper: Temper, allow: &[Act]) -> Vec<Observation> {
    let target = bench::target();
    let budget = Budget { banner: Duration::from_millis(100), input_cases: 26, ..bench::budget() };
    let port = device(&target, temper).await;
    let change = Play {
        method: Some("POST".into()),
        body: Some(r#"{"at":"07:30"}"#.into()),
        refuses: vec![r#"{"at":"25:61"}"#.into()],
        ..play(Purpose::Change, port)
    };
    let plays = [play(Purpose::Health, port), change];
    let player = bench::player(&target, &budget, &plays, allow);
    let mut seen = Vec::new();
    feed(&player, &[], &mut seen).await.unwrap();
    seen
}

fn trial(seen: &[Observation]) -> &InputTrial {
    match &seen[0].fact {
        Fact::InputTrial(trial) => trial,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_device_that_falls_over_is_found_and_the_reproducer_is_short() {
    let seen = fed(Temper::Falls, &[Act::MalformedInput]).await;
    let found = trial(&seen);
    let crash = &found.crashed[0];
    assert_eq!(crash.reproduced, 2, "{found:?}");
    assert!(crash.what.contains("nesting"), "{crash:?}");
    let label = format!("reproducer {}", crash.case);
    let kept = seen[0].raw.iter().find(|r| r.label == label).unwrap();
    let depth = kept.bytes.iter().filter(|b| **b == b'[').count();
    assert!((101..512).contains(&depth), "{depth}");
}

#[tokio::test]
async fn a_limit_on_requests_is_waited_for_and_is_no_crash() {
    let seen = fed(Temper::PutsOff, &[Act::MalformedInput]).await;
    let found = trial(&seen);
    assert_eq!((found.cases, found.crashed.len()), (26, 0), "{found:?}");
}

#[tokio::test]
async fn what_any_request_brings_about_is_not_reproduced_by_a_case() {
    let seen = fed(Temper::Drops, &[Act::MalformedInput]).await;
    let found = trial(&seen);
    assert!(!found.crashed.is_empty() && found.ended_early, "{found:?}");
    assert!(found.crashed.iter().all(|c| c.reproduced == 0), "{found:?}");
}

#[tokio::test]
async fn what_is_let_in_is_told_apart_by_who_says_so() {
    let seen = fed(Temper::LetsAllIn, &[Act::MalformedInput]).await;
    let found = trial(&seen);
    assert!(found.accepted_invalid[0].declared, "{found:?}");
    assert!(found.accepted_invalid.iter().any(|a| !a.declared));
    assert!(found.crashed.is_empty());
}

#[tokio::test]
async fn a_sound_device_stands_it_and_without_leave_nothing_is_sent() {
    let seen = fed(Temper::Sound, &[Act::MalformedInput]).await;
    let found = trial(&seen);
    assert_eq!((found.cases, found.ended_early), (26, false));
    assert!(found.accepted_invalid.is_empty() && found.crashed.is_empty(), "{found:?}");
    assert!(fed(Temper::Falls, &[Act::LogIn]).await.is_empty());
}

/// A web server that answers well-formed requests until it gets another one; from then on it takes connections and says
/// nothing.
async fn hangs(target: &crate::Target) -> u16 {
    let hung = Arc::new(AtomicBool::new(false));
    bench::serve(target, move |mut stream| {
        let hung = Arc::clone(&hung);
        async move {
            let mut request = vec![0; 128 * 1024];
            let size = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..size]).into_owned();
            let is_well = text.starts_with("GET / HTTP/1.1\r\n") && text.lines().count() < 9;
            hung.fetch_or(size > 0 && !is_well, Ordering::Relaxed);
            if !hung.load(Ordering::Relaxed) {
                stream.write_all(bench::http("200 OK", "", "x").as_bytes()).await.ok();
                return;
            }
            sleep(Duration::from_secs(30)).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_door_that_hangs_is_not_told_well_by_another_port() {
    let target = bench::target();
    let (banner, read, recovery) =
        (Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(600));
    let budget = Budget { banner, read, recovery, input_cases: 12, ..bench::budget() };
    let well = device(&target, Temper::Sound).await;
    for has_own in [false, true] {
        let port = hangs(&target).await;
        let door = Door { port, transport: Transport::Tcp, tls: false, grammar: Grammar::Http };
        let here = Play { id: "here".into(), ..play(Purpose::Health, port) };
        let mut plays = vec![play(Purpose::Health, well)];
        plays.extend(has_own.then_some(here));
        let player = bench::player(&target, &budget, &plays, &[Act::MalformedInput]);
        let mut seen = Vec::new();
        feed(&player, &[door], &mut seen).await.unwrap();
        let found = trial(&seen);
        assert!(!found.crashed.is_empty() && found.ended_early, "{found:?}");
        assert_eq!(found.health.as_deref(), plays.last().map(|p| p.id.as_str()));
    }
}

#[tokio::test]
async fn one_door_that_does_not_work_is_named_and_the_others_are_tried() {
    let target = bench::target();
    let budget = Budget { banner: Duration::from_millis(100), input_cases: 3, ..bench::budget() };
    let port = device(&target, Temper::Sound).await;
    let door = |port, transport, grammar| Door { port, transport, tls: false, grammar };
    let silent = door(bench::free_port(target.address()), Transport::Udp, Grammar::Mdns);
    let web = door(port, Transport::Tcp, Grammar::Http);
    let plays = [play(Purpose::Health, port)];
    let player = bench::player(&target, &budget, &plays, &[Act::MalformedInput]);
    let mut seen = Vec::new();
    feed(&player, &[silent.clone(), web], &mut seen).await.unwrap();
    let trials: Vec<_> = (0..seen.len()).map(|at| trial(&seen[at..])).collect();
    let told: Vec<_> = trials.iter().map(|t| (t.protocol.as_str(), t.cases, t.ended_early)).collect();
    assert_eq!(told, [("mdns", 0, true), ("http", 3, false)]);

    let mut seen = Vec::new();
    let ended = feed(&player, &[silent], &mut seen).await;
    assert!(matches!(ended, Err(Trouble::Unsuited { .. })) && trial(&seen).ended_early, "{ended:?}");
}
