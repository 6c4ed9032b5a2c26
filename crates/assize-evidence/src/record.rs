//! One line of the log: how a draft becomes a line, and how a line is read back strictly.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::digest::Digest;
use crate::error::{Error, Result};

/// How deep a body may nest; below the depth at which the JSON reader stops.
const DEPTH: usize = 100;

/// What a caller wants recorded; number and predecessor are the store's.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// When it was established, RFC 3339.
    pub time: &'a str,
    /// What kind of record it is: 1 to 64 of `a-z 0-9 . _ -`.
    pub kind: &'a str,
    /// The content, opaque to this crate.
    pub body: Value,
    /// The objects that show it; each was put before.
    pub objects: &'a [Digest],
}

/// A record as it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// Its number, from 1.
    pub n: u64,
    /// The leaf hash of the line before; zeros for the first.
    pub prev: Digest,
    /// When it was established, RFC 3339.
    pub time: String,
    /// What kind of record it is.
    pub kind: String,
    /// The content.
    pub body: Value,
    /// The objects that show it.
    pub objects: Vec<Digest>,
}

impl Record {
    /// Reads a line without its newline: the six keys in their order, nothing missing, doubled or added.
    /// The reason given for a refusal fits after "line 7: ".
    pub fn parse(line: &[u8]) -> std::result::Result<Self, String> {
        // A converted line end is the usual accident; say it rather than report a broken chain.
        if line.last() == Some(&b'\r') {
            return Err("it ends in a carriage return; the file's line ends were converted".into());
        }
        if line.first() != Some(&b'{') || line.last() != Some(&b'}') {
            return Err("it is not a JSON object".into());
        }
        let record: Self =
            serde_json::from_slice(line).map_err(|error| format!("it is not a record: {error}"))?;
        check_fields(&record.time, &record.kind).map_err(|error| error.to_string())?;
        Ok(record)
    }
}

/// Writes the line, without its newline.
pub(crate) fn encode(n: u64, prev: &Digest, draft: &Draft<'_>) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Line<'a> {
        n: u64,
        prev: &'a Digest,
        time: &'a str,
        kind: &'a str,
        body: &'a Value,
        objects: &'a [Digest],
    }
    check_fields(draft.time, draft.kind)?;
    if !is_shallow(&draft.body, DEPTH) {
        return Err(bad("body", "…", "it nests deeper than 100 levels"));
    }
    let Draft { time, kind, body, objects } = draft;
    let line = Line { n, prev, time, kind, body, objects };
    Ok(serde_json::to_vec(&line).expect("a JSON value with string keys always encodes"))
}

/// Checks that `time` looks like RFC 3339; calendar arithmetic is left to who made it.
pub(crate) fn check_time(time: &str) -> Result<()> {
    let is_time = is_time(time.as_bytes());
    if is_time { Ok(()) } else { Err(bad("time", time, "RFC 3339 is expected, as 2026-08-21T09:30:00Z")) }
}

fn check_fields(time: &str, kind: &str) -> Result<()> {
    check_time(time)?;
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
    if kind.is_empty() || kind.len() > 64 || !kind.bytes().all(is_word) {
        return Err(bad("kind", kind, "1 to 64 of a-z 0-9 . _ - are expected"));
    }
    Ok(())
}

fn is_time(time: &[u8]) -> bool {
    let Some((date, rest)) = time.split_at_checked(19) else { return false };
    let zone = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    fits(date, b"0000-00-00T00:00:00") && (zone == b"Z" || fits(zone, b"+00:00") || fits(zone, b"-00:00"))
}

/// Whether `text` has a digit wherever `shape` has one and the same character elsewhere.
fn fits(text: &[u8], shape: &[u8]) -> bool {
    let same = |(t, s): (&u8, &u8)| if s.is_ascii_digit() { t.is_ascii_digit() } else { t == s };
    text.len() == shape.len() && text.iter().zip(shape).all(same)
}

fn is_shallow(value: &Value, depth: usize) -> bool {
    match value {
        _ if depth == 0 => false,
        Value::Array(items) => items.iter().all(|item| is_shallow(item, depth - 1)),
        Value::Object(fields) => fields.values().all(|field| is_shallow(field, depth - 1)),
        _ => true,
    }
}

