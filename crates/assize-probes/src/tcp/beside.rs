//! The second look at a control address: of ports that were open on the target alone, which ones the bench itself has
//! opened meanwhile on all its addresses.

use std::{io, time::Duration};

use assize_model::fact::{ControlLook, Fact};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::ACT;
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    net::{Reached, reach},
    together::{Under, next},
};

/// Ports that are compared at once.
const AT_ONCE: usize = 16;
/// How many bytes of each side are compared.
const COMPARED: usize = 512;
/// What a port is sent that says nothing by itself (RFC 9112).
const QUESTION: &[u8] = b"GET / HTTP/1.0\r\n\r\n";

/// What one side of a comparison did with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Behaviour {
    /// What it said without being asked.
    unasked: Vec<u8>,
    /// What it said to the question.
    answer: Vec<u8>,
    /// Whether it ended the connection.
    ended: bool,
}

/// What came of one port: both sides, as far as they took the connection.
struct Pair {
    port: u16,
    control: Option<Behaviour>,
    target: Option<Behaviour>,
}

/// Asks the control address for `ports`, which were open on the target and not on the control address, and compares
/// the two where both are open. Hands over one [`ControlLook`].
pub async fn beside(
    target: &Target,
    control: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let looking = compare(target, control, ports, budget);
    let pairs = timeout(budget.total, looking).await;
    let mut pairs = pairs.map_err(|_| Trouble::TimeOut { act: ACT.to_owned(), after: budget.total })??;
    pairs.sort_by_key(|pair| pair.port);
    let open: Vec<&Pair> = pairs.iter().filter(|pair| pair.control.is_some()).collect();
    let fact = ControlLook {
        target: control.address().to_string(),
        beside: target.address().to_string(),
        asked: pairs.iter().map(|pair| pair.port).collect(),
        open: open.iter().map(|pair| pair.port).collect(),
        alike: open.iter().filter(|pair| pair.control == pair.target).map(|pair| pair.port).collect(),
    };
    let mut raw = vec![Raw::new("control.txt", format!("{}\n", Fact::ControlLook(fact.clone()).words()))];
    raw.extend(open.iter().flat_map(|pair| pair.raw()));
    sink.observe(Observation { fact: Fact::ControlLook(fact), raw }).map_err(Trouble::Stopped)
}

async fn compare(
    target: &Target,
    control: &Target,
    ports: &[u16],
    budget: &Budget,
) -> Result<Vec<Pair>, Trouble> {
    let mut waiting = ports.iter().copied();
    let mut under_way: Vec<Under<'_, Result<Pair, Trouble>>> = Vec::new();
    let mut pairs = Vec::new();
    loop {
        while under_way.len() < AT_ONCE
            && let Some(port) = waiting.next()
        {
            under_way.push(Box::pin(pair(target, control, port, budget)));
        }
        let Some(asked) = next(&mut under_way).await else { return Ok(pairs) };
        pairs.push(asked?);
    }
}

/// The control address first: the target is asked again only where that is open.
async fn pair(target: &Target, control: &Target, port: u16, budget: &Budget) -> Result<Pair, Trouble> {
    let Some(ours) = open(control, port, budget).await? else {
        return Ok(Pair { port, control: None, target: None });
    };
    let theirs = open(target, port, budget).await?;
    let (control, target) = tokio::join!(behaviour(ours, budget), async {
        match theirs {
            Some(stream) => Some(behaviour(stream, budget).await),
            None => None,
        }
    });
    Ok(Pair { port, control: Some(control), target })
}

async fn open(at: &Target, port: u16, budget: &Budget) -> Result<Option<TcpStream>, Trouble> {
    match reach(at.at(port), budget.connect).await {
        Ok(Reached::Open(stream)) => Ok(Some(stream)),
        Ok(_) => Ok(None),
        Err(error) => Err(Trouble::of(error, ACT, at.address())),
    }
}

async fn behaviour(mut stream: TcpStream, budget: &Budget) -> Behaviour {
    stream.set_zero_linger().ok();
    let (unasked, mut ended) = hear(&mut stream, budget.banner).await;
    let mut answer = Vec::new();
    if unasked.is_empty() && !ended {
        ended = stream.write_all(QUESTION).await.is_err();
        if !ended {
            (answer, ended) = hear(&mut stream, budget.read).await;
        }
    }
    Behaviour { unasked, answer, ended }
}

