//! Reads what a DUT asks of its server, makes the request that goes on to the host, and changes one answer.

use assize_model::declaration::relay::Variant;
use serde_json::Value;

/// The longest head of a request that is read.
pub const LONGEST_HEAD: usize = 16 * 1024;
/// The longest body of a request that is passed on.
pub const LONGEST_BODY: usize = 1024 * 1024;

/// What the DUT asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The head lines after the first, without those that concern one connection only.
    pub lines: Vec<String>,
    /// How many bytes the head takes, with its empty line.
    pub head: usize,
    /// How many bytes of body follow.
    pub body: usize,
}

/// How far a request has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// Its head is not whole yet.
    InPart,
    /// It is none that can be passed on.
    Unfit,
    /// Its head is whole.
    Head(Asked),
}

/// Reads a request as far as it has arrived.
pub fn asked(bytes: &[u8]) -> Arrived {
    match head(bytes) {
        Some(Some(asked)) => Arrived::Head(asked),
        Some(None) => Arrived::InPart,
        None => Arrived::Unfit,
    }
}

/// The head, if it is whole; the outer `None` when it is unfit.
fn head(bytes: &[u8]) -> Option<Option<Asked>> {
    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
        return (bytes.len() <= LONGEST_HEAD).then_some(None);
    };
    let text = bytes.get(..end).and_then(|head| std::str::from_utf8(head).ok())?;
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(path), Some(version), None) =
        (first.next(), first.next(), first.next(), first.next())
    else {
        return None;
    };
    let is_sound = !method.is_empty()
        && method.bytes().all(|b| b.is_ascii_uppercase())
        && path.starts_with('/')
        && path.bytes().all(|b| b.is_ascii_graphic())
        && version.starts_with("HTTP/1.");
    if !is_sound || end > LONGEST_HEAD {
        return None;
    }
    let (mut kept, mut body) = (Vec::new(), 0);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        match name.trim().to_ascii_lowercase().as_str() {
            "content-length" => body = value.trim().parse().ok().filter(|n| *n <= LONGEST_BODY)?,
            "transfer-encoding" | "upgrade" => return None,
            "host" | "connection" | "accept-encoding" | "range" | "if-none-match" | "if-modified-since"
            | "proxy-connection" => {}
            _ if line.bytes().any(|b| b.is_ascii_control() && b != b'\t') => return None,
            _ => kept.push(line.to_owned()),
        }
    }
    let (method, path) = (method.to_owned(), path.to_owned());
    Some(Some(Asked { method, path, lines: kept, head: end + 4, body }))
}