fn bad(field: &'static str, value: &str, reason: &'static str) -> Error {
    Error::BadField { field, value: value.chars().take(80).collect(), reason }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

/// Takes the keys in their fixed order, so that two readers never see two records in one line.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys n, prev, time, kind, body, objects in this order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Record, A::Error> {
        let record = Record {
            n: field(&mut map, "n")?,
            prev: field(&mut map, "prev")?,
            time: field(&mut map, "time")?,
            kind: field(&mut map, "kind")?,
            body: field(&mut map, "body")?,
            objects: field(&mut map, "objects")?,
        };
        match map.next_key::<Cow<'de, str>>()? {
            None => Ok(record),
            Some(key) => Err(A::Error::custom(format_args!("unexpected key {:.40}", key))),
        }
    }
}

fn field<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    map: &mut A,
    name: &'static str,
) -> std::result::Result<T, A::Error> {
    match map.next_key::<Cow<'de, str>>()? {
        Some(key) if key == name => map.next_value(),
        _ => Err(A::Error::custom(format_args!("key {name} is expected in its place"))),
    }
}

/// Reads a line, and reads again what it writes.
#[doc(hidden)]
pub fn fuzz_line(line: &[u8]) {
    let Ok(record) = Record::parse(line) else { return };
    let Record { n, prev, time, kind, body, objects } = &record;
    let draft = Draft { time, kind, body: body.clone(), objects };
    if let Ok(again) = encode(*n, prev, &draft) {
        Record::parse(&again).expect("a written line reads back");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    fn draft(body: Value) -> Draft<'static> {
        Draft { time: "2026-08-21T09:30:00Z", kind: "fact", body, objects: &[] }
    }

    #[test]
    fn line_has_the_documented_bytes() {
        let line = encode(1, &Digest::ZERO, &draft(json!({"port": 23}))).unwrap();
        let text = format!(
            r#"{{"n":1,"prev":"{ZEROS}","time":"2026-08-21T09:30:00Z","kind":"fact","body":{{"port":23}},"objects":[]}}"#
        );
        assert_eq!(String::from_utf8(line).unwrap(), text);
        assert_eq!(Record::parse(text.as_bytes()).unwrap().body, json!({"port": 23}));
    }

    #[test]
    fn keys_missing_doubled_added_or_moved_are_refused() {
        let head = format!(r#"{{"n":1,"prev":"{ZEROS}","time":"2026-08-21T09:30:00Z","kind":"fact""#);
        let parse = |text: String| Record::parse(text.as_bytes());
        assert!(parse(format!(r#"{head},"body":null,"objects":[]}}"#)).is_ok());
        assert!(parse(format!(r#"{head},"objects":[],"body":null}}"#)).is_err());
        assert!(parse(format!(r#"{head},"body":null}}"#)).is_err());
        assert!(parse(format!(r#"{head},"body":null,"objects":[],"x":1}}"#)).is_err());
        assert!(parse(format!(r#"{head},"body":null,"objects":[],"objects":[]}}"#)).is_err());
        assert!(parse(format!("{head},\"body\":null,\"objects\":[]}}\r")).unwrap_err().contains("carriage"));
    }

    #[test]
    fn times_are_rfc_3339() {
        for good in ["2026-08-21T09:30:00Z", "2026-08-21T09:30:00.123456789+02:00"] {
            assert!(check_time(good).is_ok(), "{good}");
        }
        for bad in
            ["", "2026-08-21", "2026-08-21T09:30:00", "2026-08-21T09:30:00.Z", "yesterday at half past nine"]
        {
            assert!(check_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn deep_body_is_refused_on_writing_since_reading_would_stop() {
        let mut body = json!(1);
        for _ in 0..98 {
            body = json!([body]);
        }
        let line = encode(1, &Digest::ZERO, &draft(body.clone())).unwrap();
        assert!(Record::parse(&line).is_ok());
        assert!(encode(1, &Digest::ZERO, &draft(json!([[body]]))).is_err());
    }

    #[test]
    fn bad_kind_is_refused() {
        let wrong = Draft { kind: "a fact", ..draft(json!({})) };
        assert!(matches!(encode(1, &Digest::ZERO, &wrong), Err(Error::BadField { field: "kind", .. })));
    }
}
