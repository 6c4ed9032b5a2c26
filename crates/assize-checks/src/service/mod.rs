//! Checks on software services.

pub(crate) mod access_refused;
pub(crate) mod authentication_named;
pub(crate) mod authentication_tells_apart;
pub(crate) mod enabled_with_reason;
mod foreign;
pub(crate) mod sessions_as_declared;
