//! Ports that the bench opens for a moment while the DUT is scanned: they are told from the DUT's own by a second look at
//! the control address. Live, on loopback addresses of the test's own.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use assize_lab::{Budget, Folder, Hands, Judged, ProbeId, Progress, Step, Stored, assess, catalogue, judge};
use assize_model::fact::{ControlLook, Fact, PortState};
use tempfile::TempDir;

/// What the bench does with the port on all its addresses.
#[derive(Clone, Copy, PartialEq)]
enum Bench {
    /// Nothing.
    Idle,
    /// It has the port from the moment at which the DUT's scan begins.
    Opens,
    /// And lets go of it as soon as it was seen.
    OpensForAMoment,
}

/// A DUT with its two declared ports, one that is not declared, and a bench beside it.
struct Scene {
    folder: TempDir,
    device: Ipv4Addr,
    own: TcpListener,
    _declared: Vec<TcpListener>,
}

/// Opens and lets go of the port as the run goes on.
struct Meddler {
    bench: Bench,
    port: u16,
    listener: Option<TcpListener>,
    device: String,
}

impl Progress for Meddler {
    fn step(&mut self, _number: usize, _of: usize, step: &Step) {
        let is_scan = step.probe == ProbeId::TcpPorts && !step.control;
        if is_scan && self.bench != Bench::Idle {
            self.listener = Some(TcpListener::bind(("0.0.0.0", self.port)).unwrap());
        }
    }

    fn fact(&mut self, _record: u64, fact: &Fact) {
        let is_seen =
            matches!(fact, Fact::PortScan(s) if s.target == self.device && s.open.contains(&self.port));
        if is_seen && self.bench == Bench::OpensForAMoment {
            self.listener = None;
        }
    }
}

impl Scene {
    fn set() -> Self {
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_micros();
        let [_, _, a, b] = (clock ^ std::process::id().wrapping_mul(7919)).to_be_bytes();
        let device = Ipv4Addr::new(127, 210, a, b);
        let control = Ipv4Addr::new(127, 211, a, b);
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/products/halden-plug");
        let folder = TempDir::new().unwrap();
        for name in assize_lab::SKELETON_FILES {
            let text = std::fs::read_to_string(source.join(name)).unwrap();
            let text = text.replace("127.77.3.10", &device.to_string());
            let text = text.replace("127.77.3.30", &control.to_string());
            let lines = text.lines().filter(|line| !line.starts_with("allow = "));
            std::fs::write(folder.path().join(name), lines.collect::<Vec<_>>().join("\n")).unwrap();
        }
        let declared = [8443, 8081].map(|port| TcpListener::bind((device, port)).unwrap());
        let own = TcpListener::bind((device, 0)).unwrap();
        Self { folder, device, own, _declared: declared.into() }
    }

    /// The port of the DUT that it does not declare.
    fn own(&self) -> u16 {
        self.own.local_addr().unwrap().port()
    }

    /// A run during which the bench does this with a port; gives the port too.
    fn run(&self, bench: Bench) -> (u16, Judged) {
        // Below the ports that the system hands out, so that nobody is given it meanwhile.
        let free = |port: &u16| TcpListener::bind(("0.0.0.0", *port)).is_ok();
        let port = (20_000 + self.own() % 8000..32_000).find(free).unwrap();
        let folder = Folder::open(self.folder.path()).unwrap();
        let short = Duration::from_millis(200);
        let budget = Budget { read: short, banner: short / 2, settle: short, ..Budget::default() };
        let mut meddler = Meddler { bench, port, listener: None, device: self.device.to_string() };
        assess(&folder, catalogue().unwrap(), &budget, Some(&Hands::default()), &mut meddler).unwrap();
        (port, judge(&folder, catalogue().unwrap(), None).unwrap())
    }

    fn facts(&self) -> Vec<Fact> {
        let stored = Stored::read(&Folder::open(self.folder.path()).unwrap().log().unwrap()).unwrap();
        stored.facts.recorded.into_iter().map(|r| r.fact).collect()
    }

    fn look(&self) -> ControlLook {
        let looks = self.facts().into_iter().filter_map(|fact| match fact {
            Fact::ControlLook(look) => Some(look),
            _ => None,
        });
        let looks: Vec<ControlLook> = looks.collect();
        let [look] = looks.as_slice() else { panic!("{looks:?}") };
        look.clone()
    }
}

/// Whether the verdicts hold a port against the DUT.
fn is_held_against(judged: &Judged, port: u16) -> bool {
    format!("{:?}", judged.assessment.contradictions).contains(&format!("tcp/{port}"))
}

fn is_told_as_the_benchs(judged: &Judged, port: u16) -> bool {
    judged
        .assessment
        .troubles
        .iter()
        .any(|t| t.starts_with("left out as the bench's") && t.contains(&format!("tcp/{port}")))
}

#[test]
fn what_only_the_dut_has_is_held_against_it() {
    let scene = Scene::set();
    let (_, judged) = scene.run(Bench::Idle);
    assert!(is_held_against(&judged, scene.own()), "{:?}", judged.assessment.contradictions);
    assert!(!is_told_as_the_benchs(&judged, scene.own()));
    let look = scene.look();
    assert!(look.asked.contains(&scene.own()) && look.asked.contains(&8443), "{look:?}");
    assert!(!look.open.contains(&scene.own()), "{look:?}");
}

#[test]
fn a_port_that_the_bench_opens_between_its_two_scans_is_the_benchs() {
    let scene = Scene::set();
    let (port, judged) = scene.run(Bench::Opens);
    let look = scene.look();
    assert!(look.alike.contains(&port), "{look:?}");
    assert!(!is_held_against(&judged, port), "{:?}", judged.assessment.contradictions);
    assert!(is_told_as_the_benchs(&judged, port), "{:?}", judged.assessment.troubles);
    assert!(is_held_against(&judged, scene.own()), "the DUT's own is not hidden by it");
}

#[test]
fn a_port_that_is_gone_at_the_next_look_is_told_and_decides_nothing() {
    let scene = Scene::set();
    let (port, judged) = scene.run(Bench::OpensForAMoment);
    assert!(!is_held_against(&judged, port), "{:?}", judged.assessment.contradictions);
    assert!(!is_told_as_the_benchs(&judged, port), "nobody saw it on the control address");
    let told = scene.facts().into_iter().any(|fact| {
        matches!(fact, Fact::TcpPort(p) if p.port == port && p.state == PortState::Closed && p.momentary)
    });
    assert!(told, "closed, and open before");
    assert!(is_held_against(&judged, scene.own()));
}
