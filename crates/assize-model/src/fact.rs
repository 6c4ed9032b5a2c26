//! Facts: what a probe or reader established about the DUT. A fact is recorded with the raw bytes that show it
//! before any check sees it; "looked and found none" is a fact too ([`PortScan`], [`Silence`]).

mod access;
mod discovery;
mod guess;
mod identity;
mod input;
mod login;
mod outage;
mod papers;
mod proxy;
mod signature;
mod ssh;
mod switch;
mod tls;
mod unit_keys;
mod update;
mod web;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use access::{
    AccessAnswer, CookieFlags, Erasure, PasswordChange, SessionPosture, SetUpAnswer, SetUpPassword, Visitor,
    is_judged,
};
pub use discovery::{Channel, ControlLook, Neighbour, Overheard, ScanConduct, Unresponsive};
pub use guess::{DefaultLogin, DefaultLogins, LoginThrottle, UserNames};
pub use identity::*;
pub use input::{AcceptedInput, CrashingInput, InputTrial};
pub use login::LoginAnswer;
pub use outage::Outage;
pub use papers::{HostCertificate, PublicationCopy, SecurityTxt, SecurityTxtFault, Unread};
pub use proxy::{Destination, ProxyUse};
pub use signature::{KeyFound, KeyLook, Signature, SignatureFault, Signer};
pub use ssh::*;
pub use switch::{Kept, KeptState, Reconnect, SwitchTrial};
pub use tls::{AttackResult, AttackState, TlsFeatures, TlsPosture, VersionPosture};
pub use unit_keys::{KeyProtocol, UnitKey, UnitKeys};
pub use update::UpdateAttempt;
pub use web::{ForeignRequest, WebFind, WebPosture};

/// One established fact. The `kind` tag is part of the stable machine shape of `observe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// A port scan over one protocol ran to its end; carries what was open, and how the rest answered.
    PortScan(PortScan),
    /// One TCP port answered as open.
    TcpPort(TcpPort),
    /// One UDP port was asked with a request of the service that usually lives there.
    UdpPort(UdpPort),
    /// A port whose owner speaks first or was asked in several protocols, and what it turned out to be.
    Service(Service),
    /// A port that stopped taking connections after it was asked something.
    ServiceLost(ServiceLost),
    /// What an SSH port shows before a login.
    SshPosture(SshPosture),
    /// The TLS side of a port: which protocol versions it accepts.
    TlsOffer(TlsOffer),
    /// A certificate that a TLS endpoint presented.
    TlsCertificate(TlsCertificate),
    /// Everything a TLS or DTLS port accepts.
    TlsPosture(TlsPosture),
    /// The keys that a port of another unit of the product shows.
    UnitKeys(UnitKeys),
    /// An HTTP answer to one request.
    HttpAnswer(HttpAnswer),
    /// An MQTT broker's answer to a CONNECT.
    MqttAnswer(MqttAnswer),
    /// One login with an account of the tester.
    LoginAnswer(LoginAnswer),
    /// One use of a function that only some accounts may use.
    AccessAnswer(AccessAnswer),
    /// A change of a password, with logins after it.
    PasswordChange(PasswordChange),
    /// Set-up of a DUT in its factory state.
    SetUpAnswer(SetUpAnswer),
    /// A reset, with a look at what was stored before.
    Erasure(Erasure),
    /// The proof of a login, as several logins gave it.
    SessionPosture(SessionPosture),
    /// Default credentials tried on one login.
    DefaultLogins(DefaultLogins),
    /// Wrong passwords for a user that exists.
    LoginThrottle(LoginThrottle),
    /// How a login answers for known and unknown users.
    UserNames(UserNames),
    /// What a web server shows of itself.
    WebPosture(WebPosture),
    /// A play sent as another site would have a browser send it.
    ForeignRequest(ForeignRequest),
    /// Malformed input, and how a port stood it.
    InputTrial(InputTrial),
    /// An update that the bench offered.
    UpdateAttempt(UpdateAttempt),
    /// A host of the DUT was taken away and given back.
    Outage(Outage),
    /// Power or network was switched off and on again.
    SwitchTrial(SwitchTrial),
    /// Where the DUT wanted to go through a proxy of the bench.
    ProxyUse(ProxyUse),
    /// What an mDNS responder announces.
    MdnsAnnouncement(MdnsAnnouncement),
    /// A page or file fetched from a declared place of publication.
    Publication(Publication),
    /// A copy of a publication in the assessment folder.
    PublicationCopy(PublicationCopy),
    /// The `security.txt` of a supplier's site.
    SecurityTxt(Box<SecurityTxt>),
    /// A port that was asked and stayed silent until the time budget ended.
    Silence(Silence),
    /// How a port scan went: rounds, attempts, round trip, loss.
    ScanConduct(ScanConduct),
    /// The control address was asked again for what was open on the DUT alone.
    ControlLook(ControlLook),
    /// A target that stopped answering in the middle of a scan.
    Unresponsive(Unresponsive),
    /// A neighbour's link-layer address.
    Neighbour(Neighbour),
    /// What a host told everybody on the network.
    Overheard(Overheard),
}

