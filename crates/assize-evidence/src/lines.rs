//! Lines of a log, one at a time and never more than the limit in memory.

use std::io::{self, BufRead, Read as _};

/// Reads lines into one buffer.
pub(crate) struct Lines<R> {
    reader: R,
    limit: u64,
    buffer: Vec<u8>,
}

/// What stands where a line is expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// A line, without its newline.
    Whole(&'a [u8]),
    /// The end of the file came before the newline.
    Torn(&'a [u8]),
    /// No newline within the limit; reading ends here.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    pub(crate) const fn new(reader: R, limit: u64) -> Self {
        Self { reader, limit, buffer: Vec::new() }
    }

    /// The next line, or nothing at the end.
    pub(crate) fn read(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let most = self.limit.saturating_add(1);
        (&mut self.reader).take(most).read_until(b'\n', &mut self.buffer)?;
        Ok(match self.buffer.as_slice() {
            [] => None,
            [line @ .., b'\n'] => Some(Line::Whole(line)),
            bytes if bytes.len() as u64 == most => Some(Line::TooLong),
            bytes => Some(Line::Torn(bytes)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_torn_and_too_long_lines() {
        let mut lines = Lines::new(&b"ab\n\nabcd\nabc"[..], 4);
        assert_eq!(lines.read().unwrap(), Some(Line::Whole(b"ab")));
        assert_eq!(lines.read().unwrap(), Some(Line::Whole(b"")));
        assert_eq!(lines.read().unwrap(), Some(Line::Whole(b"abcd")));
        assert_eq!(lines.read().unwrap(), Some(Line::Torn(b"abc")));
        assert_eq!(lines.read().unwrap(), None);
        assert_eq!(Lines::new(&b"abcde\n"[..], 4).read().unwrap(), Some(Line::TooLong));
    }
}
