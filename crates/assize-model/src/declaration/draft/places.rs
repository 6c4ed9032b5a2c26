//! What was seen of each open port, gathered from all facts about it.

use std::collections::BTreeMap;

use crate::fact::{
    Fact, HttpAnswer, Login, PortState, Protocol, Service, TlsAnswer, TlsCertificate, Transport,
};

/// An open port and everything that facts say of it.
pub(super) struct Seen {
    transport: Transport,
    port: u16,
    protocol: Option<Protocol>,
    asked: Option<String>,
    tls: bool,
    answers: Vec<TlsAnswer>,
    discloses: Vec<String>,
    /// How it asks for a login.
    pub(super) login: Option<Login>,
    /// The certificate it shows.
    pub(super) certificate: Option<TlsCertificate>,
    /// Whether people use it directly, by page or terminal.
    pub(super) is_for_people: bool,
}

/// The open ports of all facts, by transport and number.
pub(super) fn seen(facts: &[Fact]) -> Vec<Seen> {
    let mut places: BTreeMap<(Transport, u16), Seen> = BTreeMap::new();
    let mut at = |transport, port, note: &mut dyn FnMut(&mut Seen)| {
        note(places.entry((transport, port)).or_insert_with(|| Seen::new(transport, port)));
    };
    // Where every port accepts, an open one alone is nothing to declare.
    let accepts_all = facts
        .iter()
        .any(|f| matches!(f, Fact::ScanConduct(c) if c.accepts_all && c.transport == Transport::Tcp));
    for fact in facts {
        match fact {
            Fact::TcpPort(p) if p.state == PortState::Open && !accepts_all => {
                at(Transport::Tcp, p.port, &mut |_| {})
            }
            Fact::UdpPort(p) if p.state == PortState::Open => {
                at(Transport::Udp, p.port, &mut |seen| seen.asked = Some(p.asked.clone()));
            }
            Fact::Service(s) => at(s.transport, s.port, &mut |seen| seen.service(s)),
            Fact::TlsOffer(o) => at(Transport::Tcp, o.port, &mut |seen| seen.answers.clone_from(&o.versions)),
            Fact::TlsCertificate(c) => {
                let transport = c.transport.unwrap_or(Transport::Tcp);
                at(transport, c.port, &mut |seen| seen.certificate = Some(c.clone()));
            }
            Fact::HttpAnswer(h) => at(Transport::Tcp, h.port, &mut |seen| seen.is_for_people |= is_page(h)),
            _ => {}
        }
    }
    places.into_values().collect()
}

/// Which factor a login asks for, where it tells.
pub(super) fn factor(login: Login) -> Option<&'static str> {
    match login {
        Login::HttpToken => Some("token"),
        Login::Adb => Some("key"),
        // SSH and MQTT take passwords and keys, SMB and SNMP more than one kind of credential.
        Login::Mqtt | Login::Smb | Login::Snmp | Login::Ssh => None,
        unsure if unsure.is_unsure() => None,
        _ => Some("password"),
    }
}

fn is_page(answer: &HttpAnswer) -> bool {
    answer.password_field || !answer.title.is_empty()
}

impl Seen {
    fn new(transport: Transport, port: u16) -> Self {
        Self {
            transport,
            port,
            protocol: None,
            asked: None,
            tls: false,
            answers: Vec::new(),
            discloses: Vec::new(),
            login: None,
            certificate: None,
            is_for_people: false,
        }
    }

    fn service(&mut self, service: &Service) {
        self.tls |= service.tls || service.protocol == Protocol::Tls;
        self.protocol = Some(service.protocol).filter(|p| *p != Protocol::Unknown).or(self.protocol);
        self.login = service.login.filter(|login| !login.is_unsure()).or(self.login);
        self.discloses.extend(service.discloses.iter().take(20).cloned());
        self.is_for_people |= matches!(service.protocol, Protocol::Ssh | Protocol::Telnet);
    }

    /// `tcp/443`.
    pub(super) fn words(&self) -> String {
        format!("{}/{}", self.transport_words(), self.port)
    }

    /// `tcp-443`, the end of an entry's id.
    pub(super) fn suffix(&self) -> String {
        format!("{}-{}", self.transport_words(), self.port)
    }

    fn transport_words(&self) -> &'static str {
        if self.transport == Transport::Tcp { "tcp" } else { "udp" }
    }

    /// What was seen, for people; texts of the device are not made safe here.
    pub(super) fn remarks(&self) -> Vec<String> {
        let spoken = match (&self.protocol, &self.asked) {
            (Some(Protocol::Tls), _) => "TLS with an unknown protocol inside".to_owned(),
            (Some(protocol), _) if self.tls => format!("{} inside TLS", protocol.words()),
            (Some(protocol), _) => protocol.words().to_owned(),
            (None, Some(asked)) => format!("an answer when asked as {asked}"),
            (None, None) => "an open port; what it speaks is unknown".to_owned(),
        };
        let mut remarks = vec![spoken];
        remarks.extend(self.discloses.iter().map(|d| format!("discloses {d}")));
        let ciphers = self.answers.iter().filter(|a| a.accepted);
        remarks.extend(
            ciphers.filter_map(|a| Some(format!("{} with {}", a.version.words(), a.cipher.as_ref()?))),
        );
        if let Some(c) = &self.certificate {
            let own = if c.self_signed { ", self-signed" } else { "" };
            remarks.push(format!("certificate with {}, {}{own}, for {}", c.key, c.signature, c.subject));
        }
        remarks
    }

    /// Its cryptographic protocols as far as they were seen; `none` for a protocol in clear.
    pub(super) fn protocols(&self) -> Option<Vec<&'static str>> {
        if self.tls || !self.answers.is_empty() {
            let accepted: Vec<&str> =
                self.answers.iter().filter(|a| a.accepted).map(|a| a.version.words()).rev().collect();
            return Some(accepted).filter(|list| !list.is_empty());
        }
        match self.protocol? {
            Protocol::Ssh => Some(vec!["SSH"]),
            // What may be protected inside is not told by the name of the protocol.
            Protocol::Adb
            | Protocol::Smb
            | Protocol::Snmp
            | Protocol::Tls
            | Protocol::Unknown
            | Protocol::Vnc => None,
            _ => Some(vec!["none"]),
        }
    }
}
