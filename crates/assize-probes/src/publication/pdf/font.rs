//! What the codes of a font stand for: its own map to Unicode (ISO 32000-1 section 9.10.3), or for simple fonts the
//! encoding and its differences.

use std::collections::BTreeMap;

use super::encoding::{Encoding, glyph};
use super::file::File;
use super::object::{Dict, Lexer, Object};

/// Most codes of a map.
const MOST_CODES: usize = 70_000;

/// What the codes of a font stand for.
#[derive(Debug, Default)]
pub(super) struct Font {
    map: BTreeMap<(usize, u32), String>,
    /// Lengths of codes in bytes, the shortest first.
    lengths: Vec<usize>,
    /// For codes of one byte that the map leaves out.
    base: Option<Encoding>,
    differences: BTreeMap<u8, Option<String>>,
    /// How far codes advance, in thousandths of the size, and how far those that are not named.
    widths: BTreeMap<u32, f64>,
    width: Option<f64>,
}

/// What a string says, and how many of its codes stand for nothing that is known.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) unknown: usize,
    /// How many codes there are, and how far they advance in thousandths of the size; not every font says so.
    pub(super) codes: usize,
    pub(super) advance: Option<f64>,
}

impl Font {
    /// Reads a font from its dictionary, and pays for what it holds.
    pub(super) fn read(file: &File, dict: &Dict) -> Self {
        let font = Self::unpaid(file, dict);
        file.work.parse((font.map.len() + font.widths.len()) * 64);
        font
    }

    fn unpaid(file: &File, dict: &Dict) -> Self {
        let is_composite = dict.get(&b"Subtype"[..]).and_then(Object::name) == Some(b"Type0");
        let mut font = Self::default();
        if let Some(Object::Ref(number)) = dict.get(&b"ToUnicode"[..])
            && let Some((_, Some(map))) = file.stream(*number)
        {
            font.take_map(file, &map);
            file.work.parse(map.len());
        }
        if is_composite {
            font.lengths = if font.lengths.is_empty() { vec![2] } else { font.lengths };
            font.measure_composite(file, dict);
            return font;
        }
        font.lengths = vec![1];
        let first = dict.get(&b"FirstChar"[..]).map(|n| file.look(n)).and_then(|n| n.count()).unwrap_or(0);
        font.measure(first, &file.all(dict.get(&b"Widths"[..])));
        font.base = Some(Encoding::Standard);
        match dict.get(&b"Encoding"[..]).map(|value| file.look(value)) {
            Some(Object::Name(name)) => font.base = Encoding::named(&name).or(font.base),
            Some(Object::Dict(encoding)) => {
                let named =
                    encoding.get(&b"BaseEncoding"[..]).and_then(Object::name).and_then(Encoding::named);
                font.base = named.or(font.base);
                font.differ(&file.all(encoding.get(&b"Differences"[..])));
            }
            _ => {}
        }
        font
    }

    /// Takes the widths of codes from `first` on.
    fn measure(&mut self, first: usize, widths: &[Object]) {
        for (at, width) in widths.iter().enumerate() {
            let code = first.checked_add(at).and_then(|code| u32::try_from(code).ok());
            if let (Some(code), Some(width)) = (code, width.number())
                && self.widths.len() < MOST_CODES
            {
                self.widths.insert(code, width);
            }
        }
    }

    /// Takes the widths of a composite font whose codes are those of its glyphs (section 9.7.4.3).
    fn measure_composite(&mut self, file: &File, dict: &Dict) {
        let encoding = dict.get(&b"Encoding"[..]).and_then(Object::name);
        let is_plain = encoding.is_some_and(|name| name.starts_with(b"Identity"));
        let inner = file.all(dict.get(&b"DescendantFonts"[..])).into_iter().next();
        let Some(Object::Dict(inner)) = inner.filter(|_| is_plain) else { return };
        self.width = Some(inner.get(&b"DW"[..]).and_then(Object::number).unwrap_or(1000.0));
        let rows = file.all(inner.get(&b"W"[..]));
        let mut rows = rows.as_slice();
        while let [first, second, behind @ ..] = rows {
            let Some(first) = first.count().filter(|_| self.widths.len() < MOST_CODES) else { return };
            rows = match (second, behind) {
                (Object::Array(widths), _) => {
                    self.measure(first, widths);
                    behind
                }
                (last, [width, behind @ ..]) => {
                    let (Some(last), Some(width)) = (last.count(), width.number()) else { return };
                    let count = last.saturating_add(1).saturating_sub(first).min(MOST_CODES);
                    // Rows over the same codes may be many.
                    if !file.work.parse(count * 64) {
                        return;
                    }
                    self.measure(first, &vec![Object::Number(width); count]);
                    behind
                }
                _ => return,
            };
        }
    }

