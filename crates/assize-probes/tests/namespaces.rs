//! Discovery in network namespaces that the test makes itself: a bench and a device joined by a wire, the device
//! resetting, dropping, rejecting at the kernel's limited rate, accepting everything, or going away in the middle.
//! Needs root, `ip` and `nft`; the test runs itself again inside the namespaces.
#![expect(clippy::unwrap_used, reason = "helpers of a test may panic where it cannot go on")]

use std::{
    collections::BTreeSet,
    io::Read,
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use assize_model::fact::{Fact, PortState, Transport};
use assize_probes::{Budget, Observation, ProbeId, Target, Trouble, tcp::codec};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, ipproto, recv, send, socket_with,
    sockopt,
};

const OPEN: [u16; 5] = [22, 80, 1883, 8443, 65535];
/// What this program is to do when it runs itself again.
const ROLE: &str = "ASSIZE_TEST_ROLE";
/// By connections, and by SYN segments.
const MANNERS: [&str; 2] = ["", "syn"];
const V4: &str = "10.91.0.2";
const V6: &str = "fd91::2";

#[test]
fn closed_ports_that_reset() {
    let Some(wire) = Wire::lay() else { return };
    for said in MANNERS.iter().flat_map(|how| wire.scan_both(how)) {
        assert_eq!(said, "open 22,80,1883,8443,65535 tried 65535 closed 65530 silent 0 ok");
    }
}

#[test]
fn closed_ports_that_drop() {
    let Some(wire) = Wire::lay() else { return };
    wire.filter("meta l4proto tcp drop");
    for said in MANNERS.iter().flat_map(|how| wire.scan_both(how)) {
        assert_eq!(said, "open 22,80,1883,8443,65535 tried 65535 closed 0 silent 65530 ok");
    }
}

#[test]
fn closed_ports_that_reject_at_a_limited_rate() {
    let Some(wire) = Wire::lay() else { return };
    wire.filter("meta l4proto tcp reject");
    for (how, said) in MANNERS.iter().flat_map(|how| wire.scan_both(how).map(|said| (how, said))) {
        let expect = "open 22,80,1883,8443,65535 tried 65535 ";
        assert!(said.starts_with(expect) && said.ends_with(" ok"), "{said}");
        let hears = !said.contains(" closed 0 ");
        assert!(hears || how.is_empty(), "the messages about refused ones are heard: {said}");
    }
}

#[test]
fn a_wire_that_loses_packets() {
    let Some(wire) = Wire::lay() else { return };
    wire.lose(10);
    for said in MANNERS.map(|how| wire.scan(V4, how)) {
        let expect = "open 22,80,1883,8443,65535 tried 65535 ";
        assert!(said.starts_with(expect) && said.ends_with(" ok"), "{said}");
    }
}

