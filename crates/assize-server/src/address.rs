//! Addresses: links to pages, and what a browser sent taken apart. Both sides are bounded.

use std::fmt::Write as _;

/// The longest address that is looked at, with its query.
pub(crate) const LONGEST: usize = 2048;

/// Fields of a query beyond this many, and characters of a field beyond this many, are not looked at.
const MOST_FIELDS: usize = 16;
const LONGEST_FIELD: usize = 200;

/// An address taken apart and decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// The parts between slashes, still encoded.
    parts: Vec<String>,
    fields: Vec<(String, String)>,
}

impl Address {
    /// Takes `/path?query` apart; none where it is too long or badly encoded.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let parts = path.trim_start_matches('/').split('/').map(str::to_owned).collect();
        let field = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text: &str| decode(&text.replace('+', " "));
            Some((plain(name)?, plain(value)?.chars().take(LONGEST_FIELD).collect()))
        };
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).take(MOST_FIELDS);
        Some(Self { parts, fields: pairs.map(field).collect::<Option<_>>()? })
    }

    /// The decoded parts, the trailing ones from `at` on joined again: items may hold slashes.
    pub(crate) fn parts(&self, at: usize) -> Option<Vec<String>> {
        let mut parts: Vec<String> = self.parts.iter().take(at).map(|p| decode(p)).collect::<Option<_>>()?;
        if self.parts.len() > at {
            parts.push(decode(&self.parts[at..].join("/"))?);
        }
        Some(parts)
    }

    /// A field of the query, trimmed; empty when it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }

    /// A field that is a number.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.field(name).parse().ok()
    }

    /// The fields of the query with one set anew, or taken out with an empty value, as a query that begins with `?`.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let mut query = String::new();
        let kept = self.fields.iter().filter(|(n, v)| n != name && !v.is_empty());
        let set = (name.to_owned(), value.to_owned());
        for (name, value) in kept.chain(std::iter::once(&set).filter(|_| !value.is_empty())) {
            let sign = if query.is_empty() { '?' } else { '&' };
            write!(query, "{sign}{}={}", encode(name), encode(value)).expect("a string takes it");
        }
        query
    }
}

/// Percent-decodes; none where an escape is broken, the text is not UTF-8 or holds control characters.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |b: Option<u8>| char::from(b?).to_digit(16);
        bytes.push(match byte {
            b'%' => u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok().filter(|t| !t.chars().any(char::is_control))
}

/// Percent-encodes all but what every browser leaves alone in a path; slashes stay.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'@'
            | b'/'
            | b'('
            | b')' => {
                out.push(char::from(byte));
            }
            other => write!(out, "%{other:02X}").expect("a string takes it"),
        }
    }
    out
}

/// The page of an edition.
pub(crate) fn edition(id: &str) -> String {
    format!("/f/{}", encode(id))
}

/// The page of an item.
pub(crate) fn item(edition: &str, id: &str) -> String {
    format!("/f/{}/{}", encode(edition), encode(id))
}

/// Two editions side by side.
pub(crate) fn pair(from: &str, to: &str) -> String {
    format!("/map/{}/{}", encode(from), encode(to))
}

/// What changed between two editions.
pub(crate) fn diff(from: &str, to: &str) -> String {
    format!("/diff/{}/{}", encode(from), encode(to))
}

/// A test case.
pub(crate) fn case(spec: &str, id: &str) -> String {
    format!("/t/{}/{}", encode(spec), encode(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_with_spaces_slashes_and_umlauts_come_back() {
        for id in ["REQ_ER 9.2", "Prüfung/3 a", "5.3-4A", "100%", "a?b#c", "a&b=c+d"] {
            let link = item("x@1", id);
            let address = Address::read(&link).expect("a link of ours");
            assert_eq!(address.parts(2).expect("decodes"), ["f", "x@1", id], "{link}");
        }
    }

    #[test]
    fn queries_are_read_as_browsers_send_them() {
        let address = Address::read("/search?q=default+pass%C3%A4&n=3&empty=").expect("fine");
        assert_eq!(
            (address.field("q"), address.number("n"), address.field("x")),
            ("default passä", Some(3), "")
        );
        assert_eq!(address.with("n", "4"), "?q=default%20pass%C3%A4&n=4");
        assert_eq!(address.with("q", ""), "?n=3");
    }

    #[test]
    fn broken_and_endless_addresses_are_refused() {
        for bad in ["/search?q=%", "/search?q=%zz", "/search?q=%00", "/search?q=%ff"] {
            assert_eq!(Address::read(bad), None, "{bad}");
        }
        assert_eq!(Address::read("/f/%ff").and_then(|a| a.parts(1)), None);
        assert_eq!(Address::read(&"/".repeat(LONGEST + 1)), None);
        let long = Address::read(&format!("/search?q={}", "x".repeat(1000))).expect("cut, not refused");
        assert_eq!(long.field("q").len(), LONGEST_FIELD);
    }
}
