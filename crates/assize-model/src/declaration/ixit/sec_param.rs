//! IXIT 10-SecParam: one sensitive security parameter stored persistently in intended use (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{Generation, Guarantee, Place};

/// One entry of IXIT 10-SecParam: one sensitive security parameter stored persistently in intended use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecParam {
    /// Label, unique in the table: `SecParam-1` or `SecParam-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Purpose.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Whether it is a hard-coded identity of the unit.
    #[schemars(extend("x-field" = "Description"))]
    pub fixed_identity: Option<bool>,
    /// Whether its value is fixed in source code.
    #[schemars(extend("x-field" = "Description"))]
    pub in_source_code: Option<bool>,
    /// The ports of the DUT at which this key, or the public part of its pair, proves who the unit is: the key behind a
    /// certificate, an SSH host key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-field" = "Description"))]
    pub shown_at: Vec<Place>,
    /// Public or critical.
    #[schemars(extend("x-field" = "Type"))]
    pub kind: Option<ParamKind>,
    /// Objectives reached during storage.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub guarantees: Vec<Guarantee>,
    /// Threats countered.
    #[schemars(extend("x-field" = "Security Guarantees"))]
    pub threats: Option<String>,
    /// Measures, roles with access and their privileges.
    #[schemars(extend("x-field" = "Protection Scheme"))]
    pub protection: Option<String>,
    /// How the parameter gets its operating value.
    #[schemars(extend("x-field" = "Provisioning Mechanism"))]
    pub provisioning: Option<String>,
    /// Where the operating value comes from.
    #[schemars(extend("x-field" = "Provisioning Mechanism"))]
    pub provisioned_from: Option<Provisioning>,
    /// Ids of 11-ComMech entries that carry it; an empty list says that it is not transmitted.
    #[schemars(extend("x-field" = "Communication Mechanisms", "x-refers" = ["11-ComMech"]))]
    pub communication: Vec<String>,
    /// How values are generated.
    #[schemars(extend("x-field" = "Generation Mechanism"))]
    pub generation: Option<Generation>,
    /// What the parameter protects.
    #[schemars(extend("x-field" = "Generation Mechanism"))]
    pub protects: Vec<Protects>,
}

/// The two types of sensitive security parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParamKind {
    /// Its change would harm; it may be known.
    Public,
    /// Its knowledge or change would harm.
    Critical,
}

/// Where a parameter's operating value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Provisioning {
    /// Written per unit in production.
    Production,
    /// Generated on the device.
    OnDevice,
    /// Received from an associated service.
    AssociatedService,
    /// Entered by the user.
    User,
    /// Compiled in.
    SourceCode,
}

/// What a critical parameter protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protects {
    /// Authenticity and integrity of updates.
    Updates,
    /// Communication with associated services.
    AssociatedServices,
    /// Something else.
    Other,
}
