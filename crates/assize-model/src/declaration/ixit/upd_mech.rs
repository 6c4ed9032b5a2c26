//! IXIT 7-UpdMech: one way in which software on the DUT is updated (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{Crypto, Guarantee, Place, Setting};

/// One entry of IXIT 7-UpdMech: one way in which software on the DUT is updated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UpdMech {
    /// Label, unique in the table: `UpdMech-1` or `UpdMech-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Steps and characteristics.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Whether updates are delivered over a network interface.
    #[schemars(extend("x-field" = "Description"))]
    pub network: Option<bool>,
    /// Where the DUT offers or fetches updates.
    #[schemars(extend("x-field" = "Description"))]
    pub reached_at: Vec<Place>,
    /// Objectives reached.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub guarantees: Vec<Guarantee>,
    /// Threats countered.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub threats: Option<String>,
    /// Who verifies authenticity and integrity.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub verified_by: Option<VerifiedBy>,
    /// The trust relationships that verification rests on.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub trust: Vec<Trust>,
    /// Whether older versions are refused.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub rollback_refused: Option<bool>,
    /// Cryptography used, key management included.
    #[schemars(extend("x-field" = "Cryptographic Details"))]
    pub crypto: Option<Crypto>,
    /// How an update starts.
    #[schemars(extend("x-field" = "Initiation and Interaction"))]
    pub initiation: Option<Initiation>,
    /// What the user must do.
    #[schemars(extend("x-field" = "Initiation and Interaction"))]
    pub interaction: Option<String>,
    /// Settings for automation and notification, in words.
    #[schemars(extend("x-field" = "Configuration"))]
    pub configuration: Option<String>,
    /// The setting for automatic updates.
    #[schemars(extend("x-field" = "Configuration"))]
    pub automation: Option<Setting>,
    /// The setting for update notifications.
    #[schemars(extend("x-field" = "Configuration"))]
    pub notification: Option<Setting>,
    /// How and when availability is queried, in words.
    #[schemars(extend("x-field" = "Update Checking"))]
    pub checking: Option<String>,
    /// The query schedule.
    #[schemars(extend("x-field" = "Update Checking"))]
    pub schedule: Option<Schedule>,
    /// How users learn of updates and interruptions.
    #[schemars(extend("x-field" = "User Notification"))]
    pub user_notification: Option<Notice>,
}

impl UpdMech {
    /// Whether updates come over a network; unknown also where it says no and names a port all the same, of the DUT or
    /// of a host.
    pub fn over_network(&self) -> Option<bool> {
        self.network.filter(|is_reached| *is_reached || self.reached_at.is_empty())
    }

    /// Whether it updates without the user: an update that starts by itself is automatic, whatever its setting says.
    pub fn automates(&self) -> Option<bool> {
        match self.initiation {
            Some(Initiation::Automatic) => Some(true),
            _ => self.automation.as_ref()?.is_offered(),
        }
    }

    /// Whether it tells the user of updates; unknown where it says no and has a notice with content.
    pub fn notifies(&self) -> Option<bool> {
        let tells = self
            .user_notification
            .as_ref()
            .is_some_and(|n| n.names_risks == Some(true) || n.warns_of_interruption == Some(true));
        self.notification.as_ref()?.is_offered().filter(|yes| *yes || !tells)
    }
}

/// Who verifies an update before it is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerifiedBy {
    /// The DUT itself.
    Dut,
    /// Another party before delivery only.
    Other,
    /// Nobody.
    Nobody,
}

/// What verification of an update hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// An authenticated channel.
    AuthenticatedChannel,
    /// A digital signature.
    DigitalSignature,
    /// Membership of a network that needs a secret.
    NetworkMembership,
    /// A confirmation by the user.
    UserConfirmation,
}

/// How an update starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Initiation {
    /// Without the user.
    Automatic,
    /// By the user in an associated service.
    AssociatedService,
    /// By the user on the DUT's own web interface.
    WebInterface,
    /// By the user in another way.
    Manual,
}

/// When the DUT asks whether an update is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Whether it asks after initialisation.
    pub after_initialisation: Option<bool>,
    /// Every how many hours it asks.
    pub every_hours: Option<u32>,
    /// Whether the DUT itself asks.
    pub by_dut: Option<bool>,
}

/// How users learn of updates and interruptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Notice {
    /// How the notice reaches the user, in words.
    pub how: Option<String>,
    /// Whether it names the risks that the update removes.
    pub names_risks: Option<bool>,
    /// Whether it warns of an interruption of basic functions.
    pub warns_of_interruption: Option<bool>,
    /// Whether the DUT itself gives it.
    pub by_dut: Option<bool>,
}
