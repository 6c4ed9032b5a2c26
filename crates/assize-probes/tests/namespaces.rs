//! Discovery in network namespaces that the test makes itself: a bench and a device joined by a wire, the device
//! resetting, dropping, rejecting at the kernel's limited rate, accepting everything, or going away in the middle.
//! Needs root, `ip` and `nft`; the test runs itself again inside the namespaces.

use std::{
    collections::BTreeSet,
    io::Read,
    net::{IpAddr, TcpListener, UdpSocket},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use assize_model::fact::{Fact, PortState, Transport};
use assize_probes::{Budget, Observation, ProbeId, Target, Trouble};

const OPEN: [u16; 5] = [22, 80, 1883, 8443, 65535];
/// What this program is to do when it runs itself again.
const ROLE: &str = "ASSIZE_TEST_ROLE";
const V4: &str = "10.91.0.2";
const V6: &str = "fd91::2";

#[test]
fn closed_ports_that_reset() {
    let Some(wire) = Wire::lay() else { return };
    for said in wire.scan_both("") {
        assert_eq!(said, "open 22,80,1883,8443,65535 tried 65535 closed 65530 silent 0 ok");
    }
}

#[test]
fn closed_ports_that_drop() {
    let Some(wire) = Wire::lay() else { return };
    wire.filter("meta l4proto tcp drop");
    for said in wire.scan_both("") {
        assert_eq!(said, "open 22,80,1883,8443,65535 tried 65535 closed 0 silent 65530 ok");
    }
}

#[test]
fn closed_ports_that_reject_at_a_limited_rate() {
    let Some(wire) = Wire::lay() else { return };
    wire.filter("meta l4proto tcp reject");
    for said in wire.scan_both("") {
        assert!(
            said.starts_with("open 22,80,1883,8443,65535 tried 65535 ") && said.ends_with(" ok"),
            "{said}"
        );
    }
}

#[test]
fn a_wire_that_loses_packets() {
    let Some(wire) = Wire::lay() else { return };
    wire.lose(10);
    let said = wire.scan(V4, "");
    assert!(said.starts_with("open 22,80,1883,8443,65535 tried 65535 ") && said.ends_with(" ok"), "{said}");
}

#[test]
fn a_host_that_accepts_everything() {
    let Some(wire) = Wire::lay() else { return };
    wire.nft("table inet n {\nchain p { type nat hook prerouting priority -100;\ntcp dport 1-65535 redirect to :80\n}\n}");
    assert_eq!(
        wire.scan(V4, ""),
        "open 1024 ports; failed to tell services from a host that accepts everything: 10.91.0.2 accepted connections at 65535 ports"
    );
}

#[test]
fn a_device_that_goes_away() {
    let Some(wire) = Wire::lay() else { return };
    let child = wire.start(V4, "slow");
    thread::sleep(Duration::from_secs(2));
    wire.silence();
    let said = finish(child);
    assert!(said.contains("stopped answering after ") && said.contains("did not answer again"), "{said}");
    assert!(said.contains("failed to get 10.91.0.2 to answer again"), "{said}");
    assert!(!said.contains("tried 65535"), "half a scan is no scan: {said}");
}

#[test]
fn a_device_that_goes_away_and_comes_back() {
    let Some(wire) = Wire::lay() else { return };
    let child = wire.start(V4, "slow");
    thread::sleep(Duration::from_secs(2));
    wire.silence();
    thread::sleep(Duration::from_secs(5));
    wire.nft("");
    let said = finish(child);
    assert!(said.contains("stopped answering after ") && said.contains("answered again within"), "{said}");
    assert!(said.ends_with("open 22,80,1883,8443,65535 tried 65535 closed 65530 silent 0 ok"), "{said}");
}

#[test]
fn udp_refusals_at_a_limited_rate() {
    let Some(wire) = Wire::lay() else { return };
    for address in [V4, V6] {
        let said = wire.scan(address, "udp");
        assert!(said.starts_with("udp open 123 and 69 from elsewhere; closed at least 6"), "{said}");
    }
}

/// Two namespaces joined by a wire, and a device in one of them; all of it ends with this.
struct Wire {
    bench: String,
    device: String,
    program: Option<Child>,
}

impl Wire {
    /// `None` when this machine cannot; the reason is said.
    fn lay() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let can = |program: &str| Command::new(program).arg("-V").output().is_ok_and(|o| o.status.success());
        if !can("ip") || !can("nft") {
            return not_run("`ip` (iproute2) and `nft` (nftables) are needed");
        }
        let name = format!("{}{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut wire = Self { bench: format!("ab{name}"), device: format!("ad{name}"), program: None };
        if !ip(&format!("netns add {}", wire.bench)) || !ip(&format!("netns add {}", wire.device)) {
            return not_run("making network namespaces takes root");
        }
        for part in [
            "link add b0 netns BENCH type veth peer name d0 netns DEVICE",
            "-n BENCH addr add 10.91.0.1/24 dev b0",
            "-n DEVICE addr add 10.91.0.2/24 dev d0",
            "-n BENCH addr add fd91::1/64 dev b0 nodad",
            "-n DEVICE addr add fd91::2/64 dev d0 nodad",
            "-n BENCH link set lo up",
            "-n DEVICE link set lo up",
            "-n BENCH link set b0 up",
            "-n DEVICE link set d0 up",
        ] {
            assert!(ip(&part.replace("BENCH", &wire.bench).replace("DEVICE", &wire.device)), "ip {part}");
        }
        let mut program = again(&wire.device, "device");
        let mut ready = [0];
        program.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
        wire.program = Some(program);
        Some(wire)
    }

    /// Gives the device a packet filter in place of the one it has.
    fn nft(&self, rules: &str) {
        nft(&self.device, rules);
    }

    /// What happens to packets to ports that are not open.
    fn filter(&self, rule: &str) {
        let open = OPEN.map(|port| port.to_string()).join(",");
        self.nft(&format!(
            "table inet f {{\nchain i {{ type filter hook input priority 0; policy accept;\ntcp dport {{ {open} }} accept\n{rule}\n}}\n}}"
        ));
    }

    /// The device does not answer any more.
    fn silence(&self) {
        self.nft("table inet f {\nchain i { type filter hook input priority 0; policy accept;\nmeta l4proto tcp drop\n}\n}");
    }

    /// So many of a hundred packets are lost, each way.
    fn lose(&self, percent: u32) {
        let chain = |name: &str, hook: &str| {
            format!(
                "chain {name} {{ type filter hook {hook} priority -10; policy accept;\nmeta l4proto tcp numgen random mod 100 < {percent} drop\n}}\n"
            )
        };
        nft(&self.bench, &format!("table inet l {{\n{}{}}}", chain("i", "input"), chain("o", "postrouting")));
    }

    fn start(&self, address: &str, how: &str) -> Child {
        again(&self.bench, &format!("scan {address} {how}"))
    }

    fn scan(&self, address: &str, how: &str) -> String {
        finish(self.start(address, how))
    }

    /// A scan over IPv4 and one over IPv6 at the same time.
    fn scan_both(&self, how: &str) -> [String; 2] {
        [V4, V6].map(|address| self.start(address, how)).map(finish)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if let Some(mut program) = self.program.take() {
            program.kill().ok();
            program.wait().ok();
        }
        ip(&format!("netns del {}", self.bench));
        ip(&format!("netns del {}", self.device));
    }
}

fn ip(arguments: &str) -> bool {
    Command::new("ip").args(arguments.split(' ')).output().is_ok_and(|output| output.status.success())
}

fn nft(namespace: &str, rules: &str) {
    let rules = format!("flush ruleset\n{rules}\n");
    let status = Command::new("ip").args(["netns", "exec", namespace, "nft", &rules]).status().unwrap();
    assert!(status.success(), "nft {rules}");
}

/// Runs this very program in a namespace, in a role.
fn again(namespace: &str, role: &str) -> Child {
    let own = std::env::current_exe().unwrap();
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace]).arg(own).args(["--exact", "in_a_role", "--nocapture"]);
    command.env(ROLE, role).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
}

