//! A device that falls over, one that lets everything in, and one that stands everything.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
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
}

/// A web server that answers `GET` always and judges the body of a `POST`.
async fn device(target: &crate::Target, temper: Temper) -> u16 {
    let down = Arc::new(AtomicBool::new(false));
    bench::serve(target, move |mut stream| {
        let down = Arc::clone(&down);
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
    let accounts = BTreeMap::new();
    let player = Player {
        target: &target,
        budget: &budget,
        plays: &plays,
        accounts: &accounts,
        allow,
        login_attempts: 1,
    };
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
