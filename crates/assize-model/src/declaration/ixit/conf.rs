//! IXIT 4-Conf: yes or no statements that processes are really in place (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::Answer;

/// The list IXIT 4-Conf: yes or no statements that processes are really in place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Conf {
    /// Infrastructure and briefed staff for the actions of 3-VulnTypes.
    #[schemars(extend("x-field" = "Confirmation of Vulnerability Actions"))]
    pub vulnerability_actions: Option<Answer>,
    /// Infrastructure and briefed staff for the procedures of 5-VulnMon.
    #[schemars(extend("x-field" = "Confirmation of Vulnerability Monitoring"))]
    pub vulnerability_monitoring: Option<Answer>,
    /// Infrastructure and briefed staff for the procedures of 8-UpdProc.
    #[schemars(extend("x-field" = "Confirmation of Update Procedures"))]
    pub update_procedures: Option<Answer>,
    /// The processes of 14-SecMgmt are established.
    #[schemars(extend("x-field" = "Confirmation of Secure Management"))]
    pub secure_management: Option<Answer>,
    /// The processes of 19-SecDev are established.
    #[schemars(extend("x-field" = "Confirmation of Secure Development"))]
    pub secure_development: Option<Answer>,
}
