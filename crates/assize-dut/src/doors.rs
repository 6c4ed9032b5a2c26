//! Doors that only flaws open: nothing here runs on a conformant device.

pub(crate) mod debug;
pub(crate) mod lines;
pub(crate) mod ssh;
pub(crate) mod telnet;
pub(crate) mod tls10;
