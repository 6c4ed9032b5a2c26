//! The requests that UDP services answer, from the table beside this file.

use std::net::Ipv4Addr;

const SERVICES: &str = include_str!("services.txt");

/// One service and its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The port the service usually has.
    pub port: u16,
    /// The service's name.
    pub service: &'static str,
    /// The port the service answers to, when it does not answer to where the request came from.
    pub local: Option<u16>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Bytes(Vec<u8>),
    OwnAddress,
}

impl Request {
    /// A request of these bytes.
    pub fn new(port: u16, service: &'static str, bytes: &[u8]) -> Self {
        Self { port, service, local: None, parts: vec![Part::Bytes(bytes.to_vec())] }
    }

    /// The datagram that asks the service, from a bench with this address.
    pub fn bytes(&self, own: Ipv4Addr) -> Vec<u8> {
        let bytes = self.parts.iter().map(|part| match part {
            Part::Bytes(bytes) => bytes.clone(),
            Part::OwnAddress => own.octets().to_vec(),
        });
        bytes.collect::<Vec<_>>().concat()
    }
}

/// Every request, by ascending port.
pub fn requests() -> Vec<Request> {
    SERVICES.lines().filter_map(request).collect()
}

/// A row of the table as `port name parts`; `None` for a remark or anything else.
pub fn request(row: &'static str) -> Option<Request> {
    let (port, rest) = row.split_once(' ')?;
    let (name, mut rest) = rest.split_once(' ')?;
    let (service, local) = match name.split_once('@') {
        Some((service, local)) => (service, Some(local.parse().ok()?)),
        None => (name, None),
    };
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, after) = if let Some(text) = rest.strip_prefix('"') {
            quoted(text)?
        } else {
            let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
            (bare(word)?, after)
        };
        parts.push(part);
        rest = after.trim_start();
    }
    Some(Request { port: port.parse().ok()?, service, local, parts })
}

/// `own4`, hexadecimal, or `00*4`.
fn bare(word: &str) -> Option<Part> {
    if word == "own4" {
        return Some(Part::OwnAddress);
    }
    let (bytes, times) = word.split_once('*').unwrap_or((word, "1"));
    Some(Part::Bytes(hex::decode(bytes).ok()?.repeat(times.parse().ok()?)))
}

