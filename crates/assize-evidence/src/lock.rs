//! The lock of an evidence folder: one writer, or readers that hold writers off.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

use crate::error::{Error, Result};

/// Held until it is dropped. The system releases it after a kill; a holder that ends does so itself, for a process that
/// another thread is starting at that moment has a copy of the open file until its program runs.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Keeps every other writer and reader with a lock out of the folder.
    pub(crate) fn of_writer(dir: &Path) -> Result<Self> {
        let path = dir.join("lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| Error::io("create", &path, error))?;
        Self::held(dir, file.try_lock(), file)
    }

    /// Holds writers off where the folder has a lock file; a copy without one has no writer.
    pub(crate) fn of_reader(dir: &Path) -> Result<Option<Self>> {
        let path = dir.join("lock");
        if !fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file()) {
            return Ok(None);
        }
        let file = File::open(&path).map_err(|error| Error::io("read", &path, error))?;
        Self::held(dir, file.try_lock_shared(), file).map(Some)
    }

    fn held(dir: &Path, tried: std::result::Result<(), TryLockError>, file: File) -> Result<Self> {
        match tried {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path: dir.to_path_buf() }),
            Err(TryLockError::Error(error)) => Err(Error::io("lock", &dir.join("lock"), error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where it fails, closing the file releases it.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_in_a_starting_process_keeps_no_one_out() {
        let dir = tempfile::tempdir().unwrap();
        let held = Lock::of_writer(dir.path()).unwrap();
        // What a fork has until its program runs.
        let copy = held.0.try_clone().unwrap();
        assert!(matches!(Lock::of_writer(dir.path()), Err(Error::Locked { .. })));
        drop(held);
        Lock::of_reader(dir.path()).unwrap();
        drop(copy);
    }
}
