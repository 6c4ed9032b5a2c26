//! Checks on development processes.

pub(crate) mod confirmed;
pub(crate) mod steps_covered;
