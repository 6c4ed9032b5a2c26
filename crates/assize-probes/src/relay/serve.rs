//! Answers the DUT in the host's stead: asks the host, changes one answer, remembers what the DUT asked.

use std::{collections::BTreeMap, sync::Arc};

use assize_model::declaration::relay::Variant;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{
    codec::{self, Arrived, Asked, LONGEST_BODY, LONGEST_HEAD},
    live::{MOST_SEEN, Shared},
};
use crate::{
    Raw,
    http::{codec as http_codec, codec::Answer, is_over},
    tap::{Patience, Stream, Tap},
    tls,
};

/// How much of an answer is kept as evidence.
const KEPT: usize = 64 * 1024;
/// Most answers that are kept.
const MOST_KEPT: usize = 16;

/// A certificate with its key, ready to be shown.
pub type TlsIdentity = ServerConfig;

/// What the bench shows and changes.
#[derive(Debug)]
pub struct Stand {
    /// The certificate it shows; none for hosts that are reached without TLS.
    pub tls: Option<Arc<ServerConfig>>,
    /// What is wrong with the offer.
    pub variant: Variant,
    /// Paths that are answered from another path of the host.
    pub paths: BTreeMap<String, String>,
    /// Paths that are answered with these bytes.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The path whose answer is changed.
    pub at: Option<String>,
    /// The signature in it.
    pub field: Option<String>,
}

impl Stand {
    /// A certificate for these names that nobody has signed.
    ///
    /// # Errors
    /// When a name is none.
    pub fn untrusted(names: Vec<String>) -> Result<Arc<ServerConfig>, String> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(names).map_err(|e| e.to_string())?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        config(vec![cert.der().clone()], key)
    }

    /// A certificate chain and its key, both PEM.
    ///
    /// # Errors
    /// When they are none, or do not belong together.
    pub fn given(chain: &[u8], key: &[u8]) -> Result<Arc<ServerConfig>, String> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let chain = chain.map_err(|e| format!("the certificate cannot be read: {e}"))?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|e| format!("the key cannot be read: {e}"))?;
        config(chain, key)
    }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, String> {
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| e.to_string())?;
    Ok(Arc::new(config))
}

/// Serves one connection of the DUT, of which `ahead` was read already.
pub(super) async fn serve(stream: TcpStream, ahead: &[u8], stand: &Stand, shared: &Shared) {
    if !ahead.is_empty() {
        let (from_dut, to_dut) = stream.into_split();
        return converse(tokio::io::join(ahead.chain(from_dut), to_dut), false, stand, shared).await;
    }
    let mut first = [0];
    let peeked = timeout(shared.budget.read, stream.peek(&mut first)).await;
    let is_tls = matches!(peeked, Ok(Ok(1)) if first == [22]);
    match &stand.tls {
        Some(tls) if is_tls => {
            shared.seen().begun += 1;
            let shaken = timeout(shared.budget.read, TlsAcceptor::from(Arc::clone(tls)).accept(stream)).await;
            if let Ok(Ok(session)) = shaken {
                converse(session, true, stand, shared).await;
            }
        }
        _ => converse(stream, false, stand, shared).await,
    }
}

/// Reads one request and answers it. In TLS 1.3 a client refuses the certificate only after the server has finished,
/// so that only a request, or an orderly end, shows that it did not.
async fn converse<S: Stream>(stream: S, is_tls: bool, stand: &Stand, shared: &Shared) {
    let mut line = Tap::new(stream, LONGEST_HEAD + LONGEST_BODY + 1);
    let is_whole = |bytes: &[u8]| match codec::asked(bytes) {
        Arrived::Head(asked) => bytes.len() >= asked.head + asked.body,
        Arrived::InPart => false,
        Arrived::Unfit => true,
    };
    line.hear(Patience::whole(shared.budget.page), is_whole).await;
    if is_tls && !line.heard().is_empty() {
        shared.seen().finished += 1;
    }
    let Arrived::Head(asked) = codec::asked(line.heard()) else { return };
    let body = line.heard().get(asked.head..asked.head + asked.body).unwrap_or_default().to_vec();
    let Ok(_room) = shared.room.acquire().await else { return };
    let (answer, is_changed) = answer(&asked, &body, is_tls, stand, shared).await;
    let head = line.heard().get(..asked.head).unwrap_or_default();
    remember(shared, &asked, head, &answer, is_changed);
    let Ok(Ok(())) = timeout(shared.budget.page, line.write_all(&answer)).await else { return };
    timeout(shared.budget.read, line.shutdown()).await.ok();
    // Closing with bytes unread would take the answer away from the peer.
    timeout(shared.budget.read, line.read(&mut [0; 1])).await.ok();
}

