//! The reason for missing updates and the replacement plan open for anybody at the declared addresses.

use assize_model::judgement::Finding;

use super::{NON_UPDATABLE, REPLACEMENT};
use crate::Check;
use crate::say::worst;

pub(crate) const CHECK: Check = Check {
    name: "publication.non_updatable_reachable",
    establishes: "The reason for missing updates and the replacement plan open for anybody at the declared addresses.",
    probes: &["publication"],
    partial: true,
    judge: |scene| {
        let both = [NON_UPDATABLE, REPLACEMENT].map(|p| p.reached(scene));
        worst(both.into())
            .map(|(outcome, indications)| Finding::whole(outcome, indications))
            .into_iter()
            .collect()
    },
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    const DECLARED: &str = "2-UserInfo = { non_updatable = { url = 'https://x/why' }, replacement = { url = 'https://x/plan' } }";

    #[test]
    fn flawed() {
        let seen = looked(&[page("https://x/why", 200, ""), page("https://x/plan", 404, "")]);
        check(&CHECK, DECLARED, &seen, "FAIL");
    }

    #[test]
    fn conformant() {
        let seen =
            looked(&[page("https://x/why", 200, "All of it."), page("https://x/plan", 200, "All of it.")]);
        check(&CHECK, DECLARED, &seen, "PASS");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &looked(&[page("https://x/why", 200, "")]), "INCONCLUSIVE");
        check(&CHECK, DECLARED, &nothing(), "INCONCLUSIVE");
    }
}
