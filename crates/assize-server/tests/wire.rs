//! The socket: headers, refusals, packing, the end.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use support::Server;

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

fn ask(server: &Server, method: &str, address: &str, host: &str, more: &str) -> Reply {
    let mut socket = TcpStream::connect(server.address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(socket, "{method} {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n").unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
    Reply { status: head[9..12].parse().unwrap(), body: bytes[end + 4..].to_vec(), head }
}

#[test]
fn every_answer_is_guarded() {
    let server = Server::start(None);
    let host = server.address.to_string();
    for address in
        ["/", "/f/en-303-645@3.1.3", "/nonsense", "/assets/style.css", "/data/uk-cop@2018.json", "/healthz"]
    {
        let reply = ask(&server, "GET", address, &host, "");
        for header in [
            "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
        ] {
            assert!(reply.head.contains(header), "{address}: {header}\n{}", reply.head);
        }
        assert!(!reply.head.contains("unsafe"), "{address}");
    }
    let graph = ask(&server, "GET", "/graph", &host, "");
    assert!(graph.head.contains("style-src 'self' 'sha256-"), "{}", graph.head);
}

#[test]
fn only_reading_is_allowed_and_only_by_our_own_names() {
    let server = Server::start(None);
    let host = server.address.to_string();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
        assert_eq!(ask(&server, method, "/", &host, "Content-Length: 0\r\n").status, 405, "{method}");
    }
    for (name, status) in
        [("localhost:8300", 200), ("127.0.0.1", 200), ("[::1]:1", 200), ("rebound.example", 403), ("", 403)]
    {
        assert_eq!(ask(&server, "GET", "/healthz", name, "").status, status, "{name}");
    }
}

#[test]
fn a_head_tells_what_a_get_would_send() {
    let server = Server::start(None);
    let host = server.address.to_string();
    let (head, get) = (ask(&server, "HEAD", "/f", &host, ""), ask(&server, "GET", "/f", &host, ""));
    assert!(head.body.is_empty());
    let length = format!("content-length: {}", get.body.len());
    assert!(head.head.contains(&length) && get.head.contains(&length), "{length}\n{}", head.head);
}

#[test]
fn packed_and_plain_are_the_same_page() {
    let server = Server::start(None);
    let host = server.address.to_string();
    let plain = ask(&server, "GET", "/f", &host, "");
    let packed = ask(&server, "GET", "/f", &host, "Accept-Encoding: br, gzip;q=0.9\r\n");
    assert!(packed.head.contains("content-encoding: gzip") && !plain.head.contains("content-encoding"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let refused = ask(&server, "GET", "/f", &host, "Accept-Encoding: gzip;q=0\r\n");
    assert!(!refused.head.contains("content-encoding"));
}

#[test]
fn it_ends_while_a_browser_holds_a_connection() {
    let server = Server::start(None);
    let mut idle = TcpStream::connect(server.address).unwrap();
    write!(idle, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHo").unwrap();
    let began = std::time::Instant::now();
    drop(server);
    assert!(began.elapsed() < Duration::from_secs(10), "half a request must not hold it");
}
