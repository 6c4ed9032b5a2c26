//! The server side of one connection: request after request until the peer has enough, errs, or reaches the limit.

use std::future::Future;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::request::{self, Refusal, Request};
use super::response::Response;
use crate::listen::Wire;

/// Requests answered on one connection.
const REQUESTS: usize = 100;
/// How long the peer may take to accept an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is still read and thrown away after the last answer, so that the peer gets to see it.
const LINGER: (u64, Duration) = (256 * 1024, Duration::from_secs(1));

/// Answers the requests of one connection with `respond`; without an answer the connection breaks off.
pub(crate) async fn serve<H, F>(mut stream: Box<dyn Wire>, respond: H)
where
    H: Fn(Request) -> F,
    F: Future<Output = Option<Response>>,
{
    let mut buffer = Vec::new();
    for left in (0..REQUESTS).rev() {
        let (response, is_head, close) = match request::read(&mut stream, &mut buffer).await {
            Ok(request) => {
                let (is_head, close) = (request.method == "HEAD", request.wants_close() || left == 0);
                match respond(as_get(request)).await {
                    Some(response) => (response, is_head, close),
                    None => return,
                }
            }
            Err(Refusal::Status(status)) => {
                (Response::error(status, "the request does not read"), false, true)
            }
            Err(Refusal::Gone) => break,
        };
        if !sent(&mut stream, &response.to_wire(is_head, close)).await || close {
            break;
        }
    }
    let _ = timeout(PATIENCE, stream.shutdown()).await;
    linger(&mut stream).await;
}

/// Closing with bytes unread resets the connection, and the peer loses the answer to, say, a request too large.
async fn linger<S: AsyncRead + Unpin>(stream: &mut S) {
    let (bytes, time) = LINGER;
    let _ = timeout(time, tokio::io::copy(&mut stream.take(bytes), &mut tokio::io::sink())).await;
}

/// HEAD is answered like GET; the body is dropped on the wire.
fn as_get(mut request: Request) -> Request {
    if request.method == "HEAD" {
        request.method = "GET".to_owned();
    }
    request
}

async fn sent<S: AsyncWrite + Unpin>(stream: &mut S, wire: &[u8]) -> bool {
    let send = async {
        stream.write_all(wire).await?;
        stream.flush().await
    };
    matches!(timeout(PATIENCE, send).await, Ok(Ok(())))
}
