//! The authenticity of updates is verified before installation.

use assize_model::declaration::ixit::common::Guarantee;

use super::verified;
use crate::Check;
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.authenticity_verified",
    establishes: "The authenticity of updates is verified before installation.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, |m, row| verified(m, row, Guarantee::Authenticity)),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'nobody', guarantees = ['authenticity'] }, \
             { id = 'B', verified_by = 'dut', guarantees = ['integrity'] }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'dut', guarantees = ['authenticity'], \
             trust = ['digital-signature'] }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'dut', guarantees = ['authenticity'] }, \
             { id = 'B', guarantees = ['authenticity'] }, { id = 'C' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE, C INCONCLUSIVE",
        );
    }
}