/// What a program said between the marks.
fn finish(child: Child) -> String {
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let inside = said.split("<<").nth(1).and_then(|rest| rest.split(">>").next());
    inside.unwrap_or_else(|| panic!("no result in {said:?}")).to_owned()
}

#[expect(clippy::print_stdout, reason = "the test's output is where the reason is looked for")]
fn not_run(why: &str) -> Option<Wire> {
    println!("NOT RUN: {why}");
    assert!(std::env::var_os("ASSIZE_CI").is_none(), "not run in CI: {why}");
    None
}

/// Nothing by itself: what this program does inside a namespace.
#[test]
fn in_a_role() {
    let Ok(role) = std::env::var(ROLE) else { return };
    match role.split(' ').collect::<Vec<_>>()[..] {
        ["device"] => be_device(),
        ["scan", address, how] => be_bench(address.parse().unwrap(), how),
        _ => panic!("{role}"),
    }
}

#[expect(clippy::print_stdout, reason = "the parent reads it")]
fn be_device() {
    let listeners: Vec<TcpListener> =
        OPEN.iter().map(|port| TcpListener::bind(("::", *port)).unwrap()).collect();
    let [clock, files, behind] = [123, 69, 0].map(|port| UdpSocket::bind(("::", port)).unwrap());
    println!("!");
    for listener in listeners {
        thread::spawn(move || {
            for stream in listener.incoming() {
                drop(stream);
            }
        });
    }
    thread::spawn(move || echo(&clock, &clock));
    thread::spawn(move || echo(&files, &behind));
    thread::sleep(Duration::from_secs(300));
}

