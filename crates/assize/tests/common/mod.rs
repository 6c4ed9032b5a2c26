//! A trial: the reference device on addresses of its own, the example declaration, and the real road.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use assize_dut::{Bench, Config, Device, InitialState};
use assize_lab::{Budget, Folder, Hands, Judged, Progress, assess, catalogue, judge};
use assize_model::assessment::Assessment;
use tempfile::TempDir;

/// The addresses in the example declaration, replaced by those of the trial.
const EXAMPLE: [&str; 5] = ["127.77.3.10", "127.77.3.20", "127.77.3.30", "127.77.3.40", "127.77.3.11"];

/// The administrator's password on the device of a trial.
const PASSWORD: &str = "correct horse battery";

/// The guest's.
const GUEST_PASSWORD: &str = "staple of the guest";

/// A finished trial with its folder.
pub struct Trial {
    #[allow(dead_code, reason = "each test file uses its part")]
    pub assessment: Assessment,
    #[allow(dead_code, reason = "each test file uses its part")]
    pub judged: Judged,
    #[allow(dead_code, reason = "each test file uses its part")]
    pub dir: TempDir,
}

struct Quiet;

impl Progress for Quiet {}

/// Records the declaration as it stands now, without touching the network, and judges.
#[allow(dead_code, reason = "each test file uses its part")]
pub fn judged_offline(dir: &Path) -> Judged {
    let folder = Folder::open(dir).unwrap();
    let ran = assess(&folder, catalogue().unwrap(), &Budget::default(), None, &mut Quiet).unwrap();
    assert!(ran.troubles.is_empty(), "{:?}", ran.troubles);
    judge(&folder, catalogue().unwrap(), None).unwrap()
}

/// Addresses that no other trial of this run has.
pub fn addresses() -> [String; 5] {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let seed = std::process::id().wrapping_mul(2_654_435_761).wrapping_add(n.wrapping_mul(40_503));
    let (a, b) = (130 + (seed >> 24) % 100, 1 + (seed >> 8) % 250);
    [10, 20, 30, 40, 11].map(|last| format!("127.{a}.{b}.{last}"))
}

/// An assessment folder with the example declaration for these addresses.
pub fn folder(addresses: &[String; 5]) -> TempDir {
    let dir = TempDir::new().unwrap();
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/products/halden-plug");
    for name in ["product.toml", "ics.toml", "ixit.toml"] {
        let mut text = std::fs::read_to_string(example.join(name)).unwrap();
        for (old, new) in EXAMPLE.iter().zip(addresses) {
            text = text.replace(old, new);
        }
        let program = concat!("[\"", env!("CARGO_BIN_EXE_assize"), "\", ");
        text = text.replace("[\"assize\", ", program);
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    std::fs::write(dir.path().join("password"), PASSWORD).unwrap();
    std::fs::write(dir.path().join("guest-password"), GUEST_PASSWORD).unwrap();
    dir
}

/// Another unit of the product, as unpacked.
fn another_unit(address: &str, flaws: &[&str]) -> Config {
    let (network, _) = address.rsplit_once('.').unwrap();
    let mut config = Config::new(address.parse().unwrap(), format!("{network}.21").parse().unwrap());
    let known = assize_dut::flaws().unwrap();
    let shared = known.into_iter().filter(|f| f.every_unit && flaws.contains(&f.name.as_str()));
    config.flaws = shared.map(|f| f.name).collect();
    config
}

/// The proxy in the folder's product.toml, which the device is set to use then.
fn proxy_of(dir: &Path) -> Option<SocketAddr> {
    let text = std::fs::read_to_string(dir.join("product.toml")).unwrap();
    let (_, proxy) = text.split_once("[[bench.proxy]]\nlisten = \"")?;
    proxy.split_once('"')?.0.parse().ok()
}

impl Trial {
    /// Assesses a device with these flaws.
    #[allow(dead_code, reason = "each test file uses its part")]
    pub fn run(flaws: &[&str]) -> Self {
        Self::run_with(flaws, |_, _| {})
    }

    /// The same with changes to the folder, which gets the address of the maker's services.
    pub fn run_with(flaws: &[&str], change: impl FnOnce(&Path, &str)) -> Self {
        let addresses = addresses();
        let [device, services, _, bench, unit] = &addresses;
        let parse = |a: &String| a.parse::<IpAddr>().unwrap();
        let mut config = Config::new(parse(device), parse(services));
        config.flaws = flaws.iter().map(|f| (*f).to_owned()).collect();
        config.initial_state = InitialState::Initialised { password: PASSWORD.into() };
        config.guest_password = Some(GUEST_PASSWORD.into());
        config.throttle_base = Duration::from_millis(500);
        let dir = folder(&addresses);
        change(dir.path(), services);
        config.bench = Some(Bench { address: parse(bench), dir: dir.path().to_owned() });
        config.proxy = proxy_of(dir.path());
        config.power_socket = Some(dir.path().join("power.sock"));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let running = runtime.block_on(Device::start(config)).unwrap();
        let unit = runtime.block_on(Device::start(another_unit(unit, flaws))).unwrap();
        // A flaw may have the device begin with a password of its own; a tester goes on with that one.
        std::fs::write(dir.path().join("password"), running.password().unwrap_or(PASSWORD)).unwrap();
        let opened = Folder::open(dir.path()).unwrap();
        let held = catalogue().unwrap();
        let budget = Budget { outage: Duration::from_millis(3000), ..Budget::default() };
        let ran =
            assess(&opened, held, &budget, Some(&Hands { commands: true, guide: None }), &mut Quiet).unwrap();
        assert!(ran.troubles.is_empty(), "{:?}", ran.troubles);
        runtime.block_on(running.stop());
        runtime.block_on(unit.stop());
        let judged = judge(&opened, held, None).unwrap();
        Self { assessment: judged.assessment.clone(), judged, dir }
    }
}
