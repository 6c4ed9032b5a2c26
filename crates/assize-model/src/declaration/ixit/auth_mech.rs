//! IXIT 1-AuthMech: one way in which users or machines authenticate to the DUT (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{Crypto, Generation, Guarantee, Place};

/// One entry of IXIT 1-AuthMech: one way in which users or machines authenticate to the DUT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuthMech {
    /// Label, unique in the table: `AuthMech-1` or `AuthMech-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// What the mechanism and its authorisation do.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Who authenticates.
    #[schemars(extend("x-field" = "Description"))]
    pub subject: Option<Subject>,
    /// Whether it can be addressed over a network interface.
    #[schemars(extend("x-field" = "Description"))]
    pub network: Option<bool>,
    /// Where it is reached: `tcp/8443` on the DUT.
    #[schemars(extend("x-field" = "Description"))]
    pub reached_at: Vec<Place>,
    /// The kind of attribute used.
    #[schemars(extend("x-field" = "Authentication Factor"))]
    pub factor: Option<Factor>,
    /// For passwords: who sets the value.
    #[schemars(extend("x-field" = "Authentication Factor"))]
    pub password_origin: Option<PasswordOrigin>,
    /// For passwords: whether the value works outside the factory-default state.
    #[schemars(extend("x-field" = "Authentication Factor"))]
    pub used_when_initialised: Option<bool>,
    /// How a value that the user does not set arises.
    #[schemars(extend("x-field" = "Password Generation Mechanism"))]
    pub generation: Option<Generation>,
    /// Objectives reached.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub guarantees: Vec<Guarantee>,
    /// Threats countered.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub threats: Option<String>,
    /// Protocols, operations, primitives, modes, key sizes, key management.
    #[schemars(extend("x-field" = "Cryptographic Details"))]
    pub crypto: Option<Crypto>,
    /// What stops guessing over the network.
    #[schemars(extend("x-field" = "Brute Force Prevention"))]
    pub brute_force: Option<BruteForce>,
}

impl AuthMech {
    /// Whether a network reaches it; unknown also where it says no and names a port of the DUT all the same.
    pub fn over_network(&self) -> Option<bool> {
        super::common::over_network(self.network, &self.reached_at)
    }
}

/// Who authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A person.
    User,
    /// Another machine.
    Machine,
}

/// The kind of authentication factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// A biometric property.
    Biometric,
    /// A key or certificate.
    Key,
    /// A password, passphrase or PIN.
    Password,
    /// Presence at the device, such as a button.
    Presence,
    /// A token issued earlier.
    Token,
}

/// Who sets a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordOrigin {
    /// The manufacturer, before sale.
    PreInstalled,
    /// The device or a service, later.
    Generated,
    /// The user.
    UserDefined,
}

/// What stops guessing over the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BruteForce {
    /// The measure, in words.
    pub measure: Option<String>,
    /// How many guesses an hour get through at most.
    pub attempts_per_hour: Option<u32>,
}