    fn differ(&mut self, differences: &[Object]) {
        let mut code = 0_usize;
        for value in differences {
            match value {
                Object::Number(_) => code = value.count().unwrap_or(256),
                Object::Name(name) => {
                    if let Ok(code) = u8::try_from(code) {
                        self.differences.insert(code, glyph(name));
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    /// Reads a map: lines of codes and what they stand for.
    fn take_map(&mut self, file: &File, map: &[u8]) {
        let mut lexer = Lexer::new(map, 0);
        let mut values: Vec<Object> = Vec::new();
        while lexer.at < map.len() && !file.work.is_spent() {
            match lexer.next() {
                Some(Object::Word(word)) => {
                    match word.as_slice() {
                        b"endcodespacerange" => {
                            self.lengths.extend(values.iter().filter_map(|v| code(v).map(|(n, _)| n)))
                        }
                        b"endbfchar" => values.chunks_exact(2).for_each(|pair| self.one(&pair[0], &pair[1])),
                        b"endbfrange" => {
                            values.chunks_exact(3).for_each(|row| self.range(file, &row[0], &row[1], &row[2]))
                        }
                        _ => {}
                    }
                    values.clear();
                }
                Some(value) => values.push(value),
                None => {}
            }
        }
        self.lengths.sort_unstable();
        self.lengths.dedup();
    }

    fn one(&mut self, from: &Object, to: &Object) {
        if let (Some(key), Object::Text(to)) = (code(from), to)
            && self.map.len() < MOST_CODES
        {
            self.map.insert(key, utf16(to));
        }
    }

    fn range(&mut self, file: &File, first: &Object, last: &Object, to: &Object) {
        let (Some((length, first)), Some((_, last))) = (code(first), code(last)) else { return };
        // Ranges over the same codes may be many.
        let count = (last.saturating_sub(first) as usize).min(MOST_CODES);
        if file.work.is_spent() || !file.work.parse(count * 64) {
            return;
        }
        for (at, value) in (first..=last).enumerate().take(MOST_CODES) {
            if self.map.len() >= MOST_CODES {
                return;
            }
            let stands_for = match to {
                Object::Array(all) => match all.get(at) {
                    Some(Object::Text(text)) => utf16(text),
                    _ => return,
                },
                Object::Text(text) => counted(text, at),
                _ => return,
            };
            self.map.insert((length, value), stands_for);
        }
    }

    /// What a string of codes says.
    pub(super) fn said(&self, codes: &[u8]) -> Said {
        let mut said = Said { text: String::new(), unknown: 0, codes: 0, advance: Some(0.0) };
        let mut rest = codes;
        while !rest.is_empty() {
            let fits = |length: &&usize| {
                rest.get(..**length).is_some_and(|c| self.map.contains_key(&(**length, number(c))))
            };
            let usual = self.lengths.first().copied().unwrap_or(1).max(1);
            let length = self.lengths.iter().find(fits).copied().unwrap_or(usual).min(rest.len());
            let (code, behind) = rest.split_at(length);
            match self.stands_for(code) {
                Some(text) => said.text.push_str(&text),
                None => said.unknown += 1,
            }
            let width = self.widths.get(&number(code)).copied().or(self.width);
            said.codes += 1;
            said.advance = said.advance.zip(width).map(|(sum, width)| sum + width);
            rest = behind;
        }
        said
    }

    fn stands_for(&self, code: &[u8]) -> Option<String> {
        if let Some(mapped) = self.map.get(&(code.len(), number(code))) {
            return Some(mapped.clone());
        }
        let [code] = code else { return None };
        match self.differences.get(code) {
            Some(named) => named.clone(),
            None => self.base?.character(*code).map(String::from),
        }
    }
}

/// The length and the value of a code.
fn code(value: &Object) -> Option<(usize, u32)> {
    match value {
        Object::Text(bytes) if (1..=4).contains(&bytes.len()) => Some((bytes.len(), number(bytes))),
        _ => None,
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |value, byte| (value << 8) | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> =
        bytes.chunks_exact(2).take(16).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The text with its last unit counted on.
fn counted(bytes: &[u8], by: usize) -> String {
    let mut bytes = bytes.get(..32).unwrap_or(bytes).to_vec();
    if let Some(at) = bytes.len().checked_sub(2) {
        let last = u16::from_be_bytes([bytes[at], bytes[at + 1]]).wrapping_add((by & 0xffff) as u16);
        bytes.splice(at.., last.to_be_bytes());
    }
    utf16(&bytes)
}
