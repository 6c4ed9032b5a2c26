//! The bytes that hostile servers send.

use std::net::SocketAddr;

use super::servers::octets;

/// The head of an answer whose gzip body grows a thousandfold, and whose end never comes: what follows are zeros, each
/// of which stands for many more.
pub const BOMB: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n\
    \x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xec\xc1\x01\x01\x00\x00\x00\x80\x90\xfe\xaf\xee\x08\x0a\x00\x00\x00";

/// The lengths of records, the odd ones first.
const LENGTHS: [usize; 20] =
    [0, 1, 2, 3, 4, 5, 6, 7, 37, 38, 39, 40, 255, 256, 16_383, 16_384, 16_385, 18_432, 18_433, 65_535];

/// A number that looks random and is the same in each run.
fn mixed(n: usize) -> usize {
    let mut x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
    x ^= x >> 31;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 29)
}

fn random(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|i| mixed(seed.wrapping_mul(70_001) + i).to_le_bytes()[2]).collect()
}

/// Sends blocks of noise until the taker refuses.
pub fn noise(seed: usize, mut take: impl FnMut(&[u8]) -> bool) {
    let block = random(seed, 65_536);
    for _ in 0..16_384 {
        if !take(&block) {
            return;
        }
    }
}

pub fn noisy_datagrams(asked: &[u8], seed: usize) -> Vec<Vec<u8>> {
    let lengths = [0, 1, 2, 12, 13, 64, 512, 1400, 9000, 60_000];
    let mut all: Vec<Vec<u8>> = lengths.iter().map(|l| random(seed, *l)).collect();
    // What was asked, with a byte changed here and there.
    all.extend((0..32).map(|i| {
        let mut changed = asked.to_vec();
        if let Some(byte) = changed.get_mut(mixed(seed + i) % asked.len().max(1)) {
            *byte = byte.wrapping_add(u8::try_from(i % 255).unwrap() + 1);
        }
        changed
    }));
    all
}

pub fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

/// A device description whose every address is elsewhere.
pub fn description(decoy: SocketAddr) -> Vec<u8> {
    let page = format!(
        "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><URLBase>http://{decoy}/</URLBase>\
         <device><deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><friendlyName>x</friendlyName>\
         <presentationURL>http://{decoy}/</presentationURL><serviceList><service><SCPDURL>http://{decoy}/s</SCPDURL>\
         </service></serviceList></device></root>"
    );
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nLocation: http://{decoy}/\r\nRefresh: 0; url=http://{decoy}/\r\n\
         Content-Length: {}\r\n\r\n{page}",
        page.len()
    )
    .into_bytes()
}

pub fn search_answer(decoy: SocketAddr) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=60\r\nEXT:\r\nLOCATION: http://{decoy}/description.xml\r\n\
         SERVER: x/1 UPnP/1.1 y/2\r\nST: ssdp:all\r\nUSN: uuid:1\r\n\r\n"
    )
    .into_bytes()
}

/// The identification of an SSH server, and a KEXINIT of lists that claim to be longer than the packet.
pub fn ssh_lists() -> Vec<u8> {
    let mut payload = vec![20u8];
    payload.extend([7; 16]);
    for _ in 0..10 {
        payload.extend([0x7f, 0xff, 0xff, 0xff]);
        payload.extend(b"a,".repeat(100));
    }
    let padding = 8 - (payload.len() + 5) % 8 + 8;
    let length = u32::try_from(payload.len() + padding + 1).unwrap();
    let mut all = b"SSH-2.0-x\r\n".to_vec();
    all.extend(length.to_be_bytes());
    all.push(u8::try_from(padding).unwrap());
    all.extend(payload);
    all.extend(vec![0; padding]);
    all
}

/// A TLS record.
pub fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 3, 3];
    record.extend(u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes());
    record.extend(body);
    record
}

/// A handshake message with its length, or with another one.
fn handshake(kind: u8, body: &[u8], claimed: Option<usize>) -> Vec<u8> {
    let length = u32::try_from(claimed.unwrap_or(body.len())).unwrap().to_be_bytes();
    let mut message = vec![kind, length[1], length[2], length[3]];
    message.extend(body);
    message
}

/// A ServerHello of TLS 1.2 with a suite of ECDHE, ECDSA and AES-128-GCM.
pub fn server_hello() -> Vec<u8> {
    let mut hello = vec![3, 3];
    hello.extend([5; 32]);
    hello.extend([0, 0xc0, 0x2b, 0]);
    record(22, &handshake(2, &hello, None))
}

/// A record of a length that differs from connection to connection, which it fills or falls short of.
pub fn record_of_length(nth: usize) -> Vec<u8> {
    let length = LENGTHS.get(nth).copied().unwrap_or_else(|| mixed(nth) % 65_536);
    let kind = [22u8, 22, 22, 21, 20, 23, 24, 0x80, 0xff][nth % 9];
    let filled = if nth % 5 == 4 { length / 2 } else { length };
    let mut record = vec![kind, 3, u8::try_from(nth % 5).unwrap()];
    record.extend(u16::try_from(length).unwrap().to_be_bytes());
    let mut body = random(nth, filled);
    if nth.is_multiple_of(2) && filled > 4 {
        // A ServerHello by its first bytes.
        body[..4].copy_from_slice(&[2, 0, 0, 80]);
    }
    record.extend(body);
    record
}

