//! The posture of hand-made servers: each known attack on one that has what it needs, and on one that has not.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use assize_model::fact::{AttackState, TlsPosture};
use rustls::version::{TLS12, TLS13};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};

use super::{
    super::codec::registry,
    fakes::{self, Fake, Manner},
    *,
};
use crate::bench;

async fn posture(target: &Target, port: u16) -> TlsPosture {
    let mut seen: Vec<Observation> = Vec::new();
    probe(target, &[port], &bench::budget(), &mut seen).await.unwrap();
    one(&seen)
}

fn one(seen: &[Observation]) -> TlsPosture {
    let mut all = seen.iter().filter_map(|o| if let Fact::TlsPosture(p) = &o.fact { Some(p) } else { None });
    all.next().unwrap_or_else(|| panic!("{seen:?}")).clone()
}

fn state(posture: &TlsPosture, name: &str) -> AttackState {
    posture.attacks.iter().find(|attack| attack.name == name).unwrap_or_else(|| panic!("{posture:?}")).state
}

/// The names of attacks that would work.
fn open(posture: &TlsPosture) -> Vec<&str> {
    let open = posture.attacks.iter().filter(|attack| attack.state == AttackState::Open);
    open.map(|attack| attack.name.as_str()).collect()
}

async fn fake(version: u16, suites: &[u16], manner: Manner) -> TlsPosture {
    let target = bench::target();
    let port = Fake::new(version, suites, manner).serve(&target).await;
    posture(&target, port).await
}

#[tokio::test]
async fn heartbleed() {
    assert_eq!(open(&fake(0x0303, &[0x002f], Manner::Bleeds).await), ["heartbleed"]);
    let beats = fake(0x0303, &[0x002f], Manner::Beats).await;
    assert_eq!((beats.features.heartbeat, state(&beats, "heartbleed")), (Some(true), AttackState::Closed));
    let none = fake(0x0303, &[0x002f], Manner::Plain).await;
    assert_eq!((none.features.heartbeat, state(&none, "heartbleed")), (Some(false), AttackState::Closed));
}

#[tokio::test]
async fn early_change_of_ciphers() {
    assert_eq!(open(&fake(0x0301, &[0x002f], Manner::ChangesEarly).await), ["ccs-injection"]);
    assert_eq!(state(&fake(0x0301, &[0x002f], Manner::Plain).await, "ccs-injection"), AttackState::Closed);
}

#[tokio::test]
async fn oracle_of_rsa_key_exchange() {
    assert_eq!(open(&fake(0x0303, &[0x002f, 0x003c], Manner::Tells).await), ["robot"]);
    assert_eq!(state(&fake(0x0303, &[0x002f], Manner::Plain).await, "robot"), AttackState::Closed);
}

