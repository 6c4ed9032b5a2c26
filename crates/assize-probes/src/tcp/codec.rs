//! Segments of TCP (RFC 9293) for the scan by bare SYNs: builds the SYN, and reads what comes back of it, a segment of the
//! target or an ICMP message (RFC 792, RFC 4443) that quotes the SYN. Without I/O; total over any bytes.

use std::net::{IpAddr, SocketAddr};

use ring::hmac;

/// The length of a SYN: the header and the option with the segment size, which some devices want to see.
pub const SYN_LENGTH: usize = 24;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const WINDOW: u16 = 64_240;
const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

/// Sequence numbers that only who saw the SYN can know: keyed with a secret of the scan, and the same for the same pair of
/// ports, so that a SYN sent again is a retransmission.
#[derive(Clone, Debug)]
pub struct Cookie(hmac::Key);

impl Cookie {
    /// Numbers from a secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The sequence number of the SYN from `bench` to `target`.
    pub fn sequence(&self, bench: SocketAddr, target: SocketAddr) -> u32 {
        let mut said = hmac::Context::with_key(&self.0);
        for end in [bench, target] {
            said.update(&octets(end.ip()));
            said.update(&end.port().to_be_bytes());
        }
        let tag = said.sign();
        tag.as_ref().iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte))
    }
}

/// What a segment of the target says of its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// SYN and ACK: somebody listens.
    Open,
    /// RST and ACK: nobody does.
    Closed,
}

/// A segment that may answer a SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The port of the target that it comes from.
    pub target_port: u16,
    /// The port of the bench that it goes to.
    pub bench_port: u16,
    /// The number it acknowledges: the sequence number of the SYN and one.
    pub acknowledges: u32,
    /// What it says.
    pub answer: Answer,
}

/// Why a SYN did not get through, as a router or the target itself reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The port is unreachable, which is a refusal.
    Port,
    /// The host is, or a filter forbids the way.
    Host,
    /// The network is.
    Net,
}

/// An ICMP message about a SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// The port of the target that the SYN went to.
    pub target_port: u16,
    /// The port of the bench that it came from.
    pub bench_port: u16,
    /// Its sequence number.
    pub sequence: u32,
    /// What was in its way.
    pub obstacle: Obstacle,
}

/// A SYN with its checksum.
pub fn syn(bench: SocketAddr, target: SocketAddr, sequence: u32) -> [u8; SYN_LENGTH] {
    let size: u16 = if target.is_ipv4() { 1460 } else { 1440 };
    let mut segment = [0; SYN_LENGTH];
    let mut put = |at: usize, bytes: &[u8]| {
        for (place, byte) in segment.iter_mut().skip(at).zip(bytes) {
            *place = *byte;
        }
    };
    put(0, &bench.port().to_be_bytes());
    put(2, &target.port().to_be_bytes());
    put(4, &sequence.to_be_bytes());
    put(12, &[0x60, SYN]);
    put(14, &WINDOW.to_be_bytes());
    put(20, &[2, 4]);
    put(22, &size.to_be_bytes());
    let sum = !folded(pseudo(bench.ip(), target.ip(), SYN_LENGTH) + sum(&segment));
    for (place, byte) in segment.iter_mut().skip(16).zip(sum.to_be_bytes()) {
        *place = byte;
    }
    segment
}

/// The segment inside an IPv4 packet from `target` to `bench`, as a raw socket hands it over. Fragments have none.
pub fn segment(packet: &[u8], target: IpAddr, bench: IpAddr) -> Option<&[u8]> {
    let packet = v4(packet)?;
    let is_ours = packet.protocol == TCP && IpAddr::from(packet.from) == target;
    (is_ours && IpAddr::from(packet.to) == bench && packet.is_whole).then_some(packet.body)
}

/// The message inside an IPv4 packet to `bench`, whoever sent it.
pub fn message(packet: &[u8], bench: IpAddr) -> Option<&[u8]> {
    let packet = v4(packet)?;
    let is_ours = packet.protocol == ICMP && IpAddr::from(packet.to) == bench && packet.is_whole;
    (is_ours && folded(sum(packet.body)) == u16::MAX).then_some(packet.body)
}

