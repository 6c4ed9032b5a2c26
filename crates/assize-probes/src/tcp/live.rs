//! The scan over every TCP port: starts the loop, takes its news, and hands over the facts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use assize_model::fact::{Fact, PortScan, PortState, ScanConduct, TcpPort, Transport, Unresponsive};
use tokio::{
    sync::mpsc,
    task::spawn_blocking,
    time::{sleep, timeout},
};

use super::{
    ACT,
    engine::{self, News, Open, Outcome},
};
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    net::{Reached, reach},
    together::{Under, next},
};

/// From so many open ports on, the target is taken to accept whatever comes: no device has that many services.
const ACCEPTS_ALL: usize = 1024;
/// Open ports that are asked a second time at once, how long each may take, and the pause after a refusal.
const CONFIRMED_AT_ONCE: usize = 16;
const SECOND_LOOK: Duration = Duration::from_secs(1);
const RECOVERY: Duration = Duration::from_millis(500);

/// Tries a connection to every port from 1 to 65535. Hands over one [`TcpPort`] per open port, ascending, then how the
/// scan went ([`ScanConduct`]), and the [`PortScan`]. Silent ports are tried again, the more often the more is lost on
/// the way. A connection of the bench to itself is not an open port. Every open port is asked once more after the sweep;
/// one that refuses then is a closed [`TcpPort`].
///
/// With [`Budget::syn`] an attempt is a bare SYN in place of a connection; the question after the sweep is a connection
/// all the same, the only one that a service hears of.
///
/// A target that stops answering is waited for within the budget's patience; the [`assize_model::fact::Unresponsive`]
/// is handed over at once. When the scan ends early, the open ports found until then are still handed over. An address
/// of which not one port answers, not even by refusing, is [`Trouble::NoAnswer`]: "none open" would be a claim without
/// a look. For the same reason there is no [`PortScan`] of a target that accepts everything ([`Trouble::AcceptsAll`]).
pub async fn scan(target: &Target, budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let mut open = Vec::new();
    let ended = timeout(budget.total, look(target, budget, &mut open, sink)).await;
    open.sort_by_key(|open| open.port);
    for open in open.iter().take(ACCEPTS_ALL) {
        sink.observe(open.observation(target)).map_err(Trouble::Stopped)?;
    }
    let outcome = ended.map_err(|_| Trouble::TimeOut { act: ACT.to_owned(), after: budget.total })??;
    sink.observe(conduct(&open, &outcome, target, budget)).map_err(Trouble::Stopped)?;
    if open.len() >= ACCEPTS_ALL {
        return Err(Trouble::AcceptsAll { address: target.address(), open: open.len() });
    }
    sink.observe(port_scan(&open, &outcome, target, budget)).map_err(Trouble::Stopped)
}

async fn look(
    target: &Target,
    budget: &Budget,
    open: &mut Vec<Open>,
    sink: &mut dyn Sink,
) -> Result<Outcome, Trouble> {
    let mut outcome = sweep(target, budget, open, sink).await?;
    if open.is_empty() && outcome.closed == 0 {
        return Err(match outcome.why_filtered {
            Some(why) if outcome.filtered == u32::from(u16::MAX) => {
                Trouble::NoRoute { address: target.address(), source: why.into() }
            }
            _ => Trouble::NoAnswer { address: target.address() },
        });
    }
    if open.len() < ACCEPTS_ALL {
        let gone = confirm(target, budget, open).await?;
        outcome.closed += u32::try_from(gone.len()).unwrap_or(u32::MAX);
        for port in gone.into_iter().filter(|port| !port.is_own) {
            sink.observe(port.gone(target)).map_err(Trouble::Stopped)?;
        }
    }
    Ok(outcome)
}

/// Runs the loop on a thread of its own and takes its news until it ends.
async fn sweep(
    target: &Target,
    budget: &Budget,
    open: &mut Vec<Open>,
    sink: &mut dyn Sink,
) -> Result<Outcome, Trouble> {
    let (tell, mut told) = mpsc::channel(1024);
    let stop = Stop(Arc::new(AtomicBool::new(false)));
    let (target, budget, flag) = (target.clone(), budget.clone(), Arc::clone(&stop.0));
    let thread = spawn_blocking(move || engine::scan(&target, &budget, tell, flag));
    while let Some(news) = told.recv().await {
        match news {
            News::Open(port) => open.push(port),
            News::Stopped(fact) => sink.observe(stopped(fact)).map_err(Trouble::Stopped)?,
            News::Done(done, of) => sink.progress(done, of, ACT),
        }
    }
    thread
        .await
        .map_err(|error| Trouble::Socket { act: ACT.to_owned(), source: std::io::Error::other(error) })?
}

