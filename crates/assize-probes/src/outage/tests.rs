//! A DUT that keeps a connection to its host, over loopback.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use assize_model::{
    declaration::{ixit::common::Place, play::Play},
    fact::Transport,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;
use crate::{Budget, bench};

/// Connects, says something, waits for the end, and comes again after a wait.
async fn keep(at: SocketAddr, wait: Duration) {
    loop {
        if let Ok(mut stream) = TcpStream::connect(at).await {
            stream.write_all(b"x").await.ok();
            while let Ok(1..) = stream.read(&mut [0; 64]).await {}
        }
        sleep(wait).await;
    }
}

async fn taken_away(is_kept: bool, allow: &[Act]) -> Vec<Outage> {
    watched(is_kept, allow, &[]).await
}

/// The same, with answers in turn to the play that tells the DUT's health, the last of them again and again.
async fn watched(is_kept: bool, allow: &[Act], health: &'static [&'static str]) -> Vec<Outage> {
    let (target, host) = (bench::target(), bench::target());
    let budget = Budget {
        outage: Duration::from_millis(600),
        recovery: Duration::from_secs(5),
        connect: Duration::from_millis(500),
        ..bench::budget()
    };
    let port = bench::script(&host, b"", b"y").await;
    let listen = SocketAddr::new(bench::address(), 4712);
    let relay =
        Relay::open(listen, vec![std::net::Ipv4Addr::LOCALHOST.into()], host, port, &budget).await.unwrap();
    let task = is_kept.then(|| tokio::spawn(keep(listen, Duration::from_millis(100))));
    let plays = match health {
        [] => Vec::new(),
        statuses => vec![health_play(&target, statuses).await],
    };
    let player = bench::player(&target, &budget, &plays, allow);
    let mut seen = Vec::new();
    let lines = [Line { place: "cloud:tcp/1".into(), relay: &relay }];
    interrupt(&player, &lines, &mut seen).await.unwrap();
    task.inspect(|t| t.abort());
    let outage = |o: Observation| match o.fact {
        Fact::Outage(o) => o,
        other => panic!("{other:?}"),
    };
    seen.into_iter().map(outage).collect()
}

async fn health_play(target: &crate::Target, statuses: &'static [&'static str]) -> Play {
    let asked = Arc::new(AtomicUsize::new(0));
    let port = bench::serve(target, move |mut stream| {
        let turn = asked.fetch_add(1, Ordering::Relaxed).min(statuses.len() - 1);
        async move {
            let _ = stream.read(&mut [0; 2048]).await;
            stream.write_all(bench::http(statuses[turn], "", "").as_bytes()).await.ok();
        }
    })
    .await;
    Play {
        id: "health".into(),
        purpose: Some(Purpose::Health),
        at: Some(Place { host: None, transport: Transport::Tcp, port }),
        tls: Some(false),
        ..Play::default()
    }
}

#[tokio::test]
async fn a_health_play_counts_only_when_it_works_before_and_after() {
    const WELL: &str = "200 OK";
    const ILL: &str = "500 No";
    let cases: [(&'static [&'static str], bool, bool); 4] = [
        (&[WELL], true, true),
        (&[WELL, ILL, ILL, WELL], true, false),
        (&[ILL], false, false),
        (&[WELL, ILL], false, false),
    ];
    for (statuses, counts, is_well) in cases {
        let seen = watched(true, &[Act::Interrupt], statuses).await;
        let [one] = seen.as_slice() else { panic!("{seen:?}") };
        assert!(one.was_connected, "{one:?}");
        assert_eq!((one.asked > 0, one.well > 0), (counts, is_well), "{statuses:?}: {one:?}");
    }
}

#[tokio::test]
async fn attempts_and_return_are_measured() {
    let seen = taken_away(true, &[Act::Interrupt]).await;
    let [one] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(one.was_connected && one.away_ms >= 600, "{one:?}");
    assert!((2..8).contains(&one.attempts_ms.len()), "{one:?}");
    assert!(one.reconnected_after_ms.is_some_and(|ms| ms < 2000), "{one:?}");
    assert_eq!((one.health.as_deref(), one.asked), (None, 0));
}

#[tokio::test]
async fn a_place_without_connection_is_not_taken_away() {
    let seen = taken_away(false, &[Act::Interrupt]).await;
    assert_eq!((seen[0].was_connected, seen[0].away_ms), (false, 0));
    assert!(taken_away(true, &[Act::OfferUpdates]).await.is_empty());
}
