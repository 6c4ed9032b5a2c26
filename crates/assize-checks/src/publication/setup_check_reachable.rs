//! The documentation of the set-up check opens at the declared address.

use super::SETUP_CHECK;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.setup_check_reachable",
    establishes: "The documentation of the set-up check opens at the declared address.",
    probes: &["publication"],
    partial: true,
    judge: |scene| SETUP_CHECK.judged(scene),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { setup_check = { url = 'https://x/c' } }",
            &looked(&[page("https://x/c", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { setup_check = { url = 'https://x/c' } }",
            &looked(&[page("https://x/c", 200, "All of it.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "2-UserInfo = { setup_check = { url = 'https://x/c' } }", &nothing(), "INCONCLUSIVE");
    }
}
