//! Pages under load: 200 requests in parallel over kept connections, each asking for the next page as soon as it has
//! one, and then 200 that ask now and then as people do. `cargo bench -p assize-server --bench load`.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use assize_server::{Explorer, bind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;

const PARALLEL: usize = 200;

fn main() {
    let catalogue = assize_lab::catalogue().expect("the embedded catalogue is sound");
    let began = Instant::now();
    let explorer = Arc::new(Explorer::new(catalogue, None));
    println!("indices made in {:.0} ms", began.elapsed().as_secs_f64() * 1000.0);
    let pages = Arc::new(pages());
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

/// Every page of an edition, of a requirement, of a pair that is mapped, and the others.
fn pages() -> Vec<String> {
    let catalogue = assize_lab::catalogue().expect("the embedded catalogue is sound");
    let mut pages: Vec<String> =
        ["/", "/f", "/map", "/diff", "/t", "/schemes", "/reading"].map(Into::into).to_vec();
    pages.extend(catalogue.frameworks.iter().map(|f| format!("/f/{}", f.id)));
    for f in &catalogue.frameworks {
        pages.extend(f.live().map(|r| format!("/f/{}/{}", f.id, r.id.replace(' ', "%20"))));
    }
    pages.extend(catalogue.crosswalks.iter().map(|c| format!("/map/{}/{}", c.from, c.to)));
    // Neighbours in the list are not alike, so that no run of large pages stands out.
    let mut mixed: Vec<String> = Vec::with_capacity(pages.len());
    let step = 611;
    mixed.extend((0..pages.len()).map(|at| pages[at * step % pages.len()].clone()));
    mixed
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
    let socket = TcpStream::connect(address).await.expect("the server listens");
    socket.set_nodelay(true).expect("a socket of ours");
    let mut socket = BufStream::with_capacity(64 * 1024, 1024, socket);
    let mut times = Vec::with_capacity(each);
    for at in 0..each {
        let page = &pages[(reader * each + at) % pages.len()];
        let request = format!("GET {page} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n");
        let began = Instant::now();
        socket.write_all(request.as_bytes()).await.expect("the server reads");
        socket.flush().await.expect("the server reads");
        answer(&mut socket).await;
        times.push(began.elapsed());
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    times
}

/// Reads one whole answer.
async fn answer(socket: &mut BufStream<TcpStream>) {
    let mut head = Vec::with_capacity(1024);
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.expect("the server answers"));
    }
    let head = String::from_utf8(head).expect("a head is plain text");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let (_, rest) = head.split_once("content-length: ").expect("every answer says its length");
    let length: usize = rest[..rest.find('\r').expect("a line ends")].parse().expect("a number");
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.expect("the whole body comes");
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
