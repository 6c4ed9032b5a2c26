//! The stage on which checks are tried: a declaration from a few lines of TOML, facts from a few calls, and one
//! helper that compares what a check finds and holds it to what all checks promise.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use assize_model::catalogue::{Catalogue, Lists};
use assize_model::declaration::Declaration;
use assize_model::fact::{
    AccessAnswer, DefaultLogin, DefaultLogins, Erasure, Fact, FetchOutcome, HostCertificate, HttpAnswer,
    KeyProtocol, Login, LoginThrottle, MdnsAnnouncement, MdnsService, PasswordChange, PortScan, PortState,
    Protocol, Publication, PublicationCopy, ScanConduct, SecurityTxt, Service, ServiceLost, SessionPosture,
    SetUpAnswer, Signature, Silence, SshHostKey, SshOffer, SshPosture, TcpPort, TlsAnswer, TlsCertificate,
    TlsOffer, TlsPosture, TlsVersion, Transport, UdpPort, UnitKey, UnitKeys, VersionPosture, Visitor,
    WebPosture,
};
use assize_model::judgement::{Finding, Indication, Outcome, Sense};
use assize_model::scene::{Done, Facts, Recorded, Scene};

use crate::Check;
use crate::address::tls_host;

/// The DUT, and the host `cloud`.
pub(crate) const DUT: &str = "192.0.2.1";
pub(crate) const CLOUD: &str = "192.0.2.2";
/// Another unit of the product.
pub(crate) const UNIT: &str = "192.0.2.3";

macro_rules! list {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../catalogue/", $path)))
    };
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let files = [
        list!("lists/cryptography.toml"),
        list!("lists/cryptography-ssh.toml"),
        list!("lists/cryptography/attacks.toml"),
        list!("lists/cryptography/authentication.toml"),
        list!("lists/cryptography/ciphers.toml"),
        list!("lists/cryptography/exchanges.toml"),
        list!("lists/cryptography/groups.toml"),
        list!("lists/cryptography/hashes.toml"),
        list!("lists/cryptography/keys.toml"),
        list!("lists/cryptography/macs.toml"),
        list!("lists/cryptography/signatures.toml"),
        list!("lists/cryptography/sources.toml"),
        list!("lists/cryptography/suites.toml"),
        list!("lists/cryptography/versions.toml"),
    ];
    Catalogue::read(&files).expect("the lists read").lists
});

/// Provisions that are recommendations on the stage.
static RECOMMENDED: LazyLock<BTreeSet<String>> = LazyLock::new(|| ["R-1", "R-2"].map(str::to_owned).into());

/// The lists of the catalogue that checks look things up in.
pub(crate) fn lists() -> &'static Lists {
    &LISTS
}

/// Runs a check on a declaration and facts, and compares its findings, written as `Id OUTCOME, Id OUTCOME` or
/// `OUTCOME` for the whole. Facts in another order have to give the same.
pub(crate) fn check(check: &Check, declared: &str, seen: &Facts, expect: &str) {
    let declaration = declaration(declared);
    let found = findings(check, &declaration, seen);
    assert_eq!(outline(&found), expect, "{found:#?}");
    keeps_promises(check, &found);
    let mut reversed = seen.clone();
    reversed.recorded.reverse();
    assert_eq!(findings(check, &declaration, &reversed), found);
}

/// A scene of a declaration and facts.
pub(crate) fn scene<'a>(declaration: &'a Declaration, facts: &'a Facts) -> Scene<'a> {
    Scene { declaration, facts, lists: &LISTS, recommended: &RECOMMENDED }
}

/// Runs a check and gives its findings.
pub(crate) fn findings(check: &Check, declaration: &Declaration, seen: &Facts) -> Vec<Finding> {
    (check.judge)(&scene(declaration, seen))
}

