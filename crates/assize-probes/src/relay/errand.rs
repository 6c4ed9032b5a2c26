//! Reads what a DUT asks of a proxy: a tunnel to a host and port, or a page of a host without TLS (RFC 9110, 9.3.6;
//! RFC 9112, 3.2.2 and 3.2.3).

use std::net::IpAddr;

/// The longest head of a request to a proxy that is read.
pub const LONGEST_ERRAND: usize = 8 * 1024;
/// The longest name of a host.
const LONGEST_NAME: usize = 253;

/// What a proxy is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// The host that is asked for, as [`plain`] writes it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The head that goes ahead to the host; none for a tunnel.
    pub ahead: Option<Vec<u8>>,
}

/// Reads a whole head, which ends with its empty line; none when it asks for nothing that a proxy does.
pub fn errand(head: &[u8]) -> Option<Errand> {
    let text = std::str::from_utf8(head).ok().filter(|text| text.len() <= LONGEST_ERRAND)?;
    let (text, "") = text.split_once("\r\n\r\n")? else { return None };
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, asked, version) = (first.next()?, first.next()?, first.next()?);
    let is_sound = first.next().is_none()
        && !method.is_empty()
        && method.bytes().all(|b| b.is_ascii_uppercase())
        && asked.bytes().all(|b| b.is_ascii_graphic())
        && matches!(version, "HTTP/1.0" | "HTTP/1.1");
    if !is_sound {
        return None;
    }
    let kept: Vec<&str> = lines.map(kept).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    if method == "CONNECT" {
        let (host, port) = authority(asked, None)?;
        return Some(Errand { host, port, ahead: None });
    }
    let scheme = asked.get(..7).filter(|s| s.eq_ignore_ascii_case("http://"))?;
    let rest = asked.strip_prefix(scheme)?;
    let (named, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = authority(named, Some(80))?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut ahead = format!("{method} {slash}{path} HTTP/1.1\r\nHost: {named}\r\n");
    for line in kept {
        ahead.push_str(line);
        ahead.push_str("\r\n");
    }
    ahead.push_str("Connection: close\r\n\r\n");
    Some(Errand { host, port, ahead: Some(ahead.into_bytes()) })
}

/// A host's name or address, written one way.
pub fn plain(host: &str) -> String {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().to_string(),
        Err(_) => bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase(),
    }
}

/// A head line that goes on to the host; the inner `None` when it concerns the proxy only, the outer one when the line
/// is none.
fn kept(line: &str) -> Option<Option<&str>> {
    let (name, _) = line.split_once(':')?;
    let is_token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    if !is_token || line.bytes().any(|b| b.is_ascii_control() && b != b'\t') {
        return None;
    }
    let is_own = matches!(
        name.to_ascii_lowercase().as_str(),
        "host" | "connection" | "keep-alive" | "proxy-connection" | "proxy-authorization" | "te" | "upgrade"
    );
    Some((!is_own).then_some(line))
}

/// Host and port of `host:port`, `192.0.2.1:port` or `[2001:db8::1]:port`.
fn authority(text: &str, usual: Option<u16>) -> Option<(String, u16)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (inside, port) = rest.split_once(']')?;
            inside.parse::<std::net::Ipv6Addr>().ok()?;
            (inside, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => match text.split_once(':') {
            Some((host, port)) => (name(host)?, Some(port)),
            None => (name(text)?, None),
        },
    };
    let is_number = |port: &&str| port.bytes().all(|b| b.is_ascii_digit());
    let port = match port {
        Some(port) => Some(port).filter(is_number)?.parse().ok()?,
        None => usual?,
    };
    (port != 0).then(|| (plain(host), port))
}

fn name(text: &str) -> Option<&str> {
    let is_fit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_fit);
    let mut labels = text.strip_suffix('.').unwrap_or(text).split('.');
    (text.len() <= LONGEST_NAME && labels.all(is_label)).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(first: &str) -> Option<(String, u16)> {
        errand(format!("{first} HTTP/1.1\r\nHost: other\r\n\r\n").as_bytes()).map(|e| (e.host, e.port))
    }

    #[test]
    fn tunnels_and_pages_name_their_host() {
        for (first, host, port) in [
            ("CONNECT Updates.Example.com.:443", "updates.example.com", 443),
            ("CONNECT [::ffff:192.0.2.1]:8445", "192.0.2.1", 8445),
            ("GET http://192.0.2.1/a?b", "192.0.2.1", 80),
            ("GET HTTP://x:8080", "x", 8080),
        ] {
            assert_eq!(read(first), Some((host.to_owned(), port)), "{first}");
        }
    }

    #[test]
    fn what_is_no_errand_is_none() {
        for first in [
            "CONNECT x",
            "CONNECT x:0",
            "CONNECT .:1",
            "CONNECT x..:1",
            "CONNECT x:65536",
            "CONNECT x:+1",
            "CONNECT x:1:2",
            "CONNECT user@x:443",
            "CONNECT [x]:1",
            "CONNECT http://x:1",
            "GET /",
            "GET https://x/",
            "GET http://",
            "GET http://user@x/",
            "get http://x/",
            "GET http://x/ y",
        ] {
            assert_eq!(read(first), None, "{first}");
        }
        for head in [
            "GET http://x/ HTTP/2\r\n\r\n",
            "GET http://x/ HTTP/1.1\r\n folded\r\n\r\n",
            "CONNECT x:1 HTTP/1.1\r\n",
        ] {
            assert_eq!(errand(head.as_bytes()), None, "{head}");
        }
    }

    #[test]
    fn what_concerns_the_proxy_stays_with_it() {
        let head =
            b"POST http://x:81?q HTTP/1.1\r\nHost: y\r\nProxy-Authorization: z\r\nContent-Length: 2\r\n\r\n";
        let ahead = String::from_utf8(errand(head).unwrap().ahead.unwrap()).unwrap();
        assert_eq!(
            ahead,
            "POST /?q HTTP/1.1\r\nHost: x:81\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_asked_nothing_breaks(bytes in any::<Vec<u8>>(), asked in "[ -~]{0,40}", line in ".{0,40}") {
            let _ = errand(&bytes);
            for method in ["CONNECT", "GET"] {
                let head = format!("{method} {asked} HTTP/1.1\r\n{line}\r\n\r\n");
                if let Some(errand) = errand(head.as_bytes()) {
                    prop_assert_eq!(plain(&errand.host), errand.host);
                }
            }
        }
    }
}
