//! Builds HTTP/1.1 requests and reads answers, whole or cut off (RFC 9112), tolerant of what devices send.

use crate::text::printable;

/// Most headers of an answer that are kept, and the longest value.
const MOST_HEADERS: usize = 100;
const LONGEST_VALUE: usize = 2048;

/// An answer, as far as it has arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, with their values as printable text, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body without its transfer coding.
    pub body: Vec<u8>,
    /// Whether head and body have arrived to their stated ends. Always false when only the peer's close ends the body.
    pub is_complete: bool,
}

impl Answer {
    /// The first header of that name (lower case), empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The scheme of the login challenge, if any.
    pub fn challenge(&self) -> Option<String> {
        let challenge = [self.header("www-authenticate"), self.header("proxy-authenticate")].join(" ");
        challenge.split_whitespace().next().map(|scheme| scheme.trim_end_matches(',').to_owned())
    }

    /// Whether the body is there to its end: the stated one, or the peer's close where it states none (RFC 9112,
    /// clause 8).
    pub fn is_whole(&self, has_closed: bool) -> bool {
        self.is_complete || (has_closed && !self.states_an_end())
    }

    fn states_an_end(&self) -> bool {
        self.header("transfer-encoding").to_ascii_lowercase().contains("chunked")
            || self.header("content-length").trim().parse::<u64>().is_ok()
    }

    fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// Where a redirect points, if it is one.
    pub fn redirect(&self) -> Option<&str> {
        let to = self.header("location");
        ((300..400).contains(&self.status) && !to.is_empty()).then_some(to)
    }
}

/// A GET request without credentials. `path` and `host` must hold no spaces or control characters.
pub fn get(path: &str, host: &str) -> Vec<u8> {
    let accept = "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n";
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: assize\r\n{accept}\r\n").into_bytes()
}

/// Whether bytes begin like an HTTP/1.x answer.
pub fn is_answer(bytes: &[u8]) -> bool {
    bytes.starts_with(b"HTTP/1.") || bytes.starts_with(b"HTTP/0.9")
}

/// Whether nothing more belongs to the answer that `bytes` begin with. Cheap enough to ask after every read.
pub fn is_complete(mut bytes: &[u8]) -> bool {
    while let Some((found, Some(rest))) = head(bytes) {
        if found.is_interim() {
            bytes = rest;
            continue;
        }
        if !found.header("transfer-encoding").is_empty() {
            let has_last_chunk = bytes.ends_with(b"0\r\n\r\n") || bytes.ends_with(b"0\n\n");
            return has_last_chunk && answer(bytes).is_some_and(|answer| answer.is_complete);
        }
        let stated = found.header("content-length").trim().parse::<u64>();
        let is_there = stated.is_ok_and(|stated| rest.len() as u64 >= stated);
        return is_there || matches!(found.status, 204 | 304);
    }
    false
}

/// Whether the head of the answer that `bytes` begin with has ended, interim ones aside.
pub fn has_head(mut bytes: &[u8]) -> bool {
    while let Some((found, Some(rest))) = head(bytes) {
        if !found.is_interim() {
            return true;
        }
        bytes = rest;
    }
    false
}

/// Reads an answer to a GET, after skipping interim ones. `None` when the bytes are no HTTP.
pub fn answer(mut bytes: &[u8]) -> Option<Answer> {
    loop {
        let (answer, rest) = head(bytes)?;
        match rest {
            Some(rest) if answer.is_interim() => bytes = rest,
            Some(rest) => return Some(with_body(answer, rest)),
            None => return Some(answer),
        }
    }
}

/// Status line and headers, and what follows the empty line when that has arrived.
fn head(bytes: &[u8]) -> Option<(Answer, Option<&[u8]>)> {
    if !is_answer(bytes) {
        return None;
    }
    let (first, mut rest) = line(bytes).unwrap_or((bytes, &[]));
    let code = first.split(|b| *b == b' ').find(|word| !word.is_empty() && word[0].is_ascii_digit())?;
    let status = std::str::from_utf8(code).ok()?.trim().parse().ok()?;
    let mut answer = Answer { status, ..Answer::default() };
    while let Some((header, after)) = line(rest) {
        rest = after;
        if header.is_empty() {
            return Some((answer, Some(rest)));
        }
        if let Some(colon) = header.iter().position(|b| *b == b':')
            && answer.headers.len() < MOST_HEADERS
        {
            let name = printable(&header[..colon], 100).to_ascii_lowercase();
            answer.headers.push((name, printable(&header[colon + 1..], LONGEST_VALUE)));
        }
    }
    Some((answer, None))
}

