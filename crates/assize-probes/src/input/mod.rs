//! Sends malformed and unexpected input, and sees after each case whether the DUT still works.
//! The cases follow from a seed and a grammar alone; nothing is sent without leave.

pub mod codec;
mod datagram;
mod dice;
mod http;
mod json;
mod line;
mod live;
mod shrink;
mod wire;

pub use live::{Door, feed};
