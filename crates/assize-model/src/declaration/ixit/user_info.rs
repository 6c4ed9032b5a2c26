//! IXIT 2-UserInfo: independent statements on what users are told and where (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::Source;

/// The list IXIT 2-UserInfo: independent statements on what users are told and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UserInfo {
    /// Where changing authentication values is documented.
    #[schemars(extend("x-field" = "Documentation of Change Mechanisms"))]
    pub change_mechanisms: Option<Source>,
    /// Where isolation guidance and the replacement plan are documented.
    #[schemars(extend("x-field" = "Documentation of Replacement"))]
    pub replacement: Option<Source>,
    /// Where external sensing is documented.
    #[schemars(extend("x-field" = "Documentation of Sensors"))]
    pub sensors: Option<Source>,
    /// Where secure set-up is documented.
    #[schemars(extend("x-field" = "Documentation of Secure Setup"))]
    pub secure_setup: Option<Source>,
    /// Where checking the set-up is documented.
    #[schemars(extend("x-field" = "Documentation of Setup Check"))]
    pub setup_check: Option<Source>,
    /// Where processing of personal data is documented.
    #[schemars(extend("x-field" = "Documentation of Personal Data"))]
    pub personal_data: Option<Source>,
    /// Where telemetry collection is documented.
    #[schemars(extend("x-field" = "Documentation of Telemetry Data"))]
    pub telemetry_data: Option<Source>,
    /// Where deleting personal data is documented.
    #[schemars(extend("x-field" = "Documentation of Deletion"))]
    pub deletion: Option<Source>,
    /// The designation and how a user recognises it.
    #[schemars(extend("x-field" = "Model Designation"))]
    pub model_designation: Option<Designation>,
    /// How long product or service is maintained.
    #[schemars(extend("x-field" = "Support Period"))]
    pub support_period: Option<SupportPeriod>,
    /// Where the support period is published.
    #[schemars(extend("x-field" = "Publication of Support Period"))]
    pub support_period_published: Option<Source>,
    /// Where the vulnerability disclosure policy is published.
    #[schemars(extend("x-field" = "Publication of Vulnerability Disclosure Policy"))]
    pub disclosure_policy: Option<Source>,
    /// The supplier's `security.txt` (RFC 9116), when it is part of how the policy is published.
    #[schemars(extend("x-field" = "Publication of Vulnerability Disclosure Policy", "format" = "uri"))]
    pub security_txt: Option<String>,
    /// The OpenPGP certificate that `security.txt` is signed with: a file below the assessment folder. Without it, the
    /// key that the file itself names counts.
    #[schemars(extend("x-field" = "Publication of Vulnerability Disclosure Policy"))]
    pub security_txt_key: Option<String>,
    /// Where the reason for missing updates is published.
    #[schemars(extend("x-field" = "Publication of Non-Updatable"))]
    pub non_updatable: Option<Source>,
}

/// A model designation and where a user finds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Designation {
    /// The designation as printed.
    pub value: Option<String>,
    /// How a user recognises it: on a label or over a physical interface.
    pub found_on: Option<String>,
}

/// How long product or service is maintained.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SupportPeriod {
    /// The last day of support, as `2031-12-31`.
    #[schemars(extend("format" = "date"))]
    pub until: Option<String>,
    /// The period in words.
    pub words: Option<String>,
}
