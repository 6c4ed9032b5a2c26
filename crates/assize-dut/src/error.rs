//! What keeps the reference device from starting; each message names the place and, where there is one, the remedy.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// One variant per thing a caller can act on. Messages fit after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one the reference device may use.
    #[error("use address {address}: {reason}")]
    Address {
        /// The address that was asked for.
        address: IpAddr,
        /// Why it is refused, and what to give instead.
        reason: &'static str,
    },
    /// A socket could not be opened.
    #[error("bind {address}: {source}; {}", remedy(.source))]
    Bind {
        /// The address and port that was wanted.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A certificate or key could not be made.
    #[error("make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A command line that cannot be followed.
    #[error("read the arguments: {0}; --help lists them")]
    Arguments(String),
    /// A file or folder could not be read or written.
    #[error("{act} {}: {source}", path.display())]
    File {
        /// What was attempted: `read`, `write`, `create`.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A flaw file of the crate does not read; the crate is at fault.
    #[error("read flaw {name}: {reason}")]
    FlawFile {
        /// The name of the file without its ending.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The initial password does not satisfy the device's own rules.
    #[error("set the initial password: {0}")]
    InitialPassword(&'static str),
    /// Two flaws turn the same knob.
    #[error("combine the flaws: both {first} and {second} turn {knob}; give one of them")]
    KnobTurnedTwice {
        /// The flaw that turned it first.
        first: String,
        /// The flaw that would turn it again.
        second: String,
        /// The knob in question.
        knob: String,
    },
    /// The runtime or a signal handler could not be set up.
    #[error("set up the runtime: {0}")]
    Runtime(io::Error),
    /// TLS could not be configured with the certificate made for it.
    #[error("configure tls: {0}")]
    Tls(#[from] rustls::Error),
    /// There is no flaw of that name.
    #[error("turn on flaw {0}: there is none of that name; --list-flaws shows them")]
    UnknownFlaw(String),
}

fn remedy(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            "another program, perhaps another reference device, holds it; give other --device and --services addresses"
        }
        io::ErrorKind::AddrNotAvailable => {
            "give an address in 127.0.0.0/8, or add this one to the loopback interface"
        }
        io::ErrorKind::PermissionDenied => {
            "the ports of the device need no privilege; check what confines this user"
        }
        _ => "check the address",
    }
}
