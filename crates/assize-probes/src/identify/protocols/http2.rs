//! HTTP/2 in clear text (RFC 9113, clause 3.4) and the mark of gRPC in its answers.

use assize_model::fact::Protocol;

use super::super::seen::Seen;
use crate::cursor::Cursor;

/// `application/grpc` as HPACK's Huffman code writes it (RFC 7541, appendix B).
const GRPC_PACKED: &[u8] = &[0x1d, 0x75, 0xd0, 0x62, 0x0d, 0x26, 0x3d, 0x4c, 0x4d, 0x65, 0x64];
const GRPC: &[u8] = b"application/grpc";
const LONGEST_FRAME: u32 = 16_384;
const SETTINGS: u8 = 4;

/// The client's preface, empty settings, and the headers of a gRPC call to a service that cannot exist.
pub fn request() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend([0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]);
    // :method POST and :scheme http from the static table; the others as literals that are not indexed.
    let mut headers = vec![0x83, 0x86];
    for (name, value) in [
        (&b":path"[..], &b"/assize.None/None"[..]),
        (b":authority", b"assize"),
        (b"content-type", GRPC),
        (b"te", b"trailers"),
    ] {
        headers.push(0);
        for text in [name, value] {
            headers.push(u8::try_from(text.len()).expect("short texts"));
            headers.extend(text);
        }
    }
    bytes.extend([0, 0, u8::try_from(headers.len()).expect("below 256"), 1, 5, 0, 0, 0, 1]);
    bytes.extend(headers);
    bytes
}

/// Frames of a server; the first one has to be SETTINGS.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let mut rest = Cursor(bytes);
    let first = frame(&mut rest)?;
    if first.0 != SETTINGS || first.1.len() % 6 != 0 {
        return None;
    }
    let mut protocol = Protocol::Http2;
    while let Some((kind, payload)) = frame(&mut rest) {
        let is_grpc = |mark: &[u8]| payload.windows(mark.len()).any(|w| w == mark);
        if kind == 1 && (is_grpc(GRPC) || is_grpc(GRPC_PACKED)) {
            protocol = Protocol::Grpc;
        }
    }
    Some(Seen::of(protocol))
}

fn frame<'a>(rest: &mut Cursor<'a>) -> Option<(u8, &'a [u8])> {
    let [a, b, c] = rest.array()?;
    let length = u32::from_be_bytes([0, a, b, c]);
    let (kind, flags, stream) = (rest.u8()?, rest.u8()?, rest.u32()?);
    let is_sane = length <= LONGEST_FRAME && (kind != SETTINGS || (stream == 0 && flags <= 1));
    is_sane.then_some(())?;
    Some((kind, rest.take(usize::try_from(length).ok()?)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn settings_and_the_mark_of_grpc() {
        let settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100];
        assert_eq!(read(&settings).unwrap().protocol, Protocol::Http2);
        let mut call = settings.to_vec();
        call.extend([0, 0, 13, 1, 5, 0, 0, 0, 1, 0x5f, 0x8b]);
        call.extend(GRPC_PACKED);
        assert_eq!(read(&call).unwrap().protocol, Protocol::Grpc);
        assert_eq!(read(b"HTTP/1.1 505 no\r\n\r\n"), None);
        assert_eq!(read(&[0, 0, 5, 4, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5]), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            read(&bytes);
            read(&[&[0, 0, 0, 4, 0, 0, 0, 0, 0][..], &bytes].concat());
        }
    }
}
