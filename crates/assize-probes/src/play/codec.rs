//! Fills a play's templates, builds its request, reads what the answer gives, and keeps secrets out of evidence.

use std::collections::BTreeMap;
use std::fmt::Write;

use assize_model::declaration::play::Play;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::Value;

use crate::{Raw, http::codec::Answer};

/// Names with the values that stand for them in templates.
pub type Values = BTreeMap<String, String>;

/// The longest value that is taken from an answer.
const LONGEST_TAKEN: usize = 4096;

/// How a value has to be written where it stands.
#[derive(Clone, Copy)]
enum Place {
    Url,
    Header,
    Json,
    Form,
    Text,
}

/// The request of a play, or why it cannot be built.
pub fn request(play: &Play, values: &Values, host: &str) -> Result<Vec<u8>, String> {
    let method = play.method.as_deref().unwrap_or("GET");
    if method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(format!("`{method}` is no HTTP method"));
    }
    let path = filled(play.path.as_deref().unwrap_or("/"), values, Place::Url);
    if !path.starts_with('/') || !path.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!("`{path}` is no path"));
    }
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: assize\r\n");
    let body = play.body.as_deref().map(|body| filled(body, values, body_place(play, body)));
    for (name, value) in &play.headers {
        let value = filled(value, values, Place::Header);
        let is_sound = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !is_sound || value.contains(['\r', '\n', '\0']) {
            return Err(format!("`{name}` is no header that can be sent"));
        }
        let _ = write!(head, "{name}: {value}\r\n");
    }
    if let Some(body) = &body {
        if !has_header(play, "content-type") {
            let media = match body_place(play, play.body.as_deref().unwrap_or("")) {
                Place::Json => "application/json",
                Place::Form => "application/x-www-form-urlencoded",
                _ => "text/plain",
            };
            let _ = write!(head, "Content-Type: {media}\r\n");
        }
        let _ = write!(head, "Content-Length: {}\r\n", body.len());
    } else if method != "GET" && method != "HEAD" {
        head.push_str("Content-Length: 0\r\n");
    }
    head.push_str("Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend(body.unwrap_or_default().into_bytes());
    Ok(bytes)
}

/// Whether an answer shows success: the status that the play names, and the text it has to hold.
pub fn succeeded(play: &Play, answer: &Answer) -> bool {
    let is_status = match play.status.as_slice() {
        [] => (200..300).contains(&answer.status),
        named => named.contains(&answer.status),
    };
    let holds = |text: &str| {
        let wanted = text.as_bytes();
        !wanted.is_empty() && answer.body.windows(wanted.len()).any(|window| window == wanted)
    };
    is_status && play.contains.as_deref().is_none_or(holds)
}

/// Whether an answer has the status of success and nothing yet of what else shows it: one that broke off may be either.
pub fn wants_more(play: &Play, answer: &Answer) -> bool {
    let by_status = Play { contains: None, ..play.clone() };
    succeeded(&by_status, answer) && !(succeeded(play, answer) && gives(play, &taken(play, answer)))
}

/// Whether what was taken is something, where a play takes anything: without it the status of success may be that of an
/// answer which tells an error.
pub fn gives(play: &Play, taken: &Values) -> bool {
    play.take.is_empty() || !taken.is_empty()
}

/// What a play takes from an answer, by name. What the answer does not give is left out.
pub fn taken(play: &Play, answer: &Answer) -> Values {
    let body = || serde_json::from_slice::<Value>(&answer.body).ok();
    let value = |from: &str| match from.split_once(':')? {
        ("json", pointer) => body()?.pointer(pointer).and_then(scalar),
        ("header", name) => {
            Some(answer.header(&name.to_ascii_lowercase()).to_owned()).filter(|v| !v.is_empty())
        }
        ("cookie", name) => cookie(answer, name),
        _ => None,
    };
    let fits = |(name, from): (&String, &String)| {
        value(from)
            .filter(|v| v.len() <= LONGEST_TAKEN && !v.contains(['\r', '\n']))
            .map(|v| (name.clone(), v))
    };
    play.take.iter().filter_map(fits).collect()
}

/// Raw bytes with every secret value replaced by its name, however it was written on the way.
pub fn redacted(raw: Vec<Raw>, secrets: &Values) -> Vec<Raw> {
    raw.into_iter()
        .map(|mut one| {
            for (name, value) in secrets {
                let mark = format!("{{{name}}}");
                let mut forms =
                    [Place::Text, Place::Url, Place::Json, Place::Form].map(|p| written(value, p));
                forms.sort_by_key(|f| std::cmp::Reverse(f.len()));
                for form in forms {
                    one.bytes = replaced(&one.bytes, form.as_bytes(), mark.as_bytes());
                }
            }
            one
        })
        .collect()
}

/// `user:password` as HTTP basic authentication sends it (RFC 7617).
pub fn basic(user: &str, password: &str) -> String {
    BASE64.encode(format!("{user}:{password}"))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let set = answer.headers.iter().filter(|(n, _)| n == "set-cookie");
    let pair = set.filter_map(|(_, value)| value.split(';').next()?.split_once('='));
    pair.filter(|(n, _)| n.trim() == name).map(|(_, value)| value.trim().to_owned()).next_back()
}

fn has_header(play: &Play, name: &str) -> bool {
    play.headers.keys().any(|n| n.eq_ignore_ascii_case(name))
}

fn body_place(play: &Play, body: &str) -> Place {
    let media = play.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type"));
    match media.map(|(_, value)| value.as_str()) {
        Some(media) if media.contains("json") => Place::Json,
        Some(media) if media.contains("form-urlencoded") => Place::Form,
        Some(_) => Place::Text,
        None if body.trim_start().starts_with(['{', '[']) => Place::Json,
        None if body.contains('=') => Place::Form,
        None => Place::Text,
    }
}

/// The template with each known `{name}` replaced; other braces stay as they are. Values are not filled again.
fn filled(template: &str, values: &Values, place: Place) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let known = after.find('}').and_then(|end| Some((end, values.get(&after[..end])?)));
        match known {
            Some((end, value)) => {
                out.push_str(&written(value, place));
                rest = &after[end + 1..];
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn written(value: &str, place: Place) -> String {
    match place {
        Place::Text | Place::Header => value.to_owned(),
        Place::Json => {
            let quoted = Value::String(value.to_owned()).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        Place::Url | Place::Form => {
            let mut out = String::with_capacity(value.len());
            for byte in value.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
            out
        }
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    if from.is_empty() || bytes.len() < from.len() {
        return bytes.to_vec();
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
