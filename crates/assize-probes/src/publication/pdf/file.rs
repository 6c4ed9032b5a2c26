//! The objects of a file, found by looking through it: a table of references may be missing, wrong or hostile.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::object::{Dict, Lexer, Object, is_blank};
use super::unpack::{Filter, unpacked};

/// Most objects, object streams, filters of a stream, and references that follow each other.
const MOST_OBJECTS: usize = 200_000;
const MOST_STREAMS: usize = 5_000;
const MOST_FILTERS: usize = 4;
const LONGEST_WAY: usize = 8;
/// Most bytes that come out of one stream.
const MOST_UNPACKED: usize = 4 * 1024 * 1024;

/// Most bytes that come out of all streams, and most that are parsed.
const MOST_IN_ALL: usize = 12 * 1024 * 1024;
const MOST_PARSED: usize = 64 * 1024 * 1024;

/// What reading one file may cost: bytes that are unpacked, and bytes that are parsed.
pub(super) struct Work {
    unpacked: Cell<usize>,
    parsed: Cell<usize>,
}

impl Work {
    fn new() -> Self {
        Self { unpacked: Cell::new(MOST_IN_ALL), parsed: Cell::new(MOST_PARSED) }
    }

    /// Pays for parsing. Says whether there was enough left.
    pub(super) fn parse(&self, bytes: usize) -> bool {
        let left = self.parsed.get().saturating_sub(bytes);
        self.parsed.set(left);
        left > 0
    }

    pub(super) fn is_spent(&self) -> bool {
        self.parsed.get() == 0 || self.unpacked.get() == 0
    }
}

/// Where an object is written.
#[derive(Clone, Copy)]
enum Place {
    File(usize),
    /// In an unpacked object stream, by its index.
    Stream(usize, usize),
}

/// A file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    packed: Vec<Vec<u8>>,
    pub(super) is_encrypted: bool,
    pub(super) work: Work,
    /// Fonts are asked for often, and kept.
    pub(super) fonts: RefCell<BTreeMap<u32, std::rc::Rc<super::font::Font>>>,
}

/// An object with the bytes of its stream, if it has one.
pub(super) struct Found<'a> {
    pub(super) object: Object,
    stream: Option<&'a [u8]>,
}