#[tokio::test]
async fn old_versions_and_weak_suites() {
    let ssl3 = fake(registry::SSL_3_0, &[0x000a, 0x0005], Manner::Plain).await;
    assert_eq!(open(&ssl3), ["poodle", "sweet32"]);
    assert_eq!(ssl3.versions[1].suites, ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_SHA"]);
    assert_eq!(ssl3.versions[1].server_order, Some(true));
    assert_eq!(open(&fake(registry::SSL_3_0, &[0x0005], Manner::Plain).await), Vec::<&str>::new());
    assert_eq!(open(&fake(0x0301, &[0x0003], Manner::Plain).await), ["freak"]);
    assert_eq!(open(&fake(0x0301, &[0x0014], Manner::Plain).await), ["logjam", "sweet32"]);
    let plain = fake(0x0303, &[0x009c], Manner::Plain).await;
    assert_eq!(open(&plain), Vec::<&str>::new());
    assert_eq!(plain.features.secure_renegotiation, Some(false));
}

#[tokio::test]
async fn compression_is_crime() {
    let target = bench::target();
    let fake = Fake { compression: 1, ..Fake::new(0x0303, &[0x009c], Manner::Plain) };
    let seen = posture(&target, fake.serve(&target).await).await;
    assert_eq!((seen.features.compression, open(&seen)), (Some(true), vec!["crime"]));
}

#[tokio::test]
async fn ssl_2_is_drown() {
    let target = bench::target();
    let port = fakes::ssl2(&target).await;
    let mut seen: Vec<Observation> = Vec::new();
    probe(&target, &[port], &bench::budget(), &mut seen).await.unwrap();
    let Fact::TlsCertificate(certificate) = &seen[0].fact else { panic!("{seen:?}") };
    assert_eq!(certificate.sha256, hex::encode(Sha256::digest(fakes::CERTIFICATE)));
    let posture = one(&seen);
    assert_eq!(posture.versions[0].suites, ["SSL_CK_RC4_128_WITH_MD5", "SSL_CK_RC4_128_EXPORT40_WITH_MD5"]);
    assert_eq!(posture.accepted().count(), 1);
    assert_eq!(open(&posture), ["drown"]);
}

#[tokio::test]
async fn small_hellos_for_small_servers() {
    let suites = [0xc0ae, 0x00a8, 0xc0a8, 0x002f];
    let seen = fake(0x0303, &suites, Manner::Forgets).await;
    let expect: Vec<String> = suites.iter().map(|suite| codec::cipher_name(*suite)).collect();
    let mut found = seen.versions.iter().find(|v| v.version == "TLS 1.2").unwrap().suites.clone();
    found.sort_unstable();
    let mut expect = expect;
    expect.sort_unstable();
    assert_eq!(found, expect);
}

/// A relay that takes two connections at a time, makes each wait, and hangs up on a third.
async fn relay(target: &Target, to: u16, at_once: usize) -> (u16, Arc<std::sync::atomic::AtomicU32>) {
    let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let listener = TcpListener::bind((target.address(), 0)).await.unwrap();
    let (port, address) = (bench::port(&listener), target.address());
    let (gate, counted) = (Arc::new(Semaphore::new(at_once)), Arc::clone(&count));
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let Ok(permit) = Arc::clone(&gate).try_acquire_owned() else { continue };
            tokio::spawn(async move {
                sleep(std::time::Duration::from_millis(5)).await;
                let mut far = TcpStream::connect((address, to)).await.unwrap();
                copy_bidirectional(&mut near, &mut far).await.ok();
                drop((near, far, permit));
            });
        }
    });
    (port, count)
}

#[tokio::test]
async fn handshakes_stay_within_suites_and_overhead() {
    let target = bench::target();
    let suites = registry::suites_for(0x0301).into_iter().step_by(9).take(40).collect::<Vec<_>>();
    let fake = Fake::new(0x0301, &suites, Manner::Plain);
    let behind = fake.serve(&target).await;
    let (port, count) = relay(&target, behind, 2).await;
    let seen = posture(&target, port).await;
    let accepted: usize = seen.accepted().map(|version| version.suites.len()).sum();
    assert_eq!(accepted, suites.len());
    assert_eq!(
        seen.gaps.iter().filter(|gap| !gap.contains("could be finished")).count(),
        0,
        "{:?}",
        seen.gaps
    );
    assert_eq!(seen.handshakes, count.load(Ordering::Relaxed));
    assert!(seen.handshakes <= u32::try_from(accepted).unwrap() + OVERHEAD, "{}", seen.handshakes);
    assert_eq!(OVERHEAD, 71, "the documents state this number");
}

/// How a [`moody`] port treats the hello of a version, told how many of that version it has had.
type Mood = fn(version: u16, count: u32) -> bool;

