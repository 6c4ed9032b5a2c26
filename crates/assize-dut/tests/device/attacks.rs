//! Flaws that known attacks and malformed input need, seen as the attack would see them.

use std::net::SocketAddr;
use std::time::Duration;

use assize_dut::Running;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::bench::{Web, bytes, eventually, flawed, start, unpacked};
use crate::flaws::both;
use crate::tls::client_hello;

const PATIENCE: Duration = Duration::from_secs(5);

async fn web(r: &Running) -> TcpStream {
    TcpStream::connect(r.endpoint("web").unwrap()).await.unwrap()
}

/// The next record; nothing when the connection ends.
async fn record(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head).await.ok()?;
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut body).await.ok()?;
    Some((head[0], body))
}

/// The description of the alert that answers what is sent after the server's first flight.
async fn alert_after(r: &Running, suite: u16, then: &[u8]) -> Option<u8> {
    let mut stream = web(r).await;
    stream.write_all(&client_hello(0x0303, &[suite], &[29])).await.unwrap();
    loop {
        let (kind, body) = record(&mut stream).await?;
        // rustls puts the whole flight into one record.
        if kind == 22 && body.ends_with(&[14, 0, 0, 0]) {
            break;
        }
    }
    stream.write_all(then).await.unwrap();
    let (kind, body) = record(&mut stream).await?;
    (kind == 21).then(|| body[1])
}

#[tokio::test]
async fn ccs_injection() {
    let early = [&[20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 44][..], &[0x5a; 44]].concat();
    let look = async |r: &Running| alert_after(r, 0xc02b, &early).await;
    let (before, after) = both(unpacked, "ccs-injection", look).await;
    assert_ne!(before, Some(20));
    assert_eq!(after, Some(20), "the record after the change cannot be opened");
    // Whoever shakes hands in order goes on as before.
    let running = start(flawed(unpacked(), "ccs-injection")).await;
    assert_eq!(Web::stranger(&running).get("/").await.status, 200);
}

#[tokio::test]
async fn robot() {
    let running = start(flawed(unpacked(), "robot")).await;
    // A key exchange of noise has no padding in order; the change of ciphers and a Finished follow.
    let exchange = [&[22, 3, 3, 1, 6, 16, 0, 1, 2, 1, 0][..], &[0x11; 256]].concat();
    let then = [&exchange[..], &[20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 40], &[0x5a; 40]].concat();
    assert_eq!(alert_after(&running, 0x009c, &then).await, Some(51));
    assert_eq!(Web::stranger(&running).get("/").await.status, 200);
}

#[tokio::test]
async fn ticketbleed() {
    // rustls gives a ticket only where it is told to; what becomes of the session id is a test of the door itself.
    let look = async |r: &Running| {
        let mut hello = client_hello(0x0303, &[0xc02b], &[29]);
        hello.extend([0, 35, 0, 0]);
        for at in [3, 7, hello.len() - 4 - extensions(&hello)] {
            let longer = u16::from_be_bytes([hello[at], hello[at + 1]]) + 4;
            hello[at..at + 2].copy_from_slice(&longer.to_be_bytes());
        }
        let mut stream = web(r).await;
        stream.write_all(&hello).await.unwrap();
        let (kind, body) = record(&mut stream).await.unwrap();
        assert_eq!(kind, 22);
        body.windows(4).any(|w| w == [0, 35, 0, 0])
    };
    assert_eq!(both(unpacked, "ticketbleed", look).await, (false, true));
    let running = start(flawed(unpacked(), "ticketbleed")).await;
    assert_eq!(Web::stranger(&running).get("/").await.status, 200);
}

/// How many bytes the extensions of a hello with one suite take, with their length.
fn extensions(hello: &[u8]) -> usize {
    // Heads, version, random, no session, one suite, two methods; a ticket stands behind already.
    hello.len() - 4 - (5 + 4 + 2 + 32 + 1 + 4 + 3)
}

