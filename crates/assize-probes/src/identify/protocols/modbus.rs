//! Modbus/TCP: asks for the basic device identification (function 43/14, Modbus Application Protocol 1.1b3), which
//! reads and never writes.

use assize_model::fact::Protocol;

use super::super::seen::Seen;
use crate::cursor::Cursor;

/// Read Device Identification, basic, of unit 1, under a transaction number of our own.
pub const REQUEST: &[u8] = &[0x41, 0x53, 0, 0, 0, 5, 1, 0x2b, 0x0e, 1, 0];
const FIELDS: [&str; 3] = ["modbus.vendor", "modbus.product", "modbus.version"];

/// The identification, or the exception of a server that does not have one.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let mut rest = Cursor(bytes);
    let (transaction, protocol, length) = (rest.u16()?, rest.u16()?, rest.u16()?);
    let mut body = Cursor(rest.take(usize::from(length))?);
    body.u8()?;
    let function = body.u8()?;
    if (transaction, protocol) != (0x4153, 0) || !matches!(function, 0x2b | 0xab) {
        return None;
    }
    Some(objects(&mut body).filter(|_| function == 0x2b).unwrap_or(Seen::of(Protocol::Modbus)))
}

fn objects(body: &mut Cursor<'_>) -> Option<Seen> {
    // MEI type, code, conformity, more follows, next object.
    body.take(5)?;
    let mut seen = Seen::of(Protocol::Modbus);
    for _ in 0..body.u8()? {
        let Some((id, text)) = body.u8().and_then(|id| Some((id, body.run8()?))) else { break };
        if let Some(field) = FIELDS.get(usize::from(id)) {
            seen = seen.saying(field, text);
        }
    }
    Some(seen)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_identification_and_an_exception() {
        let objects = b"\x00\x04Acme\x01\x02P1\x02\x031.4";
        let mut bytes =
            vec![0x41, 0x53, 0, 0, 0, u8::try_from(objects.len() + 8).unwrap(), 1, 0x2b, 14, 1, 1, 0, 0, 3];
        bytes.extend(objects);
        let says: Vec<String> = read(&bytes).unwrap().says.into_iter().map(|s| s.text).collect();
        assert_eq!(says, ["Acme", "P1", "1.4"]);
        let none = read(&[0x41, 0x53, 0, 0, 0, 3, 1, 0xab, 1]).unwrap();
        assert_eq!((none.protocol, none.says.len()), (Protocol::Modbus, 0));
        assert_eq!(read(b"HTTP/1.1 400 Bad Request\r\n"), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            read(&bytes);
            read(&[&[0x41, 0x53, 0, 0, 0, 40, 1, 0x2b][..], &bytes].concat());
        }
    }
}
