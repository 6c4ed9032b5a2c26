//! Access to the disclosure policy is declared to need nothing.

use super::POLICY;
use crate::Check;
use crate::say::whole;

pub(crate) const CHECK: Check = Check {
    name: "publication.policy_open_to_all",
    establishes: "Access to the disclosure policy is declared to need nothing.",
    probes: &[],
    partial: false,
    judge: |scene| whole(POLICY.is_open_to_all(scene)),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { precondition = 'an account' } }",
            &nothing(),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(&CHECK, "2-UserInfo = { disclosure_policy = { precondition = 'none' } }", &nothing(), "PASS");
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
