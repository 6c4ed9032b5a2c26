//! Flaw `ssh-open`: an SSH server names its algorithms (RFC 4253, clauses 4.2, 6 and 7.1), then drops the connection.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::random;

const PATIENCE: Duration = Duration::from_secs(5);
/// How much of the peer's banner and key exchange is read before the connection is dropped.
const READ: u64 = 16 * 1024;

/// Name lists in the order of the KEXINIT message.
const LISTS: [&str; 10] = [
    "curve25519-sha256,ecdh-sha2-nistp256",
    "ssh-ed25519",
    "aes128-ctr,aes256-ctr",
    "aes128-ctr,aes256-ctr",
    "hmac-sha2-256",
    "hmac-sha2-256",
    "none",
    "none",
    "",
    "",
];

/// Sends banner and KEXINIT, hears the peer out for a moment, and drops.
pub(crate) async fn serve(mut stream: TcpStream) {
    let mut hello = b"SSH-2.0-sshd\r\n".to_vec();
    hello.extend(key_exchange());
    if stream.write_all(&hello).await.is_err() {
        return;
    }
    let _ = stream.shutdown().await;
    let _ = timeout(PATIENCE, tokio::io::copy(&mut stream.take(READ), &mut tokio::io::sink())).await;
}

/// SSH_MSG_KEXINIT in an unencrypted binary packet.
fn key_exchange() -> Vec<u8> {
    let mut payload = vec![20];
    payload.extend(random::bytes::<16>());
    for list in LISTS {
        payload.extend((list.len() as u32).to_be_bytes());
        payload.extend(list.as_bytes());
    }
    payload.extend([0; 5]);
    // At least four bytes of padding make length field, padding length and payload a multiple of eight.
    let padding = 4 + (8 - (4 + 1 + payload.len() + 4) % 8) % 8;
    let mut packet = ((1 + payload.len() + padding) as u32).to_be_bytes().to_vec();
    packet.push(padding as u8);
    packet.extend(payload);
    packet.extend(vec![0; padding]);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packet_is_framed_as_rfc_4253_says() {
        let packet = key_exchange();
        let length = u32::from_be_bytes(packet[..4].try_into().unwrap()) as usize;
        assert_eq!(packet.len(), 4 + length);
        assert_eq!(packet.len() % 8, 0);
        assert!((4..=255).contains(&packet[4]));
        assert_eq!(packet[5], 20);
    }
}
