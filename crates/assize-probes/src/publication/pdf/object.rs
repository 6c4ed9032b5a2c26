//! The syntax of objects and of content (ISO 32000-1 section 7.2 and 7.3).

use std::collections::BTreeMap;

/// How deep arrays and dictionaries may lie in each other, and how many values an object may hold.
const DEEPEST: usize = 24;
const MOST_VALUES: usize = 50_000;
/// The longest string or name that is kept; what is longer is cut.
const LONGEST: usize = 64 * 1024;

/// A dictionary.
pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

/// An object, or a word of content.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// Another object, by its number.
    Ref(u32),
    /// A word that is none of these: an operator, `obj`, `stream`, `true`.
    Word(Vec<u8>),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        if let Self::Number(n) = self { Some(*n) } else { None }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn dict(&self) -> Option<&Dict> {
        if let Self::Dict(dict) = self { Some(dict) } else { None }
    }

    /// What a copy of it costs, in bytes.
    pub(super) fn weight(&self) -> usize {
        let inside = match self {
            Self::Name(bytes) | Self::Text(bytes) | Self::Word(bytes) => bytes.len(),
            Self::Array(values) => values.iter().map(Self::weight).sum(),
            Self::Dict(dict) => dict.iter().map(|(key, value)| key.len() + value.weight()).sum(),
            Self::Null | Self::Number(_) | Self::Ref(_) => 0,
        };
        inside + 16
    }

    /// A number that counts something.
    pub(super) fn count(&self) -> Option<usize> {
        self.number().filter(|n| n.fract() == 0.0 && (0.0..=4_294_967_295.0).contains(n)).map(|n| n as usize)
    }
}

/// Reads objects one after another.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    values: usize,
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_blank(byte) && !b"()<>[]{}/%".contains(&byte)
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()), values: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Passes over blanks and comments.
    fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let end = self.rest().iter().position(|b| matches!(b, 10 | 13));
                self.at += end.unwrap_or(self.rest().len());
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next object or word. `None` at the end, and where it cannot be read.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.values = 0;
        self.object(0)
    }

    fn object(&mut self, depth: usize) -> Option<Object> {
        self.skip();
        self.values += 1;
        if depth > DEEPEST || self.values > MOST_VALUES {
            return None;
        }
        match (self.peek()?, self.bytes.get(self.at + 1)) {
            (b'/', _) => {
                self.at += 1;
                Some(Object::Name(self.name()))
            }
            (b'(', _) => Some(Object::Text(self.literal())),
            (b'<', Some(b'<')) => self.dict(depth),
            (b'<', _) => Some(Object::Text(self.hex())),
            (b'[', _) => self.array(depth),
            (b')' | b'>' | b']' | b'{' | b'}', _) => {
                self.at += 1;
                None
            }
            _ => Some(self.word()),
        }
    }

    fn run(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let end = rest.iter().position(|b| !is_regular(*b)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn name(&mut self) -> Vec<u8> {
        let run = self.run();
        let run = &run[..run.len().min(LONGEST)];
        let mut name = Vec::new();
        let mut at = 0;
        while let Some(byte) = run.get(at) {
            let escaped = (*byte == b'#').then(|| run.get(at + 1..at + 3)).flatten().and_then(hex_pair);
            name.push(escaped.unwrap_or(*byte));
            at += if escaped.is_some() { 3 } else { 1 };
        }
        name
    }

    /// A number, a reference, or any other word.
    fn word(&mut self) -> Object {
        let run = self.run();
        let number =
            std::str::from_utf8(run).ok().filter(|t| t.bytes().all(|b| b"+-.0123456789".contains(&b)));
        let Some(number) = number.and_then(|t| t.parse::<f64>().ok()) else {
            return if run == b"null" {
                Object::Null
            } else {
                Object::Word(run[..run.len().min(64)].to_vec())
            };
        };
        self.reference(number).unwrap_or(Object::Number(number))
    }

    /// `12 0 R`, when that is what follows the number.
    fn reference(&mut self, number: f64) -> Option<Object> {
        let number = Object::Number(number).count().and_then(|n| u32::try_from(n).ok())?;
        let mut ahead = self.clone();
        ahead.skip();
        let generation = ahead.run();
        if generation.is_empty() || generation.len() > 5 || !generation.iter().all(u8::is_ascii_digit) {
            return None;
        }
        ahead.skip();
        (ahead.run() == b"R").then(|| {
            self.at = ahead.at;
            Object::Ref(number)
        })
    }

    /// A string in parentheses, which may lie in each other.
    fn literal(&mut self) -> Vec<u8> {
        let (mut open, mut text) = (0_usize, Vec::new());
        while let Some(byte) = self.peek() {
            self.at += 1;
            let kept = match byte {
                b'(' => {
                    open += 1;
                    (open > 1).then_some(byte)
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                    Some(byte)
                }
                b'\\' => self.escape(),
                other => Some(other),
            };
            text.extend(kept.filter(|_| text.len() < LONGEST));
        }
        text
    }

    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => Some(10),
            b'r' => Some(13),
            b't' => Some(9),
            b'b' => Some(8),
            b'f' => Some(12),
            13 => {
                self.at += usize::from(self.peek() == Some(10));
                None
            }
            10 => None,
            b'0'..=b'7' => {
                let mut value = u16::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    value = value * 8 + u16::from(digit - b'0');
                }
                Some((value & 0xff) as u8)
            }
            other => Some(other),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        let rest = self.rest();
        let end = rest.iter().position(|b| *b == b'>').unwrap_or(rest.len());
        self.at += (end + 1).min(rest.len());
        let digits = rest[..end].iter().filter(|b| b.is_ascii_hexdigit());
        let digits: Vec<u8> = digits.copied().take(2 * LONGEST).collect();
        pairs(&digits)
    }

    fn array(&mut self, depth: usize) -> Option<Object> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip();
            if self.peek()? == b']' {
                self.at += 1;
                return Some(Object::Array(values));
            }
            values.push(self.object(depth + 1)?);
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Object> {
        self.at += 2;
        let mut dict = Dict::new();
        loop {
            self.skip();
            if self.rest().starts_with(b">>") {
                self.at += 2;
                return Some(Object::Dict(dict));
            }
            let Object::Name(key) = self.object(depth + 1)? else { return None };
            let value = self.object(depth + 1)?;
            dict.insert(key, value);
        }
    }
}

/// Bytes from hexadecimal digits; a last one that stands alone is the higher half.
pub(super) fn pairs(digits: &[u8]) -> Vec<u8> {
    let byte = |pair: &[u8]| match pair {
        [high] => hex_pair(&[*high, b'0']),
        pair => hex_pair(pair),
    };
    digits.chunks(2).filter_map(byte).collect()
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
}
