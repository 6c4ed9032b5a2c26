//! Listens where the DUT is led to, and does with each connection what the bench wants at the moment.

use std::{
    collections::BTreeMap,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, timeout},
};

use super::serve::{Stand, serve};
use crate::{Budget, Raw, Target};

/// Connections served at once; more wait.
const AT_ONCE: usize = 32;
/// Answers of the host held at once.
const PACKAGES: usize = 2;
/// Connections and requests that are remembered.
pub(super) const MOST_SEEN: usize = 1000;
/// Addresses of others than the DUT that are remembered.
pub(super) const MOST_STRANGERS: usize = 16;

/// What is done with the DUT's connections.
#[derive(Clone, Debug, Default)]
pub enum Mode {
    /// They are passed on to the host.
    #[default]
    Pass,
    /// They are closed at once, as are those that stand.
    Cut,
    /// The bench answers in the host's stead.
    Serve(Arc<Stand>),
}

/// What was seen since the mode was set.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// When connections of the DUT came.
    pub calls: Vec<Instant>,
    /// From where each of `calls` came.
    pub peers: Vec<SocketAddr>,
    /// When bytes came back from the host on a connection that was passed on.
    pub answered: Vec<Instant>,
    /// Whether anything of the DUT came: a connection, or on one that was passed on bytes or its end.
    pub heard: bool,
    /// Handshakes of TLS that the DUT began with the bench, and those it finished.
    pub begun: u32,
    /// See `begun`.
    pub finished: u32,
    /// What the DUT asked for, method and path.
    pub requests: Vec<String>,
    /// How many answers differed from those of the host.
    pub changed: u32,
    /// Requests and the beginning of their answers.
    pub raw: Vec<Raw>,
}

/// What connections of a relay share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) to: Target,
    pub(super) port: u16,
    pub(super) budget: Budget,
    /// Bounds how many packages are held at once.
    pub(super) room: Semaphore,
    mode: watch::Sender<Mode>,
    /// Connections that stand: passed on, answered by the host, and ended by nobody.
    standing: AtomicUsize,
    seen: Mutex<Seen>,
    strangers: Mutex<BTreeMap<IpAddr, u64>>,
}

/// A place that the bench takes; it is given back when this is dropped.
#[derive(Debug)]
pub struct Relay {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Listens at an address of the bench for connections that belong to a port of `to`, and passes them on. Only
    /// those `from` the DUT's addresses are; others are closed at once and counted apart.
    ///
    /// # Errors
    /// When the bench cannot listen there.
    pub async fn open(
        listen: SocketAddr,
        from: Vec<IpAddr>,
        to: Target,
        port: u16,
        budget: &Budget,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let shared = Arc::new(Shared::new(to, port, budget));
        let (served, turned) = (Entrance(Arc::clone(&shared)), Arc::clone(&shared));
        let task = tokio::spawn(accept(
            listener,
            from,
            move |who| turned.turned_away(who),
            move |stream, peer| {
                let entrance = served.clone();
                async move { entrance.enter(stream, peer, Vec::new()).await }
            },
        ));
        Ok(Self { shared, task })
    }

    /// Another way into the relay than its port.
    pub fn entrance(&self) -> Entrance {
        Entrance(Arc::clone(&self.shared))
    }

    /// Does something else from now on. Connections that stand end; what was seen before is forgotten.
    pub fn set(&self, mode: Mode) {
        *self.shared.seen() = Seen::default();
        self.shared.mode.send_replace(mode);
    }

    /// What was seen since the mode was set.
    pub fn seen(&self) -> Seen {
        self.shared.seen().clone()
    }

    /// Whether the DUT has a connection now that the host has answered on and that nobody has ended.
    pub fn has_standing(&self) -> bool {
        self.shared.standing.load(Ordering::SeqCst) > 0
    }

    /// Who else connected since the relay was opened, and how often.
    pub fn strangers(&self) -> BTreeMap<IpAddr, u64> {
        self.shared.strangers().clone()
    }

