//! Checks on input validation.

pub(crate) mod sources_covered;
pub(crate) mod unexpected_refused;
