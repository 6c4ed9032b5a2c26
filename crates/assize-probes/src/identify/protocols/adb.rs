//! Android Debug Bridge: a CONNECT without a key. A device either lets it in, or asks for a key (`adb/protocol.txt`
//! of the Android sources). No key is offered, so nobody is asked to allow one.

use assize_model::fact::{Login, Protocol};

use super::super::seen::Seen;
use crate::cursor::Cursor;

const CONNECT: u32 = 0x4e58_4e43;
const VERSION: u32 = 0x0100_0000;
const MOST_DATA: u32 = 4096;
const BANNER: &[u8] = b"host::assize\0";

/// A CONNECT message.
pub fn connect() -> Vec<u8> {
    let sum = BANNER.iter().map(|b| u32::from(*b)).sum();
    let length = u32::try_from(BANNER.len()).expect("a dozen bytes");
    let head = [CONNECT, VERSION, MOST_DATA, length, sum, !CONNECT];
    let mut message: Vec<u8> = head.iter().flat_map(|word| word.to_le_bytes()).collect();
    message.extend(BANNER);
    message
}

/// A device that lets the client in (`CNXN`), asks for a key (`AUTH`), or wants TLS first (`STLS`).
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let mut rest = Cursor(bytes);
    let head = rest.take(24)?;
    let (command, magic) = (&head[..4], &head[20..]);
    if command.iter().zip(magic).any(|(a, b)| *a != !*b) {
        return None;
    }
    match command {
        b"CNXN" => {
            let length = u32::from_le_bytes(head.get(12..16)?.try_into().ok()?);
            let banner = rest.take(usize::try_from(length).ok()?.min(rest.0.len()))?;
            Some(Seen::of(Protocol::Adb).saying("adb.banner", banner))
        }
        b"AUTH" | b"STLS" => Some(Seen::of(Protocol::Adb).asking(Login::Adb)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(command: [u8; 4], data: &[u8]) -> Vec<u8> {
        let mut bytes = command.to_vec();
        bytes.extend([0; 8]);
        bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(command.map(|b| !b));
        bytes.extend(data);
        bytes
    }

    #[test]
    fn let_in_or_asked_for_a_key() {
        let open = read(&message(*b"CNXN", b"device::ro.product.model=Box;")).unwrap();
        assert_eq!((open.login, open.says[0].text.as_str()), (None, "device::ro.product.model=Box;"));
        assert_eq!(read(&message(*b"AUTH", &[7; 20])).unwrap().login, Some(Login::Adb));
        assert_eq!(read(&[0; 24]), None);
        assert_eq!(&connect()[..4], b"CNXN");
        assert_eq!(read(&connect()).map(|seen| seen.protocol), Some(Protocol::Adb));
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            read(&bytes);
            let mut cut = message(*b"CNXN", &bytes);
            cut.truncate(bytes.len());
            read(&cut);
        }
    }
}
