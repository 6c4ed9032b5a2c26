//! The command line of the reference device: starts one instance, prints one line of JSON when it is ready, and runs until its
//! standard input closes or it is told to end.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::config::{Bench, Config, InitialState};
use crate::device::Device;
use crate::error::{Error, Result};
use crate::flaws::flaws;
use crate::maker::Offer;
use crate::random;
use crate::running::Running;

const HELP: &str = "\
The reference device of Assize: a smart plug with switchable flaws, on loopback addresses.

Usage: assize-dut [OPTIONS]
       assize-dut power on|off|state SOCKET

  --device IP           address of the device (default 127.77.3.10)
  --services IP         address of the maker's services (default 127.77.3.20)
  --state STATE         factory (default) or initialised
  --password-file FILE  password of the initialised device; a random one when absent
  --guest-password-file FILE
                        also have an account guest with this password; a new one is written
                        when there is no such file
  --state-dir DIR       keep certificate and memory here, and start from the memory found
  --flaw NAME           turn a flaw on; may be repeated
  --offer OFFER         what the update server offers: current (default), next, unsigned,
                        foreign-key, bit-flipped, downgrade, other-model
  --bench IP            lead the device to this address in place of the services'
  --bench-dir DIR       where bench.pem and bench.key are written, with --bench
  --proxy IP:PORT       let the device reach the services through this proxy
  --power-socket FILE   a Unix socket at which `assize-dut power` switches the device on and off
  --list-flaws          list the flaws and end
  --json                with --list-flaws: as JSON
  --help                show this and end

When ready, one line of JSON with addresses, ports and the CA file is printed.
The device runs until its standard input closes, or SIGTERM or SIGINT arrives.
";

/// How long switching may take.
const SWITCHING: Duration = Duration::from_secs(20);

/// What the arguments ask for.
#[derive(Debug)]
enum Wish {
    Help,
    List { as_json: bool },
    Power { turn: String, socket: PathBuf },
    Start { config: Box<Config>, password_is_new: bool },
}

/// Runs the program with these arguments, without the program's name. Ends with 0 after a clean stop, 2 when it cannot start.
pub fn run(args: impl Iterator<Item = String>) -> ExitCode {
    match wish(args).and_then(fulfil) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "assize-dut: failed to {error}");
            ExitCode::from(2)
        }
    }
}

fn fulfil(wish: Wish) -> Result<()> {
    match wish {
        Wish::Help => say(HELP),
        Wish::List { as_json: true } => {
            let list = serde_json::to_string_pretty(&flaws()?).expect("flaws are plain data");
            say(&(list + "\n"))
        }
        Wish::List { as_json: false } => {
            let lines = flaws()?.into_iter().map(|f| format!("{:<32} {}\n", f.name, f.title));
            say(&lines.collect::<String>())
        }
        Wish::Power { turn, socket } => power(&turn, &socket),
        Wish::Start { config, password_is_new } => {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.map_err(Error::Runtime)?.block_on(start(*config, password_is_new))
        }
    }
}

/// Switches the power of a device that runs already, and says how it stands.
fn power(turn: &str, socket: &Path) -> Result<()> {
    let failed = |source| Error::File { act: "switch the power at", path: socket.to_owned(), source };
    let mut stream = UnixStream::connect(socket).map_err(failed)?;
    stream.set_read_timeout(Some(SWITCHING)).map_err(failed)?;
    stream.write_all(turn.as_bytes()).map_err(failed)?;
    stream.shutdown(Shutdown::Write).map_err(failed)?;
    let mut answer = String::new();
    stream.take(1024).read_to_string(&mut answer).map_err(failed)?;
    match answer.as_str() {
        "on" | "off" => say(&format!("{answer}\n")),
        other => Err(failed(io::Error::other(other.to_owned()))),
    }
}

async fn start(config: Config, password_is_new: bool) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Runtime)?;
    let running = Device::start(config.clone()).await?;
    say(&ready_line(&config, &running, password_is_new))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = input_closed() => {}
    }
    running.stop().await;
    Ok(())
}

fn ready_line(config: &Config, running: &Running, password_is_new: bool) -> String {
    // A password the caller gave is known to the caller, and need not stand in logs.
    let is_told = password_is_new || running.password() == Some("admin");
    let line = json!({
        "ready": true,
        "pid": std::process::id(),
        "maker": crate::MAKER,
        "model": crate::MODEL,
        "serial": running.serial(),
        "device": config.device,
        "services": config.services,
        "state": if running.password().is_some() { "initialised" } else { "factory" },
        "user": "admin",
        "password": running.password().filter(|_| is_told),
        "ca": running.ca_path(),
        "flaws": config.flaws,
        "endpoints": running.endpoints(),
    });
    format!("{line}\n")
}

/// Resolves when standard input ends. The thread reads blocking and is left behind when the program ends otherwise.
async fn input_closed() {
    let (closed, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        while matches!(input.read(&mut [0; 256]), Ok(read) if read > 0) {}
        let _ = closed.send(());
    });
    let _ = wait.await;
}

fn say(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    let said = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    said.map_err(|source| Error::File { act: "write", path: PathBuf::from("standard output"), source })
}

