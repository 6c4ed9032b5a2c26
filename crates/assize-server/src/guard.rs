//! What is refused before any page is made: other methods than GET and HEAD, and, on the loopback, names that another
//! site could have bound to it.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Method, header};

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Pages are only read.
    Method,
    /// The name is not one of this machine's own.
    Host,
}

/// Looks at a request that came to `local`.
pub(crate) fn check(method: &Method, headers: &HeaderMap, local: SocketAddr) -> Option<Refusal> {
    if method != Method::GET && method != Method::HEAD {
        return Some(Refusal::Method);
    }
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let is_known = !local.ip().is_loopback() || host.is_some_and(is_own);
    (!is_known).then_some(Refusal::Host)
}

/// Whether a `Host` names the loopback itself.
fn is_own(host: &str) -> bool {
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bracketed = without_port.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let name = bracketed.unwrap_or(without_port);
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_bound_to_the_loopback_is_refused() {
        for own in ["127.0.0.1:8300", "localhost", "LOCALHOST:1", "[::1]:8300", "127.0.0.2"] {
            assert!(is_own(own), "{own}");
        }
        for other in [
            "evil.example",
            "localhost.evil.example:8300",
            "192.0.2.1",
            "",
            "::x",
            "127.0.0.1.evil.example",
            "[[127.0.0.1]]:",
        ] {
            assert!(!is_own(other), "{other}");
        }
    }
}
