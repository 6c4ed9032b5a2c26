//! How much of a file is taken in, and how its bytes become text.

use std::io::Read;

use crate::Error;

/// The most bytes of a file that are read unless the caller says otherwise.
pub const MOST_BYTES: u64 = 64 << 20;

/// The most records, rows or elements of a file.
pub(crate) const MOST_RECORDS: usize = 100_000;

/// The most editions that are not held and that one file brings.
pub(crate) const MOST_EDITIONS: usize = 1_000;

/// The most sources of one pair of editions.
pub(crate) const MOST_SOURCES: usize = 1_000;

/// The most bytes that the cells of a sheet come to, shared strings counted wherever they are used.
pub(crate) const MOST_CELLS: usize = 128 << 20;

/// The most columns of a table.
pub(crate) const MOST_COLUMNS: usize = 256;

/// The most bytes of one cell; a spreadsheet program keeps to 32,767 characters.
pub(crate) const MOST_CELL: usize = 128 << 10;

/// The most bytes of an item's id.
pub(crate) const MOST_ID: usize = 200;

/// The most bytes of a reason, a title or a note; what is longer is cut and reported.
pub(crate) const MOST_TEXT: usize = 4096;

/// Reads a whole file, and stops as soon as it is larger than `limit`.
///
/// # Errors
/// The file is larger, or cannot be read.
pub fn bounded(reader: impl Read, name: &str, limit: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let read = read.map_err(|source| Error::Io { name: name.to_owned(), source })?;
    if read as u64 > limit { Err(Error::TooLarge { name: name.to_owned(), limit }) } else { Ok(bytes) }
}

/// The bytes as text, without a byte order mark.
pub(crate) fn text<'b>(bytes: &'b [u8], name: &str) -> Result<&'b str, Error> {
    let unfit = |place: String, message: &str| Error::Unfit {
        name: name.to_owned(),
        place,
        message: message.to_owned(),
        remedy: "save it as UTF-8",
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(unfit("byte 0".into(), "it is UTF-16"));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        unfit(format!("line {line}"), "a byte there is not UTF-8")
    })
}

/// The text with every run of blanks, line ends included, as one space, and none at either end.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Whether a character steers a terminal or the direction of writing instead of standing for itself.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Blanks folded, steering characters out, cut at the limit; and whether anything but blanks went.
pub(crate) fn plain(text: &str) -> (String, bool) {
    let mut kept = folded(text);
    let before = kept.len();
    kept.retain(|c| !steers(c));
    if kept.len() > MOST_TEXT {
        let end = (0..=MOST_TEXT).rev().find(|at| kept.is_char_boundary(*at)).unwrap_or(0);
        kept.truncate(end);
    }
    let lost = kept.len() < before;
    (kept.trim().to_owned(), lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gigabyte_is_refused_without_being_held() {
        let gigabyte = std::io::repeat(b'a').take(1 << 30);
        let refused = bounded(gigabyte, "big.json", 1 << 20).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "read big.json: it is larger than 1048576 bytes; raise the limit, or cut the file"
        );
        assert_eq!(bounded(&b"abc"[..], "a", 3).unwrap(), b"abc");
    }

    #[test]
    fn other_encodings_are_named() {
        assert_eq!(text(b"\xef\xbb\xbfa", "a").unwrap(), "a");
        let wide = text(b"\xff\xfea\0", "a.csv").unwrap_err().to_string();
        assert_eq!(wide, "read a.csv: byte 0: it is UTF-16; save it as UTF-8");
        let latin = text(b"a\nb\xe4", "a.csv").unwrap_err().to_string();
        assert_eq!(latin, "read a.csv: line 2: a byte there is not UTF-8; save it as UTF-8");
    }

    #[test]
    fn text_is_folded_and_cut() {
        assert_eq!(plain(" a\r\n b\t"), ("a b".into(), false));
        assert_eq!(plain("a\u{1b}[31m\u{202e}b"), ("a[31mb".into(), true));
        let (cut, lost) = plain(&"\u{e4}".repeat(MOST_TEXT));
        assert!(lost && cut.len() == MOST_TEXT);
    }
}
