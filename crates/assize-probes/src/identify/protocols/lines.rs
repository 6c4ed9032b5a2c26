//! Line protocols that greet: FTP (RFC 959), SMTP (RFC 5321), POP3 (RFC 1939), IMAP (RFC 3501); and Redis.

use assize_model::fact::{Login, Protocol};

use super::super::seen::Seen;

/// What a mail client says first; an FTP server refuses the word.
pub const EHLO: &[u8] = b"EHLO assize.invalid\r\n";
/// Leaves an FTP, SMTP or POP3 server in order.
pub const QUIT: &[u8] = b"QUIT\r\n";
/// Leaves an IMAP server in order.
pub const LOGOUT: &[u8] = b"a LOGOUT\r\n";
/// Asks Redis for a sign of life.
pub const PING: &[u8] = b"PING\r\n";
/// Asks Redis which software it is; reads only.
pub const INFO: &[u8] = b"INFO server\r\n";
/// What Redis answers to the first line of an HTTP request.
const REDIS_TO_GET: &[u8] = b"-ERR wrong number of arguments for 'get'";

/// The protocol of a greeting, where its words or its usual port tell. `None` for a bare `220`.
pub fn greeting(bytes: &[u8], port: u16) -> Option<Seen> {
    let first = first_line(bytes)?;
    if let Some(words) = first.strip_prefix(b"220") {
        return mail_or_files(bytes, words, port);
    }
    if first.starts_with(b"+OK") {
        return Some(Seen::of(Protocol::Pop3).asking(Login::Mail).saying("pop3.banner", first));
    }
    if first.starts_with(b"* OK") || first.starts_with(b"* PREAUTH") {
        let seen = Seen::of(Protocol::Imap).saying("imap.banner", first);
        return Some(if first.starts_with(b"* OK") { seen.asking(Login::Mail) } else { seen });
    }
    None
}

/// Whether bytes are a greeting that FTP and SMTP share.
pub fn is_ambiguous(bytes: &[u8]) -> bool {
    first_line(bytes).is_some_and(|line| line.starts_with(b"220 ") || line.starts_with(b"220-"))
}

/// What the answer to [`EHLO`] makes of an ambiguous greeting.
pub fn after_ehlo(bytes: &[u8]) -> Option<Seen> {
    if !is_ambiguous(bytes) {
        return None;
    }
    let greeting = first_line(bytes)?;
    let answers = lines(bytes).skip_while(|line| line.starts_with(b"220")).filter(|line| line.len() > 3);
    for line in answers {
        match line[0] {
            b'2' => {
                let seen = Seen::of(Protocol::Smtp).saying("smtp.banner", greeting);
                let asks = lines(bytes).any(|line| line.len() > 8 && line[4..].starts_with(b"AUTH"));
                return Some(if asks { seen.asking(Login::Mail) } else { seen });
            }
            b'5' => return Some(files(greeting)),
            _ => {}
        }
    }
    None
}

/// An answer to [`PING`], to [`INFO`] after it, or of Redis to an HTTP request.
pub fn redis(bytes: &[u8]) -> Option<Seen> {
    let seen = Seen::of(Protocol::Redis);
    if bytes.starts_with(b"-NOAUTH") {
        return Some(seen.asking(Login::Redis));
    }
    let is_redis = bytes.starts_with(b"+PONG\r\n")
        || bytes.starts_with(b"-DENIED Redis")
        || bytes.starts_with(REDIS_TO_GET);
    let version = lines(bytes).find_map(|line| line.strip_prefix(b"redis_version:"));
    let first = first_line(bytes).filter(|line| line.starts_with(b"-")).unwrap_or_default();
    is_redis.then(|| seen.saying("redis.version", version.unwrap_or_default()).saying("redis.answer", first))
}

fn mail_or_files(bytes: &[u8], words: &[u8], port: u16) -> Option<Seen> {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    if !words.starts_with(b" ") && !words.starts_with(b"-") {
        return None;
    }
    if text.contains("ftp") || matches!(port, 21 | 2121) {
        return Some(files(&bytes[..bytes.len().min(512)]));
    }
    (text.contains("smtp") || matches!(port, 25 | 465 | 587))
        .then(|| Seen::of(Protocol::Smtp).saying("smtp.banner", first_line(bytes).unwrap_or_default()))
}

fn files(greeting: &[u8]) -> Seen {
    // RFC 959 clause 5.4: USER and PASS go before every transfer.
    Seen::of(Protocol::Ftp).asking(Login::Ftp).saying("ftp.banner", greeting)
}

/// The first whole line without its end.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().take(1024).position(|b| *b == b'\n')?;
    Some(bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = bytes.split_inclusive(|b| *b == b'\n').take(200).filter(|line| line.ends_with(b"\n"));
    whole.map(|line| line.trim_ascii_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn greetings_of_real_servers() {
        let cases: [(&[u8], u16, Option<Protocol>); 7] = [
            (b"220 (vsFTPd 3.0.3)\r\n", 9000, Some(Protocol::Ftp)),
            (b"220-Welcome\r\n220 ready\r\n", 21, Some(Protocol::Ftp)),
            (b"220 plug ESMTP Postfix\r\n", 9000, Some(Protocol::Smtp)),
            (b"220 ready\r\n", 9000, None),
            (b"+OK Dovecot ready.\r\n", 110, Some(Protocol::Pop3)),
            (b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n", 143, Some(Protocol::Imap)),
            (b"2200 x\r\n", 21, None),
        ];
        for (bytes, port, expect) in cases {
            assert_eq!(greeting(bytes, port).map(|seen| seen.protocol), expect, "{bytes:?}");
        }
    }

    #[test]
    fn a_bare_greeting_is_settled_by_the_next_answer() {
        let mail = b"220 ready\r\n250-plug\r\n250-AUTH PLAIN LOGIN\r\n250 OK\r\n";
        let seen = after_ehlo(mail).unwrap();
        assert_eq!((seen.protocol, seen.login), (Protocol::Smtp, Some(Login::Mail)));
        let files = after_ehlo(b"220 ready\r\n530 Please login with USER and PASS.\r\n").unwrap();
        assert_eq!((files.protocol, files.login), (Protocol::Ftp, Some(Login::Ftp)));
        assert_eq!(after_ehlo(b"220 ready\r\n"), None);
    }

    #[test]
    fn redis_with_and_without_password() {
        let open =
            redis(b"+PONG\r\n$99\r\n# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n").unwrap();
        assert_eq!((open.login, open.says[0].text.as_str()), (None, "7.0.15"));
        assert_eq!(redis(b"-NOAUTH Authentication required.\r\n").unwrap().login, Some(Login::Redis));
        assert!(redis(b"-ERR wrong number of arguments for 'get' command\r\n").is_some());
        assert_eq!(redis(b"-ERR what?\r\n"), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), port: u16) {
            greeting(&bytes, port);
            after_ehlo(&[b"220 x\r\n", &bytes[..]].concat());
            redis(&[b"+PONG\r\n", &bytes[..]].concat());
        }
    }
}
