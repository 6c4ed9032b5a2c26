//! From bytes to a tree of keys and values with their places. Everything that stops a file from being TOML at all
//! is found here; bytes are hostile, so size, nesting and the number of errors are bounded.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::findings::{Findings, quote};
use super::lines::{Lines, line_in};
use crate::diagnostic::{Diagnostic, FilePlace, Level};

/// A declaration file ends here; real ones stay below a fifth of it.
pub(super) const LARGEST: usize = 512 << 10;
/// Brackets, braces and dotted keys within each other.
const DEEPEST: usize = 64;
/// Up to this size all syntax errors are listed.
const ALL_ERRORS: usize = 256 << 10;

/// A value with the byte where it begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) value: Value,
}

/// A TOML value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Flag(bool),
    /// The number, if it fits, and how it is written.
    Number(Option<i64>, String),
    Fraction,
    Date(String),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Member>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) at: usize,
    pub(super) node: Node,
}

impl Value {
    /// The kind in words that fit after "found".
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "true or false",
            Self::Number(..) => "a whole number",
            Self::Fraction => "a number with a fraction",
            Self::Date(_) => "a date without quotes",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The value of a key, when this is a table.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Self::Table(members) = self else { return None };
        members.iter().find(|m| m.key == key).map(|m| &m.node)
    }
}

/// The text of a file, if its bytes can hold TOML.
pub(super) fn text_of<'a>(bytes: &'a [u8], findings: &mut Findings) -> Option<&'a str> {
    if bytes.len() > LARGEST {
        let message = format!("the file has {} bytes, a declaration has {LARGEST} at most", bytes.len());
        let remedy = "move long texts into documents and name them in product.toml";
        return stop(findings, "D002 too-large", (0, 0), message, remedy);
    }
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if marked {
        let place = FilePlace { file: findings.shown().into(), line: 1, column: 1 };
        let message = "the file begins with a byte order mark, which is passed over";
        findings.add(Level::Note, |level| {
            Diagnostic::new(level, "D005 byte-order-mark", message, "save the file as UTF-8 without it")
                .at(Some(place))
        });
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        let message = "the file is UTF-16";
        return stop(findings, "D003 not-utf-8", (1, 1), message, "save the file as UTF-8");
    }
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        let message = format!("byte {at} is NUL, so this is no text file");
        return stop(
            findings,
            "D004 nul-byte",
            (line_in(bytes, at), 1),
            message,
            "write the file anew as text",
        );
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let at = error.valid_up_to();
            let message = format!("byte {at} is not UTF-8");
            stop(findings, "D003 not-utf-8", (line_in(bytes, at), 1), message, "save the file as UTF-8")
        }
    }
}

/// The tree of a text; none when the text is no TOML or nests too deeply.
pub(super) fn tree_of(text: &str, lines: &Lines<'_>, findings: &mut Findings) -> Option<Node> {
    if text.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
        let remedy = "write `format = 1` and go on from there, or start from `assize new`";
        return stop(findings, "D007 empty-file", (1, 1), "the file declares nothing", remedy);
    }
    if let Some(at) = too_deep(text) {
        let message = format!("tables and lists are more than {DEEPEST} deep within each other");
        return stop(findings, "D006 too-deep", lines.position(at), message, "close the brackets");
    }
    match parse(text) {
        Ok(members) => Some(Node { at: 0, value: Value::Table(members) }),
        Err(errors) => {
            for error in &errors {
                let file = findings.shown().to_owned();
                findings.error(|| syntax(file, text, lines, error));
            }
            findings.block();
            None
        }
    }
}

fn stop<T>(
    findings: &mut Findings,
    code: &'static str,
    (line, column): (u32, u32),
    message: impl Into<String>,
    remedy: &str,
) -> Option<T> {
    let place = FilePlace { file: findings.shown().into(), line, column };
    findings.error(|| Diagnostic::error(code, message, remedy).at(Some(place)).blocking());
    findings.block();
    None
}

/// The byte at which nesting passes the limit. Uses the parser's own lexer, so that nothing hides in strings.
fn too_deep(text: &str) -> Option<usize> {
    // One count of dots per open bracket: dotted keys nest as brackets do. Dots of fractions are counted too, until
    // the next comma or line, which only makes the limit a little stricter.
    let (mut open, mut here, mut total) = (Vec::new(), 0usize, 0usize);
    for token in Source::new(text).lex() {
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                open.push(std::mem::take(&mut here))
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                total -= here;
                here = open.pop().unwrap_or(0);
            }
            TokenKind::Dot => {
                here += 1;
                total += 1;
            }
            TokenKind::Comma => total -= std::mem::take(&mut here),
            TokenKind::Newline if open.is_empty() => total -= std::mem::take(&mut here),
            _ => continue,
        }
        if open.len() + total > DEEPEST {
            return Some(token.span().start());
        }
    }
    None
}

/// Parses; of a small file all errors come at once, of a large one the first, since there is no end to them.
fn parse(text: &str) -> Result<Vec<Member>, Vec<toml::de::Error>> {
    match DeTable::parse(text) {
        Ok(table) => Ok(members(table.get_ref())),
        Err(_) if text.len() <= ALL_ERRORS => Err(DeTable::parse_recoverable(text).1),
        Err(first) => Err(vec![first]),
    }
}

fn syntax(file: String, text: &str, lines: &Lines<'_>, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let (line, column) = lines.position(span.start);
    let place = FilePlace { file, line, column };
    let written = text.get(span).unwrap_or_default();
    if error.message() == "duplicate key" {
        let message = format!("{} is given twice", quote(written));
        let remedy = "keep one of the two, or begin a new entry with `[[…]]`";
        return Diagnostic::error("D009 duplicate-key", message, remedy).at(Some(place)).blocking();
    }
    let remedy = if error.message().contains("quoted") {
        "put the value in quotes"
    } else if error.message().contains("unclosed") || error.message().contains("invalid") {
        "close brackets and quotes, and write one `key = value` a line"
    } else {
        "write the line as TOML wants it: `key = value`, or a heading in brackets"
    };
    Diagnostic::error("D008 syntax", error.message(), remedy).at(Some(place)).blocking()
}

fn members(table: &DeTable<'_>) -> Vec<Member> {
    let mut members: Vec<Member> = table
        .iter()
        .map(|(key, value)| Member {
            key: key.get_ref().to_string(),
            at: key.span().start,
            node: node(value.get_ref(), value.span()),
        })
        .collect();
    // The parser sorts keys by name; people read them in the order they were written.
    members.sort_by_key(|m| m.at);
    members
}

fn node(value: &DeValue<'_>, span: Range<usize>) -> Node {
    let value = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            Value::Number(i64::from_str_radix(number.as_str(), number.radix()).ok(), number.to_string())
        }
        DeValue::Float(_) => Value::Fraction,
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => Value::List(list.iter().map(|v| node(v.get_ref(), v.span())).collect()),
        DeValue::Table(table) => Value::Table(members(table)),
    };
    Node { at: span.start, value }
}
