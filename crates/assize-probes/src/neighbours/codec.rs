//! Reads datagrams that hosts send to everybody, and the kernel's answer about its neighbours (rtnetlink). Anything
//! may stand in them: bounded, and total.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use assize_model::fact::Channel;
use simple_dns::Packet;

use crate::text::printable;

/// Most lines that one datagram is summed up in, and the longest of them.
const MOST_LINES: usize = 32;
const LONGEST_LINE: usize = 200;

/// One neighbour of the bench.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its address.
    pub address: IpAddr,
    /// Its link-layer address.
    pub link: Vec<u8>,
    /// Whether it says that it is a router.
    pub is_router: bool,
}

/// A DHCP client's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DhcpRequest {
    /// The client's link-layer address.
    pub link: [u8; 6],
    /// The address it has or asks for.
    pub address: Option<Ipv4Addr>,
    /// What it tells of itself.
    pub says: Vec<String>,
}

/// The request for the whole neighbour table (RTM_GETNEIGH with NLM_F_DUMP).
pub fn table_request() -> Vec<u8> {
    const LENGTH: u32 = 16 + 12;
    const GET_NEIGHBOURS: u16 = 30;
    const REQUEST_AND_DUMP: u16 = 0x301;
    let mut bytes = LENGTH.to_ne_bytes().to_vec();
    bytes.extend(GET_NEIGHBOURS.to_ne_bytes());
    bytes.extend(REQUEST_AND_DUMP.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend([0; 12]);
    bytes
}

/// The neighbours in one part of the kernel's answer, and whether more parts follow.
pub fn table_part(mut bytes: &[u8]) -> (Vec<Row>, bool) {
    const NEW_NEIGHBOUR: u16 = 28;
    const DONE: u16 = 3;
    const ERROR: u16 = 2;
    let mut rows = Vec::new();
    while let (Some(length), Some(kind)) = (long(bytes, 0), short(bytes, 4)) {
        let length = length as usize;
        let Some(message) = bytes.get(16..length) else { return (rows, false) };
        match kind {
            DONE | ERROR => return (rows, false),
            NEW_NEIGHBOUR => rows.extend(row(message)),
            _ => {}
        }
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    (rows, true)
}

/// A neighbour whose link-layer address is known.
fn row(message: &[u8]) -> Option<Row> {
    const INCOMPLETE_FAILED_NO_ARP: u16 = 0x01 | 0x20 | 0x40;
    const ROUTER: u8 = 0x80;
    const ADDRESS: u16 = 1;
    const LINK: u16 = 2;
    if short(message, 8)? & INCOMPLETE_FAILED_NO_ARP != 0 {
        return None;
    }
    let is_router = message.get(10)? & ROUTER != 0;
    let (mut address, mut link) = (None, None);
    let mut rest = message.get(12..)?;
    while let (Some(length), Some(kind)) = (short(rest, 0), short(rest, 2)) {
        let length = usize::from(length);
        let Some(value) = rest.get(4..length) else { break };
        match kind {
            ADDRESS => address = ip(value),
            LINK if !value.is_empty() => link = Some(value.get(..32).unwrap_or(value).to_vec()),
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Some(Row { address: address?, link: link?, is_router })
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(v4).into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|v6| Ipv6Addr::from(v6).into())
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A link-layer address as people write it.
pub fn link_words(link: &[u8]) -> String {
    link.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

/// What a datagram says in its protocol's words; `None` when it is none of that protocol.
pub fn says(channel: Channel, bytes: &[u8]) -> Option<Vec<String>> {
    match channel {
        Channel::Mdns | Channel::Llmnr => names(bytes),
        Channel::Ssdp => headers(bytes),
        Channel::Dhcp => dhcp(bytes).map(|request| request.says),
    }
}

/// The names a DNS message asks for and gives.
fn names(bytes: &[u8]) -> Option<Vec<String>> {
    let packet = Packet::parse(bytes).ok()?;
    let asks = packet.questions.iter().map(|q| format!("asks for {} {:?}", q.qname, q.qtype));
    let all = packet.answers.iter().chain(&packet.additional_records);
    let has = all.map(|record| format!("has {} {:?}", record.name, record.rdata.type_code()));
    Some(lines(asks.chain(has)))
}

/// The first line of an SSDP message, and the headers that tell what it is about (UPnP Device Architecture 1.1).
fn headers(bytes: &[u8]) -> Option<Vec<String>> {
    const TELLING: [&str; 7] = ["NT", "NTS", "ST", "USN", "LOCATION", "SERVER", "USER-AGENT"];
    let text = printable_lines(bytes);
    let (first, rest) = text.split_first()?;
    let is_ssdp = ["NOTIFY ", "M-SEARCH ", "HTTP/1."].iter().any(|start| first.starts_with(start));
    let tells = |line: &&String| {
        line.split_once(':').is_some_and(|(name, _)| TELLING.contains(&name.to_ascii_uppercase().as_str()))
    };
    is_ssdp.then(|| lines(std::iter::once(first).chain(rest.iter().filter(tells)).cloned()))
}

fn printable_lines(bytes: &[u8]) -> Vec<String> {
    let rows = bytes.split(|byte| *byte == b'\n').take(100);
    rows.map(|row| printable(row.trim_ascii(), LONGEST_LINE)).filter(|row| !row.is_empty()).collect()
}

/// A DHCP client's request (RFC 2131, options of RFC 2132).
pub fn dhcp(bytes: &[u8]) -> Option<DhcpRequest> {
    let is_request = bytes.get(..3)? == [1, 1, 6] && bytes.get(236..240)? == [0x63, 0x82, 0x53, 0x63];
    let link = is_request.then(|| bytes.get(28..34)?.try_into().ok()).flatten()?;
    let own = Ipv4Addr::from(<[u8; 4]>::try_from(bytes.get(12..16)?).ok()?);
    let mut address = (!own.is_unspecified()).then_some(own);
    let mut says = Vec::new();
    let mut rest = bytes.get(240..)?;
    while let Some(code) = rest.first().copied().filter(|code| *code != 255) {
        if code == 0 {
            rest = &rest[1..];
            continue;
        }
        let Some(length) = rest.get(1).copied().map(usize::from) else { break };
        let Some(value) = rest.get(2..2 + length) else { break };
        match code {
            12 => says.push(format!("host name {}", printable(value, 64))),
            50 => address = address.or_else(|| <[u8; 4]>::try_from(value).ok().map(Ipv4Addr::from)),
            53 => says.push(message_type(value)),
            55 => says.push(format!("asks for options {}", list(value))),
            60 => says.push(format!("vendor class {}", printable(value, 64))),
            _ => {}
        }
        rest = rest.get(2 + length..).unwrap_or_default();
    }
    Some(DhcpRequest { link, address, says: lines(says.into_iter()) })
}

fn message_type(value: &[u8]) -> String {
    let name = match value.first() {
        Some(1) => "discover",
        Some(3) => "request",
        Some(4) => "decline",
        Some(7) => "release",
        Some(8) => "inform",
        _ => "another message",
    };
    name.to_owned()
}

fn list(value: &[u8]) -> String {
    value.iter().take(64).map(u8::to_string).collect::<Vec<_>>().join(" ")
}

fn lines(all: impl Iterator<Item = String>) -> Vec<String> {
    all.take(MOST_LINES).map(|line| printable(line.as_bytes(), LONGEST_LINE)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A message of the kernel with one neighbour.
    fn message(state: u16, flags: u8, address: &[u8], link: &[u8]) -> Vec<u8> {
        let attribute = |kind: u16, value: &[u8]| {
            let length = u16::try_from(4 + value.len()).unwrap();
            let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
            bytes.extend(value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes
        };
        let mut body = vec![0; 8];
        body.extend(state.to_ne_bytes());
        body.extend([flags, 0]);
        body.extend(attribute(1, address));
        body.extend(attribute(2, link));
        let mut all = u32::try_from(16 + body.len()).unwrap().to_ne_bytes().to_vec();
        all.extend(28u16.to_ne_bytes());
        all.extend([0; 10]);
        all.extend(body);
        all
    }

    #[test]
    fn the_neighbour_table() {
        let reachable = message(0x02, 0x80, &[192, 0, 2, 1], &[2, 0, 0, 0, 0, 1]);
        let failed = message(0x20, 0, &[192, 0, 2, 2], &[0; 6]);
        let (rows, more) = table_part(&[reachable, failed].concat());
        let row = Row { address: [192, 0, 2, 1].into(), link: vec![2, 0, 0, 0, 0, 1], is_router: true };
        assert_eq!((rows, more), (vec![row], true));
        let done = [&20u32.to_ne_bytes()[..], &3u16.to_ne_bytes(), &[0; 14]].concat();
        assert_eq!(table_part(&done), (vec![], false));
        assert_eq!(link_words(&[2, 0, 0x5e, 0x10, 0, 1]), "02:00:5e:10:00:01");
    }

    #[test]
    fn ssdp_and_names() {
        let notify = b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\nServer: plug/1\r\n\r\n";
        assert_eq!(
            says(Channel::Ssdp, notify).unwrap(),
            ["NOTIFY * HTTP/1.1", "NT: upnp:rootdevice", "Server: plug/1"]
        );
        assert_eq!(says(Channel::Ssdp, b"GET / HTTP/1.1\r\n"), None);
        let query = crate::mdns::codec::query("plug.local", &[crate::mdns::codec::Kind::Srv]).unwrap();
        assert_eq!(says(Channel::Mdns, &query).unwrap(), ["asks for plug.local TYPE(SRV)"]);
    }

    #[test]
    fn a_dhcp_client() {
        let mut bytes = vec![0; 240];
        bytes[..3].copy_from_slice(&[1, 1, 6]);
        bytes[28..34].copy_from_slice(&[2, 0, 0, 0, 0, 9]);
        bytes[236..240].copy_from_slice(&[0x63, 0x82, 0x53, 0x63]);
        bytes.extend(
            b"\x35\x01\x03\x00\x0c\x04plug\x32\x04\xc0\x00\x02\x07\x3c\x06udhcp1\x37\x02\x01\x03\xff",
        );
        let request = dhcp(&bytes).unwrap();
        assert_eq!((request.link, request.address), ([2, 0, 0, 0, 0, 9], Some([192, 0, 2, 7].into())));
        assert_eq!(
            request.says,
            ["request", "host name plug", "vendor class udhcp1", "asks for options 1 3"]
        );
        assert_eq!(dhcp(&bytes[..200]), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            table_part(&bytes);
            for channel in [Channel::Dhcp, Channel::Llmnr, Channel::Mdns, Channel::Ssdp] {
                if let Some(lines) = says(channel, &bytes) {
                    prop_assert!(lines.len() <= MOST_LINES);
                }
            }
        }

        #[test]
        fn any_options(tail in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut bytes = vec![0; 240];
            bytes[..3].copy_from_slice(&[1, 1, 6]);
            bytes[236..240].copy_from_slice(&[0x63, 0x82, 0x53, 0x63]);
            bytes.extend(tail);
            prop_assert!(dhcp(&bytes).is_some());
        }
    }
}
