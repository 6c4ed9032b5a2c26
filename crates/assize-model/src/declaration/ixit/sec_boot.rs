//! IXIT 20-SecBoot: one secure boot mechanism (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::Guarantee;

/// One entry of IXIT 20-SecBoot: one secure boot mechanism.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecBoot {
    /// Label, unique in the table: `SecBoot-1` or `SecBoot-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Mechanism, trust assumptions, software protected.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Objectives reached.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub guarantees: Vec<Guarantee>,
    /// How an unauthorised change is noticed.
    #[schemars(extend("x-field" = "Detection Mechanisms"))]
    pub detection: Option<String>,
    /// How the user learns of it, and with which content.
    #[schemars(extend("x-field" = "User Notification"))]
    pub user_notification: Option<String>,
    /// Network functions needed to tell the user.
    #[schemars(extend("x-field" = "Notification Functionality"))]
    pub notification_functions: Option<String>,
}
