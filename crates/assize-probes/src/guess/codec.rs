//! What is guessed and in which order; what a terminal or an FTP server says to it.

use assize_model::catalogue::DefaultCredential;
use assize_model::declaration::play::Play;

use crate::http::codec::{Answer, answer, has_head, is_complete};

/// How the wrong passwords of one run on one login are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// For telling user names apart, in rounds of two.
    pub names: u32,
    /// For default credentials.
    pub defaults: u32,
    /// For measuring what slows a guesser down.
    pub throttle: u32,
}

/// Shares out the wrong passwords: three parts in five measure, a few try names, the rest default credentials.
pub fn shares(attempts: u32) -> Shares {
    let names = if attempts >= 20 { 6 } else { 0 };
    let throttle = u32::try_from(u64::from(attempts) * 3 / 5).unwrap_or(u32::MAX);
    Shares { names, defaults: attempts.saturating_sub(names).saturating_sub(throttle), throttle }
}

/// The rows for a login, those of the DUT's own vendor first, each pair once. Where the login takes no user name, each
/// password once.
pub fn fitting<'c>(
    rows: &'c [DefaultCredential],
    kind: &str,
    makers: &[String],
    takes_user: bool,
) -> Vec<&'c DefaultCredential> {
    let is_own =
        |row: &&DefaultCredential| !row.vendor.is_empty() && makers.iter().any(|m| names(m, &row.vendor));
    let (own, others): (Vec<_>, Vec<_>) =
        rows.iter().filter(|row| row.on.is_empty() || row.on.iter().any(|on| on == kind)).partition(is_own);
    let mut fitting: Vec<&DefaultCredential> = Vec::new();
    for row in own.into_iter().chain(others) {
        let is_there =
            fitting.iter().any(|f| f.password == row.password && (!takes_user || f.user == row.user));
        if !is_there {
            fitting.push(row);
        }
    }
    fitting
}

fn names(maker: &str, vendor: &str) -> bool {
    maker.to_ascii_lowercase().contains(&vendor.to_ascii_lowercase())
}

/// Whether a play sends one of these values.
pub fn mentions(play: &Play, names: &[&str]) -> bool {
    let holds = |text: &str| names.iter().any(|name| text.contains(&format!("{{{name}}}")));
    play.headers.values().any(|v| holds(v))
        || play.path.as_deref().is_some_and(holds)
        || play.body.as_deref().is_some_and(holds)
}

/// An answer as far as it can tell users apart: its status, and its body without the user's name.
pub fn essence(answer: &Answer, user: &str) -> (u16, String) {
    let body = String::from_utf8_lossy(&answer.body);
    let body = if user.is_empty() { body.into_owned() } else { body.replace(user, "") };
    (answer.status, body)
}

/// Whether answers tell the user that exists from the one that does not: those of each kind agree, and the kinds do not.
pub fn tells<T: PartialEq>(known: &[T], unknown: &[T]) -> bool {
    let agree = |all: &[T]| all.windows(2).all(|two| two[0] == two[1]);
    match (known.first(), unknown.first()) {
        (Some(k), Some(u)) => {
            known.len() >= 2 && unknown.len() >= 2 && agree(known) && agree(unknown) && k != u
        }
        _ => false,
    }
}

/// The difference of medians from which on the time tells: 50 ms, or three tenths of the longer one.
pub fn threshold_ms(known: u64, unknown: u64) -> u64 {
    (known.max(unknown).saturating_mul(3) / 10).max(50)
}

/// What a terminal's text after a password means: let in by a shell's prompt, refused by words or another prompt for
/// a login; none when it cannot be told.
pub fn terminal(text: &[u8], is_prompt: bool) -> Option<bool> {
    let tail = String::from_utf8_lossy(&text[text.len().saturating_sub(400)..]).to_ascii_lowercase();
    let refusals = ["incorrect", "fail", "invalid", "denied", "wrong", "bad password", "not allowed"];
    if is_prompt || refusals.iter().any(|word| tail.contains(word)) {
        return Some(false);
    }
    let last = tail.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim_end();
    last.ends_with(['$', '#', '>', '%']).then_some(true)
}

/// An RTSP answer, read as the HTTP answer that it is but for its first word (RFC 2326 clause 1.4).
pub fn rtsp(bytes: &[u8]) -> Option<Answer> {
    answer(&as_http(bytes)?)
}

/// Whether nothing more belongs to an RTSP answer; one that states no length has no body (RFC 2326 clause 4.4).
pub fn is_rtsp_over(bytes: &[u8]) -> bool {
    let shown = &bytes[..bytes.len().min(5)];
    if !b"RTSP/".starts_with(shown) {
        return true;
    }
    let Some(http) = as_http(bytes) else { return false };
    let states_length = answer(&http).is_some_and(|a| !a.header("content-length").is_empty());
    if states_length { is_complete(&http) } else { has_head(&http) }
}

