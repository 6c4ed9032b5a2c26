//! Reason for missing updates and plan for replacement open for anybody at the declared addresses.

use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use super::{NON_UPDATABLE, REPLACEMENT};
use crate::Check;
use crate::say::worst;

pub(crate) const CHECK: Check = Check {
    name: "publication.non_updatable_reachable",
    establishes: "Reason for missing updates and plan for replacement open for anybody at the declared addresses.",
    probes: &["publication"],
    partial: false,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let said = vec![NON_UPDATABLE.reached(scene), REPLACEMENT.reached(scene)];
    worst(said).map(|(outcome, shown)| Finding::whole(outcome, shown)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { non_updatable = { url = 'https://x/a' }, \
             replacement = { url = 'https://x/b' } }",
            &looked(&[page("https://x/a", 200, ""), page("https://x/b", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { non_updatable = { url = 'https://x/a' }, \
             replacement = { url = 'https://x/b' } }",
            &looked(&[page("https://x/a", 200, ""), page("https://x/b", 200, "")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { non_updatable = { url = 'https://x/a' }, \
             replacement = { url = 'https://x/b' } }",
            &looked(&[page("https://x/a", 200, "")]),
            "INCONCLUSIVE",
        );
    }
}
