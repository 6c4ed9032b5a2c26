//! Flaw `undeclared-service`: a line protocol of the factory's test bench answers without a login.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::plug::Plug;

/// The longest line.
const LINE: u64 = 128;
/// How long the peer may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers `PING`, `ID` and `RELAY` until the peer closes, is silent, or sends an endless line.
pub(crate) async fn serve(plug: Arc<Plug>, stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let read = timeout(PATIENCE, (&mut stream).take(LINE).read_until(b'\n', &mut line)).await;
        if !matches!(read, Ok(Ok(_))) || line.last() != Some(&b'\n') {
            return;
        }
        if stream.write_all(answer(&plug, line.trim_ascii()).as_bytes()).await.is_err() {
            return;
        }
    }
}

fn answer(plug: &Plug, line: &[u8]) -> String {
    match line {
        b"PING" => "PONG\r\n".to_owned(),
        b"ID" => format!("ID {}\r\n", plug.unit.serial),
        b"RELAY" => format!("RELAY {}\r\n", u8::from(plug.lock().memory().relay)),
        _ => "ERR\r\n".to_owned(),
    }
}
