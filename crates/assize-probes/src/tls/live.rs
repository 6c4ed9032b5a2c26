//! Asks TLS ports by hand for everything they accept, and holds real sessions through rustls.

mod ask;
mod attacks;
mod datagram;
mod doubts;
mod enumerate;
mod finish;
mod finish_datagram;
mod keys;
mod modern;
mod notes;
mod posture;
mod robot;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use assize_model::fact::{Fact, Silence, TlsAnswer, TlsOffer, Transport};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::time::{Instant, timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use self::{
    ask::Asker,
    enumerate::{Desk, Found},
    posture::Looked,
};
use super::codec::{self, VERSIONS, registry};
use crate::{Budget, Observation, Raw, Sink, Target, Trouble, tap::Stream};

pub(crate) use keys::leaves;
pub use posture::OVERHEAD;

const ACT: &str = "ask for TLS";

/// Asks every port for everything it accepts from SSL 2.0 to TLS 1.3. Hands over the certificates seen, a [`TlsOffer`]
/// and a [`TlsPosture`](assize_model::fact::TlsPosture) each; a port that gives no sign of TLS yields a [`Silence`]. A
/// version for which the port took no connection is left out of the offer, and stands among the gaps of the posture.
/// A port costs as many handshakes as it accepts suites, summed over the versions, and at most [`OVERHEAD`] more; hellos
/// that got no answer are repeated beyond that, and so are those to a server that takes small hellos only.
pub async fn probe(
    target: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let end = Instant::now() + budget.total.mul_f64(0.9);
    for (done, port) in ports.iter().enumerate() {
        sink.progress(done as u64, ports.len() as u64, ACT);
        let asker = Asker::new(target, *port, Transport::Tcp, budget, end);
        let desk = Desk::new(&asker);
        let looked = posture::look(&desk).await;
        if let Some(trouble) = asker.trouble() {
            return Err(trouble);
        }
        tell(looked, &desk, sink)?;
    }
    sink.progress(ports.len() as u64, ports.len() as u64, ACT);
    Ok(())
}

/// Asks UDP ports for everything they accept of DTLS 1.0 and 1.2, as [`probe`] does. Ports that stay silent yield a
/// [`Silence`].
pub async fn probe_datagrams(
    target: &Target,
    ports: &[u16],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(), Trouble> {
    let end = Instant::now() + budget.total.mul_f64(0.9);
    for (done, port) in ports.iter().enumerate() {
        sink.progress(done as u64, ports.len() as u64, ACT);
        let asker = Asker::new(target, *port, Transport::Udp, budget, end);
        let desk = Desk::new(&asker);
        let looked = posture::look_at_datagrams(&desk).await;
        tell(looked, &desk, sink)?;
    }
    Ok(())
}

fn tell(looked: Looked, desk: &Desk<'_>, sink: &mut dyn Sink) -> Result<(), Trouble> {
    let asker = desk.asker;
    let mut observe = |observation| sink.observe(observation).map_err(Trouble::Stopped);
    if !looked.is_tls {
        return observe(silence(&looked.versions, asker));
    }
    let notes = desk.with(std::mem::take);
    for chain in &notes.chains {
        if let Some(mut seen) = certificate(asker.target, asker.port, &chain.certificates, chain.raw.clone())
        {
            if let Fact::TlsCertificate(fact) = &mut seen.fact {
                fact.transport = Some(asker.transport);
                if !chain.is_named {
                    fact.name = None;
                }
            }
            observe(seen)?;
        }
    }
    let transcript = asker.transcript();
    let offer = (asker.transport == Transport::Tcp).then(|| offer(&looked.versions, asker));
    let posture = posture::fact(looked, notes, asker);
    observe(Observation { fact: Fact::TlsPosture(posture), raw: vec![transcript] })?;
    offer.map_or(Ok(()), observe)
}

fn offer(versions: &[Found], asker: &Asker<'_>) -> Observation {
    let mut raw = Vec::new();
    let mut answers = Vec::new();
    for version in VERSIONS {
        let Some(found) = versions.iter().find(|found| found.version == registry::number(version)) else {
            continue;
        };
        let Some(bytes) = found.raw.as_ref().filter(|_| found.was_asked()) else { continue };
        raw.extend(bytes.iter().cloned());
        let cipher = found.suites.first().map(|suite| codec::cipher_name(*suite));
        answers.push(TlsAnswer { version, accepted: found.is_accepted(), cipher });
    }
    let name = asker.target.name().map(str::to_owned);
    let target = asker.target.address().to_string();
    let offer = TlsOffer { target, port: asker.port, name, versions: answers };
    Observation { fact: Fact::TlsOffer(offer), raw }
}

fn silence(versions: &[Found], asker: &Asker<'_>) -> Observation {
    let asked: Vec<&Found> = versions.iter().filter(|found| found.was_asked()).collect();
    let silence = Silence {
        target: asker.target.address().to_string(),
        port: asker.port,
        transport: asker.transport,
        tried: asked.iter().map(|found| registry::name_of(found.version)).collect(),
        unasked: Vec::new(),
    };
    let mut raw: Vec<Raw> = asked.iter().filter_map(|found| found.raw.clone()).flatten().collect();
    let at = asker.target.at(asker.port);
    raw.push(Raw::new(
        "silence.txt",
        format!("no sign of TLS at {at} on {} connections\n", asker.handshakes()),
    ));
    Observation { fact: Fact::Silence(silence), raw }
}

/// A chain that the target showed when it was asked by its name, as an observation, with the certificates among the raw bytes. `None` when the leaf cannot be read.
pub(crate) fn certificate(
    target: &Target,
    port: u16,
    chain: &[Vec<u8>],
    mut raw: Vec<Raw>,
) -> Option<Observation> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seen_at = i64::try_from(now).unwrap_or(i64::MAX);
    let mut fact = crate::certificate::read(&target.address().to_string(), port, chain, seen_at)?;
    fact.name = target.name().map(str::to_owned);
    fact.transport = Some(Transport::Tcp);
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
    let recorder = Arc::new(Recorder::new(Arc::clone(&provider)));
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
    Shaken { session, chain: recorder.taken().0 }
}

/// Keeps the chain a server shows, and lets the handshake go on.
#[derive(Debug)]
struct Recorder {
    chain: Mutex<Vec<Vec<u8>>>,
    scheme: Mutex<Option<u16>>,
    provider: Arc<CryptoProvider>,
}

impl Recorder {
    fn new(provider: Arc<CryptoProvider>) -> Self {
        Self { chain: Mutex::default(), scheme: Mutex::default(), provider }
    }

    /// The chain, and the scheme of the server's signature in TLS 1.3.
    fn taken(&self) -> (Vec<Vec<u8>>, Option<u16>) {
        let chain = std::mem::take(&mut *self.chain.lock().unwrap_or_else(PoisonError::into_inner));
        (chain, *self.scheme.lock().unwrap_or_else(PoisonError::into_inner))
    }
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
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        *self.scheme.lock().unwrap_or_else(PoisonError::into_inner) = Some(u16::from(signed.scheme));
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
mod fake_tests;
#[cfg(test)]
mod fakes;
