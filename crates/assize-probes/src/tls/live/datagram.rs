//! One hello over UDP: the cookie, the flight, and a farewell so that the server need not wait.

use tokio::{
    net::UdpSocket,
    sync::SemaphorePermit,
    time::{Instant, timeout_at},
};

use super::ask::{Asked, Asker, Said};
use crate::{
    Raw,
    tls::codec::{
        Hello,
        dtls::{self, Flight},
    },
};

/// How often a hello is sent before the port counts as silent.
const SENDS: u32 = 4;
const MOST_DATAGRAMS: usize = 64;
/// Most bytes of an answer that the transcript keeps.
const KEPT: usize = 512;

/// What is heard and said in one conversation. It stands in the transcript when it ends.
pub(super) struct Talk<'a> {
    socket: UdpSocket,
    asker: &'a Asker<'a>,
    sent: Vec<u8>,
    heard: Vec<u8>,
    datagrams: usize,
    what: String,
    _permit: SemaphorePermit<'a>,
}

impl Drop for Talk<'_> {
    fn drop(&mut self) {
        self.asker.write_down(&self.what, &self.sent, &self.heard, KEPT);
    }
}

/// A hello that was answered.
pub(super) struct Greeted {
    pub flight: Flight,
    /// The hello that counts: with the cookie, where one was asked for.
    pub hello: Hello,
    /// The number of that hello.
    pub number: u16,
}

/// Sends a hello, answers a request for its cookie, and hears the flight out.
pub(super) async fn ask(asker: &Asker<'_>, hello: &Hello, what: &str) -> Asked {
    let Some(mut talk) = talk(asker, what).await else {
        return Asked { said: Said::Unasked, raw: Vec::new() };
    };
    let greeted = talk.greet(hello).await;
    if greeted.flight.is_dtls() {
        talk.say(&dtls::farewell(hello.version, greeted.number + 1)).await;
    }
    let raw =
        [("sent", &talk.sent), ("received", &talk.heard)].into_iter().filter(|(_, bytes)| !bytes.is_empty());
    let raw = raw.map(|(word, bytes)| Raw::new(format!("{word}, {what}"), bytes.clone())).collect();
    let is_silent = talk.heard.is_empty();
    Asked { said: asker.sort(greeted.flight.answer(), hello.version, is_silent), raw }
}

/// A conversation from a port of its own. `None` when none may be had.
pub(super) async fn talk<'a>(asker: &'a Asker<'a>, what: &str) -> Option<Talk<'a>> {
    let permit = asker.permit().await?;
    let Some(socket) = socket(asker).await else {
        asker.gap("the bench could not open a UDP socket");
        return None;
    };
    asker.count();
    let (sent, heard, what) = (Vec::new(), Vec::new(), what.to_owned());
    Some(Talk { socket, asker, sent, heard, datagrams: 0, what, _permit: permit })
}

async fn socket(asker: &Asker<'_>) -> Option<UdpSocket> {
    let any = if asker.target.address().is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await.ok()?;
    // A connected socket hears the target's port and no other.
    socket.connect(asker.target.at(asker.port)).await.ok()?;
    Some(socket)
}

impl Talk<'_> {
    /// Sends a hello, and once more with the cookie that is asked for.
    pub(super) async fn greet(&mut self, hello: &Hello) -> Greeted {
        let is_whole = |flight: &Flight| flight.cookie().is_some() || flight.answer().is_complete;
        let flight = self.send(&dtls::datagram(hello, 0), is_whole).await;
        let Some(cookie) = flight.cookie() else {
            return Greeted { flight, hello: hello.clone(), number: 0 };
        };
        let hello = Hello { cookie: Some(cookie), ..hello.clone() };
        let flight = self.send(&dtls::datagram(&hello, 1), is_whole).await;
        Greeted { flight, hello, number: 1 }
    }

    /// Sends a datagram that nothing needs to answer.
    pub(super) async fn say(&mut self, datagram: &[u8]) {
        self.sent.extend_from_slice(datagram);
        self.socket.send(datagram).await.ok();
    }

    /// Sends until something whole comes back.
    pub(super) async fn send(&mut self, datagram: &[u8], is_whole: impl Fn(&Flight) -> bool) -> Flight {
        let mut flight = Flight::default();
        self.sent.extend_from_slice(datagram);
        let end = Instant::now() + self.asker.budget.read;
        for nth in 1..=SENDS {
            if self.socket.send(datagram).await.is_err() {
                return flight;
            }
            let until = end.min(Instant::now() + self.asker.budget.read * nth / 8);
            if self.hear(&mut flight, until, &is_whole).await {
                return flight;
            }
        }
        flight
    }

    /// Hears datagrams; says whether the flight is whole or nothing more can come.
    async fn hear(
        &mut self,
        flight: &mut Flight,
        until: Instant,
        is_whole: impl Fn(&Flight) -> bool,
    ) -> bool {
        let mut buffer = vec![0; 64 * 1024];
        while self.datagrams < MOST_DATAGRAMS {
            match timeout_at(until, self.socket.recv(&mut buffer)).await {
                Err(_) => return false,
                Ok(Err(_)) => return true,
                Ok(Ok(size)) => {
                    self.datagrams += 1;
                    let room = self.asker.budget.answer_bytes.saturating_sub(self.heard.len()).min(size);
                    self.heard.extend_from_slice(&buffer[..room]);
                    flight.take(&buffer[..size]);
                }
            }
            if is_whole(flight) {
                return true;
            }
        }
        true
    }
}
