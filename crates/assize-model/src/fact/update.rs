//! What came of updates that the bench offered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::declaration::relay::Variant;

/// One update offered to the DUT from the bench's place between the DUT and its update server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateAttempt {
    /// The address of the DUT.
    pub target: String,
    /// The place that the bench took, as `updates:tcp/443`.
    pub place: String,
    /// The offer.
    pub offer: String,
    /// What was wrong with it.
    pub variant: Variant,
    /// Whether the bench showed a certificate that the DUT has no reason to trust.
    pub untrusted_certificate: bool,
    /// Connections of the DUT to the bench.
    pub connections: u32,
    /// Whether the DUT finished a TLS handshake with the bench; none when it tried none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_trusted_bench: Option<bool>,
    /// What the DUT asked for, method and path, the first of them.
    #[serde(default)]
    pub requests: Vec<String>,
    /// How many answers reached the DUT otherwise than the host would have given them.
    pub changed: u32,
    /// The version that the DUT told before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_before: Option<String>,
    /// The version that the DUT told afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_after: Option<String>,
}

impl UpdateAttempt {
    /// Whether the DUT installed what was offered, told by its version; none when it told none.
    pub fn accepted(&self) -> Option<bool> {
        Some(self.version_before.as_ref()? != self.version_after.as_ref()?)
    }

    /// The attempt in one line.
    pub(crate) fn words(&self) -> String {
        let came = match self.accepted() {
            Some(true) => "installed it",
            Some(false) => "did not install it",
            None => "told no version",
        };
        let asked = counted(self.requests.len() as u64, "request");
        let changed = counted(self.changed.into(), "changed answer");
        format!(
            "offered an update ({}) at {}: the DUT sent {asked}, got {changed}, and {came}",
            self.variant.name(),
            self.place,
        )
    }
}

/// `1 request`, `2 requests`.
fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_as_one() {
        let attempt =
            UpdateAttempt { requests: vec!["GET /m".into()], changed: 1, ..UpdateAttempt::default() };
        assert!(attempt.words().contains("sent 1 request, got 1 changed answer, and"), "{}", attempt.words());
        assert!(UpdateAttempt::default().words().contains("sent 0 requests, got 0 changed answers"));
    }
}