#[test]
fn a_host_that_accepts_everything() {
    let Some(wire) = Wire::lay() else { return };
    wire.nft("table inet n {\nchain p { type nat hook prerouting priority -100;\ntcp dport 1-65535 redirect to :80\n}\n}");
    for said in MANNERS.map(|how| wire.scan(V4, how)) {
        let expect = "open 1024 ports; failed to tell services from a host that accepts everything: 10.91.0.2 accepted ";
        assert!(said.starts_with(expect), "{said}");
    }
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
    let after = said.split("after ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
    assert!(after.is_some_and(|n| (500..24_000).contains(&n)), "8000 per second for two seconds: {said}");
}

#[test]
fn a_device_that_goes_away_and_comes_back() {
    goes_and_comes_back("slow");
}

#[test]
fn half_open_at_a_device_that_goes_away_and_comes_back() {
    goes_and_comes_back("slow-syn");
}

fn goes_and_comes_back(how: &str) {
    let Some(wire) = Wire::lay() else { return };
    let child = wire.start(V4, how);
    thread::sleep(Duration::from_secs(2));
    wire.silence();
    thread::sleep(Duration::from_secs(5));
    wire.nft("");
    let said = finish(child);
    assert!(said.contains("stopped answering after ") && said.contains("answered again within"), "{said}");
    assert!(said.ends_with("open 22,80,1883,8443,65535 tried 65535 closed 65530 silent 0 ok"), "{said}");
}

#[test]
fn half_open_where_resets_are_limited() {
    let Some(wire) = Wire::lay() else { return };
    wire.filter("limit rate over 10000/second drop");
    let said = wire.scan(V4, "syn");
    assert!(said.starts_with("open 22,80,1883,8443,65535 tried 65535 ") && said.ends_with(" ok"), "{said}");
}

/// The bench's own routing is not what such a device reports.
#[test]
fn closed_ports_that_forbid() {
    let Some(wire) = Wire::lay() else { return };
    wire.filter("meta l4proto tcp reject with icmpx type admin-prohibited");
    for said in MANNERS.iter().flat_map(|how| wire.scan_both(how)) {
        let expect = "open 22,80,1883,8443,65535 tried 65535 closed 0 ";
        assert!(said.starts_with(expect) && said.ends_with(" ok"), "{said}");
    }
}

/// A host on the way that answers every SYN with what would be an answer if it knew the number.
#[test]
fn half_open_beside_answers_that_nobody_asked_for() {
    let Some(wire) = Wire::lay() else { return };
    let forger = again(&wire.device, "forge");
    let said = wire.scan(V4, "syn");
    assert_eq!(said, "open 22,80,1883,8443,65535 tried 65535 closed 65530 silent 0 ok");
    let forged = finish(forger);
    assert!(forged.parse::<u32>().is_ok_and(|n| n > 10_000), "{forged} were forged");
}

#[test]
fn half_open_without_the_right_to_it() {
    let Some(wire) = Wire::lay() else { return };
    let own = std::env::current_exe().unwrap();
    let mut command = Command::new("ip");
    command.args(["netns", "exec", &wire.bench, "setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"]);
    command.arg(own).args(["--exact", "in_a_role", "--nocapture"]).env(ROLE, "scan 10.91.0.2 syn");
    let said = finish(command.stdout(Stdio::piped()).spawn().unwrap());
    assert!(
        said.starts_with("open 0 ports; failed to send SYN segments: this bench lacks the right"),
        "{said}"
    );
    assert!(said.contains("CAP_NET_RAW"), "{said}");
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
        ["forge"] => be_forger(),
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

/// Answers each SYN that comes in three times: as if the port were open, with numbers that are wrong.
#[expect(clippy::print_stdout, reason = "the parent reads it")]
fn be_forger() {
    let raw = |protocol| {
        let flags = SocketFlags::CLOEXEC;
        socket_with(AddressFamily::INET, SocketType::RAW, flags, Some(protocol)).unwrap()
    };
    let socket = raw(ipproto::TCP);
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(Duration::from_secs(3))).unwrap();
    let (bench, own): (IpAddr, IpAddr) = ("10.91.0.1".parse().unwrap(), V4.parse().unwrap());
    connect(&socket, &SocketAddr::new(bench, 0)).unwrap();
    let (mut packet, mut forged) = ([0; 2048], 0);
    while let Ok((_, size)) = recv(&socket, &mut packet, RecvFlags::empty()) {
        let Some(syn) = codec::segment(&packet[..size.min(2048)], bench, own) else { continue };
        if syn.get(13) != Some(&2) || OPEN.contains(&u16::from_be_bytes([syn[2], syn[3]])) {
            continue;
        }
        let port = |at: usize| u16::from_be_bytes([syn[at], syn[at + 1]]);
        let number = u32::from_be_bytes([syn[4], syn[5], syn[6], syn[7]]);
        for wrong in [number, number.wrapping_add(2), 0] {
            let ends = [SocketAddr::new(own, port(2)), SocketAddr::new(bench, port(0))];
            send(&socket, &forgery(ends, wrong), SendFlags::empty()).ok();
            forged += 1;
        }
    }
    println!("<<{forged}>>");
}

/// A SYN-ACK with a right checksum and whatever number.
fn forgery([from, to]: [SocketAddr; 2], acknowledges: u32) -> Vec<u8> {
    let mut segment = codec::syn(from, to, 1).to_vec();
    segment[8..12].copy_from_slice(&acknowledges.to_be_bytes());
    segment[13] = 18;
    segment[16..18].copy_from_slice(&[0, 0]);
    let mut whole = segment.clone();
    for address in [from.ip(), to.ip()] {
        let IpAddr::V4(v4) = address else { panic!("IPv4 only") };
        whole.extend(v4.octets());
    }
    whole.extend([0, 6, 0, 24]);
    let mut sum: u32 = whole.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    let sum = !u16::try_from(sum).unwrap();
    segment[16..18].copy_from_slice(&sum.to_be_bytes());
    segment
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
        "syn" => Budget { syn: true, ..Budget::default() },
        "slow-syn" => Budget { syn: true, rate: 8000, patience: Duration::from_secs(8), ..Budget::default() },
        "slow" => Budget { rate: 8000, patience: Duration::from_secs(8), ..Budget::default() },
        _ => Budget::default(),
    };
    let probe = if how == "udp" { ProbeId::UdpServices } else { ProbeId::TcpPorts };
    let mut seen: Vec<Observation> = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begin = Instant::now();
    let target = Target::new(address).unwrap();
    let ended = runtime.block_on(assize_probes::run(probe, &target, &[], &budget, &mut seen));
    let said = if how == "udp" { udp(&seen) } else { tcp(&seen, ended, how) };
    println!("{:?}\n<<{said}>>", begin.elapsed());
}

fn tcp(seen: &[Observation], ended: Result<(), Trouble>, how: &str) -> String {
    let mut said = String::new();
    let mut open = BTreeSet::new();
    for observation in seen {
        match &observation.fact {
            Fact::TcpPort(port) if port.state == PortState::Open => {
                open.insert(port.port);
            }
            Fact::ScanConduct(conduct) => assert_eq!(conduct.half_open, how.ends_with("syn")),
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
