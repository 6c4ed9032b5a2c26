//! Checks on the model designation.

pub(crate) mod as_announced;
