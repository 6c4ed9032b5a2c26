//! Probes that act on the reference device: what they find on a flawed one, and that the conformant one stands it.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use assize_lab::{Folder, Stored};
use assize_model::declaration::relay::Variant;
use assize_model::fact::{Fact, InputTrial, Outage, ProxyUse, UpdateAttempt};
use assize_model::verdict::Verdict;
use common::Trial;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn facts(trial: &Trial) -> Vec<Fact> {
    let log = Folder::open(trial.dir.path()).unwrap().log().unwrap();
    Stored::read(&log).unwrap().facts.recorded.into_iter().map(|r| r.fact).collect()
}

fn inputs(trial: &Trial) -> BTreeMap<String, InputTrial> {
    let inputs = facts(trial).into_iter().filter_map(|fact| match fact {
        Fact::InputTrial(t) => Some((format!("{} {}", t.protocol, t.port), t)),
        _ => None,
    });
    inputs.collect()
}

#[test]
fn the_conformant_device_stands_malformed_input() {
    let trial = Trial::run(&[]);
    let inputs = inputs(&trial);
    assert_eq!(inputs.keys().collect::<Vec<_>>(), ["http 8443", "json 8443", "mdns 5353", "tls 8443"]);
    for (name, input) in &inputs {
        assert!(input.crashed.is_empty() && input.accepted_invalid.is_empty(), "{name}: {input:?}");
        assert!(!input.ended_early && input.cases > 0, "{name}: {input:?}");
    }
    assert!(trial.assessment.cases_with(Verdict::Fail).is_empty());
}

#[test]
fn a_web_server_that_falls_over_is_found_with_its_reproducer() {
    let trial = Trial::run(&["input-stops-web-server"]);
    let input = &inputs(&trial)["json 8443"];
    let crash = &input.crashed[0];
    assert!(crash.reproduced == 2 && crash.what.contains("nesting"), "{crash:?}");
    assert_eq!(trial.assessment.cases_with(Verdict::Fail), ["5.13-1-2"]);
}

#[test]
fn values_that_the_declaration_refuses_are_found_when_let_in() {
    let trial = Trial::run(&["unchecked-input"]);
    let input = &inputs(&trial)["json 8443"];
    assert_eq!(input.accepted_invalid.iter().filter(|a| a.declared).count(), 3, "{input:?}");
    assert_eq!(trial.assessment.cases_with(Verdict::Fail), ["5.13-1-2"]);
}

#[test]
fn a_published_default_refutes_how_a_password_is_said_to_be_made() {
    let trial = Trial::run_with(&["support-account"], |dir, _| {
        let file = dir.join("ixit.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let generated = text.replacen("= \"user-defined\"", "= \"generated\"", 1);
        assert_ne!(generated, text);
        std::fs::write(&file, generated).unwrap();
    });
    let units = &trial.assessment.case("5.1-1-2").unwrap().units;
    let unit = units.iter().find(|u| u.letter == "c").unwrap();
    assert_eq!(unit.verdict, Verdict::Fail, "{unit:?}");
    assert!(unit.indications.iter().any(|i| i.words.contains("support / support")), "{unit:?}");
}

fn attempts(trial: &Trial) -> Vec<UpdateAttempt> {
    let attempts = facts(trial).into_iter().filter_map(|fact| match fact {
        Fact::UpdateAttempt(a) => Some(a),
        _ => None,
    });
    attempts.collect()
}

fn outages(trial: &Trial) -> Vec<Outage> {
    let outages = facts(trial).into_iter().filter_map(|fact| match fact {
        Fact::Outage(o) => Some(o),
        _ => None,
    });
    outages.collect()
}

