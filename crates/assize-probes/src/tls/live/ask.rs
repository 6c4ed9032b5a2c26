//! One port being asked, hello by hello: few connections at once, fewer when the port refuses, and a transcript of all.

use std::{
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use assize_model::fact::Transport;
use sha2::{Digest, Sha256};
use tokio::{
    net::TcpStream,
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep},
};

use super::datagram;
use crate::{
    Budget, Raw, Target, Trouble,
    net::{Reached, reach},
    tap::{Patience, Tap},
    tls::codec::{self, Answer, Hello, registry},
};

/// How often a connection that the port does not take is tried, and the first wait before the next try.
const TRIES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// Most bytes of an answer that the transcript keeps, where the answer is one of many alike.
const KEPT: usize = 512;
/// Most bytes of the whole transcript.
const TRANSCRIPT: usize = 4 * 1024 * 1024;

/// A port, and what asking it has cost so far.
pub(super) struct Asker<'a> {
    pub target: &'a Target,
    pub port: u16,
    pub transport: Transport,
    pub budget: &'a Budget,
    parallel: u32,
    gate: Semaphore,
    end: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    handshakes: u32,
    reached: bool,
    is_slow: bool,
    transcript: String,
    gaps: Vec<String>,
    trouble: Option<Trouble>,
}

/// What came of a hello.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// The server agreed to the version asked for.
    Agreed(Box<Answer>),
    /// An alert, another version, another protocol, or the end of the connection.
    Refused(Box<Answer>),
    /// Not a byte within the budget.
    Silent,
    /// There was no connection to be had, or no time left for one.
    Unasked,
}

/// What came of a hello, and the bytes of both sides.
pub(super) struct Asked {
    pub said: Said,
    pub raw: Vec<Raw>,
}

/// A connection for a conversation. It counts as a handshake, and stands in the transcript when it ends.
pub(super) struct Line<'a> {
    pub tap: Tap<TcpStream>,
    asker: &'a Asker<'a>,
    _permit: SemaphorePermit<'a>,
    what: String,
    kept: usize,
}

impl Line<'_> {
    /// How long an answer may take.
    pub(super) fn wait(&self) -> Duration {
        self.asker.budget.read
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        self.asker.write_down(&self.what, self.tap.said(), self.tap.heard(), self.kept);
    }
}

impl<'a> Asker<'a> {
    pub(super) fn new(
        target: &'a Target,
        port: u16,
        transport: Transport,
        budget: &'a Budget,
        end: Instant,
    ) -> Self {
        // A datagram server often knows one peer at a time.
        let parallel = if transport == Transport::Udp { 1 } else { budget.tls_parallel.clamp(1, 64) };
        let state = Mutex::new(State::default());
        Self {
            target,
            port,
            transport,
            budget,
            parallel,
            gate: Semaphore::new(parallel as usize),
            end,
            state,
        }
    }

    /// Sends one hello on a connection of its own and hears the answer out. Silence is asked once more.
    pub(super) async fn ask(&self, hello: &Hello, what: &str) -> Said {
        self.ask_raw(hello, what).await.said
    }

    /// Whether the server agrees to the version of a hello.
    pub(super) async fn agrees(&self, hello: &Hello, what: &str) -> bool {
        matches!(self.ask(hello, what).await, Said::Agreed(_))
    }

    /// As [`Self::ask`], with the bytes.
    pub(super) async fn ask_raw(&self, hello: &Hello, what: &str) -> Asked {
        let first = self.ask_once(hello, what).await;
        // Before anything has been heard of the port, a second try would double the wait for every version.
        if matches!(first.said, Said::Silent) && self.has_answered() && self.transport == Transport::Tcp {
            self.slow_down();
            return self.ask_once(hello, what).await;
        }
        first
    }

    async fn ask_once(&self, hello: &Hello, what: &str) -> Asked {
        let what = format!("{}, {what}", registry::name_of(hello.version));
        if self.transport == Transport::Udp {
            return datagram::ask(self, hello, &what).await;
        }
        let Some(mut line) = self.line(&what).await else {
            return Asked { said: Said::Unasked, raw: Vec::new() };
        };
        line.kept = KEPT;
        let start = Instant::now();
        line.tap.say(&hello.record(), self.budget.read).await.ok();
        line.tap.hear(Patience::whole(self.budget.read), codec::is_over).await;
        let is_silent = line.tap.heard().is_empty() && start.elapsed() >= self.budget.read;
        let raw = line.tap.raw(&format!(", {} offered", registry::name_of(hello.version)));
        Asked { said: self.sort(codec::answer(line.tap.heard()), hello.version, is_silent), raw }
    }

