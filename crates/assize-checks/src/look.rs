//! What several checks look up in a scene, always in the same order whatever the order of the facts.

use assize_model::declaration::ixit::common::Place;
use assize_model::declaration::play::{Play, Purpose};
use assize_model::fact::{Fact, Login, LoginAnswer, PortState, Protocol, Service, TlsPosture, Transport};
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::{OpenPort, Scene};

use crate::drive::is_told;
use crate::say::list;
use crate::unsure::may_be_login;

/// Whether a probe came to its end on the DUT.
pub(crate) fn looked(scene: &Scene, probe: &str) -> bool {
    scene.facts.done.iter().any(|d| d.probe == probe && scene.is_dut(&d.target))
}

/// A TCP scan that tried every port tried this many.
const ALL_TCP_PORTS: u32 = 65535;

/// `tcp/8443`.
pub(crate) fn port_words(transport: Transport, port: u16) -> String {
    format!("{}/{port}", if transport == Transport::Tcp { "tcp" } else { "udp" })
}

/// The recognised services of the DUT by port.
pub(crate) fn services<'a>(scene: &Scene<'a>) -> Vec<(u64, &'a Service)> {
    let mut services = scene.services();
    services.sort_by_key(|(record, s)| (s.transport, s.port, *record));
    services
}

/// The service recognised at an address and TCP port. On the DUT only its own open ports count.
pub(crate) fn service_at<'a>(scene: &Scene<'a>, address: &str, port: u16) -> Option<(u64, &'a Service)> {
    if scene.is_dut(address) {
        return services(scene).into_iter().find(|(_, s)| s.transport == Transport::Tcp && s.port == port);
    }
    let found = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::Service(s) if s.target == address && s.transport == Transport::Tcp && s.port == port => {
            Some((record, s))
        }
        _ => None,
    });
    found.min_by_key(|(record, _)| *record)
}

/// Whether a login lets someone in who knows a password, as far as it is a login.
pub(crate) fn takes_password(login: Login) -> bool {
    !matches!(login, Login::Adb | Login::HttpForbidden | Login::HttpToken)
}

/// Whether a service asks for a login, and does not only look as if it might.
pub(crate) fn has_login(scene: &Scene, service: &Service) -> bool {
    service.login.is_some_and(|login| !login.is_unsure() && !is_bare_403(scene, service))
}

/// Whether all that shows the login is an answer of 403 without a challenge, which earlier versions took for one.
fn is_bare_403(scene: &Scene, service: &Service) -> bool {
    let statuses = scene.facts().filter_map(|(_, fact)| match fact {
        Fact::HttpAnswer(a) if scene.is_dut(&a.target) && a.port == service.port => Some(a.status),
        _ => None,
    });
    let statuses: Vec<u16> = statuses.collect();
    service.login == Some(Login::HttpToken)
        && statuses.contains(&403)
        && !statuses.iter().any(|status| matches!(status, 401 | 407))
}

/// Whether one of these places is this port of the DUT.
pub(crate) fn names<'p>(
    places: impl IntoIterator<Item = &'p Place>,
    transport: Transport,
    port: u16,
) -> bool {
    places.into_iter().any(|p| p.is_dut(transport, port))
}

/// What a check has to have looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Every TCP port.
    TcpPorts,
    /// The usual UDP services.
    UdpServices,
    /// What the open TCP ports speak.
    Identify,
}

/// Something that was not looked at on the DUT, or not to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// What nobody looked at, as a clause.
    pub(crate) what: String,
    /// Why looking did not help: a sentence, its remedy, and what shows it.
    why: Option<(String, &'static str, Vec<u64>)>,
}

impl Gap {
    fn unseen(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: None }
    }
}

/// What was not looked at on the DUT; empty when everything was.
pub(crate) fn gaps(scene: &Scene, looks: &[Look]) -> Vec<Gap> {
    looks.iter().flat_map(|look| gap(scene, *look)).collect()
}

