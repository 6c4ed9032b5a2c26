//! The tests' bench: loopback addresses of their own, and servers that misbehave.

use std::{
    collections::BTreeMap,
    future::Future,
    net::{IpAddr, Ipv4Addr, TcpListener as Blocking},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{Fact, Service, Transport};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ServerConfig, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    Budget, Observation, Target,
    play::{Credentials, Player},
};

/// A loopback address no other test uses, now or in a run beside this one.
pub(crate) fn address() -> IpAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_micros();
    let n =
        (clock ^ std::process::id().wrapping_mul(7919)).wrapping_add(NEXT.fetch_add(7321, Ordering::Relaxed));
    let [_, _, b, c] = n.to_be_bytes();
    let a = u8::try_from(n % 200 + 40).unwrap();
    Ipv4Addr::new(127, a, b, c.clamp(1, 254)).into()
}

/// A target on an address of its own.
pub(crate) fn target() -> Target {
    Target::new(address()).unwrap()
}

/// A port nobody listens on at this moment.
pub(crate) fn free_port(at: IpAddr) -> u16 {
    Blocking::bind((at, 0)).unwrap().local_addr().unwrap().port()
}

/// The port of a listener.
pub(crate) fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().unwrap().port()
}

/// A budget for tests: short waits.
pub(crate) fn budget() -> Budget {
    Budget {
        banner: Duration::from_millis(150),
        quiet: Duration::from_millis(100),
        read: Duration::from_millis(700),
        pause: Duration::from_millis(1),
        restart: Duration::from_secs(3),
        ..Budget::default()
    }
}

/// Serves every connection to a new port with `serve`, until the runtime ends.
pub(crate) async fn serve<F>(target: &Target, serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((target.address(), 0)).await.unwrap();
    let at = port(&listener);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    at
}

/// A server that says `hello`, waits for input, says `answer` to it, and goes on so.
pub(crate) async fn script(target: &Target, hello: &'static [u8], answer: &'static [u8]) -> u16 {
    serve(target, move |stream| converse(stream, hello, answer)).await
}

/// One connection of [`script`].
pub(crate) async fn converse<S>(mut stream: S, hello: &'static [u8], answer: &'static [u8])
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(hello).await.ok();
    let mut chunk = [0; 1024];
    while let Ok(1..) = stream.read(&mut chunk).await {
        if stream.write_all(answer).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

/// A web server: `answer` gives the whole answer to a request head. One request per connection.
pub(crate) async fn web(target: &Target, answer: fn(&str) -> String) -> u16 {
    serve(target, move |stream| page(stream, answer)).await
}

/// One connection of [`web`]; a peer that does not send HTTP is hung up on.
pub(crate) async fn page<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, answer: fn(&str) -> String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) if head.len() < 3 && b"GET"[head.len()] != byte => return,
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    stream.write_all(answer(&head).as_bytes()).await.ok();
    stream.flush().await.ok();
    stream.shutdown().await.ok();
}

/// A web server with a memory: `answer` gives the whole answer to a request of up to 4 KiB. One per connection.
pub(crate) async fn device<M: Default + Send + 'static>(
    target: &Target,
    answer: impl Fn(&mut M, &str) -> String + Send + Sync + 'static,
) -> u16 {
    let (memory, answer) = (Arc::new(Mutex::new(M::default())), Arc::new(answer));
    serve(target, move |mut stream| {
        let (memory, answer) = (Arc::clone(&memory), Arc::clone(&answer));
        async move {
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).await.unwrap_or(0);
            let said = answer(&mut memory.lock().unwrap(), &String::from_utf8_lossy(&head[..read]));
            stream.write_all(said.as_bytes()).await.ok();
        }
    })
    .await
}

/// The value of a field in a request's query, empty when there is none.
pub(crate) fn field(head: &str, name: &str) -> String {
    let query = head.split(' ').nth(1).and_then(|path| path.split_once('?')).map_or("", |(_, query)| query);
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_default().to_owned()
}

/// A play that sends GET in the clear to a port.
pub(crate) fn play(purpose: Purpose, port: u16, path: &str) -> Play {
    Play {
        id: purpose.name().to_owned(),
        purpose: Some(purpose),
        at: Some(Place { host: None, transport: Transport::Tcp, port }),
        tls: Some(false),
        path: Some(path.to_owned()),
        ..Play::default()
    }
}

/// An HTTP answer with a stated length.
pub(crate) fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A TLS server of these versions that runs `inside` in every session, and the certificate it shows.
pub(crate) async fn tls<F>(
    target: &Target,
    versions: &[&'static SupportedProtocolVersion],
    inside: impl Fn(tokio_rustls::server::TlsStream<TcpStream>) -> F + Send + Sync + Clone + 'static,
) -> (u16, Vec<u8>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["plug.test".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let port = serve(target, move |stream| {
        let (acceptor, inside) = (acceptor.clone(), inside.clone());
        async move {
            if let Ok(session) = acceptor.accept(stream).await {
                inside(session).await;
            }
        }
    });
    (port.await, cert.der().to_vec())
}

/// A TLS server of one version that hands out tickets.
pub(crate) async fn tls_with_tickets(target: &Target, version: &'static SupportedProtocolVersion) -> u16 {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["plug.test".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    config.ticketer = ring::Ticketer::new().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let port = serve(target, move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut session) = acceptor.accept(stream).await {
                session.read_u8().await.ok();
            }
        }
    });
    port.await
}

/// The one service among observations.
pub(crate) fn service(seen: &[Observation]) -> &Service {
    let mut all = seen.iter().filter_map(|observation| match &observation.fact {
        Fact::Service(service) => Some(service),
        _ => None,
    });
    let first = all.next().unwrap_or_else(|| panic!("no service in {seen:?}"));
    assert!(all.next().is_none(), "more than one service in {seen:?}");
    first
}

/// The accounts of a tester who has none.
pub(crate) static NO_ACCOUNTS: BTreeMap<String, Credentials> = BTreeMap::new();

/// A player without accounts.
pub(crate) fn player<'a>(
    target: &'a Target,
    budget: &'a Budget,
    plays: &'a [Play],
    allow: &'a [Act],
) -> Player<'a> {
    Player { target, budget, plays, accounts: &NO_ACCOUNTS, allow, login_attempts: 1 }
}
