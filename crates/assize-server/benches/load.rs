//! Pages under load: 200 requests in parallel over kept connections, each asking for the next page as soon as it has
//! one, and then 200 that ask now and then as people do. `cargo bench -p assize-server --bench load`.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use assize_server::{Explorer, bind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PARALLEL: usize = 200;

fn main() {
    let catalogue = assize_lab::catalogue().expect("the embedded catalogue is sound");
    let began = Instant::now();
    let explorer = Arc::new(Explorer::new(catalogue, None));
    println!("indices made in {:.0} ms", began.elapsed().as_secs_f64() * 1000.0);
    let pages = Arc::new(mixed(&explorer.addresses()));
    first(&explorer, &pages);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(async {
        let listening =
            bind(explorer, "127.0.0.1:0".parse().expect("an address")).await.expect("a free port");
        let address = listening.address();
        tokio::spawn(listening.run(std::future::pending()));
        // Every page once, so that what follows measures the server and not the first rendering.
        load(address, &pages, pages.len().div_ceil(PARALLEL), Duration::ZERO, "each page for the first time")
            .await;
        load(address, &pages, 200, Duration::ZERO, "as fast as 200 connections can").await;
        load(address, &pages, 40, Duration::from_millis(100), "200 readers, ten pages a second each").await;
    });
}

/// The pages, mixed: neighbours in the list are alike, and a run of large ones would stand out.
fn mixed(pages: &[String]) -> Vec<String> {
    (0..pages.len()).map(|at| pages[at * 611 % pages.len()].clone()).collect()
}

/// How long making a page takes, without a socket.
fn first(explorer: &Explorer, pages: &[String]) {
    let mut times: Vec<Duration> = Vec::new();
    for page in pages.iter().step_by(5) {
        let began = Instant::now();
        std::hint::black_box(explorer.answer(page));
        times.push(began.elapsed());
    }
    tell("making a page", &mut times, None);
}

async fn load(
    address: std::net::SocketAddr,
    pages: &Arc<Vec<String>>,
    each: usize,
    pause: Duration,
    what: &str,
) {
    let began = Instant::now();
    let readers: Vec<_> = (0..PARALLEL)
        .map(|reader| tokio::spawn(read(address, Arc::clone(pages), reader, each, pause)))
        .collect();
    let mut times = Vec::new();
    for reader in readers {
        times.extend(reader.await.expect("a reader ends"));
    }
    tell(what, &mut times, Some(began.elapsed()));
}

/// One reader's pages and how long each took.
async fn read(
    address: std::net::SocketAddr,
    pages: Arc<Vec<String>>,
    reader: usize,
    each: usize,
    pause: Duration,
) -> Vec<Duration> {
    // Readers do not begin in step.
    tokio::time::sleep(pause * u32::try_from(reader).unwrap_or(0) / 200).await;
    let mut socket = TcpStream::connect(address).await.expect("the server listens");
    socket.set_nodelay(true).expect("a socket of ours");
    let mut buffer = Vec::with_capacity(128 * 1024);
    let mut times = Vec::with_capacity(each);
    for at in 0..each {
        let page = &pages[(reader * each + at) % pages.len()];
        let request = format!("GET {page} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
        let began = Instant::now();
        socket.write_all(request.as_bytes()).await.expect("the server reads");
        answer(&mut socket, &mut buffer).await;
        times.push(began.elapsed());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    times
}

/// Reads one whole answer.
async fn answer(socket: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    let mut end = None;
    while end.is_none_or(|end| buffer.len() < end) {
        assert!(socket.read_buf(buffer).await.expect("the server answers") > 0, "it closes half-way");
        end = end.or_else(|| whole(buffer));
    }
    assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..200]));
}

/// The length of head and body together, once the head is there.
fn whole(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).expect("a head is plain text");
    let (_, rest) = text.split_once("content-length: ").expect("every answer says its length");
    let length: usize = rest[..rest.find('\r').expect("a line ends")].parse().expect("a number");
    Some(head + length)
}

fn tell(what: &str, times: &mut [Duration], took: Option<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let rate =
        took.map_or(String::new(), |t| format!(", {:.0} a second", times.len() as f64 / t.as_secs_f64()));
    println!(
        "{what}: {} pages, median {:.2} ms, p99 {:.2} ms, slowest {:.2} ms{rate}",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}
