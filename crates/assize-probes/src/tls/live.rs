//! Asks TLS ports for each version by hand, and holds real sessions through rustls.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use assize_model::fact::{Fact, Silence, TlsAnswer, TlsOffer, TlsVersion, Transport};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::codec::{self, Answer, VERSIONS};
use crate::{
    Budget, Observation, Raw, Sink, Target, Trouble,
    net::call,
    tap::{Patience, Stream},
};

/// Asks every port for each version of TLS and SSL 3.0, one connection each. Hands over a [`TlsOffer`] and the
/// certificates seen; a port that gives no sign of TLS yields a [`Silence`]. A version for which the port took
/// no connection is left out of the offer.
pub async fn probe(
    target: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    for (done, port) in ports.iter().enumerate() {
        sink.progress(done as u64, ports.len() as u64, "ask for TLS versions");
        let asked = ask_all(target, *port, budget).await?;
        tell(asked, target, *port, budget, sink).await?;
    }
    sink.progress(ports.len() as u64, ports.len() as u64, "ask for TLS versions");
    Ok(())
}

/// One version asked for, what came back, and the bytes of both.
struct Asked {
    version: TlsVersion,
    answer: Answer,
    raw: Vec<Raw>,
}

async fn ask_all(target: &Target, port: u16, budget: &Budget) -> Result<Vec<Asked>, Trouble> {
    let mut all = Vec::new();
    for version in VERSIONS {
        // A small device may need a moment after the last connection: a refusal is tried once more.
        for _ in 0..2 {
            if let Some(asked) = ask(version, target, port, budget).await? {
                all.push(asked);
                break;
            }
        }
    }
    Ok(all)
}

async fn ask(
    version: TlsVersion,
    target: &Target,
    port: u16,
    budget: &Budget,
) -> Result<Option<Asked>, Trouble> {
    let Some(mut line) = call(target, port, budget).await? else { return Ok(None) };
    let hello = codec::client_hello(version, random(port), target.name());
    line.say(&hello, budget.read).await.ok();
    line.hear(Patience::whole(budget.read), |bytes| codec::answer(bytes).is_complete).await;
    let raw = line.raw(&format!(", {} offered", codec::version_name(version)));
    Ok(Some(Asked { version, answer: codec::answer(line.heard()), raw }))
}

/// Bytes that differ from hello to hello. They protect nothing, so the clock will do.
fn random(port: u16) -> [u8; 32] {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Sha256::digest(format!("assize {now} {port}")).into()
}

async fn tell(
    asked: Vec<Asked>,
    target: &Target,
    port: u16,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let mut observe = |observation| sink.observe(observation).map_err(Trouble::Stopped);
    if !asked.iter().any(|asked| asked.answer.is_tls) {
        return observe(silence(&asked, target, port));
    }
    let mut chains: Vec<&Vec<Vec<u8>>> = Vec::new();
    for one in &asked {
        let chain = &one.answer.certificates;
        if !chains.contains(&chain)
            && let Some(seen) = certificate(target, port, chain, one.raw.clone())
        {
            chains.push(chain);
            observe(seen)?;
        }
    }
    let is_new = asked.iter().any(|asked| asked.answer.accepts(TlsVersion::Tls13));
    if is_new && chains.is_empty() {
        let seen = session_certificate(target, port, budget).await?;
        seen.map_or(Ok(()), &mut observe)?;
    }
    observe(offer(asked, target, port))
}

fn offer(asked: Vec<Asked>, target: &Target, port: u16) -> Observation {
    let mut raw = Vec::new();
    let mut versions = Vec::new();
    for mut one in asked {
        raw.append(&mut one.raw);
        let accepted = one.answer.accepts(one.version);
        let cipher = one.answer.hello.filter(|_| accepted).map(|hello| codec::cipher_name(hello.cipher));
        versions.push(TlsAnswer { version: one.version, accepted, cipher });
    }
    let offer = TlsOffer { target: target.address().to_string(), port, versions };
    Observation { fact: Fact::TlsOffer(offer), raw }
}

fn silence(asked: &[Asked], target: &Target, port: u16) -> Observation {
    let silence = Silence {
        target: target.address().to_string(),
        port,
        transport: Transport::Tcp,
        tried: asked.iter().map(|one| codec::version_name(one.version).to_owned()).collect(),
    };
    let mut raw: Vec<Raw> = asked.iter().flat_map(|one| one.raw.clone()).collect();
    let note = format!("no sign of TLS at {} on {} connections\n", target.at(port), asked.len());
    raw.push(Raw::new("silence.txt", note));
    Observation { fact: Fact::Silence(silence), raw }
}

/// In TLS 1.3 the certificate is encrypted, so that a whole handshake is needed to see it.
async fn session_certificate(
    target: &Target,
    port: u16,
    budget: &Budget,
) -> Result<Option<Observation>, Trouble> {
    let Some(mut line) = call(target, port, budget).await? else { return Ok(None) };
    let chain = shake(&mut line, target, budget).await.chain;
    Ok(certificate(target, port, &chain, line.raw(", handshake")))
}

/// A chain as an observation, with the certificates among the raw bytes. `None` when the leaf cannot be read.
pub(crate) fn certificate(
    target: &Target,
    port: u16,
    chain: &[Vec<u8>],
    mut raw: Vec<Raw>,
) -> Option<Observation> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seen_at = i64::try_from(now).unwrap_or(i64::MAX);
    let fact = crate::certificate::read(&target.address().to_string(), port, chain, seen_at)?;
    for (i, der) in chain.iter().enumerate() {
        let label = if i == 0 { "certificate.der".to_owned() } else { format!("issuer-{i}.der") };
        raw.insert(i, Raw::new(label, der.clone()));
    }
    Some(Observation { fact: Fact::TlsCertificate(fact), raw })
}

/// What came of a handshake: the session when it succeeded, and the chain that the server showed in any case.
pub(crate) struct Shaken<S> {
    pub session: Option<TlsStream<S>>,
    pub chain: Vec<Vec<u8>>,
}

/// Performs a handshake with whatever rustls supports. Every certificate is accepted and recorded, none is trusted.
pub(crate) async fn shake<S: Stream>(stream: S, target: &Target, budget: &Budget) -> Shaken<S> {
    let provider = Arc::new(ring::default_provider());
    let recorder = Arc::new(Recorder { chain: Mutex::default(), provider: Arc::clone(&provider) });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports both versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let by_name = target.name().and_then(|name| ServerName::try_from(name.to_owned()).ok());
    let name = by_name.unwrap_or_else(|| ServerName::IpAddress(target.address().into()));
    let connect = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let session = timeout(budget.read, connect).await.ok().and_then(Result::ok);
    let chain = std::mem::take(&mut *recorder.chain.lock().unwrap_or_else(PoisonError::into_inner));
    Shaken { session, chain }
}

/// Keeps the chain a server shows, and lets the handshake go on.
#[derive(Debug)]
struct Recorder {
    chain: Mutex<Vec<Vec<u8>>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        issuers: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let chain = std::iter::once(leaf).chain(issuers).take(16).map(|der| der.to_vec()).collect();
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _leaf: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _leaf: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