/// Which transport a port belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// How a port answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PortState {
    /// It accepted a connection or sent a datagram back.
    Open,
    /// It refused (reset, or ICMP port unreachable).
    Closed,
    /// Nothing came back within the budget.
    Silent,
}

/// A scan that looked at every port of `ranges` on `target`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PortScan {
    /// The address looked at.
    pub target: String,
    /// TCP or UDP.
    pub transport: Transport,
    /// How many different ports were tried.
    pub tried: u32,
    /// The open ports, ascending.
    pub open: Vec<u16>,
    /// How many refused.
    pub closed: u32,
    /// How many stayed silent.
    pub silent: u32,
    /// Whether this address is the bench's control address, where nothing of the DUT lives; what is open there
    /// too belongs to the bench.
    #[serde(default)]
    pub control: bool,
}

/// One TCP port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TcpPort {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// How it answered.
    pub state: PortState,
    /// Set when it is closed at this look and was open at an earlier one: somebody opened it for a moment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub momentary: bool,
}

/// One UDP port, asked with a request of the named service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UdpPort {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The service whose request was sent (`dns`, `ntp`, `snmp`, `mdns`, `ssdp`, `coap`, `tftp` …).
    pub asked: String,
    /// How it answered.
    pub state: PortState,
    /// The port the answer came from, when it was not the one asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_from: Option<u16>,
}

/// What a port turned out to speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// TCP or UDP.
    pub transport: Transport,
    /// The protocol recognised from the bytes.
    pub protocol: Protocol,
    /// Whether the protocol runs inside TLS.
    pub tls: bool,
    /// The first printable text the service sent by itself or in answer, at most 512 characters.
    #[serde(default)]
    pub banner: String,
    /// Product names and versions the bytes disclose without authentication, as `name/version` or free words.
    #[serde(default)]
    pub discloses: Vec<String>,
    /// How the service asks for a login, if it was seen to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
    /// What it says of itself, field by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub says: Vec<Saying>,
    /// The product that the catalogue's patterns recognise in that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
}

impl Service {
    /// A port that speaks a protocol in clear, of which nothing more is known.
    pub fn new(target: impl Into<String>, transport: Transport, port: u16, protocol: Protocol) -> Self {
        Self {
            target: target.into(),
            port,
            transport,
            protocol,
            tls: false,
            banner: String::new(),
            discloses: Vec::new(),
            login: None,
            says: Vec::new(),
            product: None,
        }
    }
}

/// TLS and SSL protocol versions, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum TlsVersion {
    /// SSL 3.0.
    #[serde(rename = "SSL 3.0")]
    Ssl30,
    /// TLS 1.0.
    #[serde(rename = "TLS 1.0")]
    Tls10,
    /// TLS 1.1.
    #[serde(rename = "TLS 1.1")]
    Tls11,
    /// TLS 1.2.
    #[serde(rename = "TLS 1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "TLS 1.3")]
    Tls13,
}

/// One answer to one client hello that offered exactly one protocol version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TlsAnswer {
    /// The version that was offered.
    pub version: TlsVersion,
    /// Whether a ServerHello of that version came back.
    pub accepted: bool,
    /// The cipher suite the server chose, by its IANA name or `0x....`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
}

/// The versions a TLS port was asked for, one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TlsOffer {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// The host name that was asked for; none when the address alone was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One answer per version asked, oldest first.
    pub versions: Vec<TlsAnswer>,
}