fn gap(scene: &Scene, look: Look) -> Vec<Gap> {
    match look {
        Look::TcpPorts => match (scene.accepts_all(), scene.scan(Transport::Tcp)) {
            (Some(record), _) => vec![anything_accepted(record)],
            (None, None) => vec![Gap::unseen("the TCP ports")],
            (None, Some((_, scan))) if scan.tried < ALL_TCP_PORTS => {
                vec![Gap::unseen(format!("{} of the TCP ports", ALL_TCP_PORTS - scan.tried))]
            }
            (None, Some(_)) => Vec::new(),
        },
        Look::UdpServices => match scene.scan(Transport::Udp) {
            None => vec![Gap::unseen("the UDP services")],
            Some((record, scan)) if scan.closed == 0 && !has_open_udp(scene) => vec![nothing_heard(record)],
            Some(_) => Vec::new(),
        },
        Look::Identify => {
            let cut = cut_short(scene);
            let never = unasked(scene).into_iter().filter(|p| cut.iter().all(|c| c.port != p.port));
            let ports: Vec<String> = never.map(|p| port_words(p.transport, p.port)).collect();
            let never = (!ports.is_empty()).then(|| Gap::unseen(format!("what {} speaks", list(&ports))));
            never.into_iter().chain(cut.iter().map(asked_in_part)).collect()
        }
    }
}

fn anything_accepted(record: u64) -> Gap {
    let words = "A connection was accepted at every TCP port of the DUT's address, as gateways, filters and proxies do \
                 in a device's place, so that nobody could tell which ports are the DUT's.";
    let remedy = "connect the bench to the DUT without what accepts in its place, and assess again";
    Gap {
        what: "which TCP ports are the DUT's".to_owned(),
        why: Some((words.to_owned(), remedy, vec![record])),
    }
}

fn has_open_udp(scene: &Scene) -> bool {
    scene.open_ports().iter().any(|p| p.transport == Transport::Udp)
}

/// A filter that drops datagrams and a DUT that is out of reach look the same.
fn nothing_heard(record: u64) -> Gap {
    let words = "Not one of the UDP ports of the DUT answered or refused, so that nobody could tell whether it heard \
                 what it was asked.";
    let remedy = "see that the DUT works and is reached, and assess again; where a filter drops datagrams, look on \
                  the DUT at what listens";
    Gap { what: "what the UDP ports do".to_owned(), why: Some((words.to_owned(), remedy, vec![record])) }
}

fn asked_in_part(port: &Found) -> Gap {
    let port_words = port.words();
    let words = format!(
        "The DUT's port {port_words} took no connection any more while it was asked, so that nobody could tell what \
         else it speaks."
    );
    let remedy = "find out whether the DUT limits connections or stopped; give it time, and assess again";
    Gap { what: format!("what else {port_words} speaks"), why: Some((words, remedy, vec![port.record])) }
}

