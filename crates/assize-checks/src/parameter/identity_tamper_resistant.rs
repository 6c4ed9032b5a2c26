//! Hard-coded identities are guaranteed to resist tampering.

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::common::Guarantee;

use crate::Check;
use crate::say::{Row, Said};
use crate::{guarantee, table};

pub(crate) const CHECK: Check = Check {
    name: "parameter.identity_tamper_resistant",
    establishes: "Hard-coded identities are guaranteed to resist tampering.",
    probes: &[],
    partial: false,
    judge: |scene| table::sec_param(scene, rule),
};

fn rule(p: &SecParam, row: Row) -> Said {
    match p.fixed_identity {
        Some(true) => guarantee::includes(row, &p.guarantees, &[Guarantee::TamperResistance]),
        Some(false) => row.is_beside("fixed_identity", "is no hard-coded identity"),
        None => row.leaves_out("fixed_identity", "whether it is a hard-coded identity"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', fixed_identity = true, guarantees = ['integrity'] }]",
            &nothing(),
            "A FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', fixed_identity = true, \
             guarantees = ['tamper-resistance'] }, { id = 'B', fixed_identity = false }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "10-SecParam = [{ id = 'A', fixed_identity = true }, { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
