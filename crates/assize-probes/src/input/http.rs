//! HTTP requests with something wrong in the request line, the headers or the lengths (RFC 9112).

use super::codec::Case;

/// An ordinary request, and those with something wrong.
pub(super) fn cases(host: &str, path: &str) -> (Vec<u8>, Vec<Case>) {
    let base = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let all = lines(host, path).into_iter().chain(headers(host, path)).chain(lengths(host, path)).collect();
    (base.into_bytes(), all)
}

/// A request with this first line.
fn first(line: impl AsRef<[u8]>, host: &str) -> Vec<u8> {
    let rest = format!("\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    [line.as_ref(), rest.as_bytes()].concat()
}

/// A request with these further lines in its head.
fn with(lines: impl AsRef<[u8]>, host: &str, path: &str) -> Vec<u8> {
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
    [head.as_bytes(), lines.as_ref(), b"Connection: close\r\n\r\n"].concat()
}

fn lines(host: &str, path: &str) -> Vec<Case> {
    let long = "A".repeat(8_192);
    vec![
        Case::new("a method of 8,192 letters", first(format!("{long} {path} HTTP/1.1"), host)),
        Case::new("a method in lower case", first(format!("get {path} HTTP/1.1"), host)),
        Case::new("an unknown method", first(format!("ASSIZE {path} HTTP/1.1"), host)),
        Case::new("a path of 8,192 letters", first(format!("GET /{long} HTTP/1.1"), host)),
        Case::new("a path that climbs", first("GET /../../../../../../etc/passwd HTTP/1.1", host)),
        Case::new("a path that climbs encoded", first("GET /%2e%2e/%2e%2e/%00 HTTP/1.1", host)),
        Case::new("a path with broken escapes", first("GET /%zz%4 HTTP/1.1", host)),
        Case::new("a path with a format string", first("GET /%n%n%n%s%s HTTP/1.1", host)),
        Case::new("no path", first("GET  HTTP/1.1", host)),
        Case::new("a version that is none", first(format!("GET {path} HTTP/9.99999999999"), host)),
        Case::new("no version", first(format!("GET {path}"), host)),
        Case::new("a request line of NUL", first([0u8; 64], host)),
        Case::new("a request line of four words", first(format!("GET {path} {path} HTTP/1.1"), host)),
        Case::new("a whole address as path", first("GET http://[::1]:99999/ HTTP/1.1", host)),
        Case::new("empty lines only", b"\r\n\r\n\r\n\r\n".to_vec()),
        Case::new(
            "the beginning of HTTP/2",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\xff\x04\0\0\0\0\0".to_vec(),
        ),
    ]
}

fn headers(host: &str, path: &str) -> Vec<Case> {
    let long = "A".repeat(16_384);
    vec![
        Case::new("no host", format!("GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n")),
        Case::new("two hosts", with("Host: other\r\n", host, path)),
        Case::new("a header of 16,384 letters", with(format!("X: {long}\r\n"), host, path)),
        Case::new("a header name of 16,384 letters", with(format!("{long}: x\r\n"), host, path)),
        Case::new("a thousand headers", with("X: y\r\n".repeat(1_000), host, path)),
        Case::new("a header without colon", with("no colon here\r\n", host, path)),
        Case::new("a header name with blanks", with("X Y : z\r\n", host, path)),
        Case::new("a header without name", with(": x\r\n", host, path)),
        Case::new("a folded header", with("X: a\r\n\tb\r\n c\r\n", host, path)),
        Case::new("control characters in a header", with(b"X: \0\x01\x1b[2J\x7f\r\n", host, path)),
        Case::new("a header that is no UTF-8", with(b"X: \xff\xfe\xc0\xaf\r\n", host, path)),
        Case::new("lines that end in LF", format!("GET {path} HTTP/1.1\nHost: {host}\n\n")),
        Case::new("lines that end in CR", format!("GET {path} HTTP/1.1\rHost: {host}\r\r")),
        Case::new(
            "a login of 8,192 bytes",
            with(format!("Authorization: Basic {}\r\n", &long[..8192]), host, path),
        ),
        Case::new("a login that is no base64", with("Authorization: Basic \u{fffd}===:\r\n", host, path)),
        Case::new("four hundred cookies", with(format!("Cookie: {}\r\n", "a=b; ".repeat(400)), host, path)),
        Case::new("a range beyond every file", with("Range: bytes=18446744073709551615-,-0\r\n", host, path)),
        Case::new("an upgrade to nothing", with("Connection: Upgrade\r\nUpgrade: websocket\r\n", host, path)),
    ]
}

fn lengths(host: &str, path: &str) -> Vec<Case> {
    let post = |lines: &str, body: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{lines}Connection: close\r\n\r\n{body}")
    };
    vec![
        Case::new("a negative length", post("Content-Length: -1\r\n", "x")),
        Case::new("a length beyond every range", post("Content-Length: 18446744073709551616\r\n", "x")),
        Case::new("a length that is no number", post("Content-Length: 0x10\r\n", "x")),
        Case::new("two lengths", post("Content-Length: 1\r\nContent-Length: 5\r\n", "x")),
        Case::new("a body shorter than its length", post("Content-Length: 64\r\n", "x")),
        Case::new("a body longer than its length", post("Content-Length: 1\r\n", &"x".repeat(4_096))),
        Case::new("chunks without sizes", post("Transfer-Encoding: chunked\r\n", "zz\r\nx\r\n0\r\n\r\n")),
        Case::new(
            "a chunk beyond every range",
            post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\nx"),
        ),
        Case::new(
            "chunks and a length",
            post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        ),
        Case::new("an unknown coding", post("Transfer-Encoding: assize\r\n", "x")),
        Case::new(
            "a form with ten thousand fields",
            post(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 40000\r\n",
                &"a=b&".repeat(10_000),
            ),
        ),
    ]
}
