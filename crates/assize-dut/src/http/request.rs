//! Requests: read with every length bounded, refused with the status that says why.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

/// The longest request line and headers together.
const HEAD: usize = 8 * 1024;
/// The longest body.
const BODY: usize = 16 * 1024;
/// The most header fields.
const FIELDS: usize = 64;
/// How long the peer may take for one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// One request, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path without the query.
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Why no request came of what the peer sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The peer closed, or was silent for too long: nobody to answer.
    Gone,
    /// The status to answer with before closing.
    Status(u16),
}

impl Request {
    /// The first field of this name, given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether the body is declared to be of this media type; parameters are disregarded.
    pub(crate) fn is_of_type(&self, media: &str) -> bool {
        let declared = self.header("content-type").unwrap_or("");
        declared.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(media)
    }

    /// Whether the peer asks to close after the answer.
    pub(crate) fn wants_close(&self) -> bool {
        self.header("connection").is_some_and(|v| v.to_ascii_lowercase().contains("close"))
    }

    /// Parses request line and headers, without the blank line; the body is still empty.
    fn from_head(head: &[u8]) -> Result<Self, Refusal> {
        let bad = Refusal::Status(400);
        let text = str::from_utf8(head).map_err(|_| bad)?;
        let mut lines = text.split("\r\n");
        let mut first = lines.next().unwrap_or("").split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (first.next(), first.next(), first.next(), first.next())
        else {
            return Err(bad);
        };
        if !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
            return Err(Refusal::Status(505));
        }
        let method_reads = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
        if !method_reads || !target.starts_with('/') {
            return Err(bad);
        }
        let path = target.split(['?', '#']).next().unwrap_or("/").to_owned();
        let headers = lines.map(field).collect::<Option<Vec<_>>>().ok_or(bad)?;
        if headers.len() > FIELDS {
            return Err(Refusal::Status(431));
        }
        Ok(Self { method: method.to_owned(), path, headers, body: Vec::new() })
    }

    /// The length of the body that follows; refuses what is too long or not counted.
    fn body_length(&self) -> Result<usize, Refusal> {
        if self.header("transfer-encoding").is_some() {
            return Err(Refusal::Status(411));
        }
        let mut lengths = self.headers.iter().filter(|(name, _)| name == "content-length");
        let Some((_, length)) = lengths.next() else { return Ok(0) };
        // Two lengths, or a sign, are how requests are smuggled past a parser.
        if lengths.next().is_some() || !length.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Refusal::Status(400));
        }
        match length.parse::<usize>() {
            Ok(length) if length <= BODY => Ok(length),
            _ => Err(Refusal::Status(413)),
        }
    }
}

/// Reads the next request; `buffer` keeps what the peer sent beyond it.
pub(crate) async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut Vec<u8>,
) -> Result<Request, Refusal> {
    timeout(PATIENCE, read_patiently(stream, buffer)).await.unwrap_or(Err(Refusal::Gone))
}

async fn read_patiently<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut Vec<u8>,
) -> Result<Request, Refusal> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if buffer.len() > HEAD {
            return Err(Refusal::Status(431));
        }
        more(stream, buffer).await?;
    };
    let mut request = Request::from_head(&buffer[..end])?;
    let whole = end + 4 + request.body_length()?;
    while buffer.len() < whole {
        more(stream, buffer).await?;
    }
    request.body = buffer[end + 4..whole].to_vec();
    buffer.drain(..whole);
    Ok(request)
}

async fn more<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Vec<u8>) -> Result<(), Refusal> {
    let mut chunk = [0; 2048];
    match stream.read(&mut chunk).await {
        Ok(read) if read > 0 => {
            buffer.extend_from_slice(&chunk[..read]);
            Ok(())
        }
        _ => Err(Refusal::Gone),
    }
}

/// A value of a form or an address with its escapes undone; none when they do not read.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => out.push(b' '),
            b'%' => {
                let (digits, after) = rest.split_at_checked(2)?;
                out.push(*hex::decode(digits).ok()?.first()?);
                rest = after;
            }
            other => out.push(other),
        }
    }
    String::from_utf8(out).ok()
}

fn field(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name_reads =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let value_reads = !value.bytes().any(|b| b.is_ascii_control() && b != b'\t');
    (name_reads && value_reads).then(|| (name.to_ascii_lowercase(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parsed(bytes: &[u8]) -> Result<Request, Refusal> {
        read(&mut &bytes[..], &mut Vec::new()).await
    }

    #[tokio::test]
    async fn two_requests_on_one_connection() {
        let mut stream = &b"POST /a?b=c HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.1\r\n\r\n"[..];
        let mut buffer = Vec::new();
        let first = read(&mut stream, &mut buffer).await.unwrap();
        assert_eq!((first.method.as_str(), first.path.as_str(), &first.body[..]), ("POST", "/a", &b"hi"[..]));
        assert_eq!(read(&mut stream, &mut buffer).await.unwrap().path, "/");
        assert_eq!(read(&mut stream, &mut buffer).await, Err(Refusal::Gone));
    }

    #[tokio::test]
    async fn odd_requests_are_refused_with_the_right_status() {
        for (bytes, status) in [
            (&b"GET / HTTP/9.9\r\n\r\n"[..], 505),
            (b"get / HTTP/1.1\r\n\r\n", 400),
            (b"GET http://other/ HTTP/1.1\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
            (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413),
            (b"\xff\xfe\r\n\r\n", 400),
        ] {
            assert_eq!(
                parsed(bytes).await,
                Err(Refusal::Status(status)),
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[tokio::test]
    async fn a_head_without_end_is_cut_off() {
        assert_eq!(parsed(&[b'A'; 3 * HEAD]).await, Err(Refusal::Status(431)));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(FIELDS + 1));
        assert_eq!(parsed(many.as_bytes()).await, Err(Refusal::Status(431)));
    }

    #[test]
    fn escapes_are_undone_strictly() {
        assert_eq!(percent_decoded("a+b%21%c3%a9").as_deref(), Some("a b!é"));
        for bad in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(percent_decoded(bad), None, "{bad}");
        }
    }
}
