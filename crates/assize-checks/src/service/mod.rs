//! Checks on software services.

pub(crate) mod authentication_named;
pub(crate) mod authentication_tells_apart;
pub(crate) mod enabled_with_reason;
