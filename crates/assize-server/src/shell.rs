//! The socket around the explorer: guards, the store of packed answers, headers, a calm end.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tokio::net::TcpListener;

use crate::answer::{Answer, Kind};
use crate::cache::Cache;
use crate::gate::Gate;
use crate::guard::{self, Refusal};
use crate::{Error, Explorer, Result};

/// Nothing but what this server itself gives; no frame around it, no form to elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Bodies below this are sent as they are.
const WORTH_PACKING: usize = 1400;

/// How long answers under way may take when the end is asked for.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// An answer as it goes over the wire: packed where that is worth it, since nearly every browser takes it so.
#[derive(Debug)]
pub(crate) struct Packed {
    status: StatusCode,
    body: Bytes,
    is_gzip: bool,
    headers: HeaderMap,
}

impl Packed {
    fn new(answer: Answer) -> Self {
        let mut headers = HeaderMap::with_capacity(HEADERS.len() + 4);
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if !answer.styles.is_empty() {
            let styles: String = answer.styles.iter().map(|hash| format!(" '{hash}'")).collect();
            let policy = POLICY.replace("style-src 'self'", &format!("style-src 'self'{styles}"));
            let policy = HeaderValue::from_str(&policy).expect("hashes are plain letters");
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.kind.media_type()));
        let control = match answer.kind {
            // Assets carry their version in the address.
            Kind::Css | Kind::Script | Kind::Svg => "max-age=31536000, immutable",
            _ if answer.lasting => "no-cache",
            _ => "no-store",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(place) = answer.location.as_deref().and_then(|l| HeaderValue::from_str(l).ok()) {
            headers.insert(header::LOCATION, place);
        }
        let gzip = (answer.body.len() >= WORTH_PACKING).then(|| gzip(&answer.body)).flatten();
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let is_gzip = gzip.is_some();
        Self { status, body: gzip.unwrap_or_else(|| answer.body.into()), is_gzip, headers }
    }

    /// Bytes that it holds, the headers by a guess.
    pub(crate) fn size(&self) -> usize {
        self.body.len() + 1024
    }

    fn respond(&self, takes_gzip: bool, is_head: bool) -> Response {
        let sends_gzip = self.is_gzip && takes_gzip;
        let body = match self.is_gzip && !takes_gzip {
            true => gunzip(&self.body),
            false => self.body.clone(),
        };
        let length = body.len();
        let mut response = Response::new(if is_head { Body::empty() } else { Body::from(body) });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        if sends_gzip {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        response
    }
}

/// What was packed here, unpacked again.
fn gunzip(body: &[u8]) -> Bytes {
    let mut plain = Vec::with_capacity(body.len() * 6);
    GzDecoder::new(body).read_to_end(&mut plain).expect("it was packed by this program");
    plain.into()
}

fn gzip(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::new(6));
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[derive(Debug)]
struct Shell {
    explorer: Arc<Explorer>,
    cache: Cache,
    local: SocketAddr,
}

impl Shell {
    /// The packed answer to an address, made now and kept where it lasts.
    fn make(&self, address: &str) -> Arc<Packed> {
        let answer = self.explorer.answer(address);
        let is_kept = answer.lasting && answer.status == 200;
        let packed = Arc::new(Packed::new(answer));
        if is_kept {
            self.cache.put(address, &packed);
        }
        packed
    }
}

/// An explorer with its socket, not yet answering.
#[derive(Debug)]
pub struct Listening {
    shell: Arc<Shell>,
    socket: TcpListener,
}

/// Takes an address; port 0 takes a free one.
///
/// # Errors
/// [`Error::Listen`] when the address is taken or not this machine's.
pub async fn bind(explorer: Arc<Explorer>, address: SocketAddr) -> Result<Listening> {
    let refused = |source| Error::Listen { address, source };
    let socket = TcpListener::bind(address).await.map_err(refused)?;
    let local = socket.local_addr().map_err(refused)?;
    Ok(Listening { shell: Arc::new(Shell { explorer, cache: Cache::default(), local }), socket })
}

impl Listening {
    /// The address, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.shell.local
    }

    /// Makes the pages of all editions and requirements beforehand, on a thread of its own, while others are answered.
    #[must_use]
    pub fn warmed(self) -> Self {
        let shell = Arc::downgrade(&self.shell);
        let addresses = self.shell.explorer.addresses();
        std::thread::spawn(move || {
            for address in addresses {
                // The server ended.
                let Some(shell) = shell.upgrade() else { return };
                if shell.cache.get(&address).is_none() {
                    shell.make(&address);
                }
            }
        });
        self
    }

    /// Answers until `end` is done and the answers under way are sent, for which they have three seconds.
    ///
    /// # Errors
    /// [`Error::Serve`] when the socket gives up.
    pub async fn run(self, end: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let router = Router::new().fallback(respond).with_state(self.shell);
        let socket = Gate::new(self.socket);
        let (tell, told) = tokio::sync::oneshot::channel();
        let ending = async {
            end.await;
            let _ = tell.send(());
        };
        let late = async {
            let _ = told.await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        tokio::select! {
            served = axum::serve(socket, router).with_graceful_shutdown(ending).into_future() => served?,
            () = late => {}
        }
        Ok(())
    }
}

/// Done when the program is asked to end: by ctrl-c, or by the signal that ends services.
pub async fn asked_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = interrupt.await;
}

async fn respond(State(shell): State<Arc<Shell>>, request: Request) -> Response {
    let is_head = request.method() == Method::HEAD;
    if let Some(refusal) = guard::check(request.method(), request.headers(), shell.local) {
        return refuse(refusal, is_head);
    }
    let takes_gzip = takes_gzip(request.headers());
    let address = request.uri().path_and_query().map_or("/", |p| p.as_str());
    if let Some(packed) = shell.cache.get(address) {
        return packed.respond(takes_gzip, is_head);
    }
    let (address, worker) = (address.to_owned(), Arc::clone(&shell));
    // A page that is not kept yet takes milliseconds of work; those that are kept must not wait for it.
    let made = tokio::task::spawn_blocking(move || worker.make(&address));
    match made.await {
        Ok(packed) => packed.respond(takes_gzip, is_head),
        Err(_) => Packed::new(shell.explorer.broken()).respond(takes_gzip, is_head),
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|part| {
        let (name, rest) = part.trim().split_once(';').unwrap_or((part.trim(), ""));
        name.eq_ignore_ascii_case("gzip") && !matches!(rest.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn refuse(refusal: Refusal, is_head: bool) -> Response {
    let (status, words) = match refusal {
        Refusal::Method => (405, "Pages are only read here: use GET or HEAD.\n"),
        Refusal::Host => (
            403,
            "This explorer answers to the names of this machine only, such as 127.0.0.1 or localhost.\n",
        ),
    };
    let answer = Answer { status, ..Answer::of(Kind::Text, words) };
    let mut response = Packed::new(answer.passing()).respond(false, is_head);
    if refusal == Refusal::Method {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}
