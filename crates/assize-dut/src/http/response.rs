//! Responses, and how they look on the wire.

use serde_json::Value;

/// Sent with every answer: no sniffing, no framing, no scripts, no copies in caches.
const COMMON: &str = "cache-control: no-store\r\n\
    content-security-policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'\r\n\
    referrer-policy: no-referrer\r\n\
    x-content-type-options: nosniff\r\n";

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::of_type("application/json", status, value.to_string().into_bytes())
    }

    /// A refusal in JSON, in words a person can act on.
    pub(crate) fn error(status: u16, words: &str) -> Self {
        Self::json(status, &serde_json::json!({ "error": words }))
    }

    pub(crate) fn html(status: u16, page: String) -> Self {
        Self::of_type("text/html; charset=utf-8", status, page.into_bytes())
    }

    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::of_type("text/plain; charset=utf-8", status, text.as_bytes().to_vec())
    }

    pub(crate) fn bytes(body: Vec<u8>) -> Self {
        Self::of_type("application/octet-stream", 200, body)
    }

    /// Sends the reader to another page of the same server.
    pub(crate) fn see_other(path: &str) -> Self {
        Self::text(303, "").with("location", path.to_owned())
    }

    /// The same answer with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn of_type(media: &str, status: u16, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type", media.to_owned())], body }
    }

    /// The bytes to send; the body is left out in answer to HEAD.
    pub(crate) fn to_wire(&self, is_head: bool, close: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n{COMMON}", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n", self.body.len());
        head += if close { "connection: close\r\n\r\n" } else { "\r\n" };
        let mut wire = head.into_bytes();
        if !is_head {
            wire.extend_from_slice(&self.body);
        }
        wire
    }
}

/// Text made safe for an HTML page or attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            other => out.push(other),
        }
    }
    out
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        303 => "See Other",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        502 => "Bad Gateway",
        505 => "HTTP Version Not Supported",
        _ => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_has_the_length_but_not_the_body() {
        let wire = String::from_utf8(Response::text(200, "hello").to_wire(true, true)).unwrap();
        assert!(wire.starts_with("HTTP/1.1 200 OK\r\n"));
        assert!(wire.contains("content-length: 5\r\n"));
        assert!(wire.ends_with("connection: close\r\n\r\n"));
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<a href=\"'&'\">"), "&lt;a href=&quot;&#39;&amp;&#39;&quot;&gt;");
    }
}
