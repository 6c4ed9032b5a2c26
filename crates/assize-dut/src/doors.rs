//! Doors that only flaws open: nothing here runs on a conformant device.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(crate) mod debug;
mod handmade;
pub(crate) mod lines;
pub(crate) mod ssh;
pub(crate) mod telnet;
pub(crate) mod tls10;
pub(crate) mod weak_tls;

/// Says what was written by hand; the peer's key exchange, if it comes, is heard and dropped.
async fn say_and_hear(mut stream: TcpStream, wire: &[u8]) {
    if stream.write_all(wire).await.is_err() {
        return;
    }
    let _ = stream.flush().await;
    let _ = timeout(
        Duration::from_secs(2),
        tokio::io::copy(&mut (&mut stream).take(65_536), &mut tokio::io::sink()),
    )
    .await;
}