impl<'a> File<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            packed: Vec::new(),
            is_encrypted: false,
            work: Work::new(),
            fonts: RefCell::default(),
        };
        let mut at = 0;
        while let Some(next) = file.step(at) {
            at = next;
        }
        file
    }

    /// Takes the next object after a place, and gives the place behind it.
    fn step(&mut self, from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        let word = rest.windows(3).position(|w| w == b"obj" || w == b"tra")? + from;
        if self.bytes.get(word..word + 7) == Some(b"trailer") {
            let mut lexer = Lexer::new(self.bytes, word + 7);
            let trailer = lexer.next();
            self.is_encrypted |= trailer.as_ref().and_then(Object::dict).is_some_and(is_encrypted);
            return self.work.parse(lexer.at - word).then_some(lexer.at);
        }
        let after = word + 3;
        let Some(number) =
            number_before(self.bytes, word).filter(|_| self.bytes.get(word..after) == Some(b"obj"))
        else {
            return Some(after);
        };
        if self.places.len() >= MOST_OBJECTS {
            return None;
        }
        let (found, end) = self.object_at(after);
        if !self.work.parse(end - word) {
            return None;
        }
        let Some(found) = found else { return Some(end) };
        self.places.insert(number, Place::File(after));
        if let (Some(dict), Some(stream)) = (found.object.dict(), found.stream) {
            match dict.get(&b"Type"[..]).and_then(Object::name) {
                Some(b"XRef") => self.is_encrypted |= is_encrypted(dict),
                Some(b"ObjStm") => self.unpack(dict, stream),
                _ => {}
            }
        }
        Some(end)
    }

    /// An object, its stream, and where it ends.
    fn object_at(&self, at: usize) -> (Option<Found<'a>>, usize) {
        let mut lexer = Lexer::new(self.bytes, at);
        let Some(object) = lexer.next() else { return (None, lexer.at.max(at)) };
        let mut ahead = lexer.clone();
        let is_stream = object.dict().is_some() && ahead.next() == Some(Object::Word(b"stream".to_vec()));
        if !is_stream {
            return (Some(Found { object, stream: None }), lexer.at);
        }
        let rest = &self.bytes[ahead.at..];
        let rest = rest
            .strip_prefix(b"\r\n")
            .or(rest.strip_prefix(b"\n"))
            .or(rest.strip_prefix(b"\r"))
            .unwrap_or(rest);
        let stated = object.dict().and_then(|d| d.get(&b"Length"[..])).and_then(Object::count);
        let stated = stated.filter(|n| {
            let behind = rest.get(*n..).unwrap_or_default();
            let start = behind.iter().position(|b| !is_blank(*b)).unwrap_or(0);
            behind[start..].starts_with(b"endstream")
        });
        // A length that is wrong or written elsewhere is measured.
        let end = stated.or_else(|| rest.windows(9).position(|w| w == b"endstream")).unwrap_or(rest.len());
        let place = self.bytes.len() - rest.len() + end;
        (Some(Found { object, stream: Some(&rest[..end]) }), place)
    }

    /// Takes the objects of an object stream (section 7.5.7).
    fn unpack(&mut self, dict: &Dict, stream: &[u8]) {
        let count = |key: &str| dict.get(key.as_bytes()).and_then(Object::count);
        let (Some(objects), Some(first)) = (count("N"), count("First")) else { return };
        if self.packed.len() >= MOST_STREAMS {
            return;
        }
        let Some(bytes) = self.undo(dict, stream) else { return };
        let index = self.packed.len();
        let mut lexer = Lexer::new(&bytes, 0);
        for _ in 0..objects.min(MOST_OBJECTS - self.places.len().min(MOST_OBJECTS)) {
            let (Some(number), Some(offset)) = (lexer.next(), lexer.next()) else { break };
            let number = number.count().and_then(|n| u32::try_from(n).ok());
            if let (Some(number), Some(offset)) = (number, offset.count()) {
                self.places.insert(number, Place::Stream(index, first.saturating_add(offset)));
            }
        }
        self.work.parse(lexer.at);
        self.packed.push(bytes);
    }

    /// The bytes of a stream with its filters undone. `None` when one of them is not read.
    fn undo(&self, dict: &Dict, stream: &[u8]) -> Option<Vec<u8>> {
        let filters = self.all(dict.get(&b"Filter"[..]));
        let parameters = self.all(dict.get(&b"DecodeParms"[..]));
        let mut bytes = stream.to_vec();
        if filters.len() > MOST_FILTERS {
            return None;
        }
        for (at, filter) in filters.iter().enumerate() {
            let filter =
                Filter { name: filter.name()?, parameters: parameters.get(at).and_then(Object::dict) };
            let most = MOST_UNPACKED.min(self.work.unpacked.get());
            bytes = unpacked(&bytes, &filter, most)?;
            // What fills its limit was cut off there, and the file is not read to its end.
            let left = if bytes.len() >= most { 0 } else { self.work.unpacked.get() - bytes.len() };
            self.work.unpacked.set(left);
        }
        Some(bytes)
    }

    /// One value, or the values of an array, looked up.
    pub(super) fn all(&self, value: Option<&Object>) -> Vec<Object> {
        match value.map(|value| self.look(value)) {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Array(values)) => values.iter().map(|value| self.look(value)).collect(),
            Some(other) => vec![other],
        }
    }

    /// A value, or the object that it refers to. A copy is paid for like what is parsed.
    pub(super) fn look(&self, value: &Object) -> Object {
        match value {
            Object::Ref(number) => self.find(*number).map_or(Object::Null, |found| found.object),
            other if self.work.parse(other.weight()) => other.clone(),
            _ => Object::Null,
        }
    }

    /// An object by its number.
    pub(super) fn find(&self, number: u32) -> Option<Found<'_>> {
        let mut number = number;
        for _ in 0..LONGEST_WAY {
            let found = match *self.places.get(&number)? {
                Place::File(at) => {
                    let (found, end) = self.object_at(at);
                    self.work.parse(end - at).then_some(found)??
                }
                Place::Stream(index, at) => {
                    let mut lexer = Lexer::new(self.packed.get(index)?, at);
                    let object = lexer.next();
                    self.work.parse(lexer.at.saturating_sub(at)).then_some(())?;
                    Found { object: object?, stream: None }
                }
            };
            match found.object {
                Object::Ref(next) => number = next,
                _ => return Some(found),
            }
        }
        None
    }

    /// The dictionary under a key, looked up.
    pub(super) fn dict(&self, dict: &Dict, key: &str) -> Option<Dict> {
        match self.look(dict.get(key.as_bytes())?) {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The unpacked stream of an object, with its dictionary. The first `None` says that it is no stream, the second
    /// that its filters are not read.
    pub(super) fn stream(&self, number: u32) -> Option<(Dict, Option<Vec<u8>>)> {
        let found = self.find(number)?;
        let (Object::Dict(dict), Some(stream)) = (found.object, found.stream) else { return None };
        let bytes = self.undo(&dict, stream);
        Some((dict, bytes))
    }

    /// Numbers of all objects.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.places.keys().copied()
    }
}

fn is_encrypted(dict: &Dict) -> bool {
    dict.get(&b"Encrypt"[..]).is_some_and(|value| *value != Object::Null)
}

/// The number in `12 0 obj`.
fn number_before(bytes: &[u8], word: usize) -> Option<u32> {
    let before = bytes.get(word.saturating_sub(24)..word)?.trim_ascii_end();
    let mut words = before.rsplit(|b| is_blank(*b)).filter(|word| !word.is_empty());
    let generation = words.next()?;
    let number = words.next()?;
    // What stands directly in front may be the end of something else, as in `endobj12 0 obj`.
    let digits = number.iter().rposition(|b| !b.is_ascii_digit()).map_or(number, |at| &number[at + 1..]);
    if !generation.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}
