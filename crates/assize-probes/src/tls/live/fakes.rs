//! Servers of the tests that speak old versions and have, or have not, what known attacks need. None ends a handshake.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
};

use crate::{
    Target, bench,
    tls::codec::{
        self, HANDSHAKE, dtls, rsa, ssl2,
        wire::{Reader, message, record, vec8, vec16, vec24},
    },
};

pub(super) const CERTIFICATE: &[u8] = include_bytes!("../fixtures/oracle.der");
const EXPONENT: &str = include_str!("../fixtures/oracle-exponent.txt");

/// What a server does after its first flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Refuses whatever comes.
    Plain,
    /// Answers a heartbeat with as many bytes as it claims.
    Bleeds,
    /// Announces heartbeats and passes over wrong ones.
    Beats,
    /// Carries an early change of ciphers out.
    ChangesEarly,
    /// Tells wrong padding by another alert.
    Tells,
    /// Hangs up on hellos of more than 512 bytes.
    Forgets,
}

/// A server of one version.
#[derive(Clone, Debug)]
pub(super) struct Fake {
    pub version: u16,
    /// In the server's order.
    pub suites: Vec<u16>,
    pub compression: u8,
    pub manner: Manner,
    pub connections: Arc<AtomicU32>,
}

impl Fake {
    pub(super) fn new(version: u16, suites: &[u16], manner: Manner) -> Self {
        Self { version, suites: suites.to_vec(), compression: 0, manner, connections: Arc::default() }
    }

    pub(super) async fn serve(&self, target: &Target) -> u16 {
        let fake = self.clone();
        bench::serve(target, move |stream| {
            let fake = fake.clone();
            async move {
                fake.connections.fetch_add(1, Ordering::Relaxed);
                fake.converse(stream).await;
            }
        })
        .await
    }

    async fn converse(&self, mut stream: TcpStream) -> Option<()> {
        let hello = read_record(&mut stream).await?;
        if self.manner == Manner::Forgets && hello.len() > 512 {
            return None;
        }
        let Some(suite) = self.choose(hello.get(9..)?) else {
            stream.write_all(&record(21, self.version, &[2, 40])).await.ok()?;
            return Some(());
        };
        stream.write_all(&record(HANDSHAKE, self.version, &self.flight(suite))).await.ok()?;
        self.go_on(&mut stream).await
    }

    /// The suite for the body of a hello; only this version's hellos get one.
    fn choose(&self, hello: &[u8]) -> Option<u16> {
        let mut reader = Reader::new(hello);
        if reader.u16()? != self.version {
            return None;
        }
        reader.take(32)?;
        reader.vec8()?;
        let mut offered = Reader::new(reader.vec16()?);
        let offered: Vec<u16> = std::iter::from_fn(|| offered.u16()).collect();
        self.suites.iter().copied().find(|suite| offered.contains(suite))
    }

    fn flight(&self, suite: u16) -> Vec<u8> {
        let mut hello = self.version.to_be_bytes().to_vec();
        hello.extend([7; 32]);
        hello.extend(vec8(&[]));
        hello.extend(suite.to_be_bytes());
        hello.push(self.compression);
        if matches!(self.manner, Manner::Bleeds | Manner::Beats) {
            hello.extend(vec16(&[0, 15, 0, 1, 1]));
        }
        let list = vec24(&vec24(CERTIFICATE));
        [message(2, &hello), message(11, &list), message(14, &[])].concat()
    }

