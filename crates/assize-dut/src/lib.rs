//! The reference device: the Halden Plug P1, a smart plug of the fictitious maker Halden Home, with switchable flaws.
//! It conforms by default. Each flaw turns one knob wrong, so that a check can be shown to see what it claims to see.
//! Everything runs on loopback addresses; nothing here is fit for a real product.

pub mod cli;
mod clock;
mod config;
mod device;
mod dial;
mod doors;
mod endpoints;
mod error;
mod flaws;
mod house;
mod http;
mod knobs;
mod listen;
mod mains;
mod maker;
mod mqtt;
mod pki;
mod plug;
mod random;
mod running;
mod state_dir;

pub use config::{Bench, Config, InitialState};
pub use device::Device;
pub use endpoints::{Endpoint, Side, Transport};
pub use error::{Error, Result};
pub use flaws::{Flaw, flaws};
pub use maker::{Message, Offer};
pub use running::Running;

/// The designation of the product as it is declared.
pub const MODEL: &str = "Halden Plug P1";
/// The maker of the product.
pub const MAKER: &str = "Halden Home";
/// The name by which the device knows its maker's services, wherever it is led.
pub const SERVICES: &str = "services.halden-home.example";
/// The firmware version a device leaves the factory with.
pub const FACTORY_VERSION: &str = "1.4.2";
/// The day up to which the maker declares to supply security updates.
pub const SUPPORT_UNTIL: &str = "2031-12-31";
