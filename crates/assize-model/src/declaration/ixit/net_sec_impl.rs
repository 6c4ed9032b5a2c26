//! IXIT 12-NetSecImpl: one implementation of network or security functions (TS 103 701 Annex A.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry of IXIT 12-NetSecImpl: one implementation of network or security functions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NetSecImpl {
    /// Label, unique in the table: `NetSecImpl-1` or `NetSecImpl-Label`.
    #[schemars(extend("x-field" = "ID"))]
    pub id: String,
    /// Purpose and scope.
    #[schemars(extend("x-field" = "Description"))]
    pub description: Option<String>,
    /// Name of the implementation.
    #[schemars(extend("x-field" = "Description"))]
    pub name: Option<String>,
    /// Version on the DUT.
    #[schemars(extend("x-field" = "Description"))]
    pub version: Option<String>,
    /// How it was reviewed or evaluated and what was covered.
    #[schemars(extend("x-field" = "Review/Evaluation Method"))]
    pub review: Option<String>,
    /// The kind of review.
    #[schemars(extend("x-field" = "Review/Evaluation Method"))]
    pub review_kind: Option<ReviewKind>,
    /// Result, or reference to certificate or report.
    #[schemars(extend("x-field" = "Report"))]
    pub report: Option<String>,
}

/// The kind of review or evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewKind {
    /// Evaluated under a scheme, with certificate.
    Certified,
    /// Reviewed by an independent party.
    Independent,
    /// Reviewed inside the organisation.
    Internal,
    /// Open to public review, as widely used open source.
    Public,
    /// Not reviewed.
    None,
}
