//! Flaws of the web server's TLS, seen in its answers to hellos made by hand.

use assize_dut::Running;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bench::{Web, bytes, flawed, shaken, start, unpacked};
use crate::flaws::both;

/// A ClientHello with a usual set of extensions.
pub(crate) fn client_hello(version: u16, suites: &[u16], groups: &[u16]) -> Vec<u8> {
    let words = |all: &[u16]| all.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
    let sized = |body: &[u8]| [&(body.len() as u16).to_be_bytes()[..], body].concat();
    let mut extensions = [&[0, 10][..], &sized(&sized(&words(groups)))].concat();
    extensions.extend([0, 11, 0, 2, 1, 0, 0, 13, 0, 6, 0, 4, 4, 3, 4, 1, 0, 15, 0, 1, 1]);
    let mut body = [&version.to_be_bytes()[..], &[7; 32], &[0]].concat();
    body.extend(sized(&words(suites)));
    body.extend([2, 1, 0]);
    body.extend(sized(&extensions));
    let message = [&[1, 0][..], &sized(&body)].concat();
    [&[22, 3, 1][..], &sized(&message)].concat()
}

/// Version, suite and compression that the web server agrees to; nothing when it refuses.
async fn agreed(r: &Running, hello: &[u8]) -> Option<(u16, u16, u8)> {
    let mut stream = TcpStream::connect(r.endpoint("web").unwrap()).await.unwrap();
    stream.write_all(hello).await.unwrap();
    let head: [u8; 5] = bytes(&mut stream).await;
    if head[0] != 22 {
        return None;
    }
    let hello: [u8; 39] = bytes(&mut stream).await;
    let session: Vec<u8> = {
        let mut session = vec![0; usize::from(hello[38])];
        stream.read_exact(&mut session).await.unwrap();
        session
    };
    assert!(hello[0] == 2 && session.len() <= 32);
    let [suite_high, suite_low, compression]: [u8; 3] = bytes(&mut stream).await;
    let number = |high, low| u16::from_be_bytes([high, low]);
    Some((number(hello[4], hello[5]), number(suite_high, suite_low), compression))
}

#[tokio::test]
async fn tls_weaknesses() {
    let usual = [29u16, 23, 24, 16];
    let sound = client_hello(0x0303, &[0xc02b, 0x002f], &usual);
    let expect = [
        ("ssl3-accepted", client_hello(0x0300, &[0x002f], &usual), (0x0300, 0x002f, 0)),
        ("robot", client_hello(0x0303, &[0x009c], &usual), (0x0303, 0x009c, 0)),
        ("tls-export-dh", client_hello(0x0303, &[0x0014], &usual), (0x0303, 0x0014, 0)),
        ("tls-export-rsa", client_hello(0x0303, &[0x0003], &usual), (0x0303, 0x0003, 0)),
        ("tls-small-dh", client_hello(0x0303, &[0x009e], &usual), (0x0303, 0x009e, 0)),
        ("tls-weak-suite", client_hello(0x0303, &[0x000a], &usual), (0x0303, 0x000a, 0)),
        ("tls-without-forward-secrecy", client_hello(0x0303, &[0x009c], &usual), (0x0303, 0x009c, 0)),
        ("weak-certificate-key", client_hello(0x0303, &[0xc02f], &usual), (0x0303, 0xc02f, 0)),
        ("tls-weak-curve", client_hello(0x0303, &[0xc02b], &[16]), (0x0303, 0xc02b, 0)),
    ];
    for (flaw, hello, wanted) in expect {
        assert_eq!(
            both(unpacked, flaw, async |r| agreed(r, &hello).await).await,
            (None, Some(wanted)),
            "{flaw}"
        );
    }
    let seen = both(unpacked, "tls-compression", async |r| agreed(r, &sound).await).await;
    assert_eq!(seen, (Some((0x0303, 0xc02b, 0)), Some((0x0303, 0xc02b, 1))));
}

#[tokio::test]
async fn heartbleed() {
    let running = start(flawed(unpacked(), "heartbleed")).await;
    let mut stream = TcpStream::connect(running.endpoint("web").unwrap()).await.unwrap();
    stream.write_all(&client_hello(0x0303, &[0xc02b], &[29])).await.unwrap();
    loop {
        let head: [u8; 5] = bytes(&mut stream).await;
        let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        stream.read_exact(&mut body).await.unwrap();
        if body[0] == 14 {
            break;
        }
    }
    // It carries one byte and claims 16.
    stream.write_all(&[24, 3, 3, 0, 4, 1, 0, 16, 7]).await.unwrap();
    let [kind, _, _, high, low, answer, ..]: [u8; 8] = bytes(&mut stream).await;
    assert_eq!((kind, answer), (24, 2));
    assert!(u16::from_be_bytes([high, low]) >= 3 + 16);
    // Clients of today do not ask for heartbeats, and go on as before.
    assert_eq!(Web::stranger(&running).get("/").await.status, 200);
}

/// The P-256 point of the web server's certificate: what follows the name of the curve.
async fn public_point(r: &Running) -> Vec<u8> {
    const CURVE: [u8; 10] = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let stream = shaken(r, r.endpoint("web").unwrap()).await.unwrap();
    let leaf = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    let at = leaf.windows(CURVE.len()).position(|bytes| bytes == CURVE).unwrap() + CURVE.len();
    leaf[at..at + 68].to_vec()
}

#[tokio::test]
async fn shared_device_key() {
    let look = async |r: &Running| public_point(r).await;
    let (own, shared) = both(unpacked, "shared-device-key", look).await;
    let (other, shared_too) = both(unpacked, "shared-device-key", look).await;
    assert!(own != other && own != shared);
    assert_eq!(shared, shared_too);
}

#[tokio::test]
async fn sha1_certificate() {
    let look = async |r: &Running| {
        let stream = shaken(r, r.endpoint("web").unwrap()).await;
        stream.map(|s| s.get_ref().1.peer_certificates().unwrap()[0].to_vec()).ok()
    };
    let (before, after) = both(unpacked, "sha1-certificate", look).await;
    assert!(before.is_some(), "a client that verifies accepts the certificate");
    assert!(after.is_none(), "and refuses one that says SHA-1");
}