/// A port of TLS 1.0 and 1.2 that ends some hellos with an alert, or hangs up.
async fn moody(target: &Target, ends: Mood, alert: Option<u8>) -> u16 {
    let address = target.address();
    let old = Fake::new(0x0301, &[0x002f], Manner::Plain).serve(target).await;
    let new = Fake::new(0x0303, &[0x009c, 0x002f], Manner::Plain).serve(target).await;
    let counts = Arc::new(Mutex::new(BTreeMap::<u16, u32>::new()));
    bench::serve(target, move |mut near| {
        let counts = Arc::clone(&counts);
        async move {
            let mut first = vec![0; 1 << 14];
            let Ok(size @ 11..) = near.read(&mut first).await else { return };
            let version = u16::from_be_bytes([first[9], first[10]]);
            let count = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(version).or_default();
                *count += 1;
                *count
            };
            if ends(version, count) {
                let alert = alert.map(|description| [21, 3, 1, 0, 2, 2, description]);
                near.write_all(alert.as_ref().map_or(&[], |alert| alert)).await.ok();
                return;
            }
            let mut far =
                TcpStream::connect((address, if version == 0x0301 { old } else { new })).await.unwrap();
            far.write_all(&first[..size]).await.unwrap();
            copy_bidirectional(&mut near, &mut far).await.ok();
        }
    })
    .await
}

#[tokio::test]
async fn one_end_without_a_refusal_is_none() {
    let target = bench::target();
    for alert in [None, Some(80)] {
        let once = moody(&target, |version, nth| version == 0x0301 && nth == 1, alert).await;
        let seen = posture(&target, once).await;
        let accepted: Vec<&str> = seen.accepted().map(|v| v.version.as_str()).collect();
        assert_eq!(accepted, ["TLS 1.0", "TLS 1.2"], "{alert:?}");
    }
}

#[tokio::test]
async fn refusals_by_hanging_up_leave_no_gap_and_cost_few_hellos() {
    let target = bench::target();
    for alert in [None, Some(80)] {
        let seen = posture(&target, moody(&target, |version, _| version != 0x0303, alert).await).await;
        assert_eq!((seen.accepted().count(), seen.versions.len()), (1, 6));
        let gaps: Vec<&String> = seen.gaps.iter().filter(|gap| !gap.contains("could be finished")).collect();
        assert!(gaps.is_empty(), "{gaps:?}");
        assert_eq!(state(&seen, "poodle"), AttackState::Closed);
        assert!(seen.handshakes <= 2 + OVERHEAD, "{}", seen.handshakes);
    }
}

#[tokio::test]
async fn a_port_that_agrees_no_more_has_refused_nothing() {
    let target = bench::target();
    for alert in [None, Some(80)] {
        // From its second hello of TLS 1.0 on it ends everything.
        static IS_OVER: AtomicBool = AtomicBool::new(false);
        IS_OVER.store(false, Ordering::Relaxed);
        let over: Mood = |version, nth| {
            if version == 0x0301 && nth > 1 {
                IS_OVER.store(true, Ordering::Relaxed);
            }
            version == 0x0301 || IS_OVER.load(Ordering::Relaxed)
        };
        let seen = posture(&target, moody(&target, over, alert).await).await;
        assert!(seen.versions.iter().all(|v| v.version != "TLS 1.0"), "{:?}", seen.versions);
        for gap in ["TLS 1.0 could not be asked for", "did not agree any more"] {
            assert!(seen.gaps.iter().any(|words| words.contains(gap)), "{:?}", seen.gaps);
        }
    }
}

#[tokio::test]
async fn a_hello_that_cannot_name_a_host_shows_nobodys_certificate() {
    let target = Target::with_name(bench::address(), "plug.test").unwrap();
    let named = async |port: u16| {
        let mut seen: Vec<Observation> = Vec::new();
        probe(&target, &[port], &bench::budget(), &mut seen).await.unwrap();
        let Fact::TlsCertificate(certificate) = &seen[0].fact else { panic!("{seen:?}") };
        assert_eq!(one(&seen).name.as_deref(), Some("plug.test"));
        certificate.name.clone()
    };
    assert_eq!(named(fakes::ssl2(&target).await).await, None);
    let of = |version: u16| Fake::new(version, &[0x002f], Manner::Plain);
    assert_eq!(named(of(registry::SSL_3_0).serve(&target).await).await, None);
    assert_eq!(named(of(0x0301).serve(&target).await).await.as_deref(), Some("plug.test"));
}

