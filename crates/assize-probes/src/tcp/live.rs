//! The connect scan over every TCP port.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use assize_model::fact::{Fact, PortScan, PortState, TcpPort, Transport};
use tokio::{
    net::TcpStream,
    sync::{Semaphore, mpsc},
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    net::{Reached, reach},
    trouble::is_exhausted,
};

const ACT: &str = "scan TCP ports";
/// How often one connection is tried again while the bench is short of sockets, and the wait in between.
const SHORTAGE_TRIES: u32 = 100;
const SHORTAGE_WAIT: Duration = Duration::from_millis(20);
/// Below this many connections at once the scan stops giving way.
const FEWEST: usize = 8;

/// Tries a connection to every port from 1 to 65535. Hands over one [`TcpPort`] per open port, ascending, and then
/// the [`PortScan`]. Silent ports are tried twice. A connection of the bench to itself is not an open port.
/// When the scan ends early, the open ports found until then are still handed over. An address of which not one port
/// answers, not even by refusing, is [`Trouble::NoAnswer`]: "none open" would be a claim without a look.
pub async fn scan(target: &Target, budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let mut found = Found::default();
    let look = look_everywhere(target, budget, &mut found, sink);
    let ended = timeout(budget.total, look).await;
    found.open.sort_by_key(|open| open.port);
    for open in &found.open {
        sink.observe(open.observation(target)).map_err(Trouble::Stopped)?;
    }
    ended.map_err(|_| Trouble::TimeOut { act: ACT.to_owned(), after: budget.total })??;
    sink.observe(found.observation(target)).map_err(Trouble::Stopped)
}

async fn look_everywhere(
    target: &Target,
    budget: &Budget,
    found: &mut Found,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    sweep((1..=u16::MAX).collect(), target, budget, found, sink).await?;
    if found.unreachable == u32::from(u16::MAX) {
        return Err(found.no_route(target));
    }
    let silent = std::mem::take(&mut found.silent);
    sweep(silent, target, budget, found, sink).await?;
    if found.is_mute() {
        return Err(Trouble::NoAnswer { address: target.address() });
    }
    confirm_own(target, budget, found).await
}

/// Looks at `ports` with as many connections at once as the budget and the bench allow.
async fn sweep(
    ports: Vec<u16>,
    target: &Target,
    budget: &Budget,
    found: &mut Found,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let of = ports.len();
    let shared = Arc::new(Sweep {
        target: target.clone(),
        wait: budget.connect,
        next: AtomicUsize::new(0),
        closed: AtomicU32::new(0),
        permits: Semaphore::new(budget.parallel.max(1)),
        ports,
    });
    let (tell, mut told) = mpsc::channel(1024);
    let mut workers = JoinSet::new();
    for _ in 0..budget.parallel.clamp(1, of.max(1)) {
        workers.spawn(work(Arc::clone(&shared), tell.clone()));
    }
    drop(tell);
    let mut tick = interval(Duration::from_millis(250));
    loop {
        tokio::select! {
            news = told.recv() => match news {
                Some(news) => found.take(news?),
                None => break,
            },
            _ = tick.tick() => sink.progress(shared.done(), of as u64, ACT),
        }
    }
    found.closed += shared.closed.load(Ordering::Relaxed);
    sink.progress(of as u64, of as u64, ACT);
    Ok(())
}

/// What the workers of one sweep share.
struct Sweep {
    target: Target,
    wait: Duration,
    ports: Vec<u16>,
    next: AtomicUsize,
    closed: AtomicU32,
    permits: Semaphore,
}

/// One port that did not simply refuse.
enum News {
    Open(Open),
    Silent(u16),
    Unreachable(u16, io::Error),
}

struct Open {
    port: u16,
    from: String,
    is_own: bool,
}

