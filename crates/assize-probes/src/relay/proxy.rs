//! Listens as a proxy that the DUT is set to use. It leads to declared hosts only, never asks DNS, and remembers what
//! else the DUT asked for.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};

use super::{
    codec,
    errand::{Errand, LONGEST_ERRAND, errand, plain},
    live::{Entrance, MOST_STRANGERS, accept},
};
use crate::{Budget, Raw, Target};

/// Destinations that are told of each kind; requests for further ones are counted.
const MOST_TOLD: usize = 24;
/// Requests of which the bytes are kept.
const MOST_KEPT: usize = 24;
/// What a peer may still send that was turned away.
const REST: usize = 64 * 1024;
/// The answer that opens a tunnel.
const OPEN: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// A declared host, as the proxy leads to it.
#[derive(Debug, Default)]
pub struct Way {
    /// What the DUT may call it: names and addresses.
    pub names: Vec<String>,
    /// Where it is; none when the declaration gives no address.
    pub to: Option<Target>,
    /// Ports at which a relay takes its place.
    pub relays: BTreeMap<u16, Entrance>,
}

/// What the DUT asked for: host and port, and how often.
pub type Wishes = BTreeMap<(String, u16), u64>;

/// What was seen at a proxy.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Destinations that are declared.
    pub known: Wishes,
    /// Destinations that are not; each was refused.
    pub unknown: Wishes,
    /// Connections that asked for nothing a proxy does.
    pub unread: u64,
    /// Requests for further destinations of either kind.
    pub untold: u64,
    /// The first of the heads that were refused or not understood.
    pub raw: Vec<Raw>,
}

#[derive(Debug)]
struct Shared {
    ways: Vec<Way>,
    budget: Budget,
    asked: Mutex<Asked>,
    strangers: Mutex<BTreeMap<IpAddr, u64>>,
}

/// A proxy of the bench; its place is given back when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Listens at an address of the bench for the DUT, which is known by its addresses (`from`). Others are turned away
    /// at once and counted apart.
    ///
    /// # Errors
    /// When the bench cannot listen there.
    pub async fn open(
        listen: SocketAddr,
        from: Vec<IpAddr>,
        mut ways: Vec<Way>,
        budget: &Budget,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        for way in &mut ways {
            way.names.iter_mut().for_each(|name| *name = plain(name));
        }
        let (asked, strangers) = Default::default();
        let shared = Arc::new(Shared { ways, budget: budget.clone(), asked, strangers });
        let (served, turned) = (Arc::clone(&shared), Arc::clone(&shared));
        let task = tokio::spawn(accept(
            listener,
            from,
            move |who| turned.turned_away(who),
            move |stream, peer| {
                let shared = Arc::clone(&served);
                async move { shared.connection(stream, peer).await }
            },
        ));
        Ok(Self { shared, task })
    }

    /// What was asked since this was called last.
    pub fn take(&self) -> Asked {
        std::mem::take(&mut *self.shared.asked())
    }

    /// Who else connected since the proxy was opened, and how often.
    pub fn strangers(&self) -> BTreeMap<IpAddr, u64> {
        self.shared.strangers().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where an errand leads.
enum Lead {
    /// To a relay or a host's port.
    To(Entrance),
    /// To a declared host of which nobody knows where it is.
    Nowhere,
    /// To a host that is not declared.
    Undeclared,
}

impl Shared {
    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
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

    async fn connection(&self, mut stream: TcpStream, peer: SocketAddr) {
        let mut head = Vec::new();
        let is_whole = timeout(self.budget.page, heard(&mut stream, &mut head)).await.unwrap_or(false);
        let Some(errand) = errand(&head).filter(|_| is_whole) else {
            self.not_understood(&head);
            return self.refuse(stream, 400, "this is no request to a proxy\n").await;
        };
        let lead = self.lead(&errand);
        self.note(&errand, &head, matches!(lead, Lead::Undeclared));
        match lead {
            Lead::Undeclared => self.refuse(stream, 403, "this host is not declared\n").await,
            Lead::Nowhere => self.refuse(stream, 502, "nobody knows where this host is\n").await,
            Lead::To(entrance) => self.let_in(entrance, errand, stream, peer).await,
        }
    }

    /// A relay takes its place before the host does; both are reached at declared addresses only.
    fn lead(&self, errand: &Errand) -> Lead {
        let ways: Vec<&Way> = self.ways.iter().filter(|way| way.names.contains(&errand.host)).collect();
        if let Some(entrance) = ways.iter().find_map(|way| way.relays.get(&errand.port)) {
            return Lead::To(entrance.clone());
        }
        match ways.iter().find_map(|way| way.to.clone()) {
            Some(to) => Lead::To(Entrance::passing(to, errand.port, &self.budget)),
            None if ways.is_empty() => Lead::Undeclared,
            None => Lead::Nowhere,
        }
    }

    /// Hands a connection over. At a place that is cut it ends without an answer, as it would at the relay itself.
    async fn let_in(&self, entrance: Entrance, errand: Errand, mut stream: TcpStream, peer: SocketAddr) {
        if errand.ahead.is_none() && !entrance.is_cut() {
            let said = timeout(self.budget.read, stream.write_all(OPEN)).await;
            if !matches!(said, Ok(Ok(()))) {
                return;
            }
        }
        entrance.enter(stream, peer, errand.ahead.unwrap_or_default()).await;
    }

    async fn refuse(&self, mut stream: TcpStream, status: u16, words: &str) {
        let answer = codec::answer(status, "text/plain", words.as_bytes());
        let Ok(Ok(())) = timeout(self.budget.read, stream.write_all(&answer)).await else { return };
        stream.shutdown().await.ok();
        // Closing with bytes unread would take the answer away from the peer.
        let mut rest = stream.take(REST as u64);
        timeout(self.budget.read, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await.ok();
    }

    fn note(&self, errand: &Errand, head: &[u8], is_unknown: bool) {
        let mut asked = self.asked();
        let wishes = if is_unknown { &mut asked.unknown } else { &mut asked.known };
        let key = (errand.host.clone(), errand.port);
        if let Some(times) = wishes.get_mut(&key) {
            *times += 1;
        } else if wishes.len() < MOST_TOLD {
            wishes.insert(key, 1);
            if is_unknown && asked.raw.len() < MOST_KEPT {
                asked.raw.push(Raw::new(format!("refused, {}:{}", errand.host, errand.port), head));
            }
        } else {
            asked.untold += 1;
        }
    }

    fn not_understood(&self, head: &[u8]) {
        let mut asked = self.asked();
        asked.unread += 1;
        if asked.raw.len() < MOST_KEPT && !head.is_empty() {
            asked.raw.push(Raw::new("not understood", head));
        }
    }
}

/// Reads a head and not one byte of what follows, which belongs to somebody else; says whether it came whole.
async fn heard(stream: &mut TcpStream, head: &mut Vec<u8>) -> bool {
    while head.len() < LONGEST_ERRAND {
        let Ok(byte) = stream.read_u8().await else { return false };
        head.push(byte);
        if head.ends_with(b"\r\n\r\n") {
            return true;
        }
    }
    false
}

#[cfg(test)]
#[path = "proxy_tests.rs"]
mod tests;
