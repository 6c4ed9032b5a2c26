//! One hello over UDP: the cookie, the flight, and a farewell so that the server need not wait.

use tokio::{
    net::UdpSocket,
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

/// What is heard and said in one conversation.
struct Talk<'a> {
    socket: UdpSocket,
    asker: &'a Asker<'a>,
    sent: Vec<u8>,
    heard: Vec<u8>,
    datagrams: usize,
}

/// Sends a hello, answers a request for its cookie, and hears the flight out.
pub(super) async fn ask(asker: &Asker<'_>, hello: &Hello, what: &str) -> Asked {
    let unasked = Asked { said: Said::Unasked, raw: Vec::new() };
    let Some(_permit) = asker.permit().await else { return unasked };
    let Some(socket) = socket(asker).await else {
        asker.gap("the bench could not open a UDP socket");
        return unasked;
    };
    asker.count();
    let mut talk = Talk { socket, asker, sent: Vec::new(), heard: Vec::new(), datagrams: 0 };
    let mut flight = talk.send(&dtls::datagram(hello, 0)).await;
    let mut number = 1;
    if let Some(cookie) = flight.cookie() {
        let again = Hello { cookie: Some(cookie), ..hello.clone() };
        flight = talk.send(&dtls::datagram(&again, 1)).await;
        number = 2;
    }
    if flight.is_dtls() {
        talk.socket.send(&dtls::farewell(hello.version, number)).await.ok();
    }
    let raw =
        [("sent", &talk.sent), ("received", &talk.heard)].into_iter().filter(|(_, bytes)| !bytes.is_empty());
    let raw = raw.map(|(word, bytes)| Raw::new(format!("{word}, {what}"), bytes.clone())).collect();
    asker.write_down(what, &talk.sent, &talk.heard, 512);
    let is_silent = talk.heard.is_empty();
    Asked { said: asker.sort(flight.answer(), hello.version, is_silent), raw }
}

async fn socket(asker: &Asker<'_>) -> Option<UdpSocket> {
    let any = if asker.target.address().is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await.ok()?;
    // A connected socket hears the target's port and no other.
    socket.connect(asker.target.at(asker.port)).await.ok()?;
    Some(socket)
}

impl Talk<'_> {
    /// Sends until something whole comes back.
    async fn send(&mut self, datagram: &[u8]) -> Flight {
        let mut flight = Flight::default();
        self.sent.extend_from_slice(datagram);
        let end = Instant::now() + self.asker.budget.read;
        for nth in 1..=SENDS {
            if self.socket.send(datagram).await.is_err() {
                return flight;
            }
            let until = end.min(Instant::now() + self.asker.budget.read * nth / 8);
            if self.hear(&mut flight, until).await {
                return flight;
            }
        }
        flight
    }

    /// Hears datagrams; says whether the flight is whole or nothing more can come.
    async fn hear(&mut self, flight: &mut Flight, until: Instant) -> bool {
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
            if flight.cookie().is_some() || flight.answer().is_complete {
                return true;
            }
        }
        true
    }
}