/// Text up to its closing quote, and what follows.
fn quoted(text: &str) -> Option<(Part, &str)> {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    loop {
        match rest.next()? {
            '"' => return Some((Part::Bytes(bytes), rest.as_str())),
            '\\' => match rest.next()? {
                'r' => bytes.push(b'\r'),
                'n' => bytes.push(b'\n'),
                other => bytes.extend(other.to_string().as_bytes()),
            },
            other => bytes.extend(other.to_string().as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use simple_dns::Packet;

    use super::*;

    const OWN: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 9);

    fn bytes(service: &str) -> Vec<u8> {
        requests().into_iter().find(|request| request.service == service).unwrap().bytes(OWN)
    }

    fn length(bytes: &[u8], at: usize) -> usize {
        usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
    }

    #[test]
    fn every_row_is_read_and_has_its_source() {
        let rows: Vec<&str> = SERVICES.lines().collect();
        let is_row = |row: &&&str| !row.starts_with('#');
        assert_eq!(requests().len(), rows.iter().filter(is_row).count());
        let bare: Vec<&[&str]> =
            rows.windows(2).filter(|two| is_row(&&two[0]) == is_row(&&two[1]) && is_row(&&two[1])).collect();
        assert!(bare.is_empty(), "no source: {bare:?}");
        assert!(requests().is_sorted_by_key(|request| request.port));
        assert!(requests().iter().all(|request| (1..=1200).contains(&request.bytes(OWN).len())));
        let names: BTreeSet<&str> = requests().iter().map(|request| request.service).collect();
        assert_eq!(names.len(), requests().len(), "a name stands for one request");
        assert_eq!(request("# remark"), None);
    }

    #[test]
    fn rows_are_put_together() {
        let row = request(r#"4001 x@4002 0102 00*3 "a \"b\"\r\n" own4"#).unwrap();
        assert_eq!((row.port, row.service, row.local), (4001, "x", Some(4002)));
        assert_eq!(row.bytes(OWN), b"\x01\x02\0\0\0a \"b\"\r\n\xc0\0\x02\x09");
        for bad in ["1 x 0", "1 x \"open", "1 x@ 00", "x 1 00", "1 x 00*", "1"] {
            assert_eq!(request(bad), None, "{bad}");
        }
    }

    #[test]
    fn name_services() {
        assert_eq!(Packet::parse(&bytes("dns")).unwrap().questions.len(), 1);
        for (service, name) in
            [("mdns", "_services._dns-sd._udp.local"), ("matter-commissionable", "_matterc._udp.local")]
        {
            let bytes = bytes(service);
            let packet = Packet::parse(&bytes).unwrap();
            assert_eq!(packet.questions[0].qname.to_string(), name);
            assert!(packet.questions[0].unicast_response);
        }
        assert_eq!(bytes("ntp").len(), 48);
        assert_eq!(bytes("dhcp")[236..240], [0x63, 0x82, 0x53, 0x63]);
        assert_eq!(bytes("dhcp")[12..16], OWN.octets());
        assert_eq!((bytes("pcp").len(), &bytes("pcp")[18..20]), (24, &[0xff, 0xff][..]));
    }

    #[test]
    fn lengths_are_true() {
        for ber in ["snmp", "snmpv2c", "snmpv3"] {
            assert_eq!(usize::from(bytes(ber)[1]), bytes(ber).len() - 2);
        }
        for (service, at) in [("mqtt-sn", 0), ("mqtt-sn-gateway", 0), ("bacnet", 3), ("lifx", 0), ("miio", 3)]
        {
            assert_eq!(usize::from(bytes(service)[at]), bytes(service).len(), "{service}");
        }
        for (service, at) in [("ike", 26), ("ikev2", 26), ("knxnet-ip", 4), ("knxnet-ip-search", 4)] {
            assert_eq!(length(&bytes(service), at), bytes(service).len(), "{service}");
        }
        assert_eq!(bytes("ikev2-nat"), [&[0; 4][..], &bytes("ikev2")].concat());
        assert_eq!((bytes("quic").len(), length(&bytes("quic"), 16) & 0x3fff), (1200, 1182));
        assert_eq!((bytes("rip").len(), bytes("ethernet-ip").len(), bytes("tuya").len()), (24, 24, 24));
        assert_eq!(usize::from(bytes("dahua")[16]), bytes("dahua").len() - 32);
    }

    #[test]
    fn a_dtls_client_hello() {
        let hello = bytes("coaps");
        assert_eq!(hello[..3], [22, 0xfe, 0xff]);
        assert_eq!(length(&hello, 11), hello.len() - 13, "the record");
        assert_eq!((hello[13], length(&hello, 15)), (1, hello.len() - 25), "the message");
        assert_eq!(length(&hello, 23), hello.len() - 25, "its only fragment");
        let suites = length(&hello, 61);
        let extensions = 63 + suites + 2;
        assert_eq!(length(&hello, extensions), hello.len() - extensions - 2);
    }

    #[test]
    fn tp_link_is_readable() {
        let mut key = 171;
        let text: Vec<u8> =
            bytes("tp-link").into_iter().map(|byte| std::mem::replace(&mut key, byte) ^ byte).collect();
        assert_eq!(text, br#"{"system":{"get_sysinfo":{}}}"#);
    }

    #[test]
    fn an_ipv6_bench_has_no_ipv4_address_to_tell() {
        assert_eq!(bytes("coiot")[4..], *b"\xb3cit\x01d");
        assert_eq!(Request::new(1, "x", b"y").bytes(Ipv4Addr::UNSPECIFIED), b"y");
    }
}