/// The leaf certificate of a TLS port. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TlsCertificate {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// UDP when it was shown in DTLS; none where an earlier version did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// The host name that was asked for; none when the address alone was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// SHA-256 of the DER bytes, hex.
    pub sha256: String,
    /// Subject in RFC 4514 form.
    pub subject: String,
    /// Issuer in RFC 4514 form.
    pub issuer: String,
    /// Start of validity.
    pub not_before: i64,
    /// End of validity.
    pub not_after: i64,
    /// When the certificate was seen.
    pub seen_at: i64,
    /// Public key algorithm and size, as `RSA 2048`, `EC P-256`, `Ed25519`.
    pub key: String,
    /// Signature algorithm, as `SHA-256 with RSA`.
    pub signature: String,
    /// DNS names and addresses of the subject alternative name.
    #[serde(default)]
    pub names: Vec<String>,
    /// Whether issuer and subject are the same.
    pub self_signed: bool,
    /// How many certificates the chain had.
    pub chain: u32,
    /// SHA-256 of the public key (SubjectPublicKeyInfo), hex: the same on another unit means a shared key.
    #[serde(default)]
    pub key_sha256: String,
    /// Subjects of the other certificates shown, in the order shown.
    #[serde(default)]
    pub issuers: Vec<String>,
    /// What is odd about the chain, each in a clause: a wrong order, a certificate twice, one that cannot be read.
    #[serde(default)]
    pub chain_issues: Vec<String>,
}

/// One HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HttpAnswer {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// Whether HTTP ran inside TLS.
    pub tls: bool,
    /// The path asked for.
    pub path: String,
    /// The status code.
    pub status: u16,
    /// The `Server` header, empty when absent.
    #[serde(default)]
    pub server: String,
    /// The page title, empty when absent.
    #[serde(default)]
    pub title: String,
    /// The `WWW-Authenticate` scheme, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    /// Whether the body has a password input.
    #[serde(default)]
    pub password_field: bool,
    /// Where a redirect points, if it does. It is never followed to another host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// A broker's answer to a CONNECT without credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MqttAnswer {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// Whether MQTT ran inside TLS.
    pub tls: bool,
    /// The CONNACK return code; 0 means that a client without credentials was let in.
    pub return_code: u8,
}

/// Services that an mDNS responder named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MdnsAnnouncement {
    /// The address looked at.
    pub target: String,
    /// Announced services.
    pub services: Vec<MdnsService>,
    /// How many of them, or of their types, did not tell what they are, or were more than are kept; none where an
    /// earlier version did not count them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<u32>,
}

/// One announced service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MdnsService {
    /// Service type, as `_http._tcp`.
    pub service: String,
    /// Instance name, when the responder gave one.
    #[serde(default)]
    pub instance: String,
    /// Port of the SRV record, when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// TXT strings.
    #[serde(default)]
    pub txt: Vec<String>,
}

/// A published page as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Publication {
    /// The declared address of the page.
    pub url: String,
    /// What came of the request.
    pub outcome: FetchOutcome,
    /// The readable text of the page, at most 512 KiB; the raw answer is with the fact.
    #[serde(default)]
    pub text: String,
    /// What keeps the text from being there or being whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Unread>,
    /// Whether the page asks for a password (a password field or a challenge).
    #[serde(default)]
    pub asks_login: bool,
    /// Whether the password field stands in a script only, which may never show it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scripted_login: bool,
    /// The address that answered at the end of redirects, when it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_from: Option<String>,
    /// The certificates that the hosts on the way showed, in order. The page was fetched whatever they say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<HostCertificate>,
}

/// What came of fetching a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FetchOutcome {
    /// An HTTP answer with this status code.
    Status(u16),
    /// The answer points to another host that the declaration does not name.
    LeavesTargets(String),
    /// The host answered, but not with HTTP.
    NotHttp,
}

/// A port that was asked in the named protocols and answered none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Silence {
    /// The address looked at.
    pub target: String,
    /// The port number.
    pub port: u16,
    /// TCP or UDP.
    pub transport: Transport,
    /// What was tried, in order.
    pub tried: Vec<String>,
    /// What could not be asked, because no connection or no session was to be had for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unasked: Vec<String>,
}

