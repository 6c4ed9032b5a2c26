//! One door of the DUT: sends it bytes, and tells whether the DUT works.

use std::{
    io::{self, ErrorKind},
    time::Duration,
};

use assize_model::declaration::play::Play;
use assize_model::fact::Transport;
use tokio::{
    io::AsyncWriteExt,
    net::UdpSocket,
    time::{Instant, sleep, timeout},
};

use super::{codec::Grammar, datagram::ordinary, live::Door};
use crate::{
    Budget, Trouble,
    http::{codec::Answer, is_over},
    net::{Reached, call, reach},
    play::{Player, UNTOLD_WAIT, Values, retry_after},
    tap::{Patience, Stream, Tap},
    tls,
};

/// How the DUT is after a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It works.
    Well,
    /// It works by now, after it had said that it cannot serve: a busy DUT, or a part of it that began anew.
    Doubtful,
    /// It answers that it puts requests off, and went on to.
    PutOff,
    /// It does not work.
    Down,
}

/// The gap between two looks at a DUT that does not work.
const LOOK: Duration = Duration::from_millis(100);

pub(super) struct Line<'a> {
    player: &'a Player<'a>,
    door: Door,
    health: Option<&'a Play>,
    /// What the port answered before anything else was sent, where no health play asks there.
    ordinary: Option<Vec<u8>>,
}

impl<'a> Line<'a> {
    pub(super) fn new(player: &'a Player<'a>, door: &Door, health: Option<&'a Play>) -> Self {
        Self { player, door: door.clone(), health, ordinary: None }
    }

    /// Has a TCP port asked with an ordinary message at every look, where the health play asks another port and this one
    /// answers now: one that still takes connections may hang all the same.
    pub(super) async fn listen_to(&mut self, ordinary: &[u8]) -> Result<(), Trouble> {
        let is_asked = self.health.is_some_and(|p| p.at.as_ref().is_some_and(|a| a.port == self.door.port));
        if self.door.transport == Transport::Tcp && !is_asked && !ordinary.is_empty() {
            self.ordinary = Some(ordinary.to_vec());
            if !self.answers().await? {
                self.ordinary = None;
            }
        }
        Ok(())
    }

