//! The documentation of telemetry opens at the declared address.

use super::TELEMETRY;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.telemetry_reachable",
    establishes: "The documentation of telemetry opens at the declared address.",
    probes: &["publication"],
    partial: true,
    judge: |scene| TELEMETRY.judged(scene),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { telemetry_data = { url = 'https://x/t' } }",
            &looked(&[page("https://x/t", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { telemetry_data = { url = 'https://x/t' } }",
            &looked(&[page("https://x/t", 200, "All of it.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { telemetry_data = { url = 'https://x/t' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
