//! Neighbourhood: what the bench's network says of hosts without being asked (mDNS, SSDP, LLMNR, DHCP), and what the
//! bench's own neighbour table holds (ARP, NDP).

pub mod codec;
mod live;

pub use live::{Whom, listen};
