//! Doors that only flaws open: nothing here runs on a conformant device.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(crate) mod debug;
pub(crate) mod dtls;
pub(crate) mod handmade;
pub(crate) mod lines;
mod oracle;
pub(crate) mod relayed;
pub(crate) mod ssh;
mod ssl2;
pub(crate) mod telnet;
pub(crate) mod tls10;
pub(crate) mod weak_tls;

/// How long a peer is waited for after an answer by hand.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says what was written by hand after the hello, and refuses what comes next: there is no key exchange to be had here.
async fn say_and_refuse(mut stream: TcpStream, wire: &[u8], version: u16) {
    let talk = async {
        handmade::next(&mut stream).await?;
        stream.write_all(wire).await?;
        handmade::next(&mut stream).await?;
        // Alert: fatal, handshake_failure.
        stream.write_all(&handmade::record(version, 21, &[2, 40])).await?;
        stream.shutdown().await
    };
    let _ = timeout(PATIENCE, talk).await;
}
