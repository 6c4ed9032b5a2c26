//! Addresses on the web: which of them name the same page, and whether a certificate covers a host.

use std::net::IpAddr;

/// An address, without what makes no difference to the page behind it.
#[derive(PartialEq, Eq)]
struct Address {
    is_https: bool,
    host: String,
    port: String,
    path: String,
}

impl Address {
    /// An address as a browser reads it: the case of scheme and host, a usual port, a `www` and a last slash make no
    /// difference (RFC 3986 section 6.2, and what web servers do).
    fn read(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_https = scheme.eq_ignore_ascii_case("https");
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let authority = authority.to_ascii_lowercase();
        let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        let (host, port) = authority.split_at(port_at.unwrap_or(authority.len()));
        let usual = if is_https { ":443" } else { ":80" };
        let (place, query) = path.split_at(path.find('?').unwrap_or(path.len()));
        Some(Self {
            is_https,
            host: host.trim_end_matches('.').to_owned(),
            port: if port == usual { String::new() } else { port.to_owned() },
            path: format!("{}{query}", place.trim_end_matches('/')),
        })
    }

    fn is_same_page(&self, other: &Self) -> bool {
        let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
        bare(&self.host) == bare(&other.host) && self.port == other.port && self.path == other.path
    }
}

/// Whether two addresses are one, written in two ways (RFC 3986 section 6.2).
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    match (Address::read(one), Address::read(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// Whether two addresses name the same page.
pub(crate) fn is_same_page(one: &str, other: &str) -> bool {
    match (Address::read(one), Address::read(other)) {
        (Some(one), Some(other)) => one.is_same_page(&other),
        _ => one == other,
    }
}

/// Whether a redirect from one address to the other leads to the same page, and never from HTTPS to plain HTTP.
pub(crate) fn leads_to_itself(from: &str, to: &str) -> bool {
    match (Address::read(from), Address::read(to)) {
        (Some(from), Some(to)) => from.is_same_page(&to) && (to.is_https || !from.is_https),
        _ => from == to,
    }
}

/// The host of an address that is fetched over TLS.
pub(crate) fn tls_host(url: &str) -> Option<String> {
    Address::read(url).filter(|address| address.is_https).map(|address| address.host)
}

/// Whether the path of an address speaks of logging in.
pub(crate) fn is_login(url: &str) -> bool {
    let Some(address) = Address::read(url) else { return false };
    let path = address.path.to_ascii_lowercase();
    let mut parts = path.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    parts.any(|part| {
        let part = part.replace(['-', '_'], "");
        ["login", "logon", "signin", "sso"].contains(&part.as_str())
    })
}

/// Whether one of a certificate's names is a host's (RFC 9525 section 6.3): the same, or with `*` for its first label.
pub(crate) fn covers(names: &[String], host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches([']', '.']);
    if let Ok(address) = host.parse::<IpAddr>() {
        return names.iter().any(|name| name.parse() == Ok(address));
    }
    names.iter().any(|name| {
        let wild = name.strip_prefix("*.").filter(|domain| domain.contains('.'));
        let under = host.split_once('.').map(|(_, domain)| domain);
        name.eq_ignore_ascii_case(host)
            || wild.is_some_and(|domain| under.is_some_and(|under| under.eq_ignore_ascii_case(domain)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_page() {
        let policy = "https://acme.example/security";
        for same in ["HTTPS://Acme.example:443/security/", "https://www.acme.example/security#top", policy] {
            assert!(is_same_page(policy, same), "{same}");
            assert!(leads_to_itself(policy, same), "{same}");
        }
        for other in [
            "https://acme.example/",
            "https://acme.example/Security",
            "https://acme.example/security?a",
            "https://acme.example:8443/security",
            "https://acme2.example/security",
            "mailto:a@acme.example",
        ] {
            assert!(!is_same_page(policy, other) && !leads_to_itself(policy, other), "{other}");
        }
        let plain = "http://acme.example/security";
        assert!(is_same_page(policy, plain) && leads_to_itself(plain, policy));
        assert!(!leads_to_itself(policy, plain), "HTTPS given up");
        assert!(is_same_page("https://[fd00::1]/", "https://[FD00::1]:443"));
        assert!(is_same_page(plain, "http://acme.example:80/security"), "the usual port of each scheme");
        assert!(leads_to_itself(plain, "http://www.acme.example/security/"), "as plain as before");
        assert!(!is_same_page("https://acme.example:80/security", policy));
    }

    #[test]
    fn what_is_no_address_is_compared_as_it_is() {
        for compare in [is_same, is_same_page, leads_to_itself] {
            assert!(compare("acme/security", "acme/security") && !compare("acme/security", "acme/policy"));
        }
        assert_eq!(tls_host("https://Acme.example/a").as_deref(), Some("acme.example"));
        assert!(tls_host("http://acme.example/a").is_none() && tls_host("acme.example").is_none());
    }

    #[test]
    fn logins() {
        for yes in ["https://x/login", "https://x/en/Sign-In?next=/a", "https://x/account/log_in.php"] {
            assert!(is_login(yes), "{yes}");
        }
        for no in ["https://login.example/policy", "https://x/security", "https://x/blogin"] {
            assert!(!is_login(no), "{no}");
        }
    }

    #[test]
    fn certificates() {
        let names =
            ["Acme.example", "*.shop.example", "*.example", "127.0.0.1", "fd00::1"].map(str::to_owned);
        for host in ["acme.example", "acme.example.", "eu.shop.example", "127.0.0.1", "[fd00:0::1]"] {
            assert!(covers(&names, host), "{host}");
        }
        for host in ["www.acme.example", "shop.example", "a.b.shop.example", "other.example", "127.0.0.2", ""]
        {
            assert!(!covers(&names, host), "{host}");
        }
    }
}
