//! What a caller chooses about one instance of the reference device.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::maker::Offer;

/// The state the device is in when it starts and its state folder holds no earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InitialState {
    /// As unpacked: the user has to set a password before anything works.
    Factory,
    /// Set up, with this password for the user `admin`.
    Initialised {
        /// The password a user chose; the device's own rules apply to it.
        password: String,
    },
}

/// A bench between the device and its maker's services, as a supplier prepares it for a laboratory: the device is led
/// there, and the bench gets a certificate that the device trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bench {
    /// The loopback address to which the device connects in place of the services', at the same ports.
    pub address: IpAddr,
    /// The folder that `bench.pem` and `bench.key` are written to.
    pub dir: PathBuf,
}

/// One instance of the device and of its maker's services.
#[derive(Debug, Clone)]
pub struct Config {
    /// The loopback address of the device.
    pub device: IpAddr,
    /// The loopback address of the maker's services; another one than the device's.
    pub services: IpAddr,
    /// Where the CA certificate and the device's memory are kept; a folder of its own that goes with the instance when `None`.
    pub state_dir: Option<PathBuf>,
    /// The state to start in.
    pub initial_state: InitialState,
    /// With this password, an account `guest` of the role guest is there at first too; for a device that is set up.
    pub guest_password: Option<String>,
    /// Names of the flaws to turn on.
    pub flaws: Vec<String>,
    /// What the update server offers at first.
    pub offer: Offer,
    /// How often the device looks for an update; it also looks at start.
    pub update_every: Duration,
    /// How often the device reports its power reading.
    pub report_every: Duration,
    /// A bench that takes the place of broker and update server.
    pub bench: Option<Bench>,
    /// A proxy through which the device reaches the maker's services, at their own address; `bench` gives the bench no
    /// more than a certificate then.
    pub proxy: Option<SocketAddr>,
    /// A Unix socket at which somebody may switch the device's power, with `assize-dut power`.
    pub power_socket: Option<PathBuf>,
    /// The first wait after too many failed logins; each further failure doubles it.
    pub throttle_base: Duration,
}

impl Config {
    /// A conformant device in factory state.
    pub fn new(device: IpAddr, services: IpAddr) -> Self {
        Self {
            device,
            services,
            state_dir: None,
            initial_state: InitialState::Factory,
            guest_password: None,
            flaws: Vec::new(),
            offer: Offer::Current,
            update_every: Duration::from_secs(300),
            report_every: Duration::from_secs(5),
            bench: None,
            proxy: None,
            power_socket: None,
            throttle_base: Duration::from_secs(2),
        }
    }

    /// Refuses addresses that would expose a deliberately weak device, or make its ports collide.
    pub(crate) fn check(&self) -> Result<()> {
        let bench = self.bench.as_ref().map(|b| b.address);
        let proxy = self.proxy.map(|at| at.ip());
        for address in [self.device, self.services].into_iter().chain(bench).chain(proxy) {
            if !address.is_loopback() {
                let reason = "the reference device stays on loopback; give an address in 127.0.0.0/8";
                return Err(Error::Address { address, reason });
            }
        }
        if self.device == self.services {
            let reason = "the device has it already; give the services an address of their own";
            return Err(Error::Address { address: self.services, reason });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(device: &str, services: &str) -> Result<()> {
        Config::new(device.parse().unwrap(), services.parse().unwrap()).check()
    }

    #[test]
    fn only_two_loopback_addresses_will_do() {
        assert!(checked("127.77.3.10", "127.77.3.20").is_ok());
        assert!(checked("0.0.0.0", "127.77.3.20").is_err());
        assert!(checked("127.77.3.10", "192.0.2.7").is_err());
        assert!(checked("127.77.3.10", "127.77.3.10").is_err());
    }
}