impl Silence {
    /// Whether every question was put. Earlier versions named the others among what was tried.
    pub fn is_whole(&self) -> bool {
        self.unasked.is_empty() && !self.tried.iter().any(|word| word.ends_with("(no connection)"))
    }
}

impl Fact {
    /// The fact's kind as it stands in the machine shape.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PortScan(_) => "port-scan",
            Self::TcpPort(_) => "tcp-port",
            Self::UdpPort(_) => "udp-port",
            Self::Service(_) => "service",
            Self::ServiceLost(_) => "service-lost",
            Self::SshPosture(_) => "ssh-posture",
            Self::TlsOffer(_) => "tls-offer",
            Self::TlsCertificate(_) => "tls-certificate",
            Self::TlsPosture(_) => "tls-posture",
            Self::UnitKeys(_) => "unit-keys",
            Self::HttpAnswer(_) => "http-answer",
            Self::MqttAnswer(_) => "mqtt-answer",
            Self::LoginAnswer(_) => "login-answer",
            Self::AccessAnswer(_) => "access-answer",
            Self::PasswordChange(_) => "password-change",
            Self::SetUpAnswer(_) => "set-up-answer",
            Self::Erasure(_) => "erasure",
            Self::SessionPosture(_) => "session-posture",
            Self::DefaultLogins(_) => "default-logins",
            Self::LoginThrottle(_) => "login-throttle",
            Self::UserNames(_) => "user-names",
            Self::WebPosture(_) => "web-posture",
            Self::ForeignRequest(_) => "foreign-request",
            Self::InputTrial(_) => "input-trial",
            Self::UpdateAttempt(_) => "update-attempt",
            Self::Outage(_) => "outage",
            Self::SwitchTrial(_) => "switch-trial",
            Self::ProxyUse(_) => "proxy-use",
            Self::MdnsAnnouncement(_) => "mdns-announcement",
            Self::Publication(_) => "publication",
            Self::PublicationCopy(_) => "publication-copy",
            Self::SecurityTxt(_) => "security-txt",
            Self::Silence(_) => "silence",
            Self::ScanConduct(_) => "scan-conduct",
            Self::ControlLook(_) => "control-look",
            Self::Unresponsive(_) => "unresponsive",
            Self::Neighbour(_) => "neighbour",
            Self::Overheard(_) => "overheard",
        }
    }

    /// The address or page the fact is about.
    pub fn target(&self) -> &str {
        match self {
            Self::PortScan(f) => &f.target,
            Self::TcpPort(f) => &f.target,
            Self::UdpPort(f) => &f.target,
            Self::Service(f) => &f.target,
            Self::ServiceLost(f) => &f.target,
            Self::SshPosture(f) => &f.target,
            Self::TlsOffer(f) => &f.target,
            Self::TlsCertificate(f) => &f.target,
            Self::TlsPosture(f) => &f.target,
            Self::UnitKeys(f) => &f.target,
            Self::HttpAnswer(f) => &f.target,
            Self::MqttAnswer(f) => &f.target,
            Self::LoginAnswer(f) => &f.target,
            Self::AccessAnswer(f) => &f.target,
            Self::PasswordChange(f) => &f.target,
            Self::SetUpAnswer(f) => &f.target,
            Self::Erasure(f) => &f.target,
            Self::SessionPosture(f) => &f.target,
            Self::DefaultLogins(f) => &f.target,
            Self::LoginThrottle(f) => &f.target,
            Self::UserNames(f) => &f.target,
            Self::WebPosture(f) => &f.target,
            Self::ForeignRequest(f) => &f.target,
            Self::InputTrial(f) => &f.target,
            Self::UpdateAttempt(f) => &f.target,
            Self::Outage(f) => &f.target,
            Self::SwitchTrial(f) => &f.target,
            Self::ProxyUse(f) => &f.target,
            Self::MdnsAnnouncement(f) => &f.target,
            Self::Publication(f) => &f.url,
            Self::PublicationCopy(f) => &f.file,
            Self::SecurityTxt(f) => &f.url,
            Self::Silence(f) => &f.target,
            Self::ScanConduct(f) => &f.target,
            Self::ControlLook(f) => &f.target,
            Self::Unresponsive(f) => &f.target,
            Self::Neighbour(f) => &f.target,
            Self::Overheard(f) => &f.target,
        }
    }
}
