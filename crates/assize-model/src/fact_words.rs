//! Facts in one line each, the same words on terminal, page and report.

use crate::fact::{
    Fact, FetchOutcome, MqttAnswer, PortScan, PortState, Service, Silence, SshPosture, TlsCertificate,
    TlsOffer, TlsPosture, TlsVersion, Transport,
};

impl Fact {
    /// What the fact says, in one line.
    pub fn words(&self) -> String {
        match self {
            Self::PortScan(f) => scan(f),
            Self::TcpPort(f) if f.momentary => {
                format!("tcp/{} is {}, and was open at an earlier look", f.port, state(f.state))
            }
            Self::TcpPort(f) => format!("tcp/{} is {}", f.port, state(f.state)),
            Self::UdpPort(f) => format!("udp/{} is {} when asked as {}", f.port, state(f.state), f.asked),
            Self::Service(f) => service(f),
            Self::ServiceLost(f) => {
                let (kind, port, after) = (transport(f.transport), f.port, &f.after);
                format!("{kind}/{port} takes no connection any more after it was asked {after}")
            }
            Self::SshPosture(f) => ssh(f),
            Self::TlsOffer(f) => offer(f),
            Self::TlsCertificate(f) => certificate(f),
            Self::TlsPosture(f) => posture(f),
            Self::UnitKeys(f) => f.words(),
            Self::HttpAnswer(f) => {
                format!("tcp/{} answers {} to GET {} {}", f.port, f.status, f.path, f.title)
                    .trim_end()
                    .to_owned()
            }
            Self::MqttAnswer(f) => mqtt(f),
            Self::LoginAnswer(f) => {
                let came = if f.accepted { "is let in" } else { "is refused" };
                format!("tcp/{}: the account {} {came} by the play {}", f.port, f.account, f.play)
            }
            Self::AccessAnswer(f) => f.words(),
            Self::PasswordChange(f) => f.words(),
            Self::SetUpAnswer(f) => f.words(),
            Self::Erasure(f) => f.words(),
            Self::SessionPosture(f) => f.words(),
            Self::DefaultLogins(f) => f.words(),
            Self::LoginThrottle(f) => f.words(),
            Self::UserNames(f) => f.words(),
            Self::WebPosture(f) => f.words(),
            Self::ForeignRequest(f) => f.words(),
            Self::InputTrial(f) => f.words(),
            Self::UpdateAttempt(f) => f.words(),
            Self::Outage(f) => f.words(),
            Self::SwitchTrial(f) => f.words(),
            Self::ProxyUse(f) => f.words(),
            Self::MdnsAnnouncement(f) => {
                let names: Vec<&str> = f.services.iter().map(|s| s.service.as_str()).collect();
                format!("mDNS announces {}", listed(&names, "nothing"))
            }
            Self::ScanConduct(f) => f.words(),
            Self::ControlLook(f) => f.words(),
            Self::Unresponsive(f) => f.words(),
            Self::Neighbour(f) => f.words(),
            Self::Overheard(f) => f.words(),
            Self::Publication(f) => format!("{} {}", f.url, fetched(&f.outcome)),
            Self::PublicationCopy(f) => format!("a copy of a publication, {}, has {} bytes", f.file, f.bytes),
            Self::SecurityTxt(f) => f.words(),
            Self::Silence(f) => silence(f),
        }
    }
}

fn certificate(f: &TlsCertificate) -> String {
    let asked = asked_for(f.name.as_ref());
    format!("tcp/{} shows a certificate for {}, {}, SHA-256 {}{asked}", f.port, f.subject, f.key, f.sha256)
}

/// `, asked for mqtt.example.com`
fn asked_for(name: Option<&String>) -> String {
    name.map(|name| format!(", asked for {name}")).unwrap_or_default()
}

fn silence(f: &Silence) -> String {
    let tried: Vec<&str> = f.tried.iter().map(String::as_str).collect();
    let asked = listed(&tried, "everything");
    let mut words = format!("{}/{} stays silent to {asked}", transport(f.transport), f.port);
    if !f.unasked.is_empty() {
        words.push_str(&format!("; it took no connection for {}", f.unasked.join(", ")));
    }
    words
}

