//! The bench's place between the DUT and a host it talks to: passes on, takes away, or answers in the host's stead
//! with one thing changed. It connects to the declared host only.

pub mod codec;
mod live;
mod serve;

pub use live::{Mode, Relay, Seen};
pub use serve::{Stand, TlsIdentity};
