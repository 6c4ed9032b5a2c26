//! Attempts by bare SYNs over raw sockets. The operating system knows nothing of them: when the target accepts, it answers
//! the unasked SYN-ACK with a reset by itself, and the service never hears of it.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    os::fd::OwnedFd,
    time::Duration,
};

use ring::rand::{SecureRandom, SystemRandom};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{
        AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, connect, getsockname, ipproto,
        recv, send, socket_with, sockopt,
    },
};

use super::{
    codec::{Answer, Cookie, Obstacle, heard, message, quoted, segment, syn},
    sockets::Stand,
};

/// Ports of the bench that are held for the scan, so that nobody else is given one. A port that is asked again is asked
/// from the next one, so that no memory of the first attempt stands in the way of the second.
const HELD: usize = 64;
/// What the kernel may hold of packets that were not read yet.
const RECEIVE_BYTES: usize = 4 * 1024 * 1024;
/// How many packets are read in one go.
const AT_A_TIME: usize = 4096;
/// Longer packets than this answer no SYN; what is cut off then fails its checksum.
const LONGEST: usize = 2048;
/// How often a SYN is sent again that met the report of another one's fate.
const SEND_TRIES: usize = 16;

/// Raw sockets, and what is under way over them by number.
pub(super) struct Segments {
    bench: IpAddr,
    target: IpAddr,
    tcp: OwnedFd,
    icmp: OwnedFd,
    /// Bound, never connected: the kernel resets what comes to them.
    _held: Vec<OwnedFd>,
    ports: Vec<u16>,
    /// For each port of the target, how often it was asked.
    turns: Vec<u8>,
    cookie: Cookie,
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// Which slot waits for an answer, by the ports of bench and target.
    waiting: HashMap<(u16, u16), usize>,
    news: Vec<usize>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
enum Slot {
    Idle,
    Waiting { pair: (u16, u16), sequence: u32 },
    Settled { stand: Stand, shown: Vec<u8> },
}

impl Segments {
    /// Raw sockets to the target.
    pub(super) fn new(target: IpAddr) -> io::Result<Self> {
        let bench = source(target)?;
        let (tcp, icmp) = raw_sockets(target)?;
        // From here on the kernel hands over what comes from the target, and nothing else.
        connect(&tcp, &SocketAddr::new(target, 0))?;
        let held: Vec<OwnedFd> = (0..HELD).map(|_| hold(bench)).collect::<io::Result<_>>()?;
        let port = |socket: &OwnedFd| Ok(SocketAddr::try_from(getsockname(socket)?)?.port());
        let ports = held.iter().map(port).collect::<io::Result<_>>()?;
        let mut secret = [0; 32];
        SystemRandom::new().fill(&mut secret).map_err(|_| io::Error::other("no random numbers"))?;
        Ok(Self {
            bench,
            target,
            tcp,
            icmp,
            _held: held,
            ports,
            turns: vec![0; usize::from(u16::MAX) + 1],
            cookie: Cookie::new(&secret),
            slots: Vec::new(),
            free: Vec::new(),
            waiting: HashMap::new(),
            news: Vec::new(),
            buffer: vec![0; LONGEST],
        })
    }

