//! Unpacks streams (ISO 32000-1 section 7.4): Flate with its predictors, hexadecimal and base 85.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::object::{Dict, Object, is_blank, pairs};

/// The longest line of a predictor.
const LONGEST_LINE: usize = 64 * 1024;

/// One filter with its parameters.
pub(super) struct Filter<'a> {
    pub(super) name: &'a [u8],
    pub(super) parameters: Option<&'a Dict>,
}

/// Undoes one filter, up to `most` bytes. `None` when the filter is not read.
pub(super) fn unpacked(bytes: &[u8], filter: &Filter, most: usize) -> Option<Vec<u8>> {
    match filter.name {
        b"FlateDecode" | b"Fl" => Some(predicted(flate(bytes, most), filter.parameters)),
        b"ASCIIHexDecode" | b"AHx" => Some(hex(bytes)),
        b"ASCII85Decode" | b"A85" => Some(base85(bytes)),
        _ => None,
    }
}

/// What comes out before the data end or break; a damaged end is no reason to lose the beginning.
fn flate(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let _ended = ZlibDecoder::new(bytes).take(most as u64).read_to_end(&mut out);
    out
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    let digits = bytes.iter().take_while(|b| **b != b'>').filter(|b| b.is_ascii_hexdigit());
    let digits: Vec<u8> = digits.copied().collect();
    pairs(&digits)
}

fn base85(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut group) = (Vec::new(), Vec::new());
    for byte in bytes.iter().filter(|b| !is_blank(**b)).take_while(|b| **b != b'~') {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => break,
        }
        if group.len() == 5 {
            out.extend(word(&group).to_be_bytes());
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        out.extend(&word(&group).to_be_bytes()[..kept]);
    }
    out
}

fn word(group: &[u32]) -> u32 {
    group.iter().fold(0_u32, |word, digit| word.wrapping_mul(85).wrapping_add(*digit))
}

/// Undoes the predictors of PNG (from 10 on), which object streams may be packed with.
fn predicted(bytes: Vec<u8>, parameters: Option<&Dict>) -> Vec<u8> {
    let number = |key: &str| parameters.and_then(|p| p.get(key.as_bytes())).and_then(Object::count);
    if number("Predictor").unwrap_or(1) < 10 {
        return bytes;
    }
    let bits = number("Colors").unwrap_or(1).saturating_mul(number("BitsPerComponent").unwrap_or(8));
    let line = bits.saturating_mul(number("Columns").unwrap_or(1)).div_ceil(8).clamp(1, LONGEST_LINE);
    let pixel = bits.div_ceil(8).clamp(1, line);
    let mut above = vec![0_u8; line];
    let mut out = Vec::with_capacity(bytes.len());
    for packed in bytes.chunks(line + 1) {
        let Some((kind, packed)) = packed.split_first() else { break };
        let mut now = vec![0_u8; line];
        for (at, byte) in packed.iter().enumerate() {
            let (left, up) = (at.checked_sub(pixel).map_or(0, |i| now[i]), above[at]);
            let corner = at.checked_sub(pixel).map_or(0, |i| above[i]);
            now[at] = byte.wrapping_add(match kind {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            });
        }
        out.extend(&now[..packed.len()]);
        above = now;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let away = |value: u8| (guess - i16::from(value)).abs();
    [left, up, corner].into_iter().min_by_key(|value| away(*value)).unwrap_or(0)
}
