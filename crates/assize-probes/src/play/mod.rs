//! Drives the DUT by the requests its declaration describes ([`Play`](assize_model::declaration::play::Play)).

pub mod codec;
mod enter;
mod live;

pub use codec::Values;
pub(crate) use enter::UNTOLD_WAIT;
pub use enter::{Came, came, is_for, is_success, retry_after};
pub use live::{Credentials, Played, Player};