/// What a segment from `target` to `bench` answers; none when it is damaged or answers no SYN.
pub fn heard(segment: &[u8], target: IpAddr, bench: IpAddr) -> Option<Heard> {
    let offset = usize::from(segment.get(12)? >> 4) * 4;
    let is_sound = offset >= 20 && offset <= segment.len() && is_undamaged(segment, target, bench);
    let flags = *segment.get(13)?;
    let answer = match flags & (SYN | RST | ACK | FIN) {
        both if both == SYN | ACK => Answer::Open,
        both if both == RST | ACK => Answer::Closed,
        _ => return None,
    };
    is_sound.then_some(Heard {
        target_port: short(segment, 0)?,
        bench_port: short(segment, 2)?,
        acknowledges: long(segment, 8)?,
        answer,
    })
}

/// What an ICMP message says of a SYN from `bench` to `target`; none when it is about something else.
pub fn quoted(message: &[u8], target: IpAddr, bench: IpAddr) -> Option<Quoted> {
    let (kind, code) = (*message.first()?, *message.get(1)?);
    let obstacle = match (bench, kind, code) {
        (IpAddr::V4(_), 3, 3) | (IpAddr::V6(_), 1, 4) => Obstacle::Port,
        (IpAddr::V4(_), 3, 0 | 6 | 9 | 11) | (IpAddr::V6(_), 1, 0) => Obstacle::Net,
        (IpAddr::V4(_), 3, 1 | 2 | 5 | 7 | 8 | 10 | 12..=15) | (IpAddr::V6(_), 1, 1..=6) => Obstacle::Host,
        _ => return None,
    };
    let packet = message.get(8..)?;
    let (from, to, protocol, header) = match bench {
        IpAddr::V4(_) => {
            let header = header_length(packet)?;
            let (from, to) = (array::<4>(packet, 12)?, array::<4>(packet, 16)?);
            (IpAddr::from(from), IpAddr::from(to), *packet.get(9)?, packet.get(header..)?)
        }
        IpAddr::V6(_) => {
            let (from, to) = (array::<16>(packet, 8)?, array::<16>(packet, 24)?);
            (IpAddr::from(from), IpAddr::from(to), *packet.get(6)?, packet.get(40..)?)
        }
    };
    let is_ours = from == bench && to == target && protocol == TCP;
    let (bench_port, target_port) = (short(header, 0)?, short(header, 2)?);
    is_ours.then_some(Quoted { target_port, bench_port, sequence: long(header, 4)?, obstacle })
}

struct Packet<'a> {
    protocol: u8,
    from: [u8; 4],
    to: [u8; 4],
    is_whole: bool,
    body: &'a [u8],
}

fn v4(packet: &[u8]) -> Option<Packet<'_>> {
    let header = header_length(packet)?;
    let total = usize::from(short(packet, 2)?);
    Some(Packet {
        protocol: *packet.get(9)?,
        from: array(packet, 12)?,
        to: array(packet, 16)?,
        // No more fragments to come, and none before.
        is_whole: short(packet, 6)? & 0x3fff == 0,
        body: packet.get(header..total)?,
    })
}

/// The length of an IPv4 header.
fn header_length(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    let length = usize::from(first & 15) * 4;
    (first >> 4 == 4 && length >= 20).then_some(length)
}

/// Whether the checksum is right. A segment that never left this machine may carry the sum of the pseudo-header alone,
/// for the network card to complete.
fn is_undamaged(segment: &[u8], from: IpAddr, to: IpAddr) -> bool {
    let pseudo = pseudo(from, to, segment.len());
    folded(pseudo + sum(segment)) == u16::MAX || short(segment, 16) == Some(folded(pseudo))
}

/// The sum over addresses, protocol and length.
fn pseudo(from: IpAddr, to: IpAddr, length: usize) -> u64 {
    sum(&octets(from)) + sum(&octets(to)) + u64::from(TCP) + length as u64
}

fn sum(bytes: &[u8]) -> u64 {
    let word = |pair: &[u8]| match pair {
        [high, low] => u64::from(u16::from_be_bytes([*high, *low])),
        [high] => u64::from(*high) << 8,
        _ => 0,
    };
    bytes.chunks(2).map(word).sum()
}

fn folded(mut sum: u64) -> u16 {
    loop {
        match u16::try_from(sum) {
            Ok(folded) => return folded,
            Err(_) => sum = (sum >> 16) + (sum & 0xffff),
        }
    }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_be_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests;
