//! IXIT 15-Intf: one network, physical or logical interface (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::{Place, Status};

/// One entry of IXIT 15-Intf: one network, physical or logical interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Intf {
    /// Label, unique in the table: `Intf-1` or `Intf-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Purpose.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// For physical interfaces: whether always, sometimes or never required.
    #[schemars(extend("x-field" = "Description"))]
    pub needed: Option<Needed>,
    /// Its classes.
    #[schemars(extend("x-field" = "Type"))]
    pub kinds: Vec<IntfKind>,
    /// For network and logical interfaces: the ports it has.
    #[schemars(extend("x-field" = "Type"))]
    pub reached_at: Vec<Place>,
    /// State when initialised.
    #[schemars(extend("x-field" = "Status"))]
    pub status: Option<Status>,
    /// Reasons if enabled.
    #[schemars(extend("x-field" = "Status"))]
    pub enabled_because: Option<String>,
    /// What is given away without authentication when initialised; an empty list says: nothing.
    #[schemars(extend("x-field" = "Disclosed Information"))]
    pub disclosed: Vec<Disclosed>,
    /// Whether it can be used for debugging.
    #[schemars(extend("x-field" = "Debug Interface"))]
    pub debug: Option<bool>,
    /// How exposure is limited; for debug interfaces the mechanism that disables them.
    #[schemars(extend("x-field" = "Protection"))]
    pub protection: Option<String>,
    /// For debug interfaces: whether software disables them.
    #[schemars(extend("x-field" = "Protection"))]
    pub disabled_by_software: Option<bool>,
}

/// When a physical interface is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Needed {
    /// In all use.
    Always,
    /// Intermittently.
    Sometimes,
    /// In no use.
    Never,
}

/// Classes of interface; one interface may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IntfKind {
    /// Radio or other air interface (counts as physical).
    Air,
    /// Logical interface.
    Logical,
    /// Network interface.
    Network,
    /// Wired or otherwise touchable interface.
    Physical,
}

/// One piece of information given away without authentication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Disclosed {
    /// What is given away, in words.
    pub what: Option<String>,
    /// A text that is found in what the interface says, so that a probe can recognise it.
    pub recognised_by: Option<String>,
    /// Why it is given away.
    pub why: Option<String>,
    /// Whether it is relevant to security.
    pub security_relevant: Option<bool>,
}
