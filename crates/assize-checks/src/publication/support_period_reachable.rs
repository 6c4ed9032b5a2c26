//! The published support period opens for anybody at the declared address.

use super::SUPPORT_PERIOD;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.support_period_reachable",
    establishes: "The published support period opens for anybody at the declared address.",
    probes: &["publication"],
    partial: true,
    judge: |scene| SUPPORT_PERIOD.judged(scene),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { support_period_published = { url = 'https://x/support' } }",
            &looked(&[page("https://x/support", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { support_period_published = { url = 'https://x/support' } }",
            &looked(&[page("https://x/support", 200, "All of it.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { support_period_published = { url = 'https://x/support' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
