//! The hostile servers, one row each, and the decoy to which they point.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::messages;

/// Where a server points to, and how many peers it served before.
#[derive(Clone, Copy)]
pub struct Told {
    pub decoy: SocketAddr,
    pub nth: usize,
}

/// What a server does.
pub enum Act {
    /// With a TCP connection, on this many ports.
    Tcp(usize, fn(&mut TcpStream, Told)),
    /// With a datagram, on the ports of usual services: what it sends back.
    Udp(fn(&[u8], Told) -> Vec<Vec<u8>>),
}

/// A hostile server.
pub struct Case {
    pub name: &'static str,
    pub act: Act,
}

/// Every hostile server.
pub const CASES: &[Case] = &[
    tcp("accepts-and-keeps-silent", |s, _| wait(s)),
    tcp("ends-at-once", |_, _| ()),
    tcp("endless-banner", |s, _| forever(s, &[b'A'; 8192])),
    tcp("endless-greetings", |s, _| forever(s, b"220 hello\r\n+OK\r\n* OK\r\n@RSYNCD: 31\r\n")),
    tcp("endless-noise", |s, told| messages::noise(told.nth, |bytes| s.write_all(bytes).is_ok())),
    tcp("slow-answer", |s, _| drip(s, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")),
    tcp("slow-greeting", |s, _| drip(s, b"SSH-2.0-slow\r\n")),
    tcp("gigabyte-headers", |s, _| {
        answer(s, b"HTTP/1.1 200 OK\r\n", b"X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
    }),
    tcp("gigabyte-header", |s, _| answer(s, b"HTTP/1.1 200 OK\r\nX-More: ", &[b'a'; 8192])),
    tcp("gigabyte-page", |s, _| {
        answer(s, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p><a><!-- <script>")
    }),
    tcp("gigabyte-challenges", |s, _| {
        answer(s, b"HTTP/1.1 401 No\r\nWWW-Authenticate: Digest nonce=\"n\", ", b"realm=\"a\", Basic, x=\\\"")
    }),
    tcp("gigabyte-nonce", |s, _| {
        answer(s, b"RTSP/1.0 401 No\r\nWWW-Authenticate: Digest nonce=\"", &[b'a'; 8192]);
    }),
    tcp("nonces-always-old", |s, told| {
        let old = format!(
            "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest stale=true, nonce={}\r\nContent-Length: 0\r\n\r\n",
            told.nth
        );
        once(s, old.as_bytes());
    }),
    tcp("streams-always-old", |s, _| {
        forever(s, b"RTSP/1.0 401 No\r\nWWW-Authenticate: Digest stale=true, nonce=n\r\n\r\n")
    }),
    tcp("lying-length", |s, _| {
        answer(s, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", b"a")
    }),
    tcp("lying-chunks", |s, _| {
        answer(s, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", b"a")
    }),
    tcp("endless-chunks", |s, _| {
        answer(s, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n")
    }),
    tcp("endless-interim-answers", |s, _| answer(s, b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    tcp("compressed-bomb", |s, _| answer(s, messages::BOMB, &[0; 4096])),
    tcp("redirect-elsewhere", |s, told| once(s, &messages::redirect(&format!("http://{}/", told.decoy)))),
    tcp("redirect-elsewhere-by-name", |s, told| {
        once(s, &messages::redirect(&format!("//localhost:{}/", told.decoy.port())));
    }),
    tcp("redirect-in-circles", |s, told| once(s, &messages::redirect(&format!("/{}", told.nth)))),
    tcp("description-elsewhere", |s, told| once(s, &messages::description(told.decoy))),
    tcp("socket-with-endless-frame", |s, _| {
        answer(s, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", &[0; 4096]);
    }),
    tcp("http2-frames", |s, _| answer(s, b"", b"\xff\xff\xff\x01\x04\x7f\xff\xff\xff")),
    tcp("telnet-storm", |s, _| forever(s, b"\xff\xfd\x01\xff\xfb\x03\xff\xfa\x18\x01")),
    tcp("ssh-long-packet", |s, _| after(s, b"SSH-2.0-x\r\n\xff\xff\xff\xff\xff\x14", &[0x14; 4096])),
    tcp("ssh-long-lists", |s, _| after(s, &messages::ssh_lists(), b"\x00\x00\x00\x0c\x0a\x14aaaaaaaaaa")),
    tcp("mqtt-long-packet", |s, _| answer(s, b"\x20\xff\xff\xff\x7f", &[0; 4096])),
    tcp("ber-deep-nesting", |s, _| answer(s, b"", b"\x30\x84\x7f\xff\xff\xff\x30\x80")),
    tls("tls-records-of-every-length", |s, told| once(s, &messages::record_of_length(told.nth))),
    tls("tls-malformed-certificates", |s, told| once(s, &messages::malformed_certificate(told.nth))),
    tcp("tls-endless-handshake", |s, _| answer(s, &messages::server_hello(), &messages::record(22, &[0; 4]))),
    tcp("tls-endless-alerts", |s, _| answer(s, b"", b"\x15\x03\x03\x00\x02\x01\x00")),
    tcp("tls-endless-tickets", |s, _| answer(s, &messages::server_hello(), &messages::record(20, &[1]))),
    udp("datagrams-of-noise", |asked, told| messages::noisy_datagrams(asked, told.nth)),
    udp("datagrams-in-a-flood", |asked, _| vec![asked.to_vec(); 2000]),
    udp("datagrams-echoed-as-answers", |asked, _| vec![messages::as_answer(asked)]),
    udp("names-that-point-elsewhere", |asked, told| vec![messages::names_elsewhere(asked, told.decoy)]),
    udp("names-in-circles", |asked, _| vec![messages::names_in_circles(asked)]),
    udp("names-without-end", |asked, told| messages::many_names(asked, told.nth)),
    udp("descriptions-elsewhere", |_, told| vec![messages::search_answer(told.decoy)]),
];

const fn tcp(name: &'static str, act: fn(&mut TcpStream, Told)) -> Case {
    Case { name, act: Act::Tcp(1, act) }
}

/// On many ports, so that many of its answers are heard.
const fn tls(name: &'static str, act: fn(&mut TcpStream, Told)) -> Case {
    Case { name, act: Act::Tcp(12, act) }
}

const fn udp(name: &'static str, act: fn(&[u8], Told) -> Vec<Vec<u8>>) -> Case {
    Case { name, act: Act::Udp(act) }
}

/// UDP ports that probes ask and that anybody may open.
const UDP_PORTS: [u16; 6] = [1900, 3702, 5060, 5353, 5683, 47808];

/// Endless servers end here, so that a mistake of the test ends too.
const MOST: usize = 1 << 30;

impl Case {
    /// Starts the server and gives its TCP ports.
    pub fn start(&'static self, at: Ipv4Addr, decoy: SocketAddr) -> Vec<u16> {
        let count = Arc::new(AtomicUsize::new(0));
        match &self.act {
            Act::Tcp(ports, act) => (0..*ports).map(|_| serve(at, decoy, &count, *act)).collect(),
            Act::Udp(act) => {
                for port in UDP_PORTS {
                    respond(at, port, decoy, &count, *act);
                }
                Vec::new()
            }
        }
    }
}

fn serve(at: Ipv4Addr, decoy: SocketAddr, count: &Arc<AtomicUsize>, act: fn(&mut TcpStream, Told)) -> u16 {
    let listener = TcpListener::bind((at, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = count.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let nth = count.fetch_add(1, Ordering::Relaxed);
            let wait = Some(Duration::from_secs(5));
            let _ = stream.set_read_timeout(wait).and(stream.set_write_timeout(wait));
            thread::spawn(move || act(&mut stream, Told { decoy, nth }));
        }
    });
    port
}

fn respond(
    at: Ipv4Addr,
    port: u16,
    decoy: SocketAddr,
    count: &Arc<AtomicUsize>,
    act: fn(&[u8], Told) -> Vec<Vec<u8>>,
) {
    let socket = UdpSocket::bind((at, port)).unwrap();
    let count = count.clone();
    thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let nth = count.fetch_add(1, Ordering::Relaxed);
            for datagram in act(&buffer[..length], Told { decoy, nth }) {
                let _ = socket.send_to(&datagram, from);
            }
        }
    });
}

fn wait(stream: &mut TcpStream) {
    while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {}
}

fn forever(stream: &mut TcpStream, bytes: &[u8]) {
    let block = bytes.repeat(8192usize.div_ceil(bytes.len()));
    for _ in 0..MOST / block.len() {
        if stream.write_all(&block).is_err() {
            return;
        }
    }
}

/// Says the beginning by itself, and goes on forever.
fn after(stream: &mut TcpStream, start: &[u8], more: &[u8]) {
    if stream.write_all(start).is_ok() {
        forever(stream, more);
    }
}

/// Waits for a question first.
fn answer(stream: &mut TcpStream, start: &[u8], more: &[u8]) {
    if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
        after(stream, start, more);
    }
}

/// One answer to a question, and the end.
fn once(stream: &mut TcpStream, bytes: &[u8]) {
    if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
        let _ = stream.write_all(bytes);
    }
}

/// A byte now and then.
fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    for byte in bytes.iter().chain(std::iter::repeat(&b'a')).take(2000) {
        if stream.write_all(&[*byte]).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(90));
    }
}

/// Listens where nothing should ever come.
pub struct Decoy {
    place: SocketAddr,
    visits: Arc<Mutex<Vec<String>>>,
}

impl Decoy {
    pub fn open() -> Self {
        // Another address than any target: 127.0.0.1 is where a name such as localhost leads, too.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let place = listener.local_addr().unwrap();
        let visits = Arc::new(Mutex::new(Vec::new()));
        if let Ok(socket) = UdpSocket::bind(place) {
            let visits = visits.clone();
            thread::spawn(move || {
                while let Ok((length, from)) = socket.recv_from(&mut [0; 2048]) {
                    visits.lock().unwrap().push(format!("a datagram of {length} bytes from {from}"));
                }
            });
        }
        let seen = visits.clone();
        thread::spawn(move || {
            while let Ok((_, from)) = listener.accept() {
                seen.lock().unwrap().push(format!("a connection from {from}"));
            }
        });
        Self { place, visits }
    }

    pub fn place(&self) -> SocketAddr {
        self.place
    }

    /// Who came.
    pub fn visits(&self) -> Vec<String> {
        self.visits.lock().unwrap().clone()
    }
}

/// The IPv4 address of the decoy.
pub fn octets(decoy: SocketAddr) -> [u8; 4] {
    match decoy.ip() {
        IpAddr::V4(v4) => v4.octets(),
        IpAddr::V6(_) => [127, 0, 0, 1],
    }
}
