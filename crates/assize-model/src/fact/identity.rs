//! What a service is: its protocol, how it asks for a login, what it says of itself, and which product that shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Transport;

/// Protocols told apart from their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Android Debug Bridge.
    Adb,
    /// AMQP 0-9-1 or 1.0.
    Amqp,
    /// CoAP (RFC 7252).
    Coap,
    /// FTP.
    Ftp,
    /// gRPC over HTTP/2.
    Grpc,
    /// HTTP/1.x.
    Http,
    /// HTTP/2 in clear text, with nothing known of what it carries.
    Http2,
    /// IMAP.
    Imap,
    /// Internet Printing Protocol over HTTP.
    Ipp,
    /// mDNS / DNS-SD.
    Mdns,
    /// Modbus/TCP.
    Modbus,
    /// MQTT 3.1.1 or 5.
    Mqtt,
    /// ONVIF device service over HTTP.
    Onvif,
    /// A raw print port that answers PJL.
    Pjl,
    /// POP3.
    Pop3,
    /// Redis.
    Redis,
    /// RTSP.
    Rtsp,
    /// SIP.
    Sip,
    /// SMB 1, 2 or 3.
    Smb,
    /// SMTP.
    Smtp,
    /// SNMP v1, v2c or v3.
    Snmp,
    /// SSH 1 or 2.
    Ssh,
    /// Telnet option negotiation, or a login prompt in clear text.
    Telnet,
    /// TLS whose inner protocol stayed unknown.
    Tls,
    /// Something else; the raw bytes are with the fact.
    Unknown,
    /// A UPnP device description over HTTP.
    Upnp,
    /// Remote framebuffer, as VNC speaks it.
    Vnc,
    /// A WebSocket that opens without credentials, or a server that takes nothing else.
    Websocket,
}

/// How a service asks for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Login {
    /// ADB asked for a key that the device knows.
    Adb,
    /// AMQP offers no anonymous mechanism.
    Amqp,
    /// FTP user and password.
    Ftp,
    /// HTTP basic or digest challenge.
    HttpChallenge,
    /// A page with a password field.
    HttpForm,
    /// An HTTP server that answers 403 to a stranger, without a challenge: it may let somebody in who logs in, or nobody.
    HttpForbidden,
    /// A page whose password fields are named like the key of a network: it may set the device up, or log in.
    HttpKey,
    /// An HTTP API that answers 401 or 407 without a challenge. Earlier versions said so of 403, too.
    HttpToken,
    /// IMAP, POP3 or SMTP authentication.
    Mail,
    /// MQTT refused a connection without credentials.
    Mqtt,
    /// An ONVIF device service refused to tell its maker and model without credentials.
    Onvif,
    /// Redis refused a command without a password.
    Redis,
    /// RTSP refused to describe a stream without credentials.
    Rtsp,
    /// SIP challenged a request.
    Sip,
    /// SMB session set-up.
    Smb,
    /// An SNMP community, or a user of SNMP v3.
    Snmp,
    /// SSH user authentication.
    Ssh,
    /// A login or password prompt on a terminal.
    Terminal,
    /// VNC offers no access without authentication.
    Vnc,
}

impl Login {
    /// Whether what was seen may be a login, and may be none.
    pub fn is_unsure(self) -> bool {
        matches!(self, Self::HttpForbidden | Self::HttpKey)
    }

    /// The first of two that is sure; where none is, the first.
    pub fn surer(held: Option<Self>, seen: Option<Self>) -> Option<Self> {
        held.filter(|login| !login.is_unsure()).or(seen).or(held)
    }
}

/// What a service says of itself in one field, without authentication: `ssh.banner`, `http.server`, `mqtt.version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Saying {
    /// The field; product patterns name it too.
    pub field: String,
    /// Its text, at most 512 characters.
    pub text: String,
}

/// A product that a pattern of the catalogue recognises in a saying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Who makes it.
    pub vendor: String,
    /// What it is called.
    pub name: String,
    /// The version that the saying gives, empty when it gives none.
    #[serde(default)]
    pub version: String,
    /// The pattern that recognised it, with its field, as `ssh.banner: SSH-2.0-dropbear_{version}`.
    pub pattern: String,
}

/// A port that took connections until it was asked something, and takes none since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceLost {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// TCP or UDP.
    pub transport: Transport,
    /// The last question before the port stopped, as `http`.
    pub after: String,
}

impl Protocol {
    /// The protocol as people write it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Adb => "ADB",
            Self::Amqp => "AMQP",
            Self::Coap => "CoAP",
            Self::Ftp => "FTP",
            Self::Grpc => "gRPC",
            Self::Http => "HTTP",
            Self::Http2 => "HTTP/2",
            Self::Imap => "IMAP",
            Self::Ipp => "IPP",
            Self::Mdns => "mDNS",
            Self::Modbus => "Modbus",
            Self::Mqtt => "MQTT",
            Self::Onvif => "ONVIF",
            Self::Pjl => "PJL",
            Self::Pop3 => "POP3",
            Self::Redis => "the Redis protocol",
            Self::Rtsp => "RTSP",
            Self::Sip => "SIP",
            Self::Smb => "SMB",
            Self::Smtp => "SMTP",
            Self::Snmp => "SNMP",
            Self::Ssh => "SSH",
            Self::Telnet => "telnet",
            Self::Tls => "TLS",
            Self::Unknown => "an unknown protocol",
            Self::Upnp => "UPnP",
            Self::Vnc => "VNC",
            Self::Websocket => "WebSocket",
        }
    }

    /// Whether requests travel as HTTP/1, so that the port has pages and paths of its own.
    pub fn is_http1(self) -> bool {
        self.is_web() && !matches!(self, Self::Grpc | Self::Http2)
    }

    /// Whether requests travel as HTTP, of whatever version.
    pub fn is_web(self) -> bool {
        matches!(
            self,
            Self::Grpc | Self::Http | Self::Http2 | Self::Ipp | Self::Onvif | Self::Upnp | Self::Websocket
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sure_login_goes_before_one_that_may_be_none() {
        let (sure, other) = (Some(Login::HttpForm), Some(Login::HttpToken));
        let (unsure, key) = (Some(Login::HttpForbidden), Some(Login::HttpKey));
        assert_eq!(Login::surer(sure, other), sure);
        assert_eq!(Login::surer(unsure, other), other);
        assert_eq!(Login::surer(sure, unsure), sure);
        assert_eq!(Login::surer(unsure, None), unsure);
        assert_eq!(Login::surer(None, key), key);
    }

    #[test]
    fn what_has_pages_and_paths() {
        assert!([Protocol::Http, Protocol::Upnp, Protocol::Websocket].into_iter().all(Protocol::is_http1));
        assert!(![Protocol::Grpc, Protocol::Http2, Protocol::Ssh].into_iter().any(Protocol::is_http1));
    }
}
