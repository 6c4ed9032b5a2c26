//! Builds DNS-SD queries and reads answers (RFC 6762, RFC 6763), within bounds.

use simple_dns::{CLASS, Name, Packet, QCLASS, QTYPE, Question, ResourceRecord, TYPE, rdata::RData};

use crate::text::printable;

/// The name under which a responder lists its service types.
pub const ALL_TYPES: &str = "_services._dns-sd._udp.local";
/// Most records of one answer that are read, and most TXT strings of one service.
const MOST_RECORDS: usize = 256;
const MOST_STRINGS: usize = 64;

/// A record of an answer that DNS-SD uses. Names are in text form without the final dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A pointer: from a type to an instance, or from [`ALL_TYPES`] to a type.
    Ptr {
        /// Whose pointer it is.
        name: String,
        /// Where it points.
        to: String,
    },
    /// Where an instance listens.
    Srv {
        /// The instance.
        name: String,
        /// Its port.
        port: u16,
    },
    /// What an instance says of itself.
    Txt {
        /// The instance.
        name: String,
        /// Its strings, as printable text.
        strings: Vec<String>,
    },
}

/// What a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Pointers.
    Ptr,
    /// Port and host.
    Srv,
    /// Strings.
    Txt,
}

/// A query for one kind of record of one name, or several; the answer is asked for by unicast. `None` when the
/// name cannot be written in a packet.
pub fn query(name: &str, kinds: &[Kind]) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(0);
    for kind in kinds {
        let kind = match kind {
            Kind::Ptr => TYPE::PTR,
            Kind::Srv => TYPE::SRV,
            Kind::Txt => TYPE::TXT,
        };
        let question =
            Question::new(Name::new(name).ok()?, QTYPE::TYPE(kind), QCLASS::CLASS(CLASS::IN), true);
        packet.questions.push(question);
    }
    packet.build_bytes_vec().ok()
}

/// The records of an answer; `None` when the bytes are no DNS answer.
pub fn records(bytes: &[u8]) -> Option<Vec<Record>> {
    let packet = Packet::parse(bytes).ok()?;
    if !packet.has_flags(simple_dns::PacketFlag::RESPONSE) {
        return None;
    }
    let all = packet.answers.iter().chain(&packet.additional_records);
    Some(all.take(MOST_RECORDS).filter_map(record).collect())
}

fn record(record: &ResourceRecord<'_>) -> Option<Record> {
    let name = text(&record.name);
    match &record.rdata {
        RData::PTR(to) => Some(Record::Ptr { name, to: text(&to.0) }),
        RData::SRV(srv) => Some(Record::Srv { name, port: srv.port }),
        RData::TXT(txt) => {
            let pair = |(key, value): (&[u8], Option<&[u8]>)| match value {
                Some(value) => format!("{}={}", printable(key, 255), printable(value, 255)),
                None => printable(key, 255),
            };
            Some(Record::Txt { name, strings: txt.iter_raw().map(pair).take(MOST_STRINGS).collect() })
        }
        _ => None,
    }
}

fn text(name: &Name<'_>) -> String {
    name.to_string()
}

/// The service type of a type name, as `_http._tcp`; `None` for any other name.
pub fn service(name: &str) -> Option<&str> {
    let service = strip_suffix(name, ".local")?;
    (service.starts_with('_') && service.contains("._")).then_some(service)
}

/// The instance label in front of a type name, unescaped to readable text.
pub fn instance(name: &str, kind: &str) -> Option<String> {
    let label = strip_suffix(strip_suffix(name, kind)?, ".")?;
    Some(printable(label.replace('\\', "").as_bytes(), 63))
}

fn strip_suffix<'a>(name: &'a str, suffix: &str) -> Option<&'a str> {
    let cut = name.len().checked_sub(suffix.len())?;
    let (head, tail) = name.split_at_checked(cut)?;
    tail.eq_ignore_ascii_case(suffix).then_some(head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn queries_are_questions() {
        let bytes = query(ALL_TYPES, &[Kind::Ptr]).unwrap();
        assert_eq!(records(&bytes), None, "a query is no answer");
        let packet = Packet::parse(&bytes).unwrap();
        assert_eq!(packet.questions[0].qname.to_string(), ALL_TYPES);
        assert_eq!(query(&"x".repeat(64), &[Kind::Ptr]), None);
    }

    #[test]
    fn names() {
        assert_eq!(service("_http._tcp.local"), Some("_http._tcp"));
        assert_eq!(service("_http._tcp.example"), None);
        assert_eq!(service("host.local"), None);
        assert_eq!(instance(r"My\.Plug._http._tcp.local", "_http._tcp.local").as_deref(), Some("My.Plug"));
        assert_eq!(instance("ü", "_http._tcp.local"), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some(all) = records(&bytes) {
                prop_assert!(all.len() <= MOST_RECORDS);
            }
        }

        #[test]
        fn any_answer(tail in prop::collection::vec(any::<u8>(), 0..200), count in 0u8..5) {
            records(&[&[0, 0, 0x84, 0, 0, 0, 0, count, 0, 0, 0, 0][..], &tail].concat());
        }

        #[test]
        fn any_name(name in ".{0,80}", kind in ".{0,20}") {
            query(&name, &[Kind::Srv, Kind::Txt]);
            service(&name);
            instance(&name, &kind);
        }
    }
}
