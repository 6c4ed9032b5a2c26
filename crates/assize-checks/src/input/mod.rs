//! Checks on input validation.

pub(crate) mod sources_covered;
