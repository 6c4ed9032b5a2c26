//! Connecting to the maker's services, from the device's own address.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream};

/// Connects from `own`, as a device with one address does: a loopback address would otherwise leave as 127.0.0.1.
pub(crate) async fn dial(own: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    if own.is_ipv4() != to.is_ipv4() {
        return TcpStream::connect(to).await;
    }
    let socket = if own.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Ports of connections that ended a moment ago may be taken again.
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(own, 0))?;
    socket.connect(to).await
}
