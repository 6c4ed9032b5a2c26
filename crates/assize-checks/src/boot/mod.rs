//! Checks on secure boot.

pub(crate) mod guarantees_include_floor;
