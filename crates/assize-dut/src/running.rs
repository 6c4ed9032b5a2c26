//! A running instance: what a caller may ask of it.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::endpoints::Endpoint;
use crate::mains::Mains;
use crate::maker::broker::{Broker, Message};
use crate::maker::releases::{Offer, Releases};
use crate::state_dir::{Identity, StateDir};

/// A running device with its maker's services. Dropping it stops everything; `stop` also waits for that.
pub struct Running {
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) ca_path: PathBuf,
    pub(crate) ca_pem: String,
    pub(crate) password: Option<String>,
    pub(crate) identity: Identity,
    pub(crate) broker: Arc<Broker>,
    pub(crate) releases: Arc<Releases>,
    /// What the maker's services do, and the one who minds the power socket.
    pub(crate) tasks: JoinSet<()>,
    pub(crate) mains: Arc<Mutex<Mains>>,
    pub(crate) dir: StateDir,
}

impl Running {
    /// Every open port.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The address of an open port by its name; `None` when it is not open.
    pub fn endpoint(&self, name: &str) -> Option<SocketAddr> {
        self.endpoints.iter().find(|e| e.name == name).map(|e| e.address)
    }

    /// The file that holds the certificate of the authority behind every TLS port.
    pub fn ca_path(&self) -> &Path {
        &self.ca_path
    }

    /// The certificate of the authority, in PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The password of the user `admin` at start; `None` in factory state. A memory from an earlier run may hold another.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The serial number; also the unit's user name at the broker.
    pub fn serial(&self) -> &str {
        &self.identity.serial
    }

    /// The unit's own password at the broker.
    pub fn unit_password(&self) -> &str {
        &self.identity.broker_password
    }

    /// The messages the maker's service holds of this unit, the oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.broker.messages()
    }

    /// Has the update server offer something else from now on.
    pub fn offer(&self, offer: Offer) {
        self.releases.offer(offer);
    }

    /// Where the instance keeps its state.
    pub fn state_dir(&self) -> &Path {
        self.dir.path()
    }

    /// Stops everything; all ports are closed when this returns.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.mains.lock().await.off().await;
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Passwords and keys stay out of logs.
        f.debug_struct("Running")
            .field("serial", &self.serial())
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}
