//! SMB: the negotiate request of MS-SMB (clause 2.2.4.52) that also names SMB 2, and the answers of both.

use assize_model::fact::{Login, Protocol};

use super::super::seen::Seen;
use crate::cursor::Cursor;

/// Dialects offered: SMB 1, and the two names by which a client says that it speaks SMB 2 (MS-SMB2, clause 4.1).
const ALL: &[&str] = &["NT LM 0.12", "SMB 2.002", "SMB 2.???"];
const OLD: &[&str] = &["NT LM 0.12"];

/// A negotiate request that offers SMB 1 and 2.
pub fn negotiate() -> Vec<u8> {
    request(ALL)
}

/// A negotiate request that offers SMB 1 only.
pub fn negotiate_old() -> Vec<u8> {
    request(OLD)
}

fn request(dialects: &[&str]) -> Vec<u8> {
    // Command 0x72, flags and flags2 as a client sets them; no session, no tree.
    let mut smb = b"\xffSMB\x72\0\0\0\0\x18\x01\xc8".to_vec();
    smb.extend([0; 12]);
    smb.extend([0, 0, 1, 0, 0, 0, 1, 0]);
    let names: Vec<u8> = dialects.iter().flat_map(|d| [&[2][..], d.as_bytes(), &[0]].concat()).collect();
    smb.push(0);
    smb.extend(u16::try_from(names.len()).expect("three short names").to_le_bytes());
    smb.extend(names);
    let length = u32::try_from(smb.len()).expect("below a hundred bytes");
    [&length.to_be_bytes()[..], &smb].concat()
}

/// The answer of a server, over TCP without NetBIOS or with its four bytes in front.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let mut rest = Cursor(bytes);
    let size = usize::try_from(rest.u32()?).ok().filter(|size| *size < 1 << 17)?;
    let message = rest.take(size)?;
    let seen = Seen::of(Protocol::Smb).asking(Login::Smb);
    match message.get(..4)? {
        b"\xfeSMB" => {
            let word = |at: usize| Some(u16::from_le_bytes(message.get(at..at + 2)?.try_into().ok()?));
            let is_answer = word(12)? == 0;
            let dialect = dialect(word(64 + 4)?);
            let seen = seen.saying("smb.dialect", dialect.as_bytes());
            let must_sign = if word(64 + 2)? & 2 == 0 { "not required" } else { "required" };
            is_answer.then(|| seen.saying("smb.signing", must_sign.as_bytes()))
        }
        b"\xffSMB" => {
            // The index 0xffff says that the server takes none of the dialects offered.
            let takes = *message.get(4)? == 0x72 && message.get(33..35)? != [0xff, 0xff];
            takes.then(|| seen.saying("smb.dialect", b"1"))
        }
        _ => None,
    }
}

fn dialect(number: u16) -> String {
    match number {
        // 0x02ff: the server wants to be asked again in SMB 2.
        0x02ff => "2 or later".to_owned(),
        0x0202 => "2.0.2".to_owned(),
        0x0210 => "2.1".to_owned(),
        0x0300 => "3.0".to_owned(),
        0x0302 => "3.0.2".to_owned(),
        0x0311 => "3.1.1".to_owned(),
        other => format!("{other:#06x}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn framed(message: &[u8]) -> Vec<u8> {
        [&u32::try_from(message.len()).unwrap().to_be_bytes()[..], message].concat()
    }

    #[test]
    fn both_generations() {
        let mut new = b"\xfeSMB\x40\0".to_vec();
        new.resize(64, 0);
        new.extend([65, 0, 3, 0, 0xff, 2]);
        let says: Vec<String> = read(&framed(&new)).unwrap().says.into_iter().map(|s| s.text).collect();
        assert_eq!(says, ["2 or later", "required"]);
        let mut old = b"\xffSMB\x72".to_vec();
        old.resize(32, 0);
        old.extend([17, 0, 0]);
        assert_eq!(read(&framed(&old)).unwrap().says[0].text, "1");
        let end = old.len();
        old[end - 2..].fill(0xff);
        assert_eq!(read(&framed(&old)), None);
    }

    #[test]
    fn the_request_is_framed() {
        for bytes in [negotiate(), negotiate_old()] {
            assert_eq!(usize::from(bytes[3]), bytes.len() - 4);
            let names = usize::from(bytes[4 + 33]);
            assert_eq!(4 + 35 + names, bytes.len());
        }
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            read(&bytes);
            read(&framed(&[b"\xfeSMB", &bytes[..]].concat()));
            read(&framed(&[b"\xffSMB", &bytes[..]].concat()));
        }
    }
}