    /// A slot to use.
    pub(super) fn take(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::Idle);
            self.slots.len() - 1
        })
    }

    /// Sends a SYN, or tells how the slot's attempt stands.
    pub(super) fn connect(&mut self, slot: usize, to: SocketAddr) -> io::Result<Stand> {
        if matches!(self.slots[slot], Slot::Idle) {
            return self.start(slot, to);
        }
        if matches!(self.slots[slot], Slot::Waiting { .. }) {
            self.hear()?;
        }
        match &self.slots[slot] {
            Slot::Settled { stand, .. } => Ok(*stand),
            _ => Ok(Stand::Waiting),
        }
    }

    fn start(&mut self, slot: usize, to: SocketAddr) -> io::Result<Stand> {
        let from = self.turn(to.port());
        let sequence = self.cookie.sequence(SocketAddr::new(self.bench, from), to);
        if let Some(why) = self.send(&syn(SocketAddr::new(self.bench, from), to, sequence))? {
            self.slots[slot] = Slot::Settled { stand: Stand::Unreachable(why), shown: Vec::new() };
            return Ok(Stand::Unreachable(why));
        }
        let pair = (from, to.port());
        self.waiting.insert(pair, slot);
        self.slots[slot] = Slot::Waiting { pair, sequence };
        Ok(Stand::Waiting)
    }

    /// The bench's port for the next attempt at a port: one from which none is under way.
    fn turn(&mut self, to: u16) -> u16 {
        let turn = &mut self.turns[usize::from(to)];
        for _ in 0..self.ports.len() {
            *turn = turn.wrapping_add(1);
            let from = self.ports[usize::from(*turn) % self.ports.len()];
            if !self.waiting.contains_key(&(from, to)) {
                return from;
            }
        }
        self.ports[usize::from(*turn) % self.ports.len()]
    }

    /// Sends a segment. The socket may still hold the report of an earlier one's fate, which is heard by other means.
    fn send(&self, segment: &[u8]) -> io::Result<Option<Errno>> {
        let mut last = None;
        for _ in 0..SEND_TRIES {
            match send(&self.tcp, segment, SendFlags::empty()) {
                // A filter of the bench's own that drops it is a loss like any other.
                Ok(_) | Err(Errno::PERM) => return Ok(None),
                Err(error) if is_report(error) => last = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(last)
    }

    /// Gives a slot back, whatever became of its attempt.
    pub(super) fn give_back(&mut self, slot: usize) {
        if let Slot::Waiting { pair, .. } = std::mem::replace(&mut self.slots[slot], Slot::Idle)
            && self.waiting.get(&pair) == Some(&slot)
        {
            self.waiting.remove(&pair);
        }
        self.free.push(slot);
    }

    /// The segment by which the target accepted, or refused.
    pub(super) fn shown(&self, slot: usize) -> Vec<u8> {
        match &self.slots[slot] {
            Slot::Settled { shown, .. } => shown.clone(),
            _ => Vec::new(),
        }
    }

    /// Waits until something comes, at most for so long, and gives the slots that have news.
    pub(super) fn wait(&mut self, most: Duration) -> io::Result<Vec<usize>> {
        let most = if self.news.is_empty() { most } else { Duration::ZERO };
        let most = Timespec::try_from(most).map_err(io::Error::other)?;
        let mut sockets = [PollFd::new(&self.tcp, PollFlags::IN), PollFd::new(&self.icmp, PollFlags::IN)];
        match poll(&mut sockets, Some(&most)) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => self.hear()?,
            Err(error) => return Err(error.into()),
        }
        Ok(std::mem::take(&mut self.news))
    }

    /// Reads what has come.
    fn hear(&mut self) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let heard = self.hear_into(&mut buffer);
        self.buffer = buffer;
        heard
    }

    fn hear_into(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        for _ in 0..AT_A_TIME {
            let Some(size) = receive(&self.tcp, buffer)? else { break };
            self.take_segment(&buffer[..size]);
        }
        for _ in 0..AT_A_TIME {
            let Some(size) = receive(&self.icmp, buffer)? else { break };
            self.take_message(&buffer[..size]);
        }
        Ok(())
    }

    /// What comes over IPv4 has its IP header on, over IPv6 not.
    fn take_segment(&mut self, packet: &[u8]) {
        let segment =
            if self.bench.is_ipv4() { segment(packet, self.target, self.bench) } else { Some(packet) };
        let heard = segment.and_then(|bytes| Some((heard(bytes, self.target, self.bench)?, bytes)));
        let Some((heard, bytes)) = heard else { return };
        let pair = (heard.bench_port, heard.target_port);
        let stand = match heard.answer {
            Answer::Open => Stand::Open(SocketAddr::new(self.bench, heard.bench_port)),
            Answer::Closed => Stand::Refused,
        };
        self.settle(pair, heard.acknowledges.wrapping_sub(1), stand, bytes);
    }

    fn take_message(&mut self, packet: &[u8]) {
        let message = if self.bench.is_ipv4() { message(packet, self.bench) } else { Some(packet) };
        let quoted = message.and_then(|bytes| Some((quoted(bytes, self.target, self.bench)?, bytes)));
        let Some((quoted, bytes)) = quoted else { return };
        let stand = match quoted.obstacle {
            Obstacle::Port => Stand::Refused,
            Obstacle::Host => Stand::Unreachable(Errno::HOSTUNREACH),
            Obstacle::Net => Stand::Unreachable(Errno::NETUNREACH),
        };
        self.settle((quoted.bench_port, quoted.target_port), quoted.sequence, stand, bytes);
    }

    /// Enters an answer where one is waited for, if it knows the number of the SYN.
    fn settle(&mut self, pair: (u16, u16), number: u32, stand: Stand, bytes: &[u8]) {
        let Some(slot) = self.waiting.get(&pair).copied() else { return };
        let is_answer = matches!(self.slots[slot], Slot::Waiting { sequence, .. } if sequence == number);
        if is_answer {
            self.waiting.remove(&pair);
            self.slots[slot] = Slot::Settled { stand, shown: bytes.to_vec() };
            self.news.push(slot);
        }
    }
}

/// Whether an error tells what became of an earlier segment, as ICMP reported it.
fn is_report(error: Errno) -> bool {
    matches!(
        error,
        Errno::CONNREFUSED
            | Errno::HOSTUNREACH
            | Errno::NETUNREACH
            | Errno::HOSTDOWN
            | Errno::NONET
            | Errno::NOPROTOOPT
            | Errno::OPNOTSUPP
            | Errno::PROTO
            | Errno::ACCESS
            | Errno::MSGSIZE
    )
}

/// The next packet; none when there is none now.
fn receive(socket: &OwnedFd, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    for _ in 0..SEND_TRIES {
        match recv(socket, &mut *buffer, RecvFlags::empty()) {
            Ok((_, size)) => return Ok(Some(size.min(buffer.len()))),
            Err(Errno::AGAIN) => return Ok(None),
            Err(error) if error == Errno::INTR || is_report(error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// The address from which this bench speaks to the target. Nothing is sent.
fn source(target: IpAddr) -> io::Result<IpAddr> {
    let socket = socket_with(family(target), SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    connect(&socket, &SocketAddr::new(target, 9))?;
    Ok(SocketAddr::try_from(getsockname(&socket)?)?.ip())
}

/// Two raw sockets that do not block: for segments, and for messages about them.
pub(super) fn raw_sockets(target: IpAddr) -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let icmp = if target.is_ipv4() { ipproto::ICMP } else { ipproto::ICMPV6 };
    let open = |protocol| -> io::Result<OwnedFd> {
        let socket = socket_with(family(target), SocketType::RAW, flags, Some(protocol))?;
        // What the system does not grant is lived with: what is lost for it is asked again.
        if sockopt::set_socket_recv_buffer_size_force(&socket, RECEIVE_BYTES).is_err() {
            let _ = sockopt::set_socket_recv_buffer_size(&socket, RECEIVE_BYTES);
        }
        Ok(socket)
    };
    Ok((open(ipproto::TCP)?, open(icmp)?))
}

/// A port of the bench that nobody else is given.
fn hold(bench: IpAddr) -> io::Result<OwnedFd> {
    let socket = socket_with(family(bench), SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    bind(&socket, &SocketAddr::new(bench, 0))?;
    Ok(socket)
}

fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}
