//! Builds CONNECT packets without credentials and reads the CONNACK (MQTT 3.1.1 and 5.0, clauses 3.1 and 3.2).

/// The protocol levels the probe can speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// MQTT 3.1.1.
    V311,
    /// MQTT 5.
    V5,
}

/// DISCONNECT, with which a client leaves in order.
pub const DISCONNECT: &[u8] = &[0xe0, 0];
/// Where brokers keep their version.
const VERSION_TOPIC: &[u8] = b"$SYS/broker/version";
/// Longest packet that is waited for.
const LONGEST_PACKET: usize = 64 * 1024;

/// A packet with this first byte and this content, behind its length in as many bytes as that takes (clause 2.2.3).
pub fn packet(first: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut left = content.len();
    loop {
        let low = u8::try_from(left & 0x7f).expect("seven bits");
        left >>= 7;
        out.push(if left > 0 { low | 0x80 } else { low });
        if left == 0 {
            break;
        }
    }
    out.extend(content);
    out
}

/// A CONNECT with a clean session, no user name, no password and no will.
pub fn connect(level: Level, client: &str) -> Vec<u8> {
    let client = &client.as_bytes()[..client.len().min(23)];
    let (number, properties): (u8, &[u8]) = match level {
        Level::V311 => (4, &[]),
        Level::V5 => (5, &[0]),
    };
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', number, 2, 0, 30];
    body.extend(properties);
    body.extend([0, u8::try_from(client.len()).expect("at most 23")]);
    body.extend(client);
    packet(0x10, &body)
}

/// A SUBSCRIBE to the topic under which many brokers publish their version, at most once.
pub fn subscribe_version(level: Level) -> Vec<u8> {
    let properties: &[u8] = if level == Level::V5 { &[0] } else { &[] };
    let length = u8::try_from(VERSION_TOPIC.len()).expect("a short topic");
    let body = [&[0, 1][..], properties, &[0, length], VERSION_TOPIC, &[0]].concat();
    packet(0x82, &body)
}

/// The version that a broker published among the packets it has sent.
pub fn published_version(mut bytes: &[u8], level: Level) -> Option<&[u8]> {
    loop {
        let (head, rest) = bytes.split_first()?;
        let (size, body) = remaining_length(rest)?;
        let (packet, after) = body.split_at_checked(size)?;
        // PUBLISH at most once: no packet identifier stands between topic and payload.
        if head & 0xf6 == 0x30
            && let Some(payload) = packet
                .strip_prefix(&[0, VERSION_TOPIC.len() as u8])
                .and_then(|p| p.strip_prefix(VERSION_TOPIC))
        {
            return match level {
                Level::V311 => Some(payload),
                Level::V5 => remaining_length(payload).and_then(|(size, after)| after.get(size..)),
            };
        }
        bytes = after;
    }
}

/// A CONNECT of MQTT 3.1.1 with a clean session, a user name and a password, each cut to what its length can state.
pub fn connect_as(client: &str, user: &str, password: &str) -> Vec<u8> {
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0xc2, 0, 30];
    for text in [client, user, password] {
        let text = &text.as_bytes()[..text.len().min(1024)];
        body.extend(u16::try_from(text.len()).expect("at most 1024").to_be_bytes());
        body.extend(text);
    }
    packet(0x10, &body)
}

/// The return code of a whole CONNACK at the start of `bytes`; 0 means let in.
pub fn return_code(bytes: &[u8]) -> Option<u8> {
    let (head, rest) = bytes.split_first()?;
    let (size, body) = remaining_length(rest)?;
    let is_connack = *head == 0x20 && (2..=LONGEST_PACKET).contains(&size);
    if !is_connack || body.len() < size || body[0] > 1 {
        return None;
    }
    Some(body[1])
}

/// Whether `bytes` may still become a CONNACK.
pub fn may_become(bytes: &[u8]) -> bool {
    match bytes {
        [] | [0x20] => true,
        [0x20, rest @ ..] => match remaining_length(rest) {
            Some((size, body)) => (2..=LONGEST_PACKET).contains(&size) && body.len() < size,
            None => rest.len() < 4,
        },
        _ => false,
    }
}

/// Whether a return code asks for credentials: of MQTT 3.1.1 first, of MQTT 5 after.
pub fn asks_login(code: u8) -> bool {
    matches!(code, 4 | 5 | 0x86 | 0x87 | 0x8c)
}

/// Whether a return code means that the protocol level is not supported.
pub fn wants_other_level(code: u8) -> bool {
    matches!(code, 1 | 0x84)
}

/// A variable byte integer of up to four bytes, and what follows.
fn remaining_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (i, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[i + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers() {
        assert_eq!(return_code(&[0x20, 2, 0, 0]), Some(0));
        assert_eq!(return_code(&[0x20, 2, 0, 5, 9]), Some(5));
        assert_eq!(return_code(&[0x20, 3, 0, 0x87, 0]), Some(0x87));
        for no in [
            &[][..],
            &[0x20],
            &[0x20, 2, 0],
            &[0x30, 2, 0, 0],
            &[0x20, 1, 0],
            &[0x20, 0xff, 0xff, 0xff, 0xff, 1],
        ] {
            assert_eq!(return_code(no), None, "{no:?}");
        }
        assert!(
            may_become(&[0x20, 2, 0]) && !may_become(b"HTTP") && !may_become(&[0x20, 0xff, 0xff, 0xff, 0x7f])
        );
        assert!(asks_login(5) && asks_login(0x87) && !asks_login(0));
        assert!(wants_other_level(1) && !wants_other_level(5));
    }

    #[test]
    fn requests() {
        let three = connect(Level::V311, "assize");
        assert_eq!(three, [&[0x10, 18, 0, 4][..], b"MQTT", &[4, 2, 0, 30, 0, 6], b"assize"].concat());
        let five = connect(Level::V5, &"x".repeat(99));
        assert_eq!(usize::from(five[1]), five.len() - 2);
        assert_eq!(five[10..15], [0, 30, 0, 0, 23]);
    }

    #[test]
    fn the_version_that_mosquitto_publishes() {
        let text = b"mosquitto version 2.0.11";
        let mut bytes = vec![0x20, 2, 0, 0, 0x90, 3, 0, 1, 0, 0x31, 45, 0, 19];
        bytes.extend(b"$SYS/broker/version");
        bytes.extend(text);
        assert_eq!(published_version(&bytes, Level::V311), Some(&text[..]));
        assert_eq!(published_version(&bytes[..20], Level::V311), None);
        let size = subscribe_version(Level::V5);
        assert_eq!(usize::from(size[1]), size.len() - 2);
    }

    #[test]
    fn credentials_and_long_packets() {
        let packet = connect_as("c", "admin", "public");
        assert_eq!(packet[..4], [0x10, 28, 0, 4]);
        assert_eq!(packet[9], 0xc2);
        assert!(packet.ends_with(b"\0\x05admin\0\x06public"));
        let long = connect_as("c", &"u".repeat(2000), "");
        assert_eq!(usize::from(long[1] & 0x7f) + 128 * usize::from(long[2]), long.len() - 3);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            published_version(&bytes, Level::V5);
            if return_code(&bytes).is_some() {
                prop_assert!(!may_become(&bytes));
            }
        }
    }
}