    /// Forgets what was seen, without touching connections.
    pub fn forget(&self) {
        *self.shared.seen() = Seen::default();
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where connections enter a relay, or go to a port of a host that no relay takes.
#[derive(Clone, Debug)]
pub struct Entrance(Arc<Shared>);

impl Entrance {
    /// Leads to a port of a host that no relay takes.
    pub(super) fn passing(to: Target, port: u16, budget: &Budget) -> Self {
        Self(Arc::new(Shared::new(to, port, budget)))
    }

    /// Whether connections end there at the moment.
    pub(super) fn is_cut(&self) -> bool {
        matches!(*self.0.mode.borrow(), Mode::Cut)
    }

    /// Does with a connection of the DUT what the relay does; `ahead` was read from it already.
    pub(super) async fn enter(&self, stream: TcpStream, peer: SocketAddr, ahead: Vec<u8>) {
        self.0.called(peer);
        connection(stream, &ahead, &self.0).await;
    }
}

impl Shared {
    fn new(to: Target, port: u16, budget: &Budget) -> Self {
        let (mode, _) = watch::channel(Mode::Pass);
        let (room, (standing, seen, strangers)) = (Semaphore::new(PACKAGES), Default::default());
        Self { to, port, budget: budget.clone(), room, mode, standing, seen, strangers }
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strangers(&self) -> MutexGuard<'_, BTreeMap<IpAddr, u64>> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turned_away(&self, who: IpAddr) {
        let mut strangers = self.strangers();
        if strangers.len() < MOST_STRANGERS || strangers.contains_key(&who) {
            *strangers.entry(who).or_default() += 1;
        }
    }

    fn called(&self, peer: SocketAddr) {
        let mut seen = self.seen();
        seen.heard = true;
        if seen.calls.len() < MOST_SEEN {
            seen.calls.push(Instant::now());
            seen.peers.push(peer);
        }
    }

    fn answered(&self) {
        let mut seen = self.seen();
        if seen.answered.len() < MOST_SEEN {
            seen.answered.push(Instant::now());
        }
    }
}

/// Serves connections from some addresses, a bounded number at once; others are closed and told to `turned_away`.
pub(super) async fn accept<F>(
    listener: TcpListener,
    from: Vec<IpAddr>,
    turned_away: impl Fn(IpAddr) + Send,
    serve: impl Fn(TcpStream, SocketAddr) -> F + Send,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        if open.len() >= AT_ONCE {
            open.join_next().await;
        }
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of descriptors: closing connections make room again.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        match from.iter().any(|own| own.to_canonical() == peer.ip().to_canonical()) {
            true => drop(open.spawn(serve(stream, peer))),
            false => turned_away(peer.ip().to_canonical()),
        }
    }
}

async fn connection(stream: TcpStream, ahead: &[u8], shared: &Shared) {
    let mut modes = shared.mode.subscribe();
    let mode = modes.borrow_and_update().clone();
    let work = async {
        match mode {
            Mode::Pass => pass(stream, ahead, shared).await,
            Mode::Cut => {}
            Mode::Serve(stand) => serve(stream, ahead, &stand, shared).await,
        }
    };
    tokio::select! {
        () = work => {}
        _ = modes.changed() => {}
    }
}

/// Carries bytes both ways until one side ends.
async fn pass(stream: TcpStream, ahead: &[u8], shared: &Shared) {
    let to = shared.to.at(shared.port);
    let Ok(Ok(mut host)) = timeout(shared.budget.connect, TcpStream::connect(to)).await else { return };
    if host.write_all(ahead).await.is_err() {
        return;
    }
    let ((from_dut, to_dut), (from_host, to_host)) = (stream.into_split(), host.into_split());
    let standing = Standing { shared, counts: AtomicBool::new(false), is_over: AtomicBool::new(false) };
    let from_dut = carry(from_dut, to_host, |came| {
        shared.seen().heard |= came != Came::Lost;
        if matches!(came, Came::End | Came::Lost) {
            standing.ends();
        }
    });
    let from_host = carry(from_host, to_dut, |came| match came {
        Came::First => {
            shared.answered();
            standing.begins();
        }
        Came::Bytes => {}
        Came::End | Came::Lost => standing.ends(),
    });
    tokio::select! {
        () = from_dut => {}
        () = from_host => {}
    }
}

/// Counts a connection among those that stand from the host's first answer until the first end.
struct Standing<'a> {
    shared: &'a Shared,
    counts: AtomicBool,
    is_over: AtomicBool,
}

impl Standing<'_> {
    fn begins(&self) {
        if !self.is_over.load(Ordering::SeqCst) && !self.counts.swap(true, Ordering::SeqCst) {
            self.shared.standing.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn ends(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        if self.counts.swap(false, Ordering::SeqCst) {
            self.shared.standing.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        self.ends();
    }
}

/// What came from one side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// The first bytes.
    First,
    /// More of them.
    Bytes,
    /// The end, told by that side.
    End,
    /// Nothing any more: the way to that side is lost.
    Lost,
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, tell: impl Fn(Came)) {
    let (mut chunk, mut next) = (vec![0; 16 * 1024], Came::First);
    loop {
        let size = match from.read(&mut chunk).await {
            Ok(size @ 1..) => size,
            Ok(0) => break tell(Came::End),
            Err(e) if e.kind() == io::ErrorKind::ConnectionReset => break tell(Came::End),
            Err(_) => break tell(Came::Lost),
        };
        tell(next);
        next = Came::Bytes;
        if to.write_all(chunk.get(..size).unwrap_or_default()).await.is_err() {
            return;
        }
    }
    // The other direction may still have something to say.
    to.shutdown().await.ok();
    sleep(Duration::from_secs(1)).await;
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
