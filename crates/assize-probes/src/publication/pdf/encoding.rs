//! The encodings of simple fonts (ISO 32000-1 annex D) and the names of glyphs.

use std::char;

/// From 128 on in MacRomanEncoding, from 128 to 159 in WinAnsiEncoding, from 160 on in StandardEncoding.
const MAC: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ�ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
const WINDOWS: &str = "€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ";
const STANDARD: &str =
    "�¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ�–†‡·�¶•‚„”»…‰�¿�`´ˆ˜¯˘˙¨�˚¸�˝˛ˇ—����������������Æ�ª����ŁØŒº�����æ���ı��łøœß����";
const GLYPHS: &str = include_str!("glyphs.txt");

/// An encoding that needs no table in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Mac,
    Standard,
    Windows,
}

impl Encoding {
    /// The encoding of this name.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"MacRomanEncoding" => Some(Self::Mac),
            b"StandardEncoding" => Some(Self::Standard),
            b"WinAnsiEncoding" => Some(Self::Windows),
            _ => None,
        }
    }

    /// What a code stands for.
    pub(super) fn character(self, code: u8) -> Option<char> {
        let place = usize::from(code);
        match (self, code) {
            (_, b'\t' | b'\n' | b'\r') => Some(' '),
            (_, 0..=31 | 127) => None,
            (Self::Standard, b'\'') => Some('\u{2019}'),
            (Self::Standard, b'`') => Some('\u{2018}'),
            (_, 32..=126) => Some(char::from(code)),
            (Self::Mac, _) => MAC.chars().nth(place - 128),
            (Self::Windows, 128..=159) => WINDOWS.chars().nth(place - 128),
            (Self::Windows, _) => Some(char::from(code)),
            (Self::Standard, _) => {
                STANDARD.chars().nth(place.checked_sub(160)?).filter(|c| *c != char::REPLACEMENT_CHARACTER)
            }
        }
    }
}

/// What a glyph of this name stands for.
pub(super) fn glyph(name: &[u8]) -> Option<String> {
    // What follows a full stop says how it is drawn.
    let name = name.split(|b| *b == b'.').next().unwrap_or_default();
    let name = std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && name.len() < 64)?;
    if name.len() == 1 && name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Some(name.to_owned());
    }
    let known = GLYPHS.lines().filter_map(|line| line.split_once(' ')).find(|(known, _)| *known == name);
    if let Some((_, stands_for)) = known {
        return Some(if stands_for == "U+0020" { " ".to_owned() } else { stands_for.to_owned() });
    }
    let number = name.strip_prefix("uni").filter(|n| n.len() == 4).or(name.strip_prefix('u'));
    let number = number.filter(|n| (4..=6).contains(&n.len()))?;
    u32::from_str_radix(number, 16).ok().and_then(char::from_u32).map(String::from)
}
