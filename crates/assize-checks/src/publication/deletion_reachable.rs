//! The documentation of deletion opens at the declared address.

use super::DELETION;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.deletion_reachable",
    establishes: "The documentation of deletion opens at the declared address.",
    probes: &["publication"],
    partial: true,
    judge: |scene| DELETION.judged(scene),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { deletion = { url = 'https://x/d' } }",
            &looked(&[page("https://x/d", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { deletion = { url = 'https://x/d' } }",
            &looked(&[page("https://x/d", 200, "All of it.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "2-UserInfo = { deletion = { url = 'https://x/d' } }", &nothing(), "INCONCLUSIVE");
    }
}
