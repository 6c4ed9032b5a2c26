//! SSH: which software answers, what it offers for the key exchange, its host keys, and the logins it takes.

pub mod codec;
pub mod exchange;
mod live;
pub(crate) mod login;
mod posture;
mod seal;
mod talk;
pub mod userauth;

pub(crate) use live::greet;
pub(crate) use posture::look;
pub use posture::probe;
