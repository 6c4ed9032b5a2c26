//! Drives the DUT by the requests its declaration describes ([`Play`](assize_model::declaration::play::Play)).

pub mod codec;
mod entry;
mod live;

pub use codec::Values;
pub use live::{Credentials, Played, Player};
