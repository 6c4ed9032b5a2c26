//! TLS, SSL and DTLS: everything a port accepts, and which certificates it shows.

pub mod codec;
mod live;

pub use live::{OVERHEAD, probe, probe_datagrams};
pub(crate) use live::{Shaken, certificate, leaves, shake};
