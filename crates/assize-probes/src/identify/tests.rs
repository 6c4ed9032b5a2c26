//! Identification against real servers on loopback addresses of their own, well behaved and hostile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use assize_model::fact::{HttpAnswer, Login, MqttAnswer};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::{bench, ssh::codec::tests::hello};

async fn seen(target: &Target, port: u16) -> Vec<Observation> {
    let mut seen: Vec<Observation> = Vec::new();
    identify(target, &[port], &bench::budget(), &mut seen).await.unwrap();
    assert!(seen.iter().all(|o| o.raw.iter().any(|raw| !raw.bytes.is_empty())), "{seen:?}");
    seen
}

fn pages(seen: &[Observation]) -> Vec<&HttpAnswer> {
    seen.iter()
        .filter_map(|o| if let Fact::HttpAnswer(answer) = &o.fact { Some(answer) } else { None })
        .collect()
}

fn broker(seen: &[Observation]) -> Option<&MqttAnswer> {
    seen.iter().find_map(|o| if let Fact::MqttAnswer(answer) = &o.fact { Some(answer) } else { None })
}

#[tokio::test]
async fn ssh_with_its_key_exchange() {
    let target = bench::target();
    let mut bytes = b"SSH-2.0-dropbear_2019.78\r\n".to_vec();
    bytes.extend(hello(&["curve25519-sha256", "ssh-ed25519", "", "", "", "", "", "", "", ""]));
    let port = bench::script(&target, bytes.leak(), b"").await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.login), (Protocol::Ssh, Some(Login::Ssh)));
    assert_eq!(service.banner, "SSH-2.0-dropbear_2019.78");
    assert_eq!(service.discloses, ["dropbear/2019.78"]);
}

#[tokio::test]
async fn telnet_with_a_login() {
    let target = bench::target();
    let port = bench::script(&target, b"\xff\xfd\x18\xff\xfb\x01Plug v1.2\r\n", b"plug login: ").await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.login), (Protocol::Telnet, Some(Login::Terminal)));
    assert_eq!(service.banner, "Plug v1.2 plug login:");
    assert_eq!(service.discloses, ["Plug/1.2"]);
    assert_eq!(seen[0].raw[0].bytes, b"\xff\xfc\x18\xff\xfd\x01");
}

#[tokio::test]
async fn telnet_that_waits_for_a_key_and_lets_everyone_in() {
    let target = bench::target();
    let port = bench::script(&target, b"", b"\xff\xfb\x01/ # ").await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.login), (Protocol::Telnet, None));
    assert!(service.banner.ends_with("/ #"), "{}", service.banner);
}

#[tokio::test]
async fn a_prompt_in_clear_text() {
    let target = bench::target();
    let port = bench::script(&target, b"Acme\r\nPassword: ", b"").await;
    let seen = seen(&target, port).await;
    assert_eq!(bench::service(&seen).login, Some(Login::Terminal));
}

#[tokio::test]
async fn a_page_with_a_login_form_behind_a_redirect() {
    let target = bench::target();
    let port = bench::web(&target, |head| match head.split(' ').nth(1) {
        Some("/") => bench::http("302 Found", "Location: /login.html\r\nServer: Boa/0.94.14\r\n", ""),
        Some("/login.html") => bench::http(
            "200 OK",
            "",
            "<title>Acme Plug</title><form><input type='password'></form><td>Firmware</td><td>1.2.3</td>",
        ),
        other => panic!("asked for {other:?}"),
    })
    .await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!(
        (service.protocol, service.tls, service.login),
        (Protocol::Http, false, Some(Login::HttpForm))
    );
    assert_eq!(service.discloses, ["Boa/0.94.14", "Firmware/1.2.3"]);
    let pages = pages(&seen);
    assert_eq!((pages[0].status, pages[0].redirect.as_deref()), (302, Some("/login.html")));
    assert_eq!((pages[1].path.as_str(), pages[1].title.as_str()), ("/login.html", "Acme Plug"));
    assert!(pages[1].password_field);
}

