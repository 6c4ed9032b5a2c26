//! The bench of a real service: an address of its own, its processes, and the command that assesses it.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Deserialize;

/// How long a service may take to be ready, an assessment to end, and a service to stop.
const READY: Duration = Duration::from_secs(20);
const ASSESSED: Duration = Duration::from_secs(150);
const STOPPED: Duration = Duration::from_secs(5);

const CONFIGURED: [&str; 2] = ["service.toml", "expected.toml"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    #[serde(rename = "title")]
    _title: String,
    packages: Vec<String>,
    needs: Vec<String>,
    #[serde(default)]
    prepare: Vec<Vec<String>>,
    start: Vec<String>,
    ready: String,
    #[serde(default)]
    root: bool,
    #[serde(default)]
    namespace: bool,
}

fn service(folder: &Path) -> Service {
    toml::from_str(&fs::read_to_string(folder.join("service.toml")).unwrap())
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
}

/// Why the service cannot be looked at here, if so.
pub fn missing(folder: &Path) -> Option<String> {
    let service = service(folder);
    if service.root && !is_root() {
        return Some("it needs the rights of root".into());
    }
    let absent: Vec<&str> = service.needs.iter().map(String::as_str).filter(|p| found(p).is_none()).collect();
    if absent.is_empty() && service.namespace && run(&["unshare", "-n", "true"]).is_err() {
        return Some("no network of its own can be made here".into());
    }
    let packages = service.packages.join(", ");
    (!absent.is_empty()).then(|| format!("{} is missing; install {packages}", absent.join(", ")))
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|l| l.starts_with("Uid:") && l.split_whitespace().nth(2) == Some("0"))
}

/// A program by its path or in the usual folders.
fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let folders = path.split(':').chain(["/usr/local/sbin", "/usr/sbin", "/sbin"]);
    folders.map(|f| Path::new(f).join(program)).find(|p| p.is_file())
}

/// A loopback address that no other service of this run has.
fn address() -> Ipv4Addr {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
    let [a, b, ..] = std::process::id().to_le_bytes();
    Ipv4Addr::new(127, 100 + a % 28, b, n[0])
}

/// A process that ends with its owner.
struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    fn start(command: &mut Command, log: PathBuf) -> Result<Self, String> {
        let out = fs::File::create(&log).unwrap();
        let error = out.try_clone().unwrap();
        let child = command.stdin(Stdio::null()).stdout(out).stderr(error).spawn();
        child.map(|child| Self { child, log }).map_err(|e| format!("{command:?}: {e}"))
    }

    fn ends_within(&mut self, wait: Duration) -> bool {
        let end = Instant::now() + wait;
        while Instant::now() < end {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            sleep(Duration::from_millis(50));
        }
        false
    }

    /// The last it said.
    fn said(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text[text.len().saturating_sub(2000)..]).into_owned();
        text.trim().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // Asked first, so that it takes its own children along.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        if !self.ends_within(STOPPED) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Two networks with one cable between them: one for the service, one for the bench.
struct Cable {
    service: Process,
    bench: Process,
}

impl Cable {
    const SERVICE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);

    fn lay(dir: &Path) -> Result<Self, String> {
        let holder = |name: &str| {
            Process::start(
                Command::new("unshare").args(["-n", "sleep", "600"]),
                dir.join(format!("{name}.log")),
            )
        };
        let cable = Self { service: holder("net-service")?, bench: holder("net-bench")? };
        let own = fs::read_link("/proc/self/ns/net").unwrap();
        let end = Instant::now() + READY;
        let is_apart =
            |p: &Process| fs::read_link(format!("/proc/{}/ns/net", p.child.id())).is_ok_and(|ns| ns != own);
        while !(is_apart(&cable.service) && is_apart(&cable.bench)) {
            if Instant::now() > end {
                return Err("no network of its own can be made here".into());
            }
            sleep(Duration::from_millis(20));
        }
        let [s, b] = [&cable.service, &cable.bench].map(|p| p.child.id().to_string());
        run(&[
            "ip", "link", "add", "dut0", "netns", &s, "type", "veth", "peer", "name", "bench0", "netns", &b,
        ])?;
        for (pid, device, address) in [(&s, "dut0", "10.77.0.2/24"), (&b, "bench0", "10.77.0.1/24")] {
            let inside = |args: &[&str]| run(&[&["nsenter", "-t", pid, "-n"], args].concat());
            inside(&["ip", "addr", "add", address, "dev", device])?;
            inside(&["ip", "link", "set", "lo", "up"])?;
            inside(&["ip", "link", "set", device, "up"])?;
        }
        Ok(cable)
    }
}

