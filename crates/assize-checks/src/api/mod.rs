//! Checks on programming interfaces.

pub(crate) mod undeclared;