#[test]
fn the_conformant_device_refuses_every_wrong_update_and_takes_the_genuine_one() {
    let trial = Trial::run(&[]);
    let attempts = attempts(&trial);
    assert_eq!(attempts.len(), 8, "{attempts:#?}");
    for a in &attempts {
        let is_genuine = a.variant == Variant::Genuine;
        assert_eq!(a.accepted(), Some(is_genuine), "{a:?}");
        let is_shown = a.variant == Variant::UntrustedCertificate;
        assert_eq!(a.tls_trusted_bench, Some(!is_shown), "{a:?}");
        assert_eq!(a.changed > 0, !is_shown, "{a:?}");
    }
    let outages = outages(&trial);
    assert!(outages.iter().any(|o| o.place == "cloud:tcp/8883" && o.was_connected), "{outages:?}");
    for o in outages.iter().filter(|o| o.was_connected) {
        // How often it is asked in an outage depends on how busy the machine is.
        assert!(o.well == o.asked && o.asked > 0 && o.reconnected_after_ms.is_some(), "{o:?}");
        assert!((2..10).contains(&o.attempts_ms.len()), "{o:?}");
    }
}

/// Declares a proxy beside the relays, and has somebody at the DUT's address ask it for a host that nobody declared.
fn with_proxy(dir: &Path, services: &str) {
    let (network, _) = services.rsplit_once('.').unwrap();
    let path = dir.join("product.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n[[bench.proxy]]\nlisten = \"{network}.40:3128\"\n")).unwrap();
    let proxy: SocketAddr = format!("{network}.40:3128").parse().unwrap();
    let device: IpAddr = format!("{network}.10").parse().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(stray(device, proxy));
    });
}

/// Asks twice, as soon as the proxy is there.
async fn stray(device: IpAddr, proxy: SocketAddr) {
    let mut asked = 0;
    for _ in 0..1200 {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(device, 0)).unwrap();
        if let Ok(mut stream) = socket.connect(proxy).await {
            let (mut heard, head) = (String::new(), b"CONNECT metrics.example:443 HTTP/1.1\r\n\r\n");
            stream.write_all(head).await.unwrap();
            stream.read_to_string(&mut heard).await.unwrap();
            assert!(heard.starts_with("HTTP/1.1 403 "), "{heard}");
            asked += 1;
        }
        if asked == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn through_a_proxy_the_device_meets_the_same_relays_and_no_stranger() {
    let trial = Trial::run_with(&[], with_proxy);
    let attempts = attempts(&trial);
    assert_eq!(attempts.len(), 8, "{attempts:#?}");
    for a in &attempts {
        assert_eq!(a.accepted(), Some(a.variant == Variant::Genuine), "{a:?}");
        assert!(a.connections > 0, "{a:?}");
    }
    let is_steady =
        |o: &Outage| o.place == "cloud:tcp/8883" && o.was_connected && o.reconnected_after_ms.is_some();
    assert!(outages(&trial).iter().any(is_steady));
    let uses: Vec<ProxyUse> = facts(&trial)
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::ProxyUse(p) => Some(p),
            _ => None,
        })
        .collect();
    let ports: Vec<u16> = uses.iter().flat_map(|p| &p.known).map(|d| d.port).collect();
    assert!(ports.contains(&8883) && ports.contains(&8445), "{uses:?}");
    let strange: Vec<_> = uses.iter().flat_map(|p| &p.unknown).map(|d| (d.words(), d.times)).collect();
    assert_eq!(strange, [("metrics.example:443".to_owned(), 2)]);
    assert!(uses.iter().all(|p| p.unread == 0 && p.untold == 0), "{uses:?}");
    assert!(trial.assessment.cases_with(Verdict::Fail).is_empty());
}

#[test]
fn a_device_that_takes_any_certificate_is_found_by_what_it_asks_the_bench() {
    let trial = Trial::run(&["update-any-certificate"]);
    let shown = attempts(&trial).into_iter().find(|a| a.untrusted_certificate).unwrap();
    assert_eq!((shown.tls_trusted_bench, shown.requests.is_empty()), (Some(true), false), "{shown:?}");
    assert_eq!(trial.assessment.cases_with(Verdict::Fail), ["5.5-1-2"]);
}
