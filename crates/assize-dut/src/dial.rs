//! Connecting to the maker's services, from the device's own address, straight or through a proxy.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// The longest answer of a proxy that is read.
const ANSWER: usize = 4096;

/// How the device gets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WayOut {
    /// The device's address.
    pub(crate) own: IpAddr,
    /// The proxy that it is set to use.
    pub(crate) proxy: Option<SocketAddr>,
}

impl WayOut {
    /// Connects; the caller bounds the time it takes.
    pub(crate) async fn dial(self, to: SocketAddr) -> io::Result<TcpStream> {
        let Some(proxy) = self.proxy else { return dial(self.own, to).await };
        let mut stream = dial(self.own, proxy).await?;
        stream.write_all(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() >= ANSWER {
                return Err(io::ErrorKind::InvalidData.into());
            }
            answer.push(stream.read_u8().await?);
        }
        match answer.starts_with(b"HTTP/1.1 200 ") || answer.starts_with(b"HTTP/1.0 200 ") {
            true => Ok(stream),
            false => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }
}

/// Connects from `own`, as a device with one address does: a loopback address would otherwise leave as 127.0.0.1.
async fn dial(own: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    if own.is_ipv4() != to.is_ipv4() {
        return TcpStream::connect(to).await;
    }
    let socket = if own.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Ports of connections that ended a moment ago may be taken again.
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(own, 0))?;
    socket.connect(to).await
}
