//! The text that the pages of a file show (ISO 32000-1 section 9.4), in the order in which it is written.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::file::File;
use super::font::Font;
use super::object::{Dict, Lexer, Object, is_blank};

/// Most pages, how deep pages lie in their tree, and how deep parts lie in each other.
const MOST_PAGES: usize = 2_000;
const DEEPEST_TREE: usize = 12;
const DEEPEST_PART: usize = 6;
/// Most operands before an operator.
const MOST_OPERANDS: usize = 32;
/// Most parts of the content of one page.
const MOST_PARTS: usize = 1_000;
/// From which shift to the left on two parts of a line are apart, in thousandths of the font's size.
const GAP: f64 = -180.0;
/// From which distance on two texts of a line are apart, as a share of the font's size.
const APART: f64 = 0.15;

/// What was read.
#[derive(Default)]
pub(super) struct Read {
    pub(super) text: String,
    pub(super) pages: usize,
    /// Codes that stand for nothing that is known.
    pub(super) unknown: usize,
    /// Contents that are packed in a way that is not read.
    pub(super) broken: usize,
    /// Whether there was more text than is kept.
    pub(super) is_full: bool,
}

/// Reads the text, at most `most` bytes: that of the pages of the tree, or where it leads nowhere, of all that there
/// are. One page is held at a time.
pub(super) fn read(file: &File, most: usize) -> Read {
    let mut reader = Reader { file, most, inside: Vec::new(), read: Read::default() };
    let (root, loose) = roots(file);
    if let Some(root) = root {
        reader.walk(&root, &Rc::default(), DEEPEST_TREE, &mut BTreeSet::new());
    }
    if reader.read.pages == 0 {
        loose
            .into_iter()
            .for_each(|page| reader.walk(&Object::Ref(page), &Rc::default(), 1, &mut BTreeSet::new()));
    }
    let lines = reader.read.text.lines().map(crate::text::squeeze).filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<String>>().join("\n");
    Read { text, ..reader.read }
}

/// The root of the tree of pages that the newest catalogue names, and the numbers of pages.
fn roots(file: &File) -> (Option<Object>, Vec<u32>) {
    let mut root = None;
    let mut loose = Vec::new();
    for number in file.numbers() {
        let Some(Object::Dict(dict)) = file.find(number).map(|found| found.object) else { continue };
        match dict.get(&b"Type"[..]).and_then(Object::name) {
            Some(b"Catalog") => root = dict.get(&b"Pages"[..]).cloned().or(root),
            Some(b"Page") if loose.len() < MOST_PAGES => loose.push(number),
            _ => {}
        }
    }
    (root, loose)
}

struct Reader<'f, 'a> {
    file: &'f File<'a>,
    most: usize,
    /// The parts that are being drawn; none of them is drawn inside itself.
    inside: Vec<u32>,
    read: Read,
}

/// What holds inside one content.
struct State {
    resources: Rc<Dict>,
    fonts: BTreeMap<Vec<u8>, Option<Rc<Font>>>,
    font: Option<Rc<Font>>,
    pen: Pen,
}

/// Where the text stands, as far as the content says: enough to tell words and lines apart.
#[derive(Clone, Copy)]
struct Pen {
    /// The font's size, and by how much the page stretches it.
    size: f64,
    scale: f64,
    /// What is added after each code.
    spacing: f64,
    /// Where the line begins, its height, and where the last text ended, when its font says so.
    start: f64,
    y: f64,
    end: Option<f64>,
}

impl Pen {
    fn new() -> Self {
        Self { size: 1.0, scale: 1.0, spacing: 0.0, start: 0.0, y: 0.0, end: None }
    }

    /// Moves the beginning of the text. Gives what parts it from the text before.
    fn go(&mut self, start: f64, y: f64) -> Option<char> {
        let height = (self.size * self.scale).abs();
        let is_same_line = (y - self.y).abs() < 0.2 * height;
        let apart = self.end.map(|end| (start - end).abs());
        (self.start, self.y, self.end) = (start, y, Some(start));
        match apart {
            _ if !is_same_line => Some('\n'),
            Some(apart) if apart < APART * height => None,
            _ => Some(' '),
        }
    }

    /// Moves on by thousandths of the size, or to nobody knows where.
    fn advance(&mut self, by: Option<f64>, codes: usize) {
        let spacing = self.spacing * codes as f64;
        let (size, scale) = (self.size, self.scale);
        self.end = self.end.zip(by).map(|(end, by)| end + (by / 1000.0 * size + spacing) * scale);
    }
}

