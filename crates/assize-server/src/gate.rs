//! The door of the server: so many connections at once, and none that keeps its place without being served.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// Connections held at once; those beyond wait in the system's queue.
const PLACES: usize = 512;

/// How long a connection may go without a byte being sent on it: an idle one, one whose request trickles in, one whose
/// peer does not take its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A listener that hands out a limited number of places.
#[derive(Debug)]
pub(crate) struct Gate {
    socket: TcpListener,
    places: Arc<Semaphore>,
    patience: Duration,
}

/// A connection with its place, which it loses when nothing is sent on it for too long.
#[derive(Debug)]
pub(crate) struct Admitted {
    stream: TcpStream,
    end: Pin<Box<Sleep>>,
    patience: Duration,
    _place: OwnedSemaphorePermit,
}

impl Gate {
    pub(crate) fn new(socket: TcpListener) -> Self {
        Self { socket, places: Arc::new(Semaphore::new(PLACES)), patience: PATIENCE }
    }
}

impl Listener for Gate {
    type Io = Admitted;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Admitted, SocketAddr) {
        let places = Arc::clone(&self.places);
        let place = places.acquire_owned().await.expect("the places are never closed");
        let (stream, from) = Listener::accept(&mut self.socket).await;
        // Small answers go at once.
        drop(stream.set_nodelay(true));
        let end = Box::pin(sleep(self.patience));
        (Admitted { stream, end, patience: self.patience, _place: place }, from)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

impl Admitted {
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        self.end.as_mut().poll(cx).is_ready()
    }
}

impl AsyncRead for Admitted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_late(cx) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Admitted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if sent.is_ready() {
            let next = Instant::now() + self.patience;
            self.end.as_mut().reset(next);
        } else if self.is_late(cx) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        sent
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn served(places: usize) -> SocketAddr {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        let patience = Duration::from_millis(300);
        let gate = Gate { socket, places: Arc::new(Semaphore::new(places)), patience };
        let router = Router::new().route("/", get(|| async { "here" }));
        tokio::spawn(async move { axum::serve(gate, router).await });
        at
    }

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    #[tokio::test]
    async fn a_request_that_trickles_in_loses_its_place() {
        let at = served(1).await;
        let mut slow = TcpStream::connect(at).await.unwrap();
        let trickle = async {
            for byte in ASK {
                if slow.write_all(&[*byte]).await.is_err() {
                    return;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        trickle.await;
        // The one place is free again, for someone who asks at once.
        let mut quick = TcpStream::connect(at).await.unwrap();
        quick.write_all(ASK).await.unwrap();
        let mut answer = [0; 12];
        tokio::time::timeout(Duration::from_secs(5), quick.read_exact(&mut answer)).await.unwrap().unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }

    #[tokio::test]
    async fn a_connection_that_goes_on_asking_keeps_its_place() {
        let at = served(1).await;
        let mut stream = TcpStream::connect(at).await.unwrap();
        for _ in 0..6 {
            stream.write_all(ASK).await.unwrap();
            let mut answer = [0; 1024];
            let read = stream.read(&mut answer).await.unwrap();
            assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
            sleep(Duration::from_millis(120)).await;
        }
    }
}
