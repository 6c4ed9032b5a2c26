//! The plug's connection to the maker's service: power readings, telemetry with consent, erasure after a reset.
//! It comes back after a loss with growing, jittered waits.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde_json::json;
use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio::time::{interval, sleep, timeout};
use tokio_rustls::TlsConnector;

use super::Plug;
use crate::dial::WayOut;
use crate::listen::Wire;
use crate::mqtt::{self, ACCEPTED, Packet};
use crate::random;

/// The first and the longest wait before connecting again.
const WAITS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(60));
/// The wait of the flaw `reconnects-without-pause`.
const HASTE: Duration = Duration::from_millis(40);
/// How long connecting and being accepted may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the connection is shown to be alive; the broker is told twice as much.
const PING: Duration = Duration::from_secs(20);
/// How often a plug that is not set up looks whether it is by now.
const IDLE: Duration = Duration::from_millis(100);

/// What other parts of the plug ask of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Have the service erase what it holds of this unit.
    Erase,
}

/// The broker and how to get in.
pub(crate) struct Link {
    pub(crate) broker: SocketAddr,
    /// How the device gets there.
    pub(crate) way: WayOut,
    /// `None` speaks in clear: a flaw.
    pub(crate) tls: Option<Arc<ClientConfig>>,
    /// This unit's password at the broker.
    pub(crate) password: String,
    pub(crate) report_every: Duration,
    /// Whether it waits longer from try to try; not to is a flaw.
    pub(crate) waits: bool,
}

/// Keeps the connection until dropped. A plug that is not set up sends nothing.
pub(crate) async fn run(plug: Arc<Plug>, link: Link, mut orders: mpsc::Receiver<Order>) {
    let (first, longest) = WAITS;
    let mut wait = first;
    loop {
        if !plug.is_initialised() && orders.is_empty() {
            sleep(IDLE).await;
            continue;
        }
        let _ = session(&plug, &link, &mut orders).await;
        let was_accepted = plug.connected.swap(false, Ordering::Relaxed);
        wait = if was_accepted { first } else { (wait * 2).min(longest) };
        sleep(if link.waits { random::jittered(wait) } else { HASTE }).await;
    }
}

async fn session(plug: &Plug, link: &Link, orders: &mut mpsc::Receiver<Order>) -> io::Result<()> {
    let stream = timeout(PATIENCE, connected(plug, link)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    plug.connected.store(true, Ordering::Relaxed);
    plug.ever_connected.store(true, Ordering::Relaxed);
    let (receive, mut send) = tokio::io::split(stream);
    let mut closed = pin!(drained(receive));
    let (mut report, mut ping) = (interval(link.report_every), interval(PING));
    loop {
        let packets = tokio::select! {
            biased;
            Some(Order::Erase) = orders.recv() => vec![publish(plug, "erase", &json!({}))],
            error = &mut closed => return Err(error),
            _ = ping.tick() => vec![Packet::PingReq],
            _ = report.tick() => {
                if !plug.is_initialised() {
                    return mqtt::write(&mut send, &Packet::Disconnect).await;
                }
                reports(plug)
            }
        };
        for packet in packets {
            mqtt::write(&mut send, &packet).await?;
        }
    }
}

async fn connected(plug: &Plug, link: &Link) -> io::Result<Box<dyn Wire>> {
    let stream = link.way.dial(link.broker).await?;
    let mut stream: Box<dyn Wire> = match &link.tls {
        None => Box::new(stream),
        Some(tls) => {
            let name = ServerName::try_from(crate::SERVICES).map_err(io::Error::other)?;
            Box::new(TlsConnector::from(Arc::clone(tls)).connect(name, stream).await?)
        }
    };
    let serial = plug.unit.serial.clone();
    let login = Some((serial.clone(), link.password.clone().into_bytes()));
    let keep_alive = 2 * PING.as_secs() as u16;
    mqtt::write(&mut stream, &Packet::Connect { client: serial, login, keep_alive }).await?;
    match mqtt::read(&mut stream).await? {
        Packet::ConnAck { code: ACCEPTED } => Ok(stream),
        _ => Err(io::ErrorKind::PermissionDenied.into()),
    }
}

/// Reads what the broker sends, answers to pings only, until the connection ends.
async fn drained<S: AsyncRead + Unpin>(mut receive: S) -> io::Error {
    loop {
        if let Err(error) = mqtt::read(&mut receive).await {
            return error;
        }
    }
}

/// The power reading is what the service is for; usage data goes only with consent.
fn reports(plug: &Plug) -> Vec<Packet> {
    let mut packets = vec![publish(plug, "power", &json!({ "power_w": plug.power() }))];
    let state = plug.lock();
    let memory = state.memory();
    if memory.telemetry || !plug.knobs.telemetry_needs_consent {
        let usage = json!({
            "version": memory.version,
            "uptime_s": plug.started.elapsed().as_secs(),
            "schedule_entries": memory.schedule.len(),
        });
        packets.push(publish(plug, "telemetry", &usage));
    }
    packets
}

fn publish(plug: &Plug, what: &str, payload: &serde_json::Value) -> Packet {
    let topic = format!("units/{}/{what}", plug.unit.serial);
    Packet::Publish { topic, payload: payload.to_string().into_bytes() }
}
