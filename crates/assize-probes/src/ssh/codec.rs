//! Reads the SSH identification line and the first key exchange packet (RFC 4253, clauses 4.2 and 7.1).

use assize_model::fact::SshOffer;

use crate::{cursor::Cursor, text::printable};

/// The line the probe identifies itself with.
pub const IDENTIFICATION: &[u8] = b"SSH-2.0-assize\r\n";
/// Longest packet that an implementation must take (RFC 4253, clause 6.1), and longest identification line.
const LONGEST_PACKET: usize = 35_000;
const LONGEST_LINE: usize = 255;
/// Most names of a list that are kept.
const MOST_NAMES: usize = 200;
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

/// What a server offers for the key exchange (RFC 4253, clause 7.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KexInit {
    /// The name lists, with the marks taken out of the key exchange methods.
    pub offer: SshOffer,
    /// Whether a packet of a guessed key exchange follows.
    pub guesses: bool,
}

/// Marks among the key exchange methods that name none: extensions (RFC 8308), and strict key exchange as OpenSSH
/// describes it in `PROTOCOL`, clause 1.10.
const STRICT: &str = "kex-strict-s-v00@openssh.com";
const MARKS: [&str; 2] = ["ext-info-s", STRICT];

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
    kex_init_payload(packet(bytes)?.0)
}

/// Reads the payload of a key exchange packet.
pub fn kex_init_payload(payload: &[u8]) -> Option<KexInit> {
    let mut rest = Cursor(payload);
    (rest.u8()? == 20).then_some(())?;
    rest.take(16)?;
    let mut lists = Vec::new();
    for _ in 0..8 {
        lists.push(names(rest.run32()?));
    }
    // Two lists of languages; packets that end early are taken as they are.
    let guesses =
        rest.run32().and_then(|_| rest.run32()).and_then(|_| rest.u8()).is_some_and(|guess| guess != 0);
    let mut lists = lists.into_iter();
    let mut take = || lists.next().unwrap_or_default();
    let all = take();
    let mut offer = SshOffer {
        strict_kex: all.iter().any(|name| name == STRICT),
        kex: all.into_iter().filter(|name| !MARKS.contains(&name.as_str())).collect(),
        ..SshOffer::default()
    };
    offer.host_keys = take();
    (offer.ciphers_in, offer.ciphers_out) = (take(), take());
    (offer.macs_in, offer.macs_out) = (take(), take());
    (offer.compression_in, offer.compression_out) = (take(), take());
    Some(KexInit { offer, guesses })
}

/// The payload of the first unencrypted packet, and how many bytes the packet takes. `None` until it is whole.
pub fn packet(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let mut rest = Cursor(bytes);
    let length = usize::try_from(rest.u32()?).ok().filter(|length| *length <= LONGEST_PACKET)?;
    let packet = rest.take(length)?;
    let padding = usize::from(*packet.first()?);
    let payload = packet.get(1..packet.len().checked_sub(padding)?)?;
    Some((payload, 4 + length))
}

/// A name list (RFC 4251, clause 5).
pub(crate) fn names(list: &[u8]) -> Vec<String> {
    let names = list.split(|b| *b == b',').take(MOST_NAMES).map(|name| printable(name, 64));
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A key exchange packet with these lists.
    pub(crate) fn hello(lists: &[&str]) -> Vec<u8> {
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
            let read = kex_init(&hello(&[&list, "ssh-ed25519", "x", &list, "y", "hmac-sha2-256", "", "", "", ""])).unwrap();
            prop_assert_eq!(&read.offer.kex, &names);
            prop_assert_eq!(&read.offer.ciphers_out, &names);
            prop_assert_eq!(read.offer.host_keys, ["ssh-ed25519"]);
            prop_assert_eq!(read.offer.macs_out, ["hmac-sha2-256"]);
        }
    }
}
