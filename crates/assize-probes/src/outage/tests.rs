//! A DUT that keeps a connection to its host, over loopback.

use std::{collections::BTreeMap, net::SocketAddr};

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
    let accounts = BTreeMap::new();
    let player = Player {
        target: &target,
        budget: &budget,
        plays: &[],
        accounts: &accounts,
        allow,
        login_attempts: 1,
    };
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