    async fn go_on(&self, stream: &mut TcpStream) -> Option<()> {
        let (mut changed, mut description) = (false, 10);
        loop {
            let bytes = read_record(stream).await?;
            match (bytes[0], self.manner) {
                (24, Manner::Bleeds) => {
                    let claimed = usize::from(u16::from_be_bytes([bytes[6], bytes[7]]));
                    let body = [&[2, bytes[6], bytes[7]][..], &vec![0x99; claimed + 16]].concat();
                    stream.write_all(&record(24, self.version, &body)).await.ok()?;
                }
                (24, _) => {}
                (20, Manner::ChangesEarly) => changed = true,
                (HANDSHAKE, Manner::ChangesEarly) if changed => description = 20,
                // A key exchange and a change of ciphers are in order; the Finished after them is not.
                (HANDSHAKE, Manner::Tells) if bytes.get(5) == Some(&16) => {
                    description = if is_well_padded(&bytes[11..])? { 20 } else { 51 };
                    continue;
                }
                (20, Manner::Tells) => continue,
                _ => {}
            }
            if bytes[0] != 24 && (!changed || description == 20) {
                stream.write_all(&record(21, self.version, &[2, description])).await.ok()?;
                return Some(());
            }
        }
    }
}

fn is_well_padded(sealed: &[u8]) -> Option<bool> {
    let (modulus, _) = crate::certificate::rsa_key(CERTIFICATE)?;
    let block = rsa::power(sealed, &modulus, &hex::decode(EXPONENT.trim()).ok()?)?;
    Some(block.starts_with(&[0, 2]) && block[block.len() - 49] == 0)
}

async fn read_record(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 5];
    stream.read_exact(&mut bytes).await.ok()?;
    let size = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
    bytes.resize(5 + size, 0);
    stream.read_exact(&mut bytes[5..]).await.ok()?;
    Some(bytes)
}

/// A server of SSL 2.0 that knows two ciphers and refuses everything newer.
pub(super) async fn ssl2(target: &Target) -> u16 {
    bench::serve(target, |mut stream| async move {
        let mut head = [0; 2];
        if stream.read_exact(&mut head).await.is_ok() && head[0] == 0x80 {
            let hello = ssl2::server_hello(CERTIFICATE, &[[1, 0, 0x80], [2, 0, 0x80]]);
            stream.write_all(&hello).await.ok();
        } else {
            stream.write_all(&record(21, 0x0300, &[2, 40])).await.ok();
        }
    })
    .await
}

/// A server of DTLS 1.2 that wants a cookie and answers in small pieces, out of order. It has no keys, and ends a handshake with
/// a record of noise.
pub(super) async fn datagrams(target: &Target, suites: Vec<u16>) -> u16 {
    let socket = UdpSocket::bind((target.address(), 0)).await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let fake = Fake::new(0xfefd, &suites, Manner::Plain);
    tokio::spawn(async move {
        let mut buffer = vec![0; 4096];
        while let Ok((size, from)) = socket.recv_from(&mut buffer).await {
            if buffer[13] == 16 {
                let noise = dtls::record(HANDSHAKE, 0xfefd, 1 << 48, &[0x5a; 64]);
                socket.send_to(&noise, from).await.unwrap();
                continue;
            }
            let hello = buffer.get(25..size).unwrap_or_default();
            for datagram in answers(&fake, hello) {
                socket.send_to(&datagram, from).await.unwrap();
            }
        }
    });
    port
}

fn answers(fake: &Fake, hello: &[u8]) -> Vec<Vec<u8>> {
    let mut reader = Reader::new(hello);
    let (Some(version), Some(random), Some(_), Some(cookie)) =
        (reader.take(2), reader.take(32), reader.vec8(), reader.vec8())
    else {
        return Vec::new();
    };
    if cookie.is_empty() {
        return dtls::fragments(0xfeff, 3, 0, &[&[0xfe, 0xff][..], &vec8(b"cookie")].concat(), 500);
    }
    let plain = [version, random, &[0], reader.rest()].concat();
    let Some(suite) = fake.choose(&plain).filter(|_| cookie == b"cookie") else {
        return vec![[&[21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2][..], &[2, 40]].concat()];
    };
    let flight = fake.flight(suite);
    let mut reader = Reader::new(&flight);
    let mut all = Vec::new();
    let mut number = 1;
    while let Some((kind, body)) = codec::next_message(&mut reader) {
        all.extend(dtls::fragments(0xfefd, kind, number, body, 100));
        number += 1;
    }
    all.reverse();
    all
}
