//! A GET client over TLS, for the device's look at the update server.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::dial::WayOut;

/// How long the whole exchange may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest answer, headers included.
const ANSWER: u64 = 1024 * 1024;

/// The body of the page, when the server proves its name by certificate and answers 200.
///
/// # Errors
/// No connection, no valid certificate, another status, an answer cut short, or one longer than a mebibyte.
pub(crate) async fn get(
    way: WayOut,
    server: SocketAddr,
    tls: Arc<ClientConfig>,
    path: &str,
) -> io::Result<Vec<u8>> {
    let answer =
        timeout(PATIENCE, exchange(way, server, tls, path)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    body(&answer)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer does not read as a page"))
}

async fn exchange(
    way: WayOut,
    server: SocketAddr,
    tls: Arc<ClientConfig>,
    path: &str,
) -> io::Result<Vec<u8>> {
    let stream = way.dial(server).await?;
    let name = ServerName::try_from(crate::SERVICES).map_err(io::Error::other)?;
    let mut stream = TlsConnector::from(tls).connect(name, stream).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.take(ANSWER).read_to_end(&mut answer).await?;
    Ok(answer)
}

/// The body of a 200 whose declared length is there in full.
fn body(answer: &[u8]) -> Option<Vec<u8>> {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = str::from_utf8(&answer[..end]).ok()?;
    let mut lines = head.split("\r\n");
    if lines.next()?.split(' ').nth(1)? != "200" {
        return None;
    }
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    let (_, length) = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    let body = &answer[end + 4..];
    (body.len() == length.trim().parse::<usize>().ok()?).then(|| body.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_200_has_a_body() {
        assert_eq!(body(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), Some(b"hi".to_vec()));
        assert_eq!(body(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi"), None);
        assert_eq!(body(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi"), None);
        assert_eq!(body(b"nonsense"), None);
    }
}