/// The first line without its end, and the rest.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|b| *b == b'\n')?;
    let line = &bytes[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), &bytes[end + 1..]))
}

fn with_body(mut answer: Answer, rest: &[u8]) -> Answer {
    let is_chunked = answer.header("transfer-encoding").to_ascii_lowercase().contains("chunked");
    let stated: Option<u64> = answer.header("content-length").trim().parse().ok();
    if matches!(answer.status, 204 | 304) {
        answer.is_complete = true;
    } else if is_chunked {
        (answer.body, answer.is_complete) = unchunk(rest);
    } else if let Some(stated) = stated {
        let stated = usize::try_from(stated).unwrap_or(usize::MAX);
        answer.is_complete = rest.len() >= stated;
        answer.body = rest[..rest.len().min(stated)].to_vec();
    } else {
        answer.body = rest.to_vec();
    }
    answer
}

/// The chunks that have arrived, and whether the last one is among them.
fn unchunk(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some((size, after)) = line(rest) {
        let digits: Vec<u8> = size.iter().copied().take_while(u8::is_ascii_hexdigit).take(8).collect();
        let size = std::str::from_utf8(&digits).ok().and_then(|hex| usize::from_str_radix(hex, 16).ok());
        let Some(size) = size else { return (body, false) };
        if size == 0 {
            return (body, true);
        }
        let part = &after[..after.len().min(size)];
        body.extend_from_slice(part);
        let Some((_, next)) = line(&after[part.len()..]) else { return (body, false) };
        rest = next;
    }
    (body, false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn head_and_stated_length() {
        let bytes = b"HTTP/1.1 200 OK\r\nServer:  Boa/0.94 \r\nContent-Length: 5\r\n\r\nhello more";
        let read = answer(bytes).unwrap();
        assert_eq!((read.status, read.header("server"), &read.body[..]), (200, "Boa/0.94", &b"hello"[..]));
        assert!(read.is_complete);
        let cut = &bytes[..bytes.len() - 7];
        assert!(!answer(cut).unwrap().is_complete);
        assert!(is_complete(bytes) && !is_complete(cut));
    }

    #[test]
    fn a_body_is_whole_at_its_stated_end_or_at_the_close() {
        let is_whole = |bytes: &[u8], has_closed| answer(bytes).unwrap().is_whole(has_closed);
        assert!(is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", true));
        assert!(is_whole(b"HTTP/1.1 200 OK\r\n\r\nhi", true));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\n\r\nhi", false));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", true));
    }

    #[test]
    fn interim_answers_and_bare_newlines() {
        let read = answer(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 302 Found\nLocation: /login\n\n").unwrap();
        assert_eq!((read.status, read.redirect()), (302, Some("/login")));
    }

    #[test]
    fn challenges() {
        let read = answer(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"x\"\r\n\r\n").unwrap();
        assert_eq!(read.challenge().as_deref(), Some("Digest"));
        assert_eq!(answer(b"HTTP/1.1 401 No\r\n\r\n").unwrap().challenge(), None);
    }

    #[test]
    fn no_http() {
        for bytes in [&b""[..], b"SSH-2.0-x\r\n", b"HTTP/1.1 zwei\r\n", b"HTTP/1.1 99999 x\r\n"] {
            assert_eq!(answer(bytes), None);
        }
    }

    #[test]
    fn absurd_sizes_are_bounded() {
        let read = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nx").unwrap();
        assert_eq!((read.body.len(), read.is_complete), (1, false));
        let read = answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\nx").unwrap();
        assert_eq!((read.body.len(), read.is_complete), (1, false));
        let interim = b"HTTP/1.1 100 x\n\n".repeat(100_000);
        assert!(!is_complete(&interim) && answer(&interim).is_none());
        let many = [b"HTTP/1.1 200 OK\r\n".to_vec(), b"a: b\r\n".repeat(5000)].concat();
        assert_eq!(answer(&many).unwrap().headers.len(), MOST_HEADERS);
    }

    proptest! {
        #[test]
        fn any_bytes(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            answer(&tail);
            answer(&[&b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"[..], &tail].concat());
            answer(&[&b"HTTP/1.1 "[..], &tail].concat());
        }

        #[test]
        fn chunks_come_together(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..50), 0..6)) {
            let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            for part in &parts {
                bytes.extend(format!("{:x};note\r\n", part.len()).bytes());
                bytes.extend(part);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
            let read = answer(&bytes).unwrap();
            prop_assert_eq!(read.body, parts.concat());
            prop_assert!(is_complete(&bytes) && !is_complete(&bytes[..bytes.len() - 2]));
            prop_assert!(read.is_complete);
        }
    }
}
