//! TLS and SSL: which versions a port accepts, which suite it picks, and which certificate it shows.

pub mod codec;
mod live;

pub use live::probe;
pub(crate) use live::{Shaken, certificate, shake};
