//! What the codec makes of sound, damaged, foreign and arbitrary bytes.

use proptest::prelude::*;

use super::*;

const V4: [&str; 2] = ["192.0.2.9:40001", "192.0.2.1:443"];
const V6: [&str; 2] = ["[2001:db8::9]:40001", "[2001:db8::1]:443"];

fn ends(words: [&str; 2]) -> (SocketAddr, SocketAddr) {
    let [bench, target] = words.map(|end| end.parse().unwrap());
    (bench, target)
}

/// A segment of the target with these flags, its checksum right.
fn reply(bench: SocketAddr, target: SocketAddr, acknowledges: u32, flags: u8) -> Vec<u8> {
    let mut segment = [target.port().to_be_bytes(), bench.port().to_be_bytes()].concat();
    segment.extend(77_u32.to_be_bytes());
    segment.extend(acknowledges.to_be_bytes());
    segment.extend([0x50, flags, 1, 0, 0, 0, 0, 0]);
    let sum = !folded(pseudo(target.ip(), bench.ip(), segment.len()) + sum(&segment));
    segment[16..18].copy_from_slice(&sum.to_be_bytes());
    segment
}

/// An IPv4 packet around a body.
fn packet(from: SocketAddr, to: SocketAddr, protocol: u8, body: &[u8]) -> Vec<u8> {
    let total = u16::try_from(20 + body.len()).unwrap();
    let mut packet = vec![0x45, 0];
    packet.extend(total.to_be_bytes());
    packet.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
    packet.extend(octets(from.ip()));
    packet.extend(octets(to.ip()));
    packet.extend(body);
    packet
}

/// An ICMP message that quotes a SYN with as many bytes of it as a router has to quote.
fn complaint(bench: SocketAddr, target: SocketAddr, sequence: u32, kind: u8, code: u8) -> Vec<u8> {
    let first = &syn(bench, target, sequence)[..8];
    let mut message = vec![kind, code, 0, 0, 0, 0, 0, 0];
    if bench.is_ipv4() {
        message.extend(packet(bench, target, TCP, first));
    } else {
        message.extend([0x60, 0, 0, 0, 0, 24, TCP, 64]);
        message.extend(octets(bench.ip()));
        message.extend(octets(target.ip()));
        message.extend(first);
    }
    let sum = !folded(sum(&message));
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    message
}

#[test]
fn a_syn_as_the_standard_has_it() {
    for words in [V4, V6] {
        let (bench, target) = ends(words);
        let segment = syn(bench, target, 0x0102_0304);
        assert_eq!(segment[..4], [0x9c, 0x41, 1, 187]);
        assert_eq!(segment[4..14], [1, 2, 3, 4, 0, 0, 0, 0, 0x60, SYN]);
        assert_eq!(folded(pseudo(bench.ip(), target.ip(), 24) + sum(&segment)), u16::MAX);
        assert_eq!(heard(&segment, bench.ip(), target.ip()), None, "a SYN answers nothing");
    }
}

#[test]
fn the_checksum_of_a_known_segment() {
    // RFC 1071 clause 3 sums these bytes to ddf2.
    assert_eq!(folded(sum(&[0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7])), 0xddf2);
    assert_eq!(folded(sum(&[0, 1, 0xf2])), 0xf201);
}

