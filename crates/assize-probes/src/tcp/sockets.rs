//! A pool of connecting sockets. A socket is used for one attempt after the other: Linux lets a refused or given-up
//! connection connect again, which costs half of what a new socket does.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    os::fd::OwnedFd,
    time::Duration,
};

use rustix::{
    event::{Timespec, epoll},
    io::Errno,
    net::{
        AddressFamily, SocketFlags, SocketType, connect, connect_unspec, getsockname, socket_with, sockopt,
    },
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

/// Descriptors that are left to the rest of the program.
const SPARE: u64 = 200;
/// How many events are taken at once.
const EVENTS: usize = 512;

/// Sockets by number, the free ones, and what wakes the scan.
pub(super) struct Sockets {
    family: AddressFamily,
    epoll: OwnedFd,
    all: Vec<OwnedFd>,
    free: Vec<usize>,
    events: Vec<epoll::Event>,
}

/// How an attempt stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stand {
    /// Nothing has come back yet.
    Waiting,
    /// The connection was accepted; the address is the bench's side.
    Open(SocketAddr),
    /// The target refused.
    Refused,
    /// The kernel gave up.
    Silent,
    /// A router, a firewall or the bench's own routing says that there is no way.
    Unreachable(Errno),
}

impl Sockets {
    /// A pool for addresses of this family.
    pub(super) fn new(target: IpAddr) -> io::Result<Self> {
        Ok(Self {
            family: if target.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 },
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            all: Vec::new(),
            free: Vec::new(),
            events: Vec::with_capacity(EVENTS),
        })
    }

    /// A socket to use: a free one, or a new one.
    pub(super) fn take(&mut self) -> io::Result<usize> {
        if let Some(slot) = self.free.pop() {
            return Ok(slot);
        }
        let socket = self.fresh(self.all.len())?;
        self.all.push(socket);
        Ok(self.all.len() - 1)
    }

    fn fresh(&self, slot: usize) -> io::Result<OwnedFd> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(self.family, SocketType::STREAM, flags, None)?;
        // A connection that ends by reset leaves no port in TIME_WAIT; a scan of the loopback needs them.
        sockopt::set_socket_linger(&socket, Some(Duration::ZERO))?;
        let wake = epoll::EventFlags::OUT | epoll::EventFlags::ERR | epoll::EventFlags::ET;
        epoll::add(&self.epoll, &socket, epoll::EventData::new_u64(slot as u64), wake)?;
        Ok(socket)
    }

    /// Starts to connect, or asks how a started attempt stands: to the kernel that is one call, which also makes a
    /// refused socket usable again. An error is the bench's own.
    pub(super) fn connect(&self, slot: usize, to: SocketAddr) -> io::Result<Stand> {
        match connect(&self.all[slot], &to) {
            Ok(()) | Err(Errno::ISCONN) => {
                let from = SocketAddr::try_from(getsockname(&self.all[slot])?)?;
                if from != to {
                    return Ok(Stand::Open(from));
                }
                // On the bench's own address a port nobody listens on may be the very one the attempt leaves from.
                connect_unspec(&self.all[slot])?;
                Ok(Stand::Refused)
            }
            Err(Errno::INPROGRESS | Errno::ALREADY) => Ok(Stand::Waiting),
            Err(Errno::CONNREFUSED | Errno::CONNRESET | Errno::CONNABORTED) => Ok(Stand::Refused),
            Err(Errno::TIMEDOUT) => Ok(Stand::Silent),
            Err(why @ (Errno::HOSTUNREACH | Errno::NETUNREACH | Errno::NETDOWN)) => {
                Ok(Stand::Unreachable(why))
            }
            // How Linux tells of a filter that forbids the way over IPv6 (ICMPv6 type 1, codes 1, 5 and 6).
            Err(Errno::ACCESS) if to.is_ipv6() => Ok(Stand::Unreachable(Errno::HOSTUNREACH)),
            Err(own) => Err(own.into()),
        }
    }

    /// Gives a socket back that waits or is connected; a connection ends by reset.
    pub(super) fn give_back(&mut self, slot: usize) {
        if connect_unspec(&self.all[slot]).is_ok() {
            self.free.push(slot);
        } else if let Ok(socket) = self.fresh(slot) {
            self.all[slot] = socket;
            self.free.push(slot);
        }
    }

    /// Gives a socket back whose attempt failed; it is as good as new already.
    pub(super) fn keep(&mut self, slot: usize) {
        self.free.push(slot);
    }

    /// Waits until something happens, at most for so long, and gives the slots that have news.
    pub(super) fn wait(&mut self, most: Duration) -> io::Result<Vec<usize>> {
        let most = Timespec::try_from(most).map_err(io::Error::other)?;
        self.events.clear();
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut self.events), Some(&most)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let slots = self.events.iter().map(|event| usize::try_from(event.data.u64()).unwrap_or(usize::MAX));
        Ok(slots.collect())
    }
}

/// Lets this program open as many sockets as the system allows it, and says how many of `wanted` that is.
pub(super) fn allowance(wanted: usize) -> usize {
    let now = getrlimit(Resource::Nofile);
    let needed = SPARE + wanted as u64;
    let most = now.maximum.unwrap_or(u64::MAX);
    if now.current.is_some_and(|current| current < needed) {
        let raised = Rlimit { current: Some(needed.min(most)), maximum: now.maximum };
        // What cannot be raised is lived with: the scan goes on with fewer at once.
        let _ = setrlimit(Resource::Nofile, raised);
    }
    let current = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(current.saturating_sub(SPARE)).unwrap_or(usize::MAX).clamp(1, wanted.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench;

    fn settled(sockets: &mut Sockets, slot: usize, to: SocketAddr) -> Stand {
        let mut stand = sockets.connect(slot, to).unwrap();
        for _ in 0..100 {
            if !matches!(stand, Stand::Waiting) {
                break;
            }
            sockets.wait(Duration::from_millis(10)).unwrap();
            stand = sockets.connect(slot, to).unwrap();
        }
        stand
    }

    #[test]
    fn one_socket_serves_many_attempts() {
        let at = bench::address();
        let listener = std::net::TcpListener::bind((at, 0)).unwrap();
        let open = listener.local_addr().unwrap();
        let closed = SocketAddr::new(at, bench::free_port(at));
        let mut sockets = Sockets::new(at).unwrap();
        let slot = sockets.take().unwrap();
        for _ in 0..3 {
            assert!(matches!(settled(&mut sockets, slot, closed), Stand::Refused));
        }
        assert!(
            matches!(settled(&mut sockets, slot, open), Stand::Open(from) if from.ip() == at || from.ip().is_loopback())
        );
        sockets.give_back(slot);
        let slot = sockets.take().unwrap();
        assert!(matches!(settled(&mut sockets, slot, closed), Stand::Refused));
        sockets.keep(slot);
        let slot = sockets.take().unwrap();
        assert!(matches!(settled(&mut sockets, slot, open), Stand::Open(_)), "used again");
        assert_eq!(sockets.all.len(), 1);
    }

    #[test]
    fn the_bench_says_how_many_it_has() {
        assert_eq!(allowance(1), 1);
        assert!((1..=1_000_000).contains(&allowance(1_000_000)));
    }
}
