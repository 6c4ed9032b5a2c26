//! The certificates of one instance: an authority made at start, the leaves it signs, and the TLS settings built from them.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm,
};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};

use crate::error::{Error, Result};

const DAY: Duration = Duration::from_secs(86_400);
/// RSAPublicKey of throw-away keys of 2048 and 1024 bits; only answers by hand show RSA certificates, and they never use the private
/// half.
const RSA_PUBLIC: &[u8] = include_bytes!("doors/rsa-public.der");
const SMALL_RSA_PUBLIC: &[u8] = include_bytes!("doors/rsa-1024-public.der");
/// PKCS #8 of a throw-away P-256 key, which guards nothing.
const SHARED_KEY: &[u8] = include_bytes!("doors/shared-key.der");
/// AlgorithmIdentifiers: ECDSA with SHA-256, and ECDSA with SHA-1.
const ECDSA_SHA256: &[u8] = &[0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const ECDSA_SHA1: &[u8] = &[0x30, 9, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];

/// The certificate authority of one instance.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// What a leaf certificate says.
pub(crate) struct Subject {
    pub(crate) common_name: String,
    pub(crate) address: IpAddr,
    pub(crate) dns_name: String,
    pub(crate) expired: bool,
}

/// A leaf certificate with its key.
pub(crate) struct Leaf {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    /// Makes an authority with a fresh key; its key lives only in memory.
    pub(crate) fn create() -> Result<Self> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::OrganizationName, crate::MAKER);
        params.distinguished_name.push(DnType::CommonName, "Halden Home Instance CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let now = SystemTime::now();
        params.not_before = (now - 60 * DAY).into();
        params.not_after = (now + 3650 * DAY).into();
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate()?)? })
    }

    /// The authority's certificate in PEM.
    pub(crate) fn pem(&self) -> String {
        self.issuer.as_ref().pem()
    }

    /// Signs a leaf with a fresh P-256 key.
    pub(crate) fn leaf(&self, subject: &Subject) -> Result<Leaf> {
        self.leaf_with(subject, &KeyPair::generate()?)
    }

    /// Signs a leaf with the key that every unit has: the flaw `shared-device-key`.
    pub(crate) fn shared_leaf(&self, subject: &Subject) -> Result<Leaf> {
        self.leaf_with(subject, &KeyPair::try_from(SHARED_KEY)?)
    }

    fn leaf_with(&self, subject: &Subject, pair: &KeyPair) -> Result<Leaf> {
        let certificate = params(subject)?.signed_by(pair, &self.issuer)?;
        let key = PrivatePkcs8KeyDer::from(pair.serialize_der());
        Ok(Leaf { certificate: certificate.der().clone(), key: key.into() })
    }

    /// Signs a certificate with an RSA key, as answers by hand need it.
    pub(crate) fn rsa_certificate(&self, subject: &Subject) -> Result<Vec<u8>> {
        Ok(params(subject)?.signed_by(&RsaKey(RSA_PUBLIC), &self.issuer)?.der().to_vec())
    }

    /// The same with a key of 1024 bits.
    pub(crate) fn small_rsa_certificate(&self, subject: &Subject) -> Result<Vec<u8>> {
        Ok(params(subject)?.signed_by(&RsaKey(SMALL_RSA_PUBLIC), &self.issuer)?.der().to_vec())
    }

    /// TLS 1.2 and 1.3 as a client that trusts this authority and no other.
    pub(crate) fn client_config(&self) -> Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.as_ref().der().clone())?;
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }

    /// TLS 1.2 and 1.3 as a client that looks at no certificate.
    pub(crate) fn careless_config() -> Result<Arc<ClientConfig>> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Careless))
            .with_no_client_auth();
        Ok(Arc::new(config))
    }
}

/// Takes every certificate: the flaw `update-any-certificate`.
#[derive(Debug)]
struct Careless;

impl ServerCertVerifier for Careless {
    fn verify_server_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _issuers: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _leaf: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _leaf: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

impl Leaf {
    /// The certificate in DER.
    pub(crate) fn der(&self) -> Vec<u8> {
        self.certificate.to_vec()
    }

    /// The same certificate, saying that it was signed with SHA-1. Nobody can verify that signature.
    pub(crate) fn saying_sha1(self) -> Self {
        let certificate = with_sha1(&self.certificate).expect("the certificate was made here");
        Self { certificate: certificate.into(), key: self.key }
    }

    /// Writes certificate and key to `bench.pem` and `bench.key` in a folder.
    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        let PrivateKeyDer::Pkcs8(key) = &self.key else { return Ok(()) };
        let files = [
            ("bench.pem", "CERTIFICATE", self.certificate.as_ref()),
            ("bench.key", "PRIVATE KEY", key.secret_pkcs8_der()),
        ];
        for (name, label, der) in files {
            let path = dir.join(name);
            let written = std::fs::write(&path, pem(label, der));
            written.map_err(|source| Error::File { act: "write", path, source })?;
        }
        Ok(())
    }

    /// TLS 1.2 and 1.3 as a server with this certificate.
    pub(crate) fn server_config(self) -> Result<Arc<ServerConfig>> {
        Ok(Arc::new(self.config()?))
    }

    /// The same, with session tickets in TLS 1.2 as well.
    pub(crate) fn ticketing_config(self) -> Result<Arc<ServerConfig>> {
        let mut config = self.config()?;
        config.ticketer = rustls::crypto::ring::Ticketer::new()?;
        Ok(Arc::new(config))
    }

    fn config(self) -> Result<ServerConfig> {
        Ok(ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate], self.key)?)
    }
}

/// The textual form of RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("base64 is ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn params(subject: &Subject) -> Result<CertificateParams> {
    let names = vec![subject.address.to_string(), subject.dns_name.clone()];
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::OrganizationName, crate::MAKER);
    params.distinguished_name.push(DnType::CommonName, subject.common_name.as_str());
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let now = SystemTime::now();
    params.not_before = (now - 30 * DAY).into();
    params.not_after = if subject.expired { now - DAY } else { now + 397 * DAY }.into();
    Ok(params)
}

/// A certificate of P-256 with the algorithm of its signature replaced by ECDSA with SHA-1, in the signed part and beside it.
fn with_sha1(certificate: &[u8]) -> Option<Vec<u8>> {
    let outer = inside(certificate)?;
    let (signed, rest) = element(outer)?;
    let at = signed.windows(ECDSA_SHA256.len()).position(|w| w == ECDSA_SHA256)?;
    let head = signed.len() - inside(signed)?.len();
    let signed = [&signed[head..at], ECDSA_SHA1, &signed[at + ECDSA_SHA256.len()..]].concat();
    let signature = rest.strip_prefix(ECDSA_SHA256)?;
    Some(sequence(&[&sequence(&signed), ECDSA_SHA1, signature].concat()))
}

/// The first element of some DER, and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = inside(der)?;
    let start = body.as_ptr().addr() - der.as_ptr().addr();
    der.split_at_checked(start + body.len())
}

/// What is inside an element with a length of two bytes, as certificates and their signed part have it.
fn inside(der: &[u8]) -> Option<&[u8]> {
    match der {
        [0x30, 0x82, high, low, rest @ ..] => rest.get(..usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

fn sequence(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("a certificate is shorter than 64 KiB");
    [&[0x30, 0x82][..], &length.to_be_bytes(), body].concat()
}

struct RsaKey(&'static [u8]);

impl PublicKeyData for RsaKey {
    fn der_bytes(&self) -> &[u8] {
        self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}
