//! A running instance: what a caller may ask of it, and the folder it keeps its state in.

use std::fmt;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::endpoints::Endpoint;
use crate::error::{Error, Result};
use crate::mains::Mains;
use crate::maker::broker::{Broker, Message};
use crate::maker::releases::{Offer, Releases};
use crate::random;

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

/// What makes this unit itself; survives restarts and resets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) serial: String,
    pub(crate) broker_password: String,
}

/// The state folder; one nobody asked for goes with the instance.
#[derive(Debug)]
pub(crate) struct StateDir {
    path: PathBuf,
    is_temporary: bool,
}

impl StateDir {
    pub(crate) fn open(wanted: Option<&Path>) -> Result<Self> {
        let (path, is_temporary) = match wanted {
            Some(path) => (path.to_owned(), false),
            None => {
                (std::env::temp_dir().join(format!("assize-dut-{}", hex::encode(random::bytes::<8>()))), true)
            }
        };
        let created = fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
        created.map_err(|source| Error::File { act: "create", path: path.clone(), source })?;
        Ok(Self { path, is_temporary })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.path.join(name);
        fs::write(&path, bytes).map_err(|source| Error::File { act: "write", path: path.clone(), source })?;
        Ok(path)
    }

    /// The identity kept here; a new one when there is none yet.
    pub(crate) fn identity(&self) -> Result<Identity> {
        let path = self.path.join("unit.json");
        let failed = |source| Error::File { act: "read", path: path.clone(), source };
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| failed(e.into())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let serial = format!("hp1-{}", hex::encode(random::bytes::<4>()));
                let identity = Identity { serial, broker_password: random::password() };
                self.write("unit.json", &serde_json::to_vec_pretty(&identity).expect("two strings"))?;
                Ok(identity)
            }
            Err(e) => Err(failed(e)),
        }
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        if self.is_temporary {
            // Nothing of value is lost when it stays behind.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
