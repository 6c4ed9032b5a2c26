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
/// RSAPublicKey of a throw-away key; only the TLS 1.0 answer needs an RSA certificate, and it never uses the private half.
const RSA_PUBLIC: &[u8] = include_bytes!("doors/rsa-public.der");

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
        let pair = KeyPair::generate()?;
        let certificate = params(subject)?.signed_by(&pair, &self.issuer)?;
        let key = PrivatePkcs8KeyDer::from(pair.serialize_der());
        Ok(Leaf { certificate: certificate.der().clone(), key: key.into() })
    }

    /// Signs a certificate with an RSA key, as the key exchanges of TLS 1.0 without forward secrecy need it.
    pub(crate) fn rsa_certificate(&self, subject: &Subject) -> Result<Vec<u8>> {
        Ok(params(subject)?.signed_by(&RsaKey, &self.issuer)?.der().to_vec())
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
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate], self.key)?;
        Ok(Arc::new(config))
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

struct RsaKey;

impl PublicKeyData for RsaKey {
    fn der_bytes(&self) -> &[u8] {
        RSA_PUBLIC
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}
