//! Each component that uses cryptography has an update mechanism.

use assize_model::declaration::ixit::SoftComp;

use crate::Check;
use crate::say::{Row, Said, list};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "component.cryptography_updatable",
    establishes: "Each component that uses cryptography has an update mechanism.",
    probes: &[],
    partial: false,
    judge: |scene| table::soft_comp(scene, rule),
};

fn rule(c: &SoftComp, row: Row) -> Said {
    match c.uses_cryptography {
        Some(false) => row.is_beside("uses_cryptography", "uses no cryptography"),
        None => row.leaves_out("uses_cryptography", "whether it uses cryptography"),
        Some(true) if c.update_mechanisms.is_empty() => {
            let words = "uses cryptography, but no mechanism updates it";
            row.fails("update_mechanisms", words, "make it updateable, and name the mechanism")
        }
        Some(true) => {
            let words = format!("uses cryptography and is updated by {}", list(&c.update_mechanisms));
            row.passes("update_mechanisms", words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "6-SoftComp = [{ id = 'A', uses_cryptography = true }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'A', uses_cryptography = true, update_mechanisms = ['U'] }, \
             { id = 'B', uses_cryptography = false }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "6-SoftComp = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
