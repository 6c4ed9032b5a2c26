//! The requests that UDP services answer, from the table beside this file.

const SERVICES: &str = include_str!("services.txt");

/// One service and its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The port the service usually has.
    pub port: u16,
    /// The service's name.
    pub service: &'static str,
    /// The datagram that asks it.
    pub bytes: Vec<u8>,
}

/// Every request, by ascending port.
pub fn requests() -> Vec<Request> {
    SERVICES.lines().filter_map(request).collect()
}

/// A row of the table as `port name hexadecimal`; `None` for a remark or anything else.
pub fn request(row: &'static str) -> Option<Request> {
    let mut words = row.split_ascii_whitespace();
    let (port, service, bytes) = (words.next()?.parse().ok()?, words.next()?, words.next()?);
    Some(Request { port, service, bytes: hex::decode(bytes).ok()? })
}

#[cfg(test)]
mod tests {
    use simple_dns::Packet;

    use super::*;

    fn bytes(service: &str) -> Vec<u8> {
        requests().into_iter().find(|request| request.service == service).unwrap().bytes
    }

    #[test]
    fn every_row_is_read() {
        let rows = SERVICES.lines().filter(|row| !row.starts_with('#')).count();
        assert_eq!(requests().len(), rows);
        assert!(requests().is_sorted_by_key(|request| request.port));
        assert!(requests().iter().all(|request| request.bytes.len() <= 1200));
        assert_eq!(request("# remark"), None);
    }

    #[test]
    fn requests_are_well_formed() {
        assert_eq!(Packet::parse(&bytes("dns")).unwrap().questions.len(), 1);
        let mdns = bytes("mdns");
        let mdns = Packet::parse(&mdns).unwrap();
        assert_eq!(mdns.questions[0].qname.to_string(), "_services._dns-sd._udp.local");
        assert!(mdns.questions[0].unicast_response);
        assert_eq!(bytes("ntp").len(), 48);
        for ber in ["snmp", "snmpv3"] {
            assert_eq!(usize::from(bytes(ber)[1]), bytes(ber).len() - 2);
        }
        assert_eq!(usize::from(bytes("mqtt-sn")[0]), bytes("mqtt-sn").len());
        assert_eq!(usize::from(bytes("bacnet")[3]), bytes("bacnet").len());
        let ike = bytes("ike");
        assert_eq!(ike[24..28], u32::try_from(ike.len()).unwrap().to_be_bytes());
        assert_eq!(usize::from(bytes("lifx")[0]), bytes("lifx").len());
        assert_eq!(bytes("dhcp")[236..240], [0x63, 0x82, 0x53, 0x63]);
    }
}
