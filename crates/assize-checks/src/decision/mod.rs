//! Checks on decisions of the user.

pub(crate) mod default_declared;
