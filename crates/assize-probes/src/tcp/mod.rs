//! TCP: which ports of the target accept a connection.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
};

use crate::Trouble;

mod beside;
mod carrier;
pub mod codec;
mod engine;
mod live;
mod pace;
mod pulse;
mod segments;
mod sockets;

pub use beside::beside;
pub use live::scan;

/// What is under way, for troubles and progress.
const ACT: &str = "scan TCP ports";

/// Whether this program may send raw packets, as a scan by bare SYN segments does ([`crate::Budget::syn`]).
pub fn raw_rights() -> Result<(), Trouble> {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    segments::raw_sockets(loopback).map(drop).map_err(|source| raw_trouble(source, loopback))
}

/// What kept a scan from raw packets.
fn raw_trouble(source: io::Error, target: IpAddr) -> Trouble {
    match source.kind() {
        io::ErrorKind::PermissionDenied => Trouble::RawRights { source },
        _ => Trouble::of(source, ACT, target),
    }
}
