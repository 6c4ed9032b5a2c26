//! How every probe is run on a hostile target: those that look, those that fetch pages, and those that act by plays,
//! with everything allowed.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use assize_model::catalogue::{DefaultCredential, WebPath};
use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::play::{Act, Play, Purpose};
use assize_model::fact::{Login, Protocol, Service, Transport};
use assize_probes::play::{Credentials, Player};
use assize_probes::{Budget, Known, ProbeId, Target, Trouble, act, browse, fetch, fetch_security_txt, run};

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
        total: Duration::from_secs(3),
        ..Budget::default()
    }
}

/// How long a probe may take here. The two that put back what they changed are not cut off by the budget as a whole;
/// their own waits for the device end them.
pub fn allowed(probe: ProbeId) -> Duration {
    match probe {
        ProbeId::Password => Duration::from_secs(90),
        ProbeId::Factory => Duration::from_secs(240),
        _ if probe.is_for_pages() => budget().total * 2,
        _ => budget().total,
    }
}

/// The cases in which the two that wait for the device are run, too: elsewhere they would only wait.
const PATIENT: [&str; 2] = ["gigabyte-page", "redirect-elsewhere"];

/// Whether a probe is run in a case.
pub fn is_run(probe: ProbeId, case: &str) -> bool {
    !matches!(probe, ProbeId::Password | ProbeId::Factory) || PATIENT.contains(&case)
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
        _ => vec![run(probe, target, ports, &budget, &mut Vec::new()).await],
    }
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
            ProbeId::SecurityTxt => fetch_security_txt(&url, allowed, budget, &mut Vec::new()).await,
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
    let plays = plays(port);
    let allow = [Act::LogIn, Act::Guess, Act::ChangeSettings, Act::Reset];
    let player =
        Player { target, budget, plays: &plays, accounts: &accounts, allow: &allow, login_attempts: 20 };
    let defaults = [DefaultCredential {
        user: "admin".into(),
        password: "admin".into(),
        vendor: String::new(),
        on: Vec::new(),
        source: String::new(),
    }];
    let doors = [
        (Protocol::Telnet, Login::Terminal),
        (Protocol::Ftp, Login::Ftp),
        (Protocol::Mqtt, Login::Mqtt),
        (Protocol::Http, Login::HttpChallenge),
    ];
    let services = doors.map(|(protocol, login)| service(target.address(), port, protocol, login));
    let known = Known { defaults: &defaults, makers: &[], services: &services };
    act(probe, &player, &known, &mut Vec::new()).await
}

fn service(at: IpAddr, port: u16, protocol: Protocol, login: Login) -> Service {
    Service {
        target: at.to_string(),
        port,
        transport: Transport::Tcp,
        protocol,
        tls: false,
        banner: String::new(),
        discloses: Vec::new(),
        login: Some(login),
        says: Vec::new(),
        product: None,
    }
}

fn plays(port: u16) -> Vec<Play> {
    let all = [
        Purpose::LogIn,
        Purpose::LogOut,
        Purpose::ChangePassword,
        Purpose::SetUp,
        Purpose::Reset,
        Purpose::Health,
        Purpose::Version,
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
        accounts: vec!["admin".into()],
        take: [("token".to_owned(), "json:/token".to_owned())].into(),
        ..Play::default()
    };
    all.into_iter().map(|purpose| play(purpose, false)).chain([play(Purpose::LogIn, true)]).collect()
}

fn paths() -> Vec<WebPath> {
    let path = |path: &str| WebPath {
        path: path.into(),
        what: "a test".into(),
        holds: String::new(),
        secret: true,
        source: "this test".into(),
    };
    ["/backup.tar", "/.git/HEAD", "/debug"].map(path).into()
}