    pub(super) fn sort(&self, answer: Answer, version: u16, is_silent: bool) -> Said {
        if is_silent {
            return Said::Silent;
        }
        self.state().reached |= answer.is_tls;
        match answer.agrees(version) {
            true => Said::Agreed(Box::new(answer)),
            false => Said::Refused(Box::new(answer)),
        }
    }

    /// Opens a connection, as soon as there may be one more. `None` when the port takes none, or time is up.
    pub(super) async fn line(&'a self, what: &str) -> Option<Line<'a>> {
        let permit = self.permit().await?;
        let tries = if self.state().handshakes == 0 { 2 } else { TRIES };
        let mut wait = FIRST_WAIT;
        for _ in 0..tries {
            match reach(self.target.at(self.port), self.budget.connect).await {
                Ok(Reached::Open(stream)) => {
                    stream.set_nodelay(true).ok();
                    self.state().handshakes += 1;
                    let tap = Tap::new(stream, self.budget.answer_bytes);
                    return Some(Line {
                        tap,
                        asker: self,
                        _permit: permit,
                        what: what.to_owned(),
                        kept: usize::MAX,
                    });
                }
                Ok(Reached::Refused | Reached::Silent) => {}
                Ok(Reached::Unreachable(error)) | Err(error) => {
                    let act = format!("connect to {}", self.target.at(self.port));
                    self.state().trouble = Some(Trouble::of(error, act, self.target.address()));
                    return None;
                }
            }
            self.slow_down();
            sleep(wait).await;
            wait *= 3;
        }
        self.gap("the port took no connection for some of the hellos");
        None
    }

    /// Leave to open one connection, after the pause that the budget sets.
    pub(super) async fn permit(&'a self) -> Option<SemaphorePermit<'a>> {
        // From the first refusal on, one connection at a time: it takes all the permits.
        let width = if self.state().is_slow { self.parallel } else { 1 };
        let permit = self.gate.acquire_many(width).await.ok()?;
        if Instant::now() >= self.end {
            self.gap("the time allowed for the probe ended");
            return None;
        }
        if !self.budget.tls_pause.is_zero() {
            sleep(self.budget.tls_pause).await;
        }
        Some(permit)
    }

    fn slow_down(&self) {
        self.state().is_slow = true;
    }

    /// Counts a conversation that is not over TCP.
    pub(super) fn count(&self) {
        self.state().handshakes += 1;
    }

    pub(super) fn gap(&self, words: &str) {
        let gaps = &mut self.state().gaps;
        if !gaps.iter().any(|gap| gap == words) {
            gaps.push(words.to_owned());
        }
    }

    pub(super) fn gaps(&self) -> Vec<String> {
        self.state().gaps.clone()
    }

    pub(super) fn handshakes(&self) -> u32 {
        self.state().handshakes
    }

    pub(super) fn has_answered(&self) -> bool {
        self.state().reached
    }

    /// The bench's own trouble, if there was any.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.state().trouble.take()
    }

    /// Every hello and answer, in hexadecimal.
    pub(super) fn transcript(&self) -> Raw {
        Raw::new("handshakes.txt", self.state().transcript.clone())
    }

    pub(super) fn write_down(&self, what: &str, sent: &[u8], heard: &[u8], kept: usize) {
        let transcript = &mut self.state().transcript;
        if transcript.len() > TRANSCRIPT {
            return;
        }
        let head = &heard[..heard.len().min(kept)];
        let cut = if head.len() < heard.len() {
            format!(" (first of {} bytes)", heard.len())
        } else {
            String::new()
        };
        writeln!(transcript, "{what}\n  sent {}\n  received {}{cut}", hex::encode(sent), hex::encode(head))
            .ok();
    }

    /// A hello of a version that carries what every question needs.
    pub(super) fn hello(&self, version: u16, mut suites: Vec<u16>) -> Hello {
        if version == registry::SSL_3_0 {
            suites.push(registry::RENEGOTIATION_SCSV);
        }
        let hello = Hello::new(version, random(self.port), suites);
        let ticket = (version != registry::TLS_1_3).then(Vec::new);
        let compression = if version == registry::TLS_1_3 { vec![0] } else { vec![1, 0] };
        let name = self.target.name().map(str::to_owned);
        Hello { name, ticket, compression, features: true, shares: false, ..hello }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that differ from hello to hello. They protect nothing, so the clock will do.
pub(super) fn random(port: u16) -> [u8; 32] {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Sha256::digest(format!("assize {now} {port}")).into()
}
