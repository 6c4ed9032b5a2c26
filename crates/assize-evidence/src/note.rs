//! C2SP signed notes (c2sp.org/signed-note) with exactly one signature, read strictly: one note has one spelling.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::error::Result;
use crate::keys::{SigningKey, VerifyingKey, check_name};

/// A note larger than this is refused.
pub(crate) const LIMIT: u64 = 64 * 1024;

/// A text and the one signature under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// The signed text, which ends in a newline.
    pub(crate) text: String,
    /// The name of the signer.
    pub(crate) name: String,
    key_hash: [u8; 4],
    signature: [u8; 64],
}

impl Note {
    /// Signs `text`, which must end in a newline.
    pub(crate) fn sign(text: String, name: &str, key: &SigningKey) -> Result<Self> {
        check_name(name)?;
        let signature = key.sign(text.as_bytes());
        Ok(Self { text, name: name.to_owned(), key_hash: key.verifying_key().key_hash(name), signature })
    }

    /// Reads a note; the reason for a refusal completes "the seal is not readable: ".
    pub(crate) fn parse(bytes: &[u8]) -> std::result::Result<Self, &'static str> {
        if bytes.len() as u64 > LIMIT {
            return Err("it is too large");
        }
        let note = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
        if note.contains(|c: char| c.is_control() && c != '\n') {
            return Err("it has a control character");
        }
        let (text, signed) = note.rsplit_once("\n\n").ok_or("no blank line sets the signature apart")?;
        let line = signed.strip_suffix('\n').ok_or("the last line has no end")?;
        if line.contains('\n') {
            return Err("more than one line follows the blank line");
        }
        let (name, blob) = line
            .strip_prefix("— ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or("the signature line has not the form \"— name base64\"")?;
        check_name(name).map_err(|_| "the name of the signer is not allowed")?;
        let blob = BASE64.decode(blob).map_err(|_| "the signature is not base64")?;
        let (key_hash, signature) = blob.split_at_checked(4).ok_or("the signature is too short")?;
        Ok(Self {
            text: format!("{text}\n"),
            name: name.to_owned(),
            key_hash: key_hash.try_into().map_err(|_| "the signature is too short")?,
            signature: signature.try_into().map_err(|_| "the signature is not 64 bytes")?,
        })
    }

    /// The note as it is written.
    pub(crate) fn to_text(&self) -> String {
        let blob = [self.key_hash.as_slice(), &self.signature].concat();
        format!("{}\n— {} {}\n", self.text, self.name, BASE64.encode(blob))
    }

    /// Whether `key` signed the text under the note's name.
    pub(crate) fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        self.key_hash == key.key_hash(&self.name) && key.has_signed(self.text.as_bytes(), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in the documentation of golang.org/x/mod/sumdb/note.
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\
        \n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn note_signed_elsewhere_is_accepted() {
        let note = Note::parse(GO_NOTE.as_bytes()).unwrap();
        assert!(note.is_signed_by(&VerifyingKey::from_vkey(GO_KEY).unwrap()));
        assert_eq!(note.to_text(), GO_NOTE);
        assert!(!note.is_signed_by(&SigningKey::from_seed(&[1; 32]).verifying_key()));
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let key = VerifyingKey::from_vkey(GO_KEY).unwrap();
        for at in 0..GO_NOTE.len() {
            let mut bytes = GO_NOTE.as_bytes().to_vec();
            bytes[at] ^= 1 << (at % 8);
            let holds = Note::parse(&bytes).is_ok_and(|note| note.is_signed_by(&key));
            assert!(!holds, "byte {at}");
        }
    }

    #[test]
    fn further_lines_and_missing_ends_are_refused() {
        let signature = GO_NOTE.lines().last().unwrap();
        assert!(Note::parse(format!("{GO_NOTE}{signature}\n").as_bytes()).is_err());
        assert!(Note::parse(GO_NOTE.trim_end().as_bytes()).is_err());
        assert!(Note::parse(GO_NOTE.replace("\n\n", "\n").as_bytes()).is_err());
        assert!(Note::parse(b"").is_err());
    }
}
