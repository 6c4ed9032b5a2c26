//! IXIT 25-DelFunc: one way to delete user data (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 25-DelFunc: one way to delete user data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DelFunc {
    /// Label, unique in the table: `DelFunc-1` or `DelFunc-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The function, and which associated service it covers.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Where the data is.
    #[schemars(extend("x-field" = "Target Type"))]
    pub target: Option<DeletionTarget>,
    /// Which kinds of user data it erases.
    #[schemars(extend("x-field" = "Target Type"))]
    pub covers: Vec<UserDataKind>,
    /// What the user does.
    #[schemars(extend("x-field" = "Initiation and Interaction"))]
    pub interaction: Option<String>,
    /// How success is shown.
    #[schemars(extend("x-field" = "Confirmation"))]
    pub confirmation: Option<String>,
}

/// Where the data lies that a deletion function erases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeletionTarget {
    /// User data on the DUT.
    Dut,
    /// Personal data on associated services.
    Services,
    /// Both.
    Both,
}

/// Kinds of user data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UserDataKind {
    /// Personal data.
    PersonalData,
    /// Configuration made by the user.
    Configuration,
    /// Cryptographic material of the user.
    Keys,
}
