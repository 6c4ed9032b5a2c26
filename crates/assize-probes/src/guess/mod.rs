//! Guesses at logins, within the stated number of wrong passwords: default credentials that are published, user names,
//! and wrong passwords for a user that exists, to see what slows a guesser down.

pub mod challenge;
pub mod codec;
mod defaults;
mod doors;
mod later;
mod live;
mod throttle;

pub(crate) use defaults::defaults_of_play;
pub use live::{Known, guess};
