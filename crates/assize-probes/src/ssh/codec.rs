//! Reads the SSH identification line and the first key exchange packet (RFC 4253, clauses 4.2 and 7.1).

use crate::text::printable;

/// The line the probe identifies itself with.
pub const IDENTIFICATION: &[u8] = b"SSH-2.0-assize\r\n";
/// Longest packet that an implementation must take (RFC 4253, clause 6.1), and longest identification line.
const LONGEST_PACKET: usize = 35_000;
const LONGEST_LINE: usize = 255;
/// Most lines a server may send before its identification.
const MOST_LINES: usize = 50;

/// The identification of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identification {
    /// The whole line as printable text.
    pub line: String,
    /// Protocol version, as `2.0`.
    pub protocol: String,
    /// Software version and comments.
    pub software: String,
    /// Where the bytes after the line begin.
    pub end: usize,
}

/// What a server offers for the key exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KexInit {
    /// Key exchange methods.
    pub kex: Vec<String>,
    /// Host key algorithms.
    pub host_keys: Vec<String>,
    /// Ciphers from server to client.
    pub ciphers: Vec<String>,
    /// Integrity algorithms from server to client.
    pub macs: Vec<String>,
}

/// Finds the identification line; other lines may go before it. The line must be whole.
pub fn identification(bytes: &[u8]) -> Option<Identification> {
    let mut start = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n').take(MOST_LINES) {
        let end = start + line.len();
        if line.starts_with(b"SSH-") && line.ends_with(b"\n") && line.len() <= LONGEST_LINE {
            let text = printable(line, LONGEST_LINE);
            let (protocol, software) = text.strip_prefix("SSH-")?.split_once('-')?;
            let (protocol, software) = (protocol.to_owned(), software.to_owned());
            return Some(Identification { line: text, protocol, software, end });
        }
        start = end;
    }
    None
}

/// Reads the key exchange packet that follows the identification. `None` until it is whole, or when it is another.
pub fn kex_init(bytes: &[u8]) -> Option<KexInit> {
    let length = usize::try_from(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?)).ok()?;
    if length > LONGEST_PACKET {
        return None;
    }
    let packet = bytes.get(4..4 + length)?;
    let padding = usize::from(*packet.first()?);
    let payload = packet.get(1..packet.len().checked_sub(padding)?)?;
    if *payload.first()? != 20 {
        return None;
    }
    let mut rest = payload.get(17..)?;
    let mut lists = Vec::new();
    for _ in 0..6 {
        lists.push(name_list(&mut rest)?);
    }
    let mut lists = lists.into_iter();
    let mut take = || lists.next().unwrap_or_default();
    let (kex, host_keys, _, ciphers, _, macs) = (take(), take(), take(), take(), take(), take());
    Some(KexInit { kex, host_keys, ciphers, macs })
}

fn name_list(rest: &mut &[u8]) -> Option<Vec<String>> {
    let (head, after) = rest.split_at_checked(4)?;
    let length = usize::try_from(u32::from_be_bytes(head.try_into().ok()?)).ok()?;
    let (list, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(list.split(|b| *b == b',').map(|name| printable(name, 64)).filter(|name| !name.is_empty()).collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A key exchange packet with these lists.
    pub(crate) fn packet(lists: &[&str]) -> Vec<u8> {
        let mut payload = vec![20];
        payload.extend([9; 16]);
        for list in lists {
            payload.extend(u32::try_from(list.len()).unwrap().to_be_bytes());
            payload.extend(list.bytes());
        }
        payload.extend([0; 5]);
        let mut packet = u32::try_from(payload.len() + 1 + 4).unwrap().to_be_bytes().to_vec();
        packet.push(4);
        packet.extend(payload);
        packet.extend([0; 4]);
        packet
    }

    #[test]
    fn a_server_after_a_notice() {
        let bytes = b"Keep out\r\nSSH-2.0-dropbear_2019.78 note\r\nrest";
        let read = identification(bytes).unwrap();
        assert_eq!((read.protocol.as_str(), read.software.as_str()), ("2.0", "dropbear_2019.78 note"));
        assert_eq!(&bytes[read.end..], b"rest");
        assert_eq!(identification(b"SSH-2.0-half"), None);
        assert_eq!(identification(b"220 ftp\r\n"), None);
    }

    #[test]
    fn absurd_packets() {
        assert_eq!(kex_init(&[0xff; 64]), None);
        assert_eq!(kex_init(&[0, 0, 0, 2, 200, 20]), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            identification(&bytes);
            kex_init(&bytes);
        }

        #[test]
        fn lists_come_back(names in prop::collection::vec("[a-z0-9-]{1,20}", 0..5)) {
            let list = names.join(",");
            let read = kex_init(&packet(&[&list, "ssh-ed25519", "x", &list, "y", "hmac-sha2-256", "", "", "", ""])).unwrap();
            prop_assert_eq!(&read.kex, &names);
            prop_assert_eq!(&read.ciphers, &names);
            prop_assert_eq!(read.host_keys, ["ssh-ed25519"]);
            prop_assert_eq!(read.macs, ["hmac-sha2-256"]);
        }
    }
}