/// Open TCP ports of which nobody found out what they speak or that they stay silent.
fn unasked(scene: &Scene) -> Vec<OpenPort> {
    let is_asked = |port: u16| {
        scene.facts().any(|(_, fact)| match fact {
            Fact::Service(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            Fact::Silence(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            Fact::TcpPort(p) => scene.is_dut(&p.target) && p.port == port && p.state != PortState::Open,
            _ => false,
        })
    };
    scene.open_ports().into_iter().filter(|p| p.transport == Transport::Tcp && !is_asked(p.port)).collect()
}

/// Open TCP ports that were asked until they took no connection any more: what they did not answer was not asked.
pub(crate) fn cut_short(scene: &Scene) -> Vec<Found> {
    let open = scene.open_ports();
    let cut = scene.facts().filter_map(|(record, fact)| {
        let (target, transport, port) = match fact {
            Fact::ServiceLost(l) => (&l.target, l.transport, l.port),
            Fact::Silence(s) if !s.is_whole() => (&s.target, s.transport, s.port),
            _ => return None,
        };
        let is_open = open.iter().any(|p| p.transport == transport && p.port == port);
        let is_cut = scene.is_dut(target) && transport == Transport::Tcp && is_open;
        is_cut.then_some(Found { record, transport, port })
    });
    let mut cut: Vec<Found> = cut.collect();
    cut.sort_by_key(|f| (f.port, f.record));
    cut.dedup_by_key(|f| f.port);
    cut
}

/// The records of the scans that a finding rests on.
pub(crate) fn scans(scene: &Scene) -> Vec<u64> {
    [Transport::Tcp, Transport::Udp].iter().filter_map(|t| scene.scan(*t)).map(|(record, _)| record).collect()
}

/// The finding of a check whose facts nobody recorded, wholly or in part.
pub(crate) fn never_looked(gaps: &[Gap]) -> Vec<Finding> {
    let unseen: Vec<&str> = gaps.iter().filter(|g| g.why.is_none()).map(|g| g.what.as_str()).collect();
    let words = format!("Nobody looked at {} on the DUT.", list(&unseen));
    let unseen = (!unseen.is_empty()).then(|| Indication::note(words, REMEDY));
    let told = gaps
        .iter()
        .filter_map(|g| g.why.as_ref())
        .map(|(words, remedy, records)| Indication::note(words, *remedy).shown_by(records.iter().copied()));
    vec![Finding::whole(Outcome::Inconclusive, unseen.into_iter().chain(told).collect())]
}

/// Why what a host takes says nothing of the DUT.
pub(crate) const HOST_TAKES: &str =
    "a host may take that for others, and what the DUT offers there was not seen";
/// What tells it, before the place.
pub(crate) const SEE_OFFER: &str = "see in a capture what the DUT offers";

/// What to do when nobody looked.
pub(crate) const REMEDY: &str = "run `assize assess` with the DUT on the bench";

/// Something found on a port of the DUT.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) record: u64,
    pub(crate) transport: Transport,
    pub(crate) port: u16,
}

impl Found {
    pub(crate) fn words(&self) -> String {
        port_words(self.transport, self.port)
    }

    fn is_at(&self, other: &Self) -> bool {
        (self.transport, self.port) == (other.transport, other.port)
    }
}

impl From<OpenPort> for Found {
    fn from(open: OpenPort) -> Self {
        Self { record: open.record, transport: open.transport, port: open.port }
    }
}

impl From<(u64, &Service)> for Found {
    fn from((record, service): (u64, &Service)) -> Self {
        Self { record, transport: service.transport, port: service.port }
    }
}

/// The open ports of the DUT.
pub(crate) fn open_ports(scene: &Scene) -> Vec<Found> {
    scene.open_ports().into_iter().map(Found::from).collect()
}

/// A search for what the declaration leaves out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<'s> {
    /// What is searched for, singular: `password login`.
    pub(crate) what: &'s str,
    /// The table that has to name it.
    pub(crate) table: &'s str,
    /// What to do about one that is not declared.
    pub(crate) remedy: &'s str,
    /// What has to have been looked at before nothing found means something.
    pub(crate) looks: &'s [Look],
}

/// Judges a search for logins: those that are sure, also because the tester was let in there, and those that may be one,
/// also because a play says so.
pub(crate) fn judge_logins(
    scene: &Scene,
    search: &Search,
    logins: Vec<(u64, &Service)>,
    declared: &[&Place],
) -> Vec<Finding> {
    let (sure, unsure): (Vec<_>, Vec<_>) = logins.into_iter().partition(|(_, s)| has_login(scene, s));
    let mut sure: Vec<Found> = sure.into_iter().map(Found::from).collect();
    let mut entered = entered(scene);
    entered.retain(|e| !sure.iter().any(|f| f.is_at(e)));
    sure.extend(entered);
    let mut findings = judge_search(scene, search, sure, declared);
    let is_declared = |f: &Found| names(declared.iter().copied(), f.transport, f.port);
    let unsure: Vec<(Found, &Service)> = unsure
        .into_iter()
        .map(|found| (Found::from(found), found.1))
        .filter(|(f, _)| !is_declared(f))
        .collect();
    let plays = login_plays(scene).filter(|(_, at)| !names(declared.iter().copied(), at.transport, at.port));
    let plays: Vec<Indication> = plays.map(|(play, at)| has_play(search, play, at)).collect();
    let is_clear = unsure.is_empty() && plays.is_empty();
    if is_clear || findings.iter().any(|f| f.outcome == Outcome::Fail) {
        return findings;
    }
    findings.retain(|f| f.outcome == Outcome::Inconclusive);
    let earlier = findings.into_iter().flat_map(|f| f.indications);
    let notes = unsure.iter().map(|(f, service)| may_be_login(scene, search, f, service));
    vec![Finding::whole(Outcome::Inconclusive, earlier.chain(notes).chain(plays).collect())]
}

