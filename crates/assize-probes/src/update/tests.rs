//! A DUT that fetches a manifest when it is told to, over loopback: a careless one and a careful one.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use assize_model::declaration::ixit::common::Place;
use assize_model::fact::Transport;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;
use crate::{Budget, Target, bench};

/// How late the late one is: after its own offer's time and the next one's.
const LATE: Duration = Duration::from_millis(230);

const MANIFEST: &str = r#"{"version":"2","signature":"good"}"#;

/// How a DUT deals with a signature.
#[derive(Clone, Copy, PartialEq)]
enum Care {
    /// It installs what is signed.
    Careful,
    /// It installs everything.
    Careless,
    /// It installs everything, but takes longer than the bench watches it.
    Late,
}

/// What the DUT makes of a manifest: the version it then has.
fn judged(manifest: &str, care: Care) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(manifest).ok()?;
    let is_signed = value.get("signature").is_some_and(|s| s == "good");
    (is_signed || care != Care::Careful).then(|| value["version"].as_str().map(str::to_owned))?
}

/// Asks the update server in clear.
async fn fetched(from: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(from).await.ok()?;
    stream.write_all(b"GET /m HTTP/1.1\r\nHost: updates\r\n\r\n").await.ok()?;
    let mut heard = String::new();
    stream.read_to_string(&mut heard).await.ok()?;
    heard.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())
}

/// The DUT's web server: `GET` tells the version, `POST` installs what the update server offers.
async fn dut(target: &Target, updates: SocketAddr, care: Care) -> u16 {
    let version = Arc::new(Mutex::new("1".to_owned()));
    bench::serve(target, move |mut stream| {
        let version = Arc::clone(&version);
        async move {
            let mut head = [0; 2048];
            let size = stream.read(&mut head).await.unwrap_or(0);
            if head[..size].starts_with(b"POST")
                && let Some(new) = fetched(updates).await.and_then(|m| judged(&m, care))
            {
                let version = Arc::clone(&version);
                let install = async move {
                    sleep(if care == Care::Late { LATE } else { Duration::ZERO }).await;
                    *version.lock().unwrap_or_else(PoisonError::into_inner) = new;
                };
                match care {
                    Care::Late => drop(tokio::spawn(install)),
                    Care::Careful | Care::Careless => install.await,
                }
            }
            let now = version.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let answer = bench::http("200 OK", "", &format!(r#"{{"version":"{now}"}}"#));
            stream.write_all(answer.as_bytes()).await.ok();
        }
    })
    .await
}

const ALL: [Variant; 3] = [Variant::WrongSignature, Variant::Unsigned, Variant::Genuine];

async fn offered(care: Care, variants: &[Variant], allow: &[Act]) -> Vec<UpdateAttempt> {
    let (target, host) = (bench::target(), bench::target());
    let budget = Budget { install: Duration::from_millis(100), ..bench::budget() };
    let server = bench::web(&host, |_| bench::http("200 OK", "", MANIFEST)).await;
    let listen = SocketAddr::new(bench::address(), 4711);
    let relay =
        Relay::open(listen, vec![std::net::Ipv4Addr::LOCALHOST.into()], host, server, &budget).await.unwrap();
    let port = dut(&target, listen, care).await;
    let play = |purpose, method: &str, take: Option<&str>| Play {
        id: method.into(),
        purpose: Some(purpose),
        at: Some(Place { host: None, transport: Transport::Tcp, port }),
        tls: Some(false),
        method: Some(method.into()),
        take: take.map(|from| ("version".to_owned(), from.to_owned())).into_iter().collect(),
        ..Play::default()
    };
    let plays =
        [play(Purpose::Version, "GET", Some("json:/version")), play(Purpose::InstallUpdate, "POST", None)];
    let player = bench::player(&target, &budget, &plays, allow);
    let offer = |variant| Offered {
        variant,
        at: Some("/m".into()),
        field: Some("/signature".into()),
        ..Offered::default()
    };
    let offers = variants.iter().copied().map(offer).collect();
    let names = vec!["updates".to_owned()];
    let stall = Stall { place: "updates:tcp/80".into(), relay: &relay, trusted: None, names, offers };
    let mut seen = Vec::new();
    super::offer(&player, &[stall], &mut seen).await.unwrap();
    let attempt = |o: Observation| match o.fact {
        Fact::UpdateAttempt(a) => a,
        other => panic!("{other:?}"),
    };
    seen.into_iter().map(attempt).collect()
}

#[tokio::test]
async fn a_careful_dut_installs_the_genuine_update_only() {
    let seen = offered(Care::Careful, &ALL, &[Act::OfferUpdates]).await;
    let came: Vec<_> = seen.iter().map(|a| (a.variant.name(), a.changed, a.accepted())).collect();
    let expected =
        [("wrong-signature", 1, Some(false)), ("unsigned", 1, Some(false)), ("genuine", 0, Some(true))];
    assert_eq!(came, expected);
    assert!(seen.iter().all(|a| a.requests == ["GET /m"] && a.tls_trusted_bench.is_none()), "{seen:?}");
}

#[test]
fn the_genuine_update_is_offered_last() {
    let offers = [Variant::Genuine, Variant::Older, Variant::UntrustedCertificate]
        .map(|variant| Offered { variant, ..Offered::default() });
    let turn: Vec<Variant> = in_turn(&offers).iter().map(|o| o.variant).collect();
    assert_eq!(turn, [Variant::UntrustedCertificate, Variant::Older, Variant::Genuine]);
}

#[tokio::test]
async fn the_first_wrong_update_that_is_installed_ends_it() {
    let seen = offered(Care::Careless, &ALL, &[Act::OfferUpdates]).await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(seen[0].accepted(), Some(true));
}

#[tokio::test]
async fn without_leave_nothing_is_offered() {
    assert!(offered(Care::Careless, &ALL, &[Act::Interrupt]).await.is_empty());
}

#[tokio::test]
async fn what_is_installed_late_passes_neither_for_refused_nor_for_the_genuine_update() {
    for variants in [ALL.as_slice(), &ALL[..2]] {
        let seen = offered(Care::Late, variants, &[Act::OfferUpdates]).await;
        let last = seen.last().unwrap();
        assert_ne!(last.variant, Variant::Genuine, "{seen:?}");
        assert_eq!(last.accepted(), Some(true), "{seen:?}");
    }
}
