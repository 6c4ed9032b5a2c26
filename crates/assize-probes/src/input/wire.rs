//! MQTT packets and TLS records with something wrong in them (MQTT 3.1.1 clause 3, RFC 5246 clause 6, RFC 8446).

use assize_model::fact::TlsVersion;

use super::codec::Case;
use crate::{
    mqtt::codec::{Level, connect, packet},
    tls::codec::client_hello,
};

/// A CONNECT of these variable parts.
fn connect_of(name: &[u8], level: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes();
    packet(0x10, &[&length, name, &[level, flags, 0, 30], payload].concat())
}

/// An ordinary CONNECT, and packets with something wrong.
pub(super) fn mqtt() -> (Vec<u8>, Vec<Case>) {
    let base = connect(Level::V311, "assize");
    let and = |more: Vec<u8>| [base.clone(), more].concat();
    let long = vec![b'a'; 60_000];
    let all = vec![
        Case::new("a length that never ends", [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        Case::new("a length beyond the packet", [&[0x10, 0xff, 0xff, 0xff, 0x7f][..], &base[2..]].concat()),
        Case::new("a packet shorter than its fields", [0x10, 4, 0, 4, b'M', b'Q']),
        Case::new("a protocol name that is none", connect_of(b"MQXX", 4, 2, &[0, 1, b'a'])),
        Case::new("a protocol name of 60,000 letters", connect_of(&long, 4, 2, &[0, 1, b'a'])),
        Case::new("an unknown level", connect_of(b"MQTT", 0x7f, 2, &[0, 1, b'a'])),
        Case::new("a reserved flag", connect_of(b"MQTT", 4, 3, &[0, 1, b'a'])),
        Case::new("a client name beyond the packet", connect_of(b"MQTT", 4, 2, &[0xff, 0xff, b'a'])),
        Case::new("a client name that is no UTF-8", connect_of(b"MQTT", 4, 2, &[0, 2, 0xc0, 0xaf])),
        Case::new("a password without user", connect_of(b"MQTT", 4, 0x42, &[0, 1, b'a', 0, 1, b'p'])),
        Case::new("a will that is missing", connect_of(b"MQTT", 4, 0x3e, &[0, 1, b'a'])),
        Case::new("a user beyond the packet", connect_of(b"MQTT", 4, 0xc2, &[0, 1, b'a', 0xff, 0xff])),
        Case::new("MQTT 5 properties beyond the packet", connect_of(b"MQTT", 5, 2, &[0xff, 0xff, 0x7f, 1])),
        Case::new("two CONNECT packets", and(base.clone())),
        Case::new("PUBLISH before CONNECT", packet(0x30, b"\0\x01ax")),
        Case::new("PUBLISH to a wildcard", and(packet(0x30, b"\0\x01#x"))),
        Case::new("PUBLISH to a topic with NUL", and(packet(0x30, b"\0\x03a\0bx"))),
        Case::new("PUBLISH with quality 3", and(packet(0x36, b"\0\x01a\0\x01x"))),
        Case::new("PUBLISH without topic", and(packet(0x30, &[]))),
        Case::new("PUBLISH with a topic beyond the packet", and(packet(0x30, &[0xff, 0xff, b'a']))),
        Case::new("PUBLISH of 60,000 bytes", and(packet(0x30, &[b"\0\x01a", &long[..]].concat()))),
        Case::new("SUBSCRIBE before CONNECT", packet(0x82, b"\0\x01\0\x01#\0")),
        Case::new("SUBSCRIBE without filters", and(packet(0x82, &[0, 1]))),
        Case::new("SUBSCRIBE with quality 255", and(packet(0x82, b"\0\x01\0\x01#\xff"))),
        Case::new(
            "SUBSCRIBE to a filter of 60,000 levels",
            and(packet(0x82, &[&[0, 1, 0xea, 0x60], &"/".repeat(60_000).into_bytes()[..], &[0]].concat())),
        ),
        Case::new("a packet type that is none", packet(0x00, b"x")),
        Case::new("the reserved packet type", packet(0xf0, b"x")),
        Case::new("answers that only a broker gives", packet(0x20, &[0, 0])),
    ];
    (base, all)
}

/// An ordinary ClientHello, and records with something wrong.
pub(super) fn tls() -> (Vec<u8>, Vec<Case>) {
    let base = client_hello(TlsVersion::Tls12, [0x5a; 32], None);
    let patched = |at: usize, bytes: &[u8]| {
        let mut out = base.clone();
        for (place, byte) in out.iter_mut().skip(at).zip(bytes) {
            *place = *byte;
        }
        out
    };
    // Record: type, version, length; handshake: type, length of three bytes, version, random, session id length.
    let session = 5 + 4 + 2 + 32;
    let all = vec![
        Case::new("a record without content", [22, 3, 1, 0, 0]),
        Case::new("a record longer than its content", patched(3, &[0xff, 0xff])),
        Case::new("a record shorter than its content", patched(3, &[0, 1])),
        Case::new("an unknown record type", patched(0, &[99])),
        Case::new("a version that is none", patched(1, &[0xff, 0xff])),
        Case::new("application data before a handshake", patched(0, &[23])),
        Case::new("a handshake longer than its record", patched(6, &[0xff, 0xff, 0xff])),
        Case::new("a handshake of length zero", patched(6, &[0, 0, 0])),
        Case::new("an unknown handshake type", patched(5, &[0xfe])),
        Case::new("a ServerHello in place of a ClientHello", patched(5, &[2])),
        Case::new("a session id beyond the message", patched(session, &[0xff])),
        Case::new("a session id of 33 bytes", patched(session, &[33])),
        Case::new("cipher suites beyond the message", patched(session + 1, &[0xff, 0xff])),
        Case::new("an odd length of cipher suites", patched(session + 1, &[0, 3])),
        Case::new("no cipher suites", patched(session + 1, &[0, 0])),
        Case::new("half a ClientHello", base[..base.len() / 2].to_vec()),
        Case::new("an alert that is none", [21, 3, 3, 0, 2, 9, 255]),
        Case::new("an alert of three bytes", [21, 3, 3, 0, 3, 2, 40, 0]),
        Case::new("a heartbeat before a handshake", [24, 3, 2, 0, 3, 1, 0x40, 0]),
        Case::new("ChangeCipherSpec before a handshake", [20, 3, 3, 0, 1, 1]),
        Case::new("a record of 65,535 bytes", [&[22, 3, 3, 0xff, 0xff][..], &[1; 65_535]].concat()),
        Case::new("a ClientHello of SSL 2.0 without ciphers", [0x80, 9, 1, 0, 2, 0, 0, 0, 0, 0, 0]),
        Case::new("a thousand empty records", [22, 3, 3, 0, 0].repeat(1_000)),
        Case::new("a ClientHello byte by byte in records", byte_by_byte(&base)),
    ];
    (base, all)
}

fn byte_by_byte(record: &[u8]) -> Vec<u8> {
    record.iter().skip(5).flat_map(|byte| [22, 3, 1, 0, 1, *byte]).collect()
}
