//! Flaws that show when the device is led to the bench in place of its maker's services.

use std::time::Duration;

use assize_dut::Running;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::{Web, eventually, exchange_all, initialised, request, shaken, start};

/// A device that is led to a bench which passes nothing on until it is told to.
async fn benched(flaw: Option<&str>) -> (Running, std::net::IpAddr, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut config = initialised();
    let std::net::IpAddr::V4(services) = config.services else { panic!("loopback is IPv4 here") };
    let [a, b, c, d] = services.octets();
    let address = std::net::IpAddr::from([a, b, c, if d < 200 { d + 1 } else { d - 1 }]);
    config.bench = Some(assize_dut::Bench { address, dir: dir.path().to_owned() });
    config.flaws = flaw.into_iter().map(str::to_owned).collect();
    (start(config).await, address, dir)
}

#[tokio::test]
async fn update_any_certificate() {
    for (flaw, status) in [(None, 502), (Some("update-any-certificate"), 409)] {
        let (running, address, dir) = benched(flaw).await;
        let listener = tokio::net::TcpListener::bind((address, 8445)).await.unwrap();
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(vec!["elsewhere".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(tls));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(mut session) = acceptor.accept(stream).await {
                    let _ = session.read(&mut [0; 1024]).await;
                    let _ = session.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
                    let _ = session.shutdown().await;
                }
            }
        });
        let reply = Web::admin(&running).await.post("/api/update/install", "{}").await;
        assert_eq!(reply.status, status, "{flaw:?}: {}", reply.body);
        for name in ["bench.pem", "bench.key"] {
            assert!(std::fs::read_to_string(dir.path().join(name)).unwrap().starts_with("-----BEGIN "));
        }
    }
}

/// Counts connections to the bench's broker, each closed at once.
async fn tries(address: std::net::IpAddr) -> usize {
    let listener = tokio::net::TcpListener::bind((address, 8883)).await.unwrap();
    let mut count = 0;
    let until = tokio::time::Instant::now() + Duration::from_millis(1500);
    while tokio::time::timeout_at(until, listener.accept()).await.is_ok() {
        count += 1;
    }
    count
}

#[tokio::test]
async fn reconnects_without_pause() {
    let (_running, address, _dir) = benched(None).await;
    assert!(tries(address).await < 8);
    let (_running, address, _dir) = benched(Some("reconnects-without-pause")).await;
    assert!(tries(address).await > 15);
}

#[tokio::test]
async fn offline_function_lost() {
    for (flaw, works) in [(None, true), (Some("offline-function-lost"), false)] {
        let (running, address, _dir) = benched(flaw).await;
        let broker = running.endpoint("broker").unwrap();
        let listener = tokio::net::TcpListener::bind((address, 8883)).await.unwrap();
        let relay = tokio::spawn(async move {
            let (mut near, _) = listener.accept().await.unwrap();
            drop(listener);
            let mut far = TcpStream::connect(broker).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        });
        assert!(eventually(async || !running.messages().is_empty()).await);
        assert_eq!(Web::stranger(&running).get("/").await.status, 200);
        relay.abort();
        let answers = async || {
            let stream = shaken(&running, running.endpoint("web").unwrap()).await.unwrap();
            !exchange_all(stream, &request("GET", "/", None, None)).await.is_empty()
        };
        assert!(eventually(async || answers().await == works).await, "{flaw:?}");
    }
}

#[tokio::test]
async fn it_connects_from_its_own_address() {
    let (running, address, _dir) = benched(None).await;
    let device = running.endpoint("web").unwrap().ip();
    for port in [8883, 8445] {
        let listener = tokio::net::TcpListener::bind((address, port)).await.unwrap();
        let called = async { listener.accept().await.unwrap().1.ip() };
        let looked = async {
            let admin = Web::admin(&running).await;
            admin.post("/api/update/install", "{}").await;
            std::future::pending::<std::net::IpAddr>().await
        };
        let peer = tokio::select! { peer = called => peer, peer = looked => peer };
        assert_eq!(peer, device, "{port}");
    }
}
