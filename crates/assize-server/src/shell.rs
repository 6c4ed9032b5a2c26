//! The socket around the explorer: guards, the store of packed answers, headers, a calm end.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::net::TcpListener;

use crate::answer::{Answer, Kind};
use crate::cache::Cache;
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

/// An answer as it goes over the wire, plain and packed.
#[derive(Debug)]
pub(crate) struct Packed {
    status: StatusCode,
    plain: Bytes,
    gzip: Option<Bytes>,
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
        Self { status, plain: answer.body.into(), gzip, headers }
    }

    /// Bytes that it holds.
    pub(crate) fn size(&self) -> usize {
        self.plain.len() + self.gzip.as_ref().map_or(0, Bytes::len)
    }

    fn respond(&self, takes_gzip: bool, is_head: bool) -> Response {
        let packed = self.gzip.as_ref().filter(|_| takes_gzip);
        let body = packed.unwrap_or(&self.plain);
        let mut response = Response::new(if is_head { Body::empty() } else { Body::from(body.clone()) });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        if packed.is_some() {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        response
    }
}

fn gzip(body: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::new(6));
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

struct Shell {
    explorer: Arc<Explorer>,
    cache: Cache,
    local: SocketAddr,
}

/// An explorer with its socket, not yet answering.
#[derive(Debug)]
pub struct Listening {
    explorer: Arc<Explorer>,
    socket: TcpListener,
    local: SocketAddr,
}

/// Takes an address; port 0 takes a free one.
///
/// # Errors
/// [`Error::Listen`] when the address is taken or not this machine's.
pub async fn bind(explorer: Arc<Explorer>, address: SocketAddr) -> Result<Listening> {
    let refused = |source| Error::Listen { address, source };
    let socket = TcpListener::bind(address).await.map_err(refused)?;
    let local = socket.local_addr().map_err(refused)?;
    Ok(Listening { explorer, socket, local })
}

impl Listening {
    /// The address, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.local
    }

    /// Answers until `end` is done and the answers under way are sent, for which they have three seconds.
    ///
    /// # Errors
    /// [`Error::Serve`] when the socket gives up.
    pub async fn run(self, end: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let shell = Shell { explorer: self.explorer, cache: Cache::default(), local: self.local };
        let router = Router::new().fallback(respond).with_state(Arc::new(shell));
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
            served = axum::serve(self.socket, router).with_graceful_shutdown(ending).into_future() => served?,
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
    let made = tokio::task::spawn_blocking(move || {
        let answer = worker.explorer.answer(&address);
        let is_kept = answer.lasting && answer.status == 200;
        let packed = Arc::new(Packed::new(answer));
        if is_kept {
            worker.cache.put(&address, &packed);
        }
        packed
    });
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