impl Reader<'_, '_> {
    fn is_over(&self) -> bool {
        self.read.is_full || self.file.work.is_spent()
    }

    fn is_inside(&self, part: &Object) -> bool {
        matches!(part, Object::Ref(number) if self.inside.contains(number))
    }

    /// Reads a page, or all that a node of the tree holds.
    fn walk(&mut self, node: &Object, above: &Rc<Dict>, depth: usize, seen: &mut BTreeSet<u32>) {
        let is_known = matches!(node, Object::Ref(number) if !seen.insert(*number));
        if is_known || self.is_over() {
            return;
        }
        self.read.is_full = self.read.pages >= MOST_PAGES;
        let Some(Object::Dict(dict)) = Some(self.file.look(node)).filter(|_| depth > 0) else {
            self.read.broken += 1;
            return;
        };
        let own = self.file.dict(&dict, "Resources").map(Rc::new);
        let resources = own.as_ref().unwrap_or(above);
        match dict.get(&b"Kids"[..]).map(|kids| self.file.look(kids)) {
            Some(Object::Array(kids)) => {
                kids.iter().for_each(|kid| self.walk(kid, resources, depth - 1, seen))
            }
            _ => self.page(&dict, resources),
        }
    }

    fn page(&mut self, page: &Dict, resources: &Rc<Dict>) {
        self.read.pages += 1;
        let contents = match page.get(&b"Contents"[..]) {
            Some(Object::Array(all)) => all.clone(),
            Some(one @ Object::Ref(_)) => match self.file.look(one) {
                Object::Array(all) => all,
                _ => vec![one.clone()],
            },
            _ => Vec::new(),
        };
        let mut content = Vec::new();
        for part in contents.iter().take(MOST_PARTS) {
            let Object::Ref(number) = part else { continue };
            match self.file.stream(*number) {
                Some((_, Some(bytes))) => content.extend(bytes),
                _ => self.read.broken += 1,
            }
            content.push(b'\n');
            if self.is_over() {
                break;
            }
        }
        self.content(&content, resources.clone(), DEEPEST_PART);
        self.read.text.push('\n');
    }

    fn content(&mut self, content: &[u8], resources: Rc<Dict>, depth: usize) {
        let mut state = State { resources, fonts: BTreeMap::new(), font: None, pen: Pen::new() };
        let mut lexer = Lexer::new(content, 0);
        let mut operands: Vec<Object> = Vec::new();
        while lexer.at < content.len() && !self.is_over() {
            let before = lexer.at;
            match lexer.next() {
                Some(Object::Word(word)) if word == b"ID" => {
                    pass_image(&mut lexer);
                    operands.clear();
                }
                Some(Object::Word(word)) => {
                    self.operator(&word, &operands, &mut state, depth);
                    operands.clear();
                }
                Some(operand) if operands.len() < MOST_OPERANDS => operands.push(operand),
                Some(_) => {}
                // Whatever cannot be read is passed over, a byte at the least.
                None => lexer.at = lexer.at.max(before + 1),
            }
        }
    }

