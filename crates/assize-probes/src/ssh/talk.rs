//! One connection to an SSH server: greeting, key exchange, and messages inside the encrypted session.

use std::time::Duration;

use assize_model::fact::SshHostKey;
use tokio::net::TcpStream;

use super::{
    codec::{self, IDENTIFICATION, Identification, KexInit},
    exchange::{self, Method},
    seal::{CIPHERS, Half, Said, Session},
};
use crate::{
    Budget, Target, Trouble,
    net::call,
    tap::{Patience, Tap},
};

const NEWKEYS: u8 = 21;
/// Messages that may come at any time: ignore, unimplemented, debug, extension information.
const ASIDE: [u8; 4] = [2, 3, 4, 7];

/// What one connection is for.
pub(super) struct Errand {
    /// The host key algorithm.
    pub(super) key: String,
    /// The name of the key exchange method.
    pub(super) kex: String,
    /// What group exchange is asked for.
    pub(super) sizes: Option<[u32; 3]>,
    /// Whether the session goes on behind the host key.
    pub(super) asks: bool,
}

/// One connection, up to the server's first key exchange message.
pub(super) struct Talk<'a> {
    pub(super) line: Tap<TcpStream>,
    pub(super) budget: &'a Budget,
    pub(super) server: Option<Identification>,
    pub(super) init: Option<KexInit>,
    /// Where the bytes that have not been read begin.
    at: usize,
    /// How many packets the server has sent.
    packets: u32,
}

/// What a server shows on the way.
#[derive(Default)]
pub(super) struct Shown {
    /// Its host key.
    pub(super) key: Option<SshHostKey>,
    /// The size of the group that group exchange gave.
    pub(super) group: Option<u32>,
    /// Whether the server heard our opening: it answered, or ended the connection. Silence is neither.
    pub(super) is_heard: bool,
}

impl<'a> Talk<'a> {
    /// Connects and hears the greeting; none when the port takes no connection.
    pub(super) async fn begin(
        target: &Target,
        port: u16,
        budget: &'a Budget,
    ) -> Result<Option<Self>, Trouble> {
        let Some(mut line) = call(target, port, budget).await? else { return Ok(None) };
        line.say(IDENTIFICATION, budget.read).await.ok();
        line.hear(Patience::whole(budget.read), |bytes| {
            codec::identification(bytes).is_some_and(|seen| {
                seen.protocol.starts_with("1.5") || codec::packet(&bytes[seen.end..]).is_some()
            })
        })
        .await;
        let server = codec::identification(line.heard());
        let at = server.as_ref().map_or(0, |server| server.end);
        let mut talk = Self { line, budget, server, init: None, at, packets: 0 };
        talk.init = talk.packet().await.as_deref().and_then(codec::kex_init_payload);
        Ok(Some(talk))
    }

    /// The payload of the next unencrypted packet.
    async fn packet(&mut self) -> Option<Vec<u8>> {
        loop {
            let at = self.at;
            if codec::packet(&self.line.heard()[at..]).is_none() && self.server.is_some() {
                let is_whole = |bytes: &[u8]| codec::packet(&bytes[at..]).is_some();
                self.line.hear(Patience::whole(self.budget.read), is_whole).await;
            }
            let (payload, size) = codec::packet(&self.line.heard()[at..])?;
            let payload = payload.to_vec();
            self.at += size;
            self.packets += 1;
            if !payload.first().is_some_and(|kind| ASIDE.contains(kind)) {
                return Some(payload);
            }
        }
    }

    async fn say(&mut self, payload: &[u8]) -> Option<()> {
        self.line.say(&exchange::frame(payload), self.budget.read).await.ok()
    }

