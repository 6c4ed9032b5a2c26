//! The version probe against rustls servers, hand-made old servers, and hostile ones.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use assize_model::fact::{AttackResult, AttackState, TlsCertificate, TlsVersion};
use rustls::version::{TLS12, TLS13};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{super::codec::tests::old_server, *};
use crate::bench;

async fn seen(target: &Target, port: u16) -> Vec<Observation> {
    let mut seen: Vec<Observation> = Vec::new();
    probe(target, &[port], &bench::budget(), &mut seen).await.unwrap();
    seen
}

fn accepted(seen: &[Observation]) -> Vec<(TlsVersion, Option<&str>)> {
    let Some(Fact::TlsOffer(offer)) = seen.last().map(|o| &o.fact) else { panic!("{seen:?}") };
    assert_eq!(offer.versions.iter().map(|answer| answer.version).collect::<Vec<_>>(), VERSIONS);
    let yes = offer.versions.iter().filter(|answer| answer.accepted);
    yes.map(|answer| (answer.version, answer.cipher.as_deref())).collect()
}

fn certificates(seen: &[Observation]) -> Vec<&TlsCertificate> {
    seen.iter()
        .filter_map(|o| if let Fact::TlsCertificate(seen) = &o.fact { Some(seen) } else { None })
        .collect()
}

#[tokio::test]
async fn one_version_at_a_time() {
    let target = bench::target();
    let suite = Some("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    let new_suite = Some("TLS_AES_128_GCM_SHA256");
    for (versions, expect) in [
        (&[&TLS12][..], vec![(TlsVersion::Tls12, suite)]),
        (&[&TLS13][..], vec![(TlsVersion::Tls13, new_suite)]),
        (&[&TLS13, &TLS12][..], vec![(TlsVersion::Tls12, suite), (TlsVersion::Tls13, new_suite)]),
    ] {
        let (port, der) = bench::tls(&target, versions, |_| async {}).await;
        let seen = seen(&target, port).await;
        assert_eq!(accepted(&seen), expect);
        let certificates = certificates(&seen);
        assert_eq!(certificates.len(), 1);
        assert_eq!(certificates[0].sha256, hex::encode(Sha256::digest(&der)));
        let raw = &seen.last().unwrap().raw;
        assert_eq!(raw.iter().filter(|raw| raw.label.starts_with("sent")).count(), 5);
        assert_eq!(raw.iter().filter(|raw| raw.label.starts_with("received")).count(), 5);
    }
}

#[tokio::test]
async fn a_sound_server_leaves_no_attack_untold() {
    let target = bench::target();
    for versions in [&[&TLS12][..], &[&TLS13][..], &[&TLS13, &TLS12][..]] {
        let (port, _) = bench::tls(&target, versions, |_| async {}).await;
        let seen = seen(&target, port).await;
        let postures = seen.iter().filter_map(|o| match &o.fact {
            Fact::TlsPosture(posture) => Some(posture),
            _ => None,
        });
        let attacks: Vec<&AttackResult> = postures.flat_map(|posture| &posture.attacks).collect();
        assert!(attacks.len() > 5 && attacks.iter().all(|a| a.state == AttackState::Closed), "{attacks:?}");
        assert!(certificates(&seen).iter().all(|c| c.transport == Some(Transport::Tcp)));
    }
}

#[tokio::test]
async fn a_host_is_asked_by_its_name_and_the_facts_say_so() {
    for name in [Some("plug.test"), None] {
        let target =
            name.map_or_else(bench::target, |name| Target::with_name(bench::address(), name).unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let (port, _) = bench::tls(&target, &[&TLS13, &TLS12], move |session| {
            noted.lock().unwrap().push(session.get_ref().1.server_name().map(str::to_owned));
            async {}
        })
        .await;
        let seen = seen(&target, port).await;
        let named = seen.iter().map(|o| match &o.fact {
            Fact::TlsCertificate(c) => c.name.as_deref(),
            Fact::TlsPosture(p) => p.name.as_deref(),
            Fact::TlsOffer(o) => o.name.as_deref(),
            other => panic!("{other:?}"),
        });
        assert_eq!(named.collect::<Vec<_>>(), [name; 3]);
        let asked = asked.lock().unwrap();
        assert!(!asked.is_empty() && asked.iter().all(|asked| asked.as_deref() == name), "{asked:?}");
    }
}

#[tokio::test]
async fn an_old_server_answers_every_hello_with_its_own_version() {
    let target = bench::target();
    let port = bench::script(&target, b"", old_server(0x0301, 0x000a, &[b"garbage"]).leak()).await;
    let seen = seen(&target, port).await;
    assert_eq!(accepted(&seen), [(TlsVersion::Tls10, Some("TLS_RSA_WITH_3DES_EDE_CBC_SHA"))]);
    assert!(certificates(&seen).is_empty(), "garbage is no certificate");
}

#[tokio::test]
async fn ssl_3_and_an_unknown_suite() {
    let target = bench::target();
    let port = bench::script(&target, b"", old_server(0x0300, 0xfefe, &[]).leak()).await;
    assert_eq!(accepted(&seen(&target, port).await), [(TlsVersion::Ssl30, Some("0xFEFE"))]);
}

#[tokio::test]
async fn refusals_by_alert_after_a_warning() {
    let target = bench::target();
    let port = bench::script(&target, b"", b"\x15\x03\x01\x00\x02\x01\x70\x15\x03\x01\x00\x02\x02\x28").await;
    assert_eq!(accepted(&seen(&target, port).await), []);
}

#[tokio::test]
async fn other_protocols_and_closed_ports_are_silent() {
    let target = bench::target();
    let web = bench::script(&target, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let heard = seen(&target, web).await;
    let [Observation { fact: Fact::Silence(silence), raw }] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(silence.tried.len(), 5);
    assert!(raw.iter().any(|raw| raw.bytes.starts_with(b"HTTP/1.1 400")));
    let closed = seen(&target, bench::free_port(target.address())).await;
    let [Observation { fact: Fact::Silence(silence), .. }] = &closed[..] else { panic!("{closed:?}") };
    assert!(silence.tried.is_empty() && !closed[0].raw.is_empty());
}

#[tokio::test]
async fn hostile_records_end_within_the_budget() {
    let target = bench::target();
    let absurd = bench::script(&target, b"", b"\x16\x03\x03\x48\x00\x02\xff\xff\xff").await;
    let endless = bench::serve(&target, |mut stream| async move {
        let mut hello = [0; 512];
        let _hello = stream.read(&mut hello).await;
        while stream.write_all(&[22, 3, 3, 0, 4, 9, 0, 0, 0]).await.is_ok() {}
    })
    .await;
    for port in [absurd, endless] {
        let start = Instant::now();
        let seen = seen(&target, port).await;
        assert_eq!(accepted(&seen), []);
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
        let kept: usize = seen.iter().flat_map(|o| &o.raw).map(|raw| raw.bytes.len()).sum();
        assert!(kept < 6 * bench::budget().answer_bytes);
    }
}
