//! mDNS and DNS-SD: which services the device announces.

pub mod codec;
mod live;

pub use live::browse;