fn echo(front: &UdpSocket, back: &UdpSocket) {
    let mut buffer = [0; 2000];
    while let Ok((size, from)) = front.recv_from(&mut buffer) {
        back.send_to(&buffer[..size], from).ok();
    }
}

#[expect(clippy::print_stdout, reason = "the parent reads it")]
fn be_bench(address: IpAddr, how: &str) {
    let budget = match how {
        "slow" => Budget { rate: 8000, patience: Duration::from_secs(8), ..Budget::default() },
        _ => Budget::default(),
    };
    let probe = if how == "udp" { ProbeId::UdpServices } else { ProbeId::TcpPorts };
    let mut seen: Vec<Observation> = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begin = Instant::now();
    let target = Target::new(address).unwrap();
    let ended = runtime.block_on(assize_probes::run(probe, &target, &[], &budget, &mut seen));
    let said = if how == "udp" { udp(&seen) } else { tcp(&seen, ended) };
    println!("{:?}\n<<{said}>>", begin.elapsed());
}

fn tcp(seen: &[Observation], ended: Result<(), Trouble>) -> String {
    let mut said = String::new();
    let mut open = BTreeSet::new();
    for observation in seen {
        match &observation.fact {
            Fact::TcpPort(port) if port.state == PortState::Open => {
                open.insert(port.port);
            }
            Fact::Unresponsive(_) => said += &format!("{}; ", observation.fact.words()),
            Fact::PortScan(scan) => {
                assert_eq!(scan.open, open.iter().copied().collect::<Vec<_>>());
                let open = scan.open.iter().map(u16::to_string).collect::<Vec<_>>().join(",");
                let (tried, closed, silent) = (scan.tried, scan.closed, scan.silent);
                return format!("{said}open {open} tried {tried} closed {closed} silent {silent} ok");
            }
            _ => {}
        }
    }
    format!("{said}open {} ports; failed to {}", open.len(), ended.unwrap_err())
}

fn udp(seen: &[Observation]) -> String {
    let mut closed = 0;
    let (mut clock, mut files) = (false, false);
    for observation in seen {
        match &observation.fact {
            Fact::UdpPort(p) if p.port == 123 => {
                clock = p.state == PortState::Open && p.answered_from.is_none()
            }
            Fact::UdpPort(p) if p.port == 69 => files = p.answered_from.is_some(),
            Fact::UdpPort(p) => assert_ne!(p.state, PortState::Open, "{p:?}"),
            Fact::PortScan(scan) if scan.transport == Transport::Udp => closed = scan.closed,
            _ => {}
        }
    }
    assert!(clock && files, "{seen:?}");
    format!("udp open 123 and 69 from elsewhere; closed at least {}", closed.min(6))
}
