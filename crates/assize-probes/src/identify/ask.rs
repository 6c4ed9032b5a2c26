//! Which questions a port is asked, in which order: first what usually lives at its number, then the others.

use super::protocols::{adb, amqp, http2, lines, modbus, pjl, rtsp, smb};
use super::seen::Seen;
use crate::mqtt::codec::Level;

/// What a port is asked on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Http(String),
    Mqtt(Level),
    Knock,
    OldTls,
    /// A question of one message, whose answer is read by [`Ask::read`].
    Plain(Plain),
}

/// Questions of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Adb,
    Amqp,
    Http2,
    Modbus,
    Pjl,
    Redis,
    Rtsp,
    Sip,
    Smb,
    /// SMB 1 alone, asked after [`Plain::Smb`].
    SmbOld,
}

/// Ports that print whatever they are sent; they are listened to and asked in PJL, and nothing else.
const PRINT_PORTS: std::ops::RangeInclusive<u16> = 9100..=9107;

/// Usual ports of servers that wait for the client to speak, and what to say to them.
const CLIENT_FIRST: [(u16, Hint); 28] = [
    (80, Hint::Http),
    (139, Hint::Plain(Plain::Smb)),
    (445, Hint::Plain(Plain::Smb)),
    (502, Hint::Plain(Plain::Modbus)),
    (554, Hint::Plain(Plain::Rtsp)),
    (631, Hint::Http),
    (1400, Hint::Http),
    (1883, Hint::Mqtt),
    (2869, Hint::Http),
    (3000, Hint::Http),
    (5000, Hint::Http),
    (5060, Hint::Plain(Plain::Sip)),
    (5555, Hint::Plain(Plain::Adb)),
    (5672, Hint::Plain(Plain::Amqp)),
    (6379, Hint::Plain(Plain::Redis)),
    (7000, Hint::Http),
    (8000, Hint::Http),
    (8008, Hint::Http),
    (8060, Hint::Http),
    (8080, Hint::Http),
    (8081, Hint::Http),
    (8088, Hint::Http),
    (8123, Hint::Http),
    (8200, Hint::Http),
    (8554, Hint::Plain(Plain::Rtsp)),
    (8888, Hint::Http),
    (49152, Hint::Http),
    (50051, Hint::Plain(Plain::Http2)),
];

#[derive(Clone, Copy)]
enum Hint {
    Http,
    Mqtt,
    Plain(Plain),
}

impl Hint {
    fn ask(self) -> Ask {
        match self {
            Self::Http => Ask::root(),
            Self::Mqtt => Ask::Mqtt(Level::V311),
            Self::Plain(plain) => Ask::Plain(plain),
        }
    }
}

/// The question that the number of a port suggests, when its servers wait for the client to speak.
pub(super) fn hinted(port: u16) -> Option<Ask> {
    if prints(port) {
        return Some(Ask::Plain(Plain::Pjl));
    }
    CLIENT_FIRST.iter().find(|(known, _)| *known == port).map(|(_, hint)| hint.ask())
}

/// Ports at which TLS usually goes first, so that their servers wait for the client too.
const TLS_PORTS: [u16; 12] = [443, 465, 636, 853, 993, 995, 4443, 5061, 5671, 8443, 8883, 9443];

/// Whether the number of a port suggests TLS.
pub(super) fn suggests_tls(port: u16) -> bool {
    TLS_PORTS.contains(&port)
}

/// Whether a port prints what it is sent.
pub(super) fn prints(port: u16) -> bool {
    PRINT_PORTS.contains(&port)
}

/// Every question worth asking of a port that kept silent, in order. Inside TLS only what lives there.
pub(super) fn all(tls: bool) -> Vec<Ask> {
    let mut asks = vec![Ask::root(), Ask::Mqtt(Level::V311)];
    if tls {
        let plain = [Plain::Rtsp, Plain::Amqp, Plain::Redis, Plain::Sip];
        asks.extend(plain.map(Ask::Plain));
        return asks;
    }
    asks.extend([Ask::Knock, Ask::OldTls]);
    let plain = [
        Plain::Rtsp,
        Plain::Redis,
        Plain::Amqp,
        Plain::Http2,
        Plain::Sip,
        Plain::Adb,
        Plain::Modbus,
        Plain::Smb,
    ];
    asks.extend(plain.map(Ask::Plain));
    asks
}

impl Ask {
    /// The first page.
    pub(super) fn root() -> Self {
        Self::Http("/".to_owned())
    }

    /// The name under which it is recorded.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Mqtt(_) => "mqtt",
            Self::Knock => "telnet",
            Self::OldTls => "tls 1.0",
            Self::Plain(plain) => plain.word(),
        }
    }
}

impl Plain {
    fn word(self) -> &'static str {
        match self {
            Self::Adb => "adb",
            Self::Amqp => "amqp",
            Self::Http2 => "http/2",
            Self::Modbus => "modbus",
            Self::Pjl => "pjl",
            Self::Redis => "redis",
            Self::Rtsp => "rtsp",
            Self::Sip => "sip",
            Self::Smb => "smb",
            Self::SmbOld => "smb 1",
        }
    }

    /// The message. `host` is the target with its port.
    pub(super) fn request(self, host: &str) -> Vec<u8> {
        match self {
            Self::Adb => adb::connect(),
            Self::Amqp => amqp::HEADER.to_vec(),
            Self::Http2 => http2::request(),
            Self::Modbus => modbus::REQUEST.to_vec(),
            Self::Pjl => pjl::REQUEST.to_vec(),
            Self::Redis => lines::PING.to_vec(),
            Self::Rtsp => rtsp::options(&format!("rtsp://{host}/")),
            Self::Sip => rtsp::sip_options(host),
            Self::Smb => smb::negotiate(),
            Self::SmbOld => smb::negotiate_old(),
        }
    }

    /// What an answer shows.
    pub(super) fn read(self, bytes: &[u8]) -> Option<Seen> {
        match self {
            Self::Adb => adb::read(bytes),
            Self::Amqp => amqp::read(bytes),
            Self::Http2 => http2::read(bytes),
            Self::Modbus => modbus::read(bytes),
            Self::Pjl => pjl::read(bytes),
            Self::Redis => lines::redis(bytes),
            Self::Rtsp | Self::Sip => rtsp::read(bytes),
            Self::Smb | Self::SmbOld => smb::read(bytes),
        }
    }

    /// What is said after the first sure answer, on the same connection.
    pub(super) fn follow(self, host: &str) -> Option<Vec<u8>> {
        match self {
            Self::Redis => Some(lines::INFO.to_vec()),
            Self::Rtsp => Some(rtsp::describe(&format!("rtsp://{host}/"))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_sorted_and_printers_are_spared() {
        assert!(CLIENT_FIRST.is_sorted_by_key(|(port, _)| *port));
        assert!(!CLIENT_FIRST.iter().any(|(port, _)| prints(*port)));
        assert_eq!(hinted(9100), Some(Ask::Plain(Plain::Pjl)));
        assert_eq!(hinted(22), None);
        assert!(!all(false).contains(&Ask::Plain(Plain::Pjl)));
    }
}
