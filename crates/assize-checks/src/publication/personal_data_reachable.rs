//! The documentation of personal data opens at the declared address.

use super::PERSONAL_DATA;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.personal_data_reachable",
    establishes: "The documentation of personal data opens at the declared address.",
    probes: &["publication"],
    partial: true,
    judge: |scene| PERSONAL_DATA.judged(scene),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { personal_data = { url = 'https://x/p' } }",
            &looked(&[page("https://x/p", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { personal_data = { url = 'https://x/p' } }",
            &looked(&[page("https://x/p", 200, "All of it.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "2-UserInfo = { personal_data = { url = 'https://x/p' } }", &nothing(), "INCONCLUSIVE");
    }
}
