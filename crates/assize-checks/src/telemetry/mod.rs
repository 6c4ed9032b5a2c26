//! Checks on telemetry.

pub(crate) mod examination_declared;
pub(crate) mod personal_data_has_purpose;