fn wish(args: impl Iterator<Item = String>) -> Result<Wish> {
    let mut args = args.peekable();
    if args.next_if(|first| first == "power").is_some() {
        return power_wish(args);
    }
    let mut config = Config::new(IpAddr::from([127, 77, 3, 10]), IpAddr::from([127, 77, 3, 20]));
    let (mut lists, mut as_json, mut is_initialised, mut password) = (false, false, false, None);
    let (mut bench, mut bench_dir) = (None, None);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| Error::Arguments(format!("{arg} needs a value")));
        match arg.as_str() {
            "--help" | "-h" => return Ok(Wish::Help),
            "--list-flaws" => lists = true,
            "--json" => as_json = true,
            "--device" => config.device = address(&value()?)?,
            "--services" => config.services = address(&value()?)?,
            "--flaw" => config.flaws.push(value()?),
            "--offer" => config.offer = value()?.parse::<Offer>().map_err(Error::Arguments)?,
            "--state" => is_initialised = state_is_initialised(&value()?)?,
            "--bench" => bench = Some(address(&value()?)?),
            "--bench-dir" => bench_dir = Some(PathBuf::from(value()?)),
            "--proxy" => config.proxy = Some(proxy(&value()?)?),
            "--power-socket" => config.power_socket = Some(value()?.into()),
            "--state-dir" => config.state_dir = Some(value()?.into()),
            "--guest-password-file" => config.guest_password = Some(kept_password(value()?.into())?),
            "--password-file" => password = Some(password_from(value()?.into())?),
            other => return Err(Error::Arguments(format!("{other} is not an option"))),
        }
    }
    if lists {
        return Ok(Wish::List { as_json });
    }
    if as_json || (password.is_some() && !is_initialised) {
        let words = "--json belongs to --list-flaws, and --password-file to --state initialised";
        return Err(Error::Arguments(words.to_owned()));
    }
    config.bench = match (bench, bench_dir) {
        (Some(address), Some(dir)) => Some(Bench { address, dir }),
        (None, None) => None,
        _ => return Err(Error::Arguments("--bench and --bench-dir belong together".to_owned())),
    };
    let password_is_new = is_initialised && password.is_none();
    if is_initialised {
        let password = password.unwrap_or_else(random::password);
        config.initial_state = InitialState::Initialised { password };
    }
    Ok(Wish::Start { config: Box::new(config), password_is_new })
}

fn power_wish(mut args: impl Iterator<Item = String>) -> Result<Wish> {
    match (args.next(), args.next(), args.next()) {
        (Some(turn), Some(socket), None) if matches!(turn.as_str(), "on" | "off" | "state") => {
            Ok(Wish::Power { turn, socket: socket.into() })
        }
        _ => Err(Error::Arguments("power needs on, off or state, and a socket".to_owned())),
    }
}

fn address(text: &str) -> Result<IpAddr> {
    text.parse().map_err(|_| Error::Arguments(format!("{text} is not an IP address")))
}

fn proxy(text: &str) -> Result<SocketAddr> {
    text.parse().map_err(|_| Error::Arguments(format!("{text} is not an IP address with a port")))
}

fn state_is_initialised(text: &str) -> Result<bool> {
    match text {
        "factory" => Ok(false),
        "initialised" => Ok(true),
        other => Err(Error::Arguments(format!("{other} is no state; they are factory and initialised"))),
    }
}

/// The first line of the file; a new password is written there when there is none.
fn kept_password(path: PathBuf) -> Result<String> {
    if path.exists() {
        return password_from(path);
    }
    let password = random::password();
    match std::fs::write(&path, &password) {
        Ok(()) => Ok(password),
        Err(source) => Err(Error::File { act: "write", path, source }),
    }
}

/// The first line of the file.
fn password_from(path: PathBuf) -> Result<String> {
    let text = std::fs::read_to_string(&path).map_err(|source| Error::File { act: "read", path, source })?;
    Ok(text.lines().next().unwrap_or("").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wished(line: &str) -> Result<Wish> {
        wish(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_become_a_config() {
        let line =
            "--device 127.1.2.3 --services 127.1.2.4 --flaw a --flaw b --state initialised --offer next";
        let Wish::Start { config, password_is_new } = wished(line).unwrap() else { panic!("this starts") };
        assert_eq!(config.device, IpAddr::from([127, 1, 2, 3]));
        assert_eq!(config.flaws, ["a", "b"]);
        assert_eq!(config.offer, Offer::Next);
        assert!(password_is_new && matches!(config.initial_state, InitialState::Initialised { .. }));
    }

    #[test]
    fn the_guests_password_is_written_once_and_then_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("guest-password");
        let line = format!("--state initialised --guest-password-file {}", path.display());
        let guest = || match wished(&line).unwrap() {
            Wish::Start { config, .. } => config.guest_password.unwrap(),
            other => panic!("{other:?}"),
        };
        let first = guest();
        assert!(first.len() >= 10 && std::fs::read_to_string(&path).unwrap() == first);
        assert_eq!(guest(), first);
    }

    #[test]
    fn wrong_arguments_are_refused_with_a_hint() {
        for line in [
            "--no-such",
            "--device",
            "--device x",
            "--state on",
            "--proxy 127.0.0.1",
            "--offer x",
            "--json",
            "--password-file /no",
            "power",
            "power away x",
            "power on",
            "power on x y",
        ] {
            let error = wished(line).unwrap_err().to_string();
            assert!(!error.is_empty(), "{line}");
        }
        assert!(wished("--flaw").unwrap_err().to_string().ends_with("--help lists them"));
    }

    #[test]
    fn listing_and_help_start_nothing() {
        assert!(matches!(wished("--list-flaws --json").unwrap(), Wish::List { as_json: true }));
        assert!(matches!(wished("--flaw x --help").unwrap(), Wish::Help));
    }
}