/// SSL 2.0 behind a port that hangs up on the first hello of it.
#[tokio::test]
async fn one_hang_up_is_no_refusal_of_ssl_2() {
    let target = bench::target();
    let address = target.address();
    let old = fakes::ssl2(&target).await;
    let new = Fake::new(0x0303, &[0x009c], Manner::Plain).serve(&target).await;
    let is_second = Arc::new(AtomicBool::new(false));
    let port = bench::serve(&target, move |mut near| {
        let is_second = Arc::clone(&is_second);
        async move {
            let mut first = vec![0; 1 << 14];
            let Ok(size @ 1..) = near.read(&mut first).await else { return };
            let is_old = first[0] == 0x80;
            if is_old && !is_second.fetch_or(true, Ordering::Relaxed) {
                return;
            }
            let mut far = TcpStream::connect((address, if is_old { old } else { new })).await.unwrap();
            far.write_all(&first[..size]).await.unwrap();
            copy_bidirectional(&mut near, &mut far).await.ok();
        }
    })
    .await;
    assert_eq!(state(&posture(&target, port).await, "drown"), AttackState::Open);
}

#[tokio::test]
async fn rustls_in_all_its_features() {
    let target = bench::target();
    let (port, _) = bench::tls(&target, &[&TLS13, &TLS12], |mut session| async move {
        session.write_all(b"x").await.ok();
        session.read_u8().await.ok();
    })
    .await;
    let seen = posture(&target, port).await;
    assert_eq!(
        seen.accepted().map(|v| (v.version.as_str(), v.suites.len())).collect::<Vec<_>>(),
        [("TLS 1.2", 3), ("TLS 1.3", 3)]
    );
    assert_eq!(seen.groups, ["x25519", "secp256r1", "secp384r1"]);
    assert_eq!(seen.signatures, ["ecdsa_secp256r1_sha256"]);
    let features = &seen.features;
    assert_eq!((features.extended_master_secret, features.secure_renegotiation), (Some(true), Some(true)));
    assert_eq!((features.compression, features.downgrade_sentinel), (Some(false), Some(true)));
    assert_eq!((features.client_renegotiation, features.early_data), (Some(false), Some(false)));
    assert_eq!(seen.asks_client_certificate, Some(false));
    assert_eq!((open(&seen), seen.gaps.len()), (Vec::<&str>::new(), 0), "{:?}", seen.gaps);
    assert!(seen.handshakes <= 6 + OVERHEAD);
}

/// Answers nothing any more from the first hello on that leaves x25519 out, or hangs up at once when `hangs_up`.
async fn hushed(target: &Target, to: u16, hangs_up: bool) -> u16 {
    let address = target.address();
    let is_over = Arc::new(AtomicBool::new(false));
    bench::serve(target, move |mut near| {
        let is_over = Arc::clone(&is_over);
        async move {
            let mut first = vec![0; 1 << 14];
            let Ok(size @ 1..) = near.read(&mut first).await else { return };
            let is_cut = first[..size].windows(2).any(|two| two == [0, 23])
                && !first[..size].windows(2).any(|two| two == [0, 29]);
            if is_over.fetch_or(is_cut, Ordering::Relaxed) || is_cut {
                let wait =
                    if hangs_up { std::time::Duration::ZERO } else { std::time::Duration::from_secs(9) };
                return sleep(wait).await;
            }
            let mut far = TcpStream::connect((address, to)).await.unwrap();
            far.write_all(&first[..size]).await.unwrap();
            copy_bidirectional(&mut near, &mut far).await.ok();
        }
    })
    .await
}