async fn work(sweep: Arc<Sweep>, tell: mpsc::Sender<Result<News, Trouble>>) {
    while let Some(port) = sweep.take() {
        let news = match sweep.attempt(port).await {
            Ok(Reached::Refused) => {
                sweep.closed.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            Ok(Reached::Open(stream)) => Ok(News::Open(Open::of(port, &stream, &sweep.target))),
            Ok(Reached::Silent) => Ok(News::Silent(port)),
            Ok(Reached::Unreachable(error)) => Ok(News::Unreachable(port, error)),
            Err(error) => Err(Trouble::of(error, ACT, sweep.target.address())),
        };
        if tell.send(news).await.is_err() {
            return;
        }
    }
}

impl Sweep {
    fn take(&self) -> Option<u16> {
        self.ports.get(self.next.fetch_add(1, Ordering::Relaxed)).copied()
    }

    fn done(&self) -> u64 {
        self.next.load(Ordering::Relaxed).min(self.ports.len()) as u64
    }

    /// Connects to one port. When the bench is short of sockets, the whole sweep goes on with one fewer at once.
    async fn attempt(&self, port: u16) -> io::Result<Reached> {
        for _ in 0..SHORTAGE_TRIES {
            let permit = self.permits.acquire().await.map_err(io::Error::other)?;
            match reach(self.target.at(port), self.wait).await {
                Err(error) if is_exhausted(&error) => {
                    if self.permits.available_permits() >= FEWEST {
                        permit.forget();
                    }
                    sleep(SHORTAGE_WAIT).await;
                }
                Ok(Reached::Open(stream)) => {
                    // A connection that ends by reset leaves no port in TIME_WAIT; a scan of the loopback needs them.
                    stream.set_zero_linger()?;
                    return Ok(Reached::Open(stream));
                }
                other => return other,
            }
        }
        reach(self.target.at(port), self.wait).await
    }
}

/// Two connections of a sweep can meet on the bench's own address and open each other. What looks open there is
/// asked once more while nothing else is under way.
async fn confirm_own(target: &Target, budget: &Budget, found: &mut Found) -> Result<(), Trouble> {
    for open in std::mem::take(&mut found.open) {
        if !open.is_own {
            found.open.push(open);
            continue;
        }
        match reach(target.at(open.port), budget.connect).await {
            Ok(Reached::Open(stream)) => {
                stream.set_zero_linger().ok();
                found.open.push(open);
            }
            Ok(_) => found.closed += 1,
            Err(error) => return Err(Trouble::of(error, ACT, target.address())),
        }
    }
    Ok(())
}

/// What a scan has established so far.
#[derive(Default)]
struct Found {
    open: Vec<Open>,
    silent: Vec<u16>,
    closed: u32,
    unreachable: u32,
    why_unreachable: Option<io::Error>,
}

impl Found {
    fn take(&mut self, news: News) {
        match news {
            News::Open(open) => self.open.push(open),
            News::Silent(port) => self.silent.push(port),
            News::Unreachable(port, error) => {
                self.unreachable += 1;
                self.why_unreachable = Some(error);
                self.silent.push(port);
            }
        }
    }

    /// Whether not one port gave an answer.
    fn is_mute(&self) -> bool {
        self.open.is_empty() && self.closed == 0
    }

    fn no_route(&mut self, target: &Target) -> Trouble {
        let source = self.why_unreachable.take().unwrap_or_else(|| io::ErrorKind::HostUnreachable.into());
        Trouble::NoRoute { address: target.address(), source }
    }

    fn observation(&self, target: &Target) -> Observation {
        let scan = PortScan {
            target: target.address().to_string(),
            transport: Transport::Tcp,
            tried: u32::from(u16::MAX),
            open: self.open.iter().map(|open| open.port).collect(),
            closed: self.closed,
            silent: u32::try_from(self.silent.len()).unwrap_or(u32::MAX),
            control: false,
        };
        let note = format!(
            "tcp connect 1-65535 at {}\nopen: {}\nrefused: {}\nsilent: {}\n",
            target.address(),
            ranges(scan.open.clone()),
            self.closed,
            ranges(self.silent.clone()),
        );
        Observation { fact: Fact::PortScan(scan), raw: vec![Raw::new("scan.txt", note)] }
    }
}

impl Open {
    fn of(port: u16, stream: &TcpStream, target: &Target) -> Self {
        let from = stream.local_addr().ok();
        let is_own = from.is_some_and(|from| from.ip() == target.address());
        Self { port, from: from.map(|from| from.to_string()).unwrap_or_default(), is_own }
    }

    fn observation(&self, target: &Target) -> Observation {
        let note = format!("tcp connection accepted: {} -> {}\n", self.from, target.at(self.port));
        let port = TcpPort { target: target.address().to_string(), port: self.port, state: PortState::Open };
        Observation { fact: Fact::TcpPort(port), raw: vec![Raw::new("connection.txt", note)] }
    }
}

/// Ports as `1-79, 81`, or `none`.
fn ranges(mut ports: Vec<u16>) -> String {
    ports.sort_unstable();
    let runs = ports.chunk_by(|a, b| a.checked_add(1) == Some(*b));
    let words: Vec<String> = runs
        .map(|run| match run {
            [only] => only.to_string(),
            _ => format!("{}-{}", run[0], run[run.len() - 1]),
        })
        .collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::net::TcpListener;

    use super::*;
    use crate::bench;

    async fn scanned(target: &Target) -> (PortScan, Vec<u16>) {
        let mut seen: Vec<Observation> = Vec::new();
        scan(target, &Budget::default(), &mut seen).await.unwrap();
        assert!(seen.iter().all(|o| o.raw.iter().any(|raw| !raw.bytes.is_empty())));
        let Some(Fact::PortScan(scan)) = seen.pop().map(|o| o.fact) else { panic!("no scan at the end") };
        let open = seen.iter().map(|o| match &o.fact {
            Fact::TcpPort(port) if port.state == PortState::Open => port.port,
            other => panic!("{other:?}"),
        });
        let open = open.collect();
        (scan, open)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_port_of_a_loopback_address() {
        let at = bench::address();
        let low = TcpListener::bind((at, 77)).await;
        let high = TcpListener::bind((at, 65535)).await.unwrap();
        let some = TcpListener::bind((at, 0)).await.unwrap();
        let target = Target::new(at).unwrap();
        let start = Instant::now();
        let (scan, open) = scanned(&target).await;
        let mut expect: Vec<u16> =
            [Some(&high), Some(&some), low.as_ref().ok()].into_iter().flatten().map(bench::port).collect();
        let took = start.elapsed();
        // What is open on an address where nothing was bound belongs to the bench.
        let (_, bench) = scanned(&bench::target()).await;
        expect.extend(bench.into_iter().filter(|port| open.contains(port)));
        expect.sort_unstable();
        assert_eq!(open, expect);
        assert_eq!(scan.open, expect);
        assert_eq!((scan.tried, scan.silent), (65535, 0));
        assert_eq!(scan.closed as usize, 65535 - expect.len());
        assert!(took < Duration::from_secs(20), "{took:?}");
    }

    #[tokio::test]
    async fn a_connection_to_itself_is_not_open() {
        // Every port of 127.0.0.1 in the ephemeral range will do: bind one, let it go, and connect from it.
        let at: std::net::IpAddr = [127, 0, 0, 1].into();
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((at, 0).into()).unwrap();
        let own = socket.local_addr().unwrap();
        let stream = socket.connect(own).await.unwrap();
        assert_eq!(stream.local_addr().unwrap(), stream.peer_addr().unwrap(), "the case exists");
        drop(stream);
        // Thousands of attempts at one silent-free ephemeral port: some leave from that very port.
        for _ in 0..2000 {
            let port = bench::free_port(at);
            let reached = reach((at, port).into(), Duration::from_secs(1)).await.unwrap();
            assert!(matches!(reached, Reached::Refused), "port {port}");
        }
    }

    #[tokio::test]
    async fn silence_is_told_from_refusal_and_tried_twice() {
        // A full backlog drops the handshake: the port is silent.
        let at = bench::address();
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((at, 0).into()).unwrap();
        let full = socket.listen(1).unwrap();
        let to = full.local_addr().unwrap();
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(timeout(Duration::from_millis(100), TcpStream::connect(to)).await);
        }
        let reached = reach(to, Duration::from_millis(200)).await.unwrap();
        assert!(matches!(reached, Reached::Silent));
        let closed = reach((at, bench::free_port(at)).into(), Duration::from_millis(200)).await.unwrap();
        assert!(matches!(closed, Reached::Refused));
    }

    #[tokio::test]
    async fn the_total_budget_ends_the_scan() {
        let target = Target::new(bench::address()).unwrap();
        let budget = Budget { total: Duration::from_millis(5), ..Budget::default() };
        let mut seen: Vec<Observation> = Vec::new();
        let ended = scan(&target, &budget, &mut seen).await;
        assert!(matches!(ended, Err(Trouble::TimeOut { .. })), "{ended:?}");
        assert!(seen.is_empty(), "half a scan is no scan");
    }

    #[test]
    fn one_refusal_shows_that_somebody_is_there() {
        let mut found = Found { silent: vec![1, 2, 3], ..Found::default() };
        assert!(found.is_mute());
        found.closed = 1;
        assert!(!found.is_mute());
    }

    #[test]
    fn ranges_read_well() {
        assert_eq!(ranges(vec![]), "none");
        assert_eq!(ranges(vec![5, 1, 2, 3, 65535]), "1-3, 5, 65535");
    }
}