fn posture(f: &TlsPosture) -> String {
    let versions: Vec<&str> = f.accepted().map(|v| v.version.as_str()).collect();
    let suites: usize = f.accepted().map(|v| v.suites.len()).sum();
    let attacks = f.attacks.iter().filter(|a| a.state == crate::fact::AttackState::Open);
    let attacks: Vec<&str> = attacks.map(|a| a.name.as_str()).collect();
    let open = if attacks.is_empty() { String::new() } else { format!(", open to {}", attacks.join(", ")) };
    let side = f.transport.unwrap_or(Transport::Tcp);
    format!(
        "{}/{} accepts {} with {suites} cipher suites{open}{}",
        transport(side),
        f.port,
        listed(&versions, "no version"),
        asked_for(f.name.as_ref())
    )
}

impl TlsVersion {
    /// The version as printed, `TLS 1.2`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ssl30 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

fn scan(f: &PortScan) -> String {
    let kind = if f.transport == Transport::Tcp { "TCP" } else { "UDP" };
    format!(
        "{} {kind} ports tried on {}: {} open, {} closed, {} silent",
        f.tried,
        f.target,
        f.open.len(),
        f.closed,
        f.silent
    )
}

fn service(f: &Service) -> String {
    let tls = if f.tls { " inside TLS" } else { "" };
    let login = match f.login {
        None => "",
        Some(login) if login.is_unsure() => " and may ask for a login",
        Some(_) => " and asks for a login",
    };
    let product = match &f.product {
        Some(p) if p.version.is_empty() => format!(", as {} does", p.name),
        Some(p) => format!(", as {} {} does", p.name, p.version),
        None => String::new(),
    };
    let discloses = match f.discloses.is_empty() {
        true => String::new(),
        false => format!(", disclosing {}", f.discloses.join(", ")),
    };
    let (kind, speaks) = (transport(f.transport), f.protocol.words());
    format!("{kind}/{} speaks {speaks}{tls}{login}{product}{discloses}", f.port)
}

fn ssh(f: &SshPosture) -> String {
    let keys: Vec<String> =
        f.host_keys.iter().map(|k| format!("{} {} SHA256:{}", k.kind, k.bits, k.sha256)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let methods = match &f.methods {
        Some(methods) => {
            let methods: Vec<&str> = methods.iter().map(String::as_str).collect();
            format!(", and takes {}", listed(&methods, "no login"))
        }
        None => String::new(),
    };
    let old = if f.protocol_1 { ", offers protocol 1" } else { "" };
    format!("tcp/{} speaks SSH {}{old}, shows {}{methods}", f.port, f.protocol, listed(&keys, "no host key"))
}

fn offer(f: &TlsOffer) -> String {
    let accepted: Vec<&str> = f.versions.iter().filter(|v| v.accepted).map(|v| v.version.words()).collect();
    let asked = asked_for(f.name.as_ref());
    format!("tcp/{} accepts {}{asked}", f.port, listed(&accepted, "no TLS version"))
}

fn mqtt(f: &MqttAnswer) -> String {
    match f.return_code {
        0 => format!("tcp/{} lets an MQTT client in without credentials", f.port),
        code => format!("tcp/{} refuses an MQTT client without credentials (code {code})", f.port),
    }
}

fn fetched(outcome: &FetchOutcome) -> String {
    match outcome {
        FetchOutcome::Status(code) => format!("answers {code}"),
        FetchOutcome::LeavesTargets(to) => format!("points to {to}, which is not declared"),
        FetchOutcome::NotHttp => "does not answer in HTTP".to_owned(),
    }
}

fn state(state: PortState) -> &'static str {
    match state {
        PortState::Open => "open",
        PortState::Closed => "closed",
        PortState::Silent => "silent",
    }
}

fn transport(transport: Transport) -> &'static str {
    if transport == Transport::Tcp { "tcp" } else { "udp" }
}

fn listed(words: &[&str], none: &str) -> String {
    if words.is_empty() { none.to_owned() } else { words.join(", ") }
}
