//! Listens where the DUT is led to, and does with each connection what the bench wants at the moment.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
const MOST_STRANGERS: usize = 16;

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
        let (mode, _) = watch::channel(Mode::Pass);
        let (seen, strangers) = Default::default();
        let room = Semaphore::new(PACKAGES);
        let shared = Arc::new(Shared { to, port, budget: budget.clone(), room, mode, seen, strangers });
        let task = tokio::spawn(accept(listener, from, Arc::clone(&shared)));
        Ok(Self { shared, task })
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

impl Shared {
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

async fn accept(listener: TcpListener, from: Vec<IpAddr>, shared: Arc<Shared>) {
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
        if !from.iter().any(|own| own.to_canonical() == peer.ip().to_canonical()) {
            shared.turned_away(peer.ip().to_canonical());
            continue;
        }
        shared.called(peer);
        open.spawn(connection(stream, Arc::clone(&shared)));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let mut modes = shared.mode.subscribe();
    let mode = modes.borrow_and_update().clone();
    let work = async {
        match mode {
            Mode::Pass => pass(stream, &shared).await,
            Mode::Cut => {}
            Mode::Serve(stand) => serve(stream, &stand, &shared).await,
        }
    };
    tokio::select! {
        () = work => {}
        _ = modes.changed() => {}
    }
}

/// Carries bytes both ways until one side ends.
async fn pass(stream: TcpStream, shared: &Shared) {
    let to = shared.to.at(shared.port);
    let Ok(Ok(host)) = timeout(shared.budget.connect, TcpStream::connect(to)).await else { return };
    let ((from_dut, to_dut), (from_host, to_host)) = (stream.into_split(), host.into_split());
    tokio::select! {
        () = carry(from_dut, to_host, || {}) => {}
        () = carry(from_host, to_dut, || shared.answered()) => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, first: impl Fn()) {
    let (mut chunk, mut is_first) = (vec![0; 16 * 1024], true);
    while let Ok(size @ 1..) = from.read(&mut chunk).await {
        if is_first {
            first();
            is_first = false;
        }
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
