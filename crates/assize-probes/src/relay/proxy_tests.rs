//! A proxy over loopback: where it leads, where it does not, and who tires it in vain.

use std::net::Ipv4Addr;

use assize_model::declaration::relay::Variant;
use tokio::{net::TcpSocket, time::Duration};

use super::{
    super::{Mode, Relay, Stand},
    *,
};
use crate::bench;

/// From where the tests connect.
fn anybody() -> Vec<IpAddr> {
    vec![Ipv4Addr::LOCALHOST.into()]
}

fn listen() -> SocketAddr {
    let at = bench::address();
    SocketAddr::new(at, bench::free_port(at))
}

/// A host that says what it was asked for, and what the proxy calls it.
async fn host() -> (Target, u16) {
    let target = bench::target();
    let port = bench::web(&target, |head| {
        let first = head.lines().next().unwrap_or_default().to_owned();
        bench::http("200 OK", "Content-Type: text/plain\r\n", &format!("this is {first}"))
    });
    let port = port.await;
    (target, port)
}

async fn said(at: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(bytes).await.ok();
    let mut heard = Vec::new();
    timeout(Duration::from_secs(5), stream.read_to_end(&mut heard)).await.unwrap().ok();
    String::from_utf8_lossy(&heard).into_owned()
}

async fn opened(ways: Vec<Way>) -> (Proxy, SocketAddr) {
    let at = listen();
    (Proxy::open(at, anybody(), ways, &bench::budget()).await.unwrap(), at)
}

#[tokio::test]
async fn declared_hosts_are_reached_and_no_others() {
    let ((target, port), (other, elsewhere)) = (host().await, host().await);
    let way = Way { names: vec!["Cloud.Example.".into()], to: Some(target), ..Way::default() };
    let (proxy, at) = opened(vec![way]).await;
    let tunnel = format!("CONNECT cloud.example:{port} HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\n\r\n");
    let heard = said(at, tunnel.as_bytes()).await;
    assert!(heard.starts_with("HTTP/1.1 200 ") && heard.contains("this is GET /a"), "{heard}");
    let page = format!("GET http://cloud.example:{port}/b HTTP/1.1\r\nHost: other\r\n\r\n");
    assert!(said(at, page.as_bytes()).await.ends_with("this is GET /b HTTP/1.1"));
    let address = other.address();
    for bad in [
        format!("CONNECT {address}:{elsewhere} HTTP/1.1\r\n\r\n"),
        format!("GET http://{address}:{elsewhere}/ HTTP/1.1\r\nHost: cloud.example\r\n\r\n"),
        format!("CONNECT {}:{} HTTP/1.1\r\n\r\n", at.ip(), at.port()),
    ] {
        assert!(said(at, bad.as_bytes()).await.starts_with("HTTP/1.1 403 "), "{bad}");
    }
    let asked = proxy.take();
    assert_eq!(asked.known, [(("cloud.example".to_owned(), port), 2)].into());
    assert_eq!(asked.unknown[&(address.to_string(), elsewhere)], 2);
    assert_eq!((asked.unknown.len(), asked.raw.len(), asked.unread), (2, 2, 0));
    assert!(asked.raw[0].bytes.starts_with(b"CONNECT 127."), "{asked:?}");
    assert!(proxy.take().unknown.is_empty());
}