    /// Whether the port answers what is ordinary, asked twice at the most; yes where that is not asked.
    async fn answers(&self) -> Result<bool, Trouble> {
        let Some(ordinary) = &self.ordinary else { return Ok(true) };
        for wait in [Duration::ZERO, UNTOLD_WAIT / 2] {
            sleep(wait).await;
            if !self.send(ordinary).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sends bytes over a connection of their own and gives what came back.
    pub(super) async fn send(&self, bytes: &[u8]) -> Result<Vec<u8>, Trouble> {
        let (budget, target) = (self.player.budget, self.player.target);
        if self.door.transport == Transport::Udp {
            return Ok(self.datagram(bytes, budget.pause).await.unwrap_or_default());
        }
        let mut line = match call(target, self.door.port, budget).await {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(Vec::new()),
            Err(trouble) if is_gone(&trouble) => return Ok(Vec::new()),
            Err(trouble) => return Err(trouble),
        };
        if !self.door.tls || self.door.grammar == Grammar::Tls {
            return Ok(talk(&mut line, bytes, budget, self.door.grammar).await);
        }
        match tls::shake(&mut line, target, budget).await.session {
            Some(session) => {
                let mut inside = Tap::new(session, budget.answer_bytes);
                Ok(talk(&mut inside, bytes, budget, self.door.grammar).await)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Whether the port takes what is ordinary and the health play succeeds.
    pub(super) async fn state(&self) -> Result<State, Trouble> {
        if !self.takes().await? {
            return Ok(State::Down);
        }
        self.health().await
    }

    /// Waits until the DUT works again, or at least answers; how many milliseconds that took, none when the time allowed was over.
    pub(super) async fn comes_back(&self) -> Result<Option<u64>, Trouble> {
        let began = Instant::now();
        while began.elapsed() < self.player.budget.recovery {
            sleep(LOOK).await;
            if self.state().await? != State::Down {
                return Ok(Some(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)));
            }
        }
        Ok(None)
    }

    async fn takes(&self) -> Result<bool, Trouble> {
        let (budget, target) = (self.player.budget, self.player.target);
        if self.door.transport == Transport::Udp {
            let asked = ordinary(self.door.grammar.name());
            for _ in 0..2 {
                if self.datagram(&asked, budget.read / 2).await.is_some() {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        sleep(budget.pause).await;
        let act = || format!("connect to {}", target.at(self.door.port));
        match reach(target.at(self.door.port), budget.connect).await {
            // A host that does not answer any more; a network that cannot be reached is the bench's own trouble.
            Ok(Reached::Unreachable(error)) if !tells_gone(&error) => {
                Err(Trouble::of(error, act(), target.address()))
            }
            Ok(Reached::Open(stream)) => {
                drop(stream);
                self.answers().await
            }
            Ok(_) => Ok(false),
            Err(error) => Err(Trouble::of(error, act(), target.address())),
        }
    }

    /// Plays the health play. An answer that puts it off is waited for and asked again, for as long as a recovery may
    /// take.
    async fn health(&self) -> Result<State, Trouble> {
        let Some(play) = self.health else { return Ok(State::Well) };
        let (began, mut state) = (Instant::now(), State::Well);
        loop {
            let played = match self.player.play(play, &Values::new()).await {
                Ok(played) => played,
                Err(trouble) if is_gone(&trouble) => return Ok(State::Down),
                Err(trouble) => return Err(trouble),
            };
            if played.succeeded {
                return Ok(state);
            }
            let Some(answer) = played.answer else { return Ok(State::Down) };
            let told = retry_after(&answer);
            if told.is_none() && !matches!(answer.status, 423 | 429 | 503) {
                return Ok(State::Down);
            }
            if answer.status != 429 {
                state = State::Doubtful;
            }
            let wait = told.unwrap_or(UNTOLD_WAIT).max(LOOK);
            if began.elapsed() + wait > self.player.budget.recovery {
                return Ok(State::PutOff);
            }
            sleep(wait).await;
        }
    }

    /// How long to wait before bytes are sent again that a limit on requests kept from being read; none when they
    /// were read, as far as the answer tells.
    pub(super) fn put_off(&self, answer: &Answer) -> Option<Duration> {
        let told = retry_after(answer);
        let is_put_off = told.is_some() || answer.status == 429;
        is_put_off.then(|| told.unwrap_or(UNTOLD_WAIT).clamp(LOOK, self.player.budget.recovery))
    }

    /// Sends a datagram; what the port answers within `wait`, if anything.
    async fn datagram(&self, bytes: &[u8], wait: Duration) -> Option<Vec<u8>> {
        let to = self.player.target.at(self.door.port);
        let any = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).await.ok()?;
        socket.connect(to).await.ok()?;
        socket.send(bytes).await.ok()?;
        let mut buffer = vec![0; self.player.budget.answer_bytes];
        let size = timeout(wait, socket.recv(&mut buffer)).await.ok()?.ok()?;
        buffer.truncate(size);
        Some(buffer)
    }
}

/// Whether the DUT does not answer on its own network any more, as when it is down. That the bench has lost its way
/// shows nothing of the DUT.
fn is_gone(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::NoRoute { source, .. } if tells_gone(source))
}

fn tells_gone(error: &io::Error) -> bool {
    error.kind() == ErrorKind::HostUnreachable
}

/// Sends bytes and listens: to a whole answer where it counts, elsewhere to the first bytes, and to silence not for
/// long. Where the answer does not count, the bench ends its side, so that a DUT that waits for more need not.
async fn talk<S: Stream>(line: &mut Tap<S>, bytes: &[u8], budget: &Budget, grammar: Grammar) -> Vec<u8> {
    line.say(bytes, budget.read).await.ok();
    let patience = Patience { first: budget.banner, quiet: budget.quiet, whole: budget.read };
    if grammar == Grammar::Json {
        line.hear(patience, is_over).await;
    } else {
        timeout(budget.quiet, line.shutdown()).await.ok();
        line.hear(patience, |_| true).await;
    }
    line.heard().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_way_is_the_benchs_trouble() {
        let trouble = |code| {
            Trouble::of(io::Error::from_raw_os_error(code), "connect", std::net::IpAddr::from([192, 0, 2, 1]))
        };
        // EHOSTUNREACH, ENETUNREACH and ENETDOWN as Linux numbers them.
        assert!(is_gone(&trouble(113)));
        assert!(!is_gone(&trouble(101)) && !is_gone(&trouble(100)));
    }
}
