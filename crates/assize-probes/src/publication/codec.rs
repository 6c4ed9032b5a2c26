//! Reads page addresses, and the text of the pages behind them.

use assize_model::fact::Unread;

use super::pdf;
use crate::{
    http::{codec::Answer, page},
    text::squeeze,
};

/// Longest address that is read, and most text kept of a page.
const LONGEST_ADDRESS: usize = 2048;
const MOST_TEXT: usize = 512 * 1024;

/// The address of a page on the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whether it is `https`.
    pub tls: bool,
    /// Host name or address, in lower case; brackets of IPv6 are kept.
    pub host: String,
    /// The port, stated or usual.
    pub port: u16,
    /// Path and query, beginning with `/`.
    pub path: String,
}

impl Address {
    /// The address as a URI, without a usual port.
    pub fn url(&self) -> String {
        let Self { tls, host, port, path } = self;
        let (scheme, usual) = if *tls { ("https", 443) } else { ("http", 80) };
        let port = if *port == usual { String::new() } else { format!(":{port}") };
        format!("{scheme}://{host}{port}{path}")
    }
}

/// Reads an `http` or `https` address. The error says what is wrong with it.
pub fn address(url: &str) -> Result<Address, &'static str> {
    if url.len() > LONGEST_ADDRESS || !url.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("it is too long, or holds spaces or characters that must be encoded");
    }
    let (scheme, rest) = url.split_once("://").ok_or("it has no scheme")?;
    let tls = match scheme.to_ascii_lowercase().as_str() {
        "http" => false,
        "https" => true,
        _ => return Err("its scheme is neither http nor https"),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    if authority.contains('@') {
        return Err("it carries a user name");
    }
    let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    let (host, port) = port_at.map_or((authority, ""), |at| (&authority[..at], &authority[at + 1..]));
    let port = match port {
        "" => {
            if tls {
                443
            } else {
                80
            }
        }
        stated => stated.parse().ok().filter(|port| *port != 0).ok_or("its port is no port")?,
    };
    if host.is_empty() {
        return Err("it has no host");
    }
    let path = if tail.starts_with('/') { tail.to_owned() } else { format!("/{tail}") };
    Ok(Address { tls, host: host.to_ascii_lowercase(), port, path })
}

/// The address a redirect of a page points to. `None` when it cannot be read.
pub fn redirected(from: &Address, location: &str) -> Option<Address> {
    if let Some(rest) = location.strip_prefix("//") {
        let scheme = if from.tls { "https" } else { "http" };
        return address(&format!("{scheme}://{rest}")).ok();
    }
    let has_scheme = location.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    if has_scheme {
        return address(location).ok();
    }
    let clean = location.split('#').next().unwrap_or_default();
    if clean.len() > LONGEST_ADDRESS || !clean.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let folder = from.path.split('?').next().unwrap_or_default();
    let folder = &folder[..folder.rfind('/').map_or(0, |at| at + 1)];
    let path = if clean.starts_with('/') { clean.to_owned() } else { format!("{folder}{clean}") };
    Some(Address { path, ..from.clone() })
}

/// The readable text of an answer, at most 512 KiB, and what keeps it from being there or being whole. HTML loses its
/// tags, PDF all that is no text; other text keeps its lines.
pub fn text(answer: &Answer) -> (String, Option<Unread>) {
    let kind = answer.header("content-type").to_ascii_lowercase();
    let start = answer.body.iter().find(|b| !b.is_ascii_whitespace());
    if kind.contains("html") || (kind.is_empty() && start == Some(&b'<')) {
        return clipped(&page::readable(&answer.body, usize::MAX));
    }
    if answer.body.starts_with(b"%PDF-") || kind.contains("pdf") {
        return pdf::text(&answer.body, MOST_TEXT);
    }
    let is_text = kind.is_empty() || ["text", "json", "xml"].iter().any(|word| kind.contains(word));
    if !is_text {
        return (String::new(), Some(Unread::OtherKind));
    }
    let text = String::from_utf8_lossy(&answer.body);
    let lines: Vec<String> = text.lines().map(squeeze).collect();
    clipped(lines.join("\n").trim())
}

/// A text as far as it is kept.
fn clipped(text: &str) -> (String, Option<Unread>) {
    let kept = page::clip(text, MOST_TEXT);
    (kept.to_owned(), (kept.len() < text.len()).then_some(Unread::TooMuch))
}

