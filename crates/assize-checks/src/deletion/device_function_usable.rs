//! A function erases user data on the device, and says what the user does.

use assize_model::declaration::ixit::del_func::DeletionTarget;

use super::usable;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "deletion.device_function_usable",
    establishes: "A function erases user data on the device, and says what the user does.",
    probes: &[],
    partial: false,
    judge: |scene| usable(scene, &[DeletionTarget::Dut, DeletionTarget::Both], "user data on the DUT"),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "25-DelFunc = [{ id = 'A', target = 'services' }]", &nothing(), "FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "25-DelFunc = [{ id = 'A', target = 'services' }, \
             { id = 'B', target = 'both', interaction = 'hold the button' }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "25-DelFunc = [{ id = 'A', target = 'dut' }]", &nothing(), "INCONCLUSIVE");
    }
}
