//! The bench's place between the DUT and a host it talks to: passes on, takes away, or answers in the host's stead
//! with one thing changed. It connects to the declared host only. A proxy leads there too.

pub mod codec;
pub mod errand;
mod live;
mod proxy;
mod serve;

pub use live::{Entrance, Mode, Relay, Seen};
pub use proxy::{Asked, Proxy, Way, Wishes};
pub use serve::{Stand, TlsIdentity};