fn as_http(bytes: &[u8]) -> Option<Vec<u8>> {
    let rest = bytes.strip_prefix(b"RTSP/")?;
    let space = rest.iter().take(8).position(|b| *b == b' ')?;
    Some([b"HTTP/1.1", &rest[space..]].concat())
}

/// The reply code of the last whole line that an FTP server sent (RFC 959 clause 4.2).
pub fn ftp_code(bytes: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(bytes);
    let whole = &text[..text.rfind('\n')? + 1];
    let code = |line: &str| match line.as_bytes() {
        [a @ b'1'..=b'5', b, c, b' ' | b'\r', ..] if b.is_ascii_digit() && c.is_ascii_digit() => {
            Some(u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0'))
        }
        _ => None,
    };
    whole.lines().next_back().and_then(|line| code(&format!("{line}\r")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(user: &str, password: &str, vendor: &str, on: &[&str]) -> DefaultCredential {
        DefaultCredential {
            user: user.into(),
            password: password.into(),
            vendor: vendor.into(),
            on: on.iter().map(|o| (*o).to_owned()).collect(),
            source: "a test".into(),
            ..DefaultCredential::default()
        }
    }

    #[test]
    fn the_vendors_own_come_first_and_no_pair_twice() {
        let rows = [
            row("a", "1", "", &[]),
            row("b", "2", "Acme", &[]),
            row("a", "1", "", &[]),
            row("c", "1", "", &["telnet"]),
        ];
        let users = |kind, takes_user| -> Vec<&str> {
            fitting(&rows, kind, &["ACME Home Ltd".into()], takes_user)
                .iter()
                .map(|r| r.user.as_str())
                .collect()
        };
        assert_eq!(users("http", true), ["b", "a"]);
        assert_eq!(users("telnet", true), ["b", "a", "c"]);
        assert_eq!(users("telnet", false), ["b", "a"]);
    }

    #[test]
    fn shares_never_exceed_what_is_allowed() {
        for n in [0, 1, 19, 20, 30, 60, u32::MAX] {
            let s = shares(n);
            assert!(
                u64::from(s.names) + u64::from(s.defaults) + u64::from(s.throttle) <= u64::from(n),
                "{n}"
            );
        }
        assert_eq!(shares(30), Shares { names: 6, defaults: 6, throttle: 18 });
    }

    #[test]
    fn names_are_told_only_by_what_repeats() {
        assert!(tells(&[1, 1], &[2, 2]));
        assert!(!tells(&[1, 1], &[1, 1]));
        assert!(!tells(&[1, 2], &[3, 4]), "a nonce in each answer tells nothing");
        assert!(!tells(&[1], &[2]) && !tells::<u8>(&[], &[]));
        assert_eq!((threshold_ms(10, 20), threshold_ms(1000, 20)), (50, 300));
    }

    #[test]
    fn terminals_and_ftp_servers() {
        assert_eq!(terminal(b"\r\nLogin incorrect\r\nlogin: ", true), Some(false));
        assert_eq!(terminal(b"\r\nWelcome\r\n# ", false), Some(true));
        assert_eq!(terminal(b"\r\n", false), None);
        assert_eq!(ftp_code(b"220-Hello\r\n220 ready\r\n"), Some(220));
        assert_eq!(ftp_code(b"530 No.\r\n23"), Some(530));
        assert_eq!(ftp_code(b"230-wait\r\n"), None);
        assert_eq!(ftp_code(b"hello\r\n"), None);
    }

    #[test]
    fn rtsp_answers() {
        let refused = b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n";
        assert_eq!(rtsp(refused).map(|a| a.status), Some(401));
        assert!(is_rtsp_over(refused) && !is_rtsp_over(&refused[..refused.len() - 1]));
        let described = b"RTSP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nv=0";
        assert!(is_rtsp_over(described) && !is_rtsp_over(&described[..described.len() - 1]));
        assert!(
            is_rtsp_over(b"HTTP/1.1") && !is_rtsp_over(b"RT") && rtsp(b"HTTP/1.1 200 OK\r\n\r\n").is_none()
        );
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = terminal(&bytes, false);
            let _ = ftp_code(&bytes);
            let answer = [b"RTSP/1.0 ", &bytes[..]].concat();
            let _ = (rtsp(&answer), is_rtsp_over(&answer), is_rtsp_over(&bytes));
        }
    }
}
