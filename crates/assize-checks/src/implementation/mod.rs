//! Checks on implementations of network and security functions.

pub(crate) mod reviewed;
pub(crate) mod version_as_reported;