/// Where the tester was let in by a play that says what success holds: behind a page that a script fills in, nothing
/// else may show a login.
fn entered(scene: &Scene) -> Vec<Found> {
    let in_by = |answer: &LoginAnswer| answer.accepted && is_told(scene, &answer.play);
    let mut all: Vec<Found> = scene
        .facts()
        .filter_map(|(record, fact)| match fact {
            Fact::LoginAnswer(answer) if scene.is_dut(&answer.target) && in_by(answer) => {
                Some(Found { record, transport: Transport::Tcp, port: answer.port })
            }
            _ => None,
        })
        .collect();
    all.sort_by_key(|f| (f.port, f.record));
    all.dedup_by_key(|f| f.port);
    all
}

/// The plays that log in at the DUT, with where.
fn login_plays<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (&'a Play, &'a Place)> {
    let plays = scene.declaration.product.bench.play.iter();
    let logins = plays.filter(|play| play.purpose == Some(Purpose::LogIn));
    logins.filter_map(|play| Some((play, play.at.as_ref().filter(|at| at.host.is_none())?)))
}

/// A login that the bench itself is told of.
fn has_play(search: &Search, play: &Play, at: &Place) -> Indication {
    let words = format!(
        "The play \"{}\" logs in at {at}, so that there may be a {} that IXIT {} does not declare.",
        play.id, search.what, search.table
    );
    Indication::note(words, search.remedy).at(Pointer::ixit([search.table]))
}

/// Judges what a search found: FAIL for what is not declared, PASS when everything was looked at and is declared.
pub(crate) fn judge_search(
    scene: &Scene,
    search: &Search,
    found: Vec<Found>,
    declared: &[&Place],
) -> Vec<Finding> {
    let is_declared = |f: &Found| names(declared.iter().copied(), f.transport, f.port);
    let wavering = wavering(scene);
    let is_steady = |f: &Found| !wavering.iter().any(|w| w.transport == f.transport && w.port == f.port);
    let (known, undeclared): (Vec<Found>, Vec<Found>) = found.into_iter().partition(is_declared);
    let undeclared: Vec<Found> = undeclared.into_iter().filter(is_steady).collect();
    if !undeclared.is_empty() {
        let against = undeclared.iter().map(|f| {
            let words = undeclared_words(scene, search, f);
            Indication::against(words, search.remedy).shown_by([f.record]).at(Pointer::ixit([search.table]))
        });
        return vec![Finding::whole(Outcome::Fail, against.collect())];
    }
    let gaps = gaps(scene, search.looks);
    if !gaps.is_empty() {
        return never_looked(&gaps);
    }
    let doubtful: Vec<Found> = wavering.into_iter().filter(|f| !is_declared(f)).collect();
    if !doubtful.is_empty() {
        return undecided(search, &doubtful);
    }
    let riddles: Vec<Found> = riddles(scene, search).into_iter().filter(|f| !is_declared(f)).collect();
    if !riddles.is_empty() {
        return not_understood(scene, search, &riddles);
    }
    let unheard: Vec<Found> = match search.looks.contains(&Look::UdpServices) {
        true => unheard(scene).into_iter().filter(|f| !is_declared(f)).collect(),
        false => Vec::new(),
    };
    if !unheard.is_empty() {
        let doubt = format!("there is a {} that IXIT {} does not declare", search.what, search.table);
        return vec![not_heard(&unheard, &doubt, Pointer::ixit([search.table]))];
    }
    let ports: Vec<String> = known.iter().map(Found::words).collect();
    let looked = looked_at(search.looks);
    let words = match ports.len() {
        0 => format!("{looked}; there is no {}.", search.what),
        1 => format!("{looked}; the only {} is on {}, as declared.", search.what, ports[0]),
        n => format!("{looked}; all {n} {}s are declared: {}.", search.what, list(&ports)),
    };
    let shown = scans(scene).into_iter().chain(known.iter().map(|f| f.record));
    let note = Indication::favour(words).shown_by(shown).at(Pointer::ixit([search.table]));
    vec![Finding::whole(Outcome::Pass, vec![note])]
}

