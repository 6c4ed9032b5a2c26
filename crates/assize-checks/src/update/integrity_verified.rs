//! The integrity of updates is verified before installation.

use assize_model::declaration::ixit::common::Guarantee;

use super::verified;
use crate::Check;
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "update.integrity_verified",
    establishes: "The integrity of updates is verified before installation.",
    probes: &[],
    partial: false,
    judge: |scene| table::upd_mech(scene, |m, row| verified(m, row, Guarantee::Integrity)),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'nobody', guarantees = ['integrity'] }, \
             { id = 'B', verified_by = 'dut', guarantees = ['authenticity'] }]",
            &nothing(),
            "A FAIL, B FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'dut', guarantees = ['integrity'], \
             trust = ['digital-signature', 'authenticated-channel'] }]",
            &nothing(),
            "A PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "7-UpdMech = [{ id = 'A', verified_by = 'dut', guarantees = ['integrity'] }, \
             { id = 'B' }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }
}
