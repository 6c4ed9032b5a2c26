//! AMQP 0-9-1 (clauses 2.2.4, 4.2.2 and class connection of the specification) and the protocol header of 1.0.

use assize_model::fact::{Login, Protocol};

use super::super::seen::Seen;
use crate::cursor::Cursor;

/// The protocol header of AMQP 0-9-1.
pub const HEADER: &[u8] = b"AMQP\x00\x00\x09\x01";
const MOST_FIELDS: usize = 50;

/// A connection.start frame, or the protocol header with which a server refuses another version.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    if let Some(version) = bytes.strip_prefix(b"AMQP").and_then(|rest| rest.get(..4)) {
        let text = version[1..].iter().map(u8::to_string).collect::<Vec<_>>().join(".");
        return Some(Seen::of(Protocol::Amqp).saying("amqp.protocol", text.as_bytes()));
    }
    let mut frame = Cursor(bytes);
    let (kind, channel, size) = (frame.u8()?, frame.u16()?, frame.u32()?);
    let mut body = Cursor(frame.take(usize::try_from(size).ok()?)?);
    // Class 10 is connection, method 10 is start.
    if (kind, channel, frame.u8()?, body.u16()?, body.u16()?) != (1, 0, 0xce, 10, 10) {
        return None;
    }
    body.u16()?;
    let mut seen = properties(body.run32()?);
    let mechanisms = body.run32()?;
    if !mechanisms.split(|b| *b == b' ').any(|m| m == b"ANONYMOUS") {
        seen.login = Some(Login::Amqp);
    }
    Some(seen.saying("amqp.mechanisms", mechanisms))
}

/// Product and version among the server's properties, up to the first field of a kind that is not known.
fn properties(table: &[u8]) -> Seen {
    let mut rest = Cursor(table);
    let (mut product, mut version): (&[u8], &[u8]) = (&[], &[]);
    for _ in 0..MOST_FIELDS {
        match field(&mut rest) {
            Some((b"product", text)) => product = text,
            Some((b"version", text)) => version = text,
            Some(_) => {}
            None => break,
        }
    }
    let slash: &[u8] = if product.is_empty() || version.is_empty() { b"" } else { b"/" };
    Seen::of(Protocol::Amqp).saying("amqp.server", &[product, slash, version].concat())
}

/// The name of the next field, and its text; empty when it is no text.
fn field<'a>(rest: &mut Cursor<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let name = rest.run8()?;
    let text = match rest.u8()? {
        b'S' => rest.run32()?,
        b'F' | b'A' | b'x' => rest.run32().map(|_| &[][..])?,
        b't' | b'b' | b'B' => rest.take(1).map(|_| &[][..])?,
        b's' | b'u' => rest.take(2).map(|_| &[][..])?,
        b'I' | b'i' | b'f' => rest.take(4).map(|_| &[][..])?,
        b'L' | b'l' | b'd' | b'T' => rest.take(8).map(|_| &[][..])?,
        b'V' => &[],
        _ => return None,
    };
    Some((name, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start(mechanisms: &[u8]) -> Vec<u8> {
        let table = b"\x0ccapabilitiesF\x00\x00\x00\x03\x01at\x07productS\x00\x00\x00\x08RabbitMQ\x07versionS\x00\x00\x00\x063.10.8";
        let mut body = vec![0, 10, 0, 10, 0, 9];
        for run in [&table[..], mechanisms, b"en_US"] {
            body.extend(u32::try_from(run.len()).unwrap().to_be_bytes());
            body.extend(run);
        }
        let mut frame = vec![1, 0, 0];
        frame.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        frame.extend(body);
        frame.push(0xce);
        frame
    }

    #[test]
    fn a_broker_names_itself_and_its_mechanisms() {
        let seen = read(&start(b"PLAIN AMQPLAIN")).unwrap();
        assert_eq!(seen.login, Some(Login::Amqp));
        let says: Vec<&str> = seen.says.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(says, ["RabbitMQ/3.10.8", "PLAIN AMQPLAIN"]);
        assert_eq!(read(&start(b"ANONYMOUS PLAIN")).unwrap().login, None);
    }

    #[test]
    fn another_version_is_offered() {
        assert_eq!(read(b"AMQP\x03\x01\x00\x00").unwrap().says[0].text, "1.0.0");
        assert_eq!(read(b"AMQP"), None);
        assert_eq!(read(b"\x01\x00\x00\xff\xff\xff\xff"), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, byte: u8) {
            read(&bytes);
            let mut frame = start(b"PLAIN");
            let at = at.index(frame.len());
            frame[at] = byte;
            read(&frame);
        }
    }
}
