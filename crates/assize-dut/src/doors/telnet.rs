//! Flaw `telnet-login`: a telnet server (RFC 854) that asks for user and password. Its greeting names no product and no version.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::plug::{LogIn, Plug};

const IAC: u8 = 255;
const SB: u8 = 250;
const SE: u8 = 240;
const WILL: u8 = 251;
const DO: u8 = 253;
const DONT: u8 = 254;
/// Options: echo (RFC 857), suppress go ahead (RFC 858), terminal type (RFC 1091).
const GREETING: [u8; 9] = [IAC, WILL, 1, IAC, WILL, 3, IAC, DO, 24];
/// The longest line kept.
const LINE: usize = 128;
/// Bytes one connection may send.
const BYTES: u64 = 64 * 1024;
/// How long a line may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Logins per connection.
const TRIES: usize = 3;

/// Serves one connection: three tries to log in, then a small shell.
pub(crate) async fn serve(plug: Arc<Plug>, mut stream: TcpStream) {
    let (receive, send) = stream.split();
    let mut terminal = Terminal { receive: receive.take(BYTES), send };
    // However the peer leaves, the connection is over.
    let _ = session(&plug, &mut terminal).await;
}

struct Terminal<'a> {
    receive: tokio::io::Take<tokio::net::tcp::ReadHalf<'a>>,
    send: tokio::net::tcp::WriteHalf<'a>,
}

async fn session(plug: &Plug, terminal: &mut Terminal<'_>) -> Option<()> {
    terminal.send.write_all(&GREETING).await.ok()?;
    for _ in 0..TRIES {
        let user = terminal.ask("\r\nlogin: ").await?;
        let password = terminal.ask("Password: ").await?;
        if let LogIn::Accepted(_) = plug.log_in(&user, &password) {
            return shell(plug, terminal).await;
        }
        terminal.send.write_all(b"\r\nLogin incorrect\r\n").await.ok()?;
    }
    None
}

async fn shell(plug: &Plug, terminal: &mut Terminal<'_>) -> Option<()> {
    loop {
        let answer = match terminal.ask("\r\n$ ").await?.as_str() {
            "exit" => return Some(()),
            "relay" if plug.lock().memory().relay => "on",
            "relay" => "off",
            "" => "",
            _ => "not found",
        };
        terminal.send.write_all(answer.as_bytes()).await.ok()?;
    }
}

impl Terminal<'_> {
    /// Prompts and reads a line; negotiation within it is read over. `None` when the peer is gone or silent.
    async fn ask(&mut self, prompt: &str) -> Option<String> {
        self.send.write_all(prompt.as_bytes()).await.ok()?;
        timeout(PATIENCE, self.line()).await.ok()?
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        loop {
            match self.receive.read_u8().await.ok()? {
                IAC => self.negotiate(&mut line).await?,
                b'\n' => break,
                // A line ends with CR LF, or with CR NUL from a terminal that sends keys.
                b'\r' => {
                    self.receive.read_u8().await.ok()?;
                    break;
                }
                byte if line.len() < LINE => line.push(byte),
                _ => return None,
            }
        }
        Some(String::from_utf8_lossy(&line).into_owned())
    }

    /// Reads the rest of a command; what the peer would like to do is declined, but for the terminal type asked for.
    async fn negotiate(&mut self, line: &mut Vec<u8>) -> Option<()> {
        match self.receive.read_u8().await.ok()? {
            IAC if line.len() < LINE => line.push(IAC),
            SB => loop {
                let is_end =
                    self.receive.read_u8().await.ok()? == IAC && self.receive.read_u8().await.ok()? == SE;
                if is_end {
                    break;
                }
            },
            WILL => {
                let option = self.receive.read_u8().await.ok()?;
                if option != 24 {
                    self.send.write_all(&[IAC, DONT, option]).await.ok()?;
                }
            }
            // WONT, DO, DONT: answers to our own offers.
            252..=254 => drop(self.receive.read_u8().await.ok()?),
            _ => {}
        }
        Some(())
    }
}