/// Stops the loop when the scan is dropped, by whichever way it ends.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Asks every open port once more while nothing else is under way, a few at once. Takes those out that are closed then,
/// and gives them.
async fn confirm(target: &Target, budget: &Budget, open: &mut Vec<Open>) -> Result<Vec<Open>, Trouble> {
    let mut waiting = std::mem::take(open).into_iter();
    let mut under_way: Vec<Under<'_, Result<(Open, bool), Trouble>>> = Vec::new();
    let mut gone = Vec::new();
    loop {
        while under_way.len() < CONFIRMED_AT_ONCE
            && let Some(port) = waiting.next()
        {
            under_way.push(Box::pin(still_open(target, budget, port)));
        }
        let Some(asked) = next(&mut under_way).await else { break };
        let (port, is_open) = asked?;
        if is_open { open.push(port) } else { gone.push(port) }
    }
    Ok(gone)
}

/// Whether a port is open at a second look. Two connections of a scan can meet on the bench's own address and open each
/// other, so that there only a connection counts. Elsewhere silence may be a limit on connections, and a refusal may be
/// of the moment: only a port that refuses again after a pause is closed.
async fn still_open(target: &Target, budget: &Budget, port: Open) -> Result<(Open, bool), Trouble> {
    let wait = budget.connect.min(SECOND_LOOK);
    for pause in [Duration::ZERO, RECOVERY] {
        sleep(pause).await;
        match reach(target.at(port.port), wait).await {
            Ok(Reached::Open(stream)) => {
                stream.set_zero_linger().ok();
                return Ok((port, true));
            }
            Ok(Reached::Refused) if !port.is_own => {}
            Ok(_) => {
                let is_open = !port.is_own;
                return Ok((port, is_open));
            }
            Err(error) => return Err(Trouble::of(error, ACT, target.address())),
        }
    }
    Ok((port, false))
}

fn stopped(fact: Unresponsive) -> Observation {
    let note = format!("{}\n", Fact::Unresponsive(fact.clone()).words());
    Observation { fact: Fact::Unresponsive(fact), raw: vec![Raw::new("scan.txt", note)] }
}

fn conduct(open: &[Open], outcome: &Outcome, target: &Target, budget: &Budget) -> Observation {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is between 0 and 1")]
    let lost_permille = (outcome.loss * 1000.0).round() as u32;
    let fact = ScanConduct {
        target: target.address().to_string(),
        transport: Transport::Tcp,
        attempts: outcome.attempts,
        rounds: outcome.rounds,
        parallel: u32::try_from(outcome.widest).unwrap_or(u32::MAX),
        round_trip_us: outcome.round_trip.map(|trip| u64::try_from(trip.as_micros()).unwrap_or(u64::MAX)),
        lost_permille,
        filtered: outcome.filtered,
        accepts_all: open.len() >= ACCEPTS_ALL,
        half_open: budget.syn,
    };
    let why = outcome.why_filtered.map_or_else(String::new, |why| format!("unreachable: {why}\n"));
    let note = format!("{}\n{why}", Fact::ScanConduct(fact.clone()).words());
    let raw =
        vec![Raw::new("conduct.txt", note), Raw::new("scan.txt", listing(open, outcome, target, budget))];
    Observation { fact: Fact::ScanConduct(fact), raw }
}

fn port_scan(open: &[Open], outcome: &Outcome, target: &Target, budget: &Budget) -> Observation {
    let scan = PortScan {
        target: target.address().to_string(),
        transport: Transport::Tcp,
        tried: u32::from(u16::MAX),
        open: open.iter().map(|open| open.port).collect(),
        closed: outcome.closed,
        silent: u32::try_from(outcome.silent.len()).unwrap_or(u32::MAX),
        control: false,
    };
    let raw = vec![Raw::new("scan.txt", listing(open, outcome, target, budget))];
    Observation { fact: Fact::PortScan(scan), raw }
}

fn listing(open: &[Open], outcome: &Outcome, target: &Target, budget: &Budget) -> String {
    let how = if budget.syn { "syn" } else { "connect" };
    format!(
        "tcp {how} 1-65535 at {}\nopen: {}\nrefused: {}\nsilent: {}\n",
        target.address(),
        ranges(open.iter().map(|open| open.port).collect()),
        outcome.closed,
        ranges(outcome.silent.clone()),
    )
}

impl Open {
    fn observation(&self, target: &Target) -> Observation {
        let note = self.note(target);
        let (state, momentary) = (PortState::Open, false);
        let port = TcpPort { target: target.address().to_string(), port: self.port, state, momentary };
        Observation { fact: Fact::TcpPort(port), raw: self.raw(note) }
    }

    /// What the sweep saw.
    fn note(&self, target: &Target) -> String {
        let seen =
            if self.segment.is_empty() { "tcp connection accepted" } else { "tcp SYN answered by SYN-ACK" };
        format!("{seen}: {} -> {}\n", self.from, target.at(self.port))
    }

    fn raw(&self, note: String) -> Vec<Raw> {
        let mut raw = vec![Raw::new("connection.txt", note)];
        if !self.segment.is_empty() {
            raw.push(Raw::new("segment", self.segment.clone()));
        }
        raw
    }

