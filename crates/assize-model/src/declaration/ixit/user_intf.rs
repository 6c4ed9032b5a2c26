//! IXIT 27-UserIntf: one interface that takes user input (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::Place;

/// One entry of IXIT 27-UserIntf: one interface that takes user input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UserIntf {
    /// Label, unique in the table: `UserIntf-1` or `UserIntf-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The interface and how users reach it.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Where it is reached, for user interfaces on the network.
    #[schemars(extend("x-field" = "Description"))]
    pub reached_at: Vec<Place>,
}
