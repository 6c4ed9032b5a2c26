//! Reads the text of a PDF file (ISO 32000) as far as a published paper needs it: objects plain or in object streams,
//! packed with Flate or written in ASCII, fonts that name their characters. Everything is bounded: what is unpacked,
//! what is parsed, how deep it goes, and how much text comes out. Images, scripts, forms and attachments are not read,
//! encrypted files are not opened, and references between objects are found by looking, not by the table at the end.

mod encoding;
mod file;
mod font;
mod object;
mod text;
mod unpack;

use assize_model::fact::Unread;

use file::File;

/// Most bytes of a file that are looked at.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The text of a file, at most `most` bytes, and what keeps it from being the whole text.
pub fn text(bytes: &[u8], most: usize) -> (String, Option<Unread>) {
    let head = bytes.get(..1024).unwrap_or(bytes);
    if !head.windows(5).any(|w| w == b"%PDF-") {
        return (String::new(), Some(Unread::Broken));
    }
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    let is_cut = bytes.len() > MOST_BYTES || !tail.windows(5).any(|w| w == b"%%EOF");
    let file = File::new(&bytes[..bytes.len().min(MOST_BYTES)]);
    if file.is_encrypted {
        return (String::new(), Some(Unread::Encrypted));
    }
    let read = text::read(&file, most);
    let unread = match () {
        () if file.work.is_spent() || read.is_full => Some(Unread::TooMuch),
        () if is_cut => Some(Unread::CutOff),
        () if read.pages == 0 => Some(Unread::Broken),
        () if read.unknown > 0 => Some(Unread::NoCharacters),
        () if read.broken > 0 => Some(Unread::OtherKind),
        () if read.text.is_empty() => Some(Unread::NoText),
        () => None,
    };
    (read.text, unread)
}

#[cfg(test)]
mod tests;
