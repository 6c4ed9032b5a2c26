//! Asks each UDP service on its usual port, all at the same time, and tells open, closed and silent ports apart.

use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use assize_model::fact::{Fact, PortScan, PortState, Transport, UdpPort};
use rustix::net::RecvFlags;
use tokio::{
    io::Interest,
    net::UdpSocket,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use super::codec::{Request, requests};
use crate::{Budget, Observation, Raw, Sink, Target, Trouble, net::shared};

const ACT: &str = "ask UDP services";
/// When a request is sent, as shares of the time an answer may take: datagrams are lost.
const SENT_AT: [f64; 3] = [0.0, 0.2, 0.5];
/// The gap between two questions while refusals are waited for.
const SETTLE_GAP: Duration = Duration::from_millis(200);

/// Sends every service its request, up to three times, and hands over a [`UdpPort`] each and then the [`PortScan`].
/// An answer from another port of the target counts and is recorded as such; one of another host does not.
///
/// Most hosts send few refusals per second. When some refused a repeated request only, and others stayed silent, the
/// silent ones are asked again for as long as the budget says, one after the other.
pub async fn ask(target: &Target, budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    ask_these(&requests(), target, budget, sink).await
}

async fn ask_these(
    requests: &[Request],
    target: &Target,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let trouble = |error| Trouble::of(error, ACT, target.address());
    let mut all = ask_all(requests, target, budget, sink).await?;
    all.sort_by_key(|asked| asked.number);
    for asked in all.iter_mut().filter(|asked| asked.outcome.state != PortState::Silent) {
        sink.observe(asked.observation(target)).map_err(Trouble::Stopped)?;
    }
    let is_limited = settle(&mut all, budget, sink).await.map_err(trouble)?;
    for asked in all.iter_mut().filter(|asked| !asked.is_told) {
        sink.observe(asked.observation(target)).map_err(Trouble::Stopped)?;
    }
    sink.observe(scan(&all, is_limited, target)).map_err(Trouble::Stopped)
}

/// Asks every service once through, each in a task of its own, started a moment apart.
async fn ask_all(
    requests: &[Request],
    target: &Target,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<Vec<Asked>, Trouble> {
    let trouble = |error| Trouble::of(error, ACT, target.address());
    let paced = if budget.rate == 0 { Duration::ZERO } else { Duration::from_secs(1) / budget.rate };
    let gap = paced.max(budget.pause / 10);
    let mut tasks = JoinSet::new();
    for (number, request) in requests.iter().enumerate() {
        let asked = Asked::open(number, request.clone(), target).map_err(trouble)?;
        let (read, answer_bytes) = (budget.read, budget.answer_bytes);
        let start = Instant::now() + gap * u32::try_from(number).unwrap_or(u32::MAX);
        tasks.spawn(async move {
            sleep_until(start).await;
            asked.run(read, answer_bytes).await
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        all.push(ended.map_err(io::Error::other).flatten().map_err(trouble)?);
        sink.progress(all.len() as u64, requests.len() as u64, ACT);
    }
    Ok(all)
}

/// One service, and what came of asking it. Two sockets share one port of the bench: the connected one hears answers
/// and refusals of the very port asked, the loose one what comes from anywhere else.
struct Asked {
    number: usize,
    request: Request,
    bytes: Vec<u8>,
    to: SocketAddr,
    connected: UdpSocket,
    loose: UdpSocket,
    times: u32,
    outcome: Outcome,
    is_told: bool,
}

/// What came of one request.
struct Outcome {
    state: PortState,
    from: Option<SocketAddr>,
    bytes: Vec<u8>,
}

impl Outcome {
    fn without_answer(state: PortState) -> Self {
        Self { state, from: None, bytes: Vec::new() }
    }

    /// What a received datagram, or the error in its place, says of the port. A firewall on the way reports a port or
    /// two as unreachable; that is no answer of the port.
    fn of(heard: io::Result<usize>, buffer: &[u8], to: SocketAddr) -> io::Result<Option<Self>> {
        match heard {
            Ok(size) => {
                let bytes = buffer.get(..size).unwrap_or(buffer).to_vec();
                Ok(Some(Self { state: PortState::Open, from: Some(to), bytes }))
            }
            Err(error) if is_refusal(&error) => Ok(Some(Self::without_answer(PortState::Closed))),
            Err(error) if error.kind() == io::ErrorKind::HostUnreachable => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Asked {
    fn open(number: usize, request: Request, target: &Target) -> io::Result<Self> {
        let to = target.at(request.port);
        let any: IpAddr = match to {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let wanted = SocketAddr::new(any, request.local.unwrap_or(0));
        let loose = shared(wanted).or_else(|_| shared(SocketAddr::new(any, 0)))?;
        let connected = shared(loose.local_addr()?)?;
        rustix::net::connect(&connected, &to)?;
        let own = match connected.local_addr()?.ip() {
            IpAddr::V4(own) => own,
            IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        };
        let bytes = request.bytes(own);
        let outcome = Outcome::without_answer(PortState::Silent);
        Ok(Self { number, request, bytes, to, connected, loose, times: 0, outcome, is_told: false })
    }

    /// Sends the request at its times and listens until an answer, a refusal, or the end of the time.
    async fn run(mut self, read: Duration, answer_bytes: usize) -> io::Result<Self> {
        let begin = Instant::now();
        let mut buffer = vec![0; answer_bytes];
        let mut elsewhere = vec![0; answer_bytes];
        let mut times = SENT_AT.into_iter().map(|share| begin + read.mul_f64(share)).peekable();
        loop {
            let next = times.peek().copied().unwrap_or(begin + read);
            let outcome = tokio::select! {
                heard = hear(&self.connected, &mut buffer) => Outcome::of(heard, &buffer, self.to)?,
                heard = self.loose.recv_from(&mut elsewhere) => {
                    let (size, from) = heard?;
                    let is_targets = from.ip() == self.to.ip();
                    if is_targets { Outcome::of(Ok(size), &elsewhere, from)? } else { None }
                }
                () = sleep_until(next) => match times.next() {
                    Some(_) => self.send()?,
                    None => return Ok(self),
                },
            };
            if let Some(outcome) = outcome {
                self.outcome = outcome;
                return Ok(self);
            }
        }
    }

    /// Sends the request; the refusal of an earlier one may show here.
    fn send(&mut self) -> io::Result<Option<Outcome>> {
        self.times += 1;
        match self.connected.try_send(&self.bytes) {
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Outcome::of(Err(error), &[], self.to),
        }
    }

    /// Takes an answer or a refusal that has come meanwhile.
    fn take_late(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let heard = try_hear(&self.connected, buffer);
        if heard.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
            return Ok(());
        }
        if let Some(outcome) = Outcome::of(heard, buffer, self.to)? {
            self.outcome = outcome;
        }
        Ok(())
    }

    fn observation(&mut self, target: &Target) -> Observation {
        self.is_told = true;
        let mut raw = vec![Raw::new("sent", self.bytes.clone())];
        match self.outcome.state {
            PortState::Open => raw.push(Raw::new("received", self.outcome.bytes.clone())),
            PortState::Closed => raw.push(Raw::new("outcome.txt", "the host refused: port unreachable\n")),
            PortState::Silent => {
                let note = format!("nothing came back; requests sent: {}\n", self.times);
                raw.push(Raw::new("outcome.txt", note));
            }
        }
        let from = self.outcome.from.map(|from| from.port());
        let fact = UdpPort {
            target: target.address().to_string(),
            port: self.request.port,
            asked: self.request.service.to_owned(),
            state: self.outcome.state,
            answered_from: from.filter(|port| *port != self.request.port),
        };
        Observation { fact: Fact::UdpPort(fact), raw }
    }
}

/// Asks the silent ports again, one after the other, while refusals trickle in. Says whether the target seems to limit
/// its refusals, so that a silent port may well be closed.
async fn settle(all: &mut [Asked], budget: &Budget, sink: &mut dyn Sink) -> io::Result<bool> {
    // Who refuses every first request at once does not limit refusals: what is silent then stays so.
    let refuses = all.iter().any(|asked| asked.outcome.state == PortState::Closed && asked.times > 1);
    let mut silent = unsettled(all);
    let of = silent.len() as u64;
    if !refuses || silent.is_empty() {
        return Ok(false);
    }
    let end = Instant::now() + budget.settle;
    let gap = SETTLE_GAP.max(budget.pause);
    let mut buffer = vec![0; budget.answer_bytes];
    let mut turn = 0;
    let mut came = false;
    while Instant::now() + gap <= end && !silent.is_empty() {
        turn = (turn + 1) % silent.len();
        let asked = &mut all[silent[turn]];
        if let Some(outcome) = asked.send()? {
            asked.outcome = outcome;
        }
        sleep(gap).await;
        for at in &silent {
            all[*at].take_late(&mut buffer)?;
        }
        let still = unsettled(all);
        came |= still.len() < silent.len();
        silent = still;
        sink.progress(of - silent.len() as u64, of, ACT);
    }
    Ok(came && !silent.is_empty())
}

/// The services of which nothing was heard, on ports of which nothing is known by another service either.
fn unsettled(all: &[Asked]) -> Vec<usize> {
    let is_silent = |asked: &Asked| asked.outcome.state == PortState::Silent;
    let known: BTreeSet<u16> = all.iter().filter(|a| !is_silent(a)).map(|a| a.request.port).collect();
    let mut ports = BTreeSet::new();
    let silent = all.iter().enumerate().filter(|(_, asked)| {
        is_silent(asked) && !known.contains(&asked.request.port) && ports.insert(asked.request.port)
    });
    silent.map(|(at, _)| at).collect()
}

/// Receives a datagram, or the refusal that takes its place. A refusal makes a socket ready for an error only, which
/// `recv` does not wait for.
async fn hear(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        let ready = socket.ready(Interest::READABLE | Interest::ERROR).await?;
        // One of the two at a time: readiness for a sum of interests is never taken back.
        let interest = if ready.is_error() { Interest::ERROR } else { Interest::READABLE };
        match socket.try_io(interest, || try_hear(socket, buffer)) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => tokio::task::yield_now().await,
            heard => return heard,
        }
    }
}

fn try_hear(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<usize> {
    let (size, _) = rustix::net::recv(socket, buffer, RecvFlags::DONTWAIT)?;
    Ok(size)
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset)
}

/// One port may have been asked as several services; it is open when one answered, closed when one was refused.
fn scan(all: &[Asked], is_limited: bool, target: &Target) -> Observation {
    let seen = all.iter().map(|asked| (asked.request.port, asked.outcome.state)).collect();
    let times: u32 = all.iter().map(|asked| asked.times).sum();
    let mut note = format!("udp requests sent to {}: {times}\n", target.address());
    if is_limited {
        note.push_str("the host limits its refusals: a silent port may be closed\n");
    }
    scan_of(seen, note, target)
}

fn scan_of(mut seen: Vec<(u16, PortState)>, mut note: String, target: &Target) -> Observation {
    seen.sort_unstable();
    note.extend(seen.iter().map(|(port, state)| format!("udp {port} {state:?}\n").to_lowercase()));
    seen.dedup_by_key(|(port, _)| *port);
    let count = |state| u32::try_from(seen.iter().filter(|one| one.1 == state).count()).unwrap_or(u32::MAX);
    let fact = PortScan {
        target: target.address().to_string(),
        transport: Transport::Udp,
        tried: u32::try_from(seen.len()).unwrap_or(u32::MAX),
        open: seen.iter().filter(|one| one.1 == PortState::Open).map(|one| one.0).collect(),
        closed: count(PortState::Closed),
        silent: count(PortState::Silent),
        control: false,
    };
    Observation { fact: Fact::PortScan(fact), raw: vec![Raw::new("scan.txt", note)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench;

    async fn bound(target: &Target) -> (UdpSocket, u16) {
        let socket = UdpSocket::bind((target.address(), 0)).await.unwrap();
        let port = socket.local_addr().unwrap().port();
        (socket, port)
    }

    fn asked(port: u16, service: &'static str) -> Request {
        Request::new(port, service, b"ping")
    }

    #[tokio::test]
    async fn open_closed_silent_and_answered_from_elsewhere() {
        let target = bench::target();
        let (echo, open) = bound(&target).await;
        let (mute, silent) = bound(&target).await;
        let (front, moved) = bound(&target).await;
        let (back, elsewhere) = bound(&target).await;
        let (gone, closed) = bound(&target).await;
        drop(gone);
        tokio::spawn(async move {
            let mut buffer = [0; 64];
            while let Ok((size, from)) = echo.recv_from(&mut buffer).await {
                echo.send_to(&buffer[..size], from).await.unwrap();
            }
        });
        tokio::spawn(async move {
            let mut buffer = [0; 64];
            while let Ok((_, from)) = front.recv_from(&mut buffer).await {
                back.send_to(b"from behind", from).await.unwrap();
            }
        });
        let requests = [asked(open, "a"), asked(closed, "b"), asked(silent, "c"), asked(moved, "d")];
        let mut seen: Vec<Observation> = Vec::new();
        ask_these(&requests, &target, &bench::budget(), &mut seen).await.unwrap();
        let states = seen.iter().filter_map(|o| match &o.fact {
            Fact::UdpPort(port) => Some((port.port, port.state, port.answered_from)),
            _ => None,
        });
        let mut states: Vec<_> = states.collect();
        states.sort_by_key(|(port, ..)| [open, closed, silent, moved].iter().position(|p| p == port));
        assert_eq!(
            states,
            [
                (open, PortState::Open, None),
                (closed, PortState::Closed, None),
                (silent, PortState::Silent, None),
                (moved, PortState::Open, Some(elsewhere)),
            ]
        );
        let Fact::PortScan(scan) = &seen[4].fact else { panic!("{:?}", seen[4]) };
        assert_eq!((scan.tried, scan.closed, scan.silent, scan.open.len()), (4, 1, 1, 2));
        assert!(seen.iter().any(|o| o.raw.iter().any(|raw| raw.bytes == b"from behind")));
        drop(mute);
    }

    #[tokio::test]
    async fn answers_of_other_hosts_do_not_count() {
        let target = bench::target();
        let stranger = UdpSocket::bind((bench::address(), 0)).await.unwrap();
        let (front, port) = bound(&target).await;
        tokio::spawn(async move {
            let mut buffer = [0; 64];
            while let Ok((_, from)) = front.recv_from(&mut buffer).await {
                stranger.send_to(b"me instead", from).await.unwrap();
            }
        });
        let mut seen: Vec<Observation> = Vec::new();
        ask_these(&[asked(port, "x")], &target, &bench::budget(), &mut seen).await.unwrap();
        assert!(matches!(&seen[0].fact, Fact::UdpPort(port) if port.state == PortState::Silent));
    }

    #[tokio::test]
    async fn endless_huge_answers_cost_one_buffer() {
        let target = bench::target();
        let (flood, port) = bound(&target).await;
        tokio::spawn(async move {
            let mut buffer = [0; 64];
            while let Ok((_, from)) = flood.recv_from(&mut buffer).await {
                for _ in 0..200 {
                    flood.send_to(&[7; 60_000], from).await.ok();
                }
            }
        });
        let budget = Budget { answer_bytes: 1000, ..bench::budget() };
        let mut seen: Vec<Observation> = Vec::new();
        ask_these(&[asked(port, "x")], &target, &budget, &mut seen).await.unwrap();
        assert!(matches!(&seen[0].fact, Fact::UdpPort(port) if port.state == PortState::Open));
        assert_eq!(seen[0].raw[1].bytes.len(), 1000);
    }

    #[tokio::test]
    async fn a_lost_request_is_sent_again() {
        let target = bench::target();
        let (deaf, port) = bound(&target).await;
        tokio::spawn(async move {
            let mut buffer = [0; 64];
            deaf.recv_from(&mut buffer).await.unwrap();
            let (size, from) = deaf.recv_from(&mut buffer).await.unwrap();
            deaf.send_to(&buffer[..size], from).await.unwrap();
        });
        let mut seen: Vec<Observation> = Vec::new();
        ask_these(&[asked(port, "x")], &target, &bench::budget(), &mut seen).await.unwrap();
        assert!(matches!(&seen[0].fact, Fact::UdpPort(port) if port.state == PortState::Open));
    }

    #[test]
    fn two_services_on_one_port_count_once() {
        let seen = vec![(161, PortState::Silent), (161, PortState::Open), (53, PortState::Closed)];
        let Fact::PortScan(scan) = scan_of(seen, String::new(), &bench::target()).fact else {
            panic!("no scan")
        };
        assert_eq!((scan.tried, scan.open, scan.closed, scan.silent), (2, vec![161], 1, 0));
    }
}
