//! Finds out what an open TCP port speaks: it listens first, and then asks in one protocol after the other.

pub mod codec;
mod live;

pub(crate) use live::Visit;
pub use live::identify;
