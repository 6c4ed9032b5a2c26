//! IXIT 21-PersData: one category of personal data that the DUT processes (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 21-PersData: one category of personal data that the DUT processes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PersData {
    /// Label, unique in the table: `PersData-1` or `PersData-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// The category.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// How and why it is processed, and by which parties.
    #[schemars(extend("x-field" = "Processing Activities"))]
    pub processing: Option<String>,
    /// Whether an associated service stores it.
    #[schemars(extend("x-field" = "Processing Activities"))]
    pub stored_by_service: Option<bool>,
    /// Ids of 11-ComMech entries that carry it; an empty list says that it is not transmitted.
    #[schemars(extend("x-field" = "Communication Mechanisms", "x-refers" = ["11-ComMech"]))]
    pub communication: Vec<String>,
    /// Whether the peer is an associated service.
    #[schemars(extend("x-field" = "Communication Mechanisms"))]
    pub to_associated_service: Option<bool>,
    /// Whether it is sensitive in the sense of 5.8-2.
    #[schemars(extend("x-field" = "Sensitive"))]
    pub sensitive: Option<bool>,
    /// Whether processing rests on consent.
    #[schemars(extend("x-field" = "Obtaining Consent"))]
    pub by_consent: Option<bool>,
    /// How consent is obtained.
    #[schemars(extend("x-field" = "Obtaining Consent"))]
    pub obtaining_consent: Option<String>,
    /// How consent is withdrawn.
    #[schemars(extend("x-field" = "Withdrawing Consent"))]
    pub withdrawing_consent: Option<String>,
}

impl PersData {
    /// Whether it goes to an associated service; unknown also where it says no and a service stores it.
    pub fn reaches_associated_service(&self) -> Option<bool> {
        self.to_associated_service.filter(|to| *to || self.stored_by_service != Some(true))
    }
}
