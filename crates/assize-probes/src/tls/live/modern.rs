//! What only finished handshakes of TLS 1.3 show: the certificate, the protocol inside, tickets, early data, and whether the
//! client is asked for a certificate. rustls finishes them.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rustls::{
    ClientConfig, HandshakeKind, NamedGroup, SignatureScheme,
    client::{
        ClientSessionStore, ResolvesClientCert, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
    },
    crypto::ring,
    pki_types::ServerName,
    sign::CertifiedKey,
    version::TLS13,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{Recorder, enumerate::Desk, notes::add};

/// Protocols asked for by ALPN.
pub(super) const PROTOCOLS: [&str; 15] = [
    "h2",
    "http/1.1",
    "http/1.0",
    "mqtt",
    "amqp",
    "coap",
    "x-amzn-mqtt-ca",
    "xmpp-client",
    "imap",
    "pop3",
    "ftp",
    "postgresql",
    "webrtc",
    "stun.turn",
    "dot",
];
/// Most handshakes that go into ALPN.
pub(super) const MOST_PROTOCOLS: usize = 2;
/// Most handshakes that are finished by rustls.
pub(super) const MOST_FINISHED: u32 = 3;

/// What one finished handshake showed.
struct Seen {
    is_finished: bool,
    protocol: Option<String>,
    is_resumed: bool,
}

/// Finishes handshakes of TLS 1.3, with and without ALPN, and once more with a ticket.
pub(super) async fn finish(desk: &Desk<'_>) {
    let watch = Arc::new(Watch::default());
    let Some(mut first) = shake(desk, &watch, true).await else { return };
    if !first.is_finished {
        // Some servers end the handshake when none of the protocols suits them.
        let Some(again) = shake(desk, &watch, false).await else { return };
        first = again;
    }
    if !first.is_finished {
        desk.asker.gap(
            "no handshake of TLS 1.3 could be finished; its certificate, ALPN and tickets were not seen",
        );
    }
    desk.with(|notes| {
        first.protocol.iter().for_each(|protocol| add(&mut notes.alpn, protocol.clone()));
        if first.is_finished {
            let asks = watch.is_asked.load(Ordering::Relaxed);
            notes.asks_certificate = Some(notes.asks_certificate.unwrap_or(false) || asks);
            notes.features.early_data = Some(watch.early_data() > 0);
        }
    });
    if !first.is_finished {
        return;
    }
    let resumed = match watch.has_ticket() {
        true => shake(desk, &watch, first.protocol.is_some()).await.map(|seen| seen.is_resumed),
        false => Some(false),
    };
    desk.with(|notes| notes.features.resumption_by_ticket = notes.features.resumption_by_ticket.max(resumed));
}

async fn shake(desk: &Desk<'_>, watch: &Arc<Watch>, with_alpn: bool) -> Option<Seen> {
    let provider = Arc::new(ring::default_provider());
    let recorder = Arc::new(Recorder::new(Arc::clone(&provider)));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .expect("ring supports TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&recorder) as _)
        .with_client_cert_resolver(Arc::clone(watch) as _);
    config.resumption = Resumption::store(Arc::clone(watch) as _);
    if with_alpn {
        config.alpn_protocols = PROTOCOLS.iter().map(|name| name.as_bytes().to_vec()).collect();
    }
    let asker = desk.asker;
    let by_name = asker.target.name().and_then(|name| ServerName::try_from(name.to_owned()).ok());
    let name = by_name.unwrap_or_else(|| ServerName::IpAddress(asker.target.address().into()));
    let mut line = asker.line("TLS 1.3, finished").await?;
    let connect = TlsConnector::from(Arc::new(config)).connect(name, &mut line.tap);
    let session = timeout(asker.budget.read, connect).await.ok().and_then(Result::ok);
    let mut seen = Seen { is_finished: session.is_some(), protocol: None, is_resumed: false };
    if let Some(mut session) = session {
        let (_, connection) = session.get_ref();
        seen.protocol = connection.alpn_protocol().map(|name| crate::text::printable(name, 64));
        seen.is_resumed = connection.handshake_kind() == Some(HandshakeKind::Resumed);
        // Tickets follow the handshake; nothing else makes the server send them.
        let mut chunk = [0; 1024];
        let patience: Duration = asker.budget.quiet;
        let wait =
            async { while !watch.has_ticket() && matches!(session.read(&mut chunk).await, Ok(1..)) {} };
        timeout(patience, read_tickets(wait, watch)).await.ok();
        // A session that breaks off may not be resumed.
        timeout(patience, session.shutdown()).await.ok();
    }
    let raw = line.tap.raw(", TLS 1.3 handshake");
    let (chain, scheme) = recorder.taken();
    desk.with(|notes| {
        notes.chain(&chain, &raw, true);
        scheme.into_iter().for_each(|scheme| add(&mut notes.schemes, scheme));
    });
    Some(seen)
}

/// Reads until a ticket came; the read itself does not return for one.
async fn read_tickets(read: impl Future<Output = ()>, watch: &Watch) {
    let ticket = async {
        while !watch.has_ticket() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        () = read => {}
        () = ticket => {}
    }
}

/// Keeps tickets, and sees whether the server asks for a certificate.
#[derive(Debug, Default)]
pub(super) struct Watch {
    tickets: Mutex<Vec<Tls13ClientSessionValue>>,
    early_data: std::sync::atomic::AtomicU32,
    has_ticket: AtomicBool,
    is_asked: AtomicBool,
}

impl Watch {
    fn has_ticket(&self) -> bool {
        self.has_ticket.load(Ordering::Relaxed)
    }

    fn early_data(&self) -> u32 {
        self.early_data.load(Ordering::Relaxed)
    }
}

impl ClientSessionStore for Watch {
    fn set_kx_hint(&self, _server: ServerName<'static>, _group: NamedGroup) {}

    fn kx_hint(&self, _server: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _server: ServerName<'static>, _value: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _server: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _server: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.early_data.fetch_max(value.max_early_data_size(), Ordering::Relaxed);
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        if tickets.len() < 4 {
            tickets.push(value);
        }
        self.has_ticket.store(true, Ordering::Relaxed);
    }

    fn take_tls13_ticket(&self, _server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

impl ResolvesClientCert for Watch {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.is_asked.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}