/// TCP ports of the DUT that were open at one look and closed at another, and of which nothing else is known.
pub(crate) fn wavering(scene: &Scene) -> Vec<Found> {
    let is_known = |port: u16| {
        scene.facts().any(|(_, fact)| match fact {
            Fact::Service(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            Fact::Silence(s) => scene.is_dut(&s.target) && s.transport == Transport::Tcp && s.port == port,
            _ => false,
        })
    };
    let bench = scene.bench_ports(Transport::Tcp);
    let closed = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TcpPort(p) if scene.is_dut(&p.target) && p.state == PortState::Closed => {
            Some(Found { record, transport: Transport::Tcp, port: p.port })
        }
        _ => None,
    });
    let mut all: Vec<Found> = closed.filter(|f| !is_known(f.port) && !bench.contains(&f.port)).collect();
    all.sort_by_key(|f| (f.port, f.record));
    all.dedup_by_key(|f| f.port);
    all
}

/// UDP ports of the DUT that neither answered nor refused: something may listen there (adr 0006). Where a control address
/// that refuses others is as silent, that is the bench's doing.
pub(crate) fn unheard(scene: &Scene) -> Vec<Found> {
    let dut = udp_ports(scene, |target| scene.is_dut(target));
    let control = scene.declaration.product.bench.control.as_deref();
    let beside = udp_ports(scene, |target| Some(target) == control);
    let refuses = beside.iter().any(|(_, state)| *state == PortState::Closed);
    let is_silent = |ports: &[(Found, PortState)], port: u16| {
        let mut here = ports.iter().filter(|(f, _)| f.port == port).peekable();
        here.peek().is_some() && here.all(|(_, state)| *state == PortState::Silent)
    };
    let open = scene.open_ports();
    let is_open = |port: u16| open.iter().any(|p| p.transport == Transport::Udp && p.port == port);
    let silent = dut.iter().map(|(found, _)| *found).filter(|f| is_silent(&dut, f.port) && !is_open(f.port));
    let mut silent: Vec<Found> = silent.filter(|f| !(refuses && is_silent(&beside, f.port))).collect();
    silent.dedup_by_key(|f| f.port);
    silent
}

/// How UDP ports of a host answered, by port.
fn udp_ports(scene: &Scene, is_here: impl Fn(&str) -> bool) -> Vec<(Found, PortState)> {
    let ports = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::UdpPort(p) if is_here(&p.target) => {
            Some((Found { record, transport: Transport::Udp, port: p.port }, p.state))
        }
        _ => None,
    });
    let mut all: Vec<(Found, PortState)> = ports.collect();
    all.sort_by_key(|(f, _)| (f.port, f.record));
    all
}

/// Most silent ports that are named one by one.
const MOST_NAMED: usize = 8;

/// The finding where ports stayed silent, and what that leaves in doubt, as a clause.
pub(crate) fn not_heard(ports: &[Found], doubt: &str, at: Pointer) -> Finding {
    let mut named: Vec<String> = ports.iter().take(MOST_NAMED).map(Found::words).collect();
    if ports.len() > MOST_NAMED {
        named.push(format!("{} more", ports.len() - MOST_NAMED));
    }
    let words = format!(
        "The DUT neither answered nor refused at {}, so that nobody could tell whether {doubt}.",
        list(&named)
    );
    let remedy = "look on the DUT at what listens there, or at the filter's rules, and answer by hand";
    let note = Indication::note(words, remedy).shown_by(ports.iter().map(|f| f.record)).at(at);
    Finding::whole(Outcome::Inconclusive, vec![note])
}

/// Ports that nobody could say anything of, because they were gone at the second look.
fn undecided(search: &Search, doubtful: &[Found]) -> Vec<Finding> {
    let notes = doubtful.iter().map(|f| {
        let words = format!(
            "The DUT's port {} was open at one look and closed at the next, so that nobody could tell whether it is a {} \
             that IXIT {} does not declare.",
            f.words(),
            search.what,
            search.table
        );
        Indication::note(words, "find out what opens the port, and assess again")
            .shown_by([f.record])
            .at(Pointer::ixit([search.table]))
    });
    vec![Finding::whole(Outcome::Inconclusive, notes.collect())]
}

