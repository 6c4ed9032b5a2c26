//! Files of the assessment folder that a declaration names. A declaration comes from somebody else, so that nothing
//! outside the folder is read, whatever path or link it holds.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a file below the folder, at most `most` of them. The reason says why it cannot be read: it leads out
/// of the folder, is no file, or is larger.
pub(crate) fn read(folder: &Path, name: &str, most: u64) -> Result<Vec<u8>, String> {
    let wrong = |e: io::Error| e.to_string();
    let root = folder.canonicalize().map_err(wrong)?;
    let at = root.join(name).canonicalize().map_err(wrong)?;
    if !at.starts_with(&root) {
        return Err("it leads out of the assessment folder".into());
    }
    // Asked before it is opened: a named pipe would hold the run up.
    if !fs::metadata(&at).map_err(wrong)?.is_file() {
        return Err("it is no file".into());
    }
    let mut bytes = Vec::new();
    fs::File::open(&at).map_err(wrong)?.take(most + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > most {
        return Err(format!("it has more than {most} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_is_read_and_nothing_without_end() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        fs::write(elsewhere.path(), "a secret").unwrap();
        fs::write(dir.path().join("paper"), "text").unwrap();
        fs::create_dir(dir.path().join("papers")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("link")).unwrap();
        assert_eq!(read(dir.path(), "paper", 4).unwrap(), b"text");
        assert!(read(dir.path(), "paper", 3).unwrap_err().contains("more than 3 bytes"));
        for name in ["link", "../x", "papers", "nowhere", elsewhere.path().to_str().unwrap()] {
            assert!(read(dir.path(), name, 100).is_err(), "{name}");
        }
    }
}
