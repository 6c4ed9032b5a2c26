//! Uses what only some accounts may use: as they, as somebody without a login, with a made-up one, and as the others.

pub mod codec;
mod foreign;
mod live;

pub use live::access;
