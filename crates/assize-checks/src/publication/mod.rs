//! Checks on what the supplier publishes.

pub(crate) mod deletion_reachable;
pub(crate) mod non_updatable_reachable;
pub(crate) mod non_updatable_support_stated;
pub(crate) mod personal_data_reachable;
pub(crate) mod policy_complete;
pub(crate) mod policy_open_to_all;
pub(crate) mod policy_reachable;
pub(crate) mod replacement_plan_stated;
pub(crate) mod secure_setup_reachable;
mod security_txt;
pub(crate) mod sensors_reachable;
pub(crate) mod setup_check_reachable;
pub(crate) mod support_period_reachable;
pub(crate) mod support_period_stated;
pub(crate) mod telemetry_reachable;

use crate::page::Published;
use crate::reading::Hint;

/// The vulnerability disclosure policy.
pub(crate) const POLICY: Published = Published {
    field: "disclosure_policy",
    what: "the disclosure policy",
    source: |info| info.disclosure_policy.as_ref(),
    hints: &[Hint::Contacts, Hint::Times],
};

/// The support period.
pub(crate) const SUPPORT_PERIOD: Published = Published {
    field: "support_period_published",
    what: "the support period",
    source: |info| info.support_period_published.as_ref(),
    hints: &[Hint::Dates],
};

/// The documentation of sensors.
pub(crate) const SENSORS: Published = Published {
    field: "sensors",
    what: "the documentation of sensors",
    source: |info| info.sensors.as_ref(),
    hints: &[],
};

/// The documentation of personal data.
pub(crate) const PERSONAL_DATA: Published = Published {
    field: "personal_data",
    what: "the documentation of personal data",
    source: |info| info.personal_data.as_ref(),
    hints: &[Hint::Contacts],
};

/// The documentation of telemetry.
pub(crate) const TELEMETRY: Published = Published {
    field: "telemetry_data",
    what: "the documentation of telemetry",
    source: |info| info.telemetry_data.as_ref(),
    hints: &[],
};

/// The documentation of deletion.
pub(crate) const DELETION: Published = Published {
    field: "deletion",
    what: "the documentation of deletion",
    source: |info| info.deletion.as_ref(),
    hints: &[],
};

/// The documentation of secure set-up.
pub(crate) const SECURE_SETUP: Published = Published {
    field: "secure_setup",
    what: "the documentation of secure set-up",
    source: |info| info.secure_setup.as_ref(),
    hints: &[],
};

/// The documentation of the set-up check.
pub(crate) const SETUP_CHECK: Published = Published {
    field: "setup_check",
    what: "the documentation of the set-up check",
    source: |info| info.setup_check.as_ref(),
    hints: &[],
};

/// The reason for missing updates.
pub(crate) const NON_UPDATABLE: Published = Published {
    field: "non_updatable",
    what: "the reason for missing updates",
    source: |info| info.non_updatable.as_ref(),
    hints: &[Hint::Dates],
};

/// The plan for replacement.
pub(crate) const REPLACEMENT: Published = Published {
    field: "replacement",
    what: "the replacement plan",
    source: |info| info.replacement.as_ref(),
    hints: &[Hint::Contacts, Hint::Times],
};
