//! Asks each UDP service on its usual port, and tells open, closed and silent ports apart.

use std::{io, net::SocketAddr, time::Duration};

use assize_model::fact::{Fact, PortScan, PortState, Transport, UdpPort};
use tokio::{
    net::UdpSocket,
    time::{Instant, sleep, timeout_at},
};

use super::codec::{Request, requests};
use crate::{Budget, Observation, Raw, Sink, Target, Trouble};

const ACT: &str = "ask UDP services";

/// Sends every service its request, one after the other. Hands over a [`UdpPort`] each and then the [`PortScan`].
/// A silent port is asked twice: the second time an answer from another port of the target counts too.
pub async fn ask(target: &Target, budget: &Budget, sink: &mut dyn Sink) -> Result<(), Trouble> {
    ask_these(&requests(), target, budget, sink).await
}

async fn ask_these(
    requests: &[Request],
    target: &Target,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let mut seen: Vec<(u16, PortState)> = Vec::new();
    for (done, request) in requests.iter().enumerate() {
        sink.progress(done as u64, requests.len() as u64, ACT);
        sleep(budget.pause).await;
        let outcome = outcome(request, target, budget).await;
        let outcome = outcome.map_err(|error| Trouble::of(error, ACT, target.address()))?;
        seen.push((request.port, outcome.state));
        sink.observe(observation(request, outcome, target)).map_err(Trouble::Stopped)?;
    }
    sink.progress(requests.len() as u64, requests.len() as u64, ACT);
    sink.observe(scan(seen, target)).map_err(Trouble::Stopped)
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
}

async fn outcome(request: &Request, target: &Target, budget: &Budget) -> io::Result<Outcome> {
    let first = ask_connected(request, target, budget).await?;
    if first.state != PortState::Silent {
        return Ok(first);
    }
    ask_unconnected(request, target, budget).await
}

/// A connected socket hears of a refusal (ICMP port unreachable), and answers of the very port only.
async fn ask_connected(request: &Request, target: &Target, budget: &Budget) -> io::Result<Outcome> {
    let socket = socket(target).await?;
    let to = target.at(request.port);
    socket.connect(to).await?;
    let mut buffer = vec![0; budget.answer_bytes];
    let answer = async {
        socket.send(&request.bytes).await?;
        socket.recv(&mut buffer).await
    };
    match timeout_at(Instant::now() + half(budget), answer).await {
        Err(_) => Ok(Outcome::without_answer(PortState::Silent)),
        Ok(Ok(size)) => {
            Ok(Outcome { state: PortState::Open, from: Some(to), bytes: buffer[..size].to_vec() })
        }
        Ok(Err(error)) if is_refusal(&error) => Ok(Outcome::without_answer(PortState::Closed)),
        // A firewall on the way says so for a port or two; that is no answer of the port.
        Ok(Err(error)) if error.kind() == io::ErrorKind::HostUnreachable => {
            Ok(Outcome::without_answer(PortState::Silent))
        }
        Ok(Err(error)) => Err(error),
    }
}

/// An unconnected socket hears answers from any port; those of other hosts are passed over.
async fn ask_unconnected(request: &Request, target: &Target, budget: &Budget) -> io::Result<Outcome> {
    let socket = socket(target).await?;
    socket.send_to(&request.bytes, target.at(request.port)).await?;
    let end = Instant::now() + half(budget);
    let mut buffer = vec![0; budget.answer_bytes];
    while let Ok(heard) = timeout_at(end, socket.recv_from(&mut buffer)).await {
        let (size, from) = heard?;
        if from.ip() == target.address() {
            return Ok(Outcome { state: PortState::Open, from: Some(from), bytes: buffer[..size].to_vec() });
        }
    }
    Ok(Outcome::without_answer(PortState::Silent))
}

/// A service gets the whole time of an answer over two requests.
fn half(budget: &Budget) -> Duration {
    budget.read / 2
}

async fn socket(target: &Target) -> io::Result<UdpSocket> {
    UdpSocket::bind(if target.address().is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }).await
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset)
}

fn observation(request: &Request, outcome: Outcome, target: &Target) -> Observation {
    let mut raw = vec![Raw::new("sent", request.bytes.clone())];
    match outcome.state {
        PortState::Open => raw.push(Raw::new("received", outcome.bytes)),
        PortState::Closed => raw.push(Raw::new("outcome.txt", "the host refused: port unreachable\n")),
        PortState::Silent => raw.push(Raw::new("outcome.txt", "nothing came back to two requests\n")),
    }
    let from = outcome.from.map(|from| from.port());
    let fact = UdpPort {
        target: target.address().to_string(),
        port: request.port,
        asked: request.service.to_owned(),
        state: outcome.state,
        answered_from: from.filter(|port| *port != request.port),
    };
    Observation { fact: Fact::UdpPort(fact), raw }
}

/// One port may have been asked as several services; it is open when one answered, closed when one was refused.
fn scan(mut seen: Vec<(u16, PortState)>, target: &Target) -> Observation {
    seen.sort_unstable();
    let note: String =
        seen.iter().map(|(port, state)| format!("udp {port} {state:?}\n").to_lowercase()).collect();
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
        Request { port, service, bytes: b"ping".to_vec() }
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
        let states: Vec<_> = states.collect();
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
        assert_eq!(seen[3].raw[1].bytes, b"from behind");
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
        let outcome = outcome(&asked(port, "x"), &target, &bench::budget()).await.unwrap();
        assert_eq!(outcome.state, PortState::Silent);
    }

    #[test]
    fn two_services_on_one_port_count_once() {
        let seen = vec![(161, PortState::Silent), (161, PortState::Open), (53, PortState::Closed)];
        let Fact::PortScan(scan) = scan(seen, &bench::target()).fact else { panic!("no scan") };
        assert_eq!((scan.tried, scan.open, scan.closed, scan.silent), (2, vec![161], 1, 0));
    }
}