/// The first bytes that come within a time, and whether the connection ended before anything did.
async fn hear(stream: &mut TcpStream, within: Duration) -> (Vec<u8>, bool) {
    let mut bytes = vec![0; COMPARED];
    let came: io::Result<usize> = match timeout(within, stream.read(&mut bytes)).await {
        Ok(came) => came,
        Err(_) => return (Vec::new(), false),
    };
    let size = came.unwrap_or(0);
    bytes.truncate(size);
    (bytes, size == 0)
}

impl Pair {
    /// What each side said, when it said anything.
    fn raw(&self) -> Vec<Raw> {
        let sides = [("control", &self.control), ("target", &self.target)];
        let said = sides.into_iter().filter_map(|(side, behaviour)| {
            let behaviour = behaviour.as_ref()?;
            let bytes = [behaviour.unasked.as_slice(), behaviour.answer.as_slice()].concat();
            (!bytes.is_empty()).then(|| Raw::new(format!("{side}, tcp/{}", self.port), bytes))
        });
        said.collect()
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::bench;

    async fn look(target: &Target, control: &Target, ports: &[u16]) -> ControlLook {
        let mut seen: Vec<Observation> = Vec::new();
        beside(target, control, ports, &bench::budget(), &mut seen).await.unwrap();
        match seen.pop().map(|o| o.fact) {
            Some(Fact::ControlLook(look)) => look,
            other => panic!("{other:?}"),
        }
    }

    /// A server on all addresses, as a program of the bench has it, and one beside it.
    async fn everywhere(says: &'static [u8]) -> u16 {
        let listener = TcpListener::bind(("0.0.0.0", 0)).await.unwrap();
        let port = bench::port(&listener);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    stream.write_all(says).await.ok();
                    stream.read_u8().await.ok();
                });
            }
        });
        port
    }

    #[tokio::test]
    async fn what_the_bench_opened_meanwhile_is_told_from_the_targets_own() {
        let (target, control) = (bench::target(), bench::target());
        let own = bench::script(&target, b"hello\r\n", b"").await;
        let (loud, mute) = (everywhere(b"220 bench\r\n").await, everywhere(b"").await);
        let gone = bench::free_port(target.address());
        let said = look(&target, &control, &[gone, loud, mute, own]).await;
        let mut bench = vec![loud, mute];
        bench.sort_unstable();
        assert_eq!((said.asked.len(), &said.open, &said.alike), (4, &bench, &bench));
        assert_eq!(said.of_bench(), bench);
    }

    #[tokio::test]
    async fn a_port_that_answers_otherwise_is_not_the_benchs() {
        let (target, control) = (bench::target(), bench::target());
        let (port, other) = twins(&target, &control, b"220 plug\r\n", b"220 bench\r\n").await;
        let said = look(&target, &control, &[port, other]).await;
        assert_eq!((said.open.as_slice(), said.alike.as_slice()), (&[port][..], &[][..]));
        let (port, other) = twins(&target, &control, b"", b"").await;
        let said = look(&target, &control, &[port, other]).await;
        assert_eq!(said.alike, [port], "both are silent");
    }

    /// One port that is served on both addresses, and one of the target's own.
    async fn twins(target: &Target, control: &Target, a: &'static [u8], b: &'static [u8]) -> (u16, u16) {
        loop {
            let port = bench::script(target, a, b"").await;
            let Ok(listener) = TcpListener::bind((control.address(), port)).await else { continue };
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(bench::converse(stream, b, b""));
                }
            });
            return (port, bench::script(target, b"own\r\n", b"").await);
        }
    }

    #[tokio::test]
    async fn a_control_address_that_answers_like_the_target_masks_nothing() {
        let (target, control) = (bench::target(), bench::target());
        let port = everywhere(b"220 plug\r\n").await;
        let said = look(&target, &control, &[port]).await;
        assert_eq!(said.alike, [port]);
        assert!(said.of_bench().is_empty(), "it has every port that the target has");
    }
}