#[tokio::test]
async fn a_relay_does_with_it_what_it_does_at_its_port() {
    let (target, port) = host().await;
    let relay = Relay::open(listen(), anybody(), target.clone(), port, &bench::budget()).await.unwrap();
    let relays = [(port, relay.entrance())].into();
    let (_proxy, at) = opened(vec![Way { names: vec!["cloud".into()], to: Some(target), relays }]).await;
    let page = format!("GET http://cloud:{port}/m HTTP/1.1\r\n\r\n");
    let tunnel = format!("CONNECT cloud:{port} HTTP/1.1\r\n\r\nGET /m HTTP/1.1\r\n\r\n");
    for request in [&page, &tunnel] {
        assert!(said(at, request.as_bytes()).await.contains("this is GET /m"), "{request}");
    }
    assert_eq!((relay.seen().calls.len(), relay.seen().answered.len()), (2, 2));
    let stand = Stand {
        tls: None,
        variant: Variant::Older,
        paths: [("/m".to_owned(), "/old".to_owned())].into(),
        files: BTreeMap::new(),
        at: None,
        field: None,
    };
    relay.set(Mode::Serve(Arc::new(stand)));
    for request in [&page, &tunnel] {
        assert!(said(at, request.as_bytes()).await.contains("this is GET /old"), "{request}");
    }
    assert_eq!((relay.seen().changed, relay.seen().requests.len()), (2, 2));
    relay.set(Mode::Cut);
    for request in [&page, &tunnel] {
        assert_eq!(said(at, request.as_bytes()).await, "", "{request}");
    }
    assert_eq!(relay.seen().calls.len(), 2);
}

#[tokio::test]
async fn a_host_without_an_address_is_declared_and_out_of_reach() {
    let (proxy, at) = opened(vec![Way { names: vec!["cloud".into()], ..Way::default() }]).await;
    assert!(said(at, b"CONNECT cloud:1 HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 502 "));
    let asked = proxy.take();
    assert!(asked.unknown.is_empty() && asked.known.len() == 1, "{asked:?}");
}

#[tokio::test]
async fn hostile_peers_end_their_own_connection_only() {
    let (target, port) = host().await;
    let at = listen();
    let budget = Budget { page: Duration::from_millis(400), ..bench::budget() };
    let way = Way { names: vec!["cloud".into()], to: Some(target), ..Way::default() };
    let proxy = Proxy::open(at, anybody(), vec![way], &budget).await.unwrap();
    // More than are served at once, each of which never comes to its end.
    let mut idle = Vec::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(b"CONNECT clo").await.unwrap();
        idle.push(stream);
    }
    let endless = [&b"CONNECT cloud:1 HTTP/1.1\r\n"[..], &b"X: y\r\n".repeat(20_000)].concat();
    assert!(!said(at, &endless).await.contains(" 200 "));
    assert!(said(at, b"\x16\x03\x01\xff\xff\r\n\r\n").await.starts_with("HTTP/1.1 400 "));
    for n in 0..60 {
        said(at, format!("CONNECT h{n}:1 HTTP/1.1\r\n\r\n").as_bytes()).await;
    }
    let page = format!("GET http://cloud:{port}/b HTTP/1.1\r\n\r\n");
    assert!(said(at, page.as_bytes()).await.contains("this is GET /b"));
    // Those that waited for the first ones to end have theirs behind them too.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let asked = proxy.take();
    assert_eq!((asked.unknown.len(), asked.untold, asked.unread), (MOST_TOLD, 36, 42));
    assert!(asked.raw.len() <= MOST_KEPT && asked.raw.iter().all(|r| r.bytes.len() <= LONGEST_ERRAND));
}

#[tokio::test]
async fn who_is_not_the_dut_gets_nothing_and_counts_apart() {
    let (target, port) = host().await;
    let at = listen();
    let way = Way { names: vec!["cloud".into()], to: Some(target), ..Way::default() };
    let dut = bench::address();
    let proxy = Proxy::open(at, vec![dut], vec![way], &bench::budget()).await.unwrap();
    let page = format!("GET http://cloud:{port}/b HTTP/1.1\r\n\r\n");
    assert_eq!(said(at, page.as_bytes()).await, "");
    assert_eq!(proxy.strangers(), [(anybody()[0], 1)].into());
    assert!(proxy.take().known.is_empty());
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(dut, 0)).unwrap();
    let mut stream = socket.connect(at).await.unwrap();
    stream.write_all(page.as_bytes()).await.unwrap();
    let mut heard = String::new();
    timeout(Duration::from_secs(2), stream.read_to_string(&mut heard)).await.unwrap().unwrap();
    assert!(heard.contains("this is GET /b"));
}
