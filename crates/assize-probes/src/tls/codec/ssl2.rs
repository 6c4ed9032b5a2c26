//! The hello of SSL 2.0, and the server's answer to it, which lists every cipher both sides know (draft-hickman-netscape-ssl-00).

use super::wire::Reader;

/// The ciphers of SSL 2.0 by number and name.
const CIPHERS: [(u32, &str); 7] = [
    (0x01_0080, "SSL_CK_RC4_128_WITH_MD5"),
    (0x02_0080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"),
    (0x03_0080, "SSL_CK_RC2_128_CBC_WITH_MD5"),
    (0x04_0080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"),
    (0x05_0080, "SSL_CK_IDEA_128_CBC_WITH_MD5"),
    (0x06_0040, "SSL_CK_DES_64_CBC_WITH_MD5"),
    (0x07_00c0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"),
];
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 4;
const VERSION: u16 = 0x0002;

/// What an SSL 2.0 server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The ciphers the server knows of those offered, by name or number.
    pub ciphers: Vec<String>,
    /// The server's certificate, DER.
    pub certificate: Vec<u8>,
}

/// A client hello with every cipher.
pub fn client_hello(challenge: &[u8; 16]) -> Vec<u8> {
    let mut body = vec![CLIENT_HELLO];
    body.extend(VERSION.to_be_bytes());
    body.extend([0, 21, 0, 0, 0, 16]);
    body.extend(CIPHERS.iter().flat_map(|(number, _)| number.to_be_bytes()[1..].to_vec()));
    body.extend(challenge);
    let size = u16::try_from(body.len()).unwrap_or(0) | 0x8000;
    [&size.to_be_bytes()[..], &body].concat()
}

/// Reads a server hello. `None` for anything else, and while bytes are missing.
pub fn answer(bytes: &[u8]) -> Option<Answer> {
    let mut reader = Reader::new(bytes);
    let head = reader.u16()?;
    let size = match head & 0x8000 {
        0 => {
            reader.u8()?;
            head & 0x3fff
        }
        _ => head & 0x7fff,
    };
    let mut body = Reader::new(reader.take(size.into())?);
    if body.u8()? != SERVER_HELLO {
        return None;
    }
    body.take(2)?;
    if body.u16()? != VERSION {
        return None;
    }
    let (certificate, ciphers, connection) = (body.u16()?, body.u16()?, body.u16()?);
    let certificate = body.take(certificate.into())?.to_vec();
    let ciphers = body.take(ciphers.into())?.chunks_exact(3).take(64).map(name).collect();
    body.take(connection.into())?;
    Some(Answer { ciphers, certificate })
}

fn name(kind: &[u8]) -> String {
    let number = kind.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    let known = CIPHERS.iter().find(|(known, _)| *known == number);
    known.map_or_else(|| format!("0x{number:06X}"), |(_, name)| (*name).to_owned())
}

/// A server hello, as the tests' servers send it.
#[cfg(test)]
pub(crate) fn server_hello(certificate: &[u8], ciphers: &[[u8; 3]]) -> Vec<u8> {
    let length = |n: usize| u16::try_from(n).unwrap().to_be_bytes();
    let mut body = vec![SERVER_HELLO, 0, 1, 0, 2];
    body.extend(length(certificate.len()));
    body.extend(length(ciphers.len() * 3));
    body.extend([0, 16]);
    body.extend(certificate);
    body.extend(ciphers.concat());
    body.extend([9; 16]);
    [&(u16::try_from(body.len()).unwrap() | 0x8000).to_be_bytes()[..], &body].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hello_and_answer() {
        let hello = client_hello(&[7; 16]);
        assert_eq!(hello.len(), usize::from(u16::from_be_bytes([hello[0] & 0x7f, hello[1]])) + 2);
        assert_eq!(hello[2..5], [1, 0, 2]);
        let bytes = server_hello(b"der", &[[7, 0, 0xc0], [9, 9, 9]]);
        let read = answer(&bytes).unwrap();
        assert_eq!(read.ciphers, ["SSL_CK_DES_192_EDE3_CBC_WITH_MD5", "0x090909"]);
        assert_eq!(read.certificate, b"der");
        assert_eq!(answer(&bytes[..bytes.len() - 1]), None);
        assert_eq!(answer(b"\x15\x03\x01\x00\x02\x02\x28"), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            answer(&bytes);
        }
    }
}
