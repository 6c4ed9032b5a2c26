//! IXIT 28-ExtAPI: one API that takes data from outside sources (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::common::Place;

/// One entry of IXIT 28-ExtAPI: one API that takes data from outside sources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExtApi {
    /// Label, unique in the table: `ExtAPI-1` or `ExtAPI-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The API.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Where it is reached.
    #[schemars(extend("x-field" = "Description"))]
    pub reached_at: Vec<Place>,
}
