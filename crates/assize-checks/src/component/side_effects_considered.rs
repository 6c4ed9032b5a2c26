//! Side effects of updating a component's cryptography were considered.

use assize_model::declaration::ixit::SoftComp;
use assize_model::scene::Scene;

use super::without_cryptography;
use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "component.side_effects_considered",
    establishes: "Side effects of updating a component's cryptography were considered.",
    probes: &[],
    partial: true,
    judge: |scene| table::soft_comp(scene, |c, row| rule(c, row, scene)),
};

fn rule(c: &SoftComp, row: Row, scene: &Scene) -> Said {
    match (c.uses_cryptography, c.side_effects_considered) {
        (Some(false), _) => without_cryptography(row, scene),
        (None, _) => row.leaves_out("uses_cryptography", "whether it uses cryptography"),
        (_, Some(true)) => row.passes("side_effects_considered", "was considered for side effects"),
        (_, Some(false)) => {
            let words = "was not considered for side effects of updating its cryptography";
            row.fails("side_effects_considered", words, "find out what depends on its keys and algorithms")
        }
        (_, None) => row.leaves_out("side_effects_considered", "whether side effects were considered"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, web};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'A', uses_cryptography = true, \
             side_effects_considered = false }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'A', uses_cryptography = true, \
             side_effects_considered = true }, { id = 'B', uses_cryptography = false }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn some_component_does_the_cryptography_that_is_seen() {
        let none = "6-SoftComp = [{ id = 'A', uses_cryptography = false }]";
        check(&CHECK, none, &looked(&[web(443, true)]), "A INCONCLUSIVE");
        let other = none.replace(" }]", " }, { id = 'B', uses_cryptography = true }]");
        check(&CHECK, &other, &looked(&[web(443, true)]), "A N/A, B INCONCLUSIVE");
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'A', uses_cryptography = true }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
