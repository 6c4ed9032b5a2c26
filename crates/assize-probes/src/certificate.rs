//! Reads X.509 certificates from hostile DER into the words of a fact.

use std::net::{Ipv4Addr, Ipv6Addr};

use assize_model::fact::TlsCertificate;
use sha2::{Digest, Sha256};
use x509_parser::{
    extensions::GeneralName,
    objects::{oid_registry, oid2abbrev},
    prelude::{AlgorithmIdentifier, FromDer, X509Certificate, X509Name},
    public_key::PublicKey,
    x509::{AttributeTypeAndValue, SubjectPublicKeyInfo},
};

const OIDS: &str = include_str!("oids.txt");
/// Longest text kept of a name, and most alternative names kept.
const LONGEST_NAME: usize = 1024;
const MOST_NAMES: usize = 100;

/// Reads the leaf of a chain (leaf first, DER) as a fact. `None` when the bytes are no certificate.
pub fn read(target: &str, port: u16, chain: &[Vec<u8>], seen_at: i64) -> Option<TlsCertificate> {
    let der = chain.first()?;
    let (_, leaf) = X509Certificate::from_der(der).ok()?;
    Some(TlsCertificate {
        name: None,
        target: target.to_owned(),
        port,
        transport: None,
        sha256: hex::encode(Sha256::digest(der)),
        subject: name(leaf.subject()),
        issuer: name(leaf.issuer()),
        not_before: leaf.validity().not_before.timestamp(),
        not_after: leaf.validity().not_after.timestamp(),
        seen_at,
        key: key(leaf.public_key()),
        signature: oid_name(&leaf.signature_algorithm),
        names: names(&leaf),
        self_signed: leaf.subject().as_raw() == leaf.issuer().as_raw(),
        chain: u32::try_from(chain.len()).unwrap_or(u32::MAX),
        key_sha256: hex::encode(Sha256::digest(leaf.public_key().raw)),
        issuers: chain.iter().skip(1).map(|der| subject(der)).collect(),
        chain_issues: issues(chain),
    })
}

fn subject(der: &[u8]) -> String {
    X509Certificate::from_der(der)
        .map_or_else(|_| "unreadable".to_owned(), |(_, certificate)| name(certificate.subject()))
}

/// What is odd about a chain; whether it leads to a trusted root is not asked.
fn issues(chain: &[Vec<u8>]) -> Vec<String> {
    let mut issues = Vec::new();
    let read: Vec<_> = chain.iter().map(|der| X509Certificate::from_der(der).ok().map(|(_, c)| c)).collect();
    for (i, certificate) in read.iter().enumerate() {
        let Some(certificate) = certificate else {
            issues.push(format!("certificate {} cannot be read", i + 1));
            continue;
        };
        if chain[..i].contains(&chain[i]) {
            issues.push(format!("certificate {} stands in the chain twice", i + 1));
        } else if let Some(before) = i.checked_sub(1).and_then(|before| read[before].as_ref())
            && before.issuer().as_raw() != certificate.subject().as_raw()
        {
            issues.push(format!("certificate {} is not the issuer of the one before it", i + 1));
        }
        if i > 0 && !certificate.is_ca() {
            issues.push(format!("certificate {} is no authority's", i + 1));
        }
        if certificate.tbs_certificate.signature.algorithm != certificate.signature_algorithm.algorithm {
            issues.push(format!("certificate {} names two signature algorithms", i + 1));
        }
    }
    issues
}

/// Modulus and exponent of a certificate's RSA key.
pub(crate) fn rsa_key(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (_, leaf) = X509Certificate::from_der(der).ok()?;
    let PublicKey::RSA(key) = leaf.public_key().parsed().ok()? else { return None };
    let plain = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect();
    Some((plain(key.modulus), plain(key.exponent)))
}

/// The curve of a certificate's key, by name.
pub(crate) fn key_curve(der: &[u8]) -> Option<String> {
    let (_, leaf) = X509Certificate::from_der(der).ok()?;
    matches!(leaf.public_key().parsed(), Ok(PublicKey::EC(_))).then(|| curve(&leaf.public_key().algorithm))
}

