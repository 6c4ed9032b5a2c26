//! SNMP over UDP: v1 and v2c (RFC 1157, RFC 3416) ask for sysDescr, v3 (RFC 3414 clause 4) for the engine.
//! Only the parts of BER that these messages need are read.

use assize_model::fact::{Login, Protocol};

use super::super::seen::Seen;

const INTEGER: u8 = 2;
const OCTETS: u8 = 4;
const OID: u8 = 6;
const SEQUENCE: u8 = 0x30;
const GET: u8 = 0xa0;
const RESPONSE: u8 = 0xa2;
const REPORT: u8 = 0xa8;
/// 1.3.6.1.2.1.1.1.0, sysDescr.
const SYS_DESCR: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 1, 0];

/// The number of every request.
const REQUEST: u8 = 1;

/// The versions, as the number in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// v1, 0.
    V1,
    /// v2c, 1.
    V2c,
    /// v3, 3.
    V3,
}

/// A GET of sysDescr with a community (v1, v2c), or the discovery of an engine (v3, without a community).
pub fn request(version: Version, community: &str) -> Vec<u8> {
    let null = [5, 0];
    match version {
        Version::V3 => discovery(),
        _ => {
            let binding = tlv(SEQUENCE, &[tlv(OID, SYS_DESCR), null.to_vec()].concat());
            let number = if version == Version::V1 { 0 } else { 1 };
            let parts = [int(number), tlv(OCTETS, community.as_bytes()), pdu(&tlv(SEQUENCE, &binding))];
            tlv(SEQUENCE, &parts.concat())
        }
    }
}

fn discovery() -> Vec<u8> {
    // Message number, longest message, flags (reportable, no authentication), security model 3 (user based).
    let header = [int(1), tlv(INTEGER, &[0, 0xff, 0xe3]), tlv(OCTETS, &[4]), int(3)].concat();
    let empty = tlv(OCTETS, &[]);
    let usm = [empty.clone(), int(0), int(0), empty.clone(), empty.clone(), empty.clone()].concat();
    let scoped = [empty.clone(), empty, pdu(&tlv(SEQUENCE, &[]))].concat();
    let parts = [int(3), tlv(SEQUENCE, &header), tlv(OCTETS, &tlv(SEQUENCE, &usm)), tlv(SEQUENCE, &scoped)];
    tlv(SEQUENCE, &parts.concat())
}

fn pdu(bindings: &[u8]) -> Vec<u8> {
    tlv(GET, &[&int(REQUEST)[..], &int(0), &int(0), bindings].concat())
}

fn int(value: u8) -> Vec<u8> {
    tlv(INTEGER, &[value])
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("requests are shorter than 128 bytes");
    [&[tag, length][..], value].concat()
}

/// What an agent made of a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It read sysDescr to whoever asked.
    Reads,
    /// It answered, and read nothing: the community has no right to that, or the agent does not have it.
    ReadsNothing,
}

/// The answer of an agent to [`request`] with a community.
pub fn answer(bytes: &[u8]) -> Option<Answer> {
    let mut message = expect(&mut &bytes[..], SEQUENCE)?;
    matches!(expect(&mut message, INTEGER)?, [0 | 1]).then_some(())?;
    expect(&mut message, OCTETS)?;
    let mut pdu = expect(&mut message, RESPONSE)?;
    (expect(&mut pdu, INTEGER)? == [REQUEST]).then_some(())?;
    let has_failed = expect(&mut pdu, INTEGER)?.iter().any(|digit| *digit != 0);
    expect(&mut pdu, INTEGER)?;
    let described = description(pdu).is_some();
    Some(if described && !has_failed { Answer::Reads } else { Answer::ReadsNothing })
}

/// A response or report of any version.
pub fn read(bytes: &[u8]) -> Option<Seen> {
    let mut message = expect(&mut &bytes[..], SEQUENCE)?;
    let version = expect(&mut message, INTEGER)?;
    match version {
        [0] => community(message, "1"),
        [1] => community(message, "2c"),
        [3] => engine(message),
        _ => None,
    }
}

fn community(mut message: &[u8], version: &str) -> Option<Seen> {
    expect(&mut message, OCTETS)?;
    let mut pdu = expect(&mut message, RESPONSE)?;
    for _ in 0..3 {
        expect(&mut pdu, INTEGER)?;
    }
    let seen = Seen::of(Protocol::Snmp).asking(Login::Snmp).saying("snmp.protocol", version.as_bytes());
    Some(seen.saying("snmp.sysdescr", description(pdu).unwrap_or_default()))
}

/// The text of sysDescr where the first binding holds it.
fn description(mut bindings: &[u8]) -> Option<&[u8]> {
    let mut one = expect(&mut expect(&mut bindings, SEQUENCE)?, SEQUENCE)?;
    (expect(&mut one, OID)? == SYS_DESCR).then_some(())?;
    expect(&mut one, OCTETS)
}

