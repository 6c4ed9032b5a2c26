//! Checks on communication mechanisms.

pub(crate) mod cryptography_agreed;
pub(crate) mod cryptography_as_declared;
pub(crate) mod cryptography_unbroken;
pub(crate) mod guarantees_suit_use;
pub(crate) mod mass_reconnection_avoided;
pub(crate) mod orderly_connection;
pub(crate) mod reconnection_paced;
pub(crate) mod undeclared_mechanism;