/// A distinguished name as RFC 4514 writes it: last part first, special characters escaped.
fn name(name: &X509Name<'_>) -> String {
    let parts: Vec<String> =
        name.iter_rdn().map(|rdn| rdn.iter().map(attribute).collect::<Vec<_>>().join("+")).collect();
    let line: String = parts.into_iter().rev().collect::<Vec<_>>().join(",");
    line.chars().take(LONGEST_NAME).collect()
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let kind = oid2abbrev(attribute.attr_type(), oid_registry()).map(str::to_owned);
    let kind = kind.unwrap_or_else(|_| attribute.attr_type().to_id_string());
    match attribute.as_str() {
        Ok(text) => format!("{kind}={}", escape(text)),
        Err(_) => format!("{kind}=#{}", hex::encode(attribute.as_slice())),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for (i, c) in text.char_indices() {
        let at_edge = (i == 0 && (c == ' ' || c == '#')) || (c == ' ' && i + 1 == text.len());
        match c {
            c if c.is_control() => out.push_str(&format!("\\{:02x}", u32::from(c))),
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => out.extend(['\\', c]),
            c if at_edge => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

fn key(info: &SubjectPublicKeyInfo<'_>) -> String {
    match info.parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA {}", rsa.key_size()),
        Ok(PublicKey::EC(_)) => format!("EC {}", curve(&info.algorithm)),
        Ok(PublicKey::DSA(_)) => "DSA".to_owned(),
        _ => oid_name(&info.algorithm),
    }
}

fn curve(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let oid = algorithm.parameters.as_ref().and_then(|p| p.clone().oid().ok());
    oid.map_or_else(|| "with own parameters".to_owned(), |oid| lookup(&oid.to_id_string()))
}

fn oid_name(algorithm: &AlgorithmIdentifier<'_>) -> String {
    lookup(&algorithm.algorithm.to_id_string())
}

fn lookup(oid: &str) -> String {
    let rows = OIDS.lines().filter_map(|line| line.split_once(' '));
    rows.filter(|(known, _)| *known == oid).map(|(_, name)| name).next().unwrap_or(oid).to_owned()
}

fn names(leaf: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = leaf.subject_alternative_name() else { return Vec::new() };
    alternative.value.general_names.iter().filter_map(general_name).take(MOST_NAMES).collect()
}

fn general_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(text) => Some(crate::text::printable(text.as_bytes(), 253)),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(*bytes).ok()?).to_string()),
            16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(*bytes).ok()?).to_string()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ED25519, PublicKeyData, SanType};

    use super::*;

    fn made(key: &KeyPair) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["plug.local".to_owned()]).unwrap();
        params.subject_alt_names.push(SanType::IpAddress([127, 1, 2, 3].into()));
        params.distinguished_name.push(DnType::CommonName, "Plug, the \"one\"");
        params.distinguished_name.push(DnType::OrganizationName, "Acme");
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        params.self_signed(key).unwrap().der().to_vec()
    }

    #[test]
    fn every_field_is_read() {
        let key = KeyPair::generate().unwrap();
        let der = made(&key);
        let fact = read("127.1.2.3", 443, &[der.clone(), der.clone()], 5).unwrap();
        assert_eq!(fact.sha256, hex::encode(Sha256::digest(&der)));
        assert!(fact.subject.contains(r#"CN=Plug\, the \"one\""#), "{}", fact.subject);
        assert!(fact.subject.contains("O=Acme"), "{}", fact.subject);
        assert_eq!((fact.not_before, fact.not_after, fact.seen_at), (1_577_836_800, 1_609_459_200, 5));
        assert_eq!((fact.key.as_str(), fact.signature.as_str()), ("EC P-256", "SHA-256 with ECDSA"));
        assert_eq!(fact.names, ["plug.local", "127.1.2.3"]);
        assert!(fact.self_signed);
        assert_eq!(fact.chain, 2);
        assert_eq!(fact.key_sha256, hex::encode(Sha256::digest(key.subject_public_key_info())));
        assert_eq!(fact.issuers, std::slice::from_ref(&fact.subject));
        assert_eq!(
            fact.chain_issues,
            ["certificate 2 stands in the chain twice", "certificate 2 is no authority's"]
        );
    }

    #[test]
    fn other_keys() {
        let der = made(&KeyPair::generate_for(&PKCS_ED25519).unwrap());
        let fact = read("127.1.2.3", 443, &[der], 5).unwrap();
        assert_eq!((fact.key.as_str(), fact.signature.as_str()), ("Ed25519", "Ed25519"));
        assert_eq!(lookup("1.2.3.4"), "1.2.3.4");
    }

    proptest! {
        #[test]
        fn random_bytes_are_no_certificate(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert_eq!(read("t", 1, &[bytes], 0), None);
        }

        #[test]
        fn a_damaged_certificate_is_read_or_refused(at in 0usize..500, with in any::<u8>()) {
            static DER: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
            let mut der = DER.get_or_init(|| made(&KeyPair::generate().unwrap())).clone();
            let at = at % der.len();
            der[at] = with;
            read("t", 1, &[der[..at].to_vec()], 0);
            read("t", 1, &[der], 0);
        }
    }
}