fn engine(mut message: &[u8]) -> Option<Seen> {
    expect(&mut message, SEQUENCE)?;
    let mut security = expect(&mut message, OCTETS)?;
    let engine = expect(&mut expect(&mut security, SEQUENCE)?, OCTETS)?;
    let mut scoped = expect(&mut message, SEQUENCE)?;
    expect(&mut scoped, OCTETS)?;
    expect(&mut scoped, OCTETS)?;
    let (tag, _) = element(&mut scoped)?;
    let seen = Seen::of(Protocol::Snmp).asking(Login::Snmp).saying("snmp.protocol", b"3");
    matches!(tag, REPORT | RESPONSE).then(|| seen.saying("snmp.engine", hex::encode(engine).as_bytes()))
}

/// The value of the next element, when it has that tag.
fn expect<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (found, value) = element(rest)?;
    (found == tag).then_some(value)
}

/// The next element: a tag of one byte, a length of one to five bytes, the value.
fn element<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&[tag, first], mut after) = rest.split_first_chunk::<2>()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x84 => {
            let (digits, more) = after.split_at_checked(usize::from(first & 0x0f))?;
            after = more;
            digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit))
        }
        _ => return None,
    };
    let (value, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((tag, value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(version: u8, text: &str) -> Vec<u8> {
        let binding = tlv(SEQUENCE, &[tlv(OID, SYS_DESCR), tlv(OCTETS, text.as_bytes())].concat());
        let pdu = tlv(RESPONSE, &[int(1), int(0), int(0), tlv(SEQUENCE, &binding)].concat());
        tlv(SEQUENCE, &[int(version), tlv(OCTETS, b"public"), pdu].concat())
    }

    #[test]
    fn what_an_agent_describes() {
        let seen = read(&answer(1, "Linux plug 5.4.0")).unwrap();
        let says: Vec<&str> = seen.says.iter().map(|s| s.text.as_str()).collect();
        assert_eq!((seen.login, says), (Some(Login::Snmp), vec!["2c", "Linux plug 5.4.0"]));
        assert_eq!(read(&answer(0, "")).unwrap().says[0].text, "1");
        assert_eq!(read(&answer(7, "")), None);
        assert_eq!(read(&request(Version::V2c, "public")), None);
    }

    #[test]
    fn communities() {
        assert_eq!(super::answer(&answer(1, "Linux")), Some(Answer::Reads));
        assert_eq!(super::answer(&answer(0, "")), Some(Answer::Reads));
        assert_eq!(super::answer(&request(Version::V2c, "public")), None);
        assert_eq!(super::answer(&answer(3, "Linux")), None);
        // noSuchName of v1 repeats the binding as it was asked; authorizationError is 16; noSuchObject has tag 0x80.
        let said = |status: u8, value: &[u8]| {
            let binding = tlv(SEQUENCE, &[tlv(OID, SYS_DESCR), value.to_vec()].concat());
            let pdu = [int(REQUEST), int(status), int(1), tlv(SEQUENCE, &binding)].concat();
            tlv(SEQUENCE, &[int(1), tlv(OCTETS, b"public"), tlv(RESPONSE, &pdu)].concat())
        };
        let nothing =
            [said(2, &[5, 0]), said(16, &[5, 0]), said(0, &[0x80, 0]), said(16, &tlv(OCTETS, b"x"))];
        for one in nothing {
            assert_eq!(super::answer(&one), Some(Answer::ReadsNothing));
        }
    }

    #[test]
    fn an_engine_reports_itself() {
        // A report as RFC 3414 describes it: engine 80001f88…, usmStatsUnknownEngineIDs.
        let engine = [0x80, 0, 0x1f, 0x88, 4, b'x'];
        let usm =
            [tlv(OCTETS, &engine), int(1), int(9), tlv(OCTETS, &[]), tlv(OCTETS, &[]), tlv(OCTETS, &[])]
                .concat();
        let report = tlv(REPORT, &[int(1), int(0), int(0), tlv(SEQUENCE, &[])].concat());
        let scoped = [tlv(OCTETS, &engine), tlv(OCTETS, &[]), report].concat();
        let header = [int(1), int(9), tlv(OCTETS, &[0]), int(3)].concat();
        let parts =
            [int(3), tlv(SEQUENCE, &header), tlv(OCTETS, &tlv(SEQUENCE, &usm)), tlv(SEQUENCE, &scoped)];
        let seen = read(&tlv(SEQUENCE, &parts.concat())).unwrap();
        assert_eq!(seen.says[1].text, "80001f880478");
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..100), at: prop::sample::Index, byte: u8) {
            read(&bytes);
            super::answer(&bytes);
            let mut one = answer(1, "Linux");
            let at = at.index(one.len());
            one[at] = byte;
            read(&one);
            super::answer(&one);
        }
    }
}
