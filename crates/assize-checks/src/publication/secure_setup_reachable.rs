//! The documentation of secure set-up opens at the declared address.

use super::SECURE_SETUP;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.secure_setup_reachable",
    establishes: "The documentation of secure set-up opens at the declared address.",
    probes: &["publication"],
    partial: true,
    judge: |scene| SECURE_SETUP.judged(scene),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { secure_setup = { url = 'https://x/g' } }",
            &looked(&[page("https://x/g", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { secure_setup = { url = 'https://x/g' } }",
            &looked(&[page("https://x/g", 200, "All of it.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "2-UserInfo = { secure_setup = { url = 'https://x/g' } }", &nothing(), "INCONCLUSIVE");
    }
}