    fn operator(&mut self, word: &[u8], operands: &[Object], state: &mut State, depth: usize) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match (word, operands) {
            (b"Tf", [Object::Name(name), ..]) => {
                state.font = self.font(name, state);
                state.pen.size = number(1);
            }
            (b"Tc", _) => state.pen.spacing = number(0),
            (b"Tj", [.., Object::Text(codes)]) => self.show(codes, state),
            (b"'" | b"\"", [.., Object::Text(codes)]) => {
                self.gap('\n');
                self.show(codes, state);
            }
            (b"TJ", [.., Object::Array(parts)]) => {
                parts.iter().for_each(|part| self.part_of_line(part, state));
            }
            (b"T*", _) => {
                state.pen.end = None;
                self.gap('\n');
            }
            (b"BT", _) => {
                (state.pen.scale, state.pen.end) = (1.0, None);
                self.gap(' ');
            }
            (b"Td" | b"TD", _) => {
                let Pen { start, y, scale, .. } = state.pen;
                let (x, y) = (start + number(0) * scale, y + number(1) * scale);
                state.pen.go(x, y).into_iter().for_each(|gap| self.gap(gap));
            }
            (b"Tm", _) => {
                // Text that is turned is measured along its own line.
                state.pen.scale = if number(0) == 0.0 { number(1) } else { number(0) };
                state.pen.go(number(4), number(5)).into_iter().for_each(|gap| self.gap(gap));
            }
            (b"Do", [.., Object::Name(name)]) if depth > 0 => self.part(name, state, depth),
            _ => {}
        }
    }

    /// The font of this name, which the resources have.
    fn font(&mut self, name: &[u8], state: &mut State) -> Option<Rc<Font>> {
        if let Some(known) = state.fonts.get(name) {
            return known.clone();
        }
        let fonts = self.file.dict(&state.resources, "Font").unwrap_or_default();
        let value = fonts.get(name);
        let number = if let Some(Object::Ref(number)) = value { Some(*number) } else { None };
        let kept = number.and_then(|number| self.file.fonts.borrow().get(&number).cloned());
        let font = kept.or_else(|| match self.file.look(value?) {
            Object::Dict(dict) => Some(Rc::new(Font::read(self.file, &dict))),
            _ => None,
        });
        if let (Some(number), Some(font)) = (number, &font) {
            self.file.fonts.borrow_mut().insert(number, font.clone());
        }
        state.fonts.insert(name.to_vec(), font.clone());
        font
    }

    /// A string, or a shift to the left.
    fn part_of_line(&mut self, part: &Object, state: &mut State) {
        match part {
            Object::Text(codes) => self.show(codes, state),
            Object::Number(shift) => {
                state.pen.advance(Some(-shift), 0);
                if *shift < GAP {
                    self.gap(' ');
                }
            }
            _ => {}
        }
    }

    fn show(&mut self, codes: &[u8], state: &mut State) {
        let Some(font) = &state.font else {
            self.read.unknown += codes.len();
            return;
        };
        let said = font.said(codes);
        self.read.unknown += said.unknown;
        state.pen.advance(said.advance, said.codes);
        if self.read.text.len() + said.text.len() > self.most {
            self.read.is_full = true;
            return;
        }
        for character in said.text.chars() {
            match character {
                // Letters that are drawn as one are looked for as what they are.
                '\u{fb00}' => self.read.text.push_str("ff"),
                '\u{fb01}' => self.read.text.push_str("fi"),
                '\u{fb02}' => self.read.text.push_str("fl"),
                '\u{fb03}' => self.read.text.push_str("ffi"),
                '\u{fb04}' => self.read.text.push_str("ffl"),
                control if control.is_control() => self.read.text.push(' '),
                other => self.read.text.push(other),
            }
        }
    }

    /// Parts what follows from what came before.
    fn gap(&mut self, gap: char) {
        match self.read.text.pop() {
            Some(' ' | '\n') if gap == '\n' => self.read.text.push('\n'),
            Some(last) if last == ' ' || last == '\n' => self.read.text.push(last),
            Some(last) => self.read.text.extend([last, gap]),
            None => {}
        }
    }

    /// A part that is drawn by its name; images are not read.
    fn part(&mut self, name: &[u8], state: &State, depth: usize) {
        let parts = self.file.dict(&state.resources, "XObject").unwrap_or_default();
        let Some(Object::Ref(number)) = parts.get(name).filter(|p| !self.is_inside(p)) else { return };
        let kind = self.file.find(*number).and_then(|found| {
            found
                .object
                .dict()
                .and_then(|d| d.get(&b"Subtype"[..]))
                .and_then(Object::name)
                .map(<[u8]>::to_vec)
        });
        if kind.as_deref() != Some(b"Form") {
            return;
        }
        match self.file.stream(*number) {
            Some((dict, Some(bytes))) => {
                let resources =
                    self.file.dict(&dict, "Resources").map_or_else(|| state.resources.clone(), Rc::new);
                self.inside.push(*number);
                self.content(&bytes, resources, depth - 1);
                self.inside.pop();
            }
            _ => self.read.broken += 1,
        }
    }
}

/// Passes over the bytes of an image that stands in the content, up to the word `EI`.
fn pass_image(lexer: &mut Lexer) {
    let rest = lexer.bytes.get(lexer.at..).unwrap_or_default();
    let is_end = |w: &[u8]| is_blank(w[0]) && w[1..3] == *b"EI" && w.get(3).is_none_or(|b| is_blank(*b));
    let end = rest.windows(4).position(is_end).map_or(rest.len(), |at| at + 3);
    lexer.at += end;
}
