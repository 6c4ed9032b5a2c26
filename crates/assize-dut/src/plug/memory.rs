//! What the plug keeps over a power cut: settings, accounts, the user's schedule, the installed version.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::access::{Account, Role};
use super::update::Version;
use crate::error::{Error, Result};
use crate::knobs::Knobs;

const FILE: &str = "device.json";

/// Whether updates install themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AutoUpdate {
    On,
    Off,
    /// Off for a week, then on again.
    Postpone,
}

/// One entry of the user's schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Switching {
    /// Hour and minute, as `07:30`.
    pub(crate) at: String,
    pub(crate) on: bool,
    /// What the user calls it.
    #[serde(default)]
    pub(crate) label: String,
}

/// Everything the plug remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Memory {
    pub(crate) setup_done: bool,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) schedule: Vec<Switching>,
    pub(crate) telemetry: bool,
    pub(crate) auto_update: AutoUpdate,
    /// Seconds since 1970.
    pub(crate) postponed_until: u64,
    pub(crate) relay: bool,
    pub(crate) version: Version,
}

impl Memory {
    /// As unpacked, with this firmware.
    pub(crate) fn unpacked(knobs: &Knobs, version: Version) -> Self {
        let mut memory = Self {
            setup_done: false,
            accounts: BTreeMap::new(),
            schedule: Vec::new(),
            telemetry: false,
            auto_update: if knobs.auto_update_on { AutoUpdate::On } else { AutoUpdate::Off },
            postponed_until: 0,
            relay: false,
            version,
        };
        if knobs.universal_default_password {
            memory.set_up("admin");
        }
        memory
    }

    /// Ends set-up with this password for the user `admin`.
    pub(crate) fn set_up(&mut self, password: &str) {
        self.accounts.insert("admin".to_owned(), Account::new(Role::Admin, password));
        self.setup_done = true;
    }

    /// Adds the user `guest` with this password.
    pub(crate) fn add_guest(&mut self, password: &str) {
        self.accounts.insert("guest".to_owned(), Account::new(Role::Guest, password));
    }

    /// Whether an update found now is to be installed without asking.
    pub(crate) fn installs_by_itself(&self, now: u64) -> bool {
        match self.auto_update {
            AutoUpdate::On => true,
            AutoUpdate::Off => false,
            AutoUpdate::Postpone => now >= self.postponed_until,
        }
    }
}

/// The memory with its file.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    memory: Memory,
}

impl Store {
    /// Opens the memory of a state folder; a folder without one gets `first`.
    pub(crate) fn open(dir: &Path, first: impl FnOnce() -> Memory) -> Result<Self> {
        let path = dir.join(FILE);
        let failed = |act, source| Error::File { act, path: path.clone(), source };
        let memory = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| failed("read", e.into()))?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let memory = first();
                write(&path, &memory).map_err(|e| failed("write", e))?;
                memory
            }
            Err(e) => return Err(failed("read", e)),
        };
        Ok(Self { path, memory })
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Changes the memory; nothing is changed when it cannot be written down.
    pub(crate) fn change(&mut self, edit: impl FnOnce(&mut Memory)) -> io::Result<()> {
        let mut next = self.memory.clone();
        edit(&mut next);
        write(&self.path, &next)?;
        self.memory = next;
        Ok(())
    }
}

/// Writes beside the file and renames, so that a power cut leaves the old or the new one whole.
fn write(path: &Path, memory: &Memory) -> io::Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, serde_json::to_vec_pretty(memory)?)?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked() -> Memory {
        Memory::unpacked(&Knobs::default(), "1.4.2".parse().unwrap())
    }

    #[test]
    fn a_power_cut_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path(), unpacked).unwrap();
        store.change(|m| m.set_up("a good password")).unwrap();
        let before = store.memory().clone();
        let again = Store::open(dir.path(), || panic!("there is a memory already")).unwrap();
        assert_eq!(*again.memory(), before);
        assert!(!fs::read_to_string(dir.path().join(FILE)).unwrap().contains("a good password"));
    }

    #[test]
    fn a_spoilt_memory_is_reported() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "{").unwrap();
        assert!(matches!(Store::open(dir.path(), unpacked), Err(Error::File { act: "read", .. })));
    }

    #[test]
    fn postponed_updates_come_back() {
        let memory = Memory { auto_update: AutoUpdate::Postpone, postponed_until: 100, ..unpacked() };
        assert!(!memory.installs_by_itself(99));
        assert!(memory.installs_by_itself(100));
    }
}