#[tokio::test]
async fn a_port_that_falls_silent_among_the_groups_leaves_a_gap() {
    let target = bench::target();
    for version in [&TLS12, &TLS13] {
        let (behind, _) = bench::tls(&target, &[version], |mut session| async move {
            session.read_u8().await.ok();
        })
        .await;
        let whole = posture(&target, behind).await;
        assert_eq!((whole.groups.len(), whole.gaps.len()), (3, 0), "{:?}", whole.gaps);
        for hangs_up in [true, false] {
            let seen = posture(&target, hushed(&target, behind, hangs_up).await).await;
            assert_eq!(seen.groups, ["x25519"]);
            assert!(!seen.gaps.is_empty(), "{version:?} {hangs_up}");
        }
    }
}

/// Puts more behind a session id of one byte that a server gives back.
async fn bleeding(target: &Target, to: u16) -> u16 {
    let address = target.address();
    bench::serve(target, move |mut near| async move {
        let mut far = TcpStream::connect((address, to)).await.unwrap();
        let (mut bytes, mut back) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        loop {
            tokio::select! {
                read = near.read(&mut bytes) => match read {
                    Ok(size @ 1..) => far.write_all(&bytes[..size]).await.unwrap(),
                    _ => return,
                },
                read = far.read(&mut back) => match read {
                    Ok(size @ 1..) => near.write_all(&lengthened(&back[..size])).await.unwrap(),
                    _ => return,
                },
            }
        }
    })
    .await
}

fn lengthened(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.get(5) == Some(&2) && bytes.get(43) == Some(&1) {
        bytes.splice(43..44, [32]);
        bytes.splice(45..45, [0x77; 31]);
        for at in [3, 7] {
            let size = u16::from_be_bytes([bytes[at], bytes[at + 1]]) + 31;
            bytes[at..at + 2].copy_from_slice(&size.to_be_bytes());
        }
    }
    bytes
}

#[tokio::test]
async fn ticketbleed() {
    let target = bench::target();
    let port = bench::tls_with_tickets(&target, &TLS12).await;
    let sound = posture(&target, port).await;
    assert_eq!(sound.features.resumption_by_ticket, Some(true));
    assert_eq!(state(&sound, "ticketbleed"), AttackState::Closed);
    let leaky = posture(&target, bleeding(&target, port).await).await;
    assert_eq!(open(&leaky), ["ticketbleed"]);
}

#[tokio::test]
async fn datagrams_with_cookie_and_fragments() {
    let target = bench::target();
    let port = fakes::datagrams(&target, vec![0xc0ae, 0x00a8]).await;
    let mut seen: Vec<Observation> = Vec::new();
    probe_datagrams(&target, &[port], &bench::budget(), &mut seen).await.unwrap();
    let posture = one(&seen);
    assert_eq!(posture.transport, Some(Transport::Udp));
    assert_eq!(posture.accepted().count(), 1);
    assert_eq!(
        posture.versions[1].suites,
        ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "TLS_PSK_WITH_AES_128_GCM_SHA256"]
    );
    assert!(posture.gaps.iter().any(|gap| gap.contains("could be finished")), "{:?}", posture.gaps);
    let noisy = fakes::datagrams(&target, vec![0x009c]).await;
    let mut seen: Vec<Observation> = Vec::new();
    probe_datagrams(&target, &[noisy], &bench::budget(), &mut seen).await.unwrap();
    let posture = one(&seen);
    assert!(posture.gaps.iter().any(|gap| gap.contains("could be finished")), "{:?}", posture.gaps);
    assert_eq!(posture.features.resumption_by_id, None);
    let silent = bench::free_port(target.address());
    let mut seen: Vec<Observation> = Vec::new();
    probe_datagrams(&target, &[silent], &bench::budget(), &mut seen).await.unwrap();
    assert!(
        matches!(&seen[..], [Observation { fact: Fact::Silence(s), .. }] if s.transport == Transport::Udp)
    );
}
