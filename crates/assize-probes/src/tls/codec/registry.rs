//! The numbers of TLS by name, and what a cipher suite's name tells of it.

use assize_model::fact::TlsVersion;

const SUITES: &str = include_str!("../suites.txt");
const GROUPS: &str = include_str!("../groups.txt");
const SCHEMES: &str = include_str!("../schemes.txt");

/// SSL 2.0 as the posture numbers it.
pub const SSL_2_0: u16 = 0x0002;
/// SSL 3.0 on the wire.
pub const SSL_3_0: u16 = 0x0300;
/// TLS 1.2 on the wire.
pub const TLS_1_2: u16 = 0x0303;
/// TLS 1.3 on the wire.
pub const TLS_1_3: u16 = 0x0304;
/// DTLS 1.0 on the wire.
pub const DTLS_1_0: u16 = 0xfeff;
/// DTLS 1.2 on the wire.
pub const DTLS_1_2: u16 = 0xfefd;
/// Says that a hello is a second try at a lower version (RFC 7507).
pub const FALLBACK_SCSV: u16 = 0x5600;
/// Says that secure renegotiation is known, where extensions are not (RFC 5746).
pub const RENEGOTIATION_SCSV: u16 = 0x00ff;

/// How a suite agrees on keys, as far as the server's key exchange message shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// Ephemeral or anonymous elliptic curves.
    Ec,
    /// Ephemeral or anonymous finite fields.
    Field,
    /// RSA of export strength, whose server sends a short key.
    ExportRsa,
    /// Anything else.
    Other,
}

/// A version's number on the wire.
pub fn number(version: TlsVersion) -> u16 {
    match version {
        TlsVersion::Ssl30 => SSL_3_0,
        TlsVersion::Tls10 => 0x0301,
        TlsVersion::Tls11 => 0x0302,
        TlsVersion::Tls12 => TLS_1_2,
        TlsVersion::Tls13 => TLS_1_3,
    }
}

/// A version's name, as the facts spell it.
pub fn name_of(version: u16) -> String {
    match version {
        SSL_2_0 => "SSL 2.0".to_owned(),
        SSL_3_0 => "SSL 3.0".to_owned(),
        0x0301..=0x0304 => format!("TLS 1.{}", version - 0x0301),
        DTLS_1_0 => "DTLS 1.0".to_owned(),
        DTLS_1_2 => "DTLS 1.2".to_owned(),
        other => format!("0x{other:04X}"),
    }
}

/// Every suite the probe knows, common ones first.
pub fn suites() -> impl Iterator<Item = (u16, &'static str)> {
    rows(SUITES)
}

/// The suites that can be offered with a version: those of TLS 1.3 go with it alone.
pub fn suites_for(version: u16) -> Vec<u16> {
    let of_13 = version == TLS_1_3;
    suites().map(|(suite, _)| suite).filter(|suite| is_of_13(*suite) == of_13).collect()
}

/// Whether a suite belongs to TLS 1.3.
pub fn is_of_13(suite: u16) -> bool {
    suite >> 8 == 0x13 || matches!(suite, 0x00c6 | 0x00c7 | 0xc0b4 | 0xc0b5 | 0xc103..=0xc106)
}

/// Every group the probe knows, common ones first.
pub fn groups() -> Vec<u16> {
    rows(GROUPS).map(|(group, _)| group).collect()
}

/// Every signature scheme the probe knows, common ones first.
pub fn schemes() -> Vec<u16> {
    rows(SCHEMES).map(|(scheme, _)| scheme).collect()
}

/// The IANA name of a cipher suite, or its number as `0x....`.
pub fn cipher_name(suite: u16) -> String {
    name(SUITES, suite)
}

/// The IANA name of a group, or its number as `0x....`.
pub fn group_name(group: u16) -> String {
    name(GROUPS, group)
}

/// The IANA name of a signature scheme, or its number as `0x....`.
pub fn scheme_name(scheme: u16) -> String {
    name(SCHEMES, scheme)
}

/// How a suite agrees on keys.
pub fn exchange(suite: u16) -> Exchange {
    let name = cipher_name(suite);
    let starts = |all: &[&str]| all.iter().any(|start| name.starts_with(start));
    if starts(&["TLS_ECDHE_", "TLS_ECDH_anon_"]) || (0xcc13..=0xcc14).contains(&suite) {
        Exchange::Ec
    } else if starts(&["TLS_DHE_", "TLS_DH_anon_"]) || suite == 0xcc15 {
        Exchange::Field
    } else if starts(&["TLS_RSA_EXPORT"]) {
        Exchange::ExportRsa
    } else {
        Exchange::Other
    }
}

/// Whether the server's key exchange message begins with a hint for a shared secret.
pub fn has_psk(suite: u16) -> bool {
    cipher_name(suite).contains("_PSK_")
}

/// Whether the server's key exchange message carries a signature.
pub fn is_signed(suite: u16) -> bool {
    !has_psk(suite) && !cipher_name(suite).contains("_anon_")
}

fn rows(table: &'static str) -> impl Iterator<Item = (u16, &'static str)> {
    table.lines().filter_map(|line| {
        let (number, name) = line.strip_prefix("0x")?.split_once(' ')?;
        Some((u16::from_str_radix(number, 16).ok()?, name))
    })
}

fn name(table: &'static str, number: u16) -> String {
    let known = rows(table).find(|(known, _)| *known == number);
    known.map_or_else(|| format!("0x{number:04X}"), |(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_once() {
        for (table, least) in [(SUITES, 380), (GROUPS, 50), (SCHEMES, 30)] {
            let lines = table.lines().filter(|line| !line.starts_with('#')).count();
            let mut all: Vec<u16> = rows(table).map(|(number, _)| number).collect();
            assert_eq!(all.len(), lines);
            assert!(lines > least);
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), lines, "a number stands twice");
        }
        assert_eq!(cipher_name(0xfedc), "0xFEDC");
        assert!(suites_for(TLS_1_3).contains(&0x1301) && !suites_for(TLS_1_2).contains(&0x1301));
    }

    #[test]
    fn names_tell_the_exchange() {
        for (suite, expect) in [
            (0xc02b, Exchange::Ec),
            (0xc018, Exchange::Ec),
            (0xc035, Exchange::Ec),
            (0x0033, Exchange::Field),
            (0x0034, Exchange::Field),
            (0x0003, Exchange::ExportRsa),
            (0x002f, Exchange::Other),
            (0xc004, Exchange::Other),
            (0x1301, Exchange::Other),
        ] {
            assert_eq!(exchange(suite), expect, "{}", cipher_name(suite));
        }
        assert!(has_psk(0x00b2) && !is_signed(0xc018) && is_signed(0xc02f));
    }
}