/// The request that goes on to the host, for `path` instead of the one asked for.
pub fn onward(asked: &Asked, path: &str, host: &str, body: &[u8]) -> Vec<u8> {
    let mut head = format!("{} {path} HTTP/1.1\r\nHost: {host}\r\n", asked.method);
    for line in &asked.lines {
        head.push_str(line);
        head.push_str("\r\n");
    }
    if !body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("Accept-Encoding: identity\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// The answer as the DUT gets it.
pub fn answer(status: u16, media: &str, body: &[u8]) -> Vec<u8> {
    let media = media.chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    let media = if media.is_empty() { String::new() } else { format!("Content-Type: {media}\r\n") };
    let head = format!(
        "HTTP/1.1 {status} As given\r\n{media}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A body with what a variant has wrong; none when the variant changes nothing in it.
pub fn changed(variant: Variant, field: Option<&str>, body: &[u8]) -> Option<Vec<u8>> {
    match variant {
        Variant::BitFlipped => {
            let mut other = body.to_vec();
            *other.get_mut(body.len() / 2)? ^= 1;
            Some(other)
        }
        Variant::Truncated => (body.len() > 1).then(|| body.get(..body.len() / 2).map(<[u8]>::to_vec))?,
        Variant::Unsigned => {
            let (mut value, field) = (serde_json::from_slice::<Value>(body).ok()?, field?);
            let (holder, name) = field.rsplit_once('/')?;
            value
                .pointer_mut(holder)?
                .as_object_mut()?
                .remove(&name.replace("~1", "/").replace("~0", "~"))?;
            serde_json::to_vec(&value).ok()
        }
        Variant::WrongSignature => {
            let mut value = serde_json::from_slice::<Value>(body).ok()?;
            let place = value.pointer_mut(field?)?;
            let text = place.as_str()?;
            let first = text.chars().next()?;
            // In hexadecimal digits both cases of a letter say the same.
            let other = if first.eq_ignore_ascii_case(&'a') { 'B' } else { 'A' };
            *place = Value::String(text.replacen(first, &other.to_string(), 1));
            serde_json::to_vec(&value).ok()
        }
        Variant::Genuine | Variant::Older | Variant::WrongTarget | Variant::UntrustedCertificate => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_request_is_passed_on_without_what_concerns_one_connection() {
        let bytes =
            b"POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nX: y\r\nRange: bytes=1-\r\n\r\nhi";
        let Arrived::Head(read) = asked(bytes) else { panic!("its head is whole") };
        assert_eq!((read.path.as_str(), read.body), ("/a?b", 2));
        let onward = String::from_utf8(onward(&read, "/c", "host:8", b"hi")).unwrap();
        assert!(onward.starts_with("POST /c HTTP/1.1\r\nHost: host:8\r\nX: y\r\nContent-Length: 2\r\n"));
        assert!(onward.ends_with("\r\n\r\nhi") && !onward.contains("Range"));
        assert_eq!(asked(b"GET / HTTP/1.1\r\n"), Arrived::InPart);
        for bad in [
            "GET http://other/ HTTP/1.1\r\n\r\n",
            "get / HTTP/1.1\r\n\r\n",
            "GET / HTTP/2\r\n\r\n",
            "x\r\n\r\n",
        ] {
            assert_eq!(asked(bad.as_bytes()), Arrived::Unfit, "{bad}");
        }
    }

    #[test]
    fn each_variant_changes_one_thing() {
        assert_eq!(changed(Variant::BitFlipped, None, &[0, 0, 0]), Some(vec![0, 1, 0]));
        assert_eq!(changed(Variant::Truncated, None, b"abcd"), Some(b"ab".to_vec()));
        let manifest = br#"{"signature":"Abc=","version":"1"}"#;
        let field = Some("/signature");
        assert_eq!(changed(Variant::Unsigned, field, manifest), Some(br#"{"version":"1"}"#.to_vec()));
        let other = br#"{"signature":"Bbc=","version":"1"}"#.to_vec();
        assert_eq!(changed(Variant::WrongSignature, field, manifest), Some(other));
        let hex = br#"{"signature":"ab12"}"#;
        assert_eq!(changed(Variant::WrongSignature, field, hex), Some(br#"{"signature":"Bb12"}"#.to_vec()));
        assert_eq!(changed(Variant::Unsigned, Some("/nowhere"), manifest), None);
        assert_eq!(changed(Variant::Older, None, manifest), None);
        assert_eq!(changed(Variant::BitFlipped, None, b""), None);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_nothing_breaks(bytes in any::<Vec<u8>>(), tail in ".{0,60}", field in ".{0,10}") {
            let _ = asked(&bytes);
            let head = format!("GET / HTTP/1.1\r\n{tail}\r\n\r\n");
            if let Arrived::Head(read) = asked(head.as_bytes()) {
                prop_assert!(read.head <= head.len());
                let _ = onward(&read, &read.path, "h", b"");
            }
            for variant in [Variant::BitFlipped, Variant::Truncated, Variant::Unsigned, Variant::WrongSignature] {
                let _ = changed(variant, Some(&field), &bytes);
                let _ = changed(variant, Some(&field), tail.as_bytes());
            }
        }
    }
}
