//! Opens TCP connections to a target and sorts what comes of it; UDP sockets that share an address.

use std::{io, net::SocketAddr, time::Duration};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, ipproto, socket_with, sockopt};
use tokio::{
    net::{TcpSocket, TcpStream, UdpSocket},
    time::{sleep, timeout},
};

use crate::{Budget, Target, Trouble, tap::Tap};

/// What came of one attempt to connect.
pub(crate) enum Reached {
    Open(TcpStream),
    Refused,
    Silent,
    /// A router or the host itself reported that the port or the host cannot be reached.
    Unreachable(io::Error),
}

/// Connects once. An error is the bench's own; what the peer does is in the answer.
pub(crate) async fn reach(to: SocketAddr, wait: Duration) -> io::Result<Reached> {
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    let stream = match timeout(wait, socket.connect(to)).await {
        Err(_) => return Ok(Reached::Silent),
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return sort(error, to),
    };
    // On the bench's own address a port nobody listens on may be the very one the connection leaves from.
    let is_self = stream.local_addr()? == to;
    Ok(if is_self { Reached::Refused } else { Reached::Open(stream) })
}

fn sort(error: io::Error, to: SocketAddr) -> io::Result<Reached> {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::ConnectionRefused | Kind::ConnectionReset | Kind::ConnectionAborted => Ok(Reached::Refused),
        Kind::TimedOut => Ok(Reached::Silent),
        Kind::HostUnreachable | Kind::NetworkUnreachable => Ok(Reached::Unreachable(error)),
        // How Linux tells of a filter that forbids the way over IPv6.
        Kind::PermissionDenied if to.is_ipv6() => Ok(Reached::Unreachable(error)),
        _ => Err(error),
    }
}

/// Connects for a conversation, after the budget's pause. `None` when the port does not take the connection.
pub(crate) async fn call(
    target: &Target,
    port: u16,
    budget: &Budget,
) -> Result<Option<Tap<TcpStream>>, Trouble> {
    sleep(budget.pause).await;
    let act = || format!("connect to {}", target.at(port));
    match reach(target.at(port), budget.connect).await {
        Ok(Reached::Open(stream)) => Ok(Some(Tap::new(stream, budget.answer_bytes))),
        Ok(Reached::Refused | Reached::Silent) => Ok(None),
        Ok(Reached::Unreachable(error)) | Err(error) => Err(Trouble::of(error, act(), target.address())),
    }
}

/// A UDP socket on an address that others may share.
pub(crate) fn shared(at: SocketAddr) -> io::Result<UdpSocket> {
    let family = if at.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::DGRAM, flags, Some(ipproto::UDP))?;
    if at.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, true)?;
    }
    sockopt::set_socket_reuseaddr(&socket, true)?;
    bind(&socket, &at)?;
    UdpSocket::from_std(socket.into())
}
