//! What travels as HTTP: UPnP descriptions, the ONVIF device service, IPP, and WebSockets.

use assize_model::fact::Protocol;

use super::super::seen::Seen;
use crate::{cursor::Cursor, http::codec::Answer};

/// Where UPnP device descriptions usually lie when nobody has announced the place.
pub const DESCRIPTIONS: [&str; 2] = ["/rootDesc.xml", "/description.xml"];
/// The path that printers and CUPS take requests for the printer at.
pub const IPP_PATH: &str = "/ipp/print";
const LONGEST_XML: usize = 64 * 1024;
const MOST_ATTRIBUTES: usize = 200;

/// Asks a printer which model it is (RFC 8011, Get-Printer-Attributes); nothing is printed.
pub fn ipp(host: &str) -> Vec<u8> {
    let mut body = vec![1, 1, 0, 0x0b, 0, 0, 0, 1, 1];
    let uri = format!("ipp://{host}{IPP_PATH}");
    let attributes: [(u8, &str, &str); 4] = [
        (0x47, "attributes-charset", "utf-8"),
        (0x48, "attributes-natural-language", "en"),
        (0x45, "printer-uri", &uri),
        (0x44, "requested-attributes", "printer-make-and-model"),
    ];
    for (tag, name, value) in attributes {
        body.push(tag);
        for text in [name, value] {
            body.extend(u16::try_from(text.len()).unwrap_or(0).to_be_bytes());
            body.extend(text.bytes().take(usize::from(u16::MAX)));
        }
    }
    body.push(3);
    post(IPP_PATH, host, "application/ipp", &body)
}

/// Asks to go over to the WebSocket protocol (RFC 6455); nothing is said in it.
pub fn websocket(host: &str) -> Vec<u8> {
    let key = "YXNzaXplLWFzc2l6ZS1hcw==";
    format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: assize\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .into_bytes()
}

fn post(path: &str, host: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: assize\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// An answer to any of these questions, when it shows one of these services.
pub fn read(answer: &Answer) -> Option<Seen> {
    let kind = answer.header("content-type").to_ascii_lowercase();
    if answer.status == 101 && answer.header("upgrade").eq_ignore_ascii_case("websocket") {
        return Some(Seen::of(Protocol::Websocket));
    }
    if kind.starts_with("application/ipp") {
        return Some(printer(&answer.body));
    }
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(LONGEST_XML)]);
    if text.contains("http://www.onvif.org/ver") && text.contains("Envelope") {
        return Some(Seen::of(Protocol::Onvif));
    }
    text.contains("urn:schemas-upnp-org:device").then(|| described(&text))
}

/// Whether an answer to a GET says that the server speaks WebSocket and nothing else (RFC 6455, RFC 9110 clause 15.5.22).
pub fn wants_upgrade(answer: &Answer) -> bool {
    let offers = answer.header("upgrade").to_ascii_lowercase().contains("websocket");
    let names = answer.headers.iter().any(|(name, _)| name.starts_with("sec-websocket-"));
    let says =
        matches!(answer.status, 400 | 426) && String::from_utf8_lossy(&answer.body).contains("WebSocket");
    offers || names || says
}

/// Manufacturer and model of a UPnP device description (UPnP Device Architecture, clause 2.3).
fn described(xml: &str) -> Seen {
    let fields = [
        ("upnp.manufacturer", "manufacturer"),
        ("upnp.model", "modelName"),
        ("upnp.number", "modelNumber"),
        ("upnp.description", "modelDescription"),
        ("upnp.name", "friendlyName"),
    ];
    let say = |seen: Seen, (field, tag): (&str, &str)| match element(xml, tag) {
        Some(text) => seen.saying(field, text.as_bytes()),
        None => seen,
    };
    fields.into_iter().fold(Seen::of(Protocol::Upnp), say)
}

/// The text of the first element of that name.
fn element<'a>(xml: &'a str, tag: &str) -> Option<&'a str> {
    let start = xml.find(&format!("<{tag}>"))? + tag.len() + 2;
    let end = xml[start..].find('<')?;
    Some(&xml[start..start + end])
}

fn printer(body: &[u8]) -> Seen {
    let seen = Seen::of(Protocol::Ipp);
    match attribute(body, b"printer-make-and-model") {
        Some(model) => seen.saying("ipp.model", model),
        None => seen,
    }
}

/// The first value of an attribute (RFC 8010, clause 3.1).
fn attribute<'a>(body: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let mut rest = Cursor(body.get(8..)?);
    for _ in 0..MOST_ATTRIBUTES {
        if rest.u8()? < 0x10 {
            continue;
        }
        let length = usize::from(rest.u16()?);
        let name = rest.take(length)?;
        let length = usize::from(rest.u16()?);
        let value = rest.take(length)?;
        if name == wanted {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::codec::answer;

    #[test]
    fn a_description() {
        let xml = "HTTP/1.1 200 OK\r\n\r\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>\
            <manufacturer>Acme</manufacturer><modelName>P1</modelName><modelNumber>1.4</modelNumber></device></root>";
        let seen = read(&answer(xml.as_bytes()).unwrap()).unwrap();
        let says: Vec<&str> = seen.says.iter().map(|s| s.text.as_str()).collect();
        assert_eq!((seen.protocol, says), (Protocol::Upnp, vec!["Acme", "P1", "1.4"]));
    }

    #[test]
    fn a_printer_a_camera_and_a_socket() {
        let mut ipp =
            b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n\r\n\x01\x01\0\0\0\0\0\x01\x04\x41\x00\x16"
                .to_vec();
        ipp.extend(b"printer-make-and-model\x00\x04HP 4\x03");
        assert_eq!(read(&answer(&ipp).unwrap()).unwrap().says[0].text, "HP 4");
        let camera = b"HTTP/1.1 200 OK\r\n\r\n<e:Envelope xmlns:t=\"http://www.onvif.org/ver10/schema\">";
        assert_eq!(read(&answer(camera).unwrap()).unwrap().protocol, Protocol::Onvif);
        let socket = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        assert_eq!(read(&answer(socket).unwrap()).unwrap().protocol, Protocol::Websocket);
        assert_eq!(read(&answer(b"HTTP/1.1 200 OK\r\n\r\n<html>").unwrap()), None);
        assert!(wants_upgrade(&answer(b"HTTP/1.1 426 x\r\nUpgrade: websocket\r\n\r\n").unwrap()));
    }

    proptest! {
        #[test]
        fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
            attribute(&body, b"printer-make-and-model");
            let answer = Answer { status: 200, body, ..Answer::default() };
            read(&answer);
            wants_upgrade(&answer);
        }
    }
}
