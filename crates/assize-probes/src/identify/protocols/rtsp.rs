//! RTSP (RFC 2326, RFC 7826) and SIP (RFC 3261): what they take, which software answers, and whether they challenge.

use assize_model::fact::{Login, Protocol};

use super::super::seen::Seen;

const MOST_HEADERS: usize = 100;

/// Asks an RTSP server what it takes.
pub fn options(url: &str) -> Vec<u8> {
    request("OPTIONS", url, 1)
}

/// Asks for the description of the whole presentation; nothing is played.
pub fn describe(url: &str) -> Vec<u8> {
    request("DESCRIBE", url, 2)
}

fn request(method: &str, url: &str, number: u8) -> Vec<u8> {
    format!("{method} {url} RTSP/1.0\r\nCSeq: {number}\r\nUser-Agent: assize\r\n\r\n").into_bytes()
}

/// Asks a SIP server what it takes, over TCP.
pub fn sip_options(host: &str) -> Vec<u8> {
    let lines = [
        format!("OPTIONS sip:{host} SIP/2.0"),
        "Via: SIP/2.0/TCP assize.invalid;branch=z9hG4bKassize".to_owned(),
        "Max-Forwards: 70".to_owned(),
        "From: <sip:assize@assize.invalid>;tag=assize".to_owned(),
        format!("To: <sip:{host}>"),
        "Call-ID: assize@assize.invalid".to_owned(),
        "CSeq: 1 OPTIONS".to_owned(),
        "Content-Length: 0".to_owned(),
    ];
    (lines.join("\r\n") + "\r\n\r\n").into_bytes()
}

/// One or several answers in a row, of RTSP or of SIP.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let (protocol, mark, field, login) = if bytes.starts_with(b"RTSP/") {
        (Protocol::Rtsp, &b"RTSP/"[..], "rtsp.server", Login::Rtsp)
    } else if bytes.starts_with(b"SIP/2.0 ") {
        (Protocol::Sip, &b"SIP/"[..], "sip.server", Login::Sip)
    } else {
        return None;
    };
    bytes.iter().position(|b| *b == b'\n')?;
    let mut seen = Seen::of(protocol);
    for line in bytes.split(|b| *b == b'\n').take(MOST_HEADERS).map(<[u8]>::trim_ascii) {
        if line.starts_with(mark) && is_challenge(line) {
            seen.login = Some(login);
        }
        if let Some(value) = value(line, "server").or_else(|| value(line, "user-agent")) {
            seen = seen.saying(field, value);
        }
        if let Some(value) = value(line, "www-authenticate") {
            seen = seen.saying("rtsp.realm", value);
        }
    }
    Some(seen)
}

/// How many whole answers there are.
pub fn answers(bytes: &[u8]) -> usize {
    bytes.windows(4).filter(|w| w == b"\r\n\r\n").count()
}

fn is_challenge(line: &[u8]) -> bool {
    let code = line.split(|b| *b == b' ').nth(1).unwrap_or_default();
    code == b"401" || code == b"407"
}

fn value<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let colon = line.iter().position(|b| *b == b':')?;
    let is_it = line[..colon].trim_ascii().eq_ignore_ascii_case(name.as_bytes());
    is_it.then(|| line[colon + 1..].trim_ascii())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_camera_that_challenges() {
        let bytes = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Hipcam RealServer/V1.0\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n\
            RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Basic realm=\"IPCAM\"\r\n\r\n";
        let seen = read(bytes).unwrap();
        assert_eq!((seen.protocol, seen.login), (Protocol::Rtsp, Some(Login::Rtsp)));
        assert_eq!(seen.says[0].text, "Hipcam RealServer/V1.0");
        assert_eq!(answers(bytes), 2);
    }

    #[test]
    fn a_phone() {
        let seen = read(b"SIP/2.0 200 OK\r\nUser-Agent: Grandstream HT801 1.0.17.5\r\n\r\n").unwrap();
        assert_eq!((seen.protocol, seen.login), (Protocol::Sip, None));
        assert_eq!(read(b"HTTP/1.1 200 OK\r\n\r\n"), None);
        assert!(sip_options("192.0.2.1").ends_with(b"\r\n\r\n"));
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            read(&bytes);
            read(&[b"RTSP/1.0 ", &bytes[..]].concat());
            answers(&bytes);
        }
    }
}