/// Ports whose protocol nobody recognised, where that decides the search.
fn riddles(scene: &Scene, search: &Search) -> Vec<Found> {
    if !search.looks.contains(&Look::Identify) {
        return Vec::new();
    }
    let is_riddle = |s: &Service| {
        let is_told = !matches!(s.protocol, Protocol::Tls | Protocol::Unknown);
        s.login.is_none() && (!is_told || shows_no_page(scene, s))
    };
    services(scene).into_iter().filter(|(_, s)| is_riddle(s)).map(Found::from).collect()
}

/// Whether a web server answered only that it cannot serve now, or led on to a page of its own that nobody saw.
fn shows_no_page(scene: &Scene, service: &Service) -> bool {
    let answers = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::HttpAnswer(a) if scene.is_dut(&a.target) && a.port == service.port => Some((record, a)),
        _ => None,
    });
    let is_own = |to: &str| to.starts_with('/') && !to.starts_with("//");
    let last = answers.max_by_key(|(record, _)| *record);
    service.transport == Transport::Tcp
        && service.protocol.is_web()
        && last.is_some_and(|(_, a)| {
            let is_put_off = matches!(a.status, 429 | 500 | 502 | 503 | 504);
            is_put_off || a.redirect.as_deref().is_some_and(is_own)
        })
}

/// Ports that answer, and not in a way that shows what is searched for or excludes it.
fn not_understood(scene: &Scene, search: &Search, riddles: &[Found]) -> Vec<Finding> {
    let notes = riddles.iter().map(|f| {
        let words = format!(
            "The DUT speaks {} on {}, so that nobody could tell whether there is a {} that IXIT {} does not declare.",
            riddle_words(scene, f),
            f.words(),
            search.what,
            search.table
        );
        let remedy = format!("find out by hand what {} speaks, and whether there is a {}", f.words(), search.what);
        Indication::note(words, remedy).shown_by([f.record]).at(Pointer::ixit([search.table]))
    });
    vec![Finding::whole(Outcome::Inconclusive, notes.collect())]
}

fn riddle_words(scene: &Scene, f: &Found) -> String {
    let here = services(scene).into_iter().find(|(_, s)| s.transport == f.transport && s.port == f.port);
    match here {
        Some((_, s)) if s.protocol.is_web() => {
            format!("{} without a page that says anything", s.protocol.words())
        }
        _ => spoken(scene, f).unwrap_or("an unknown protocol").to_owned(),
    }
}

/// The protocol of a port, in words.
fn spoken(scene: &Scene, f: &Found) -> Option<&'static str> {
    let here = services(scene).into_iter().find(|(_, s)| s.transport == f.transport && s.port == f.port);
    here.map(|(_, s)| match s.protocol {
        Protocol::Tls => "TLS with an unknown protocol inside",
        protocol => protocol.words(),
    })
}

/// What was found, where, what it speaks, and which table leaves it out.
fn undeclared_words(scene: &Scene, search: &Search, f: &Found) -> String {
    let spoken = spoken(scene, f).map(|protocol| format!(", speaking {protocol}")).unwrap_or_default();
    format!(
        "The DUT has a {} on {}{spoken}, that IXIT {} does not declare.",
        search.what,
        f.words(),
        search.table
    )
}

/// What was looked at, as the beginning of a sentence.
pub(crate) fn looked_at(looks: &[Look]) -> &'static str {
    if looks.contains(&Look::UdpServices) {
        "All TCP ports and the usual UDP services of the DUT were looked at"
    } else {
        "All TCP ports of the DUT were looked at"
    }
}

/// The posture recorded for a place, asked by the name of its host.
pub(crate) fn posture_at<'a>(
    scene: &Scene<'a>,
    address: &str,
    place: &Place,
) -> Option<(u64, &'a TlsPosture)> {
    let name = scene.name_of(place);
    let is_here = |p: &TlsPosture| {
        p.target == address
            && p.port == place.port
            && p.name == name
            && p.transport.unwrap_or(Transport::Tcp) == place.transport
    };
    let postures = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::TlsPosture(p) if is_here(p) => Some((record, p)),
        _ => None,
    });
    postures.min_by_key(|(record, _)| *record)
}