    /// Goes through the key exchange up to the host key, and on to an encrypted session when the errand asks for one.
    pub(super) async fn agree(&mut self, errand: &Errand, shown: &mut Shown) -> Option<Session> {
        let init = self.init.clone()?;
        let method = exchange::method(&errand.kex)?;
        let ciphers: &[&str] = if errand.asks { &CIPHERS } else { &[] };
        let ours = exchange::kex_init(&errand.kex, &errand.key, ciphers, &init.offer);
        let begun = (self.server_line(), self.server_init());
        let half = Half::new(method);
        let opening = match (&half, method) {
            (Some(half), _) => exchange::ecdh_init(&half.public),
            (None, Method::Group(bits)) => exchange::dh_init(bits),
            (None, _) => {
                let [least, wanted, most] = errand.sizes?;
                exchange::gex_request(least, wanted, most)
            }
        };
        // Both at once: the server has named its methods, so ours is no guess.
        let both = [exchange::frame(&ours), exchange::frame(&opening)].concat();
        self.line.say(&both, self.budget.read).await.ok()?;
        if init.guesses && init.offer.kex.first() != Some(&errand.kex) {
            self.packet().await?;
        }
        let answer = self.packet().await;
        shown.is_heard = answer.is_some() || self.line.has_ended();
        let mut answer = answer?;
        if method == Method::Gex {
            let bits = exchange::gex_group(&answer)?;
            shown.group = Some(bits);
            self.say(&exchange::gex_init(usize::try_from(bits).ok()?)).await?;
            answer = self.packet().await?;
        }
        let reply = exchange::reply(&answer, method == Method::Gex)?;
        shown.key = exchange::host_key(reply.host_key);
        let half = half.filter(|_| errand.asks)?;
        let said = Said {
            client_line: IDENTIFICATION.trim_ascii_end(),
            server_line: &begun.0,
            client_init: &ours,
            server_init: &begun.1?,
            host_key: reply.host_key,
            server_public: reply.public,
        };
        self.seal(half, &said, &init).await
    }

    /// Takes the new keys into use.
    async fn seal(&mut self, half: Half, said: &Said<'_>, init: &KexInit) -> Option<Session> {
        let chosen = |theirs: &[String]| CIPHERS.into_iter().find(|c| theirs.iter().any(|t| t == c));
        let ciphers = [chosen(&init.offer.ciphers_in)?, chosen(&init.offer.ciphers_out)?];
        (self.packet().await?.first() == Some(&NEWKEYS)).then_some(())?;
        self.say(&[NEWKEYS]).await?;
        // We have sent KEXINIT, our half and NEWKEYS.
        Session::new(half, said, ciphers, [3, self.packets])
    }

    /// Sends a message inside the session.
    pub(super) async fn tell(&mut self, session: &mut Session, payload: &[u8]) -> Option<()> {
        let packet = session.seal(payload)?;
        self.line.say(&packet, self.budget.read).await.ok()
    }

    /// The server's next message inside the session, waited for that long. It is noted as it was opened.
    pub(super) async fn opened(&mut self, session: &mut Session, wait: Duration) -> Option<Vec<u8>> {
        let at = self.at;
        if !session.is_whole(&self.line.heard()[at..]) {
            let is_whole = |bytes: &[u8]| session.is_whole(&bytes[at..]);
            self.line.hear(Patience::whole(wait), is_whole).await;
        }
        let (payload, size) = session.open(&self.line.heard()[at..])?;
        self.at += size;
        self.line.note("opened", &payload);
        Some(payload)
    }

    /// The identification line without its end, as the exchange hash takes it.
    fn server_line(&self) -> Vec<u8> {
        let end = self.server.as_ref().map_or(0, |server| server.end);
        let lines = self.line.heard()[..end].trim_ascii_end();
        let start = lines.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        lines[start..].to_vec()
    }

    /// The payload of the server's first packet.
    fn server_init(&self) -> Option<Vec<u8>> {
        let end = self.server.as_ref()?.end;
        codec::packet(&self.line.heard()[end..]).map(|(payload, _)| payload.to_vec())
    }
}
