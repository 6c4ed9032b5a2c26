//! Accepting connections: bounded in number, each with its own task, all ended when the accept loop is dropped.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::error::{Error, Result};

/// Connections one port serves at the same time; more wait in the backlog.
const CONNECTIONS: usize = 64;
/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A byte stream, clear or in TLS.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Binds a TCP port of exactly this address.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|source| Error::Bind { address, source })
}

/// Serves connections until dropped.
pub(crate) async fn accept<S, F>(listener: TcpListener, serve: S)
where
    S: Fn(TcpStream) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        if open.len() >= CONNECTIONS {
            open.join_next().await;
        }
        match listener.accept().await {
            Ok((stream, _)) => {
                open.spawn(serve(stream));
            }
            // Out of descriptors: closing connections make room again.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Completes the TLS handshake, or stays in clear when there is no TLS configured; `None` when the peer fails to.
pub(crate) async fn secured(
    stream: impl Wire + 'static,
    tls: Option<Arc<rustls::ServerConfig>>,
) -> Option<Box<dyn Wire>> {
    let Some(tls) = tls else { return Some(Box::new(stream)) };
    let shaken = timeout(HANDSHAKE, TlsAcceptor::from(tls).accept(stream)).await;
    Some(Box::new(shaken.ok()?.ok()?))
}
