//! Nothing breaks: every probe against servers that want it to, over the transport of the case; of what is asked over UDP,
//! six services are there to answer it, and DTLS, SNMP guesses and input over UDP meet ports that stay silent. Each case runs in a process of its own, in which all
//! probes look at the hostile target one after the other. Every probe ends within its budget, nothing crashes, memory
//! stays below a bound, and nobody ever connects to the decoy to which the servers point.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

#[path = "hostile/messages.rs"]
mod messages;
#[path = "hostile/runs.rs"]
mod runs;
#[path = "hostile/servers.rs"]
mod servers;

use std::env;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use assize_probes::{ProbeId, Target};
use runs::{allowed, probed};
use servers::{CASES, Case, Decoy};

/// What a process with all probes may use at most, in KiB.
const MEMORY: u64 = 256 * 1024;
/// How much longer than its budget a probe may take on a machine that has other work.
const SLACK: Duration = Duration::from_secs(10);
/// How many cases are looked at at once.
const AT_ONCE: usize = 12;

/// The variables that make a process the one that runs the probes.
const ADDRESS: &str = "ASSIZE_HOSTILE_ADDRESS";
const PORTS: &str = "ASSIZE_HOSTILE_PORTS";
const RESULT: &str = "ASSIZE_HOSTILE_RESULT";

/// An address that no other case of this run has.
fn address(n: usize) -> Ipv4Addr {
    let [a, b, ..] = std::process::id().to_le_bytes();
    Ipv4Addr::new(127, 160 + a % 32, b, u8::try_from(n + 1).unwrap())
}

#[test]
fn no_hostile_server_breaks_a_probe() {
    let queue = Mutex::new(CASES.iter().enumerate().collect::<Vec<_>>());
    let only = env::var("ASSIZE_HOSTILE").ok();
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((n, case)) = queue.lock().unwrap().pop() else { return };
                    if only.as_ref().is_none_or(|o| o == case.name) {
                        let found = look(case, address(n));
                        wrong
                            .lock()
                            .unwrap()
                            .extend(found.into_iter().map(|w| format!("{}: {w}", case.name)));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Starts the case's servers, lets a process run every probe on them, and tells what went wrong.
fn look(case: &'static Case, at: Ipv4Addr) -> Vec<String> {
    let decoy = Decoy::open();
    let ports = case.start(at, decoy.place());
    let result = env::temp_dir().join(format!("assize-hostile-{at}"));
    let _ = std::fs::remove_file(&result);
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "every_probe_in_a_process_of_its_own"])
        .env(ADDRESS, at.to_string())
        .env(PORTS, ports.join(","))
        .env(RESULT, &result)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + ProbeId::ALL.into_iter().map(|p| allowed(p) + SLACK).sum::<Duration>();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if Instant::now() > end => break None,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    let told = std::fs::read_to_string(&result).unwrap_or_default();
    let _ = std::fs::remove_file(&result);
    let mut wrong: Vec<String> =
        told.lines().filter_map(|l| l.strip_prefix("wrong ")).map(str::to_owned).collect();
    match status {
        None => {
            child.kill().unwrap();
            child.wait().unwrap();
            wrong.push(format!("the process hangs after: {told}"));
        }
        Some(status) if !status.success() => {
            wrong.push(format!("the process ended with {status} after: {told}"))
        }
        Some(_) if !told.ends_with("end\n") => wrong.push(format!("the process told too little: {told}")),
        Some(_) => {}
    }
    wrong.extend(decoy.visits().into_iter().map(|v| format!("a probe left its target: {v}")));
    wrong
}

#[test]
fn the_decoy_notices_who_comes() {
    let decoy = Decoy::open();
    assert!(decoy.visits().is_empty());
    let _connection = std::net::TcpStream::connect(decoy.place()).unwrap();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.send_to(b"x", decoy.place()).unwrap();
    let end = Instant::now() + SLACK;
    while decoy.visits().len() < 2 && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(decoy.visits().len(), 2);
}

/// The process of a case; by itself it does nothing.
#[test]
fn every_probe_in_a_process_of_its_own() {
    let Ok(address) = env::var(ADDRESS) else { return };
    let target = Target::new(address.parse::<IpAddr>().unwrap()).unwrap();
    let ports: Vec<u16> = env::var(PORTS).unwrap().split(',').filter_map(|p| p.parse().ok()).collect();
    let result = env::var(RESULT).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for probe in ProbeId::ALL {
        let start = Instant::now();
        let outcomes = runtime.block_on(probed(probe, &target, &ports));
        let took = start.elapsed();
        let mut line = format!("{probe} took {took:?} with {} KiB: {outcomes:?}\n", peak_memory());
        if took > allowed(probe) + SLACK {
            line += &format!("wrong {probe} took {took:?}\n");
        }
        for refusal in ["the bench does not allow it", "it acts on nothing", "it needs"] {
            if line.contains(refusal) {
                line += &format!("wrong {probe} was not run: {refusal}\n");
            }
        }
        if peak_memory() > MEMORY {
            line += &format!("wrong {probe} needed {} KiB\n", peak_memory());
        }
        append(Path::new(&result), &line);
    }
    append(Path::new(&result), "end\n");
}

/// The most memory this process ever had, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn append(path: &Path, text: &str) {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}
