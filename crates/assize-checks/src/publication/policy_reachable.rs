//! The disclosure policy opens for anybody at the declared address, and a declared `security.txt` leads to it.

use super::{POLICY, security_txt};
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.policy_reachable",
    establishes: "The disclosure policy opens for anybody at the declared address, and a declared security.txt leads to it.",
    probes: &["publication", "security-txt"],
    partial: false,
    judge: |scene| security_txt::beside(scene, POLICY.judged(scene)),
};

#[cfg(test)]
mod tests {
    use assize_model::fact::FetchOutcome;

    use super::CHECK;
    use crate::stage::{check, looked, nothing, page, published};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }",
            &looked(&[page("https://x/policy", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }",
            &looked(&[page("https://x/policy", 200, "Policy")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }",
            &looked(&[page("https://x/other", 200, "")]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn behind_login() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[published("https://x", FetchOutcome::Status(200), "", true)]),
            "FAIL",
        );
    }

    #[test]
    fn refused() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page("https://x", 403, "")]),
            "FAIL",
        );
    }

    #[test]
    fn server_in_trouble() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[page("https://x", 500, "")]),
            "FAIL",
        );
    }

    #[test]
    fn not_http() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[published("https://x", FetchOutcome::NotHttp, "", false)]),
            "FAIL",
        );
    }

    #[test]
    fn leaves() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[published("https://x", FetchOutcome::LeavesTargets("y".into()), "", false)]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { words = 'on our site' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
