//! What the tests share: instances on addresses of their own, and small clients for HTTP, MQTT and lines.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use assize_dut::{Config, Device, InitialState, Running};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub const PASSWORD: &str = "seven quiet owls";

/// A byte stream, clear or in TLS.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Two addresses no other test has; another run of the tests beside this one very likely has others.
pub fn addresses() -> (IpAddr, IpAddr) {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let third = (number % 120) as u8 * 2;
    let (second, fourth) = (100 + (nanos / 1000 % 150) as u8, 1 + (nanos / 1_000_000 % 250) as u8);
    (IpAddr::from([127, second, third, fourth]), IpAddr::from([127, second, third + 1, fourth]))
}

/// A conformant device in factory state that reports quickly.
pub fn unpacked() -> Config {
    let (device, services) = addresses();
    let mut config = Config::new(device, services);
    config.report_every = Duration::from_millis(50);
    config.throttle_base = Duration::from_secs(1);
    config
}

/// A conformant device with `PASSWORD` set.
pub fn initialised() -> Config {
    Config { initial_state: InitialState::Initialised { password: PASSWORD.to_owned() }, ..unpacked() }
}

/// The same with one flaw.
pub fn flawed(config: Config, flaw: &str) -> Config {
    Config { flaws: vec![flaw.to_owned()], ..config }
}

pub async fn start(config: Config) -> Running {
    Device::start(config).await.unwrap()
}

/// A TLS client that trusts the instance's authority and nobody else.
pub fn trusting(running: &Running) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(running.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}

/// A TLS connection whose certificate was verified.
pub async fn shaken(running: &Running, address: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(trusting(running)).connect(ServerName::from(address.ip()), stream).await
}

/// Waits until something is so, for at most five seconds.
pub async fn eventually<F: Future<Output = bool>>(is_so: impl Fn() -> F) -> bool {
    for _ in 0..250 {
        if is_so().await {
            return true;
        }
        sleep(Duration::from_millis(20)).await;
    }
    false
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(':'));
        fields.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// Sends raw bytes and reads the answer to its end.
pub async fn exchange(mut stream: impl Wire, request: &[u8]) -> Reply {
    stream.write_all(request).await.unwrap();
    stream.flush().await.unwrap();
    let mut bytes = Vec::new();
    timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

/// Sends raw bytes and reads whatever comes until the peer ends the connection.
pub async fn exchange_all(mut stream: impl Wire, request: &[u8]) -> Vec<u8> {
    stream.write_all(request).await.unwrap();
    stream.flush().await.unwrap();
    let mut bytes = Vec::new();
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await.unwrap();
    bytes
}

/// A request as it stands on the wire.
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: plug\r\nconnection: close\r\n");
    if let Some(token) = token {
        text += &format!("authorization: Bearer {token}\r\n");
    }
    if let Some(body) = body {
        text += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    }
    format!("{text}\r\n{}", body.unwrap_or("")).into_bytes()
}

/// The page or call at a place of a TLS port.
pub async fn page(running: &Running, endpoint: &str, path: &str) -> Reply {
    let stream = shaken(running, running.endpoint(endpoint).unwrap()).await.unwrap();
    exchange(stream, &request("GET", path, None, None)).await
}

/// A client of the plug's web server.
pub struct Web<'a> {
    pub running: &'a Running,
    pub token: Option<String>,
}

impl<'a> Web<'a> {
    /// Not logged in.
    pub fn stranger(running: &'a Running) -> Self {
        Self { running, token: None }
    }

    /// Logged in as admin with `PASSWORD`.
    pub async fn admin(running: &'a Running) -> Self {
        Self::with_login(running, "admin", PASSWORD).await
    }

    pub async fn with_login(running: &'a Running, user: &str, password: &str) -> Self {
        let mut web = Self::stranger(running);
        let reply = web.log_in(user, password).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        web.token = Some(reply.json()["token"].as_str().unwrap().to_owned());
        web
    }

    pub async fn log_in(&self, user: &str, password: &str) -> Reply {
        self.post("/api/login", &serde_json::json!({ "user": user, "password": password }).to_string()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(&request("GET", path, self.token.as_deref(), None)).await
    }

    pub async fn post(&self, path: &str, body: &str) -> Reply {
        self.send(&request("POST", path, self.token.as_deref(), Some(body))).await
    }

    pub async fn send(&self, request: &[u8]) -> Reply {
        let stream = shaken(self.running, self.running.endpoint("web").unwrap()).await.unwrap();
        exchange(stream, request).await
    }
}

/// An MQTT CONNECT with user and password.
pub fn mqtt_connect(user: &str, password: &str) -> Vec<u8> {
    let field = |text: &str| [&(text.len() as u16).to_be_bytes()[..], text.as_bytes()].concat();
    let flags = if user.is_empty() { 2 } else { 0xc2 };
    let mut rest = vec![0, 4, b'M', b'Q', b'T', b'T', 4, flags, 0, 60];
    rest.extend(field("tester"));
    if !user.is_empty() {
        rest.extend([field(user), field(password)].concat());
    }
    [&[0x10, rest.len() as u8][..], &rest].concat()
}

/// Reads exactly so many bytes, within five seconds.
pub async fn bytes<const N: usize>(stream: &mut (impl AsyncRead + Unpin)) -> [u8; N] {
    let mut out = [0; N];
    timeout(Duration::from_secs(5), stream.read_exact(&mut out)).await.unwrap().unwrap();
    out
}

/// Reads until these words have come, within five seconds; returns everything read.
pub async fn until(stream: &mut (impl AsyncRead + Unpin), words: &str) -> Vec<u8> {
    let mut seen = Vec::new();
    while !seen.windows(words.len()).any(|w| w == words.as_bytes()) {
        seen.extend(bytes::<1>(stream).await);
    }
    seen
}

/// Asks the mDNS responder; the answers as text, empty when none came.
pub async fn mdns(running: &Running, name: &str, kind: simple_dns::TYPE) -> Vec<String> {
    let mut query = simple_dns::Packet::new_query(77);
    let name = simple_dns::Name::new(name).unwrap();
    let class = simple_dns::CLASS::IN.into();
    query.questions.push(simple_dns::Question::new(name, kind.into(), class, false));
    let device = running.endpoint("mdns").unwrap();
    let socket = tokio::net::UdpSocket::bind((device.ip(), 0)).await.unwrap();
    socket.connect(device).await.unwrap();
    socket.send(&query.build_bytes_vec().unwrap()).await.unwrap();
    let mut buffer = [0; 1500];
    let Ok(length) = timeout(Duration::from_millis(500), socket.recv(&mut buffer)).await else {
        return Vec::new();
    };
    let reply = simple_dns::Packet::parse(&buffer[..length.unwrap()]).unwrap();
    assert_eq!(reply.id(), 77);
    reply.answers.iter().map(|record| format!("{:?}", record.rdata)).collect()
}
