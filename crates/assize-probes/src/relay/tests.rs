//! Passing on, taking away and answering instead, over loopback.

use std::collections::BTreeMap;

use assize_model::declaration::relay::Variant;

use super::*;
use crate::bench;

fn listen() -> SocketAddr {
    let at = bench::address();
    SocketAddr::new(at, bench::free_port(at))
}

/// From where the tests connect.
fn anybody() -> Vec<IpAddr> {
    vec![std::net::Ipv4Addr::LOCALHOST.into()]
}

async fn got(at: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(at).await.ok()?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.ok()?;
    let mut heard = Vec::new();
    timeout(Duration::from_secs(2), stream.read_to_end(&mut heard)).await.ok()?.ok()?;
    (!heard.is_empty()).then(|| String::from_utf8_lossy(&heard).into_owned())
}

fn stand(variant: Variant, paths: &[(&str, &str)], at: Option<&str>) -> Mode {
    let paths = paths.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let (at, files) = (at.map(str::to_owned), BTreeMap::new());
    Mode::Serve(Arc::new(Stand { tls: None, variant, paths, files, at, field: None }))
}

async fn host() -> (Target, u16) {
    let target = bench::target();
    let port = bench::web(&target, |head| {
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        bench::http("200 OK", "Content-Type: text/plain\r\n", &format!("this is {path}"))
    });
    let port = port.await;
    (target, port)
}

#[tokio::test]
async fn what_comes_is_passed_on_until_it_is_cut() {
    let ((target, port), at) = (host().await, listen());
    let relay = Relay::open(at, anybody(), target, port, &bench::budget()).await.unwrap();
    assert!(got(at, "/a").await.unwrap().ends_with("this is /a"));
    assert_eq!((relay.seen().calls.len(), relay.seen().answered.len()), (1, 1));
    relay.set(Mode::Cut);
    assert_eq!(got(at, "/a").await, None);
    assert_eq!((relay.seen().calls.len(), relay.seen().answered.len()), (1, 0));
    relay.set(Mode::Pass);
    assert!(got(at, "/b").await.is_some());
    drop(relay);
    sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(at).await.is_err(), "the place is given back");
}

/// Waits a while for something to become so.
async fn becomes(is_so: impl Fn() -> bool) -> bool {
    for _ in 0..100 {
        if is_so() {
            return true;
        }
        sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn a_connection_stands_from_its_answer_to_its_end() {
    let (target, at) = (bench::target(), listen());
    let port = bench::script(&target, b"", b"y").await;
    let relay = Relay::open(at, anybody(), target, port, &bench::budget()).await.unwrap();
    let keep = async || {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(b"x").await.unwrap();
        assert_eq!(stream.read(&mut [0]).await.unwrap(), 1);
        stream
    };
    assert!(!relay.has_standing() && !relay.seen().heard);
    let mut stream = keep().await;
    assert!(becomes(|| relay.has_standing()).await && relay.seen().heard);
    relay.forget();
    sleep(Duration::from_millis(50)).await;
    assert!(relay.has_standing() && !relay.seen().heard, "a connection at rest says nothing");
    stream.write_all(b"z").await.unwrap();
    assert!(becomes(|| relay.seen().heard).await, "bytes on a connection that stands");
    relay.forget();
    drop(stream);
    assert!(becomes(|| !relay.has_standing()).await && relay.seen().heard, "its end");
    let stream = keep().await;
    relay.set(Mode::Cut);
    assert!(becomes(|| !relay.has_standing()).await && !relay.seen().heard, "the bench ended it");
    drop(stream);
}

#[tokio::test]
async fn one_answer_is_another_and_the_rest_is_the_hosts() {
    let ((target, port), at) = (host().await, listen());
    let relay = Relay::open(at, anybody(), target, port, &bench::budget()).await.unwrap();
    relay.set(stand(Variant::Truncated, &[("/m", "/old/m")], Some("/p")));
    assert!(got(at, "/m").await.unwrap().ends_with("this is /old/m"));
    assert!(got(at, "/p").await.unwrap().ends_with("\r\n\r\nthis "));
    assert!(got(at, "/q?x").await.unwrap().ends_with("this is /q?x"));
    let seen = relay.seen();
    assert_eq!(seen.requests, ["GET /m", "GET /p", "GET /q?x"]);
    assert_eq!(seen.changed, 1, "a replaced manifest alone is not yet what is wrong with this offer");
    relay.set(stand(Variant::Older, &[("/m", "/old/m")], None));
    got(at, "/m").await.unwrap();
    assert_eq!(relay.seen().changed, 1);
}

#[tokio::test]
async fn a_host_that_is_gone_is_no_answer_of_its_own() {
    let (target, at) = (bench::target(), listen());
    let port = bench::free_port(target.address());
    let relay = Relay::open(at, anybody(), target, port, &bench::budget()).await.unwrap();
    relay.set(stand(Variant::Older, &[("/m", "/old/m")], None));
    assert!(got(at, "/m").await.unwrap().starts_with("HTTP/1.1 502"));
    assert_eq!(relay.seen().changed, 0);
    relay.set(Mode::Pass);
    assert_eq!(got(at, "/m").await, None);
}

#[tokio::test]
async fn hostile_requests_end_the_connection_only() {
    let ((target, port), at) = (host().await, listen());
    let relay = Relay::open(at, anybody(), target, port, &bench::budget()).await.unwrap();
    relay.set(stand(Variant::Older, &[], None));
    for bytes in [&b"\x16\x03\x01\xff\xff"[..], b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", &[b'A'; 40_000]] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut heard = Vec::new();
        stream.shutdown().await.ok();
        timeout(Duration::from_secs(3), stream.read_to_end(&mut heard)).await.unwrap().ok();
        assert!(heard.is_empty());
    }
    assert!(relay.seen().requests.is_empty());
    assert!(got(at, "/a").await.is_some());
}

#[tokio::test]
async fn who_is_not_the_dut_gets_nothing_and_counts_apart() {
    let ((target, port), at) = (host().await, listen());
    let relay = Relay::open(at, vec![bench::address()], target, port, &bench::budget()).await.unwrap();
    for mode in [Mode::Pass, Mode::Cut, stand(Variant::Older, &[], None)] {
        relay.set(mode);
        assert_eq!(got(at, "/a").await, None);
        let seen = relay.seen();
        assert!(seen.calls.is_empty() && seen.answered.is_empty() && seen.requests.is_empty(), "{seen:?}");
    }
    let strangers: Vec<(IpAddr, u64)> = relay.strangers().into_iter().collect();
    assert_eq!(strangers, [(anybody()[0], 3)]);
}

#[tokio::test]
async fn the_dut_is_known_by_its_address() {
    let ((target, port), at) = (host().await, listen());
    let dut = bench::address();
    let relay = Relay::open(at, vec![dut], target, port, &bench::budget()).await.unwrap();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(dut, 0)).unwrap();
    let mut stream = socket.connect(at).await.unwrap();
    stream.write_all(b"GET /a HTTP/1.1\r\n\r\n").await.unwrap();
    let mut heard = String::new();
    timeout(Duration::from_secs(2), stream.read_to_string(&mut heard)).await.unwrap().unwrap();
    assert!(heard.ends_with("this is /a"));
    assert_eq!(relay.seen().peers, [stream.local_addr().unwrap()]);
    assert!(relay.strangers().is_empty());
}