/// What holds for every finding of every check.
pub(crate) fn keeps_promises(check: &Check, findings: &[Finding]) {
    for finding in findings {
        assert!(!finding.indications.is_empty(), "{} says nothing: {finding:?}", check.name);
        let wanted = match finding.outcome {
            Outcome::Pass | Outcome::NotApplicable => Sense::For,
            Outcome::Fail => Sense::Against,
            Outcome::Inconclusive => Sense::Note,
        };
        // A note without a remedy informs beside any outcome.
        let informs = |i: &&Indication| i.sense == Sense::Note && i.remedy.is_empty();
        assert!(finding.indications.iter().any(|i| i.sense == wanted), "{finding:?}");
        for indication in finding.indications.iter().filter(|i| !informs(i)) {
            let wanted = if indication.sense == Sense::Note { Sense::Note } else { wanted };
            assert_eq!(indication.sense, wanted, "{indication:?}");
            assert!(indication.words.ends_with('.') && !indication.words.ends_with(".."), "{indication:?}");
            let is_bare = indication.remedy.is_empty();
            assert_eq!(is_bare, wanted == Sense::For, "{indication:?}");
            assert!(wanted == Sense::Note || indication.place.is_some(), "{indication:?}");
            let has_records = !indication.evidence.is_empty();
            assert!(wanted != Sense::Against || has_records || check.probes.is_empty(), "{indication:?}");
        }
    }
}