/// A ServerHello, then a Certificate message that is wrong in a way that differs from connection to connection.
pub fn malformed_certificate(nth: usize) -> Vec<u8> {
    let nested = [0x30u8, 0x82, 0x3f, 0xf0].repeat(2000);
    let huge = [&[0x30u8, 0x84, 0xff, 0xff, 0xff, 0xff][..], &random(nth, 300)].concat();
    let good = rcgen::generate_simple_self_signed(vec!["x".to_owned()]).unwrap().cert.der().to_vec();
    let certificate: Vec<u8> = match nth % 8 {
        0 => Vec::new(),
        1 => random(nth, 600),
        2 => nested,
        3 => huge,
        4 => good[..good.len() / 2].to_vec(),
        5 => vec![0x30, 0x80],
        _ => {
            // A good one with a byte changed.
            let mut changed = good.clone();
            let at = mixed(nth) % changed.len();
            changed[at] ^= 0x55;
            changed
        }
    };
    let length = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
    let claimed = if nth % 7 == 3 { 0x00ff_ffff } else { certificate.len() };
    let mut list = length(certificate.len() + 3)[1..].to_vec();
    list.extend(&length(claimed)[1..]);
    list.extend(&certificate);
    let message = handshake(11, &list, (nth % 11 == 5).then_some(0x00ff_ffff));
    let mut all = server_hello();
    for part in message.chunks(16_000) {
        all.extend(record(22, part));
    }
    all.extend(record(22, &handshake(14, &[], None)));
    all
}

/// A question turned into an answer without records.
pub fn as_answer(asked: &[u8]) -> Vec<u8> {
    let mut answer = asked.to_vec();
    if let Some(flags) = answer.get_mut(2) {
        *flags |= 0x84;
    }
    answer
}

fn dns(asked: &[u8], count: u16) -> Vec<u8> {
    let mut packet = asked.get(..2).unwrap_or(&[0, 0]).to_vec();
    packet.extend([0x84, 0, 0, 0]);
    packet.extend(count.to_be_bytes());
    packet.extend([0, 0, 0, 0]);
    packet
}

fn name(labels: &[&str]) -> Vec<u8> {
    let mut name = Vec::new();
    for label in labels {
        name.push(u8::try_from(label.len()).unwrap());
        name.extend(label.as_bytes());
    }
    name.push(0);
    name
}

fn resource(of: &[u8], kind: u16, data: &[u8]) -> Vec<u8> {
    let mut resource = of.to_vec();
    resource.extend(kind.to_be_bytes());
    resource.extend([0, 1, 0, 0, 0, 60]);
    resource.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    resource.extend(data);
    resource
}

/// PTR, SRV and A records that all lead to the decoy, and a page there in TXT.
pub fn names_elsewhere(asked: &[u8], decoy: SocketAddr) -> Vec<u8> {
    let all = name(&["_services", "_dns-sd", "_udp", "local"]);
    let kind = name(&["_http", "_tcp", "local"]);
    let instance = name(&["plug", "_http", "_tcp", "local"]);
    let host = name(&["elsewhere", "local"]);
    let mut srv = vec![0, 0, 0, 0];
    srv.extend(decoy.port().to_be_bytes());
    srv.extend(&host);
    let txt = format!("url=http://{decoy}/");
    let txt = [&[u8::try_from(txt.len()).unwrap()][..], txt.as_bytes()].concat();
    let mut packet = dns(asked, 5);
    packet.extend(resource(&all, 12, &kind));
    packet.extend(resource(&kind, 12, &instance));
    packet.extend(resource(&instance, 33, &srv));
    packet.extend(resource(&instance, 16, &txt));
    packet.extend(resource(&host, 1, &octets(decoy)));
    packet
}

/// Names that point to themselves and to each other.
pub fn names_in_circles(asked: &[u8]) -> Vec<u8> {
    let mut packet = dns(asked, 3);
    for pointer in [12u8, 14, 12] {
        packet.extend(resource(&[0xc0, pointer], 12, &[0xc0, pointer]));
    }
    packet
}

/// Service types and instances that never end.
pub fn many_names(asked: &[u8], nth: usize) -> Vec<Vec<u8>> {
    let all = name(&["_services", "_dns-sd", "_udp", "local"]);
    let of = |d: usize| {
        let mut packet = dns(asked, 100);
        for i in 0..100 {
            let label = format!("_x{}", mixed(nth * 100_000 + d * 1000 + i));
            packet.extend(resource(&all, 12, &name(&[&label, "_tcp", "local"])));
        }
        packet
    };
    (0..40).map(of).collect()
}
