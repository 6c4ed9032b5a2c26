//! Talks to the device under test and records what it sees as facts, each with the raw bytes that show it.
//! A probe connects to its [`Target`] and to nothing else, keeps to its [`Budget`], and judges nothing.
//! One folder per protocol: `codec` reads and builds bytes without I/O, `live` carries them.

pub mod access;
pub mod certificate;
pub mod factory;
pub mod guess;
pub mod http;
pub mod identify;
pub mod input;
pub mod keys;
pub mod login;
pub mod mdns;
pub mod mqtt;
pub mod neighbours;
pub mod onvif;
pub mod outage;
pub mod password;
pub mod play;
pub mod publication;
pub mod relay;
pub mod session;
pub mod smb;
pub mod ssh;
pub mod switch;
pub mod tcp;
pub mod telnet;
pub mod tls;
pub mod too_many;
pub mod udp;
pub mod update;
pub mod web;

mod budget;
mod cursor;
mod mac;
mod net;
mod observation;
mod probe;
mod tap;
mod target;
mod text;
mod together;
mod trouble;

#[cfg(test)]
mod bench;

pub use budget::Budget;
pub use guess::Known;
pub use keys::{KeyDoor, read_keys};
pub use observation::{Observation, Raw, Sink, SinkError};
pub use probe::{ProbeId, act, run};
pub use publication::{KeyFile, copy, fetch, fetch_security_txt, security_txt_beside};
pub use target::Target;
pub use trouble::Trouble;
pub use web::browse;