fn outline(findings: &[Finding]) -> String {
    let word = |outcome| match outcome {
        Outcome::Pass => "PASS",
        Outcome::Fail => "FAIL",
        Outcome::NotApplicable => "N/A",
        Outcome::Inconclusive => "INCONCLUSIVE",
    };
    let line = |f: &Finding| match &f.entry {
        Some(id) => format!("{id} {}", word(f.outcome)),
        None => word(f.outcome).to_owned(),
    };
    findings.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// A declaration from IXIT tables in TOML; `ics` and `product` are tables of their own. The bench stands.
pub(crate) fn declaration(text: &str) -> Declaration {
    let mut table: toml::Table = text.parse().expect("the declaration of the test is TOML");
    let mut part = |name| table.remove(name).unwrap_or(toml::Value::Table(toml::Table::new()));
    let mut product: assize_model::declaration::product::Product =
        part("product").try_into().expect("the product of the test reads");
    let ics = part("ics").try_into().expect("the ICS of the test reads");
    product.bench.address.get_or_insert_with(|| DUT.to_owned());
    product.host.push(assize_model::declaration::product::Host {
        name: "cloud".into(),
        address: Some(CLOUD.into()),
        ..Default::default()
    });
    let ixit = toml::Value::Table(table).try_into().expect("the IXIT of the test reads");
    Declaration { product, ics, ixit, ..Declaration::default() }
}

/// Nothing was looked at.
pub(crate) fn nothing() -> Facts {
    Facts::default()
}

/// The probes that checks may need.
pub(crate) const PROBES: [&str; 20] = [
    "tcp-ports",
    "udp-services",
    "identify",
    "ssh",
    "tls",
    "dtls",
    "keys",
    "mdns",
    "publication",
    "security-txt",
    "web",
    "access",
    "session",
    "password",
    "guess",
    "factory",
    "input",
    "outage",
    "power",
    "update",
];

/// The DUT was looked at by every probe, and these facts came of it. Ports that a service of the DUT needs are open,
/// and web servers show nothing more at their paths.
pub(crate) fn looked(facts: &[Vec<Fact>]) -> Facts {
    let mut all: Vec<Fact> = facts.concat();
    let services: Vec<u16> = all.iter().filter_map(tcp_service).collect();
    let webs: Vec<Fact> = all.iter().filter_map(browsed).collect();
    all.extend(webs);
    all.extend(services.into_iter().map(|port| tcp(port, PortState::Open)));
    for transport in [Transport::Tcp, Transport::Udp] {
        all.push(scan(transport, DUT, false));
    }
    let done = PROBES.map(|probe| done(probe, DUT));
    Facts { recorded: recorded(all), done: done.into() }
}

/// The same where nobody looked at the UDP services.
pub(crate) fn without_udp(facts: &[Vec<Fact>]) -> Facts {
    let mut facts = looked(facts);
    facts.recorded.retain(|r| !matches!(&r.fact, Fact::PortScan(s) if s.transport == Transport::Udp));
    facts.done.remove(&done("udp-services", DUT));
    facts
}

/// The same where a gateway accepts every connection in the DUT's place: the scan of the TCP ports tells nothing.
pub(crate) fn accepts_all(facts: &[Vec<Fact>]) -> Facts {
    let mut facts = looked(facts);
    facts.recorded.retain(|r| !matches!(&r.fact, Fact::PortScan(s) if s.transport == Transport::Tcp));
    facts.done.remove(&done("tcp-ports", DUT));
    let conduct = ScanConduct {
        target: DUT.into(),
        transport: Transport::Tcp,
        attempts: 65535,
        rounds: 1,
        parallel: 100,
        round_trip_us: None,
        lost_permille: 0,
        filtered: 0,
        accepts_all: true,
        half_open: false,
    };
    facts.recorded.push(Recorded { record: 1000, fact: Fact::ScanConduct(conduct) });
    facts
}

fn browsed(fact: &Fact) -> Option<Fact> {
    match fact {
        Fact::Service(s) if s.target == DUT && s.protocol.is_web() => {
            let (target, port, tls) = (s.target.clone(), s.port, s.tls);
            let listed = Some(0);
            Some(Fact::WebPosture(WebPosture { target, port, tls, listed, ..WebPosture::default() }))
        }
        _ => None,
    }
}

fn tcp_service(fact: &Fact) -> Option<u16> {
    match fact {
        Fact::Service(s) if s.target == DUT && s.transport == Transport::Tcp => Some(s.port),
        _ => None,
    }
}

/// Facts with their numbers.
pub(crate) fn recorded(facts: Vec<Fact>) -> Vec<Recorded> {
    facts.into_iter().zip(1..).map(|(fact, record)| Recorded { record, fact }).collect()
}

/// A finished step.
pub(crate) fn done(probe: &str, target: &str) -> Done {
    Done { probe: probe.into(), target: target.into() }
}

/// A finished scan.
pub(crate) fn scan(transport: Transport, target: &str, control: bool) -> Fact {
    let tried = if transport == Transport::Tcp { 65535 } else { 15 };
    let (target, open) = (target.into(), Vec::new());
    Fact::PortScan(PortScan { target, transport, tried, open, closed: tried, silent: 0, control })
}

fn tcp(port: u16, state: PortState) -> Fact {
    Fact::TcpPort(TcpPort { target: DUT.into(), port, state, momentary: false })
}

/// An open TCP port of the DUT that nobody asked anything.
pub(crate) fn tcp_open(port: u16) -> Vec<Fact> {
    vec![tcp(port, PortState::Open)]
}

/// A TCP port of the DUT that was closed when it was visited.
pub(crate) fn tcp_closed(port: u16) -> Vec<Fact> {
    vec![tcp(port, PortState::Closed)]
}

/// A UDP port of the DUT.
pub(crate) fn udp(port: u16, state: PortState) -> Vec<Fact> {
    vec![Fact::UdpPort(UdpPort {
        target: DUT.into(),
        port,
        asked: "mdns".into(),
        state,
        answered_from: None,
    })]
}

/// An open TCP port of the DUT that stays silent.
pub(crate) fn silence(port: u16) -> Vec<Fact> {
    let (transport, tried, unasked) = (Transport::Tcp, vec!["http".into()], Vec::new());
    let silence = Silence { target: DUT.into(), port, transport, tried, unasked };
    vec![tcp(port, PortState::Open), Fact::Silence(silence)]
}

/// An open TCP port of the DUT that took no connection any more before it was asked everything.
pub(crate) fn lost(port: u16) -> Vec<Fact> {
    let (transport, after) = (Transport::Tcp, "tls".to_owned());
    [tcp_open(port), vec![Fact::ServiceLost(ServiceLost { target: DUT.into(), port, transport, after })]]
        .concat()
}

/// Nine published defaults tried at a TCP port of the DUT, one of which was let in or none.
pub(crate) fn defaults(port: u16, accepted: bool) -> DefaultLogins {
    let one = DefaultLogin { user: "admin".into(), password: "admin".into(), source: "a test".into() };
    DefaultLogins {
        target: DUT.into(),
        port,
        transport: Transport::Tcp,
        login: "http".into(),
        entry: None,
        factory: false,
        listed: 9,
        tried: 9,
        stopped: String::new(),
        takes_any: false,
        accepted: if accepted { vec![one] } else { Vec::new() },
    }
}

/// A service of the DUT.
pub(crate) fn service(port: u16, protocol: Protocol, tls: bool) -> Service {
    Service { tls, ..Service::new(DUT, Transport::Tcp, port, protocol) }
}

/// HTTP on the DUT, in TLS or not.
pub(crate) fn web(port: u16, tls: bool) -> Vec<Fact> {
    vec![Fact::Service(service(port, Protocol::Http, tls))]
}

/// A service of the DUT that asks for a login.
pub(crate) fn login(port: u16, protocol: Protocol, login: Login) -> Vec<Fact> {
    vec![Fact::Service(Service { login: Some(login), ..service(port, protocol, false) })]
}

/// An answer of the DUT in HTTP, without a challenge.
pub(crate) fn answered(port: u16, status: u16) -> Vec<Fact> {
    vec![Fact::HttpAnswer(HttpAnswer {
        target: DUT.into(),
        port,
        tls: false,
        path: "/".into(),
        status,
        server: String::new(),
        title: String::new(),
        challenge: None,
        password_field: false,
        redirect: None,
    })]
}

/// A service of the DUT that discloses something.
pub(crate) fn disclosing(port: u16, what: &str) -> Vec<Fact> {
    vec![Fact::Service(Service { discloses: vec![what.into()], ..service(port, Protocol::Http, true) })]
}

/// The same facts about the host `cloud`.
pub(crate) fn at_cloud(facts: Vec<Fact>) -> Vec<Fact> {
    let mut facts = facts;
    for fact in &mut facts {
        match fact {
            Fact::Service(s) => s.target = CLOUD.into(),
            Fact::TlsOffer(o) => o.target = CLOUD.into(),
            Fact::TlsCertificate(c) => c.target = CLOUD.into(),
            Fact::TlsPosture(p) => p.target = CLOUD.into(),
            Fact::SshPosture(p) => p.target = CLOUD.into(),
            Fact::HttpAnswer(a) => a.target = CLOUD.into(),
            Fact::WebPosture(p) => p.target = CLOUD.into(),
            Fact::ServiceLost(l) => l.target = CLOUD.into(),
            Fact::Silence(s) => s.target = CLOUD.into(),
            _ => {}
        }
    }
    facts
}

/// The same facts, as the host `cloud` showed them when it was asked for by this name.
pub(crate) fn asked_for(name: &str, facts: Vec<Fact>) -> Vec<Fact> {
    let mut facts = at_cloud(facts);
    for fact in &mut facts {
        let asked = match fact {
            Fact::TlsOffer(o) => &mut o.name,
            Fact::TlsCertificate(c) => &mut c.name,
            Fact::TlsPosture(p) => &mut p.name,
            _ => continue,
        };
        *asked = Some(name.to_owned());
    }
    facts
}

/// HTTPS on the DUT that accepts these versions.
pub(crate) fn tls(port: u16, accepted: &[TlsVersion]) -> Vec<Fact> {
    let all = [TlsVersion::Ssl30, TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls13];
    let answer = |v: &TlsVersion| TlsAnswer { version: *v, accepted: accepted.contains(v), cipher: None };
    let offer = TlsOffer { target: DUT.into(), port, name: None, versions: all.iter().map(answer).collect() };
    [web(port, true), vec![Fact::TlsOffer(offer)]].concat()
}

/// HTTPS on the DUT with a posture: these suites in this version, and what else the test turns.
pub(crate) fn posture(version: &str, suites: &[&str], turned: impl FnOnce(&mut TlsPosture)) -> Vec<Fact> {
    let accepted = VersionPosture {
        version: version.into(),
        accepted: true,
        suites: suites.iter().map(|s| (*s).to_owned()).collect(),
        server_order: None,
    };
    let udp = version.starts_with("DTLS");
    let mut posture = TlsPosture {
        target: DUT.into(),
        port: 443,
        transport: Some(if udp { Transport::Udp } else { Transport::Tcp }),
        versions: vec![accepted],
        groups: vec!["x25519".into()],
        ..TlsPosture::default()
    };
    turned(&mut posture);
    let service = if udp { Vec::new() } else { web(443, true) };
    [service, vec![Fact::TlsPosture(posture)]].concat()
}

/// The certificate of [`certificate`] with another key and signature.
pub(crate) fn keyed(key: &str, signature: &str) -> Vec<Fact> {
    let mut facts = certificate(443, 1500);
    if let Some(Fact::TlsCertificate(c)) = facts.first_mut() {
        (c.key, c.signature) = (key.into(), signature.into());
    }
    facts
}

/// SSH on the DUT with these algorithms, whatever their kind, and an RSA host key of that size.
pub(crate) fn ssh(port: u16, algorithms: &[&str], bits: u32) -> Vec<Fact> {
    let kex = algorithms.iter().map(|name| (*name).to_owned()).collect();
    let posture = SshPosture {
        target: DUT.into(),
        port,
        protocol: "2.0".into(),
        offer: Some(SshOffer { kex, strict_kex: true, ..SshOffer::default() }),
        host_keys: vec![SshHostKey { kind: "ssh-rsa".into(), bits, sha256: "x".into() }],
        ..SshPosture::default()
    };
    [login(port, Protocol::Ssh, Login::Ssh), vec![Fact::SshPosture(posture)]].concat()
}

/// An SSH server of the DUT that names these ways to log in.
pub(crate) fn ssh_methods(port: u16, methods: &[&str]) -> Vec<Fact> {
    let methods = Some(methods.iter().map(|m| (*m).to_owned()).collect());
    vec![Fact::SshPosture(SshPosture { target: DUT.into(), port, methods, ..SshPosture::default() })]
}

/// A certificate of the DUT, valid from 1000 to 2000.
pub(crate) fn certificate(port: u16, seen_at: i64) -> Vec<Fact> {
    vec![Fact::TlsCertificate(TlsCertificate {
        target: DUT.into(),
        port,
        transport: None,
        name: None,
        sha256: String::new(),
        subject: "CN=dut".into(),
        issuer: "CN=maker".into(),
        not_before: 1000,
        not_after: 2000,
        seen_at,
        key: "EC P-256".into(),
        signature: "SHA-256 with ECDSA".into(),
        names: Vec::new(),
        self_signed: false,
        chain: 1,
        key_sha256: String::new(),
        issuers: Vec::new(),
        chain_issues: Vec::new(),
    })]
}

/// A certificate of the DUT with a key of this digest.
pub(crate) fn with_key(port: u16, sha256: &str) -> Vec<Fact> {
    let mut facts = certificate(port, 1500);
    if let Some(Fact::TlsCertificate(c)) = facts.first_mut() {
        c.key_sha256 = sha256.into();
    }
    facts
}

/// The TLS keys that a port of another unit shows.
pub(crate) fn unit_keys(target: &str, port: u16, sha256: &[&str]) -> Vec<Fact> {
    let key = |digest: &&str| UnitKey { kind: "EC P-256".into(), sha256: (*digest).into() };
    vec![Fact::UnitKeys(UnitKeys {
        target: target.into(),
        port,
        transport: Transport::Tcp,
        asked: KeyProtocol::Tls,
        keys: sha256.iter().map(key).collect(),
    })]
}

/// An mDNS answer of the DUT with one TXT string.
pub(crate) fn mdns(txt: &str) -> Vec<Fact> {
    let service = "_plug._tcp".to_owned();
    let one = MdnsService { service, instance: "plug".into(), port: Some(8443), txt: vec![txt.into()] };
    let (target, services, unanswered) = (DUT.into(), vec![one], Some(0));
    let said = Fact::MdnsAnnouncement(MdnsAnnouncement { target, services, unanswered });
    [udp(5353, PortState::Open), vec![said]].concat()
}

/// What driving a bad DUT by its plays shows.
pub(crate) fn driven() -> Vec<Vec<Fact>> {
    let dut = || DUT.to_owned();
    let access = |by, entitled| AccessAnswer {
        target: dut(),
        port: 443,
        by,
        entitled,
        accepted: true,
        status: Some(200),
        ..AccessAnswer::default()
    };
    let throttle = |refused| LoginThrottle { target: dut(), port: 8443, refused, ..LoginThrottle::default() };
    let session = |logins| SessionPosture { target: dut(), port: 443, logins, ..SessionPosture::default() };
    let change = PasswordChange { target: dut(), port: 443, confirmed: true, ..PasswordChange::default() };
    let set_up = SetUpAnswer { target: dut(), port: 8443, accepted: true, ..SetUpAnswer::default() };
    let erasure = Erasure { target: dut(), entry: Some("F".into()), ..Erasure::default() };
    vec![
        vec![
            Fact::AccessAnswer(access(Visitor::Nobody, false)),
            Fact::AccessAnswer(access(Visitor::Forger, true)),
        ],
        vec![Fact::LoginThrottle(throttle(3)), Fact::LoginThrottle(throttle(40))],
        vec![Fact::SessionPosture(session(1)), Fact::SessionPosture(session(4))],
        vec![Fact::PasswordChange(change), Fact::SetUpAnswer(set_up), Fact::Erasure(erasure)],
    ]
}

/// A fetched page.
pub(crate) fn page(url: &str, status: u16, text: &str) -> Vec<Fact> {
    published(url, FetchOutcome::Status(status), text, false)
}

/// A page as it was found, on a host with a certificate that is in order.
pub(crate) fn published(url: &str, outcome: FetchOutcome, text: &str, asks_login: bool) -> Vec<Fact> {
    vec![Fact::Publication(Publication {
        url: url.into(),
        outcome,
        text: text.into(),
        unread: None,
        asks_login,
        scripted_login: false,
        served_from: None,
        certificates: tls_host(url).map(|host| shown_by(&host)).into_iter().collect(),
    })]
}

/// A certificate that was in order at 1000, when it was seen.
pub(crate) fn shown_by(host: &str) -> HostCertificate {
    HostCertificate {
        host: host.into(),
        sha256: "00".into(),
        not_before: 0,
        not_after: 2000,
        seen_at: 1000,
        names: vec![host.into()],
        self_signed: Some(false),
    }
}

/// A copy of a publication in the assessment folder.
pub(crate) fn copied(file: &str, text: &str) -> Vec<Fact> {
    vec![Fact::PublicationCopy(PublicationCopy {
        file: file.into(),
        bytes: 1,
        text: text.into(),
        unread: None,
    })]
}

/// A `security.txt` that was seen at 1000, with its expiry and the policy it names.
pub(crate) fn security_txt(url: &str, status: u16, expires: i64, policy: &str) -> SecurityTxt {
    SecurityTxt {
        url: url.into(),
        found_at: url.into(),
        served_from: None,
        outcome: FetchOutcome::Status(status),
        seen_at: 1000,
        contacts: vec!["mailto:security@x".into()],
        expires: Some(expires),
        canonical: vec![url.into()],
        policies: vec![policy.into()],
        languages: Vec::new(),
        encryption: Vec::new(),
        acknowledgments: Vec::new(),
        hiring: Vec::new(),
        signature: Signature::Absent,
        keys: Vec::new(),
        faults: Vec::new(),
    }
}
