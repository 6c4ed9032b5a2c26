//! Checks on software components.

pub(crate) mod cryptography_updatable;
pub(crate) mod side_effects_considered;
