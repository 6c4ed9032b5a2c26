//! A function removes personal data from associated services, and says what the user does.

use assize_model::declaration::ixit::del_func::DeletionTarget;

use super::usable;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "deletion.service_function_usable",
    establishes: "A function removes personal data from associated services, and says what the user does.",
    probes: &[],
    partial: false,
    judge: |scene| {
        usable(
            scene,
            &[DeletionTarget::Services, DeletionTarget::Both],
            "personal data on associated services",
        )
    },
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "25-DelFunc = [{ id = 'A', target = 'dut' }]", &nothing(), "FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "25-DelFunc = [{ id = 'A', target = 'services', \
             interaction = 'press delete in the app' }]",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "25-DelFunc = [{ id = 'A', interaction = 'press delete' }]",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
