//! How every probe is run on a hostile target: those that look, those that fetch pages, and those that act by plays,
//! with everything allowed.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use assize_model::catalogue::{DefaultCredential, WebPath};
use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::declaration::relay::Variant;
use assize_model::declaration::switch::{Supply, Switch};
use assize_model::fact::{KeyProtocol, Login, Protocol, Service, Transport};
use assize_probes::input::{Door, codec::Grammar, feed};
use assize_probes::outage::{Line, interrupt};
use assize_probes::play::{Credentials, Player};
use assize_probes::relay::Relay;
use assize_probes::switch::{Hand, Switchboard, Turn, Turned, Turning, switch};
use assize_probes::update::{Offered, Stall, offer};
use assize_probes::{
    Budget, KeyDoor, Known, ProbeId, Target, Trouble, act, browse, fetch, fetch_security_txt, read_keys, run,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::{Instant, sleep};

/// Short waits, which every probe has to keep to.
pub fn budget() -> Budget {
    Budget {
        connect: Duration::from_millis(500),
        read: Duration::from_millis(400),
        banner: Duration::from_millis(100),
        quiet: Duration::from_millis(50),
        page: Duration::from_secs(2),
        pause: Duration::from_millis(1),
        rest: Duration::from_millis(10),
        patience: Duration::from_secs(1),
        settle: Duration::from_millis(100),
        listen: Duration::from_secs(1),
        recovery: Duration::from_millis(500),
        login_wait: Duration::from_millis(300),
        restart: Duration::from_millis(500),
        install: Duration::from_millis(300),
        outage: Duration::from_millis(500),
        input_cases: 4,
        total: Duration::from_secs(3),
        ..Budget::default()
    }
}

/// How long a probe may take here. Those that put back what they changed, or wait for the device between two requests,
/// are not cut off by the budget as a whole; their own waits end them.
pub fn allowed(probe: ProbeId) -> Duration {
    match probe {
        ProbeId::Password
        | ProbeId::Factory
        | ProbeId::Input
        | ProbeId::Outage
        | ProbeId::Power
        | ProbeId::Update => Duration::from_secs(60),
        _ if probe.is_for_pages() => budget().total * 2,
        // Once by plays, and once at each login that needs none.
        ProbeId::Guess => budget().total * 10,
        _ => budget().total,
    }
}

/// Runs a probe as it is run in an assessment; how it ends is its own affair.
pub async fn probed(probe: ProbeId, target: &Target, ports: &[u16]) -> Vec<Result<(), Trouble>> {
    let budget = budget();
    match probe {
        _ if probe.is_for_pages() => fetched(probe, target, ports, &budget).await,
        _ if probe.needs().is_some() => vec![acted(probe, target, ports, &budget).await],
        ProbeId::Web => {
            let ports: Vec<(u16, bool)> =
                ports.iter().take(1).flat_map(|p| [(*p, false), (*p, true)]).collect();
            vec![browse(target, &ports, &paths(), &budget, &mut Vec::new()).await]
        }
        ProbeId::Keys => vec![read_keys(target, &doors(ports), &budget, &mut Vec::new()).await],
        _ => vec![run(probe, target, ports, &budget, &mut Vec::new()).await],
    }
}

/// The first port as everything that shows a key.
fn doors(ports: &[u16]) -> Vec<KeyDoor> {
    let doors = |port: &u16| {
        [
            (Transport::Tcp, KeyProtocol::Ssh),
            (Transport::Tcp, KeyProtocol::Tls),
            (Transport::Udp, KeyProtocol::Tls),
        ]
        .map(|(transport, asked)| KeyDoor { transport, port: *port, asked })
    };
    ports.iter().take(1).flat_map(doors).collect()
}

async fn fetched(
    probe: ProbeId,
    target: &Target,
    ports: &[u16],
    budget: &Budget,
) -> Vec<Result<(), Trouble>> {
    let allowed = std::slice::from_ref(target);
    let mut outcomes = Vec::new();
    for scheme in ["http", "https"] {
        let Some(port) = ports.first() else { continue };
        let url = format!("{scheme}://{}:{port}/.well-known/security.txt", target.address());
        outcomes.push(match probe {
            ProbeId::Publication => fetch(&url, allowed, budget, &mut Vec::new()).await,
            ProbeId::SecurityTxt => fetch_security_txt(&url, None, allowed, budget, &mut Vec::new()).await,
            other => panic!("this test has to know how {other} is run"),
        });
    }
    outcomes
}

async fn acted(probe: ProbeId, target: &Target, ports: &[u16], budget: &Budget) -> Result<(), Trouble> {
    let port = ports.first().copied().unwrap_or(9);
    let accounts: BTreeMap<String, Credentials> = ["admin", "guest"]
        .map(|name| (name.to_owned(), Credentials { user: name.into(), password: "correct horse".into() }))
        .into();
    let plays = plays(probe, port);
    let allow = [
        Act::LogIn,
        Act::Guess,
        Act::ChangeSettings,
        Act::Reset,
        Act::MalformedInput,
        Act::OfferUpdates,
        Act::Interrupt,
        Act::SwitchPower,
    ];
    let player =
        Player { target, budget, plays: &plays, accounts: &accounts, allow: &allow, login_attempts: 20 };
    let defaults = ["admin", "public"].map(|password| DefaultCredential {
        user: "admin".into(),
        password: password.into(),
        on: if password == "public" { vec!["snmp".into()] } else { Vec::new() },
        ..DefaultCredential::default()
    });
    let services = logins(target.address(), port);
    let known = Known { defaults: &defaults, makers: &[], services: &services };
    let sink = &mut Vec::new();
    match probe {
        ProbeId::Input => feed(&player, &doors_at(port), sink).await,
        ProbeId::Power => {
            let mains = Switch { id: "mains".into(), what: Some(Supply::Power), ..Switch::default() };
            let board = Switchboard { switches: vec![&mains], hand: &Numb, ports, lines: Vec::new() };
            switch(&player, &board, sink).await.map(drop)
        }
        ProbeId::Outage | ProbeId::Update => {
            let relay = relay(target, port, budget).await;
            let visits = tokio::spawn(visit(relay.1, target.address()));
            let ended = match probe {
                ProbeId::Outage => {
                    let line = Line { place: "cloud:tcp/443".into(), relay: &relay.0 };
                    interrupt(&player, &[line], sink).await
                }
                _ => offer(&player, &[stall(&relay.0)], sink).await,
            };
            visits.abort();
            ended
        }
        ProbeId::Guess => {
            let ended = act(probe, &player, &known, sink).await;
            // Each login without a play, by itself: a port that a play drives is left to the play.
            let beside = Player { plays: &[], ..player };
            for one in services.chunks(1) {
                let _ = act(probe, &beside, &Known { services: one, ..known }, sink).await;
            }
            ended
        }
        _ => act(probe, &player, &known, sink).await,
    }
}

/// Every login that is guessed at without a play, at one port.
fn logins(at: IpAddr, port: u16) -> Vec<Service> {
    let tcp = [
        (Protocol::Telnet, Login::Terminal),
        (Protocol::Ftp, Login::Ftp),
        (Protocol::Mqtt, Login::Mqtt),
        (Protocol::Http, Login::HttpChallenge),
        (Protocol::Onvif, Login::HttpChallenge),
        (Protocol::Rtsp, Login::Rtsp),
        (Protocol::Smb, Login::Smb),
        (Protocol::Ssh, Login::Ssh),
        (Protocol::Vnc, Login::Vnc),
    ];
    let tcp = tcp.map(|(protocol, login)| service(at, port, protocol, login));
    let snmp = service(at, port, Protocol::Snmp, Login::Snmp);
    tcp.into_iter().chain([Service { transport: Transport::Udp, ..snmp }]).collect()
}

/// Turns nothing and says that it did: the hostile server goes on.
struct Numb;

impl Hand for Numb {
    fn turn<'a>(&'a self, _: &'a Switch, _: Turn) -> Turning<'a> {
        Box::pin(std::future::ready(Ok(Turned { at: Instant::now(), by: None, raw: Vec::new() })))
    }
}

/// Every grammar at one port.
fn doors_at(port: u16) -> Vec<Door> {
    let tcp = [Grammar::Http, Grammar::Mqtt, Grammar::Tls].map(|g| (Transport::Tcp, g));
    let udp = [Grammar::Coap, Grammar::Mdns, Grammar::Ssdp].map(|g| (Transport::Udp, g));
    let door = |(transport, grammar)| Door { port, transport, tls: false, grammar };
    tcp.into_iter().chain(udp).map(door).collect()
}

/// A relay whose host is the hostile server, and where it listens.
async fn relay(target: &Target, port: u16, budget: &Budget) -> (Relay, SocketAddr) {
    let free = std::net::TcpListener::bind((target.address(), 0)).unwrap().local_addr().unwrap();
    let relay = Relay::open(free, vec![target.address()], target.clone(), port, budget).await.unwrap();
    (relay, free)
}

/// A device that keeps a connection through the relay, and asks there for what is offered.
async fn visit(relay: SocketAddr, own: IpAddr) {
    loop {
        let socket = if own.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.unwrap();
        socket.bind((own, 0).into()).unwrap();
        if let Ok(mut stream) = socket.connect(relay).await {
            stream.write_all(b"GET /manifest.json HTTP/1.1\r\nHost: updates\r\n\r\n").await.ok();
            let mut chunk = [0; 4096];
            while let Ok(1..) = stream.read(&mut chunk).await {}
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// One offer of every kind.
fn stall(relay: &Relay) -> Stall<'_> {
    let offers = [
        Variant::UntrustedCertificate,
        Variant::BitFlipped,
        Variant::Truncated,
        Variant::Unsigned,
        Variant::WrongSignature,
        Variant::Older,
        Variant::Genuine,
    ];
    let offer = |variant| Offered {
        variant,
        at: Some("/manifest.json".into()),
        field: Some("/signature".into()),
        ..Offered::default()
    };
    Stall {
        place: "updates:tcp/443".into(),
        relay,
        trusted: None,
        names: vec!["updates".into()],
        offers: offers.map(offer).into(),
    }
}

fn service(at: IpAddr, port: u16, protocol: Protocol, login: Login) -> Service {
    Service { login: Some(login), ..Service::new(at.to_string(), Transport::Tcp, port, protocol) }
}

/// Plays for a probe. Input and updates would end before they begin where nobody is let in and nothing is healthy, so
/// theirs ask for neither.
fn plays(probe: ProbeId, port: u16) -> Vec<Play> {
    let is_open = matches!(probe, ProbeId::Input | ProbeId::Update);
    let all = [
        Purpose::LogIn,
        Purpose::LogOut,
        Purpose::ChangePassword,
        Purpose::SetUp,
        Purpose::Reset,
        Purpose::Health,
        Purpose::Version,
        Purpose::InstallUpdate,
        Purpose::Read,
        Purpose::Change,
    ];
    let play = |purpose: Purpose, tls: bool| Play {
        id: format!("{} {tls}", purpose.name()),
        purpose: Some(purpose),
        at: Some(Place { host: None, transport: Transport::Tcp, port }),
        tls: Some(tls),
        method: Some("POST".into()),
        path: Some("/api".into()),
        headers: [("Authorization".to_owned(), "Bearer {token}".to_owned())].into(),
        body: Some("{\"user\": \"{user}\", \"password\": \"{password}\"}".into()),
        accounts: if is_open { Vec::new() } else { vec!["admin".into()] },
        status: if is_open { (100..600).collect() } else { Vec::new() },
        take: [("token".to_owned(), "json:/token".to_owned())].into(),
        ..Play::default()
    };
    let all = all.into_iter().filter(|p| !is_open || *p != Purpose::Health);
    all.map(|purpose| play(purpose, false)).chain([play(Purpose::LogIn, true)]).collect()
}

fn paths() -> Vec<WebPath> {
    let path = |path: &str| WebPath {
        path: path.into(),
        what: "a test".into(),
        secret: true,
        source: "this test".into(),
        ..WebPath::default()
    };
    ["/backup.tar", "/.git/HEAD", "/debug"].map(path).into()
}
