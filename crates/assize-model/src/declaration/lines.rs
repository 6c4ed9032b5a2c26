//! From byte offsets to lines and columns.

/// Columns are counted in characters up to here, in bytes beyond, so that one endless line costs no time.
const COUNTED: usize = 4096;

/// The lines of a text.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        Self { text, starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// Line and column of a byte, both from 1.
    pub(super) fn position(&self, byte: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts[line - 1];
        let bytes = byte.saturating_sub(start);
        let column = match self.text.get(start..byte) {
            Some(before) if bytes <= COUNTED => before.chars().count(),
            _ => bytes,
        };
        (number(line), number(column + 1))
    }
}

/// Line of a byte in bytes that may not be text.
pub(super) fn line_in(bytes: &[u8], byte: usize) -> u32 {
    let before = bytes.get(..byte).unwrap_or(bytes);
    number(before.iter().filter(|b| **b == b'\n').count() + 1)
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_from_one() {
        let lines = Lines::new("a = 1\nä = 2\n");
        assert_eq!(lines.position(0), (1, 1));
        assert_eq!(lines.position(5), (1, 6));
        assert_eq!(lines.position(6), (2, 1));
        assert_eq!(lines.position(9), (2, 3), "ä is one column");
        assert_eq!(lines.position(99), (3, 87), "beyond the end");
        assert_eq!(Lines::new("").position(0), (1, 1));
    }
}
