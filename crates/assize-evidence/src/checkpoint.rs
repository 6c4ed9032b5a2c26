//! The seal: a C2SP checkpoint (c2sp.org/tlog-checkpoint) over the log, with the key and the time in extension lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;

use crate::digest::Digest;
use crate::error::Result;
use crate::keys::{SigningKey, VerifyingKey};
use crate::note::Note;
use crate::record::check_time;

/// What a seal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seal {
    /// Who sealed: the origin of the log and the name of the key.
    pub name: String,
    /// How many records are under the seal.
    pub size: u64,
    /// The root of the Merkle tree over them.
    pub root: Digest,
    /// The key that signed.
    pub key: VerifyingKey,
    /// When it was sealed, as the sealer said, RFC 3339.
    pub time: String,
    /// The seal before this one, by size and root.
    pub extends: Option<(u64, Digest)>,
}

/// A seal and the note that carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) seal: Seal,
    note: Note,
}

impl Checkpoint {
    /// Signs the seal; `key` must be the key it names.
    pub(crate) fn sign(seal: Seal, key: &SigningKey) -> Result<Self> {
        check_time(&seal.time)?;
        let note = Note::sign(text_of(&seal), &seal.name, key)?;
        Ok(Self { seal, note })
    }

    /// Reads a checkpoint; nothing about it is established yet. The reason completes "it is not readable: ".
    pub(crate) fn parse(bytes: &[u8]) -> std::result::Result<Self, &'static str> {
        let note = Note::parse(bytes)?;
        let seal = seal_in(&note.text)?;
        if note.name != seal.name {
            return Err("the signer's name is not the name in the first line");
        }
        // One seal has one spelling; "+7" or a doubled line would be another.
        if text_of(&seal) != note.text {
            return Err("its lines are not spelled as a seal is");
        }
        Ok(Self { seal, note })
    }

    pub(crate) fn to_text(&self) -> String {
        self.note.to_text()
    }

    /// Whether the key named in the seal signed it: the seal is whole, whoever made it.
    pub(crate) fn is_whole(&self) -> bool {
        self.note.is_signed_by(&self.seal.key)
    }
}

fn text_of(seal: &Seal) -> String {
    let Seal { name, size, root, key, time, extends } = seal;
    let root = BASE64.encode(root.as_bytes());
    let mut text = format!("{name}\n{size}\n{root}\nassize-format 1\nassize-key {key}\nsealed {time}\n");
    if let Some((size, root)) = extends {
        text += &format!("extends {size} {}\n", BASE64.encode(root.as_bytes()));
    }
    text
}

fn seal_in(text: &str) -> std::result::Result<Seal, &'static str> {
    let mut lines = text.lines();
    let mut next = |missing| lines.next().ok_or(missing);
    let name = next("the name is missing")?;
    let size = number(next("the size is missing")?)?;
    if size == 0 {
        return Err("it seals no records");
    }
    let root = digest(next("the root is missing")?)?;
    match next("the format is missing")?.strip_prefix("assize-format ") {
        Some("1") => {}
        Some(_) => return Err("its format is newer than this program; use a newer one"),
        None => return Err("the line assize-format is missing"),
    }
    let key =
        next("the key is missing")?.strip_prefix("assize-key ").ok_or("the line assize-key is missing")?;
    let key = VerifyingKey::from_bytes(&bytes(key)?).map_err(|_| "its key is no Ed25519 public key")?;
    let time = next("the time is missing")?.strip_prefix("sealed ").ok_or("the line sealed is missing")?;
    check_time(time).map_err(|_| "its time is not RFC 3339")?;
    let extends = match lines.next() {
        None => None,
        Some(line) => Some(extended(line, size)?),
    };
    Ok(Seal { name: name.to_owned(), size, root, key, time: time.to_owned(), extends })
}

fn extended(line: &str, size: u64) -> std::result::Result<(u64, Digest), &'static str> {
    let (old, root) = line
        .strip_prefix("extends ")
        .and_then(|rest| rest.split_once(' '))
        .ok_or("a line follows that no seal has")?;
    let old = number(old)?;
    if old >= size {
        return Err("it extends a seal that is not smaller");
    }
    Ok((old, digest(root)?))
}

fn number(text: &str) -> std::result::Result<u64, &'static str> {
    text.parse().map_err(|_| "a size is not a number")
}

fn digest(text: &str) -> std::result::Result<Digest, &'static str> {
    Ok(Digest::from_bytes(bytes(text)?))
}

fn bytes(text: &str) -> std::result::Result<[u8; 32], &'static str> {
    let bytes = BASE64.decode(text).map_err(|_| "a value is not base64")?;
    bytes.try_into().map_err(|_| "a value is not 32 bytes")
}

/// Reads a checkpoint, and expects what was read to be written the same way.
#[doc(hidden)]
pub fn fuzz_checkpoint(bytes: &[u8]) {
    if let Ok(checkpoint) = Checkpoint::parse(bytes) {
        assert_eq!(checkpoint.to_text().as_bytes(), bytes, "one seal has one spelling");
        checkpoint.is_whole();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(extends: Option<(u64, Digest)>) -> String {
        let key = SigningKey::from_seed(&[3; 32]);
        let seal = Seal {
            name: "lab.example/plug".into(),
            size: 7,
            root: Digest::of(b"root"),
            key: key.verifying_key(),
            time: "2026-08-21T09:30:00Z".into(),
            extends,
        };
        Checkpoint::sign(seal, &key).unwrap().to_text()
    }

    #[test]
    fn checkpoint_has_the_documented_lines() {
        let text = sealed(Some((3, Digest::ZERO)));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "lab.example/plug");
        assert_eq!(lines[1], "7");
        assert_eq!(lines[2], BASE64.encode(Digest::of(b"root").as_bytes()));
        assert_eq!(lines[3], "assize-format 1");
        assert!(lines[4].starts_with("assize-key "));
        assert_eq!(lines[5], "sealed 2026-08-21T09:30:00Z");
        assert_eq!(lines[6], format!("extends 3 {}=", "A".repeat(43)));
        assert_eq!(lines[7], "");
        assert!(lines[8].starts_with("— lab.example/plug "));
        assert_eq!(lines.len(), 9);
    }

    #[test]
    fn every_changed_byte_is_found() {
        let text = sealed(None);
        assert!(Checkpoint::parse(text.as_bytes()).unwrap().is_whole());
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << (at % 7);
            fuzz_checkpoint(&bytes);
            assert!(!Checkpoint::parse(&bytes).is_ok_and(|read| read.is_whole()), "byte {at}");
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        let text = sealed(None);
        for (from, to, reason) in [
            ("\n7\n", "\n+7\n", "spelled"),
            ("\n7\n", "\n-7\n", "number"),
            ("assize-format 1", "assize-format 2", "newer"),
            ("sealed 2026", "sealed then", "time"),
            ("\n\n", "\nextends 7 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", "smaller"),
            ("— lab", "— lob", "name"),
        ] {
            let error = Checkpoint::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{to:?}: {error}");
        }
    }
}