#[test]
fn answers_are_read() {
    for words in [V4, V6] {
        let (bench, target) = ends(words);
        let read = |flags| heard(&reply(bench, target, 5, flags), target.ip(), bench.ip());
        let expect = |answer| Heard { target_port: 443, bench_port: 40001, acknowledges: 5, answer };
        assert_eq!(read(SYN | ACK), Some(expect(Answer::Open)));
        assert_eq!(read(SYN | ACK | 0x40), Some(expect(Answer::Open)), "with ECN");
        assert_eq!(read(RST | ACK), Some(expect(Answer::Closed)));
        for other in [0, SYN, ACK, RST, FIN | ACK, SYN | RST | ACK, SYN | FIN | ACK, 8 | ACK] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}

#[test]
fn damaged_and_cut_segments_are_none() {
    let (bench, target) = ends(V4);
    let sound = reply(bench, target, 5, SYN | ACK);
    for at in 0..sound.len() {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x10;
        assert_eq!(heard(&damaged, target.ip(), bench.ip()), None, "byte {at}");
        assert_eq!(heard(&sound[..at], target.ip(), bench.ip()), None, "cut at {at}");
    }
    let mut short_header = sound.clone();
    short_header[12] = 0x40;
    assert_eq!(heard(&short_header, target.ip(), bench.ip()), None);
    let stranger = "192.0.2.77".parse().unwrap();
    assert_eq!(heard(&sound, stranger, bench.ip()), None, "the sum covers the addresses");
}

#[test]
fn a_sum_that_the_network_card_would_have_completed() {
    let (bench, target) = ends(V4);
    let mut segment = reply(bench, target, 5, RST | ACK);
    let half = folded(pseudo(target.ip(), bench.ip(), segment.len()));
    segment[16..18].copy_from_slice(&half.to_be_bytes());
    assert!(heard(&segment, target.ip(), bench.ip()).is_some());
}

#[test]
fn packets_are_unpacked_when_they_are_from_the_target() {
    let (bench, target) = ends(V4);
    let inner = reply(bench, target, 5, SYN | ACK);
    let sound = packet(target, bench, TCP, &inner);
    let unpack = |packet: &[u8]| segment(packet, target.ip(), bench.ip()).map(<[u8]>::to_vec);
    assert_eq!(unpack(&sound), Some(inner.clone()));
    let padded = [sound.as_slice(), &[0; 6]].concat();
    assert_eq!(unpack(&padded), Some(inner.clone()), "what follows is not the packet's");
    let mut options = sound.clone();
    options[0] = 0x46;
    options[3] += 4;
    options.splice(20..20, [1, 1, 1, 0]);
    assert_eq!(unpack(&options), Some(inner.clone()));
    assert_eq!(unpack(&packet(bench, target, TCP, &inner)), None, "our own");
    assert_eq!(unpack(&packet(target, bench, 17, &inner)), None, "not TCP");
    let spoiled = [(0, 0x55), (0, 0x44), (6, 0x20), (7, 1), (3, 19), (3, 200)];
    for (at, byte) in spoiled {
        let mut packet = sound.clone();
        packet[at] = byte;
        assert_eq!(unpack(&packet), None, "byte {at}");
    }
}

#[test]
fn complaints_name_the_syn_they_are_about() {
    let (bench, target) = ends(V4);
    let read = |bench: SocketAddr, target: SocketAddr, kind, code| {
        quoted(&complaint(bench, target, 7, kind, code), target.ip(), bench.ip()).map(|q| q.obstacle)
    };
    assert_eq!(
        quoted(&complaint(bench, target, 7, 3, 3), target.ip(), bench.ip()),
        Some(Quoted { target_port: 443, bench_port: 40001, sequence: 7, obstacle: Obstacle::Port })
    );
    assert_eq!(read(bench, target, 3, 0), Some(Obstacle::Net));
    assert_eq!(read(bench, target, 3, 13), Some(Obstacle::Host));
    assert_eq!(read(bench, target, 3, 4), None, "too long for the way says nothing of the port");
    assert_eq!(read(bench, target, 11, 0), None, "nor does an hour-glass");
    let (bench6, target6) = ends(V6);
    assert_eq!(read(bench6, target6, 1, 4), Some(Obstacle::Port));
    assert_eq!(read(bench6, target6, 1, 0), Some(Obstacle::Net));
    assert_eq!(read(bench6, target6, 1, 1), Some(Obstacle::Host));
    assert_eq!(read(bench6, target6, 2, 0), None);
    let about_others = complaint(bench, ends(["192.0.2.9:1", "192.0.2.2:1"]).1, 7, 3, 3);
    assert_eq!(quoted(&about_others, target.ip(), bench.ip()), None);
    let sound = packet(target, bench, ICMP, &complaint(bench, target, 7, 3, 3));
    assert!(message(&sound, bench.ip()).is_some());
    let mut damaged = sound;
    damaged[21] ^= 1;
    assert_eq!(message(&damaged, bench.ip()), None);
}

#[test]
fn cookies_depend_on_secret_and_ends() {
    let (bench, target) = ends(V4);
    let (one, other) = (Cookie::new(&[1; 32]), Cookie::new(&[2; 32]));
    assert_eq!(one.sequence(bench, target), Cookie::new(&[1; 32]).sequence(bench, target));
    assert_ne!(one.sequence(bench, target), other.sequence(bench, target));
    assert_ne!(one.sequence(bench, target), one.sequence(target, bench));
    let next = SocketAddr::new(target.ip(), 444);
    assert_ne!(one.sequence(bench, target), one.sequence(bench, next));
}

proptest! {
    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..120), first in 0_u8..2) {
        for words in [V4, V6] {
            let (bench, target) = ends(words);
            let (bench, target) = (bench.ip(), target.ip());
            heard(&bytes, target, bench);
            quoted(&bytes, target, bench);
            let mut packet = bytes.clone();
            if let Some(place) = packet.first_mut().filter(|_| first == 1) {
                *place = 0x45;
            }
            if let Some(body) = segment(&packet, target, bench) {
                prop_assert!(body.len() < packet.len());
            }
            message(&packet, bench);
        }
    }

    #[test]
    fn what_is_not_of_this_scan_carries_another_number(sequence: u32, ack: u32) {
        let (bench, target) = ends(V4);
        let read = heard(&reply(bench, target, ack, SYN | ACK), target.ip(), bench.ip()).unwrap();
        prop_assert_eq!(read.acknowledges == sequence.wrapping_add(1), ack.wrapping_sub(1) == sequence);
    }
}
