//! The maker's services and the device's traffic to them: broker, pages, mDNS.

use simple_dns::TYPE;
use tokio::io::AsyncWriteExt;

use crate::bench::{Web, bytes, eventually, initialised, mdns, mqtt_connect, page, shaken, start, unpacked};

#[tokio::test]
async fn the_broker_hears_readings_and_telemetry_with_consent_only() {
    let running = start(initialised()).await;
    let heard = |what: &str| running.messages().iter().filter(|m| m.topic.ends_with(what)).count();
    assert!(eventually(async || heard("/power") > 3).await);
    assert_eq!(heard("/telemetry"), 0);
    let admin = Web::admin(&running).await;
    admin.post("/api/consent", r#"{"telemetry":true}"#).await;
    assert!(eventually(async || heard("/telemetry") > 0).await);
    assert_eq!(admin.get("/api/status").await.json()["connected"], true);
    admin.post("/api/consent", r#"{"telemetry":false}"#).await;
    let after = heard("/telemetry");
    let power = heard("/power");
    assert!(eventually(async || heard("/power") > power + 3).await);
    // One report may have been on its way.
    assert!(heard("/telemetry") <= after + 1);
}

#[tokio::test]
async fn a_reset_erases_the_readings_at_the_service() {
    let running = start(initialised()).await;
    assert!(eventually(async || running.messages().len() > 3).await);
    Web::admin(&running).await.post("/api/reset", "{}").await;
    assert!(eventually(async || running.messages().is_empty()).await);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(running.messages().is_empty());
}

#[tokio::test]
async fn an_unpacked_device_sends_nothing() {
    let running = start(unpacked()).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(running.messages().is_empty());
    Web::stranger(&running).post("/api/setup", r#"{"password":"seven quiet owls"}"#).await;
    assert!(eventually(async || !running.messages().is_empty()).await);
}

#[tokio::test]
async fn the_broker_lets_in_only_its_unit() {
    let running = start(unpacked()).await;
    for (user, password, code) in [
        (running.serial(), running.unit_password(), 0),
        (running.serial(), "a wrong guess", 5),
        ("someone", running.unit_password(), 5),
        ("", "", 5),
    ] {
        let mut stream = shaken(&running, running.endpoint("broker").unwrap()).await.unwrap();
        stream.write_all(&mqtt_connect(user, password)).await.unwrap();
        assert_eq!(bytes::<4>(&mut stream).await, [0x20, 2, 0, code], "{user}");
    }
}

#[tokio::test]
async fn every_page_of_the_site_is_there() {
    let running = start(unpacked()).await;
    for (path, word) in [
        ("/", "Halden Plug P1"),
        ("/support-period", "2031-12-31"),
        ("/security/disclosure", "within 5 working days"),
        ("/.well-known/security.txt", "Contact: mailto:"),
        ("/privacy", "Power readings"),
        ("/telemetry", "how long it has been running"),
        ("/deletion", "How to delete"),
        ("/setup-guide", "recommend"),
        ("/setup-check", "How to check"),
        ("/sensors", "electrical power"),
        ("/password-change", "How to change"),
        ("/updates", "Updates of the"),
        ("/login", "password"),
    ] {
        let reply = page(&running, "site", path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.body.contains(word), "{path}: {}", reply.body);
        assert!(!reply.body.contains('{'), "{path} has an unfilled place");
    }
    assert_eq!(page(&running, "site", "/nowhere").await.status, 404);
    assert_eq!(page(&running, "updates", "/manifest.json").await.json()["version"], "1.4.2");
}

#[tokio::test]
async fn mdns_tells_where_the_web_server_is_and_no_version() {
    let running = start(unpacked()).await;
    let instance = format!("{}._halden-plug._tcp.local", running.serial());
    let types = mdns(&running, "_services._dns-sd._udp.local", TYPE::PTR).await;
    assert!(types.len() == 1 && types[0].contains("_halden-plug"), "{types:?}");
    let instances = mdns(&running, "_halden-plug._tcp.local", TYPE::PTR).await;
    assert!(instances.len() == 1 && instances[0].contains(running.serial()), "{instances:?}");
    let places = mdns(&running, &instance, TYPE::SRV).await;
    assert!(places.len() == 1 && places[0].contains("8443"), "{places:?}");
    assert_eq!(mdns(&running, &instance, TYPE::TXT).await.len(), 1);
    assert_eq!(mdns(&running, "_printer._tcp.local", TYPE::PTR).await.len(), 0);
    // Hostile bytes are passed over.
    let device = running.endpoint("mdns").unwrap();
    let socket = tokio::net::UdpSocket::bind((device.ip(), 0)).await.unwrap();
    for bytes in [&[][..], &[0xff; 12], &[0xc0; 600]] {
        socket.send_to(bytes, device).await.unwrap();
    }
    assert_eq!(mdns(&running, "_services._dns-sd._udp.local", TYPE::PTR).await.len(), 1);
}
