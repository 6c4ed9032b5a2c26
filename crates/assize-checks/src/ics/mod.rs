//! Checks on the ICS.

pub(crate) mod recommendations_justified;