/// What keeps the text of a page that did not arrive whole from being whole. What no further byte mends stays.
pub fn cut(unread: Option<Unread>, why: Unread) -> Unread {
    match unread {
        None | Some(Unread::Broken | Unread::CutOff | Unread::NoText) => why,
        Some(other) => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses() {
        let read = address("HTTPS://Acme.test/security?x=1#top").unwrap();
        let expect = Address { tls: true, host: "acme.test".into(), port: 443, path: "/security?x=1".into() };
        assert_eq!(read, expect);
        assert_eq!(address("http://[fd00::1]:8080").unwrap().host, "[fd00::1]");
        assert_eq!(address("http://h?q").unwrap().path, "/?q");
        assert_eq!(read.url(), "https://acme.test/security?x=1");
        assert_eq!(address("http://[FD00::1]:8080").unwrap().url(), "http://[fd00::1]:8080/");
        for bad in [
            "",
            "acme.test",
            "ftp://a/",
            "http://",
            "http://u:p@h/",
            "http://h:0/",
            "http://h:x/",
            "http://h/ x",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn redirects() {
        let from = address("http://h:81/a/b?c").unwrap();
        let to = |location: &str| redirected(&from, location).map(|to| (to.tls, to.host, to.port, to.path));
        assert_eq!(to("/x"), Some((false, "h".into(), 81, "/x".into())));
        assert_eq!(to("y"), Some((false, "h".into(), 81, "/a/y".into())));
        assert_eq!(to("https://other/"), Some((true, "other".into(), 443, "/".into())));
        assert_eq!(to("//other"), Some((false, "other".into(), 80, "/".into())));
        assert_eq!(to("javascript:alert(1)"), None);
        assert_eq!(to("/x\r\ny"), None);
    }

    #[test]
    fn texts() {
        let page = |kind: &str, body: &str| Answer {
            headers: vec![("content-type".into(), kind.into())],
            body: body.into(),
            ..Answer::default()
        };
        let read = |kind: &str, body: &str| text(&page(kind, body));
        assert_eq!(read("text/html; charset=utf-8", "<p>a<p>b"), ("a b".into(), None));
        let plain = "Contact: x\r\n\r\nExpires:  y\n";
        assert_eq!(read("text/plain", plain), ("Contact: x\n\nExpires: y".into(), None));
        assert_eq!(read("application/pdf", "nothing").1, Some(Unread::Broken));
        assert_eq!(read("text/html", "%PDF-1.7 a").1, None);
        assert_eq!(read("application/octet-stream", "%PDF-1.7").1, Some(Unread::CutOff));
        assert_eq!(read("image/png", "x"), (String::new(), Some(Unread::OtherKind)));
    }

    #[test]
    fn a_text_that_is_too_long_says_so() {
        for kind in ["text/plain", "text/html"] {
            let read = |body: String| {
                let headers = vec![("content-type".into(), kind.into())];
                text(&Answer { headers, body: body.into(), ..Answer::default() })
            };
            let (most, unread) = read("ü".repeat(MOST_TEXT / 2));
            assert_eq!((most.len(), unread), (MOST_TEXT, None));
            let (most, unread) = read("ü".repeat(MOST_TEXT / 2 + 1));
            assert_eq!((most.len(), unread), (MOST_TEXT, Some(Unread::TooMuch)));
        }
    }

    #[test]
    fn what_did_not_arrive_is_told_unless_it_would_not_help() {
        assert_eq!(cut(None, Unread::TooLong), Unread::TooLong);
        assert_eq!(cut(Some(Unread::CutOff), Unread::Unfinished), Unread::Unfinished);
        assert_eq!(cut(Some(Unread::OtherKind), Unread::TooLong), Unread::OtherKind);
        assert_eq!(cut(Some(Unread::TooMuch), Unread::TooLong), Unread::TooMuch);
    }

    proptest! {
        #[test]
        fn any_address(url in "(https?://)?.{0,60}", location in ".{0,60}") {
            if let Ok(from) = address(&url) {
                prop_assert!(from.path.starts_with('/') && from.port != 0);
                if let Some(to) = redirected(&from, &location) {
                    prop_assert!(to.path.starts_with('/'));
                    prop_assert!(to.path.bytes().all(|b| b.is_ascii_graphic()));
                }
            }
        }
    }
}