    /// What the port came to that was open in the sweep and refused after it.
    fn gone(&self, target: &Target) -> Observation {
        let note = format!("{}twice refused after the sweep\n", self.note(target));
        let (state, momentary) = (PortState::Closed, true);
        let port = TcpPort { target: target.address().to_string(), port: self.port, state, momentary };
        Observation { fact: Fact::TcpPort(port), raw: self.raw(note) }
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
    use std::time::{Duration, Instant};

    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::bench;

    async fn scanned(target: &Target) -> (PortScan, Vec<u16>) {
        let mut seen: Vec<Observation> = Vec::new();
        scan(target, &Budget::default(), &mut seen).await.unwrap();
        assert!(seen.iter().all(|o| o.raw.iter().any(|raw| !raw.bytes.is_empty())));
        let Some(Fact::PortScan(scan)) = seen.pop().map(|o| o.fact) else { panic!("no scan at the end") };
        assert!(matches!(seen.pop().map(|o| o.fact), Some(Fact::ScanConduct(_))));
        let open = seen.iter().map(|o| match &o.fact {
            Fact::TcpPort(port) if port.state == PortState::Open => port.port,
            other => panic!("{other:?}"),
        });
        (scan, open.collect())
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

    #[tokio::test(flavor = "multi_thread")]
    async fn a_silent_port_among_refusing_ones_is_asked_again() {
        let at = bench::address();
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((at, 0).into()).unwrap();
        let full = socket.listen(1).unwrap();
        let mut held = Vec::new();
        for _ in 0..8 {
            let to = full.local_addr().unwrap();
            held.push(timeout(Duration::from_millis(100), TcpStream::connect(to)).await);
        }
        let mut seen: Vec<Observation> = Vec::new();
        scan(&Target::new(at).unwrap(), &Budget::default(), &mut seen).await.unwrap();
        let conduct = seen.iter().find_map(|o| match &o.fact {
            Fact::ScanConduct(conduct) => Some(conduct),
            _ => None,
        });
        assert!(conduct.is_some_and(|c| c.rounds >= 2 && c.attempts > 65535), "{conduct:?}");
        assert!(matches!(&seen.last().unwrap().fact, Fact::PortScan(scan) if scan.silent == 1));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_accepts_everything_is_not_scanned() {
        let at = bench::address();
        let bind = |port: u16| std::net::TcpListener::bind((at, port)).ok();
        let tarpit: Vec<_> = (40_000..).map_while(bind).take(1200).collect();
        assert!(tarpit.len() > ACCEPTS_ALL, "so many are free in a row");
        let mut seen: Vec<Observation> = Vec::new();
        let ended = scan(&Target::new(at).unwrap(), &Budget::default(), &mut seen).await;
        assert!(matches!(ended, Err(Trouble::AcceptsAll { open, .. }) if open >= 1200), "{ended:?}");
        assert!(matches!(&seen.last().unwrap().fact, Fact::ScanConduct(conduct) if conduct.accepts_all));
        let ports = seen.iter().filter(|o| matches!(o.fact, Fact::TcpPort(_))).count();
        assert_eq!(ports, ACCEPTS_ALL);
        assert!(!seen.iter().any(|o| matches!(o.fact, Fact::PortScan(_))));
    }

    #[tokio::test]
    async fn a_port_that_is_gone_at_the_second_look_is_told_apart() {
        let target = bench::target();
        let at = |port: u16, is_own| Open { port, from: "192.0.2.9:1".into(), is_own, segment: Vec::new() };
        let stays = TcpListener::bind((target.address(), 0)).await.unwrap();
        let full = tokio::net::TcpSocket::new_v4().unwrap();
        full.bind((target.address(), 0).into()).unwrap();
        let full = full.listen(1).unwrap();
        let mut held = Vec::new();
        for _ in 0..8 {
            let to = full.local_addr().unwrap();
            held.push(timeout(Duration::from_millis(100), TcpStream::connect(to)).await);
        }
        let (closed, own) = (bench::free_port(target.address()), bench::free_port(target.address()));
        let mut open = vec![at(bench::port(&stays), false), at(bench::port(&full), false)];
        open.extend([at(closed, false), at(own, true)]);
        let start = Instant::now();
        let gone = confirm(&target, &Budget::default(), &mut open).await.unwrap();
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
        let mut ports: Vec<u16> = open.iter().map(|o| o.port).collect();
        ports.sort_unstable();
        let mut expect = vec![bench::port(&stays), bench::port(&full)];
        expect.sort_unstable();
        assert_eq!(ports, expect, "silence is a limit, not an end");
        assert!(
            gone.iter().any(|o| o.port == closed) && gone.iter().any(|o| o.port == own),
            "{}",
            gone.len()
        );
        let told = gone.iter().find(|o| o.port == closed).unwrap().gone(&target);
        assert!(matches!(told.fact, Fact::TcpPort(p) if p.state == PortState::Closed));
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
    fn ranges_read_well() {
        assert_eq!(ranges(vec![]), "none");
        assert_eq!(ranges(vec![5, 1, 2, 3, 65535]), "1-3, 5, 65535");
    }
}
