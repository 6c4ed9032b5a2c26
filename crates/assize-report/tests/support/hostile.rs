//! The sample with hostile text in every field that comes from outside.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::support::Sample;

/// What an attacker puts into a banner, a file name or a declaration.
pub const HOSTILE: &str = " \"'></script></style></title><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{ x }}\u{202e}\u{0}";

/// Fields whose values come from closed lists.
const CLOSED: [&str; 9] =
    ["verdict", "overall", "by", "waits", "outcome", "proposed", "sense", "check", "support"];

/// The sample with [`HOSTILE`] behind every text that is not empty, keys of claims included.
pub fn hostile(sample: &Sample) -> Sample {
    Sample {
        assessment: spoilt(&sample.assessment),
        product: spoilt(&sample.product),
        ics: spoilt(&sample.ics),
        evidence: spoilt(&sample.evidence),
        records: spoilt(&sample.records),
        verification: sample.verification.as_ref().map(|v| format!("{v}{HOSTILE}")),
    }
}

fn spoilt<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let mut json = serde_json::to_value(value).expect("shapes have string keys only");
    spoil(&mut json);
    serde_json::from_value(json).expect("texts stay texts")
}

fn spoil(value: &mut Value) {
    match value {
        // What is empty stays empty, so that the page keeps its parts and can be compared tag by tag.
        Value::String(text) if !text.is_empty() => text.push_str(HOSTILE),
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                if !CLOSED.contains(&key.as_str()) {
                    spoil(field);
                }
            }
            if let Some(Value::Object(claims)) = fields.get_mut("claim") {
                *claims = std::mem::take(claims).into_iter().map(|(k, v)| (k + HOSTILE, v)).collect();
            }
        }
        _ => {}
    }
}
