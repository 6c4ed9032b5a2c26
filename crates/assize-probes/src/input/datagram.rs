//! CoAP, mDNS and SSDP datagrams with something wrong in them (RFC 7252, RFC 1035 and 6762, UPnP 1.1).

use std::net::Ipv4Addr;

use super::codec::Case;
use crate::udp::codec::requests;

/// The request that the UDP probe sends to a service.
pub(super) fn ordinary(service: &str) -> Vec<u8> {
    requests()
        .into_iter()
        .find(|r| r.service == service)
        .map(|r| r.bytes(Ipv4Addr::UNSPECIFIED))
        .unwrap_or_default()
}

/// An ordinary GET, and messages with something wrong.
pub(super) fn coap() -> (Vec<u8>, Vec<Case>) {
    let message = |head: [u8; 2], rest: &[u8]| [&head[..], &[0x61, 0x73], rest].concat();
    let all = vec![
        Case::new("version 0", message([0x00, 1], &[])),
        Case::new("version 3", message([0xc0, 1], &[])),
        Case::new("a token of 15 bytes", message([0x4f, 1], &[1; 15])),
        Case::new("a token that is missing", message([0x48, 1], &[])),
        Case::new("an option number that is reserved", message([0x40, 1], &[0xf1, 1])),
        Case::new("an option length that is reserved", message([0x40, 1], &[0x1f, 1])),
        Case::new("an option beyond the message", message([0x40, 1], &[0xbd, 0xff, b'a'])),
        Case::new("an extended length that is missing", message([0x40, 1], &[0xbe])),
        Case::new(
            "an option number beyond every range",
            message([0x40, 1], &[0xe0, 0xff, 0xff, 0xe0, 0xff, 0xff]),
        ),
        Case::new(
            "a path of 1,000 letters",
            message([0x40, 1], &[&[0xbe, 2, 0xdb][..], &[b'a'; 1_000]].concat()),
        ),
        Case::new(
            "two hundred paths",
            message([0x40, 1], &[&[0xb1, b'a'][..], &[0x01, b'a'].repeat(200)].concat()),
        ),
        Case::new("a path that climbs", message([0x40, 1], b"\xb2..\x02..\x06passwd")),
        Case::new("a payload marker without payload", message([0x40, 2], &[0xff])),
        Case::new("a block of reserved size", message([0x40, 1], &[0xd3, 0x0a, 0xff, 0xff, 0xff])),
        Case::new("an observation of eight bytes", message([0x40, 1], &[0x68, 1, 2, 3, 4, 5, 6, 7, 8])),
        Case::new("a reserved code", message([0x40, 0xff], &[])),
        Case::new("a reset nobody waits for", message([0x70, 0], &[])),
        Case::new("an empty message with content", message([0x40, 0], b"\xffx")),
        Case::new("three bytes", [0x40, 1, 0]),
        Case::new("an empty datagram", []),
    ];
    (ordinary("coap"), all)
}

/// An ordinary question, and messages with something wrong.
pub(super) fn mdns() -> (Vec<u8>, Vec<Case>) {
    let message = |counts: [u8; 8], rest: &[u8]| [&[0, 0, 0, 0][..], &counts, rest].concat();
    let one = [0, 1, 0, 0, 0, 0, 0, 0];
    let asked = [0, 12, 0, 1];
    let all = vec![
        Case::new("a name that points to itself", message(one, &[&[0xc0, 0x0c][..], &asked].concat())),
        Case::new("two names that point to each other", message(one, &[0xc0, 0x0e, 0xc0, 0x0c, 0, 12, 0, 1])),
        Case::new(
            "a name that points beyond the message",
            message(one, &[&[0xff, 0xff][..], &asked].concat()),
        ),
        Case::new("a label beyond the message", message(one, &[0x3f, b'a'])),
        Case::new("a label of a reserved kind", message(one, &[&[0x80, b'a', 0][..], &asked].concat())),
        Case::new("a name of 128 labels", message(one, &[&[1, b'a'].repeat(128)[..], &[0], &asked].concat())),
        Case::new("a name that does not end", message(one, &[1, b'a', 1, b'b'])),
        Case::new("a name of NUL", message(one, &[&[4, 0, 0, 0, 0, 0][..], &asked].concat())),
        Case::new("65,535 questions, none of them there", message([0xff, 0xff, 0, 0, 0, 0, 0, 0], &[])),
        Case::new("65,535 answers, none of them there", message([0, 0, 0xff, 0xff, 0, 0, 0, 0], &[])),
        Case::new(
            "a record beyond the message",
            message([0, 0, 0, 1, 0, 0, 0, 0], &[0, 0, 16, 0, 1, 0, 0, 0, 9, 0xff, 0xff]),
        ),
        Case::new(
            "a TXT string beyond its record",
            message([0, 0, 0, 1, 0, 0, 0, 0], &[0, 0, 16, 0, 1, 0, 0, 0, 9, 0, 2, 0xff, b'a']),
        ),
        Case::new("a question without type", message(one, &[1, b'a', 0, 0])),
        Case::new("type and class of zero", message(one, &[1, b'a', 0, 0, 0, 0, 0])),
        Case::new(
            "two hundred questions",
            message([0, 200, 0, 0, 0, 0, 0, 0], &[1, b'a', 0, 0, 255, 0, 255].repeat(200)),
        ),
        Case::new("a head cut off", [0, 0, 0, 0, 0, 1]),
        Case::new("an unknown operation", [0, 0, 0x78, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        Case::new("an empty datagram", []),
    ];
    (ordinary("mdns"), all)
}

/// An ordinary search, and messages with something wrong.
pub(super) fn ssdp() -> (Vec<u8>, Vec<Case>) {
    let search = |man: &str, wait: &str, wanted: &str| {
        format!(
            "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n{man}MX: {wait}\r\nST: {wanted}\r\n\r\n"
        )
    };
    let man = "MAN: \"ssdp:discover\"\r\n";
    let long = "a".repeat(1_200);
    let all = vec![
        Case::new("no MAN", search("", "1", "ssdp:all")),
        Case::new("a negative wait", search(man, "-1", "ssdp:all")),
        Case::new("a wait beyond every range", search(man, "99999999999999999999", "ssdp:all")),
        Case::new("a wait that is no number", search(man, "%n", "ssdp:all")),
        Case::new("a search for 1,200 letters", search(man, "1", &long)),
        Case::new("a search for a uuid of 1,200 letters", search(man, "1", &format!("uuid:{long}"))),
        Case::new("a search for nothing", search(man, "1", "")),
        Case::new("a search with a format string", search(man, "1", "%s%s%n%x")),
        Case::new(
            "a search that is no UTF-8",
            [search(man, "1", "").as_bytes(), b"\xff\xfe\xc0\xaf"].concat(),
        ),
        Case::new("a header without colon", search("MAN \"ssdp:discover\"\r\n", "1", "ssdp:all")),
        Case::new("a hundred headers", search(&"X: y\r\n".repeat(100), "1", "ssdp:all")),
        Case::new("lines that end in LF", search(man, "1", "ssdp:all").replace("\r\n", "\n")),
        Case::new("a head that does not end", "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"),
        Case::new("an unknown method", search(man, "1", "ssdp:all").replace("M-SEARCH", "SUBSCRIBE")),
        Case::new("a method alone", "M-SEARCH"),
        Case::new("a farewell nobody sent", "NOTIFY * HTTP/1.1\r\nNTS: ssdp:byebye\r\nUSN: \r\n\r\n"),
        Case::new("an empty datagram", ""),
    ];
    (ordinary("ssdp"), all)
}
