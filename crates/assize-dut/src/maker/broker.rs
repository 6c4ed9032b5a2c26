//! The associated service: an MQTT broker that knows one unit, takes its messages and erases them when the unit asks.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use crate::listen::Wire;
use crate::mqtt::{self, ACCEPTED, NOT_AUTHORISED, Packet};

/// Messages kept; the oldest gives way.
const MESSAGES: usize = 1000;
/// How long a client may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(10);

/// A message the service received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `units/<serial>/power` or `units/<serial>/telemetry`.
    pub topic: String,
    /// JSON as the unit sent it.
    pub payload: Vec<u8>,
}

/// The broker of one instance.
pub(crate) struct Broker {
    serial: String,
    password: String,
    messages: Mutex<VecDeque<Message>>,
}

impl Broker {
    pub(crate) fn new(serial: String, password: String) -> Self {
        Self { serial, password, messages: Mutex::new(VecDeque::new()) }
    }

    /// The messages held, the oldest first.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.held().iter().cloned().collect()
    }

    /// Serves one client until it leaves or errs.
    pub(crate) async fn serve(&self, mut stream: Box<dyn Wire>) {
        // What a client does wrong ends its connection and nothing else.
        let _ = self.session(&mut stream).await;
    }

    async fn session(&self, stream: &mut Box<dyn Wire>) -> io::Result<()> {
        let first = timeout(PATIENCE, mqtt::read(stream)).await.map_err(|_| io::ErrorKind::TimedOut)??;
        let Packet::Connect { login, keep_alive, .. } = first else { return Ok(()) };
        let is_known = login.is_some_and(|(user, password)| self.knows(&user, &password));
        if !is_known {
            return mqtt::write(stream, &Packet::ConnAck { code: NOT_AUTHORISED }).await;
        }
        mqtt::write(stream, &Packet::ConnAck { code: ACCEPTED }).await?;
        // MQTT 3.1.1, 3.1.2.10: silent for one and a half times the keep-alive is gone.
        let patience = Duration::from_secs(u64::from(keep_alive.clamp(10, 600)) * 3 / 2);
        loop {
            match timeout(patience, mqtt::read(stream)).await.map_err(|_| io::ErrorKind::TimedOut)?? {
                Packet::Publish { topic, payload } => self.take(topic, payload)?,
                Packet::PingReq => mqtt::write(stream, &Packet::PingResp).await?,
                _ => return Ok(()),
            }
        }
    }

    fn knows(&self, user: &str, password: &[u8]) -> bool {
        user == self.serial && password == self.password.as_bytes()
    }

    fn take(&self, topic: String, payload: Vec<u8>) -> io::Result<()> {
        // A unit writes below its own name only.
        let own = format!("units/{}/", self.serial);
        let what = topic.strip_prefix(&own).ok_or(io::ErrorKind::PermissionDenied)?;
        let mut held = self.held();
        if what == "erase" {
            held.clear();
            return Ok(());
        }
        if held.len() >= MESSAGES {
            held.pop_front();
        }
        held.push_back(Message { topic, payload });
        Ok(())
    }

    fn held(&self) -> std::sync::MutexGuard<'_, VecDeque<Message>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_writes_below_its_name_and_can_erase() {
        let broker = Broker::new("u1".into(), "secret".into());
        broker.take("units/u1/power".into(), vec![1]).unwrap();
        assert!(broker.take("units/u2/power".into(), vec![2]).is_err());
        assert_eq!(broker.messages().len(), 1);
        broker.take("units/u1/erase".into(), Vec::new()).unwrap();
        assert!(broker.messages().is_empty());
    }

    #[test]
    fn the_oldest_message_gives_way() {
        let broker = Broker::new("u1".into(), "secret".into());
        (0..=MESSAGES)
            .for_each(|n| broker.take("units/u1/power".into(), n.to_string().into_bytes()).unwrap());
        let held = broker.messages();
        assert_eq!((held.len(), held[0].payload.as_slice()), (MESSAGES, &b"1"[..]));
    }
}
