//! The folder an instance keeps its state in, and what makes the unit itself.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::random;

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