#[tokio::test]
async fn a_redirect_elsewhere_is_recorded_and_not_followed() {
    let target = bench::target();
    let hits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&hits);
    let stranger = bench::target();
    let other = bench::serve(&stranger, move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async {}
    })
    .await;
    let location = format!("http://{}:{other}/", stranger.address());
    let answer = bench::http("301 Moved", &format!("Location: {location}\r\n"), "");
    let port = bench::script(&target, b"", answer.leak().as_bytes()).await;
    let seen = seen(&target, port).await;
    assert_eq!(pages(&seen).len(), 1);
    assert_eq!(pages(&seen)[0].redirect.as_deref(), Some(location.as_str()));
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_challenge_and_a_bare_refusal() {
    const WIFI: &str = "<form><input name=ssid><input type=password name=wifi_psk></form>";
    let target = bench::target();
    let basic =
        bench::web(&target, |_| bench::http("401 No", "WWW-Authenticate: Basic realm=x\r\n", "")).await;
    let token = bench::web(&target, |_| bench::http("401 Unauthorized", "", "{}")).await;
    let forbidden = bench::web(&target, |_| bench::http("403 Forbidden", "", "{}")).await;
    let set_up = bench::web(&target, |_| bench::http("200 OK", "", WIFI)).await;
    let seen_basic = seen(&target, basic).await;
    assert_eq!(bench::service(&seen_basic).login, Some(Login::HttpChallenge));
    assert_eq!(pages(&seen_basic)[0].challenge.as_deref(), Some("Basic"));
    let seen_token = seen(&target, token).await;
    assert_eq!(bench::service(&seen_token).login, Some(Login::HttpToken));
    assert_eq!(bench::service(&seen(&target, forbidden).await).login, Some(Login::HttpForbidden));
    assert_eq!(bench::service(&seen(&target, set_up).await).login, Some(Login::HttpKey));
}

#[tokio::test]
async fn brokers_that_let_in_and_that_refuse() {
    let target = bench::target();
    for (answer, code, login) in
        [(&b"\x20\x02\x00\x00"[..], 0, None), (b"\x20\x02\x00\x05", 5, Some(Login::Mqtt))]
    {
        let port = bench::serve(&target, move |stream| mqtt(stream, 4, answer)).await;
        let seen = seen(&target, port).await;
        assert_eq!((bench::service(&seen).protocol, bench::service(&seen).login), (Protocol::Mqtt, login));
        assert_eq!(broker(&seen).map(|answer| answer.return_code), Some(code));
    }
}

#[tokio::test]
async fn a_broker_that_knows_only_level_5() {
    let target = bench::target();
    let port = bench::serve(&target, |stream| mqtt(stream, 5, b"\x20\x03\x00\x87\x00")).await;
    let seen = seen(&target, port).await;
    assert_eq!(broker(&seen).map(|answer| answer.return_code), Some(0x87));
    assert_eq!(bench::service(&seen).login, Some(Login::Mqtt));
}

/// A broker of one protocol level; hangs up on everything that is no CONNECT.
async fn mqtt<S: Stream>(mut stream: S, level: u8, answer: &'static [u8]) {
    let mut packet = [0; 64];
    let Ok(size @ 9..) = stream.read(&mut packet).await else { return };
    if packet[0] != 0x10 {
        return;
    }
    let answer = if packet[8] == level && size > 9 { answer } else { b"\x20\x02\x00\x01" };
    stream.write_all(answer).await.ok();
    stream.flush().await.ok();
    let _end = stream.read(&mut packet).await;
}

#[tokio::test]
async fn http_inside_tls_with_the_certificate_that_was_made() {
    let target = Target::with_name(bench::address(), "plug.test").unwrap();
    let page = |head: &str| {
        assert!(head.contains("Host: plug.test:"), "{head}");
        bench::http("200 OK", "", "<title>Plug</title>")
    };
    let (port, der) =
        bench::tls(&target, rustls::ALL_VERSIONS, move |session| bench::page(session, page)).await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.tls), (Protocol::Http, true));
    let Fact::TlsCertificate(certificate) = &seen[0].fact else { panic!("{seen:?}") };
    assert_eq!(certificate.sha256, hex::encode(Sha256::digest(&der)));
    assert_eq!(certificate.names, ["plug.test"]);
    assert_eq!(seen[0].raw[0].bytes, der);
    assert!(pages(&seen)[0].tls);
}

#[tokio::test]
async fn a_broker_inside_tls() {
    let target = bench::target();
    let inside = |session| mqtt(session, 4, b"\x20\x02\x00\x00");
    let (port, _) = bench::tls(&target, rustls::ALL_VERSIONS, inside).await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.tls), (Protocol::Mqtt, true));
    assert!(broker(&seen).is_some_and(|answer| answer.tls && answer.return_code == 0));
}

