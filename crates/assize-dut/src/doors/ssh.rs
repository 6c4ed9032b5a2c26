//! Flaws `ssh-open`, `ssh-protocol-1` and `ssh-weak-algorithms`: an SSH server names its algorithms (RFC 4253, clauses
//! 4.2, 6 and 7.1), then drops the connection.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::knobs::Knobs;
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

/// The same of a server that nobody has looked after for long.
const OLD_LISTS: [&str; 10] = [
    "diffie-hellman-group1-sha1",
    "ssh-rsa,ssh-dss",
    "3des-cbc,arcfour",
    "3des-cbc,arcfour",
    "hmac-md5,hmac-sha1-96",
    "hmac-md5,hmac-sha1-96",
    "none",
    "none",
    "",
    "",
];

/// What the server is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    banner: &'static str,
    lists: &'static [&'static str; 10],
}

impl Door {
    /// The door that these knobs open; none on a conformant device.
    pub(crate) fn of(knobs: &Knobs) -> Option<Self> {
        let is_open = knobs.ssh_open || knobs.ssh_protocol_1 || knobs.ssh_weak;
        // RFC 4253 clause 5.1: 1.99 says that both protocols are spoken.
        let banner = if knobs.ssh_protocol_1 { "SSH-1.99-sshd\r\n" } else { "SSH-2.0-sshd\r\n" };
        is_open.then_some(Self { banner, lists: if knobs.ssh_weak { &OLD_LISTS } else { &LISTS } })
    }
}

/// Sends banner and KEXINIT, hears the peer out for a moment, and drops.
pub(crate) async fn serve(door: Door, mut stream: TcpStream) {
    let mut hello = door.banner.as_bytes().to_vec();
    hello.extend(key_exchange(door.lists));
    if stream.write_all(&hello).await.is_err() {
        return;
    }
    let _ = stream.shutdown().await;
    let _ = timeout(PATIENCE, tokio::io::copy(&mut stream.take(READ), &mut tokio::io::sink())).await;
}

/// SSH_MSG_KEXINIT in an unencrypted binary packet.
fn key_exchange(lists: &[&str; 10]) -> Vec<u8> {
    let mut payload = vec![20];
    payload.extend(random::bytes::<16>());
    for list in lists {
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
        let packet = key_exchange(&LISTS);
        let length = u32::from_be_bytes(packet[..4].try_into().unwrap()) as usize;
        assert_eq!(packet.len(), 4 + length);
        assert_eq!(packet.len() % 8, 0);
        assert!((4..=255).contains(&packet[4]));
        assert_eq!(packet[5], 20);
    }
}
