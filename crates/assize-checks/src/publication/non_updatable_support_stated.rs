//! The page with the reason for missing updates states the declared end of support.

use super::NON_UPDATABLE;
use super::support_period_stated::rule;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.non_updatable_support_stated",
    establishes: "The page with the reason for missing updates states the declared end of support.",
    probes: &["publication"],
    partial: true,
    judge: |scene| NON_UPDATABLE.read(scene, |page| rule(page, scene)),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, copied, looked, nothing, page};

    const DECLARED: &str = "2-UserInfo = { support_period = { until = '2031-12-31' }, \
        non_updatable = { url = 'https://x', file = 'why.html' } }";

    #[test]
    fn flawed() {
        check(
            &CHECK,
            DECLARED,
            &looked(&[page("https://x", 200, "Supported until 31 December 2028.")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(&CHECK, DECLARED, &looked(&[page("https://x", 200, "Until 31 December 2031.")]), "PASS");
        check(&CHECK, DECLARED, &looked(&[copied("why.html", "Until 2031-12-31.")]), "PASS");
    }

    #[test]
    fn a_copy_does_not_stand_for_a_page_that_is_missing() {
        let beside =
            |status| looked(&[page("https://x", status, ""), copied("why.html", "Until 2031-12-31.")]);
        check(&CHECK, DECLARED, &beside(404), "INCONCLUSIVE");
        check(&CHECK, DECLARED, &beside(403), "PASS");
        let wrong = copied("why.html", "Supported until 31 December 2028.");
        check(&CHECK, DECLARED, &looked(&[page("https://x", 404, ""), wrong]), "FAIL");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &nothing(), "INCONCLUSIVE");
    }
}