/// Keeps what was asked and the beginning of what was given.
fn remember(shared: &Shared, asked: &Asked, head: &[u8], answer: &[u8], is_changed: bool) {
    let request = format!("{} {}", asked.method, asked.path);
    let mut seen = shared.seen();
    seen.changed += u32::from(is_changed);
    if seen.raw.len() < 2 * MOST_KEPT {
        let cut = match answer.len() {
            ..=KEPT => String::new(),
            all => format!(" (first {KEPT} of {all} bytes)"),
        };
        let how = if is_changed { ", changed" } else { "" };
        seen.raw.push(Raw::new(format!("asked, {request}"), head));
        seen.raw.push(Raw::new(format!("given{how}{cut}"), answer.get(..KEPT).unwrap_or(answer)));
    }
    if seen.requests.len() < MOST_SEEN {
        seen.requests.push(request);
    }
}

/// The answer that the DUT gets, and whether it differs from the host's.
async fn answer(asked: &Asked, body: &[u8], is_tls: bool, stand: &Stand, shared: &Shared) -> (Vec<u8>, bool) {
    let bare = asked.path.split(['?', '#']).next().unwrap_or_default();
    let (given, is_other) = match (stand.files.get(bare), stand.paths.get(bare)) {
        (Some(file), _) => (Some(Answer { status: 200, body: file.clone(), ..Answer::default() }), true),
        (None, Some(path)) => (fetched(asked, path, body, is_tls, shared).await, true),
        (None, None) => (fetched(asked, &asked.path, body, is_tls, shared).await, false),
    };
    let Some(given) = given else { return (codec::answer(502, "", b"the host did not answer\n"), false) };
    let is_at = stand.at.as_deref() == Some(bare) && given.status == 200;
    let other = codec::changed(stand.variant, stand.field.as_deref(), &given.body).filter(|_| is_at);
    let is_changed = match stand.variant {
        variant if variant.needs_path() => other.is_some(),
        _ => is_other && given.status == 200,
    };
    let sent = other.as_deref().unwrap_or(&given.body);
    (codec::answer(given.status, given.header("content-type"), sent), is_changed)
}

/// Asks the host in the DUT's stead; none when it does not answer whole.
async fn fetched(asked: &Asked, path: &str, body: &[u8], is_tls: bool, shared: &Shared) -> Option<Answer> {
    let host = shared.to.host(shared.port, if is_tls { 443 } else { 80 });
    let request = codec::onward(asked, path, &host, body);
    let connect = TcpStream::connect(shared.to.at(shared.port));
    let stream = timeout(shared.budget.connect, connect).await.ok()?.ok()?;
    if !is_tls {
        return exchange(stream, &request, shared).await;
    }
    let mut line = Tap::new(stream, 0);
    let session = tls::shake(&mut line, &shared.to, &shared.budget).await.session?;
    exchange(session, &request, shared).await
}

async fn exchange<S: Stream>(stream: S, request: &[u8], shared: &Shared) -> Option<Answer> {
    let budget = &shared.budget;
    let mut line = Tap::new(stream, budget.package_bytes);
    line.say(request, budget.read).await.ok()?;
    line.hear(Patience::whole(budget.page), is_over).await;
    // Without a stated length only the end of the connection ends the body.
    let is_whole = |a: &Answer| {
        a.is_complete || (a.header("content-length").is_empty() && a.header("transfer-encoding").is_empty())
    };
    http_codec::answer(line.heard()).filter(is_whole)
}