fn run(args: &[&str]) -> Result<(), String> {
    let output = Command::new(args[0]).args(&args[1..]).stdin(Stdio::null()).output();
    let output = output.map_err(|e| format!("{args:?}: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{args:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// A service that runs.
pub struct Running {
    // Ends before its network does.
    process: Process,
    cable: Option<Cable>,
    address: Ipv4Addr,
    ready: String,
}

impl Running {
    /// Copies the folder to `dir`, prepares and starts the service, and waits until it is ready.
    pub fn start(folder: &Path, dir: &Path) -> Result<Self, String> {
        let service = service(folder);
        let cable = service.namespace.then(|| Cable::lay(dir)).transpose()?;
        let address = if cable.is_some() { Cable::SERVICE } else { address() };
        let fill = |text: &str| {
            text.replace("{dir}", dir.to_str().unwrap()).replace("{address}", &address.to_string())
        };
        copy(folder, dir, &fill);
        for command in &service.prepare {
            let command: Vec<String> = command.iter().map(|w| fill(w)).collect();
            run(&command.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        let words: Vec<String> = service.start.iter().map(|w| fill(w)).collect();
        let program = found(&words[0]).unwrap();
        let mut command = inside(cable.as_ref().map(|c| &c.service), &program);
        let process = Process::start(command.args(&words[1..]), dir.join("service.log"))?;
        let mut running = Self { process, cable, address, ready: service.ready };
        let end = Instant::now() + READY;
        while !running.is_ready() {
            let ended = running.process.child.try_wait().unwrap();
            if ended.is_some() || Instant::now() > end {
                return Err(format!("it did not get ready ({ended:?}): {}", running.process.said()));
            }
            sleep(Duration::from_millis(100));
        }
        Ok(running)
    }

    /// Whether its socket is there, as the kernel lists it for the network the service lives in.
    fn is_ready(&self) -> bool {
        let (transport, port) = self.ready.split_once('/').unwrap();
        let port: u16 = port.parse().unwrap();
        let list = fs::read_to_string(format!("/proc/{}/net/{transport}", self.process.child.id()));
        let list6 = fs::read_to_string(format!("/proc/{}/net/{transport}6", self.process.child.id()));
        let hex = u32::from_le_bytes(self.address.octets());
        let exact = format!("{hex:08X}:{port:04X}");
        let any = format!("00000000:{port:04X}");
        let is_here = |text: &str| {
            text.lines()
                .filter_map(|l| l.split_whitespace().nth(1))
                .any(|local| local == exact || self.cable.is_some() && local.ends_with(&any))
        };
        [list, list6].iter().flatten().any(|text| is_here(text))
    }

    /// Runs `assize assess` on the folder.
    pub fn assess(&self, dir: &Path) -> Result<(), String> {
        let program = Path::new(env!("CARGO_BIN_EXE_assize"));
        let mut command = inside(self.cable.as_ref().map(|c| &c.bench), program);
        command.args(["assess", dir.to_str().unwrap()]).env("NO_COLOR", "1");
        let mut process = Process::start(&mut command, dir.join("assess.log"))?;
        if !process.ends_within(ASSESSED) {
            return Err("the assessment took too long".into());
        }
        // 0, 1 and 3 tell of verdicts; anything else is trouble.
        let status = process.child.wait().unwrap();
        match status.code() {
            Some(0 | 1 | 3) => Ok(()),
            _ => {
                Err(format!("the assessment ended with {status} ({:?}): {}", status.signal(), process.said()))
            }
        }
    }

    /// Whether the service still runs and has its socket.
    pub fn is_alive(&mut self) -> bool {
        self.process.child.try_wait().unwrap().is_none() && self.is_ready()
    }

    /// Stops the service and gives the last it said.
    pub fn stop(self) -> String {
        self.process.said()
    }
}

/// A command in the network of a process, or in ours.
fn inside(network: Option<&Process>, program: &Path) -> Command {
    match network {
        None => Command::new(program),
        Some(holder) => {
            let mut command = Command::new("nsenter");
            command.args(["-t", &holder.child.id().to_string(), "-n"]).arg(program);
            command
        }
    }
}

fn copy(from: &Path, to: &Path, fill: &impl Fn(&str) -> String) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (name, path) = (entry.file_name(), entry.path());
        if path.is_dir() {
            fs::create_dir_all(to.join(&name)).unwrap();
            copy(&path, &to.join(&name), fill);
        } else if !CONFIGURED.iter().any(|c| name == *c) {
            fs::write(to.join(&name), fill(&fs::read_to_string(&path).unwrap())).unwrap();
        }
    }
}
