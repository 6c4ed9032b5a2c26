//! JSON of unknown origin: depth and number of values are counted before anything is built of it.

use serde::de::DeserializeOwned;

use crate::limits::plain;
use crate::{Error, limits};

/// How deep objects and lists may stand in each other.
const MOST_DEEP: usize = 100;

/// How many values a file may hold. The catalog of NIST SP 800-53 has about a quarter of it.
const MOST_VALUES: usize = 1_000_000;

pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8], name: &str) -> Result<T, Error> {
    let text = limits::text(bytes, name)?;
    let unfit = |place: String, message: String, remedy| Error::Unfit {
        name: name.to_owned(),
        place,
        message,
        remedy,
    };
    if let Err((line, message)) = measure(text) {
        return Err(unfit(format!("line {line}"), message.to_owned(), "cut it into parts"));
    }
    serde_json::from_str(text).map_err(|e| {
        let said = e.to_string();
        let words = said.rsplit_once(" at line ").map_or(said.as_str(), |(words, _)| words);
        let short: String = plain(words).0.chars().take(200).collect();
        let remedy =
            if e.is_eof() { "fetch the whole file again" } else { "compare it with the format's schema" };
        unfit(format!("line {}, column {}", e.line(), e.column()), short, remedy)
    })
}

/// Counts depth and values outside of strings.
fn measure(text: &str) -> Result<(), (usize, &'static str)> {
    let (mut depth, mut values, mut line) = (0_usize, 0_usize, 1_usize);
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in text.bytes() {
        line += usize::from(byte == b'\n');
        if in_string {
            in_string = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MOST_DEEP {
            return Err((line, "it nests deeper than 100 levels"));
        }
        if values > MOST_VALUES {
            return Err((line, "it holds more than 1000000 values"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn said(text: &str) -> String {
        parse::<Value>(text.as_bytes(), "a.json").unwrap_err().to_string()
    }

    #[test]
    fn hostile_json_is_refused_with_its_line() {
        assert_eq!(
            said(&"[".repeat(10_000)),
            "read a.json: line 1: it nests deeper than 100 levels; cut it into parts"
        );
        let many = format!("[\n{}0]", "0,".repeat(MOST_VALUES));
        assert_eq!(said(&many), "read a.json: line 2: it holds more than 1000000 values; cut it into parts");
        assert!(said("{\"a\": 1e999}").contains("number out of range"));
        assert!(said("{\"a\": \"b").contains("fetch the whole file again"));
        assert!(parse::<Value>(b"\xef\xbb\xbf{\"[[\\\"{\": 1}\r\n", "a.json").is_ok());
    }
}
