//! UDP: which of the usual services answer a request in their own protocol.

pub mod codec;
mod live;

pub use live::ask;
