//! The codec of TLS against flights made by hand, and against anything.

use proptest::prelude::*;

use super::{
    wire::{Reader, message, record, vec16, vec24},
    *,
};

/// A ServerHello and, when a chain is given, a Certificate message, as a server of an old version sends them.
pub(crate) fn old_server(version: u16, cipher: u16, chain: &[&[u8]]) -> Vec<u8> {
    let mut hello = version.to_be_bytes().to_vec();
    hello.extend([7; 32]);
    hello.push(0);
    hello.extend(cipher.to_be_bytes());
    hello.push(0);
    let list: Vec<u8> = chain.iter().flat_map(|der| vec24(der)).collect();
    let flight = [message(2, &hello), message(11, &vec24(&list)), message(14, &[])].concat();
    flight.chunks(900).flat_map(|part| record(HANDSHAKE, version, part)).collect()
}

#[test]
fn an_old_server_is_read_across_records() {
    let long = vec![0x30; 2000];
    let bytes = old_server(0x0301, 0x002f, &[&long, b"two"]);
    let read = answer(&bytes);
    let hello = read.hello.clone().unwrap();
    assert_eq!((hello.version, hello.cipher), (0x0301, 0x002f));
    assert!(read.accepts(TlsVersion::Tls10) && !read.accepts(TlsVersion::Tls11));
    assert_eq!(read.certificates, [long, b"two".to_vec()]);
    assert!(read.is_complete && !answer(&bytes[..bytes.len() - 10]).is_complete);
    assert_eq!(cipher_name(0x002f), "TLS_RSA_WITH_AES_128_CBC_SHA");
    assert_eq!(cipher_name(0xFAFA), "0xFAFA");
}

#[test]
fn absurd_lengths_and_other_protocols() {
    assert_eq!(answer(b"HTTP/1.1 400 Bad Request\r\n"), Answer::default());
    assert!(!answer(&[22, 3, 1, 0xff, 0xff, 2]).is_tls);
    let absurd = [22, 3, 1, 0, 4, 2, 0xff, 0xff, 0xff];
    assert_eq!(answer(&absurd).hello, None);
    assert_eq!(answer(&[21, 3, 0, 0, 2, 2, 40]).alert, Some((2, 40)));
}

#[test]
fn each_hello_offers_one_version() {
    for version in VERSIONS {
        let hello = client_hello(version, [1; 32], Some("plug.local"));
        let mut reader = Reader::new(&hello[5..]);
        let (kind, body) = next_message(&mut reader).unwrap();
        assert!(kind == 1 && reader.is_empty(), "{version:?}");
        assert_eq!(hello[3..5], vec16(&hello[5..])[..2]);
        let mut body = Reader::new(body);
        assert_eq!(body.u16().unwrap(), number(version).min(0x0303));
        body.take(33).unwrap();
        body.vec16().unwrap();
        assert_eq!(body.vec8().unwrap(), [0]);
        let mut list = Reader::new(body.vec16().unwrap_or_default());
        let mut kinds = Vec::new();
        while let Some(kind) = list.u16() {
            kinds.push((kind, list.vec16().unwrap()));
        }
        let offered = kinds.iter().find(|(kind, _)| *kind == 43).map(|(_, body)| *body);
        assert_eq!(offered, (version == TlsVersion::Tls13).then_some(&[2, 3, 4][..]));
        assert_eq!(kinds.is_empty(), version == TlsVersion::Ssl30);
    }
}

#[test]
fn key_exchanges() {
    let ec = [&[3, 0, 29, 2, 9, 9, 4, 3][..], &[0, 1, 7]].concat();
    let read = key_exchange(&ec, 0xc02b, 0x0303).unwrap();
    assert_eq!((read.group, read.scheme, read.bits), (Some(29), Some(0x0403), None));
    assert_eq!(key_exchange(&ec, 0xc009, 0x0302).unwrap().scheme, None);
    let field = [&[0, 3, 0, 0x80, 1][..], &[0, 1, 2], &[0, 1, 5, 6, 1, 0, 0]].concat();
    let read = key_exchange(&field, 0x0033, 0x0303).unwrap();
    assert_eq!((read.bits, read.scheme), (Some(16), Some(0x0601)));
    assert_eq!(key_exchange(&field[..4], 0x0033, 0x0303), None);
    assert_eq!(key_exchange(&[], 0x002f, 0x0303), None);
    let hinted = [&[0, 2, 7, 7][..], &ec].concat();
    assert_eq!(key_exchange(&hinted, 0xc035, 0x0303).unwrap().group, Some(29));
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let read = answer(&bytes);
        prop_assert!(read.is_tls || read == Answer::default());
    }

    #[test]
    fn any_damage(at in 0usize..120, with in any::<u8>()) {
        let mut bytes = old_server(0x0303, 0xc02f, &[b"der"]);
        let at = at % bytes.len();
        bytes[at] = with;
        answer(&bytes);
    }

    #[test]
    fn what_is_built_is_read(version in 0x0300u16..0x0304, cipher in any::<u16>(), der in prop::collection::vec(any::<u8>(), 1..3000)) {
        let read = answer(&old_server(version, cipher, &[&der]));
        let hello = read.hello.unwrap();
        prop_assert_eq!((hello.version, hello.cipher), (version, cipher));
        prop_assert_eq!(read.certificates, [der]);
    }
}
