//! Checks on memory access control.

pub(crate) mod controlled_in_hardware;
