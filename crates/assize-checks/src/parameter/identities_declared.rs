//! Each parameter says whether it is a hard-coded identity of the unit.

use assize_model::declaration::ixit::SecParam;

use crate::Check;
use crate::say::{Row, Said, together};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "parameter.identities_declared",
    establishes: "Each parameter says whether it is a hard-coded identity of the unit.",
    probes: &[],
    partial: true,
    judge: |scene| together("10-SecParam", table::sec_param(scene, rule)),
};

fn rule(p: &SecParam, row: Row) -> Said {
    match p.fixed_identity {
        Some(true) => row.passes("fixed_identity", "is declared as a hard-coded identity"),
        Some(false) => row.is_beside("fixed_identity", "is declared as no hard-coded identity"),
        None => row.leaves_out("fixed_identity", "whether it is a hard-coded identity"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', fixed_identity = true }, \
             { id = 'B', fixed_identity = false }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn without_identity() {
        check(&CHECK, "10-SecParam = [{ id = 'A', fixed_identity = false }]", &nothing(), "N/A");
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', fixed_identity = true }, { id = 'B' }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn no_entry() {
        check(&CHECK, "format = 1", &nothing(), "");
    }
}