#[tokio::test]
async fn ssl2() {
    let mut hello = vec![0x80, 28, 1, 0, 2, 0, 3, 0, 0, 0, 16, 1, 0, 0x80];
    hello.extend([7; 16]);
    let look = async |r: &Running| {
        let mut stream = web(r).await;
        stream.write_all(&hello).await.unwrap();
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        answer.get(2).copied() == Some(4) && answer.windows(3).any(|w| w == [1, 0, 0x80])
    };
    assert_eq!(both(unpacked, "ssl2-accepted", look).await, (false, true));
    let running = start(flawed(unpacked(), "ssl2-accepted")).await;
    assert_eq!(Web::stranger(&running).get("/").await.status, 200);
}

#[tokio::test]
async fn dtls10() {
    let look = async |r: &Running| {
        let device = r.endpoint("web").unwrap().ip();
        let socket = UdpSocket::bind((device, 0)).await.unwrap();
        socket.connect(SocketAddr::new(device, 5684)).await.unwrap();
        let body = [&[0xfe, 0xff][..], &[7; 32], &[0, 0, 0, 2, 0, 0x2f, 1, 0]].concat();
        let size = [0, 0, body.len() as u8];
        let message = [&[1][..], &size, &[0; 5], &size, &body].concat();
        let head = [&[22, 0xfe, 0xff][..], &[0; 8], &[0, message.len() as u8]].concat();
        socket.send(&[head, message].concat()).await.unwrap();
        let mut answer = [0; 100];
        let heard = timeout(PATIENCE, socket.recv(&mut answer)).await;
        // A HelloVerifyRequest.
        matches!(heard, Ok(Ok(_))) && (answer[0], answer[13]) == (22, 3)
    };
    assert_eq!(both(unpacked, "dtls10-accepted", look).await, (false, true));
}

#[tokio::test]
async fn input_stops_tls() {
    let look = async |r: &Running| {
        let mut hello = client_hello(0x0303, &[0xc02b], &[29]);
        hello[43] = 33;
        web(r).await.write_all(&hello).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut stream = web(r).await;
        stream.write_all(&client_hello(0x0303, &[0xc02b], &[29])).await.unwrap();
        let [kind]: [u8; 1] = bytes(&mut stream).await;
        assert_eq!(kind, 22);
        r.endpoint("web").unwrap()
    };
    both(unpacked, "input-stops-tls", look).await;
    let running = start(flawed(unpacked(), "input-stops-tls")).await;
    let falls = async || {
        look(&running).await;
        !is_alive(&running).await
    };
    // On a machine that is busy the watchdog may come before the look.
    assert!(eventually(falls).await);
    assert!(eventually(async || is_alive(&running).await).await, "the watchdog starts it again");
}

async fn is_alive(r: &Running) -> bool {
    let stream = crate::bench::shaken(r, r.endpoint("web").unwrap()).await.unwrap();
    let request = crate::bench::request("GET", "/", None, None);
    !crate::bench::exchange_all(stream, &request).await.is_empty()
}

#[tokio::test]
async fn input_stops_mdns() {
    let look = async |r: &Running| {
        let to = r.endpoint("mdns").unwrap();
        let socket = UdpSocket::bind((to.ip(), 0)).await.unwrap();
        socket.connect(to).await.unwrap();
        let mut answer = [0; 16];
        // On a machine that is busy the first may not have been read yet.
        for _ in 0..10 {
            socket.send(&[0xff; 20]).await.ok();
            tokio::time::sleep(Duration::from_millis(50)).await;
            socket.send(b"anything").await.ok();
            // A port that nobody listens on is refused.
            if let Ok(Err(_)) = timeout(Duration::from_millis(200), socket.recv(&mut answer)).await {
                return true;
            }
        }
        false
    };
    assert_eq!(both(unpacked, "input-stops-mdns", look).await, (false, true));
}
