//! Fields of TLS messages: read from bytes that may end anywhere, and written with their lengths before them.

/// Bytes being read from the front; every read past the end is `None`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A number of `width` bytes; up to eight fit.
    fn number(&mut self, width: usize) -> Option<u64> {
        Some(self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.number(1)?.try_into().ok()
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.number(2)?.try_into().ok()
    }

    pub(crate) fn u24(&mut self) -> Option<usize> {
        self.number(3)?.try_into().ok()
    }

    pub(crate) fn vec8(&mut self) -> Option<&'a [u8]> {
        let length = self.u8()?;
        self.take(length.into())
    }

    pub(crate) fn vec16(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        self.take(length.into())
    }

    pub(crate) fn vec24(&mut self) -> Option<&'a [u8]> {
        let length = self.u24()?;
        self.take(length)
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// A body with its length in one byte before it; what does not fit is cut.
pub(crate) fn vec8(body: &[u8]) -> Vec<u8> {
    let body = &body[..body.len().min(0xff)];
    [&length(body.len())[3..], body].concat()
}

/// A body with its length in two bytes before it; what does not fit is cut.
pub(crate) fn vec16(body: &[u8]) -> Vec<u8> {
    let body = &body[..body.len().min(0xffff)];
    [&length(body.len())[2..], body].concat()
}

/// A body with its length in three bytes before it; what does not fit is cut.
pub(crate) fn vec24(body: &[u8]) -> Vec<u8> {
    let body = &body[..body.len().min(0xff_ffff)];
    [&length(body.len())[1..], body].concat()
}

/// Numbers of two bytes, one after the other.
pub(crate) fn numbers(all: &[u16]) -> Vec<u8> {
    all.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn length(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes()
}

/// A handshake message.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &vec24(body)].concat()
}

/// A record of TLS or SSL 3.0.
pub(crate) fn record(kind: u8, version: u16, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &version.to_be_bytes(), &vec16(body)].concat()
}
