//! MQTT 3.1.1 and 5: whether a broker lets a client in without credentials.

pub mod codec;
mod live;

pub(crate) use live::{Welcome, connect, observations};
