//! A connection that remembers what went over it, within a bound on memory and on time.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::{Instant, timeout, timeout_at},
};

use crate::observation::Raw;

/// Most notes that a tap keeps.
const MOST_NOTES: usize = 16;

/// What a tap can sit on.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A stream with a log of both directions, each kept up to `cap` bytes.
pub(crate) struct Tap<S> {
    stream: S,
    cap: usize,
    sent: Log,
    received: Log,
    notes: Vec<Raw>,
    has_ended: bool,
    has_closed: bool,
}

#[derive(Default)]
struct Log {
    bytes: Vec<u8>,
}

/// How long to listen: to the first byte, to a pause after it, and to the end in any case.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    pub first: Duration,
    pub quiet: Duration,
    pub whole: Duration,
}

impl<S: Stream> Tap<S> {
    pub(crate) fn new(stream: S, cap: usize) -> Self {
        Self {
            stream,
            cap,
            sent: Log::default(),
            received: Log::default(),
            notes: Vec::new(),
            has_ended: false,
            has_closed: false,
        }
    }

    /// Everything received so far, up to the cap.
    pub(crate) fn heard(&self) -> &[u8] {
        &self.received.bytes
    }

    /// Whether listening came to the peer's orderly end.
    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Whether the peer has closed, in order or, as many do that speak TLS, without a word.
    pub(crate) fn has_closed(&self) -> bool {
        self.has_closed
    }

    /// Whether as much was received as is kept: there may have been more.
    pub(crate) fn is_full(&self) -> bool {
        self.received.bytes.len() >= self.cap
    }

    /// Everything sent so far, up to the cap.
    pub(crate) fn said(&self) -> &[u8] {
        &self.sent.bytes
    }

    /// Sends bytes; a peer that takes none within `wait` counts as gone.
    pub(crate) async fn say(&mut self, bytes: &[u8], wait: Duration) -> io::Result<()> {
        let send = async {
            self.write_all(bytes).await?;
            self.flush().await
        };
        timeout(wait, send).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Listens until `is_done`, the peer's end, the cap, or the end of patience. Never fails: what was heard counts.
    pub(crate) async fn hear(&mut self, patience: Patience, is_done: impl Fn(&[u8]) -> bool) {
        let end = Instant::now() + patience.whole;
        let mut until = end.min(Instant::now() + patience.first);
        let mut chunk = vec![0; 16 * 1024];
        while self.received.bytes.len() < self.cap && Instant::now() < until {
            match timeout_at(until, self.read(&mut chunk)).await {
                Ok(Ok(1..)) => until = end.min(Instant::now() + patience.quiet),
                read => {
                    let is_torn = |e: &io::Error| e.kind() == io::ErrorKind::UnexpectedEof;
                    self.has_ended = matches!(read, Ok(Ok(0)));
                    self.has_closed = self.has_ended || matches!(&read, Ok(Err(e)) if is_torn(e));
                    return;
                }
            }
            if is_done(&self.received.bytes) {
                return;
            }
        }
    }

    /// Keeps what was read out of the bytes that went over the wire, so that a reader without keys can follow.
    pub(crate) fn note(&mut self, label: &str, bytes: &[u8]) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(Raw::new(label, &bytes[..bytes.len().min(self.cap)]));
        }
    }

    /// Both directions as raw bytes, and the notes; empty ones are left out.
    pub(crate) fn raw(&self, suffix: &str) -> Vec<Raw> {
        let both = [("sent", &self.sent), ("received", &self.received)];
        let wire = both
            .iter()
            .filter(|(_, log)| !log.bytes.is_empty())
            .map(|(word, log)| log.raw(&format!("{word}{suffix}"), self.cap));
        let notes =
            self.notes.iter().map(|raw| Raw::new(format!("{}{suffix}", raw.label), raw.bytes.clone()));
        wire.chain(notes).collect()
    }
}

impl Patience {
    /// Listens for `whole`, without minding pauses.
    pub(crate) fn whole(whole: Duration) -> Self {
        Self { first: whole, quiet: whole, whole }
    }
}

impl Log {
    fn keep(&mut self, bytes: &[u8], cap: usize) {
        let room = cap.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..room]);
    }

    /// A log that has reached its cap says so: there may have been more.
    fn raw(&self, word: &str, cap: usize) -> Raw {
        let label =
            if self.bytes.len() < cap { word.to_owned() } else { format!("{word} (first {cap} bytes)") };
        Raw::new(label, self.bytes.clone())
    }
}

impl<S: Stream> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let cap = self.cap;
        self.received.keep(&buf.filled()[before..], cap);
        Poll::Ready(Ok(()))
    }
}

impl<S: Stream> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        let cap = self.cap;
        self.sent.keep(&bytes[..taken], cap);
        Poll::Ready(Ok(taken))
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
    use super::*;

    #[tokio::test]
    async fn endless_speech_is_cut_and_says_so() {
        let (near, mut far) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move { while far.write_all(&[b'x'; 1000]).await.is_ok() {} });
        let mut tap = Tap::new(near, 1 << 12);
        tap.hear(Patience::whole(Duration::from_secs(5)), |_| false).await;
        let raw = tap.raw("");
        assert_eq!(raw[0].bytes.len(), 1 << 12);
        assert_eq!(raw[0].label, "received (first 4096 bytes)");
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_ends_with_the_whole_patience() {
        let (near, mut far) = tokio::io::duplex(64);
        tokio::spawn(async move {
            while far.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let mut tap = Tap::new(near, 100);
        let start = Instant::now();
        tap.hear(Patience::whole(Duration::from_secs(3)), |_| false).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3));
        assert!(tap.heard().len() <= 4);
    }
}
