//! Files that appear whole or not at all: written under a temporary name in the same folder, then renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

/// How every temporary name begins; a killed writer may leave one behind.
pub(crate) const TEMP: &str = ".tmp-";

/// A file without its name yet; dropped unkept, it is removed.
pub(crate) struct Temp {
    file: File,
    path: PathBuf,
    is_kept: bool,
}

impl Temp {
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("{TEMP}{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = folder.join(name);
        let made = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = made.map_err(|error| Error::io("create", &path, error))?;
        Ok(Self { file, path, is_kept: false })
    }

    /// Gives the file its name, replacing what had it.
    pub(crate) fn keep_as(mut self, path: &Path) -> Result<()> {
        fs::rename(&self.path, path).map_err(|error| Error::io("write", path, error))?;
        self.is_kept = true;
        Ok(())
    }

    /// Makes the content safe from a power cut.
    pub(crate) fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(|error| Error::io("write", &self.path, error))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for Temp {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if !self.is_kept {
            // Nothing more can be done here; the next open removes leftovers.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes a small file so that after a crash either the old or the new content is there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = folder_of(path);
    let mut temp = Temp::new(folder)?;
    temp.write_all(bytes).map_err(|error| Error::io("write", path, error))?;
    temp.sync()?;
    temp.keep_as(path)?;
    sync_folder(folder)
}

/// Makes names in a folder safe from a power cut.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Error::io("write", folder, error))
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
