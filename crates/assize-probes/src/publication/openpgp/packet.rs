//! The framing of packets (RFC 9580 section 4.2), and integers of many bits (section 3.2).

use crate::cursor::Cursor;

/// Most packets that are read of one file.
const MOST_PACKETS: usize = 512;

/// A packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
}

/// Kinds of packets that are read.
pub(super) const SIGNATURE: u8 = 2;
pub(super) const KEY: u8 = 6;
pub(super) const USER_ID: u8 = 13;
pub(super) const SUBKEY: u8 = 14;
pub(super) const USER_ATTRIBUTE: u8 = 17;

/// The packets of a file. `None` when one is cut off, is of unknown length, or they are too many.
pub(super) fn packets(bytes: &[u8]) -> Option<Vec<Packet<'_>>> {
    let mut cursor = Cursor(bytes);
    let mut packets = Vec::new();
    while !cursor.0.is_empty() {
        if packets.len() == MOST_PACKETS {
            return None;
        }
        packets.push(packet(&mut cursor)?);
    }
    Some(packets)
}

fn packet<'a>(cursor: &mut Cursor<'a>) -> Option<Packet<'a>> {
    let first = cursor.u8().filter(|first| first & 0x80 != 0)?;
    let (tag, length) = match first & 0x40 != 0 {
        true => (first & 0x3f, length(cursor)?),
        // The older form says in two bits how long the length is; the last of them is no length.
        false => (
            (first >> 2) & 0xf,
            match first & 3 {
                0 => u32::from(cursor.u8()?),
                1 => u32::from(cursor.u16()?),
                2 => cursor.u32()?,
                _ => return None,
            },
        ),
    };
    Some(Packet { tag, body: cursor.take(usize::try_from(length).ok()?)? })
}

/// A length in one, two or five bytes; partial lengths, which only data may have, are none. Subpackets share it.
pub(super) fn length(cursor: &mut Cursor) -> Option<u32> {
    match cursor.u8()? {
        short @ 0..192 => Some(u32::from(short)),
        first @ 192..224 => Some((u32::from(first) - 192) * 256 + u32::from(cursor.u8()?) + 192),
        255 => cursor.u32(),
        _ => None,
    }
}

/// An integer of many bits, without zeros in front.
pub(super) fn integer<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let bits = usize::from(cursor.u16()?);
    let bytes = cursor.take(bits.div_ceil(8))?;
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    Some(&bytes[start..])
}

/// Bytes brought to a length with zeros in front. `None` when they are more.
pub(super) fn padded(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let zeros = length.checked_sub(bytes.len())?;
    Some([&vec![0; zeros], bytes].concat())
}
