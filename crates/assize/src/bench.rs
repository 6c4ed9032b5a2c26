//! The demo's bench: the reference device as a process of its own on loopback addresses of its own, so that device
//! and workbench share nothing but the network.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use assize_dut::Flaw;
use assize_lab::{Error, Result};

/// The hidden command under which the binary is the reference device.
pub(crate) const DEVICE_COMMAND: &str = "reference-device";

/// A running reference device; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct RunningDevice {
    child: Child,
    /// The device runs until its standard input closes.
    input: Option<ChildStdin>,
}

/// The addresses of one demo: device, the maker's services, a control address where nothing lives, the bench's place
/// between device and services, and another unit of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) device: String,
    pub(crate) services: String,
    pub(crate) control: String,
    pub(crate) bench: String,
    /// None in a folder that was kept before there was one.
    pub(crate) unit: Option<String>,
}

/// The addresses that stand in the example declaration.
pub(crate) const EXAMPLE: [&str; 5] =
    ["127.77.3.10", "127.77.3.20", "127.77.3.30", "127.77.3.40", "127.77.3.11"];

/// The flaws that the reference device can have.
pub(crate) fn flaws() -> Result<Vec<Flaw>> {
    assize_dut::flaws().map_err(|e| Error::Answer(format!("the flaws cannot be read: {e}")))
}

impl Addresses {
    /// Addresses of the loopback network that hardly anyone else uses; `salt` keeps two demos apart.
    pub(crate) fn picked(salt: u32) -> Self {
        let mixed = salt.wrapping_mul(2_654_435_761);
        let (a, b) = (64 + (mixed >> 24) % 60, 1 + (mixed >> 8) % 250);
        let at = |last: u32| format!("127.{a}.{b}.{last}");
        Self { device: at(10), services: at(20), control: at(30), bench: at(40), unit: Some(at(11)) }
    }

    /// The addresses that a kept declaration names.
    pub(crate) fn of(product: &str) -> Option<Self> {
        let table: toml::Table = toml::from_str(product).ok()?;
        let bench = table.get("bench")?.as_table()?;
        let host = table.get("host")?.as_array()?.first()?.get("address")?.as_str()?;
        let relay = bench.get("relay")?.as_array()?.first()?.get("listen")?.as_str()?;
        Some(Self {
            device: bench.get("address")?.as_str()?.to_owned(),
            services: host.to_owned(),
            control: bench.get("control")?.as_str()?.to_owned(),
            bench: relay.split_once(':')?.0.to_owned(),
            unit: unit_of(bench),
        })
    }

    /// The example declaration with these addresses in place of its own.
    pub(crate) fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let [device, services, control, bench] =
            [&self.device, &self.services, &self.control, &self.bench].map(String::as_str);
        let unit = self.unit.as_deref().unwrap_or(EXAMPLE[4]);
        for (old, new) in EXAMPLE.iter().zip([device, services, control, bench, unit]) {
            text = text.replace(old, new);
        }
        text
    }
}

fn unit_of(bench: &toml::Table) -> Option<String> {
    Some(bench.get("unit")?.as_array()?.first()?.get("address")?.as_str()?.to_owned())
}

impl RunningDevice {
    /// Starts another unit of the product, as unpacked, with a service of its maker's of its own. None when the folder
    /// declares none.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub(crate) fn start_unit(addresses: &Addresses, flaws: &[String]) -> Result<Option<Self>> {
        let Some(unit) = &addresses.unit else { return Ok(None) };
        let Some((network, _)) = unit.rsplit_once('.') else { return Ok(None) };
        let mut command = command()?;
        command.args(["--device", unit, "--services", &format!("{network}.21")]);
        let known = self::flaws()?;
        let shared = known.iter().filter(|f| f.every_unit && flaws.contains(&f.name));
        command.args(shared.flat_map(|f| ["--flaw", f.name.as_str()]));
        Self::ready(command).map(|(running, _)| Some(running))
    }

    /// Starts the device and waits until it says that it is ready. Its password is the one in the file `password`,
    /// or a new one that is written there; so is that of its guest, in `guest-password` beside it.
    ///
    /// # Errors
    /// When it cannot start; what it says stands on standard error.
    pub(crate) fn start(addresses: &Addresses, flaws: &[String], password: &Path) -> Result<Self> {
        let mut command = command()?;
        command.args(["--device", &addresses.device, "--services", &addresses.services]);
        command.args(["--state", "initialised", "--bench", &addresses.bench, "--bench-dir"]);
        command.arg(password.parent().unwrap_or(Path::new(".")));
        command.args(flaws.iter().flat_map(|f| ["--flaw", f.as_str()]));
        command.arg("--power-socket").arg(password.with_file_name("power.sock"));
        command.arg("--guest-password-file").arg(password.with_file_name("guest-password"));
        if password.exists() {
            command.arg("--password-file").arg(password);
        }
        let (running, ready) = Self::ready(command)?;
        if let Some(new) = ready["password"].as_str().filter(|_| !password.exists()) {
            let failed = |source| Error::File { act: "write", path: password.to_owned(), source };
            std::fs::write(password, new).map_err(failed)?;
        }
        Ok(running)
    }

    /// Starts a device and waits for its ready line, which it gives too.
    fn ready(mut command: Command) -> Result<(Self, serde_json::Value)> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let input = child.stdin.take();
        let mut line = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).map_err(failed)?;
        let running = Self { child, input };
        let ready = serde_json::from_str::<serde_json::Value>(&line).ok().filter(|v| v["ready"] == true);
        let ready = ready
            .ok_or_else(|| Error::Answer("the reference device did not start; it says why above".into()))?;
        Ok((running, ready))
    }
}

fn command() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command.arg(DEVICE_COMMAND);
    Ok(command)
}

fn failed(source: std::io::Error) -> Error {
    Error::File { act: "start", path: "the reference device".into(), source }
}

impl Drop for RunningDevice {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
