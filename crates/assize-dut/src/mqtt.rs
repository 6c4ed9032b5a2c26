//! MQTT 3.1.1, the packets the plug and its broker exchange: connect, publish at QoS 0, ping, disconnect.
//! No subscriptions: the maker's service only listens.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The longest packet after its fixed header.
const PACKET: usize = 16 * 1024;

/// One control packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Packet {
    Connect { client: String, login: Option<(String, Vec<u8>)>, keep_alive: u16 },
    ConnAck { code: u8 },
    Publish { topic: String, payload: Vec<u8> },
    PingReq,
    PingResp,
    Disconnect,
}

/// Accepted.
pub(crate) const ACCEPTED: u8 = 0;
/// Not authorised.
pub(crate) const NOT_AUTHORISED: u8 = 5;

impl Packet {
    /// The bytes of the packet.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Connect { client, login, keep_alive } => {
                let flags = if login.is_some() { 0b1100_0010 } else { 0b0000_0010 };
                let mut rest = vec![0, 4, b'M', b'Q', b'T', b'T', 4, flags];
                rest.extend(keep_alive.to_be_bytes());
                push_field(&mut rest, client.as_bytes());
                if let Some((user, password)) = login {
                    push_field(&mut rest, user.as_bytes());
                    push_field(&mut rest, password);
                }
                framed(0x10, &rest)
            }
            Self::ConnAck { code } => framed(0x20, &[0, *code]),
            Self::Publish { topic, payload } => {
                let mut rest = Vec::new();
                push_field(&mut rest, topic.as_bytes());
                rest.extend(payload);
                framed(0x30, &rest)
            }
            Self::PingReq => framed(0xc0, &[]),
            Self::PingResp => framed(0xd0, &[]),
            Self::Disconnect => framed(0xe0, &[]),
        }
    }

    /// The packet with this first byte and these bytes after the length; `None` when it is none of ours.
    pub(crate) fn decode(first: u8, rest: &[u8]) -> Option<Self> {
        match (first, rest) {
            (0x10, _) => connect(rest),
            (0x20, [_, code]) => Some(Self::ConnAck { code: *code }),
            // Bit 0 is RETAIN, which changes nothing here; QoS above 0 is not spoken.
            (0x30 | 0x31, mut rest) => {
                let topic = text(take_field(&mut rest)?)?;
                let valid = !topic.is_empty() && !topic.contains(['+', '#', '\0']);
                valid.then(|| Self::Publish { topic, payload: rest.to_vec() })
            }
            (0xc0, []) => Some(Self::PingReq),
            (0xd0, []) => Some(Self::PingResp),
            (0xe0, []) => Some(Self::Disconnect),
            _ => None,
        }
    }
}

/// Reads one packet.
///
/// # Errors
/// The stream ends, the packet is longer than 16 KiB, or it is none this device speaks.
pub(crate) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Packet> {
    let first = stream.read_u8().await?;
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        let byte = stream.read_u8().await?;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
        if shift == 21 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    if length > PACKET {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).await?;
    Packet::decode(first, &rest).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Sends one packet.
///
/// # Errors
/// The stream does not take it.
pub(crate) async fn write<S: AsyncWrite + Unpin>(stream: &mut S, packet: &Packet) -> io::Result<()> {
    stream.write_all(&packet.encode()).await?;
    stream.flush().await
}

fn connect(mut rest: &[u8]) -> Option<Packet> {
    if take_field(&mut rest)? != b"MQTT" {
        return None;
    }
    let &[level, flags, high, low, ref payload @ ..] = rest else { return None };
    // Bit 0 is reserved; a will would be further fields, and the plug has none.
    if level != 4 || flags & 0b0000_0101 != 0 {
        return None;
    }
    let mut fields = payload;
    let client = text(take_field(&mut fields)?)?;
    let login = match (flags & 0x80 != 0, flags & 0x40 != 0) {
        (true, true) => Some((text(take_field(&mut fields)?)?, take_field(&mut fields)?.to_vec())),
        (true, false) => Some((text(take_field(&mut fields)?)?, Vec::new())),
        (false, false) => None,
        (false, true) => return None,
    };
    let keep_alive = u16::from_be_bytes([high, low]);
    fields.is_empty().then_some(Packet::Connect { client, login, keep_alive })
}

fn framed(first: u8, rest: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut left = rest.len();
    loop {
        let digit = (left & 0x7f) as u8;
        left >>= 7;
        out.push(if left > 0 { digit | 0x80 } else { digit });
        if left == 0 {
            break;
        }
    }
    out.extend(rest);
    out
}

fn push_field(out: &mut Vec<u8>, field: &[u8]) {
    let length = u16::try_from(field.len()).expect("the device writes short fields only");
    out.extend(length.to_be_bytes());
    out.extend(field);
}

fn take_field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<2>()?;
    let (field, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *rest = after;
    Some(field)
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn packets_survive_the_wire() {
        let login = Some(("unit".to_owned(), b"secret".to_vec()));
        for packet in [
            Packet::Connect { client: "c".into(), login, keep_alive: 30 },
            Packet::Connect { client: String::new(), login: None, keep_alive: 0 },
            Packet::ConnAck { code: NOT_AUTHORISED },
            Packet::Publish { topic: "a/b".into(), payload: vec![7; 300] },
            Packet::PingReq,
            Packet::PingResp,
            Packet::Disconnect,
        ] {
            let wire = packet.encode();
            assert_eq!(read(&mut &wire[..]).await.unwrap(), packet);
        }
    }

    #[tokio::test]
    async fn hostile_bytes_are_refused() {
        for wire in [
            &[0x10, 0xff, 0xff, 0xff, 0x7f][..],
            &[0x10, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &[0x10, 2, 0, 9],
            &[0x30, 3, 0, 1, b'#'],
            &[0x32, 5, 0, 1, b'a', 0, 1],
            &[0xf0, 0],
            &[],
        ] {
            assert!(read(&mut &wire[..]).await.is_err(), "{wire:?}");
        }
    }
}