#[tokio::test]
async fn tls_with_nothing_understood_inside() {
    let target = bench::target();
    let (port, _) =
        bench::tls(&target, rustls::ALL_VERSIONS, |session| bench::converse(session, b"", b"?")).await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.tls, service.banner.as_str()), (Protocol::Tls, true, "?"));
    assert!(matches!(seen[0].fact, Fact::TlsCertificate(_)));
}

#[tokio::test]
async fn tls_too_old_for_a_handshake() {
    let target = bench::target();
    let port = bench::script(&target, b"", b"\x15\x03\x01\x00\x02\x02\x46").await;
    let seen = seen(&target, port).await;
    let service = bench::service(&seen);
    assert_eq!((service.protocol, service.tls, service.banner.as_str()), (Protocol::Tls, true, ""));
}

/// What a port that never speaks is asked.
const MUTE: [&str; 14] = [
    "banner", "tls", "http", "mqtt", "telnet", "tls 1.0", "rtsp", "redis", "amqp", "http/2", "sip", "adb",
    "modbus", "smb",
];

#[tokio::test]
async fn unknown_speech_silence_and_a_closed_port() {
    let target = bench::target();
    let own = bench::script(&target, b"HELLO plugd/1.3.5 ready\r\n", b"").await;
    let seen_own = seen(&target, own).await;
    assert_eq!(bench::service(&seen_own).protocol, Protocol::Unknown);
    assert_eq!(bench::service(&seen_own).discloses, ["plugd/1.3.5"]);

    let mute = bench::script(&target, b"", b"").await;
    let seen_mute = seen(&target, mute).await;
    let [Observation { fact: Fact::Silence(silence), raw }] = &seen_mute[..] else { panic!("{seen_mute:?}") };
    assert_eq!(silence.tried, MUTE);
    assert!(raw.iter().any(|raw| raw.bytes.starts_with(b"GET / HTTP/1.1")));

    let closed = seen(&target, bench::free_port(target.address())).await;
    assert!(matches!(&closed[0].fact, Fact::TcpPort(port) if port.state == PortState::Closed));
}

#[tokio::test]
async fn hostile_servers_end_within_the_budget() {
    let target = bench::target();
    let endless =
        bench::serve(
            &target,
            |mut stream| async move { while stream.write_all(&[b'A'; 4096]).await.is_ok() {} },
        );
    let trickle = bench::serve(&target, |mut stream| async move {
        while stream.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(60)).await;
        }
    });
    let headers = bench::serve(&target, |mut stream| async move {
        let mut byte = [0];
        let _read = stream.read(&mut byte).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await.ok();
        while stream.write_all(b"X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n").await.is_ok()
        {
        }
    });
    let absurd = bench::script(&target, b"", b"\x16\x03\x03\xff\xff\x02\xff\xff\xff");
    let ports = [endless.await, trickle.await, headers.await, absurd.await];
    for port in ports {
        let start = Instant::now();
        let seen = seen(&target, port).await;
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
        let kept: usize = seen.iter().flat_map(|o| &o.raw).map(|raw| raw.bytes.len()).sum();
        assert!(kept < 8 * bench::budget().answer_bytes, "{kept} bytes kept");
        let cut = seen.iter().flat_map(|o| &o.raw).any(|raw| raw.label.contains("first 65536 bytes"));
        assert!(cut || port == ports[1] || port == ports[3], "a cut is stated");
    }
}

#[test]
fn only_paths_of_this_port_are_followed() {
    let target = Target::with_name([127, 0, 0, 9].into(), "plug.local").unwrap();
    let budget = Budget::default();
    let visit = Visit { target: &target, port: 8080, tls: false, budget: &budget, beside: &[] };
    let path = |location: &str| visit.own_path(location);
    assert_eq!(path("/x#top").as_deref(), Some("/x"));
    assert_eq!(path("login.html").as_deref(), Some("/login.html"));
    assert_eq!(path("http://plug.local:8080").as_deref(), Some("/"));
    assert_eq!(path("http://127.0.0.9:8080/a?b").as_deref(), Some("/a?b"));
    for elsewhere in [
        "//evil/x",
        "http://plug.local/x",
        "https://plug.local:8080/x",
        "http://evil:8080/x",
        "javascript:x",
        "",
        "/a b",
        "/a\r\nb",
    ] {
        assert_eq!(path(elsewhere), None, "{elsewhere}");
    }
}
